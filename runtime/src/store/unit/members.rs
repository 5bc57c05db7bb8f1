//! Who is in a collection: all rows that refer to its row, or those for which a condition holds. Sizes count all.

use super::Work;
use super::layer::List;
use crate::store::layout::Row;
use crate::store::link::Fault;
use opwright_values::words::a;
use std::rc::Rc;

impl Work {
    /// Those of all rows that refer to the row of a collection which are in it.
    pub fn members(&mut self, table: usize, collection: usize, all: List) -> Result<List, Fault> {
        let Some(is_member) = self.plan.condition(table, collection)? else { return Ok(all) };
        let of = self.plan.collection(table, collection)?.of;
        let names: Vec<&str> = all.iter().map(|id| id.as_ref()).collect();
        self.load_many(of, &names)?;
        let mut members = Vec::with_capacity(all.len());
        for id in all.iter() {
            if let Some(row) = self.load(of, id)?
                && is_member(&row)?
            {
                members.push(Rc::clone(id));
            }
        }
        Ok(Rc::new(members))
    }

    /// Whether a row that refers to the row of a collection is in it.
    pub fn is_member(&self, table: usize, collection: usize, row: &Row) -> Result<bool, Fault> {
        self.plan.condition(table, collection)?.map_or(Ok(true), |is_member| is_member(row))
    }

    /// Whether a collection holds all rows that refer to its row.
    pub fn is_whole(&self, table: usize, collection: usize) -> Result<bool, Fault> {
        Ok(self.plan.condition(table, collection)?.is_none())
    }

    /// Refuses a collection with more rows than this version allows: what is computed of them rests on how many there
    /// may be.
    pub fn check_size(&self, table: usize, collection: usize, count: usize) -> Result<(), Fault> {
        let declared = self.plan.collection(table, collection)?;
        if u32::try_from(count).is_ok_and(|count| count <= declared.size) {
            return Ok(());
        }
        let (name, most, of) = (&declared.name, declared.size, self.plan.layout.table(table)?.name());
        let why = format!("`{name}` of {} holds more rows than this version allows, which is {most}", a(of));
        Err(Fault::Outdated(why))
    }
}
