//! Rows into the store: in one transaction, with history, as if each owner and all that it owns had been one call.

use crate::seed::Seed;
use crate::store::layout::{Layout, Table};
use crate::store::link::Fault;
use crate::store::references::refer;
use crate::store::unit::Work;
use opwright_values::circle::circles;
use opwright_values::schema::Field;
use opwright_values::words::counted;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many owners are written with one statement a table.
const CHUNK: usize = 1000;

/// Writes rows into a unit of work. `invocation` stands in their history, `now_us` is when they were made.
pub fn write(work: &mut Work, rows: &[Seed], invocation: &str, now_us: i64) -> Result<(), Fault> {
    write_telling(work, rows, invocation, now_us, &mut |_| ())
}

/// The same, and tells of each chunk: how many rows have been written.
pub fn write_telling(
    work: &mut Work,
    rows: &[Seed],
    invocation: &str,
    now_us: i64,
    tell: &mut dyn FnMut(usize),
) -> Result<(), Fault> {
    let mut written = 0;
    let layout = work.layout().clone();
    let units = units(&layout, rows)?;
    let mut numbers = now_us..;
    for chunk in units.chunks(CHUNK) {
        prefetch(work, &layout, chunk)?;
        for (unit, now_us) in chunk.iter().zip(&mut numbers) {
            // A time of its own for each, so that they stand in the order of the file.
            work.start(invocation, now_us);
            for (table, row) in unit {
                work.insert(*table, row.clone())?;
            }
            work.settle(true)?;
        }
        work.flush()?;
        written += chunk.iter().map(Vec::len).sum::<usize>();
        tell(written);
    }
    references(work, &layout, &units)?;
    turning(&layout, &units)?;
    sizes(work, &layout, &units)
}

/// Rows that belong together: what is owned goes with its owner, wherever it stands.
fn units<'r>(layout: &Layout, rows: &'r [Seed]) -> Result<Vec<Vec<&'r Seed>>, Fault> {
    // Who owns is there before what it owns, which is given its place by it.
    let mut rows: Vec<&Seed> = rows.iter().collect();
    rows.sort_by_key(|(table, _)| owners(layout, *table));
    let mut units: Vec<Vec<&Seed>> = Vec::new();
    let mut unit_of: HashMap<(usize, String), usize> = HashMap::new();
    for seed in rows {
        let (table, row) = seed;
        let shape = layout.table(*table)?;
        let owner =
            shape.owner.and_then(|(owner, field)| Some((owner, shape.reference(row, field)?.to_owned())));
        let number = owner.and_then(|owner| unit_of.get(&owner).copied()).unwrap_or(units.len());
        unit_of.insert((*table, shape.id_of(row)?.to_owned()), number);
        match units.get_mut(number) {
            Some(unit) => unit.push(seed),
            None => units.push(vec![seed]),
        }
    }
    Ok(units)
}

/// How many tables own the rows of one, one above the other.
fn owners(layout: &Layout, table: usize) -> usize {
    let owner = |table: &usize| layout.tables.get(*table)?.owner.map(|(owner, _)| owner);
    std::iter::successors(owner(&table), owner).take(layout.tables.len()).count()
}

/// What the store would ask for row by row: whether the ids are free, and what their owners own already.
fn prefetch(work: &mut Work, layout: &Layout, units: &[Vec<&Seed>]) -> Result<(), Fault> {
    let mut ids: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    let mut owners: BTreeMap<(usize, usize), Vec<&str>> = BTreeMap::new();
    for (table, row) in units.iter().flatten() {
        let shape = layout.table(*table)?;
        ids.entry(*table).or_default().push(shape.id_of(row)?);
        let Some((owner, field)) = shape.owner else { continue };
        let Some(id) = shape.reference(row, field) else { continue };
        ids.entry(owner).or_default().push(id);
        if let Some(collection) = owned_by(shape, layout, owner) {
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

fn owned_by(shape: &Table, layout: &Layout, owner: usize) -> Option<usize> {
    let collections = &layout.tables.get(owner)?.resource.collections;
    let owned = |at: &usize| collections.get(*at).is_some_and(|collection| collection.owned);
    shape.joins.iter().filter(|(of, _)| *of == owner).map(|(_, at)| *at).find(owned)
}

/// No collection that a row joined holds more than it may, however the row was written.
fn sizes(work: &mut Work, layout: &Layout, units: &[Vec<&Seed>]) -> Result<(), Fault> {
    let plan = work.plan();
    let mut joined: BTreeMap<(usize, usize), BTreeSet<&str>> = BTreeMap::new();
    for (table, row) in units.iter().flatten() {
        let shape = layout.table(*table)?;
        for (owner, index) in &shape.joins {
            let through = plan.collection(*owner, *index)?.through;
            joined.entry((*owner, *index)).or_default().extend(shape.reference(row, through));
        }
    }
    let mut full = Vec::new();
    for ((table, index), owners) in joined {
        let (collection, of) = (plan.collection(table, index)?, layout.table(table)?.name());
        let owners: Vec<&str> = owners.into_iter().collect();
        for owners in owners.chunks(CHUNK) {
            work.load_lists(table, index, owners)?;
            for owner in owners {
                let count = work.list(table, index, owner)?.len();
                if u32::try_from(count).unwrap_or(u32::MAX) > collection.size {
                    let (name, most) = (&collection.name, collection.size);
                    full.push(format!(
                        "`{name}` of the {of} `{owner}` would hold {}, {most} at most",
                        counted(count, "row")
                    ));
                }
            }
        }
    }
    told(full)
}

/// Every reference leads to a row, of the same file or of the store.
fn references(work: &mut Work, layout: &Layout, units: &[Vec<&Seed>]) -> Result<(), Fault> {
    let mut wanted: BTreeMap<usize, BTreeMap<&str, String>> = BTreeMap::new();
    for (table, row) in units.iter().flatten() {
        let resource = &layout.table(*table)?.resource;
        for (field, value) in resource.fields.iter().zip(row) {
            let from = |field: &Field| format!("`{}` of {}", field.key, resource.name);
            refer(layout, &field.ty, value, &mut |of, id| {
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
                let name = layout.table(*table)?.name();
                lost.insert(format!("{from} leads to the {name} `{id}`, which is not there"));
            }
        }
    }
    told(lost)
}

/// No reference that must not leads back to its own row. What was there before leads to none of these rows.
fn turning(layout: &Layout, units: &[Vec<&Seed>]) -> Result<(), Fault> {
    let mut wrong = Vec::new();
    for (table, shape) in layout.tables.iter().enumerate() {
        for field in &shape.resource.acyclic {
            let rows = units.iter().flatten().filter(|(of, _)| *of == table);
            let above =
                rows.filter_map(|(_, row)| Some((shape.id_of(row).ok()?, shape.reference(row, *field)?)));
            let key = shape.resource.fields.get(*field).map_or("", |field| field.key.as_str());
            wrong.extend(circles(&above.collect()).iter().map(|circle| {
                format!("`{key}` of {} leads back to the row itself: {}", shape.name(), circle.join(" → "))
            }));
        }
    }
    told(wrong)
}

/// What is wrong with some rows, the first of it; fine if nothing is.
fn told(wrong: impl IntoIterator<Item = String>) -> Result<(), Fault> {
    let wrong: Vec<String> = wrong.into_iter().take(20).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Fault::Other(wrong.join("\n  "))) }
}
