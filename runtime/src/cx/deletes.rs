//! Rows that are deleted: by this call, or before it.
//!
//! ```text
//! delete ─▶ the handles of all that is deleted move over, and show the last values
//!           collections lose the rows, but what is deleted shows what it owned
//! restore ─▶ the handles move back, and collections are read again
//! ```

use crate::cx::Cx;
use crate::cx::live::Live;
use crate::cx::typed::{Columns, Resource};
use crate::stop::{Checked, Stop};
use crate::store::layout::Row;
use crate::store::references::refer;
use crate::store::unit::{Deletion, Gone, InUse};

/// Which rows are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Finds {
    /// Those that are there.
    #[default]
    Live,
    /// Deleted ones only.
    Deleted,
    /// Both.
    All,
}

impl Cx<'_> {
    /// The next reference among the arguments finds deleted rows only.
    pub fn deleted_only(&mut self) -> &mut Self {
        self.finds = Finds::Deleted;
        self
    }

    /// The next reference among the arguments finds deleted rows too.
    pub fn deleted_also(&mut self) -> &mut Self {
        self.finds = Finds::All;
        self
    }

    /// Brings a deleted row back, with what its deletion took along. One that is back already stays as it is.
    pub fn restore<R: Resource>(&mut self, row: &Live<R>) -> Checked {
        let Some(gone) = self.work.gone(R::INDEX, row.id())? else { return Ok(()) };
        let all = self.work.gone_with(gone)?;
        if let Some((of, _)) = self.work.lost_reference(&all)? {
            return Err(self.is_deleted(of)?);
        }
        for (number, gone) in all.iter().enumerate() {
            // What comes back with its owner has its place there.
            self.check_room(gone.table, &gone.row(), number > 0)?;
            let restored = self.work.restore(gone);
            self.unique(gone.table, restored)?;
        }
        self.are_back(&all)
    }

    /// What this call has of rows that are back follows.
    fn are_back(&mut self, all: &[Gone]) -> Checked {
        let mut changed = std::collections::BTreeSet::new();
        for gone in all {
            let key = (gone.table, gone.id.to_string());
            if let Some(Some(handle)) = self.gone.remove(&key) {
                self.handles.insert(key, handle);
            }
            changed.extend(self.collections_of(gone.table, &[&gone.row()])?);
        }
        for key in changed {
            if let Some(many) = self.collections.get(&key).map(|many| many.again()) {
                many.reload(self, &key)?;
            }
        }
        Ok(())
    }

    /// Deletes a row, with what it owns.
    pub fn delete<R: Resource>(&mut self, row: &Live<R>) -> Checked {
        self.check_there::<R>(row.id())?;
        match self.work.delete(R::INDEX, row.id())? {
            Deletion::InUse(user) => Err(self.in_use(&user)?),
            Deletion::Done(rows) => self.are_gone(rows.len()),
        }
    }

    /// The refusal of a deletion: who stands in its way. A hidden or marked id is not told.
    fn in_use(&mut self, user: &InUse) -> Result<Stop, Stop> {
        let table = self.work.layout().table(user.table)?;
        let resource = &table.resource;
        let field = resource.fields.get(user.field).map_or("", |field| field.name.as_str());
        let id = if table.tells_ids() { format!(" {}", user.id) } else { String::new() };
        let words = format!("{}{id}", resource.name);
        let what = format!("it, or what it owns, by `{field}`");
        Ok(self.refusal("in_use", &[("user", words), ("what", what)], Vec::new()))
    }

    /// The last changes of this call are deletions: what it has of the rows follows.
    fn are_gone(&mut self, count: usize) -> Checked {
        let changes = self.work.changes();
        let last = changes.get(changes.len().saturating_sub(count)..).unwrap_or_default().to_vec();
        for change in &last {
            let key = (change.table, change.id.to_string());
            let handle = self.handles.remove(&key);
            self.gone.insert(key, handle);
        }
        for change in &last {
            let Some(before) = &change.before else { continue };
            for key in self.collections_of(change.table, &[before])? {
                // What is deleted shows what it owned.
                let owned = self.work.plan().collection(key.0, key.1)?.owned;
                if !(owned && self.is_gone(key.0, &key.2))
                    && let Some(many) = self.collections.get(&key)
                {
                    many.remove(&change.id);
                }
            }
        }
        Ok(())
    }

    /// Whether this call knows that a row is deleted.
    pub(super) fn is_gone(&self, table: usize, id: &str) -> bool {
        !self.gone.is_empty() && self.gone.contains_key(&(table, id.to_owned()))
    }

    /// The handle of a deleted row.
    pub(super) fn gone_row<R: Resource>(&mut self, id: &str) -> Result<Option<Live<R>>, Stop> {
        let key = (R::INDEX, id.to_owned());
        let known = self.gone.get(&key).and_then(Option::as_ref);
        if let Some(handle) = known.and_then(|handle| handle.downcast_ref::<Live<R>>()) {
            return Ok(Some(handle.clone()));
        }
        let Some(gone) = self.work.gone(R::INDEX, id)? else { return Ok(None) };
        let handle = Live::new(R::from_row(&mut Columns::of(&gone.row()))?);
        self.gone.insert(key, Some(Box::new(handle.clone())));
        Ok(Some(handle))
    }

    /// The rows in a collection of a deleted row: those that it owned, and that went with it. No other live row refers
    /// to it.
    pub(super) fn went_along(&mut self, table: usize, index: usize, owner: &str) -> Result<Vec<Gone>, Stop> {
        let went = self.work.went_along(table, index, owner)?;
        self.work.check_size(table, index, went.len())?;
        let mut rows = Vec::with_capacity(went.len());
        for gone in went {
            self.gone.entry((gone.table, gone.id.to_string())).or_insert(None);
            if self.work.is_member(table, index, &gone.row())? {
                rows.push(gone);
            }
        }
        Ok(rows)
    }

    /// Refuses a write to a row that is deleted.
    pub(super) fn check_there<R: Resource>(&mut self, id: &str) -> Checked {
        if self.is_gone(R::INDEX, id) { Err(self.is_deleted(R::INDEX)?) } else { Ok(()) }
    }

    /// Refuses a row that would refer to one that is deleted. Who has met none cannot name one.
    pub(super) fn check_references(&mut self, table: usize, values: &Row, before: Option<&Row>) -> Checked {
        if self.gone.is_empty() {
            return Ok(());
        }
        let plan = self.work.plan();
        let mut referred = Vec::new();
        for (index, field) in plan.layout.table(table)?.resource.fields.iter().enumerate() {
            let Some(value) = values.get(index) else { continue };
            let is_id = plan.layout.table(table)?.resource.id == index;
            if !is_id && before.is_none_or(|before| before.get(index) != Some(value)) {
                refer(&plan.layout, &field.ty, value, &mut |of, id| referred.push((of, id.to_owned())));
            }
        }
        for (of, id) in referred {
            if self.work.load(of, &id)?.is_none() {
                return Err(self.is_deleted(of)?);
            }
        }
        Ok(())
    }

    fn is_deleted(&mut self, table: usize) -> Result<Stop, Stop> {
        let what = format!("the {}", self.work.layout().table(table)?.name());
        Ok(self.refusal("not_found", &[("what", what)], Vec::new()))
    }
}
