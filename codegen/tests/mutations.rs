//! Specs with a random change are answered: with a model that can be lowered, or with a report that can be shown.
#![expect(clippy::indexing_slicing, reason = "a test that panics has failed")]

use opwright_codegen::report::render;
use opwright_codegen::source::Sources;
use std::path::Path;

/// xorshift: the same numbers for the same seed on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap_or(1)).unwrap_or(0)
    }
}

const PIECES: &[&str] = &[
    "!",
    "'",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "#",
    " #",
    ",",
    "- ",
    "&a ",
    "*a",
    "|",
    ">-",
    "\n",
    "\n---\n",
    "\t",
    "é",
    "..",
    "null",
    "true",
    "has(",
    "(",
    ")",
    "&&",
    ".",
    "x.y",
    "'0'",
    "1_000",
    "-1",
    "order",
    "input",
    "{order.id}",
];

/// One change: a line goes, comes twice, or is swapped with the next; a word goes; something is put in.
fn changed(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let at = random.below(lines.len());
    match random.below(5) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at]),
        2 if at + 1 < lines.len() => lines.swap(at, at + 1),
        3 => {
            let line = lines[at];
            let words: Vec<&str> = line.split(' ').collect();
            let gone = random.below(words.len());
            let kept: Vec<&str> =
                words.iter().enumerate().filter(|(word, _)| *word != gone).map(|(_, word)| *word).collect();
            let line = kept.join(" ");
            lines[at] = &line;
            return lines.join("\n") + "\n";
        }
        _ => {
            let mut byte = random.below(text.len());
            while !text.is_char_boundary(byte) {
                byte -= 1;
            }
            let mut text = text.to_owned();
            text.insert_str(byte, PIECES[random.below(PIECES.len())]);
            return text;
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn changed_specs_are_answered() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/retail");
    let specs = opwright_codegen::files::read(&root).unwrap_or_default();
    let files: Vec<(String, String)> =
        specs.files().map(|(_, file)| (file.name.clone(), file.text.clone())).collect();
    let (mut good, mut refused) = (0, 0);
    for seed in 1..=150 {
        println!("seed {seed}");
        let mut random = Random(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed));
        let chosen = random.below(files.len());
        let mut sources = Sources::default();
        for (index, (name, text)) in files.iter().enumerate() {
            let text = if index == chosen { changed(text, &mut random) } else { text.clone() };
            sources.add(name.clone(), text);
        }
        match opwright_codegen::check(&sources) {
            Ok(model) => {
                for operation in &model.operations {
                    let graph = opwright_codegen::lower::lower(&model, operation);
                    assert!(graph.structure().is_ok(), "{}", operation.name);
                }
                good += 1;
            }
            Err(report) => {
                let found = report.sorted();
                assert!(!found.is_empty());
                for fault in &found {
                    assert!(!render::text(fault, &sources, true).is_empty());
                }
                assert_eq!(render::json(&found, &sources).lines().count(), found.len());
                refused += 1;
            }
        }
    }
    assert!(good > 10 && refused > 50, "{good} good, {refused} refused");
}
