//! What newer versions have made refer to rows of a service that does not know of it: when it deletes one, it would ask
//! nothing of the rows that refer to it, nor take along those that it owns.
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
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// What newer versions have made refer to the rows of a service, as of the last migration that it has seen.
#[derive(Debug, Default)]
pub(crate) struct Newer(Mutex<Option<(i64, Arc<Referrers>)>>);

/// What a service does not know of, by the tables that are referred to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Referrers {
    refer: BTreeMap<usize, String>,
    own: BTreeMap<usize, String>,
}

/// A reference: to which table, from which table and column, and whether its rows are owned.
type Reference = (String, String, String, bool);

impl Newer {
    /// How it is now. Whoever deletes a row asks once it is locked: what refers to it later finds it deleted.
    pub(crate) fn referrers(&self, link: &mut Link, layout: &Layout) -> Result<Arc<Referrers>, Fault> {
        let Some(number) = state::number(link)? else { return Ok(Arc::default()) };
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = seen.as_ref().filter(|(of, _)| *of == number) {
            return Ok(Arc::clone(known));
        }
        let State::Stored(number, stored) = state::read(link)? else { return Ok(Arc::default()) };
        let used = Tables::of(&layout.schema);
        let found = Arc::new(Referrers::of(&stored, &state::before(link)?, &used, layout));
        *seen = Some((number, Arc::clone(&found)));
        Ok(found)
    }
}

impl Referrers {
    pub(super) fn of(stored: &Tables, before: &[Tables], used: &Tables, layout: &Layout) -> Self {
        let its_own = before.iter().filter(|tables| fit::are_its_own(tables, used));
        let its_own: Vec<BTreeSet<Reference>> = its_own.map(references).collect();
        let known = references(used);
        let mut found = Self::default();
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
    Err(Fault::Outdated(format!("a {} cannot be {done}: {why}", layout.table(table)?.name())))
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
