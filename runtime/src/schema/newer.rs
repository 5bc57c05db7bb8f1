//! What a service does not know of its own rows. Newer versions may have made others refer to them: when it deletes one,
//! it would ask nothing of the rows that refer to it, nor take along those that it owns. And their objects may have
//! parts that other versions have given them: when it clears one, it would leave those behind.
//!
//! ```text
//! references that `_schema` has and this service has not ─┬─ nor had the tables that were its own once ─▶ newer
//!                                                         └─ they did: it has given them up            ─▶ nobody's
//! ```

use crate::schema::fit;
use crate::schema::state::{self, State};
use crate::schema::tables::Tables;
use crate::store::layout::Layout;
use crate::store::link::{Fault, Link};
use opwright_values::schema::Type;
use opwright_values::words::a;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// What a service does not know of its rows, as of the last migration that it has seen.
#[derive(Debug, Default)]
pub(crate) struct Newer(Mutex<Option<(i64, Arc<Unknown>)>>);

/// What a service does not know of, by the tables whose rows it is about.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unknown {
    refer: BTreeMap<usize, String>,
    own: BTreeMap<usize, String>,
    /// By table and object: the columns of its parts.
    parts: BTreeMap<(usize, String), Vec<String>>,
}

/// A reference: to which table, from which table and column, and whether its rows are owned.
type Reference = (String, String, String, bool);

impl Newer {
    /// How it is now. Whoever deletes a row asks once it is locked: what refers to it later finds it deleted.
    pub(crate) fn unknown(&self, link: &mut Link, layout: &Layout) -> Result<Arc<Unknown>, Fault> {
        let Some(number) = state::number(link)? else { return Ok(Arc::default()) };
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = seen.as_ref().filter(|(of, _)| *of == number) {
            return Ok(Arc::clone(known));
        }
        let State::Stored(number, stored) = state::read(link)? else { return Ok(Arc::default()) };
        let used = Tables::of(&layout.schema);
        let found = Arc::new(Unknown::of(&stored, &state::before(link)?, &used, layout));
        *seen = Some((number, Arc::clone(&found)));
        Ok(found)
    }
}

impl Unknown {
    pub(super) fn of(stored: &Tables, before: &[Tables], used: &Tables, layout: &Layout) -> Self {
        let its_own = before.iter().filter(|tables| fit::are_its_own(tables, used));
        let its_own: Vec<BTreeSet<Reference>> = its_own.map(references).collect();
        let known = references(used);
        let mut found = Self { parts: parts(stored, used, layout), ..Self::default() };
        for reference in references(stored) {
            let newer = its_own.iter().any(|known| !known.contains(&reference));
            let (to, table, column, owned) = &reference;
            let to = layout.tables.iter().position(|table| table.name() == to);
            if let Some(to) = to.filter(|_| newer && !known.contains(&reference)) {
                let why =
                    format!("`{column}` of a {table} may refer to it, which this version does not know");
                if *owned {
                    found.own.entry(to).or_insert_with(|| why.clone());
                }
                found.refer.entry(to).or_insert(why);
            }
        }
        found
    }

    /// The columns of the parts of an object of some table.
    pub(crate) fn parts_of(&self, table: usize, object: &str) -> &[String] {
        self.parts.get(&(table, object.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// Refuses to delete a row of some table.
    pub(crate) fn allow_deletion(&self, table: usize, layout: &Layout) -> Result<(), Fault> {
        refuse("deleted", self.refer.get(&table), table, layout)
    }

    /// Refuses to restore a row of some table: what it owned would stay deleted.
    pub(crate) fn allow_restoring(&self, table: usize, layout: &Layout) -> Result<(), Fault> {
        refuse("restored", self.own.get(&table), table, layout)
    }
}

fn refuse(done: &str, why: Option<&String>, table: usize, layout: &Layout) -> Result<(), Fault> {
    let Some(why) = why else { return Ok(()) };
    Err(Fault::Outdated(format!("{} cannot be {done}: {why}", a(layout.table(table)?.name()))))
}

/// The parts of objects that a service does not know: those that newer versions have added, and those that it has given
/// up while older ones still write them.
fn parts(stored: &Tables, used: &Tables, layout: &Layout) -> BTreeMap<(usize, String), Vec<String>> {
    let mut parts: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
    for (at, table) in layout.tables.iter().enumerate() {
        let there = stored.tables.get(table.name()).zip(used.tables.get(table.name()));
        let Some((stored, used)) = there else { continue };
        for column in stored.columns.iter().filter(|column| used.column(&column.name).is_none()) {
            for object in &column.inside {
                parts.entry((at, object.clone())).or_default().push(column.name.clone());
            }
        }
    }
    parts
}

/// All references between some tables.
fn references(tables: &Tables) -> BTreeSet<Reference> {
    let mut found = BTreeSet::new();
    for (name, table) in &tables.tables {
        for column in table.columns.iter().filter(|column| column.name != table.id) {
            let owned = table.owner.as_ref() == Some(&column.name);
            referred(&column.ty, &mut |to| {
                found.insert((to.to_owned(), name.clone(), column.name.clone(), owned));
            });
        }
    }
    found
}

/// The resources that a value of a type may refer to.
fn referred(ty: &Type, found: &mut impl FnMut(&str)) {
    match ty {
        Type::Id { of, .. } => found(of),
        Type::List { of, .. } | Type::Map { of, .. } => referred(of, found),
        Type::Object { fields, .. } => fields.iter().for_each(|field| referred(&field.ty, found)),
        _ => {}
    }
}
