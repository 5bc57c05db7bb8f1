//! `order`: by which fields rows are sorted.

use crate::report::{Diagnostic, Report};
use crate::yaml::Text;
use opwright_values::schema::{Order, Resource, Type};
use opwright_values::suggest::meant;

/// `row.number`, `row.opened_at desc`; `created` is the order of creation.
pub(crate) fn keys(texts: &[Text], of: &Resource, report: &mut Report) -> Vec<Order> {
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
                let names = of.fields.iter().map(|field| field.name.as_str());
                let fault =
                    Diagnostic::new("E0201", text.span, format!("`{path}` is not a field of `{}`", of.name));
                let bare = path.trim_start_matches('-').trim_end_matches(" asc").trim_end_matches(" DESC");
                let bare = bare.strip_prefix("row.").unwrap_or(bare);
                let falling = descending || path.starts_with('-') || path.ends_with(" DESC");
                let fault = if of.fields.iter().any(|field| field.name == bare) {
                    let write = format!("row.{bare}{}", if falling { " desc" } else { "" });
                    fault.write(text.span, write)
                } else {
                    fault
                        .meant(meant(name, names).map(|name| format!("row.{name}")).as_deref())
                        .help("write `row.name`, or `row.name desc`")
                };
                report.add_unknown(name, fault);
            }
        }
    }
    keys
}

/// Whether rows can be sorted by a value.
pub(crate) fn is_sortable(ty: &Type) -> bool {
    !matches!(ty, Type::List { .. } | Type::Map { .. } | Type::Object { .. })
}
