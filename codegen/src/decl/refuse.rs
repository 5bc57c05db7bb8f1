//! Refusals as written: a code, or a map.

use crate::decode::Map;
use crate::keys::common::REFUSAL;
use crate::report::{Diagnostic, Report};
use crate::yaml::{Node, Text, Value, written};

/// A refusal.
#[derive(Debug, Clone)]
pub struct RefuseDecl {
    /// Its code.
    pub code: Text,
    /// What happened.
    pub message: Option<Text>,
    /// What to do.
    pub fix: Option<Text>,
    /// Operations that may help.
    pub next: Vec<Text>,
}

impl RefuseDecl {
    /// Reads a refusal: a code, or a map.
    pub fn read(node: &Node, report: &mut Report) -> Option<Self> {
        if let Value::Scalar(code) = &node.value {
            if code.value.contains(' ') {
                return Some(sentence(code, report));
            }
            return Some(Self { code: code.clone(), message: None, fix: None, next: Vec::new() });
        }
        let mut map = Map::of(node, &REFUSAL, report)?;
        let Some(code) = map.text("code", report) else {
            report.add(
                Diagnostic::new("E0402", node.span, "this refusal has no code")
                    .help("give the refusal a code: `refuse: some_code`"),
            );
            return None;
        };
        let (message, fix) = (map.text("message", report), map.text("fix", report));
        let next = map.texts("next", report);
        map.finish(report);
        Some(Self { code, message, fix, next })
    }
}

/// A sentence where a code belongs: it is the message of a refusal.
fn sentence(text: &Text, report: &mut Report) -> RefuseDecl {
    let name = code(&text.value);
    let message = written(&text.value);
    let written = format!("{{ code: {name}, message: {message} }}");
    let fault = Diagnostic::new("E0107", text.span, "a sentence is the message of a refusal, not its code");
    let fault = fault.help(format!("write `refuse: {written}`"));
    report.add(fault.rewrite((!text.is_block()).then_some((text.span, written))));
    RefuseDecl { code: Text::made(name, text.span), message: None, fix: None, next: Vec::new() }
}

/// Words that say nothing in a code.
const SILENT: [&str; 9] = ["the", "a", "an", "there", "is", "are", "it", "this", "of"];

/// The most words of a code that is made.
const WORDS: usize = 4;

/// A code that says what a sentence says.
fn code(sentence: &str) -> String {
    let lower = sentence.to_ascii_lowercase();
    let words = lower.split([' ', '-']).map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()));
    let plain = |word: &&str| word.chars().all(|c| c.is_ascii_alphanumeric()) && !word.is_empty();
    let words: Vec<&str> = words.filter(plain).filter(|word| !SILENT.contains(word)).take(WORDS).collect();
    let code = words.join("_");
    if code.starts_with(|c: char| c.is_ascii_alphabetic()) { code } else { "some_code".to_owned() }
}
