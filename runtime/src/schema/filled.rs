//! What may stand in a field of which no history tells: the rows that were there when it was added got its default, and
//! so did those that were written by a service that does not know it. `_schema` has all defaults that it ever had, but
//! not what the objects got that were there when a part of them was added.

use crate::schema::state::{self, Noted};
use crate::schema::tables::{Column, Table, Tables};
use crate::store::layout::Layout;
use crate::store::link::{Fault, Link};
use opwright_values::json::Json;
use opwright_values::schema::{Default, Field, Resource, Type};
use opwright_values::value::Value;
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

/// The defaults that a stored column ever had, each with the type that it had then: what `migrate` may have put there. Of
/// what cannot be read any more there is none, nor of a moment.
pub(super) fn defaults(link: &mut Link, table: &str, column: &Column) -> Result<Vec<(Type, Value)>, Fault> {
    let noted = state::noted(link)?;
    let had = way((table, &column.name), &noted).into_iter().flatten().filter_map(|at| at.column);
    let constant = |had: &Column| match &had.default {
        Some(Default::Value(value)) => Some((had.ty.clone(), value.clone())),
        _ => None,
    };
    Ok(had.filter_map(constant).collect())
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
    for at in way((&resource.name, &column.name), noted).into_iter().rev() {
        if seen.migration(resource, column, at).is_none() {
            seen.anything = true;
        }
    }
    let with = if seen.anything { With::Anything } else { With::OneOf(seen.defaults) };
    Filled::Column { with, again: seen.again }
}

/// A column at a migration, with its table, as far as they were there.
#[derive(Clone, Copy, Default)]
struct At<'n> {
    table: Option<&'n Table>,
    column: Option<&'n Column>,
}

/// Where the values of a column stood at each migration, the last one first; nothing for those that cannot be read. Two
/// columns may have had the name of today: one that was renamed to it, and one that made room (`twins`), whose values are
/// gone.
fn way<'n>((table, column): (&'n str, &'n str), noted: &'n [Noted]) -> Vec<Option<At<'n>>> {
    let (mut name, mut key) = (table, column);
    let mut later: Option<(&Tables, At<'n>)> = None;
    let mut way = Vec::with_capacity(noted.len());
    for noted in noted.iter().rev() {
        let Some(tables) = &noted.tables else {
            way.push(None);
            continue;
        };
        if let Some((now, At { table: Some(table), .. })) = later {
            name = before(name, &table.was, |was| took_table(was, name, tables, now));
        }
        let table = tables.tables.get(name);
        if let Some((_, At { table: Some(now), column: Some(column) })) = later
            && let Some(table) = table
        {
            key = before(key, &column.was, |was| took_column(was, key, table, now));
        }
        let at = At { table, column: table.and_then(|table| table.column(key)) };
        later = Some((tables, at));
        way.push(Some(at));
    }
    way
}

/// What something was called before a migration, by the name that it took over then, if it did.
fn before<'n>(name: &'n str, was: &'n [String], took: impl Fn(&String) -> bool) -> &'n str {
    was.iter().find(|it| took(it)).map_or(name, String::as_str)
}

/// Whether a table was renamed from another name: no other that is new has taken that.
fn took_table(was: &String, name: &str, before: &Tables, now: &Tables) -> bool {
    let other = |(it, table): (&String, &Table)| {
        it != name && !before.tables.contains_key(it) && table.was.contains(was)
    };
    before.tables.contains_key(was) && !now.tables.contains_key(was) && !now.tables.iter().any(other)
}

/// The same for a column.
fn took_column(was: &String, name: &str, before: &Table, now: &Table) -> bool {
    let other = |it: &Column| it.name != name && before.column(&it.name).is_none() && it.was.contains(was);
    before.column(was).is_some() && now.column(was).is_none() && !now.columns.iter().any(other)
}

/// What the migrations up to one say of a column.
#[derive(Default)]
struct Seen<'n> {
    /// How it was at the last one.
    last: At<'n>,
    defaults: Vec<Json>,
    anything: bool,
    again: bool,
}

impl<'n> Seen<'n> {
    /// Looks at the next one; nothing if it does not say what rows may have got.
    fn migration(&mut self, resource: &Resource, wanted: &Column, at: Option<At<'n>>) -> Option<()> {
        let at = at?;
        let last = std::mem::replace(&mut self.last, at);
        let Some(table) = at.table else { return Some(()) };
        let said = all_said(&table.was, &resource.name, &resource.was)
            && at.column.is_none_or(|it| all_said(&it.was, &wanted.name, &wanted.was));
        if let Some(column) = at.column {
            let needed = column.required || column.needed_by.is_some();
            let back = needed && !column.gone && last.column.is_some_and(|it| it.gone);
            let part = column.needed_by.as_ref().zip(last.table);
            let new = part
                .is_some_and(|(object, last_table)| last.column.is_none() && had(object, table, last_table));
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
