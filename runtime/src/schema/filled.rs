//! What may stand in a field of which no history tells: the rows that were there when it was added got its default, and
//! so did those that were written by a service that does not know it. `_schema` has all defaults that it ever had.

use crate::schema::state::{self, Noted};
use crate::schema::tables::Column;
use crate::store::layout::Layout;
use crate::store::link::{Fault, Link};
use opwright_values::json::Json;
use opwright_values::schema::{Default, Field, Resource, Type};
use opwright_values::write::{Audience, write};

/// What may stand in a field of which nothing is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filled {
    /// Nobody knows: the default is a moment, or it is not noted.
    Anything,
    /// One of these.
    OneOf(Vec<Json>),
}

/// By table and field.
pub(crate) fn filled(link: &mut Link, layout: &Layout) -> Result<Vec<Vec<Filled>>, Fault> {
    let noted = state::noted(link)?;
    let of_table = |resource: &Resource| -> Vec<Filled> {
        resource.fields.iter().map(|field| of_field(resource, field, &noted)).collect()
    };
    Ok(layout.schema.resources.iter().map(of_table).collect())
}

/// The same for one field, from all migrations.
pub(super) fn of_field(resource: &Resource, field: &Field, noted: &[Noted]) -> Filled {
    // What the parts of an object get where the object is there already is not noted.
    if matches!(field.ty, Type::Object { .. }) {
        return Filled::Anything;
    }
    let mut found = Vec::new();
    for noted in noted {
        let Some(tables) = &noted.tables else { return Filled::Anything };
        let table = names(&resource.name, &resource.was).find_map(|name| tables.tables.get(name));
        if table.is_some_and(|it| !all_said(&it.was, &resource.name, &resource.was)) {
            return Filled::Anything;
        }
        let Some(column) =
            table.and_then(|it| names(&field.key, &field.was).find_map(|name| it.column(name)))
        else {
            continue;
        };
        match column {
            Column { was, .. } if !all_said(was, &field.key, &field.was) => return Filled::Anything,
            Column { default: Some(Default::Now), .. } => return Filled::Anything,
            Column { default: Some(Default::Value(value)), ty, .. } => {
                found.push(write(ty, value, Audience::Store));
            }
            Column { default: None, .. } => {}
        }
    }
    if found.is_empty() { Filled::Anything } else { Filled::OneOf(found) }
}

/// Whether the spec says all names that something had: history under another one is not found.
fn all_said(had: &[String], now: &str, was: &[String]) -> bool {
    had.iter().all(|name| name == now || was.contains(name))
}

fn names<'n>(now: &'n String, was: &'n [String]) -> impl Iterator<Item = &'n String> {
    std::iter::once(now).chain(was)
}
