//! Steps: the first key of each is its kind.

use super::common::REFUSED;
use super::{Form, Key, Table};
use Form::{Expression, Flag, Map, Name, Number, OneOrMore, Steps};

/// The kinds of steps.
pub(crate) static STEPS: &[&Table] =
    &[&REQUIRE, &LET, &LOAD, &CREATE, &UPDATE, &TRANSITION, &DELETE, &RESTORE, &WHEN, &EACH, &EMIT];

/// The kinds, as they are written.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    STEPS.iter().map(|table| table.kind())
}

/// Names of fields, each with an expression; the parts of an object are given one by one.
const SET: Form = Map(&Form::Returned);

pub(crate) const A_STEP: &str = "a step";

/// `require`
pub(crate) static REQUIRE: Table = Table {
    what: A_STEP,
    about: "Goes on if the condition is true; else the call is refused and nothing is kept. Refuses with its code.",
    keys: &[
        Key::required("require", Expression, "The condition."),
        Key::required("refuse", REFUSED, "What the caller is told."),
    ],
};

/// `let`
pub(crate) static LET: Table = Table {
    what: A_STEP,
    about: "Names a value or a row. A row stays live, a value stays as it was.",
    keys: &[Key::required("let", Name, "The name."), Key::required("be", Expression, "What it names.")],
};

/// `load`
pub(crate) static LOAD: Table = Table {
    what: A_STEP,
    about: "Loads a row that is fixed by something unique, or the first in `order`; with `max`, all rows that match; \
            with `limit`, the first. Refuses with `not_found`; with `max`, with `too_many`; with `after`, with \
            `invalid_input`.",
    keys: &[
        Key::required("load", Name, "The resource."),
        Key::new("where", Expression, "Which rows: an expression over `row`.").or("all"),
        Key::new(
            "order",
            OneOrMore(&Expression),
            "What they are sorted by: `row.at` or `row.at desc`, or several.",
        )
        .or("by id"),
        Key::new("optional", Flag, "Whether there may be none: the row is absent then.").or("`false`"),
        Key::new("refuse", REFUSED, "What the caller is told where there is none.").or("`not_found`"),
        Key::new("as", Name, "The name of the row or rows.").or("the resource"),
        Key::new("max", Number, "Loads all that match, at most this many.").or("one row"),
        Key::new(
            "deleted",
            Form::Words(&["only", "also"]),
            "Whether it finds deleted rows: `only` them, or them `also`.",
        )
        .or("rows that are there"),
        Key::new("limit", Number, "Loads the first that match, this many.").or("one row"),
        Key::new(
            "after",
            Expression,
            "With `limit`: an argument that takes `next` of an answer, the cursor behind which it goes on. \
             Such an answer has `next` as long as there is more.",
        )
        .or("from the first"),
    ],
};

/// `create`
pub(crate) static CREATE: Table = Table {
    what: A_STEP,
    about: "Makes a row. Refuses with `not_unique`, `too_many` and `out_of_range`, where they cannot be excluded.",
    keys: &[
        Key::required("create", Name, "The resource."),
        Key::new("set", SET, "Its values; what is left out has its default, or is absent."),
        Key::new("as", Name, "The name of the row.").or("the resource"),
    ],
};

/// `update`
pub(crate) static UPDATE: Table = Table {
    what: A_STEP,
    about: "Gives fields of a row other values; what is the same already is no change. Refuses as `create`.",
    keys: &[
        Key::required("update", Name, "The row: a name or a path."),
        Key::required("set", SET, "The new values; `null` clears, an argument that was not sent keeps."),
    ],
};

/// `transition`
pub(crate) static TRANSITION: Table = Table {
    what: A_STEP,
    about: "Moves the state machine of a row. Refuses with `wrong_state`, and as `update`.",
    keys: &[
        Key::required("transition", Name, "The row and the move: `order.cancel`."),
        Key::new("set", SET, "Other values that the row gets with it."),
    ],
};

/// `delete`
pub(crate) static DELETE: Table = Table {
    what: A_STEP,
    about: "Deletes a row with what it owns. Refuses with `in_use` and `not_found`, where they cannot be excluded.",
    keys: &[Key::required("delete", Name, "The row: a name or a path.")],
};

/// `restore`
pub(crate) static RESTORE: Table = Table {
    what: A_STEP,
    about: "Brings a deleted row back, with what its deletion took along. Refuses with `not_unique`, `too_many` and `not_found`, \
            where they cannot be excluded.",
    keys: &[Key::required("restore", Name, "The row: a name of what was found with `deleted: only`.")],
};

/// `when`
pub(crate) static WHEN: Table = Table {
    what: A_STEP,
    about: "One of two lists of steps.",
    keys: &[
        Key::required("when", Expression, "The condition."),
        Key::required("as", Name, "The name of the choice: its place in the picture."),
        Key::required("then", Steps, "The steps if it is true."),
        Key::new("else", Steps, "The steps if not.").or("none"),
    ],
};

/// `each`
pub(crate) static EACH: Table = Table {
    what: A_STEP,
    about: "The same steps once an element of a list, as it was at the start.",
    keys: &[
        Key::required("each", Expression, "The list."),
        Key::required("as", Name, "The name of the element: its place in the picture."),
        Key::new("index", Name, "A name for its position, from 0."),
        Key::required("do", Steps, "The steps."),
        Key::new(
            "gives",
            Map(&Expression),
            "Makes lists: names, each with what every round adds: a row, a value, or a list of them.",
        ),
    ],
};

/// `emit`
pub(crate) static EMIT: Table = Table {
    what: A_STEP,
    about: "An event, told if the call is committed. Refuses with `out_of_range`, where it cannot be excluded.",
    keys: &[Key::required("emit", Name, "The event."), Key::new("with", SET, "What it carries.")],
};
