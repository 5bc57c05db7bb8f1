//! A model of the store that is too simple to be wrong.

use super::program::Store;
use super::shop::{AS_CREATED, BY_TOTAL, CUSTOMER, LINE, ORDER, VOUCHER, id};
use opwright_runtime::store::layout::Row;
use opwright_runtime::store::link::Fault;
use opwright_values::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A row as the model knows it.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) row: Row,
    pub(super) version: i64,
    pub(super) by: String,
    /// When it was made, and when it came to its owner.
    made: u64,
    came: u64,
    /// If it is deleted: the row whose deletion took it along, or itself.
    with: Option<(usize, String)>,
}

/// All rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) rows: BTreeMap<(usize, String), Kept>,
    /// Deleted rows.
    pub(super) gone: BTreeMap<(usize, String), Kept>,
    pub(super) events: Vec<String>,
    clock: u64,
    call: String,
    /// Owners of what the call has written, and rows that it has written itself.
    touched: BTreeSet<String>,
    written: BTreeSet<(usize, String)>,
}

impl Model {
    /// A call begins.
    pub(super) fn begin(&mut self, call: String) {
        self.call = call;
        self.touched.clear();
        self.written.clear();
    }

    /// It ends well: a write to a line is one to its order, before and after.
    pub(super) fn end(&mut self) {
        for order in std::mem::take(&mut self.touched) {
            let key = (ORDER, order);
            if let Some(kept) = self.rows.get_mut(&key)
                && !self.written.contains(&key)
            {
                kept.version += 1;
                kept.by.clone_from(&self.call);
            }
        }
    }

    fn wrote(&mut self, table: usize, row: &Row) {
        self.written.insert(key(table, row));
        if let (LINE, Some(Value::Text(order))) = (table, row.get(1)) {
            self.touched.insert(order.clone());
        }
    }
}

/// Which field of a table refers to another, and whether that one owns it.
const REFERENCES: [(usize, usize, usize, bool); 3] =
    [(ORDER, 1, CUSTOMER, false), (LINE, 1, ORDER, true), (VOUCHER, 2, LINE, false)];

/// The ids in a field of a row.
fn ids(row: &Row, field: usize) -> Vec<String> {
    match row.get(field) {
        Some(Value::Text(id)) => vec![id.clone()],
        Some(Value::List(ids)) => {
            ids.iter().map(|id| if let Value::Text(id) = id { id.clone() } else { String::new() }).collect()
        }
        _ => Vec::new(),
    }
}

impl Model {
    /// A row, and what it owns.
    fn tree(rows: &BTreeMap<(usize, String), Kept>, table: usize, id: &str) -> Vec<(usize, String)> {
        let mut tree = vec![(table, id.to_owned())];
        for (of, field, to, owned) in REFERENCES {
            if owned && to == table {
                let belongs = |(key, kept): &(&(usize, String), &Kept)| {
                    key.0 == of && ids(&kept.row, field).contains(&id.to_owned())
                };
                tree.extend(rows.iter().filter(belongs).map(|(key, _)| key.clone()));
            }
        }
        tree
    }

    fn clash(&self, table: usize, row: &Row) -> Result<(), Fault> {
        let same =
            |other: &Row| other.first() != row.first() && other.get(1) == row.get(1) && row[1] != Value::Null;
        let clashes =
            table == CUSTOMER && self.rows.iter().any(|((of, _), other)| *of == CUSTOMER && same(&other.row));
        if clashes { Err(Fault::NotUnique("email".to_owned())) } else { Ok(()) }
    }
}

fn key(table: usize, row: &Row) -> (usize, String) {
    let Some(Value::Text(id)) = row.first() else { panic!("a row has an id") };
    (table, id.clone())
}

impl Store for Model {
    fn load(&mut self, table: usize, id: &str) -> Result<Option<Row>, Fault> {
        Ok(self.rows.get(&(table, id.to_owned())).map(|kept| kept.row.clone()))
    }

    fn list(&mut self, table: usize, collection: usize, owner: &str) -> Result<Vec<String>, Fault> {
        let of = if table == CUSTOMER { ORDER } else { LINE };
        let belongs =
            |(key, kept): &(&(usize, String), &Kept)| key.0 == of && kept.row.get(1) == Some(&id(owner));
        let mut found: Vec<_> = self.rows.iter().filter(belongs).collect();
        found.sort_by(|((_, a), x), ((_, b), y)| match (table, collection) {
            (CUSTOMER, BY_TOTAL) => y.row.get(2).cmp(&x.row.get(2)).then_with(|| a.cmp(b)),
            (CUSTOMER, AS_CREATED) => x.made.cmp(&y.made),
            _ => x.came.cmp(&y.came),
        });
        Ok(found.into_iter().map(|((_, id), _)| id.clone()).collect())
    }

