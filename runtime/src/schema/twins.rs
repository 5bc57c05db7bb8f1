//! What was renamed without `was`, and migrated so: the old name and the new one have both become columns, and `was` is said
//! only now. If the new one was never used, the old one takes its place.
//!
//! ```text
//! stored: item(sku, code2)   wanted: item(code2), was sku
//!   no row has or ever had a `code2`   ─▶ the new column goes, and `sku` becomes `code2`
//!   some have                          ─▶ refused: two fields are none, and `verify` could not tell their histories apart
//! ```
//!
//! So what is dropped holds nothing but a default that somebody's `migrate` filled in.

use crate::schema::checks::Check;
use crate::schema::step::Step;
use crate::schema::tables::{Table, Tables, place};
use crate::schema::twin::Twin;
use crate::store::ddl::index_name;

/// Whether a name was given up for the one that is there already, by a migration before this one: what is still called so
/// is something else.
fn is_settled(had: &[String], was: &String, is_there: impl Fn(&String) -> bool) -> bool {
    had.contains(was) && had.iter().any(|name| !is_there(name))
}

/// The table that another one still is, though both are there.
pub(super) fn twin_table<'w>(stored: &Tables, wanted: &'w Tables, name: &str) -> Option<&'w String> {
    let (there, wanted_table) = stored.tables.get(name).zip(wanted.tables.get(name))?;
    let is_it = |was: &&String| stored.tables.contains_key(*was) && !wanted.tables.contains_key(*was);
    let was = wanted_table.was.iter().find(is_it)?;
    let settled = is_settled(&there.was, was, |it| stored.tables.contains_key(it));
    (!settled).then_some(was)
}

/// The column that another one still is, though both are there.
pub(super) fn twin_column<'w>(stored: &Table, wanted: &'w Table, name: &str) -> Option<&'w String> {
    let (there, wanted_column) = stored.column(name).zip(wanted.column(name))?;
    let is_it = |was: &&String| wanted.column(was).is_none() && stored.column(was).is_some();
    let was = wanted_column.was.iter().find(is_it)?;
    let settled = is_settled(&there.was, was, |it| stored.column(it).is_some());
    let needed = stored.id == there.name || stored.owner.as_ref() == Some(&there.name);
    (!settled && !needed).then_some(was)
}

/// A table that goes for another one.
pub(super) fn table(name: &str, there: &Table, was: &str) -> (Check, Step) {
    let (place, table) = (format!("table `{name}`"), name.to_owned());
    let twin = Twin { place, table, id: there.id.clone(), was: was.to_owned(), column: None };
    (Check::Twin(Box::new(twin)), Step::DropTable { table: name.to_owned() })
}

/// The columns of a table that go for others; `old` is how the table is called before the first step.
pub(super) fn columns(
    (name, old): (&str, &str),
    table: &mut Table,
    wanted: &Table,
) -> (Vec<Check>, Vec<Step>) {
    let (mut checks, mut steps) = (Vec::new(), Vec::new());
    for column in &wanted.columns {
        let before = table.clone();
        let twin = before.column(&column.name).zip(twin_column(&before, wanted, &column.name));
        let Some((there, was)) = twin else { continue };
        let (here, id, column) = (place(name, &there.name), before.id.clone(), Some(there.clone()));
        let twin = Twin { place: here, table: old.to_owned(), id, was: was.clone(), column };
        checks.push(Check::Twin(Box::new(twin)));
        for (sets, unique) in [(&mut table.uniques, true), (&mut table.indexes, false)] {
            let gone = sets.extract_if(.., |columns| columns.contains(&there.name));
            steps.extend(gone.map(|columns| Step::DropIndex { name: index_name(old, &columns, unique) }));
        }
        table.columns.retain(|it| it.name != there.name);
        table.acyclic.retain(|it| *it != there.name);
        table.sizes.remove(&there.name);
        steps.push(Step::DropColumn { table: name.to_owned(), column: there.name.clone() });
    }
    (checks, steps)
}
