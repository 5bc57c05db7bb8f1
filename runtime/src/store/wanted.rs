//! What a batch is known to need before its first call.

use crate::store::link::Dialect;
use crate::store::unit::Plan;
use opwright_values::schema::Collection;
use std::collections::{BTreeMap, BTreeSet};

/// Rows and collections that a batch will need.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Table and id.
    pub rows: BTreeMap<usize, BTreeSet<String>>,
    /// Owner's table and collection, and the owner.
    pub lists: BTreeMap<(usize, usize), BTreeSet<String>>,
    /// Table and id of rows that are given back whole, with their collections.
    pub shapes: BTreeMap<usize, BTreeSet<String>>,
}

impl Wanted {
    /// How many statements fetch all of it, if no collection is empty: each its own on PostgreSQL, and on SQLite all that is
    /// known at once, then the rows in collections.
    pub fn statements(&self, plan: &Plan) -> usize {
        let (mut lists, mut rows_of) = (BTreeSet::new(), BTreeSet::new());
        let collections = |table: usize| {
            let table = plan.layout.tables.get(table);
            table.map(|table| table.resource.collections.as_slice()).unwrap_or_default()
        };
        for (table, index) in self.lists.keys() {
            lists.insert((*table, *index));
            rows_of.extend(collections(*table).get(*index).map(|it| it.of));
        }
        for table in self.shapes.keys() {
            for (index, collection) in collections(*table).iter().enumerate() {
                lists.insert((*table, index));
                rows_of.extend(shows_rows(collection).then_some(collection.of));
            }
        }
        let (known, behind) = (self.rows.len() + lists.len(), rows_of.len());
        match plan.dialect {
            Dialect::Sqlite => known.min(1) + behind.min(1),
            Dialect::Postgres => known + behind,
        }
    }
}

/// Whether what a shape shows of a collection needs its rows: all of what is owned, and of others who is in it.
pub(crate) fn shows_rows(collection: &Collection) -> bool {
    collection.owned || collection.only.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::layout::Layout;
    use crate::tests::{field, reference, resource, schema};

    /// Tickets own their messages and list their tags; the rest stands alone.
    fn plan(dialect: Dialect) -> std::sync::Arc<Plan> {
        let many = |of: usize, owned: bool| Collection {
            name: String::new(),
            of,
            through: 1,
            owned,
            size: 9,
            order: Vec::new(),
            only: None,
        };
        let mut ticket = resource("ticket", Vec::new());
        ticket.collections = vec![many(1, true), many(2, false)];
        let part = |name: &str| resource(name, vec![field("ticket", reference("ticket"))]);
        Plan::new(Layout::of(&schema(vec![ticket, part("message"), part("tag")])), dialect)
    }

    #[test]
    fn statements_are_counted_as_they_are_sent() {
        let counted = |wanted: &Wanted| {
            [Dialect::Sqlite, Dialect::Postgres].map(|dialect| wanted.statements(&plan(dialect)))
        };
        let ids = || BTreeSet::from(["t".to_owned()]);
        let mut wanted = Wanted::default();
        assert_eq!(counted(&wanted), [0, 0]);
        wanted.rows.insert(0, ids());
        assert_eq!(counted(&wanted), [1, 1]);
        wanted.rows.insert(1, ids());
        assert_eq!(counted(&wanted), [1, 2]);
        // Both collections, and the messages in the one that is owned.
        wanted.shapes.insert(0, ids());
        assert_eq!(counted(&wanted), [2, 5]);
        // Listed with its rows: the tags too.
        wanted.lists.insert((0, 1), ids());
        assert_eq!(counted(&wanted), [2, 6]);
        // Nothing belongs to a tag.
        let wanted = Wanted { shapes: [(2, ids())].into(), ..Wanted::default() };
        assert_eq!(counted(&wanted), [0, 0]);
    }
}
