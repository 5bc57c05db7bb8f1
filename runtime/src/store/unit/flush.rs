//! Writing: once at the end of a batch, or early where a query has to see it, or at once in the eager twin.

use super::layer::{Held, Key, Layer, Mark};
use super::{Change, ChangeKind, Work, no_table};
use crate::store::bulk::Bulk;
use crate::store::layout::Table;
use crate::store::link::{Cell, Fault, Write};
use crate::store::statements::Statements;
use opwright_values::write::{Audience, write_fields};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// A row that is about to be written.
struct ToWrite {
    table: usize,
    /// Whether the database does not have it yet.
    new: bool,
    held: Held,
}

/// A row that is about to be deleted, or to come back.
struct ToMark {
    key: Key,
    new: bool,
    version: i64,
    by: Rc<str>,
    deleted_at: Option<i64>,
}

/// What is about to be written of a layer.
struct Pending {
    rows: Vec<ToWrite>,
    marks: Vec<ToMark>,
}

impl Work {
    /// Writes everything that is not written yet.
    pub fn flush(&mut self) -> Result<(), Fault> {
        let rest = self.last_writes()?;
        self.link.execute_all(rest)
    }

    /// The last writes of a batch, which do not rest on one another: what they rest on is written.
    pub fn last_writes(&mut self) -> Result<Vec<Write>, Fault> {
        let plan = Arc::clone(&self.plan);
        let pending = pending(&self.base, |_| true);
        let mut phases = self.phases(&pending)?;
        let mut facts = self.history();
        facts.extend(plan.facts.events(std::mem::take(&mut self.kept_events)));
        facts.extend(plan.facts.runs(std::mem::take(&mut self.runs)));
        self.wrote |= !phases.is_empty() || !facts.is_empty();
        let mut rest = phases.pop().unwrap_or_default();
        for writes in phases {
            self.link.execute_all(writes)?;
        }
        rest.extend(facts);
        self.base.dirty.clear();
        self.base.marks.clear();
        self.base.moved.clear();
        self.base.taken_is_written(None);
        self.kept.clear();
        Ok(rest)
    }

    fn history(&self) -> Vec<Write> {
        let plan = &self.plan;
        let of_table = |(table, statements): (usize, &Statements)| {
            let changes = self.kept.iter().filter(|(change, _, _)| change.table == table);
            let rows: Vec<Vec<Cell>> = changes
                .map(|(change, by, now)| history_row(plan.layout.tables.get(table), change, by, *now))
                .collect();
            statements.history.writes(rows)
        };
        plan.statements.iter().enumerate().flat_map(of_table).collect()
    }

    /// Writes the rows that earlier calls changed: all, or those of some tables.
    pub(super) fn write_base(&mut self, tables: Option<&[usize]>) -> Result<(), Fault> {
        let wanted = |key: &Key| tables.is_none_or(|tables| tables.contains(&key.0));
        let pending = pending(&self.base, wanted);
        self.write_pending(&pending)?;
        self.base.dirty.retain(|key, _| !wanted(key));
        self.base.marks.retain(|key, _| !wanted(key));
        self.base.taken_is_written(tables);
        Ok(())
    }

    fn write_pending(&mut self, pending: &Pending) -> Result<(), Fault> {
        for writes in self.phases(pending)? {
            self.wrote = true;
            self.link.execute_all(writes)?;
        }
        Ok(())
    }

    /// What is written one after another, for it rests on what is before it: what a row gives up, because it is deleted
    /// or changes, can be taken only then.
    ///
    /// ```text
    /// rows are deleted ─▶ rows change ─▶ rows come back ─▶ new rows ─▶ new rows are deleted
    /// ```
    fn phases(&self, pending: &Pending) -> Result<Vec<Vec<Write>>, Fault> {
        let (rows, marks) = (&pending.rows, &pending.marks);
        let gone = |new: bool| marks.iter().filter(move |it| it.deleted_at.is_some() && it.new == new);
        let mut phases = vec![
            self.marks(gone(false))?,
            self.writes(rows.iter().filter(|row| !row.new), |statements| &statements.update)?,
            self.marks(marks.iter().filter(|it| it.deleted_at.is_none()))?,
            self.writes(rows.iter().filter(|row| row.new), |statements| &statements.insert)?,
            self.marks(gone(true))?,
        ];
        phases.retain(|writes| !writes.is_empty());
        Ok(phases)
    }

