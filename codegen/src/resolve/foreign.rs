//! Types as other languages call them.

use crate::decl::field::FieldDecl;
use crate::decode::types::Meant;
use crate::report::Diagnostic;

/// How a type of another language is written.
pub(super) fn written_so(fault: Diagnostic, decl: &FieldDecl, meant: &Meant) -> Diagnostic {
    let short = decl.keys.is_empty();
    match meant {
        Meant::Word("decimal") => fault
            .help("write `decimal`, which keeps its digits, or `int` for whole numbers: there are no floats")
            .patch(decl.ty.span, "decimal"),
        Meant::Word(word @ ("list" | "map" | "many" | "enum" | "ref")) if short => {
            let example = match *word {
                "list" => "{ type: list, of: string }",
                "map" => "{ type: map, of: string }",
                "many" => "{ type: many, of: <resource>, size: ..100 }",
                "enum" => "{ type: enum, values: [open, closed] }",
                _ => "{ type: ref, to: <resource> }",
            };
            fault.help(format!("write `{example}`, with what is meant"))
        }
        Meant::Word(word) => fault.write(decl.ty.span, *word),
        Meant::Keys(word, more) if short => fault.write(decl.ty.span, format!("{{ type: {word}{more} }}")),
        Meant::Keys(word, more) => fault.help(format!("write `type: {word}{more}`")),
        Meant::Say(help) => fault.help(*help),
    }
}

/// A list of rows that refer to the one that has it, by these references: a collection, or a list that is kept.
pub(super) fn rows_that_refer(of: &FieldDecl, references: &[&FieldDecl]) -> Diagnostic {
    let name = &of.ty.value;
    let fault = Diagnostic::new("E0204", of.ty.span, format!("there is no type `{name}`"));
    // Of several the collection says which: of all that lead here, those by one.
    let through = match references {
        [first, _, ..] => format!(", through: {}", first.alias.as_ref().unwrap_or(&first.name).value),
        _ => String::new(),
    };
    let owned = references.first().is_some_and(|reference| reference.owner);
    let order = if owned { "" } else { ", order: created" };
    fault
        .help(format!(
            "for those that refer to this row write `{{ type: many, of: {name}{through}, size: ..50{order} }}`"
        ))
        .help(format!("for some that are kept in a list write `of: {{ type: ref, to: {name} }}`"))
}