    fn find(&mut self, customer: &str, above: i64) -> Result<Vec<String>, Fault> {
        let fits = |row: &Row| row.get(1) == Some(&id(customer)) && row.get(2) > Some(&Value::Int(above));
        let found = self.rows.iter().filter(|((table, _), kept)| *table == ORDER && fits(&kept.row));
        Ok(found.map(|((_, id), _)| id.clone()).collect())
    }

    fn rich(&mut self, above: i64) -> Result<Vec<String>, Fault> {
        let fits = |row: &Row| row.get(2) > Some(&Value::Int(above));
        let found = self.rows.iter().filter(|((table, _), kept)| *table == CUSTOMER && fits(&kept.row));
        Ok(found.map(|((_, id), _)| id.clone()).collect())
    }

    fn insert(&mut self, table: usize, row: Row) -> Result<(), Fault> {
        if self.rows.contains_key(&key(table, &row)) || self.gone.contains_key(&key(table, &row)) {
            return Err(Fault::NotUnique("id".to_owned()));
        }
        self.clash(table, &row)?;
        self.clock += 1;
        self.wrote(table, &row);
        let (made, came, by) = (self.clock, self.clock, self.call.clone());
        self.rows.insert(key(table, &row), Kept { row, version: 1, by, made, came, with: None });
        Ok(())
    }

    fn put(&mut self, table: usize, row: Row) -> Result<bool, Fault> {
        let before = self.rows.get(&key(table, &row)).cloned().unwrap();
        if before.row == row {
            return Ok(false);
        }
        self.clash(table, &row)?;
        self.wrote(table, &before.row);
        self.wrote(table, &row);
        let moves = table == LINE && before.row.get(1) != row.get(1);
        self.clock += 1;
        let came = if moves { self.clock } else { before.came };
        let (version, by) = (before.version + 1, self.call.clone());
        self.rows.insert(key(table, &row), Kept { row, version, by, came, ..before });
        Ok(true)
    }

    fn is_gone(&mut self, table: usize, id: &str) -> Result<bool, Fault> {
        Ok(self.gone.contains_key(&(table, id.to_owned())))
    }

    fn delete(&mut self, table: usize, id: &str) -> Result<String, Fault> {
        let tree = Self::tree(&self.rows, table, id);
        let tables: BTreeSet<usize> = tree.iter().map(|(table, _)| *table).collect();
        for to in tables {
            for (of, field, _, _) in REFERENCES.iter().filter(|it| it.2 == to) {
                let refers = |row: &Row| ids(row, *field).iter().any(|id| tree.contains(&(to, id.clone())));
                let mut users = self
                    .rows
                    .iter()
                    .filter(|(key, kept)| key.0 == *of && !tree.contains(key) && refers(&kept.row));
                if let Some(((of, id), _)) = users.next() {
                    return Ok(format!("in use by {of} {id}, field {field}"));
                }
            }
        }
        for key in &tree {
            let mut kept = self.rows.remove(key).unwrap();
            self.wrote(key.0, &kept.row);
            kept.version += 1;
            kept.by.clone_from(&self.call);
            kept.with = Some((table, id.to_owned()));
            self.gone.insert(key.clone(), kept);
        }
        Ok(format!("{tree:?}"))
    }

    fn restore(&mut self, table: usize, id: &str) -> Result<String, Fault> {
        let Some(gone) = self.gone.get(&(table, id.to_owned())).cloned() else {
            return Ok("not gone".to_owned());
        };
        let mut tree = Self::tree(&self.gone, table, id);
        tree.retain(|key| self.gone[key].by == gone.by && self.gone[key].with == gone.with);
        let mut lost: BTreeSet<(usize, String)> = BTreeSet::new();
        for key in &tree {
            for (_, field, to, _) in REFERENCES.iter().filter(|it| it.0 == key.0) {
                lost.extend(ids(&self.gone[key].row, *field).into_iter().map(|id| (*to, id)));
            }
        }
        lost.retain(|key| !tree.contains(key) && !self.rows.contains_key(key));
        if let Some((of, id)) = lost.first() {
            return Ok(format!("leads to {of} {id}"));
        }
        for key in &tree {
            let mut kept = self.gone.remove(key).unwrap();
            self.clash(key.0, &kept.row)?;
            self.wrote(key.0, &kept.row);
            kept.version += 1;
            kept.by.clone_from(&self.call);
            self.rows.insert(key.clone(), kept);
        }
        Ok(format!("{tree:?}"))
    }

    fn emit(&mut self, event: String) {
        self.events.push(event);
    }
}