    fn marks<'m>(&self, marks: impl Iterator<Item = &'m ToMark> + Clone) -> Result<Vec<Write>, Fault> {
        let mut writes = Vec::new();
        let tables: BTreeSet<usize> = marks.clone().map(|mark| mark.key.0).collect();
        for table in tables {
            let statements = self.plan.statements.get(table).ok_or_else(|| no_table(table))?;
            let of_table = marks.clone().filter(|mark| mark.key.0 == table);
            let cells = of_table.map(|mark| {
                vec![
                    Cell::Text(mark.key.1.to_string()),
                    Cell::Int(mark.version),
                    Cell::Text(mark.by.to_string()),
                    mark.deleted_at.map_or(Cell::Null, Cell::Int),
                ]
            });
            writes.extend(statements.deleting.mark.writes(cells.collect()));
        }
        Ok(writes)
    }

    fn writes<'r>(
        &self,
        rows: impl Iterator<Item = &'r ToWrite> + Clone,
        statement: fn(&Statements) -> &Bulk,
    ) -> Result<Vec<Write>, Fault> {
        let mut writes = Vec::new();
        for (table, statements) in self.plan.statements.iter().enumerate() {
            let shape = self.plan.layout.table(table)?;
            let of_table = rows.clone().filter(|row| row.table == table);
            let cells: Vec<Vec<Cell>> = of_table.map(|row| Self::cells(shape, &row.held)).collect();
            writes.extend(statement(statements).writes(cells));
        }
        Ok(writes)
    }

    fn cells(shape: &Table, held: &Held) -> Vec<Cell> {
        let mut cells = shape.cells(&held.row);
        cells.push(Cell::Int(held.version));
        cells.push(Cell::Text(held.by.to_string()));
        cells.push(Cell::Int(held.created));
        cells.push(Cell::Int(held.position));
        cells
    }

    /// A query is about to read these tables: it must see what is not written yet.
    pub(super) fn write_what_is_read(&mut self, reads: &[usize]) -> Result<(), Fault> {
        self.write_base(Some(reads))?;
        let wanted = |key: &Key| reads.contains(&key.0);
        if !self.call.dirty.keys().chain(self.call.marks.keys()).any(wanted) {
            return Ok(());
        }
        self.guard()?;
        self.write_call(wanted)?;
        self.call.taken_is_written(Some(reads));
        Ok(())
    }

    /// Writes rows of this call: if they change again, that is an update.
    fn write_call(&mut self, wanted: impl Fn(&Key) -> bool) -> Result<(), Fault> {
        let pending = pending(&self.call, &wanted);
        self.write_pending(&pending)?;
        for row in pending.rows {
            let id = self.plan.layout.table(row.table)?.id_of(&row.held.row)?;
            self.is_written((row.table, Rc::from(id)));
        }
        for mark in pending.marks {
            self.is_written(mark.key);
        }
        Ok(())
    }

    /// A savepoint before the first early write of a call. What earlier calls left to be written goes before it:
    /// behind it, it would be lost with this one.
    pub(super) fn guard(&mut self) -> Result<(), Fault> {
        if self.savepoint {
            return Ok(());
        }
        self.write_base(None)?;
        self.link.run("SAVEPOINT call")?;
        self.savepoint = true;
        Ok(())
    }

    /// In eager mode a write goes to the database where it happens, so that a clash is found there.
    pub(super) fn write_at_once(&mut self, table: usize, id: &Rc<str>) -> Result<(), Fault> {
        if !self.eager {
            return Ok(());
        }
        self.guard()?;
        self.write_call(|key| key.0 == table && key.1 == *id)
    }

    fn is_written(&mut self, key: Key) {
        self.call.dirty.remove(&key);
        self.call.marks.remove(&key);
        self.call.written.insert(key);
    }
}

/// What some rows of a layer are: what an earlier call left is not what this call has made of it since.
fn pending(layer: &Layer, wanted: impl Fn(&Key) -> bool) -> Pending {
    let rows = layer.dirty.iter().filter(|(key, _)| wanted(key)).filter_map(|(key, dirty)| {
        let held = layer.to_write(key)?.clone();
        Some(ToWrite { table: key.0, new: dirty.new, held })
    });
    let marks = layer.marks.iter().filter(|(key, _)| wanted(key)).filter_map(|(key, mark)| {
        let held = layer.to_write(key)?;
        let deleted_at = if let Mark::Deleted { at, .. } = mark { Some(*at) } else { None };
        let new = layer.dirty.get(key).is_some_and(|dirty| dirty.new);
        Some(ToMark { key: key.clone(), new, version: held.version, by: Rc::clone(&held.by), deleted_at })
    });
    Pending { rows: rows.collect(), marks: marks.collect() }
}

fn history_row(table: Option<&Table>, change: &Change, invocation: &str, now_us: i64) -> Vec<Cell> {
    let text = |row: &Rc<crate::store::layout::Row>| {
        let fields = table.map(|table| table.resource.fields.as_slice()).unwrap_or_default();
        Cell::Text(write_fields(fields, row, Audience::Store).to_string())
    };
    let kind = match change.kind {
        ChangeKind::Create => "create",
        ChangeKind::Update => "update",
        ChangeKind::Touch => "touch",
        ChangeKind::Delete => "delete",
        ChangeKind::Restore => "restore",
    };
    vec![
        Cell::Text(change.id.to_string()),
        Cell::Int(change.version),
        Cell::Text(invocation.to_owned()),
        Cell::Int(now_us),
        Cell::Text(kind.to_owned()),
        change.before.as_ref().map_or(Cell::Null, text),
        change.after.as_ref().map_or(Cell::Null, text),
    ]
}
