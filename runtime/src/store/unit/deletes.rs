//! Deleting a row, with all that it owns.
//!
//! ```text
//! the row ─▶ what it owns, and what that owns ─▶ does another live row refer to one of them? ─▶ marks
//!                                                └─ or may rows that only a newer version knows? ─▶ outdated
//! ```
//!
//! All that is deleted is locked before it is asked who refers to it: whoever makes a row that refers to one of them
//! holds that one until its commit, so its row is seen, or it finds nothing to refer to.

use super::layer::{Key, Mark};
use super::{Change, ChangeKind, Work, list_arg, no_table};
use crate::store::link::{Arg, Fault, Sql};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// How a deletion ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deletion {
    /// These rows are deleted: table and id, the row itself first.
    Done(Vec<(usize, Rc<str>)>),
    /// Nothing is deleted.
    InUse(InUse),
}

/// A live row that refers to one that would be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InUse {
    /// The table of the row that refers.
    pub table: usize,
    /// By which of its fields.
    pub field: usize,
    /// Its id.
    pub id: String,
}

impl Work {
    /// Deletes a row and what it owns, unless another row refers to one of them.
    pub fn delete(&mut self, table: usize, id: &str) -> Result<Deletion, Fault> {
        let rows = self.with_owned(table, id)?;
        if let Some(user) = self.user_of(&rows)? {
            return Ok(Deletion::InUse(user));
        }
        let plan = Arc::clone(&self.plan);
        let newer = plan.newer.unknown(&mut self.link, &plan.layout)?;
        for table in rows.iter().map(|(table, _)| *table).collect::<BTreeSet<usize>>() {
            newer.allow_deletion(table, &plan.layout)?;
        }
        // Deletions of one call are told apart by their moment, so that each brings back only what it took along.
        let at = self.now_us.saturating_add(self.deletions);
        self.deletions += 1;
        for (table, id) in &rows {
            self.delete_one(*table, id, at)?;
        }
        Ok(Deletion::Done(rows))
    }

    /// A row, then all that it owns, however deep. Each is locked once it is here.
    fn with_owned(&mut self, table: usize, id: &str) -> Result<Vec<Key>, Fault> {
        let plan = Arc::clone(&self.plan);
        if self.held(table, id)?.is_none() {
            return Err(Fault::Other(format!("the row {id} to be deleted is not there")));
        }
        let mut rows: Vec<Key> = vec![(table, Rc::from(id))];
        let mut level: BTreeMap<usize, Vec<Rc<str>>> = [(table, vec![Rc::from(id)])].into();
        while let Some((owner, owners)) = level.pop_first() {
            let statements = plan.statements.get(owner).ok_or_else(|| no_table(owner))?;
            for (of, text) in &statements.deleting.owned {
                let ids = self.ids_among(text, *of, &owners, None)?;
                let ids = self.owned_among(owner, *of, &ids)?;
                if !ids.is_empty() {
                    rows.extend(ids.iter().map(|id| (*of, Rc::clone(id))));
                    level.entry(*of).or_default().extend(ids);
                }
            }
        }
        Ok(rows)
    }

    /// Those of some rows that are there, owned by rows of a table; of each no more than this version allows.
    fn owned_among(&mut self, owner: usize, of: usize, ids: &[Rc<str>]) -> Result<Vec<Rc<str>>, Fault> {
        let plan = Arc::clone(&self.plan);
        let shape = plan.layout.table(of)?;
        let Some((_, through)) = shape.owner else { return Ok(Vec::new()) };
        let names: Vec<&str> = ids.iter().map(|id| id.as_ref()).collect();
        self.load_many(of, &names)?;
        let (mut there, mut counts) = (Vec::with_capacity(ids.len()), BTreeMap::<String, usize>::new());
        for id in ids {
            let Some(row) = self.load(of, id)? else { continue };
            if let Some(owner) = shape.reference(&row, through) {
                *counts.entry(owner.to_owned()).or_default() += 1;
            }
            there.push(Rc::clone(id));
        }
        let most = counts.into_values().max().unwrap_or(0);
        for (_, index) in shape.joins.iter().filter(|(table, _)| *table == owner) {
            if plan.collection(owner, *index)?.through == through {
                self.check_size(owner, *index, most)?;
            }
        }
        Ok(there)
    }

    /// The first live row that refers to some rows and is none of them.
    fn user_of(&mut self, rows: &[Key]) -> Result<Option<InUse>, Fault> {
        let plan = Arc::clone(&self.plan);
        let of = |table: usize| -> Vec<Rc<str>> {
            rows.iter().filter(|(of, _)| *of == table).map(|(_, id)| Rc::clone(id)).collect()
        };
        let tables: BTreeSet<usize> = rows.iter().map(|(table, _)| *table).collect();
        for table in tables {
            let statements = plan.statements.get(table).ok_or_else(|| no_table(table))?;
            for referring in &statements.deleting.referring {
                let except = of(referring.table);
                let found = self.ids_among(&referring.text, referring.table, &of(table), Some(&except))?;
                if let Some(id) = found.first() {
                    let (table, field) = (referring.table, referring.field);
                    return Ok(Some(InUse { table, field, id: id.to_string() }));
                }
            }
        }
        Ok(None)
    }

    /// The ids that a statement gives, which reads one table and is given ids.
    pub(super) fn ids_among(
        &mut self,
        text: &Sql,
        reads: usize,
        ids: &[Rc<str>],
        except: Option<&[Rc<str>]>,
    ) -> Result<Vec<Rc<str>>, Fault> {
        self.write_what_is_read(&[reads])?;
        let dialect = self.plan.dialect;
        let arg = |ids: &[Rc<str>]| -> Arg {
            let names: Vec<&str> = ids.iter().map(|id| id.as_ref()).collect();
            list_arg(&names, dialect)
        };
        let args = std::iter::once(arg(ids)).chain(except.map(arg)).collect();
        let found = self.link.fetch(text, args)?;
        Ok(found.iter().filter_map(|row| Some(Rc::from(row.first()?.text()?))).collect())
    }

    fn delete_one(&mut self, table: usize, id: &Rc<str>, at: i64) -> Result<(), Fault> {
        let Some(held) = self.held(table, id)? else { return Ok(()) };
        self.follow_uniques(table, Some(&held.row), None, false)?;
        let key: Key = (table, Rc::clone(id));
        let before = Rc::clone(&held.row);
        let mut held = held;
        (held.version, held.by) = (held.version + 1, Rc::clone(&self.invocation));
        let version = held.version;
        self.call.rows.insert(key.clone(), None);
        self.call.marks.insert(key, Mark::Deleted { held, at });
        self.follow_lists(table, id, Some(&before), None)?;
        self.changes.push(Change {
            table,
            id: Rc::clone(id),
            kind: ChangeKind::Delete,
            version,
            before: Some(before),
            after: None,
        });
        self.write_at_once(table, id)
    }
}
