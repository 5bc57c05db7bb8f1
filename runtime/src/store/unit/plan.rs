//! What does not change from batch to batch.

use crate::schema::newer::Newer;
use crate::store::layout::Layout;
use crate::store::link::{Dialect, Fault};
use crate::store::rules::{IsMember, Members};
use crate::store::statements::Statements;
use opwright_values::schema::Collection;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a lane knows of the database, made once at start.
#[derive(Debug)]
pub struct Plan {
    /// The tables.
    pub layout: Layout,
    /// Their statements.
    pub statements: Vec<Statements>,
    /// Inserts of facts.
    pub facts: crate::store::facts::Inserts,
    /// Which database.
    pub dialect: Dialect,
    /// Tables that some writing operation scans; `None`: nobody knows which.
    pub scanned: Option<BTreeSet<usize>>,
    /// By table and collection: who is in those that do not hold all rows.
    conditions: Vec<Vec<Option<IsMember>>>,
    /// What other versions have made of the rows of these tables.
    pub(crate) newer: Newer,
}

impl Plan {
    /// The plan for a schema.
    pub fn new(layout: Layout, dialect: Dialect) -> Arc<Self> {
        Self::of_service(layout, dialect, None, &[])
    }

    /// The same, where it is known which tables writing operations scan, and who is in which collection.
    pub fn of_service(
        layout: Layout,
        dialect: Dialect,
        scanned: Option<BTreeSet<usize>>,
        members: &'static [Members],
    ) -> Arc<Self> {
        let conditions = conditions(&layout, members);
        let statements = crate::store::statements::all(&layout, dialect);
        Arc::new(Self {
            layout,
            statements,
            facts: crate::store::facts::Inserts::new(dialect),
            dialect,
            scanned,
            conditions,
            newer: Newer::default(),
        })
    }

    /// A collection of a resource.
    pub(crate) fn collection(&self, table: usize, collection: usize) -> Result<&Collection, Fault> {
        let found = self.layout.table(table)?.resource.collections.get(collection);
        found.ok_or_else(|| super::no_table(table))
    }

    /// What a row fulfils that is in a collection; nothing where all rows are.
    pub(crate) fn condition(&self, table: usize, collection: usize) -> Result<Option<IsMember>, Fault> {
        if let Some(Some(known)) = self.conditions.get(table).and_then(|of| of.get(collection)) {
            return Ok(Some(*known));
        }
        let it = self.collection(table, collection)?;
        match &it.only {
            None => Ok(None),
            // Whoever runs operations has the generated code; nobody else asks.
            Some(only) => {
                Err(Fault::Other(format!("nothing here can ask `{}` of `{}`", only.holds, it.name)))
            }
        }
    }
}

fn conditions(layout: &Layout, members: &[Members]) -> Vec<Vec<Option<IsMember>>> {
    let none = layout.tables.iter().map(|table| vec![None; table.resource.collections.len()]);
    let mut conditions: Vec<Vec<Option<IsMember>>> = none.collect();
    for (table, collection, is_member) in members {
        if let Some(condition) = conditions.get_mut(*table).and_then(|of| of.get_mut(*collection)) {
            *condition = Some(*is_member);
        }
    }
    conditions
}
