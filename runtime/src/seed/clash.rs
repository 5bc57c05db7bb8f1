//! Which of many rows has a value that is taken: the database only says which value of which table clashes.

use crate::seed::Seed;
use crate::store::ddl::{key_name, unique_name};
use crate::store::layout::{Layout, Table};
use crate::store::link::{Fault, Link};
use crate::store::taking::Taking;
use opwright_values::value::Value;
use opwright_values::words::a;
use opwright_values::write::{Audience, write};

/// What clashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    table: usize,
    set: Vec<usize>,
}

/// A row of those that were to be written, of which another one has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    /// Which one it is of those of its resource, from 1.
    pub number: usize,
    /// How many of its resource there are.
    pub of: usize,
    /// What is taken, unless nobody may see it.
    pub value: Option<String>,
}

impl Clash {
    /// What a fault means, however the database calls it: PostgreSQL names the index, SQLite its columns.
    pub fn of(layout: &Layout, what: &str) -> Option<Self> {
        let tables = layout.tables.iter().enumerate();
        tables.filter_map(|(at, table)| Some(Clash { table: at, set: set(table, what)? })).next()
    }

    /// The fields that clash, in words.
    pub fn says(&self, layout: &Layout) -> String {
        let Some(table) = layout.tables.get(self.table) else { return String::new() };
        let keys = self.set.iter().filter_map(|field| Some(table.resource.fields.get(*field)?.key.as_str()));
        format!("`{}` of {}", keys.collect::<Vec<_>>().join("`, `"), a(table.name()))
    }

    /// Whether it is the id, which a deleted row keeps.
    pub fn is_id(&self, layout: &Layout) -> bool {
        layout.tables.get(self.table).is_some_and(|table| self.set == [table.resource.id])
    }

    /// The first of some rows that has what is taken; nothing if nobody has it any more. Halves of them are asked for, since
    /// a question for each row would take as long as there are rows.
    pub fn first(&self, link: &mut Link, layout: &Layout, rows: &[Seed]) -> Result<Option<First>, Fault> {
        let table = layout.table(self.table)?;
        let Some(taking) = Taking::new(table, &self.set, link.dialect()) else { return Ok(None) };
        let own: Vec<&Seed> = rows.iter().filter(|(at, _)| *at == self.table).collect();
        if !is_taken(link, table, &taking, &own)? {
            return Ok(None);
        }
        let (mut before, mut left) = (0, own.as_slice());
        while left.len() > 1 {
            let (front, behind) = left.split_at(left.len() / 2);
            if is_taken(link, table, &taking, front)? {
                left = front;
            } else {
                (before, left) = (before + front.len(), behind);
            }
        }
        let first =
            |(_, row): &&Seed| First { number: before + 1, of: own.len(), value: self.value(table, row) };
        Ok(left.first().map(first))
    }

    fn value(&self, table: &Table, row: &[Value]) -> Option<String> {
        let shown = self.set.iter().map(|at| {
            let (field, value) = (table.resource.fields.get(*at)?, row.get(*at)?);
            let unseen = field.pii || field.hidden || field.secret;
            (!unseen).then(|| write(&field.ty, value, Audience::Store).to_string())
        });
        shown.collect::<Option<Vec<String>>>().map(|shown| shown.join(", "))
    }
}

/// Whether another row has what is taken of one of these.
fn is_taken(link: &mut Link, table: &Table, taking: &Taking, rows: &[&Seed]) -> Result<bool, Fault> {
    let cells = rows.iter().map(|(_, row)| taking.cells(table, row)).collect();
    for write in taking.asked.writes(cells) {
        if !link.fetch(&write.text, write.args)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn set(table: &Table, what: &str) -> Option<Vec<usize>> {
    let key = |field: &usize| table.resource.fields.get(*field).map(|field| field.key.as_str());
    let listed = |set: &[usize]| {
        set.iter().filter_map(key).map(|key| format!("{}.{key}", table.name())).collect::<Vec<_>>().join(", ")
    };
    let id = vec![table.resource.id];
    if what == key_name(table.name()) || what == listed(&id) {
        return Some(id);
    }
    let mut uniques = table.resource.uniques.iter();
    uniques.find(|set| unique_name(table, set).as_deref() == Some(what) || what == listed(set)).cloned()
}
