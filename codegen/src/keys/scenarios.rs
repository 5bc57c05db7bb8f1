//! Scenarios: calls on known rows, and what is expected of them.

use super::common::{DESCRIPTION, ROWS};
use super::{Form, Key, Table};
use Form::{Any, List, Literal, Map, Name, OneOrMore, Text};

/// What the table of who calls is called.
pub(crate) const AN_AGENT: &str = "an agent";

/// What the table of a call in front is called.
pub(crate) const A_CALL: &str = "a call";

/// What the table of an event that is expected is called.
pub(crate) const AN_EMITTED: &str = "an event that is expected";

/// What the table of what is expected is called.
pub(crate) const EXPECTED: &str = "`expect`";

/// `scenario`
pub(crate) static SCENARIO: Table = Table {
    what: "a scenario",
    about: "A call on known rows, and what is expected of it: a test, run through the gateway on a database of its own.",
    keys: &[
        Key::required("scenario", Text, "Its name: a sentence."),
        Key::new("summary", Text, "One line on what it shows."),
        DESCRIPTION,
        Key::new("data", Name, "The `data` document that it begins with.").or("no rows"),
        Key::new("given", ROWS, "More rows, by resource."),
        Key::new("agent", Form::Table(&AGENT), "Who calls.")
            .or("an agent that may do exactly what is called"),
        Key::new("at", Literal, "The time of every call, from 1970 to 2199.").or("2026-01-01T00:00:00Z"),
        Key::new(
            "first",
            List(&Form::Table(&CALL)),
            "Calls that must succeed, by an agent that may do them too.",
        ),
        OPERATION,
        INPUT,
        Key::required(
            "expect",
            Form::Table(&EXPECT),
            "What is expected; what it leaves out is not compared.",
        ),
        Key::to_come("decision"),
    ],
};

const OPERATION: Key = Key::required("call", Name, "The operation.");

const INPUT: Key = Key::new(
    "input",
    Map(&Any),
    "The arguments, as JSON on the wire. `tic_new1` is the first id made with the prefix `tic`.",
);

/// A call in front of the one that is looked at.
pub(crate) static CALL: Table = Table {
    what: A_CALL,
    about: "A call that must succeed.",
    keys: &[OPERATION, INPUT, Key::to_come("decision")],
};

/// Who calls.
pub(crate) static AGENT: Table = Table {
    what: AN_AGENT,
    about: "Who calls, and what they may do.",
    keys: &[
        Key::new("name", Name, "Their name."),
        Key::new("capabilities", OneOrMore(&Name), "What they may do.").or("what is called needs"),
        Key::to_come("region"),
        Key::to_come("tier"),
    ],
};

/// What is expected.
pub(crate) static EXPECT: Table = Table {
    what: EXPECTED,
    about: "What is left out is not compared.",
    keys: &[
        Key::new("refused", Name, "The code of the refusal; nothing is changed and nothing told then.")
            .or("the call is done"),
        Key::new("node", Literal, "The node that refuses, such as `rules.customer_banned`."),
        Key::new("returns", Any, "At least these fields, at every depth; lists have this length."),
        Key::new(
            "changed",
            Any,
            "Exactly these fields of exactly these rows, by resource and id, or `nothing`.",
        ),
        Key::new("emitted", List(&Form::Table(&EMITTED)), "Exactly these events, in any order."),
        Key::to_come("held"),
    ],
};

/// An event that is expected.
pub(crate) static EMITTED: Table = Table {
    what: AN_EMITTED,
    about: "An event, with what it carries.",
    keys: &[
        Key::required("event", Name, "The event."),
        Key::new("with", Map(&Any), "What it carries, as JSON on the wire."),
    ],
};
