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
        Meant::Keys(keys) if short => fault.write(decl.ty.span, format!("{{ {keys} }}")),
        Meant::Keys(keys) => fault.help(format!("write `{keys}`")),
        Meant::Say(help) => fault.help(*help),
    }
}

/// A list of rows that refer to the one that has it, and may be `owned` by it: a collection, or a list that is kept.
pub(super) fn rows_that_refer(of: &FieldDecl, owned: bool) -> Diagnostic {
    let name = &of.ty.value;
    let fault = Diagnostic::new("E0204", of.ty.span, format!("there is no type `{name}`"));
    let order = if owned { "" } else { ", order: created" };
    fault
        .help(format!(
            "for those that refer to this row write `{{ type: many, of: {name}, size: ..50{order} }}`"
        ))
        .help(format!("for some that are kept in a list write `of: {{ type: ref, to: {name} }}`"))
}
