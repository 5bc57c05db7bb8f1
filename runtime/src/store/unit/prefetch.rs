//! Fetching what a batch is known to need, before its first call: a statement costs more than what it gives.
//!
//! ```text
//! rows of these ids, collections of these owners    one statement on SQLite, one each on PostgreSQL
//! rows in those collections                         the same again
//! ```

use super::Work;
use crate::store::link::Fault;
use crate::store::wanted::{Wanted, shows_rows};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a statement is asked for: ids of rows, or owners of collections.
enum Asked<'w> {
    Rows(usize, Vec<&'w str>),
    Lists(usize, usize, Vec<&'w str>),
}

/// Owner's table and collection, and the owners.
type Lists<'w> = BTreeMap<(usize, usize), BTreeSet<&'w str>>;

impl Work {
    /// Fetches what is not at hand.
    pub fn prefetch(&mut self, wanted: &Wanted) -> Result<(), Fault> {
        let (lists, listed) = self.wanted_lists(wanted)?;
        let mut asked = Vec::new();
        for (table, ids) in &wanted.rows {
            let missing = self.missing(*table, ids.iter().map(String::as_str));
            asked.push(Asked::Rows(*table, missing));
        }
        for ((table, collection), owners) in &lists {
            let missing = self.missing_lists(*table, *collection, owners.iter().copied());
            asked.push(Asked::Lists(*table, *collection, missing));
        }
        self.ask(asked)?;

        let mut rows: BTreeMap<usize, Vec<Rc<str>>> = BTreeMap::new();
        for ((table, collection), owners) in listed {
            let of = self.plan.collection(table, collection)?.of;
            rows.entry(of).or_default().extend(self.listed(table, collection, owners.into_iter()));
        }
        let asked = rows
            .iter()
            .map(|(table, ids)| Asked::Rows(*table, self.missing(*table, ids.iter().map(|id| id.as_ref()))));
        self.ask(asked.collect())
    }

    /// All collections that are wanted, and those whose rows are wanted with them: a shape shows the rows that it owns,
    /// and of others the ids.
    fn wanted_lists<'w>(&self, wanted: &'w Wanted) -> Result<(Lists<'w>, Lists<'w>), Fault> {
        let (mut lists, mut listed) = (Lists::new(), Lists::new());
        for (key, owners) in &wanted.lists {
            lists.entry(*key).or_default().extend(owners.iter().map(String::as_str));
            listed.entry(*key).or_default().extend(owners.iter().map(String::as_str));
        }
        for (table, ids) in &wanted.shapes {
            for (index, collection) in self.plan.layout.table(*table)?.resource.collections.iter().enumerate()
            {
                let key = (*table, index);
                lists.entry(key).or_default().extend(ids.iter().map(String::as_str));
                if shows_rows(collection) {
                    listed.entry(key).or_default().extend(ids.iter().map(String::as_str));
                }
            }
        }
        Ok((lists, listed))
    }

    fn ask(&mut self, mut asked: Vec<Asked<'_>>) -> Result<(), Fault> {
        asked.retain(|asked| match asked {
            Asked::Rows(_, ids) | Asked::Lists(_, _, ids) => !ids.is_empty(),
        });
        let statements = asked.iter().map(|asked| match asked {
            Asked::Rows(table, ids) => self.ask_rows(*table, ids),
            Asked::Lists(table, collection, owners) => self.ask_lists(*table, *collection, owners),
        });
        let statements = statements.collect::<Result<Vec<_>, Fault>>()?;
        let answers = self.link.fetch_all_packed(statements)?;
        for (asked, rows) in asked.into_iter().zip(answers) {
            match asked {
                Asked::Rows(table, ids) => self.keep_rows(table, &ids, rows)?,
                Asked::Lists(table, collection, owners) => {
                    self.keep_lists(table, collection, &owners, rows)?;
                }
            }
        }
        Ok(())
    }
}
