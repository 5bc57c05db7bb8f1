//! Rows that are deleted, and how they come back.

use super::layer::{Held, Key, Mark};
use super::{Change, ChangeKind, Work, no_table};
use crate::store::layout::Row;
use crate::store::link::{Arg, Cell, Fault};
use crate::store::references::refer;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// A row that is deleted.
#[derive(Debug, Clone)]
pub struct Gone {
    /// Its table.
    pub table: usize,
    /// Its id.
    pub id: Rc<str>,
    held: Held,
}

impl Gone {
    /// What it was.
    pub fn row(&self) -> Rc<Row> {
        Rc::clone(&self.held.row)
    }
}

impl Work {
    /// A row, if there is a deleted one of this id.
    pub fn gone(&mut self, table: usize, id: &str) -> Result<Option<Gone>, Fault> {
        // One that is not written yet is not in the database as it is now.
        self.write_what_is_read(&[table])?;
        let plan = Arc::clone(&self.plan);
        let (shape, statements) =
            (plan.layout.table(table)?, plan.statements.get(table).ok_or_else(|| no_table(table))?);
        let lock = self.locks && self.access.writes.contains(&table);
        let deleting = &statements.deleting;
        let text = if lock { &deleting.deleted_for_update } else { &deleting.deleted };
        let rows = self.link.fetch(text, vec![Arg::Text(id.to_owned())])?;
        let Some(cells) = rows.first() else { return Ok(None) };
        let Some((fields, managed)) = cells.split_at_checked(shape.columns.len()) else { return Ok(None) };
        let int = |at: usize| managed.get(at).and_then(Cell::int).unwrap_or(0);
        let (version, created, position) = (int(0), int(1), int(2));
        let row = Rc::new(shape.row(fields)?);
        if let Some(why) = shape.unbounded(&row) {
            return Err(Fault::Outdated(why));
        }
        let held = Held { row, version, created, position, by: Rc::from("") };
        Ok(Some(Gone { table, id: Rc::from(id), held }))
    }

    /// What the deletion of a row took along: what it owned, however deep, behind the row itself.
    pub fn gone_with(&mut self, gone: Gone) -> Result<Vec<Gone>, Fault> {
        let plan = Arc::clone(&self.plan);
        let (mut all, mut next) = (vec![gone], 0);
        while let Some(Gone { table, id, .. }) = all.get(next).cloned() {
            next += 1;
            let statements = plan.statements.get(table).ok_or_else(|| no_table(table))?;
            for (of, _) in &statements.deleting.came_along {
                all.extend(self.came_along(table, *of, &id)?);
            }
        }
        let newer = plan.newer.unknown(&mut self.link, &plan.layout)?;
        for table in all.iter().map(|gone| gone.table).collect::<BTreeSet<usize>>() {
            newer.allow_restoring(table, &plan.layout)?;
        }
        Ok(all)
    }

    /// The rows that a deleted row owned, in one of its collections, and that its deletion took along; in order.
    pub fn went_along(&mut self, table: usize, index: usize, owner: &str) -> Result<Vec<Gone>, Fault> {
        let plan = Arc::clone(&self.plan);
        let collection = plan.collection(table, index)?;
        if !collection.owned {
            return Ok(Vec::new());
        }
        let mut rows = self.came_along(table, collection.of, owner)?;
        rows.sort_by(|a, b| {
            let place = |gone: &Gone| (gone.held.position, gone.held.created);
            place(a).cmp(&place(b)).then_with(|| a.id.cmp(&b.id))
        });
        Ok(rows)
    }

    fn came_along(&mut self, table: usize, of: usize, owner: &str) -> Result<Vec<Gone>, Fault> {
        let plan = Arc::clone(&self.plan);
        let statements = plan.statements.get(table).ok_or_else(|| no_table(table))?;
        let Some((_, text)) = statements.deleting.came_along.iter().find(|(it, _)| *it == of) else {
            return Ok(Vec::new());
        };
        self.write_what_is_read(&[table, of])?;
        let ids = self.link.fetch(text, vec![Arg::Text(owner.to_owned())])?;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids.iter().filter_map(|row| row.first()?.text()) {
            rows.extend(self.gone(of, id)?);
        }
        Ok(rows)
    }

    /// The first reference of some deleted rows to a row that is not there and is none of them: its table and id.
    pub fn lost_reference(&mut self, gone: &[Gone]) -> Result<Option<(usize, String)>, Fault> {
        let plan = Arc::clone(&self.plan);
        let coming: BTreeSet<(usize, &str)> = gone.iter().map(|it| (it.table, it.id.as_ref())).collect();
        let mut referred: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        for one in gone {
            let fields = &plan.layout.table(one.table)?.resource.fields;
            for (field, value) in fields.iter().zip(one.held.row.iter()) {
                refer(&plan.layout, &field.ty, value, &mut |of, id| {
                    if !coming.contains(&(of, id)) {
                        referred.entry(of).or_default().insert(id);
                    }
                });
            }
        }
        for (table, ids) in referred {
            let names: Vec<&str> = ids.iter().copied().collect();
            self.load_many(table, &names)?;
            if let Some(id) = names.iter().find(|id| self.known(table, id).flatten().is_none()) {
                return Ok(Some((table, (*id).to_owned())));
            }
        }
        Ok(None)
    }

    /// Brings a deleted row back, as it was.
    pub fn restore(&mut self, gone: &Gone) -> Result<(), Fault> {
        let (table, id, row) = (gone.table, &gone.id, gone.row());
        self.follow_uniques(table, None, Some(&row), false)?;
        let (version, by) = (gone.held.version + 1, Rc::clone(&self.invocation));
        let key: Key = (table, Rc::clone(id));
        self.call.rows.insert(key.clone(), Some(Held { version, by, ..gone.held.clone() }));
        self.call.marks.insert(key, Mark::Restored);
        self.follow_lists(table, id, None, Some(&row))?;
        self.find_clash(table, None, &row, false)?;
        self.changes.push(Change {
            table,
            id: Rc::clone(id),
            kind: ChangeKind::Restore,
            version,
            before: None,
            after: Some(row),
        });
        self.write_at_once(table, id)
    }
}
