//! What maps of several kinds have: the description of a document, rows, refusals.

use super::{Form, Key, Table};
use Form::{Any, List, Map, Name, OneOrMore, Template, Text};

/// Of every kind of document.
pub(super) const DESCRIPTION: Key =
    Key::new("description", Text, "When to use it: what a reader cannot guess.");

/// Rows by resource.
pub(super) const ROWS: Form = Map(&List(&Any));

/// A refusal: a code, or a map.
pub(crate) const REFUSED: Form = Form::Either(&Name, &Form::Table(&REFUSAL));

/// A refusal that is written as a map.
pub(crate) static REFUSAL: Table = Table {
    what: "a refusal",
    about: "A code alone is enough: `refuse: customer_banned`.",
    keys: &[
        Key::required("code", Name, "Its code, which is its place in the picture."),
        Key::new("message", Template, "What happened.").or("the condition with its values"),
        Key::new("fix", Template, "What to do.")
            .or("how to choose an argument so that the condition holds, or which arguments lead to it"),
        Key::new(
            "next",
            OneOrMore(&Name),
            "Operations that may help; who is refused hears of those that it may call.",
        )
        .or("none"),
    ],
};
