//! Whatever is written is answered: with a type or with faults inside of the text, on a small stack, never by a panic.

use crate::world::World;
use opwright_codegen::expr::any;
use opwright_codegen::report::Report;
use opwright_codegen::source::{FileId, Span};
use opwright_codegen::yaml::Text;

/// What threads have on the smallest systems; builds without optimisation need the most.
const STACK: usize = 1 << 20;

fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(STACK).spawn(test).unwrap().join().unwrap();
}

/// The faults, each inside of the text.
fn faults(world: &World, expression: &str) -> usize {
    let end = u32::try_from(expression.len()).unwrap();
    let text = Text::made(expression, Span { file: FileId(0), start: 0, end });
    let mut report = Report::default();
    let typed = any(&text, &world.env(), &mut report);
    assert!(typed.is_some() || !report.is_empty(), "nothing is said about {expression:?}");
    for fault in report.sorted() {
        assert!(fault.span.start <= fault.span.end && fault.span.end <= end, "{fault:?} of {expression:?}");
    }
    report.len()
}

#[test]
fn deep_and_long_expressions_are_refused() {
    on_small_stack(|| {
        let world = World::new();
        let nested = |open: &str, inner: &str, close: &str, times: usize| {
            format!("{}{inner}{}", open.repeat(times), close.repeat(times))
        };
        for (open, inner, close) in [
            ("(", "1", ")"),
            ("[", "1", "]"),
            ("!", "true", ""),
            ("-", "1", ""),
            ("", "1", " + 1"),
            ("", "user", ".boss"),
            ("", "true", " && true"),
            ("true ? 1 : ", "1", ""),
            ("(true && (1 == ", "1", "))"),
            ("math.abs(", "1", ")"),
            ("[1].all(x, ", "true", ")"),
            ("", "user.tags", "[0]"),
        ] {
            let most = 2_000 / (open.len() + close.len());
            assert_eq!(faults(&world, &nested(open, inner, close, most.min(900))), 1, "{open}{inner}{close}");
        }
        assert_eq!(faults(&world, &nested("(", "1", ")", 60)), 0);
        // Each operand is looked at once, whatever it may have been meant as.
        assert_eq!(faults(&world, &nested("", "1", " || 1", 60)), 1);
        assert_eq!(faults(&world, &format!("'{}'", "a".repeat(2_047))), 1);
    });
}

/// xorshift: the same numbers for the same seed on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

#[test]
fn changed_expressions_are_answered() {
    on_small_stack(|| {
        let world = World::new();
        let table: Vec<&str> = include_str!("expressions.txt")
            .lines()
            .filter(|line| !line.starts_with([' ', '#', '[']))
            .collect();
        let pieces = [
            "(", ")", "[", "]", ".", ",", "'", "\"", "\\", "!", "&&", "?", ":", "é", "0", "1.5", " in ",
            "has(",
        ];
        let seed = 0x5eed_0e59;
        let mut random = Random(seed);
        for _ in 0..20_000 {
            let mut text: Vec<char> = table[random.below(table.len())].chars().collect();
            for _ in 0..=random.below(2) {
                let at = random.below(text.len() + 1);
                match random.below(3) {
                    0 if at < text.len() => drop(text.remove(at)),
                    1 => {
                        let other: Vec<char> = table[random.below(table.len())].chars().collect();
                        let from = random.below(other.len() + 1);
                        text.splice(at.., other[from..].iter().copied());
                    }
                    _ => drop(text.splice(at..at, pieces[random.below(pieces.len())].chars())),
                }
            }
            let text: String = text.into_iter().collect();
            let answered = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| faults(&world, &text)));
            assert!(answered.is_ok(), "seed {seed:#x}: {text:?}");
        }
    });
}
