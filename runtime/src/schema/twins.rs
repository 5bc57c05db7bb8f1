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
use crate::schema::rivals::{self, Used};
use crate::schema::step::Step;
use crate::schema::tables::{Column, Table, Tables, place};
use crate::schema::twin::{Both, Twin};
use crate::store::ddl::index_name;

/// The table that another one still is, though both are there.
pub(super) fn twin_table<'w>(stored: &Tables, wanted: &'w Tables, name: &str) -> Option<&'w String> {
    stored.tables.get(name)?;
    rivals::tables(stored, wanted, name).into_iter().next()
}

/// The column that another one still is, though both are there.
pub(super) fn twin_column<'w>(stored: &Table, wanted: &'w Table, name: &str) -> Option<&'w String> {
    let (there, column) = stored.column(name).zip(wanted.column(name))?;
    let was = rivals::columns(stored, wanted, column).into_iter().next()?;
    (!rivals::is_needed(stored, &there.name)).then_some(was)
}

/// A table that goes for another one; `both` is what they both may have been, if that is neither.
pub(super) fn table(name: &str, there: &Table, was: &str, both: Option<&String>) -> (Check, Step) {
    let (place, table) = (format!("table `{}`", both.map_or(name, String::as_str)), name.to_owned());
    let both = both.map(|now| Both { now: now.clone(), taken: None });
    let twin = Twin { place, table, id: there.id.clone(), was: was.to_owned(), column: None, both };
    (Check::Twin(Box::new(twin)), Step::DropTable { table: name.to_owned() })
}

/// The columns of a table that go for others; `old` is how the table is called before the first step.
pub(super) fn columns(
    (name, old): (&str, &str),
    table: &mut Table,
    wanted: &Table,
    used: &Used,
) -> (Vec<Check>, Vec<Step>) {
    let (mut checks, mut steps) = (Vec::new(), Vec::new());
    let before = table.clone();
    for column in &wanted.columns {
        let there = before.column(&column.name);
        if there.is_some() && twin_column(&before, wanted, &column.name).is_none() {
            continue;
        }
        let names = rivals::columns(&before, wanted, column);
        let Some(taken) = used.taken(Some(old), &names) else { continue };
        let rivals = names.iter().filter(|it| **it != taken).filter_map(|it| before.column(it));
        let rivals = rivals.filter(|it| !rivals::is_needed(&before, &it.name));
        for gone in there.into_iter().chain(rivals) {
            let taken_column = || before.column(taken).cloned();
            let both =
                (gone.name != column.name).then(|| Both { now: column.name.clone(), taken: taken_column() });
            let (here, id) = (place(name, &column.name), before.id.clone());
            let (old_table, was) = (old.to_owned(), taken.clone());
            let twin = Twin { place: here, table: old_table, id, was, column: Some(gone.clone()), both };
            checks.push(Check::Twin(Box::new(twin)));
            steps.extend(goes((name, old), table, gone));
        }
    }
    (checks, steps)
}

/// A column goes, and with it the indexes that it is in.
fn goes((name, old): (&str, &str), table: &mut Table, gone: &Column) -> Vec<Step> {
    let mut steps = Vec::new();
    for (sets, unique) in [(&mut table.uniques, true), (&mut table.indexes, false)] {
        let dropped = sets.extract_if(.., |columns| columns.contains(&gone.name));
        steps.extend(dropped.map(|columns| Step::DropIndex { name: index_name(old, &columns, unique) }));
    }
    table.columns.retain(|it| it.name != gone.name);
    table.acyclic.retain(|it| *it != gone.name);
    table.sizes.remove(&gone.name);
    steps.push(Step::DropColumn { table: name.to_owned(), column: gone.clone() });
    steps
}
