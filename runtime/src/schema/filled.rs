//! What may stand in a field of which no history tells: the rows that were there when it was added got its default, and
//! so did those that were written by a service that does not know it. `_schema` has all defaults that it ever had, but
//! not what the objects got that were there when a part of them was added.

use crate::schema::state::{self, Noted};
use crate::schema::tables::{Column, Table};
use crate::store::layout::Layout;
use crate::store::link::{Fault, Link};
use opwright_values::json::Json;
use opwright_values::schema::{Default, Field, Resource, Type};
use opwright_values::write::{Audience, write};

/// What `migrate` may have put into a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filled {
    /// A column.
    Column {
        /// What.
        with: With,
        /// Whether it was given up and has come back: then rows may have got it of which it is told that they had none.
        again: bool,
    },
    /// The columns of an object.
    Parts(Vec<Filled>),
}

/// What a column was filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum With {
    /// Nobody knows: it is a moment, or not noted.
    Anything,
    /// One of these; never with anything if there are none.
    OneOf(Vec<Json>),
}

/// By table and field.
pub(crate) fn filled(link: &mut Link, layout: &Layout) -> Result<Vec<Vec<Filled>>, Fault> {
    let noted = state::noted(link)?;
    Ok(layout.schema.resources.iter().map(|resource| of_resource(resource, &noted)).collect())
}

/// The same for one resource, from all migrations.
pub(super) fn of_resource(resource: &Resource, noted: &[Noted]) -> Vec<Filled> {
    let columns = Table::of(resource).columns;
    nested(&resource.fields, &mut columns.iter().map(|column| of_column(resource, column, noted)))
}

/// The columns of fields, which stand in their order.
fn nested(fields: &[Field], columns: &mut dyn Iterator<Item = Filled>) -> Vec<Filled> {
    let one = |field: &Field| match &field.ty {
        Type::Object { fields, .. } => Some(Filled::Parts(nested(fields, columns))),
        _ => columns.next(),
    };
    fields.iter().map_while(one).collect()
}

fn of_column(resource: &Resource, column: &Column, noted: &[Noted]) -> Filled {
    let mut seen = Seen::default();
    for noted in noted {
        if seen.migration(resource, column, noted).is_none() {
            seen.anything = true;
        }
    }
    let with = if seen.anything { With::Anything } else { With::OneOf(seen.defaults) };
    Filled::Column { with, again: seen.again }
}

/// What the migrations up to one say of a column.
#[derive(Default)]
struct Seen<'n> {
    /// Its table at the last one.
    last: Option<&'n Table>,
    defaults: Vec<Json>,
    anything: bool,
    again: bool,
}

impl<'n> Seen<'n> {
    /// Looks at the next one; nothing if it does not say what rows may have got.
    fn migration(&mut self, resource: &Resource, wanted: &Column, noted: &'n Noted) -> Option<()> {
        let tables = &noted.tables.as_ref()?.tables;
        let last = self.last.take();
        let Some(table) = names(&resource.name, &resource.was).find_map(|name| tables.get(name)) else {
            return Some(());
        };
        let column = names(&wanted.name, &wanted.was).find_map(|name| table.column(name));
        self.last = Some(table);
        let said = all_said(&table.was, &resource.name, &resource.was)
            && column.is_none_or(|it| all_said(&it.was, &wanted.name, &wanted.was));
        if let Some(column) = column {
            let needed = column.required || column.needed_by.is_some();
            // More than one where another column had the name of today, and has made room for it.
            let before: Vec<&Column> = names(&column.name, &column.was)
                .filter_map(|name| last.and_then(|last| last.column(name)))
                .collect();
            let back = needed && !column.gone && before.iter().any(|it| it.gone);
            let part = column.needed_by.as_ref().zip(last);
            let new = part.is_some_and(|(object, last)| before.is_empty() && had(object, table, last));
            self.again |= back;
            match &column.default {
                Some(Default::Value(value)) => {
                    self.defaults.push(write(&column.ty, value, Audience::Store));
                }
                Some(Default::Now) => return None,
                // What the objects that are there get is not noted.
                None if new || back && part.is_some() => return None,
                None => {}
            }
        }
        said.then_some(())
    }
}

/// Whether a table that has an object now had one of its columns before.
fn had(object: &String, now: &Table, before: &Table) -> bool {
    let mut parts = now.columns.iter().filter(|column| column.inside.contains(object));
    parts.any(|part| names(&part.name, &part.was).any(|name| before.column(name).is_some()))
}

/// Whether the spec says all names that something had: history under another one is not found.
fn all_said(had: &[String], now: &str, was: &[String]) -> bool {
    had.iter().all(|name| name == now || was.contains(name))
}

fn names<'n>(now: &'n String, was: &'n [String]) -> impl Iterator<Item = &'n String> {
    std::iter::once(now).chain(was)
}
