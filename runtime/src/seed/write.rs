//! Rows into the store: in one transaction, with history, as if each owner and all that it owns had been one call.

use crate::seed::Seed;
use crate::store::layout::Table;
use crate::store::link::{Dialect, Fault, Link};
use crate::store::work::{Access, Plan, Work};
use opwright_values::schema::{Field, Type};
use opwright_values::value::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// How many owners are written with one statement a table.
const CHUNK: usize = 1000;

/// Writes rows in one transaction; after an error nothing is written, and the connection is closed.
/// `invocation` stands in their history, `now_us` is when they were made.
pub(crate) fn write(
    link: &mut Link,
    plan: &Arc<Plan>,
    rows: Vec<Seed>,
    invocation: &str,
    now_us: i64,
) -> Result<(), Fault> {
    let done = within(link, plan, rows, invocation, now_us);
    if done.is_err() {
        link.drop_connection();
    }
    done
}

fn within(
    link: &mut Link,
    plan: &Arc<Plan>,
    rows: Vec<Seed>,
    invocation: &str,
    now_us: i64,
) -> Result<(), Fault> {
    link.run(if link.dialect() == Dialect::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
    let units = units(plan, rows)?;
    let access = Access { writes: (0..plan.layout.tables.len()).collect() };
    let mut work = Work::new(link, Arc::clone(plan), access, true, false);
    let mut numbers = now_us..;
    for chunk in units.chunks(CHUNK) {
        prefetch(&mut work, plan, chunk)?;
        for (unit, now_us) in chunk.iter().zip(&mut numbers) {
            work.start(invocation, now_us);
            for (table, row) in unit {
                work.insert(*table, row.clone())?;
            }
            work.settle(true)?;
        }
        work.flush()?;
    }
    references(&mut work, plan, &units)?;
    link.run("COMMIT")
}

/// Rows that belong together: what is owned goes with its owner, wherever it stands.
fn units(plan: &Plan, rows: Vec<Seed>) -> Result<Vec<Vec<Seed>>, Fault> {
    let mut units: Vec<Vec<Seed>> = Vec::new();
    let mut unit_of: HashMap<(usize, String), usize> = HashMap::new();
    for (table, row) in rows {
        let shape = plan.layout.table(table)?;
        let owner = shape.owner.and_then(|(owner, field)| Some((owner, shape.reference(&row, field)?.to_owned())));
        let number = owner.and_then(|owner| unit_of.get(&owner).copied()).unwrap_or(units.len());
        unit_of.insert((table, shape.id_of(&row)?.to_owned()), number);
        match units.get_mut(number) {
            Some(unit) => unit.push((table, row)),
            None => units.push(vec![(table, row)]),
        }
    }
    Ok(units)
}

/// What the store would ask for row by row: whether the ids are free, and what their owners own already.
fn prefetch(work: &mut Work<'_>, plan: &Plan, units: &[Vec<Seed>]) -> Result<(), Fault> {
    let mut ids: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    let mut owners: BTreeMap<(usize, usize), Vec<&str>> = BTreeMap::new();
    for (table, row) in units.iter().flatten() {
        let shape = plan.layout.table(*table)?;
        ids.entry(*table).or_default().push(shape.id_of(row)?);
        let Some((owner, field)) = shape.owner else { continue };
        let Some(id) = shape.reference(row, field) else { continue };
        ids.entry(owner).or_default().push(id);
        if let Some(collection) = owned_by(shape, plan, owner) {
            owners.entry((owner, collection)).or_default().push(id);
        }
    }
    for (table, ids) in &ids {
        work.load_many(*table, ids)?;
    }
    for ((table, collection), owners) in &mut owners {
        owners.sort_unstable();
        owners.dedup();
        work.load_lists(*table, *collection, owners)?;
    }
    Ok(())
}

fn owned_by(shape: &Table, plan: &Plan, owner: usize) -> Option<usize> {
    let collections = &plan.layout.tables.get(owner)?.resource.collections;
    let owned = |at: &usize| collections.get(*at).is_some_and(|collection| collection.owned);
    shape.joins.iter().filter(|(of, _)| *of == owner).map(|(_, at)| *at).find(owned)
}

/// Every reference leads to a row, of the same file or of the store.
fn references(work: &mut Work<'_>, plan: &Plan, units: &[Vec<Seed>]) -> Result<(), Fault> {
    let mut wanted: BTreeMap<usize, BTreeMap<&str, String>> = BTreeMap::new();
    for (table, row) in units.iter().flatten() {
        let resource = &plan.layout.table(*table)?.resource;
        for (field, value) in resource.fields.iter().zip(row) {
            let from = |field: &Field| format!("`{}` of {}", field.key, resource.name);
            refer(plan, &field.ty, value, &mut |of, id| {
                wanted.entry(of).or_default().entry(id).or_insert_with(|| from(field));
            });
        }
    }
    let mut lost: BTreeSet<String> = BTreeSet::new();
    for (table, ids) in &wanted {
        let names: Vec<&str> = ids.keys().copied().collect();
        work.load_many(*table, &names)?;
        for (id, from) in ids {
            if work.load(*table, id)?.is_none() {
                let name = plan.layout.table(*table)?.name();
                lost.insert(format!("{from} leads to the {name} `{id}`, which is not there"));
            }
        }
    }
    if lost.is_empty() {
        return Ok(());
    }
    Err(Fault::Other(lost.into_iter().take(20).collect::<Vec<_>>().join("\n  ")))
}

fn refer<'v>(plan: &Plan, ty: &Type, value: &'v Value, found: &mut dyn FnMut(usize, &'v str)) {
    match (ty, value) {
        (Type::Id { of, .. }, Value::Text(id)) => {
            if let Some(of) = plan.layout.tables.iter().position(|table| table.name() == of) {
                found(of, id);
            }
        }
        (Type::List { of, .. }, Value::List(items)) => items.iter().for_each(|item| refer(plan, of, item, found)),
        (Type::Map { of, .. }, Value::Map(entries)) => entries.values().for_each(|item| refer(plan, of, item, found)),
        (Type::Object { fields, .. }, Value::Object(values)) => {
            fields.iter().zip(values).for_each(|(field, value)| refer(plan, &field.ty, value, found));
        }
        _ => {}
    }
}
