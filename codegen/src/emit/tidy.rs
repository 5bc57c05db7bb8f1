//! What `run` binds and never reads is not bound, so that generated code compiles without a warning.

use crate::emit::ident::ident;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};

/// What is bound and never read is not bound, or where its type is needed, is marked so.
pub(super) fn tidy(run: TokenStream) -> TokenStream {
    let mut mentions = BTreeMap::new();
    count(run.clone(), &mut mentions);
    without_unread(run, &mentions)
}

fn count(tokens: TokenStream, mentions: &mut BTreeMap<String, usize>) {
    // Behind a point stands a field or a method, whatever a local is called.
    let mut member = false;
    for token in tokens {
        let point = is_point(&token);
        match token {
            TokenTree::Ident(ident) if !member => *mentions.entry(ident.to_string()).or_default() += 1,
            TokenTree::Group(group) => count(group.stream(), mentions),
            _ => {}
        }
        member = point;
    }
}

fn without_unread(tokens: TokenStream, mentions: &BTreeMap<String, usize>) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let once = |ident: &proc_macro2::Ident| mentions.get(&ident.to_string()) == Some(&1);
        match token {
            TokenTree::Group(group) => {
                let stream = if is_pattern(&out) {
                    marked(group.stream(), mentions)
                } else {
                    without_unread(group.stream(), mentions)
                };
                out.push(TokenTree::Group(proc_macro2::Group::new(group.delimiter(), stream)));
            }
            TokenTree::Ident(word) if word == "let" => match tokens.next() {
                Some(TokenTree::Ident(name)) if name != "Some" && once(&name) => match tokens.peek() {
                    Some(TokenTree::Punct(next)) if next.as_char() == '=' => drop(tokens.next()),
                    _ => out.extend([TokenTree::Ident(word), TokenTree::Ident(ident(&format!("_{name}")))]),
                },
                next => out.extend([Some(TokenTree::Ident(word)), next].into_iter().flatten()),
            },
            other => out.push(other),
        }
    }
    out.into_iter().collect()
}

/// Whether what comes next is what a `let Some` takes apart; behind any other `Some` stands a value.
fn is_pattern(before: &[TokenTree]) -> bool {
    let is = |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(ident) if ident == word);
    matches!(before, [.., first, last] if is(first, "let") && is(last, "Some"))
}

/// The variables of a loop, those that nothing reads with a line in front.
fn marked(pattern: TokenStream, mentions: &BTreeMap<String, usize>) -> TokenStream {
    let mark = |token| match token {
        TokenTree::Ident(name) if mentions.get(&name.to_string()) == Some(&1) => {
            TokenTree::Ident(ident(&format!("_{name}")))
        }
        TokenTree::Group(group) => {
            TokenTree::Group(proc_macro2::Group::new(group.delimiter(), marked(group.stream(), mentions)))
        }
        other => other,
    };
    pattern.into_iter().map(mark).collect()
}

/// The words of the code of an operation.
#[derive(Default)]
pub(super) struct Mentions {
    /// What is read of the arguments: `key` of `input.key` and `self.key`.
    pub(super) arguments: BTreeSet<String>,
    /// What stands behind no point.
    pub(super) names: BTreeSet<String>,
}

impl Mentions {
    pub(super) fn of(tokens: &TokenStream) -> Self {
        let mut mentions = Self::default();
        mentions.add(tokens.clone());
        mentions
    }

    fn add(&mut self, tokens: TokenStream) {
        // The word in front of a point, and whether the point was there.
        let (mut before, mut member) = (String::new(), false);
        for token in tokens {
            let point = is_point(&token);
            match token {
                TokenTree::Ident(ident) => {
                    let word = ident.to_string();
                    if !member {
                        self.names.insert(word.clone());
                    } else if matches!(before.as_str(), "input" | "self") {
                        self.arguments.insert(word.clone());
                    }
                    before = if member { String::new() } else { word };
                }
                TokenTree::Group(group) => {
                    self.add(group.stream());
                    before.clear();
                }
                TokenTree::Punct(_) if point => {}
                _ => before.clear(),
            }
            member = point;
        }
    }
}

fn is_point(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.')
}
