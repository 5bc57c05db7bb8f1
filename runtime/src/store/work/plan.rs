//! What does not change from batch to batch.

use crate::operation::Members;
use crate::schema::newer::Newer;
use crate::store::layout::Layout;
use crate::store::link::Dialect;
use crate::store::statements::Statements;
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
    /// Who is in the collections that do not hold all rows.
    pub members: &'static [Members],
    /// What newer versions have made refer to rows of these tables.
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
        let statements = crate::store::statements::all(&layout, dialect);
        Arc::new(Self {
            layout,
            statements,
            facts: crate::store::facts::Inserts::new(dialect),
            dialect,
            scanned,
            members,
            newer: Newer::default(),
        })
    }
}
