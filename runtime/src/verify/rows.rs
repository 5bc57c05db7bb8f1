//! Rows by themselves, and what they refer to.

use crate::schema::ask::circles;
use crate::store::layout::{Layout, Table};
use crate::store::link::{Arg, Cell, Fault, Link};
use crate::store::references::refer;
use crate::store::rules::RowCheck;
use crate::store::statements;
use crate::verify::Report;
use crate::verify::pages::{Page, Stored, there};
use opwright_values::check::check as check_value;
use opwright_values::value::Value;
use opwright_values::words::counted;
use std::collections::{BTreeMap, BTreeSet};

/// What rows are looked at.
pub(super) struct Kind<'l> {
    /// Their table.
    pub(super) table: &'l Table,
    /// What is true of every row of it.
    pub(super) rules: Option<RowCheck>,
    /// Whether they are deleted.
    pub(super) deleted: bool,
}

/// Checks the rows of a page.
pub(super) fn check(
    link: &mut Link,
    layout: &Layout,
    kind: &Kind<'_>,
    page: &Page,
    report: &mut Report,
) -> Result<(), Fault> {
    let (table, rules) = (kind.table, kind.rules);
    if !kind.deleted {
        report.rows += page.rows.len() + page.unreadable.len();
    }
    for (id, why) in &page.unreadable {
        report.add(table.name(), id, why.clone());
    }
    let mut references = References::new();
    for stored in &page.rows {
        let sound = fields(table, stored, report);
        if stored.position < 0 {
            let wrong = format!("its place is {}, which nothing has", stored.position);
            report.add(table.name(), &stored.id, wrong);
        }
        // A rule over values that are none would be asked in vain.
        if sound && let Some(rules) = rules {
            match rules(&stored.row) {
                Ok(None) => {}
                Ok(Some(code)) => {
                    report.add(table.name(), &stored.id, format!("it breaks the rule `{code}`"))
                }
                Err(fault) => report.add(table.name(), &stored.id, fault.to_string()),
            }
        }
        for (field, value) in table.resource.fields.iter().zip(&stored.row) {
            refer(layout, &field.ty, value, &mut |of, id| {
                let from = (stored.id.as_str(), field.name.as_str());
                references.entry(of).or_default().entry(id).or_insert(from);
            });
        }
    }
    lost(link, layout, kind, &references, report)
}

/// Referred-to table, id, and the first row and field that refer to it.
type References<'p> = BTreeMap<usize, BTreeMap<&'p str, (&'p str, &'p str)>>;

fn fields(table: &Table, stored: &Stored, report: &mut Report) -> bool {
    let mut sound = true;
    for (field, value) in table.resource.fields.iter().zip(&stored.row) {
        let wrong = match value {
            Value::Null if field.optional => continue,
            Value::Null => "is missing".to_owned(),
            value => match check_value(&field.ty, value) {
                Ok(()) => continue,
                Err(wrong) => wrong.reason,
            },
        };
        sound = false;
        report.add(table.name(), &stored.id, format!("`{}` {wrong}", field.key));
    }
    sound
}

fn lost(
    link: &mut Link,
    layout: &Layout,
    kind: &Kind<'_>,
    references: &References<'_>,
    report: &mut Report,
) -> Result<(), Fault> {
    let table = kind.table;
    for (of, wanted) in references {
        let other = layout.table(*of)?;
        let ids: Vec<&str> = wanted.keys().copied().collect();
        let there: BTreeSet<String> = there(link, other, kind.deleted, &ids)?.into_iter().collect();
        for (id, (row, field)) in wanted.iter().filter(|(id, _)| !there.contains(**id)) {
            let wrong = format!("`{field}` leads to the {} `{id}`, which is not there", other.name());
            report.add(table.name(), row, wrong);
        }
    }
    Ok(())
}

/// No two live rows have the same values where they have to be unique: an index that somebody has dropped keeps nothing.
pub(super) fn check_uniques(link: &mut Link, table: &Table, report: &mut Report) -> Result<(), Fault> {
    for set in &table.resource.uniques {
        let keys = set.iter().filter_map(|field| Some(table.resource.fields.get(*field)?.key.as_str()));
        let keys: Vec<&str> = keys.collect();
        for row in link.fetch(&statements::alike(table, &keys), Vec::new())? {
            let id = row.first().and_then(Cell::text).unwrap_or("");
            report.add(table.name(), id, format!("another row has the same `{}`", keys.join("` and `")));
        }
    }
    Ok(())
}

/// No collection is larger than it may be.
pub(super) fn check_sizes(
    link: &mut Link,
    layout: &Layout,
    table: &Table,
    report: &mut Report,
) -> Result<(), Fault> {
    for collection in &table.resource.collections {
        let Some(other) = layout.tables.get(collection.of) else { continue };
        let Some(through) = other.resource.fields.get(collection.through) else { continue };
        let text = statements::crowded(other, &through.key);
        for row in link.fetch(&text, vec![Arg::Int(i64::from(collection.size))])? {
            let (owner, count) = (row.first().and_then(Cell::text), row.get(1).and_then(Cell::int));
            let wrong = format!(
                "`{}` has {}, at most {} are allowed",
                collection.name,
                counted(count.unwrap_or(0), "row"),
                collection.size
            );
            report.add(table.name(), owner.unwrap_or(""), wrong);
        }
    }
    Ok(())
}

/// No reference that must not leads back to its own row.
pub(super) fn check_circles(link: &mut Link, table: &Table, report: &mut Report) -> Result<(), Fault> {
    let resource = &table.resource;
    let Some(id) = resource.fields.get(resource.id) else { return Ok(()) };
    for field in resource.acyclic.iter().filter_map(|at| resource.fields.get(*at)) {
        for circle in circles(link, (table.name(), &id.key), &field.key, &mut |_, _| ())? {
            let wrong = format!("`{}` leads back to the row itself: {}", field.key, circle.join(" → "));
            report.add(table.name(), circle.first().map_or("", String::as_str), wrong);
        }
    }
    Ok(())
}
