//! Values that have to occur once: the database decides, when it is written to.
//!
//! ```text
//! a.email = 'x'   (b has it)      b.email = 'y'          written at the end: no clash is seen any more
//! ```
//!
//! What is written late could hide a clash that lasted only for a while. So before a value is given up that was taken
//! and is not written, it is written; and a call that is forgotten, such as a dry run, is shown to the database
//! first.

use super::Work;
use super::layer::{Layer, Taken};
use crate::store::layout::Row;
use crate::store::link::Fault;
use crate::store::taking::Taking;
use opwright_values::value::Value;
use std::sync::Arc;

/// Stands for the id where others are the number of a set of fields.
const ID: usize = usize::MAX;

impl Work {
    /// A row is about to change: `None` is what it is as long as it is not there, or is deleted. One that is new takes its
    /// id, for good.
    pub(super) fn follow_uniques(
        &mut self,
        table: usize,
        before: Option<&Row>,
        after: Option<&Row>,
        new: bool,
    ) -> Result<(), Fault> {
        if self.eager {
            return Ok(());
        }
        let plan = Arc::clone(&self.plan);
        let resource = &plan.layout.table(table)?.resource;
        if new && resource.id_prefix.is_none() {
            let id = after.and_then(|row| row.get(resource.id)).cloned().unwrap_or(Value::Null);
            self.take((table, ID, vec![id]))?;
        }
        for (index, fields) in resource.uniques.iter().enumerate() {
            let values = |row: Option<&Row>| row.and_then(|row| tuple(fields, row));
            let (old, new) = (values(before), values(after));
            if old == new {
                continue;
            }
            if let Some(old) = old.map(|old| (table, index, old)) {
                if self.call.taken.contains(&old) {
                    self.write_what_is_read(&[table])?;
                } else if self.base.taken.contains(&old) {
                    self.write_base(Some(&[table]))?;
                }
            }
            if let Some(new) = new {
                self.take((table, index, new))?;
            }
        }
        Ok(())
    }

    /// Where a write goes to the database at once and could clash in several ways, it is asked for each in the order of
    /// the fields: by itself each database finds another one first.
    pub(super) fn find_clash(
        &mut self,
        table: usize,
        before: Option<&Row>,
        after: &Row,
        new: bool,
    ) -> Result<(), Fault> {
        if !self.eager {
            return Ok(());
        }
        let plan = Arc::clone(&self.plan);
        let shape = plan.layout.table(table)?;
        let changed = |set: &&Vec<usize>| {
            let new = tuple(set, after);
            new.is_some() && before.and_then(|row| tuple(set, row)) != new
        };
        let mut sets: Vec<&Vec<usize>> = shape.resource.uniques.iter().filter(changed).collect();
        sets.sort_by_key(|set| set.last());
        let id = vec![shape.resource.id];
        if new && shape.resource.id_prefix.is_none() {
            sets.insert(0, &id);
        }
        if sets.len() < 2 {
            return Ok(());
        }
        for set in sets {
            let Some(taken) = Taking::new(shape, set, plan.dialect) else { continue };
            for write in taken.asked.writes(vec![taken.cells(shape, after)]) {
                if !self.link.fetch(&write.text, write.args)?.is_empty() {
                    return Err(Fault::NotUnique(taken.what));
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, taken: Taken) -> Result<(), Fault> {
        if self.call.taken.contains(&taken) || self.base.taken.contains(&taken) {
            // The clash is sure; it is found where it happens when the call is run alone.
            let name = self.plan.layout.table(taken.0)?.name().to_owned();
            return Err(Fault::Conflict(format!("two rows of {name} take the same unique value")));
        }
        self.call.taken.insert(taken);
        Ok(())
    }

    /// What a call took, and will be forgotten, is shown to the database, so that a clash is found all the same.
    pub(super) fn try_uniques(&mut self) -> Result<(), Fault> {
        let tables: Vec<usize> = self.call.taken.iter().map(|taken| taken.0).collect();
        if tables.is_empty() { Ok(()) } else { self.write_what_is_read(&tables) }
    }
}

impl Layer {
    /// The database knows now what rows of some tables have taken.
    pub(super) fn taken_is_written(&mut self, tables: Option<&[usize]>) {
        self.taken.retain(|taken| tables.is_some_and(|tables| !tables.contains(&taken.0)));
    }
}

/// The values of some fields; `None` where one is absent, for then they are not compared.
fn tuple(fields: &[usize], row: &Row) -> Option<Vec<Value>> {
    let value = |field: &usize| row.get(*field).filter(|value| **value != Value::Null).cloned();
    fields.iter().map(value).collect()
}
