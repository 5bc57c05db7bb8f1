//! What `run` binds and never reads is not bound, so that generated code compiles without a warning.

use crate::emit::ident::ident;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeMap;

/// What is bound and never read is not bound, or where its type is needed, is marked so.
pub(super) fn tidy(run: TokenStream) -> TokenStream {
    let mut mentions = BTreeMap::new();
    count(run.clone(), &mut mentions);
    without_unread(run, &mentions)
}

fn count(tokens: TokenStream, mentions: &mut BTreeMap<String, usize>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => *mentions.entry(ident.to_string()).or_default() += 1,
            TokenTree::Group(group) => count(group.stream(), mentions),
            _ => {}
        }
    }
}

fn without_unread(tokens: TokenStream, mentions: &BTreeMap<String, usize>) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let once = |ident: &proc_macro2::Ident| mentions.get(&ident.to_string()) == Some(&1);
        match token {
            TokenTree::Group(group) => {
                let is_pattern =
                    out.last().is_some_and(|last| matches!(last, TokenTree::Ident(ident) if ident == "Some"));
                let stream = if is_pattern {
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
