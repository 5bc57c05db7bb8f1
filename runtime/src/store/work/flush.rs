//! Writing: once at the end of a batch, or early where a query has to see it, or at once in the eager twin.

use super::layer::{Held, Key, Layer};
use super::{Change, ChangeKind, Work, no_table};
use crate::store::bulk::Bulk;
use crate::store::layout::Table;
use crate::store::link::{Cell, Fault, Write};
use crate::store::statements::Statements;
use opwright_values::write::{Audience, write_fields};
use std::rc::Rc;
use std::sync::Arc;

/// A row that is about to be written.
struct ToWrite {
    table: usize,
    /// Whether the database does not have it yet.
    new: bool,
    held: Held,
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
        let rows = self.rows_of(&self.base, self.base.dirty.iter().map(|(key, dirty)| (key, dirty.new)));
        let (updates, inserts) = (self.updates(&rows)?, self.inserts(&rows)?);
        let mut facts = self.history();
        facts.extend(plan.facts.events(std::mem::take(&mut self.kept_events)));
        facts.extend(plan.facts.runs(std::mem::take(&mut self.runs)));
        self.wrote |= !updates.is_empty() || !inserts.is_empty() || !facts.is_empty();
        // What a row gives up can be taken by a new one only behind it.
        let mut rest = if inserts.is_empty() {
            updates
        } else {
            self.link.execute_all(updates)?;
            inserts
        };
        rest.extend(facts);
        self.base.dirty.clear();
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
        let keys: Vec<(Key, bool)> = self
            .base
            .dirty
            .iter()
            .filter(|(key, _)| wanted(key))
            .map(|(key, dirty)| (key.clone(), dirty.new))
            .collect();
        let rows = self.rows_of(&self.base, keys.iter().map(|(key, new)| (key, *new)));
        self.write_rows(&rows)?;
        for (key, _) in keys {
            self.base.dirty.remove(&key);
        }
        self.base.taken_is_written(tables);
        Ok(())
    }

    /// What rows are in a layer: what an earlier call left is not what this call has made of it since.
    fn rows_of<'k>(&self, layer: &Layer, keys: impl Iterator<Item = (&'k Key, bool)>) -> Vec<ToWrite> {
        let row = |(key, new): (&'k Key, bool)| {
            let held = layer.get(key.0, &key.1).cloned().flatten()?;
            Some(ToWrite { table: key.0, new, held })
        };
        keys.filter_map(row).collect()
    }

    /// One update and one insert for each table; what a row gave up can then be taken by a new one.
    fn write_rows(&mut self, rows: &[ToWrite]) -> Result<(), Fault> {
        let (updates, inserts) = (self.updates(rows)?, self.inserts(rows)?);
        self.wrote |= !updates.is_empty() || !inserts.is_empty();
        self.link.execute_all(updates)?;
        self.link.execute_all(inserts)
    }

    fn updates(&self, rows: &[ToWrite]) -> Result<Vec<Write>, Fault> {
        self.writes(rows.iter().filter(|row| !row.new), |statements| &statements.update)
    }

    fn inserts(&self, rows: &[ToWrite]) -> Result<Vec<Write>, Fault> {
        self.writes(rows.iter().filter(|row| row.new), |statements| &statements.insert)
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
        let keys: Vec<(Key, bool)> = self
            .call
            .dirty
            .iter()
            .filter(|(key, _)| reads.contains(&key.0))
            .map(|(key, dirty)| (key.clone(), dirty.new))
            .collect();
        if keys.is_empty() {
            return Ok(());
        }
        self.guard()?;
        let rows = self.rows_of(&self.call, keys.iter().map(|(key, new)| (key, *new)));
        self.write_rows(&rows)?;
        for (key, _) in keys {
            self.is_written(key);
        }
        self.call.taken_is_written(Some(reads));
        Ok(())
    }

    /// A savepoint before the first early write of a call. What earlier calls left to be written goes before it:
    /// behind it, it would be lost with this one.
    fn guard(&mut self) -> Result<(), Fault> {
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
        let key: Key = (table, Rc::clone(id));
        let new = self.call.dirty.get(&key).ok_or_else(|| no_table(table))?.new;
        self.guard()?;
        let rows = self.rows_of(&self.call, std::iter::once((&key, new)));
        self.write_rows(&rows)?;
        self.is_written(key);
        Ok(())
    }

    /// A row of this call is in the database: if it changes again, that is an update.
    fn is_written(&mut self, key: Key) {
        self.call.dirty.remove(&key);
        self.call.written.insert(key);
    }
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
    };
    vec![
        Cell::Text(change.id.to_string()),
        Cell::Int(change.version),
        Cell::Text(invocation.to_owned()),
        Cell::Int(now_us),
        Cell::Text(kind.to_owned()),
        change.before.as_ref().map_or(Cell::Null, text),
        text(&change.after),
    ]
}
