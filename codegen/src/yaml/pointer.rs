//! Places in a document, by JSON pointers (RFC 6901).

use crate::source::Span;
use crate::yaml::{Node, Value};

/// The place of the key that a JSON pointer ends with.
pub fn key_of(node: &Node, pointer: &str) -> Span {
    let value = place_of(node, pointer);
    fn find(node: &Node, value: Span) -> Option<Span> {
        match &node.value {
            Value::Map(entries) => entries.iter().find_map(|(key, inside)| {
                if inside.span == value { Some(key.span) } else { find(inside, value) }
            }),
            Value::List(items) => items.iter().find_map(|item| find(item, value)),
            Value::Scalar(_) => None,
        }
    }
    find(node, value).unwrap_or(value)
}

/// The place of what a JSON pointer leads to, or of the last thing on the way that is there.
pub fn place_of(node: &Node, pointer: &str) -> Span {
    at(node, pointer).span
}

/// What a JSON pointer leads to, or the last thing on the way that is there.
pub fn at<'n>(node: &'n Node, pointer: &str) -> &'n Node {
    let mut here = node;
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        let inside = match &here.value {
            Value::Map(entries) => entries.iter().find(|(key, _)| key.value == part).map(|(_, node)| node),
            Value::List(items) => part.parse::<usize>().ok().and_then(|at| items.get(at)),
            Value::Scalar(_) => None,
        };
        let Some(inside) = inside else { break };
        here = inside;
    }
    here
}
