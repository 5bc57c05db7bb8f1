//! What a call writes: new rows, other values, and the versions of what owns them.

use super::layer::{Dirty, Held, Key};
use super::{Change, ChangeKind, Work};
use crate::store::layout::Row;
use crate::store::link::Fault;
use std::rc::Rc;
use std::sync::Arc;

impl Work {
    /// Adds a row.
    pub fn insert(&mut self, table: usize, row: Row) -> Result<(), Fault> {
        let plan = Arc::clone(&self.plan);
        let shape = plan.layout.table(table)?;
        let id: Rc<str> = Rc::from(shape.id_of(&row)?);
        // Whether the database has the id is found when it is written: a select for each new row would be a
        // statement for each.
        let key = (table, Rc::clone(&id));
        let marked = self.call.marks.contains_key(&key) || self.base.marks.contains_key(&key);
        if marked || self.known(table, &id).flatten().is_some() {
            return Err(Fault::NotUnique(format!("{}.{}", shape.name(), shape.id_column())));
        }
        self.follow_uniques(table, None, Some(&row), true)?;
        let position = self.next_position(table, &row)?;
        // Rows of one call are told apart by their number, calls by their time; equal times by the id.
        let created = self.now_us.saturating_mul(512).saturating_add(self.created);
        self.created += 1;
        let row = Rc::new(row);
        let held =
            Held { row: Rc::clone(&row), version: 1, created, position, by: Rc::clone(&self.invocation) };
        self.call.rows.insert((table, Rc::clone(&id)), Some(held));
        self.call.dirty.insert((table, Rc::clone(&id)), Dirty { new: true });
        self.follow_lists(table, &id, None, Some(&row))?;
        self.find_clash(table, None, &row, true)?;
        let change = Change {
            table,
            id: Rc::clone(&id),
            kind: ChangeKind::Create,
            version: 1,
            before: None,
            after: Some(row),
        };
        self.changes.push(change);
        self.write_at_once(table, &id)
    }

    /// Gives a row other values; `false` if it has them already.
    pub fn put(&mut self, table: usize, row: Row) -> Result<bool, Fault> {
        let plan = Arc::clone(&self.plan);
        let id: Rc<str> = Rc::from(plan.layout.table(table)?.id_of(&row)?);
        let Some(held) = self.held(table, &id)? else {
            return Err(Fault::Other(format!("the row {id} to be written is not there")));
        };
        if *held.row == row {
            return Ok(false);
        }
        self.follow_uniques(table, Some(&held.row), Some(&row), false)?;
        let held = Held { position: self.moved_position(table, &held, &row)?, ..held };
        let row = Rc::new(row);
        self.raise(table, &id, &held, Rc::clone(&row), ChangeKind::Update);
        self.follow_lists(table, &id, Some(&held.row), Some(&row))?;
        self.find_clash(table, Some(&held.row), &row, false)?;
        self.clear_unknown_parts(table, &id, &held.row, &row)?;
        self.write_at_once(table, &id)?;
        Ok(true)
    }

    pub(super) fn raise(&mut self, table: usize, id: &Rc<str>, held: &Held, row: Rc<Row>, kind: ChangeKind) {
        let key: Key = (table, Rc::clone(id));
        let version = held.version + 1;
        let new = self.call.dirty.get(&key).is_some_and(|dirty| dirty.new);
        let by = Rc::clone(&self.invocation);
        self.call.rows.insert(key.clone(), Some(Held { row: Rc::clone(&row), version, by, ..held.clone() }));
        self.call.dirty.insert(key, Dirty { new });
        self.changes.push(Change {
            table,
            id: Rc::clone(id),
            kind,
            version,
            before: Some(Rc::clone(&held.row)),
            after: Some(row),
        });
    }

    /// A write to an owned row is a write to its owner, which a version covers.
    pub(super) fn touch_owners(&mut self) -> Result<(), Fault> {
        let plan = Arc::clone(&self.plan);
        let mut owned: Vec<(usize, Rc<Row>)> = self
            .changes
            .iter()
            .flat_map(|it| it.before.iter().chain(&it.after).map(|row| (it.table, Rc::clone(row))))
            .collect();
        while let Some((table, row)) = owned.pop() {
            let shape = plan.layout.table(table)?;
            let Some((owner, field)) = shape.owner else { continue };
            let Some(id) = shape.reference(&row, field) else { continue };
            let id: Rc<str> = Rc::from(id);
            let key: Key = (owner, Rc::clone(&id));
            let marked = self.call.marks.contains_key(&key);
            if marked || self.call.dirty.contains_key(&key) || self.call.written.contains(&key) {
                continue;
            }
            let Some(held) = self.held(owner, &id)? else { continue };
            let same = Rc::clone(&held.row);
            self.raise(owner, &id, &held, Rc::clone(&same), ChangeKind::Touch);
            self.write_at_once(owner, &id)?;
            owned.push((owner, same));
        }
        Ok(())
    }

    pub(super) fn merge(&mut self) -> Result<(), Fault> {
        self.merge_lists()?;
        let call = std::mem::take(&mut self.call);
        self.base.taken.extend(call.taken);
        self.base.rows.extend(call.rows);
        for (key, dirty) in call.dirty {
            let new = dirty.new || self.base.dirty.get(&key).is_some_and(|known| known.new);
            self.base.dirty.insert(key, Dirty { new });
        }
        self.base.marks.extend(call.marks);
        let (invocation, now) = (Rc::clone(&self.invocation), self.now_us);
        self.kept.extend(self.changes.drain(..).map(|change| (change, Rc::clone(&invocation), now)));
        self.kept_events.append(&mut self.events);
        Ok(())
    }
}
