//! Writing rows: every write is checked here, and nowhere else.

use crate::cx::Cx;
use crate::cx::live::Live;
use crate::cx::typed::Resource;
use crate::stop::{Broken, Checked, Stop};
use crate::store::layout::Row;
use crate::store::link::Fault;
use opwright_values::check::check;
use opwright_values::schema::{Field, Only};
use opwright_values::value::Value;

impl Cx<'_> {
    /// Makes a row.
    pub fn create<R: Resource>(&mut self, row: R) -> Result<Live<R>, Stop> {
        let values = row.to_row();
        self.check_references(R::INDEX, &values, None)?;
        self.check_fields(R::INDEX, &values, None)?;
        self.check_rules(&row)?;
        self.check_sizes(R::INDEX, &values, None)?;
        let inserted = self.work.insert(R::INDEX, values.clone());
        self.unique(R::INDEX, inserted)?;
        let handle = self.adopt(row);
        self.join_collections(&handle, &values)?;
        Ok(handle)
    }

    /// Gives a row other values. What is the same already is no change.
    pub fn update<R: Resource>(&mut self, row: &Live<R>, changed: R) -> Checked {
        self.check_there::<R>(row.id())?;
        let (before, after) = (row.to_row(), changed.to_row());
        if before == after {
            return Ok(());
        }
        self.check_references(R::INDEX, &after, Some(&before))?;
        self.check_fields(R::INDEX, &after, Some(&before))?;
        self.check_circles(R::INDEX, &after, &before)?;
        self.check_rules(&changed)?;
        self.check_sizes(R::INDEX, &after, Some(&before))?;
        let moved = self.changes_references(R::INDEX, &before, &after)?;
        let put = self.work.put(R::INDEX, after.clone());
        self.unique(R::INDEX, put)?;
        Live::add(row, changed);
        if moved { self.refresh_collections(row, &before, &after) } else { Ok(()) }
    }

    /// Every value that changes is one of its type.
    fn check_fields(&mut self, table: usize, values: &Row, before: Option<&Row>) -> Checked {
        let wrong = {
            let shape = self.work.layout().table(table)?;
            out_of_range(&shape.resource.fields, values, before)
        };
        self.in_range(wrong)
    }

    /// Refuses where a field has a value that is none of its type.
    pub(super) fn in_range(&mut self, wrong: Option<(String, String)>) -> Checked {
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
            Err(Broken::Rule { code, operands }) => Err(self.refusal(code, &operands, Vec::new())),
            Err(Broken::Unasked(stop)) => Err(stop),
        }
    }

    /// The collections that a row joins, because it is new or moves there, have room for it.
    fn check_sizes(&mut self, table: usize, values: &Row, before: Option<&Row>) -> Checked {
        for (owner, index, id) in self.joined(table, values, before)? {
            self.check_size(owner, index, &id)?;
        }
        Ok(())
    }

    /// The same for a row that comes back, perhaps with its owner.
    pub(super) fn check_room(&mut self, table: usize, values: &Row, with_owner: bool) -> Checked {
        for (owner, index, id) in self.joined(table, values, None)? {
            if !with_owner || !self.work.plan().collection(owner, index)?.owned {
                self.check_size(owner, index, &id)?;
            }
        }
        Ok(())
    }

    fn check_size(&mut self, owner: usize, index: usize, id: &str) -> Checked {
        {
            let plan = self.work.plan();
            let collection = plan.collection(owner, index)?;
            if collection.owned {
                // While this call counts, nobody else adds a row: who writes one writes its owner.
                self.work.load(owner, id)?;
            }
            let count = self.work.list(owner, index, id)?.len();
            if u32::try_from(count).unwrap_or(u32::MAX) >= collection.size {
                let of = self.work.layout().table(owner)?.name();
                let operands = [
                    ("collection", format!("{} of {of}", collection.name)),
                    ("limit", collection.size.to_string()),
                ];
                return Err(self.refusal("too_many", &operands, Vec::new()));
            }
        }
        Ok(())
    }

    /// The collections that a row is in and was not: the owner's table, the number there, and the owner's id.
    fn joined(
        &self,
        table: usize,
        values: &Row,
        before: Option<&Row>,
    ) -> Result<Vec<(usize, usize, String)>, Stop> {
        let layout = self.work.layout();
        let shape = layout.table(table)?;
        let join = |(owner, index): &(usize, usize)| {
            let through = layout.tables.get(*owner)?.resource.collections.get(*index)?.through;
            let id = shape.reference(values, through)?;
            let was = before.and_then(|before| shape.reference(before, through));
            (was != Some(id)).then(|| (*owner, *index, id.to_owned()))
        };
        Ok(shape.joins.iter().filter_map(join).collect())
    }

    /// Whether a row changes collections, or its place in one.
    fn changes_references(&self, table: usize, before: &Row, after: &Row) -> Result<bool, Stop> {
        let layout = self.work.layout();
        let shape = layout.table(table)?;
        let differs = |field: usize| before.get(field) != after.get(field);
        Ok(shape.joins.iter().any(|(owner, index)| {
            let collection =
                layout.tables.get(*owner).and_then(|owner| owner.resource.collections.get(*index));
            collection.is_some_and(|it| {
                let joins = |only: &Only| only.reads.iter().any(|field| differs(*field));
                differs(it.through)
                    || it.order.iter().any(|key| differs(key.field))
                    || it.only.as_ref().is_some_and(joins)
            })
        }))
    }

    /// A clash is found by the database when the call runs alone; it is then a refusal of the step where it stands.
    pub(super) fn unique<T>(&mut self, table: usize, written: Result<T, Fault>) -> Result<T, Stop> {
        match written {
            Err(Fault::NotUnique(what)) => {
                let field = self.work.unique_field(table, &what);
                Err(self.refusal("not_unique", &[("field", field)], Vec::new()))
            }
            other => Ok(other?),
        }
    }
}

/// The first field whose value is none of its type, and why. What was there before is not asked again.
pub(super) fn out_of_range(
    fields: &[Field],
    values: &[Value],
    before: Option<&Row>,
) -> Option<(String, String)> {
    fields.iter().enumerate().find_map(|(index, field)| {
        let value = values.get(index)?;
        if before.is_some_and(|before| before.get(index) == Some(value)) || *value == Value::Null {
            return None;
        }
        check(&field.ty, value).err().map(|wrong| (field.name.clone(), wrong.reason))
    })
}
