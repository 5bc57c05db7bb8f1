//! Writing rows: every write is checked here, and nowhere else.

use crate::cx::Cx;
use crate::cx::live::Live;
use crate::cx::typed::Resource;
use crate::stop::{Checked, Stop};
use crate::store::layout::Row;
use crate::store::link::Fault;
use opwright_values::check::check;
use opwright_values::value::Value;

impl Cx<'_> {
    /// Makes a row.
    pub fn create<R: Resource>(&mut self, row: R) -> Result<Live<R>, Stop> {
        let values = row.to_row();
        self.check_fields(R::INDEX, &values, None)?;
        self.check_rules(&row)?;
        self.check_sizes(R::INDEX, &values)?;
        let inserted = self.work.insert(R::INDEX, values.clone());
        self.unique(R::INDEX, inserted)?;
        let handle = self.adopt(row);
        self.refresh_collections::<R>(&[&values])?;
        Ok(handle)
    }

    /// Gives a row other values. What is the same already is no change.
    pub fn update<R: Resource>(&mut self, row: &Live<R>, changed: R) -> Checked {
        let (before, after) = (row.to_row(), changed.to_row());
        if before == after {
            return Ok(());
        }
        self.check_fields(R::INDEX, &after, Some(&before))?;
        self.check_rules(&changed)?;
        let moved = self.changes_references(R::INDEX, &before, &after)?;
        let put = self.work.put(R::INDEX, after.clone());
        self.unique(R::INDEX, put)?;
        Live::add(row, changed);
        if moved { self.refresh_collections::<R>(&[&before, &after]) } else { Ok(()) }
    }

    /// Every value that changes is one of its type.
    fn check_fields(&mut self, table: usize, values: &Row, before: Option<&Row>) -> Checked {
        let wrong = {
            let shape = self.work.layout().table(table)?;
            shape.resource.fields.iter().enumerate().find_map(|(index, field)| {
                let value = values.get(index)?;
                if before.is_some_and(|before| before.get(index) == Some(value)) || *value == Value::Null {
                    return None;
                }
                check(&field.ty, value).err().map(|wrong| (field.name.clone(), wrong.reason))
            })
        };
        match wrong {
            None => Ok(()),
            Some((field, reason)) => {
                Err(self.refusal("out_of_range", &[("field", field), ("reason", reason)], Vec::new()))
            }
        }
    }

    fn check_rules<R: Resource>(&mut self, row: &R) -> Checked {
        match row.rules(self.seen()) {
            Ok(()) => Ok(()),
            Err(broken) => {
                let operands: Vec<(&str, String)> = broken.operands;
                Err(self.refusal(broken.code, &operands, Vec::new()))
            }
        }
    }

    /// The collections that a new row joins have room for it.
    fn check_sizes(&mut self, table: usize, values: &Row) -> Checked {
        let joins: Vec<(usize, usize, String, u32)> = {
            let layout = self.work.layout();
            let shape = layout.table(table)?;
            let join = |(owner, index): &(usize, usize)| {
                let collection = layout.tables.get(*owner)?.resource.collections.get(*index)?;
                let id = shape.reference(values, collection.through)?;
                Some((*owner, *index, id.to_owned(), collection.size))
            };
            shape.joins.iter().filter_map(join).collect()
        };
        for (owner, index, id, size) in joins {
            let count = self.work.list(owner, index, &id)?.len();
            if u32::try_from(count).unwrap_or(u32::MAX) >= size {
                return Err(self.refusal("too_many", &[("limit", size.to_string())], Vec::new()));
            }
        }
        Ok(())
    }

    /// Whether a row changes collections, or its place in one.
    fn changes_references(&self, table: usize, before: &Row, after: &Row) -> Result<bool, Stop> {
        let layout = self.work.layout();
        let shape = layout.table(table)?;
        let differs = |field: usize| before.get(field) != after.get(field);
        Ok(shape.joins.iter().any(|(owner, index)| {
            let collection =
                layout.tables.get(*owner).and_then(|owner| owner.resource.collections.get(*index));
            collection.is_some_and(|it| differs(it.through) || it.order.iter().any(|key| differs(key.field)))
        }))
    }

    /// A clash is found by the database when the call runs alone; it is then a refusal of the step where it stands.
    fn unique<T>(&mut self, table: usize, written: Result<T, Fault>) -> Result<T, Stop> {
        match written {
            Err(Fault::NotUnique(what)) => {
                let field = self.work.unique_field(table, &what);
                Err(self.refusal("not_unique", &[("field", field)], Vec::new()))
            }
            other => Ok(other?),
        }
    }
}
