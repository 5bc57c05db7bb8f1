//! Specs with a random change are answered: with a model that can be lowered, or with a report that can be shown. Nothing
//! panics, and nothing goes on for ever.
//!
//! `OPWRIGHT_MUTATIONS` says how many (as many as take some seconds), `OPWRIGHT_TEST_SEED` which. `cargo xtask torture` makes
//! 2,000 a round, each with a seed of its own; a release build answers 10,000 in minutes.
#![expect(clippy::indexing_slicing, reason = "a test that panics has failed")]

use opwright_codegen::report::render;
use opwright_codegen::source::Sources;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// How many changes are made, if nothing else is said.
const CHANGES: u64 = 500;

/// Nobody waits longer for an answer, however slow the machine is: it is none that comes.
const PATIENCE: Duration = Duration::from_secs(120);

/// xorshift: the same numbers for the same seed on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    fn of<'t, T: ?Sized>(&mut self, all: &[&'t T]) -> &'t T {
        all[self.below(all.len())]
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

const LETTERS: &[&str] = &["a", "e", "i", "n", "r", "s", "t", "x", "_", "1", "A", "-"];

/// One change: a word gets, loses or swaps a letter, or goes; a line goes, comes twice, or is swapped with the next; an
/// indent is shifted; something is put in.
fn changed(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = random.below(lines.len());
    match random.below(10) {
        0 | 1 => drop(lines.remove(at)),
        2 => lines.insert(at, lines[at].clone()),
        3 if at + 1 < lines.len() => lines.swap(at, at + 1),
        4 | 5 => lines[at] = shifted(&lines[at], random),
        6 => {
            let mut byte = random.below(text.len());
            while !text.is_char_boundary(byte) {
                byte -= 1;
            }
            let mut text = text.to_owned();
            text.insert_str(byte, random.of(PIECES));
            return text;
        }
        _ => {
            let mut words: Vec<String> = lines[at].split(' ').map(str::to_owned).collect();
            let word = random.below(words.len());
            if random.below(4) == 0 {
                drop(words.remove(word));
            } else {
                words[word] = misspelt(&words[word], random);
            }
            lines[at] = words.join(" ");
        }
    }
    lines.join("\n") + "\n"
}

fn shifted(line: &str, random: &mut Random) -> String {
    let by = " ".repeat(1 + random.below(3));
    match (random.below(2), line.strip_prefix(by.as_str())) {
        (0, Some(line)) => line.to_owned(),
        _ => by + line,
    }
}

fn misspelt(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<String> = word.chars().map(String::from).collect();
    let letter = random.of(LETTERS).to_owned();
    let at = random.below(letters.len());
    match random.below(3) {
        0 if !letters.is_empty() => drop(letters.remove(at)),
        1 if !letters.is_empty() => letters[at] = letter,
        _ => letters.insert(at, letter),
    }
    letters.concat()
}

/// The files of an example.
type Files = Vec<(String, String)>;

fn example(name: &str) -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs").join(name);
    let specs = opwright_codegen::files::read(&root).unwrap_or_default();
    specs.files().map(|(_, file)| (file.name.clone(), file.text.clone())).collect()
}

/// Answers specs with one change; whether they are good, still.
fn answered(examples: &[Files], seed: u64) -> bool {
    let mut random = Random(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed | 1) ^ seed);
    let files = &examples[random.below(examples.len())];
    let chosen = random.below(files.len());
    let (mut sources, mut changed_one) = (Sources::default(), None);
    for (index, (name, text)) in files.iter().enumerate() {
        let text = if index == chosen { changed(text, &mut random) } else { text.clone() };
        let file = sources.add(name.clone(), text);
        if index == chosen {
            changed_one = Some(file);
        }
    }
    match opwright_codegen::check(&sources) {
        Ok(model) => {
            for operation in &model.operations {
                let graph = opwright_codegen::lower::lower(&model, operation);
                assert!(graph.structure().is_ok(), "{}", operation.name);
            }
            true
        }
        Err(report) => {
            let found = report.sorted();
            assert!(!found.is_empty());
            for fault in &found {
                assert!(!render::text(fault, &sources, true).is_empty());
            }
            assert_eq!(render::json(&found, &sources).lines().count(), found.len());
            // The other files are right: what a file that cannot be read would declare is no fault of theirs.
            if report.misses() {
                let elsewhere = found.iter().find(|fault| Some(fault.span.file) != changed_one);
                assert!(elsewhere.is_none(), "seed {seed}: {elsewhere:?}");
            }
            false
        }
    }
}

/// Takes one seed after another, and tells what became of it; nothing, if it panicked.
fn work(examples: &[Files], seeds: &Mutex<std::ops::Range<u64>>, tell: &Sender<(u64, Option<bool>)>) {
    while let Some(seed) = seeds.lock().ok().and_then(|mut seeds| seeds.next()) {
        let good = catch_unwind(AssertUnwindSafe(|| answered(examples, seed))).ok();
        if tell.send((seed, good)).is_err() {
            return;
        }
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn changed_specs_are_answered() {
    let changes = number("OPWRIGHT_MUTATIONS").unwrap_or(CHANGES);
    // Neighbouring seeds of torture share no change.
    let first = number("OPWRIGHT_TEST_SEED").unwrap_or(0).wrapping_mul(1_000_003) % (u64::MAX / 2);
    println!("{changes} changes from seed {first} on");
    let seeds = std::sync::Arc::new(Mutex::new(first..first + changes));
    let (tell, told) = channel();
    for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
        let (seeds, tell) = (std::sync::Arc::clone(&seeds), tell.clone());
        let examples = [example("helpdesk"), example("retail")];
        std::thread::spawn(move || work(&examples, &seeds, &tell));
    }
    drop(tell);
    let (mut good, mut refused) = (0, 0);
    for _ in 0..changes {
        match told.recv_timeout(PATIENCE) {
            Ok((_, Some(true))) => good += 1,
            Ok((_, Some(false))) => refused += 1,
            Ok((seed, None)) => panic!("the change of seed {seed} makes the compiler panic"),
            Err(_) => panic!("no answer: of the seeds from {first} on, {} are answered", good + refused),
        }
    }
    println!("{good} good, {refused} refused");
    assert!(good > changes / 50 && refused > changes / 3, "{good} good, {refused} refused");
}
