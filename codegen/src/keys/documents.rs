//! Documents: the first key of each is its kind, the value of that key its name.

use super::common::{DESCRIPTION, REFUSED, ROWS};
use super::fields::FIELDS;
use super::scenarios::SCENARIO;
use super::{Form, Key, Table};
use Form::{Expression, Field, List, Map, Name, Number, OneOrMore, Returned, Steps, Template, Text};

/// The kinds of documents.
pub(crate) static DOCUMENTS: &[&Table] = &[&SERVICE, &TYPE, &RESOURCE, &EVENT, &OPERATION, &DATA, &SCENARIO];

/// The kinds, as they are written.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    DOCUMENTS.iter().map(|table| table.kind())
}

/// The kind of a document that has all of these keys, and no line that says which it is, if that is one kind only.
pub(crate) fn kind_with(keys: &[&str]) -> Option<&'static Table> {
    let has = |table: &&&Table| keys.iter().all(|key| table.here().skip(1).any(|known| known.name == *key));
    let mut fitting = DOCUMENTS.iter().filter(has);
    let table = fitting.next()?;
    fitting.next().is_none().then_some(*table)
}

/// `service`
pub(crate) static SERVICE: Table = Table {
    what: "a service",
    about: "What is served, and what callers may be allowed. There is exactly one.",
    keys: &[
        Key::required("service", Name, "Its name."),
        Key::required("summary", Text, "One line on what it is for."),
        DESCRIPTION,
        Key::required(
            "capabilities",
            Map(&Text),
            "What a token may allow: two or more names joined by dots, each with what it allows.",
        ),
        Key::to_come("agent"),
    ],
};

/// `type`
pub(crate) static TYPE: Table = Table {
    what: "a type",
    about: "A type with a name of its own: an object of `fields`, or a constrained value, `is`. It has one of the two.",
    keys: &[
        Key::required("type", Name, "Its name, which fields have as their `type`."),
        Key::new("summary", Text, "One line on what it is."),
        DESCRIPTION,
        Key::new("fields", FIELDS, "The parts of an object; each is a column where a resource has it."),
        Key::new("is", Field, "The value, with its bounds: `is: { type: string, length: 5..5 }`."),
    ],
};

/// `resource`
pub(crate) static RESOURCE: Table = Table {
    what: "a resource",
    about: "What is kept: a table, with a row for each thing.",
    keys: &[
        Key::required("resource", Name, "Its name, which is also that of its table."),
        Key::new("summary", Text, "One line on what a row is."),
        DESCRIPTION,
        Key::required("fields", FIELDS, "What a row has."),
        Key::new("rules", List(&Form::Table(&RULE)), "What is true of every row, checked at every write."),
        Key::new(
            "was",
            OneOrMore(&Name),
            "The name that it had, or all of them: `migrate` renames its table.",
        ),
    ],
};

/// A rule of a resource.
pub(crate) static RULE: Table = Table {
    what: "a rule",
    about: "What is true of every row. It reads `row` and its own fields: no other row, no collection.",
    keys: &[
        Key::required("require", Expression, "The condition."),
        Key::required("refuse", REFUSED, "What a write that breaks it is told."),
    ],
};

/// `event`
pub(crate) static EVENT: Table = Table {
    what: "an event",
    about: "What is told to others once a call has been committed.",
    keys: &[
        Key::required("event", Name, "Its name: two or more names joined by dots."),
        Key::new("summary", Text, "One line on what has happened."),
        DESCRIPTION,
        Key::new("fields", FIELDS, "What it carries."),
        Key::to_come("version"),
        Key::to_come("key"),
    ],
};

/// `operation`
pub(crate) static OPERATION: Table = Table {
    what: "an operation",
    about: "What can be called: `POST /v1/operations/NAME`.",
    keys: &[
        Key::required("operation", Name, "Its name."),
        Key::required("summary", Text, "One line on what it does."),
        DESCRIPTION,
        Key::required("requires", OneOrMore(&Name), "The capability that a caller needs, or all of a list."),
        Key::new("input", FIELDS, "The arguments. One that nothing uses is a warning."),
        Key::new("steps", Steps, "What is done, in this order."),
        Key::new(
            "returns",
            Returned,
            "What is answered: a value, a row, `rows.pick(name, …)`, or names for several of them.",
        )
        .or("nothing"),
        Key::new(
            "narrate",
            Template,
            "What was done, for people: its recorded run says it. It sees what `returns` sees; what is `sensitive` is masked.",
        ),
        Key::new(
            "tier",
            Form::Words(&["open"]),
            "Who decides on an operation that destroys: `open` leaves it to agents.",
        ),
        Key::new("because", Text, "Why agents may decide; an operation that destroys says it."),
        Key::new(
            "max_rows",
            Number,
            "The most rows that one call may write. The compiler multiplies what loops and deletions can write.",
        )
        .or("100"),
        Key::new(
            "was",
            OneOrMore(&Name),
            "The name that it had, or all of them: its runs are found under each.",
        ),
        Key::to_come("agent"),
    ],
};

/// `data`
pub(crate) static DATA: Table = Table {
    what: "a data document",
    about: "Rows for a start: `data load NAME` writes them, and a demo the first such document.",
    keys: &[
        Key::required("data", Name, "Its name."),
        Key::new("summary", Text, "One line on what they are for."),
        DESCRIPTION,
        Key::required(
            "rows",
            ROWS,
            "Rows by resource, as answers show them: keys on the wire, owned rows nested in their owners.",
        ),
    ],
};
