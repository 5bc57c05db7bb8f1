//! `order`: by which fields rows are sorted.

use crate::report::{Diagnostic, Report};
use crate::yaml::Text;
use opwright_values::schema::{Order, Resource, Type};
use opwright_values::suggest::meant;

/// `row.number`, `row.opened_at desc`; `created` is the order of creation. `list` is what the rows are called in expressions.
pub(crate) fn keys(texts: &[Text], of: &Resource, list: &str, report: &mut Report) -> Vec<Order> {
    let mut keys = Vec::new();
    for text in texts {
        let (path, descending) = match text.value.strip_suffix(" desc") {
            Some(path) => (path.trim(), true),
            None => (text.value.trim(), false),
        };
        if path == "created" && texts.len() == 1 && !descending {
            continue;
        }
        let name = path.strip_prefix("row.").unwrap_or("");
        let found = of.fields.iter().position(|field| {
            field.name == name || (name == "id" && of.fields.iter().position(|it| it == field) == Some(of.id))
        });
        match found {
            Some(field) if of.fields.get(field).is_some_and(|it| !is_sortable(&it.ty)) => {
                let fault = format!("rows cannot be sorted by `{path}`");
                let fault = Diagnostic::new("E0304", text.span, fault);
                report.add(fault.help("sort by a text, a number, a time, a flag or a reference"));
            }
            Some(field) => keys.push(Order { field, descending }),
            None => {
                let fault =
                    Diagnostic::new("E0201", text.span, format!("`{path}` is not a field of `{}`", of.name));
                let fault = instead(fault, text, (path, descending), of, list);
                report.add_unknown(name, fault);
            }
        }
    }
    keys
}

/// What to write instead of what rows are not sorted by.
fn instead(
    fault: Diagnostic,
    text: &Text,
    (path, descending): (&str, bool),
    of: &Resource,
    list: &str,
) -> Diagnostic {
    let bare = path.trim_start_matches('-').trim_end_matches(" asc").trim_end_matches(" DESC");
    let bare = bare.strip_prefix("row.").unwrap_or(bare);
    let falling = descending || path.starts_with('-') || path.ends_with(" DESC");
    let named = |name: &str| of.fields.iter().find(|field| field.name == name);
    if named(bare).is_some() {
        return fault.write(text.span, format!("row.{bare}{}", if falling { " desc" } else { "" }));
    }
    let reference = bare.split_once('.').and_then(|(first, _)| named(first));
    if let Some(reference) = reference.filter(|field| matches!(field.ty, Type::Id { .. })) {
        let fault = fault.help("an order follows no reference: these are fields of another row");
        // By what may be absent nothing is sorted.
        if reference.optional {
            return fault;
        }
        return fault
            .help(format!("where all of them are at hand, sort them there: `{list}.sortBy(it, it.{bare})`"));
    }
    let sortable = of.fields.iter().filter(|field| is_sortable(&field.ty));
    let known: Vec<String> = sortable.map(|field| format!("row.{}", field.name)).collect();
    let known = || known.iter().map(String::as_str);
    let meant = meant(bare, of.fields.iter().map(|field| field.name.as_str()));
    fault.meant_among(
        meant.map(|name| format!("row.{name}")).as_deref(),
        "rows are sorted by `created`, or by",
        known(),
    )
}

/// Whether rows can be sorted by a value.
pub(crate) fn is_sortable(ty: &Type) -> bool {
    !matches!(ty, Type::List { .. } | Type::Map { .. } | Type::Object { .. })
}
