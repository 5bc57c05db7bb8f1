//! Writing rows: every write is checked here, and nowhere else.

use crate::cx::Cx;
use crate::cx::live::Live;
use crate::cx::typed::Resource;
use crate::cx::walk::Seen;
use crate::stop::{Broken, Checked, Stop};
use crate::store::layout::Row;
use crate::store::link::Fault;
use opwright_values::check::{check, is_bounded};
use opwright_values::schema::{Field, Only};
use opwright_values::value::Value;
use opwright_values::words::a;

impl Cx<'_> {
    /// Makes a row.
    pub fn create<R: Resource>(&mut self, row: R) -> Result<Live<R>, Stop> {
        let values = row.to_row();
        self.check_references(R::INDEX, &values, None)?;
        self.check_fields(R::INDEX, &values, None)?;
        self.check_rules(&row, None)?;
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
        self.check_rules(&changed, Some(row))?;
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

    /// Refuses where a field has a value that is none of its type. No exit is drawn where the value comes from a field of
    /// the same type; how it is written is not asked of rows that are read, so this is where a wider one is found.
    pub(super) fn in_range(&mut self, wrong: Option<Unfit>) -> Checked {
        let Some(Unfit { field, reason, bounded }) = wrong else { return Ok(()) };
        let operands = [("field", field.clone()), ("reason", reason.clone())];
        Err(match self.refusal("out_of_range", &operands, Vec::new()) {
            Stop::OffGraph(_) if bounded => Stop::Fault(Fault::Outdated(format!(
                "`{field}` would be given what another field holds and this version does not allow: it {reason}"
            ))),
            stop => stop,
        })
    }

    /// No exit is drawn for a rule that the write cannot break: a row that breaks it did so before, and only a version
    /// without this rule could have written it.
    fn check_rules<R: Resource>(&mut self, row: &R, before: Option<&R>) -> Checked {
        let (code, operands) = match row.rules(self.seen()) {
            Ok(()) => return Ok(()),
            Err(Broken::Rule { code, operands }) => (code, operands),
            Err(Broken::Unasked(stop)) => return Err(stop),
        };
        let stop = self.refusal(code, &operands, Vec::new());
        if matches!(stop, Stop::OffGraph(_)) && before.is_some_and(is_broken) {
            let of = self.work.layout().table(R::INDEX)?.name();
            let why = format!(
                "{} breaks a rule already, and would still break `{code}`: this version only mends such a row",
                a(of)
            );
            return Err(Stop::Fault(Fault::Outdated(why)));
        }
        Err(stop)
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

/// Whether a row breaks a rule; which ones it breaks behind the first, nobody asks.
fn is_broken<R: Resource>(row: &R) -> bool {
    matches!(row.rules(&mut Seen::default()), Err(Broken::Rule { .. }))
}

/// A value that is none of its field.
pub(super) struct Unfit {
    field: String,
    /// Why, in words that follow the name of the field.
    reason: String,
    /// Whether only the way in which it is written is wrong.
    bounded: bool,
}

/// The first field whose value is none of its type. What was there before is not asked again.
pub(super) fn out_of_range(fields: &[Field], values: &[Value], before: Option<&Row>) -> Option<Unfit> {
    fields.iter().enumerate().find_map(|(index, field)| {
        let value = values.get(index)?;
        if before.is_some_and(|before| before.get(index) == Some(value)) || *value == Value::Null {
            return None;
        }
        let reason = check(&field.ty, value).err()?.reason;
        Some(Unfit { field: field.name.clone(), reason, bounded: is_bounded(&field.ty, value) })
    })
}
