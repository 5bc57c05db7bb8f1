//! Fields of resources, types, events and inputs. Which keys a field has besides depends on its type: see `types`.

use super::{Form, Key, Spot, Table};
use Form::{
    Any, Bounds, Either, Expression, Field, Flag, Literal, Map, Name, Number, OneOrMore, Pattern, Text,
};

/// Names, each with a field.
pub(crate) const FIELDS: Form = Map(&Field);

const RESOURCE: &[Spot] = &[Spot::Resource];
const INPUT: &[Spot] = &[Spot::Input];
/// Of references: those among the arguments, and those of types that are.
const SENT: &[Spot] = &[Spot::Input, Spot::Type];
const ANYWHERE: &[Spot] = &[Spot::Resource, Spot::Type, Spot::Input];

pub(crate) const A_FIELD: &str = "a field";

/// A field that is written as a map.
pub(crate) static FIELD: Table = Table {
    what: A_FIELD,
    about: "A word is a type without keys: `title: string` is `title: { type: string }`.",
    keys: &[
        Key::required("type", Form::TypeName, "The word of its type, or the name of a `type` document."),
        Key::new("optional", Flag, "Whether it may be absent.").or("`false`"),
        Key::new("default", Any, "What counts where it is left out: a value, or `now`."),
        Key::new("describe", Text, "What it means, for callers."),
        Key::new(
            "sensitive",
            Form::Words(&["pii", "secret"]),
            "`pii` is masked in messages and runs; `secret` besides is part of no message, answer or event, and kept only where it is secret.",
        )
        .or("shown"),
        Key::new("permission", Flag, "Whether a change of it changes what somebody may do: a write to it destroys.")
            .or("`false`")
            .only(RESOURCE),
        Key::new("hidden", Flag, "Whether it is in no shape, and in no text that is derived: it is told only where a spec names it.")
            .or("`false`")
            .only(&[Spot::Resource, Spot::Type]),
        Key::new(
            "unique",
            Either(&Flag, &Form::Table(&UNIQUE)),
            "Whether no two rows have the same, or no two rows of one `per`.",
        )
        .or("`false`")
        .only(RESOURCE),
        Key::new("was", OneOrMore(&Name), "The key that it had, or all of them: `migrate` renames its column.")
            .only(&[Spot::Resource, Spot::Type]),
        Key::new("of", Field, "What it holds; of `many`, the resource."),
        Key::new("to", Name, "The resource that a reference leads to."),
        Key::new("as", Name, "Its name in specs; its key stays its name on the wire and in the table.")
            .or("its key"),
        Key::new("owner", Flag, "Whether the row belongs to that one, and is returned inside of it.")
            .or("`false`")
            .only(RESOURCE),
        Key::new("acyclic", Flag, "Of a reference to its own resource: whether no row leads back to itself through it.")
            .or("`false`")
            .only(RESOURCE),
        Key::new(
            "where",
            Expression,
            "Which rows may be referred to, or are in a collection: an expression over `row`. Of references only in arguments and types.",
        )
        .or("all")
        .only(ANYWHERE),
        Key::new("deleted", Form::Words(&["only", "also"]), "Whether it finds deleted rows: `only` them, or them `also`.")
            .or("rows that are there")
            .only(SENT),
        Key::new("range", Bounds, "The least and the largest value.").or("those of the type"),
        Key::new("length", Bounds, "How many characters it has.").or("that of the type"),
        Key::new("size", Bounds, "How many elements it has."),
        Key::new("scale", Number, "Digits behind the point."),
        Key::new("pattern", Pattern, "What the whole value looks like: a regular expression as the crate `regex` reads it."),
        Key::new("prefix", Name, "What ids that are made begin with."),
        Key::new("values", OneOrMore(&Literal), "The values."),
        Key::new(
            "transitions",
            Map(&Form::Table(&TRANSITION)),
            "Makes it a state machine: `default` is the first state, only a `transition` changes it, every state is reached.",
        )
        .only(RESOURCE),
        Key::new("distinct", Flag, "Whether no two elements are equal.").or("`false`"),
        Key::new("order", OneOrMore(&Expression), "What it is sorted by: `row.at`, `row.at desc`, or `created`.")
            .only(RESOURCE),
        Key::new("through", Name, "Which reference it is the other side of, where there are several.")
            .only(RESOURCE),
        Key::new("flat", Flag, "Whether the parts of the object stand among the arguments.")
            .or("`false`")
            .only(INPUT),
    ],
};

/// `unique: { per: user }`
pub(crate) static UNIQUE: Table = Table {
    what: "`unique`",
    about: "Unique together with other fields.",
    keys: &[
        Key::required("per", OneOrMore(&Name), "The fields that it is unique together with."),
        Key::to_come("everywhere"),
    ],
};

/// A move of a state machine.
pub(crate) static TRANSITION: Table = Table {
    what: "a transition",
    about: "A move of a state machine: `ban: { from: active, to: banned }`.",
    keys: &[
        Key::required("from", OneOrMore(&Literal), "The states that it leads from."),
        Key::required("to", Literal, "The state that it leads to."),
    ],
};
