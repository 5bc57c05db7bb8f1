//! Collections: what the database has, then what the calls of this batch have changed.

use super::layer::{Held, List, ListKey};
use super::{Work, list_arg, no_table};
use crate::store::layout::Row;
use crate::store::link::{Arg, Cell, Fault, Sql};
use opwright_values::schema::Collection;
use opwright_values::value::Value;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

impl Work {
    /// The ids in a collection of a row, in order.
    pub fn list(&mut self, table: usize, collection: usize, owner: &str) -> Result<List, Fault> {
        let key: ListKey = (table, collection, Rc::from(owner));
        if self.known_list(&key).is_none() {
            self.fetch_lists(table, collection, &[owner])?;
        }
        let list = self.known_list(&key).cloned().unwrap_or_default();
        let other = self.collection(table, collection)?.of;
        let changed: Vec<Rc<str>> = self.changed(other, false);
        self.adjusted(list, &key, &changed)
    }

    /// Fetches the collections of some rows with one statement, unless they are at hand.
    pub fn load_lists(&mut self, table: usize, collection: usize, owners: &[&str]) -> Result<(), Fault> {
        let missing = self.missing_lists(table, collection, owners.iter().copied());
        if missing.is_empty() { Ok(()) } else { self.fetch_lists(table, collection, &missing) }
    }

    /// Those of some owners whose collections are not at hand.
    pub(super) fn missing_lists<'o>(
        &self,
        table: usize,
        collection: usize,
        owners: impl Iterator<Item = &'o str>,
    ) -> Vec<&'o str> {
        let known = |owner: &str| self.known_list(&(table, collection, Rc::from(owner))).is_some();
        owners.filter(|owner| !known(owner)).collect()
    }

    /// Fetches the rows in some collections that are at hand.
    pub fn load_listed(&mut self, table: usize, collection: usize, owners: &[&str]) -> Result<(), Fault> {
        let of = self.collection(table, collection)?.of;
        let ids = self.listed(table, collection, owners.iter().copied());
        let ids: Vec<&str> = ids.iter().map(|id| id.as_ref()).collect();
        self.load_many(of, &ids)
    }

    /// The ids in some collections that are at hand.
    pub(super) fn listed<'o>(
        &self,
        table: usize,
        collection: usize,
        owners: impl Iterator<Item = &'o str>,
    ) -> Vec<Rc<str>> {
        let lists = owners.filter_map(|owner| self.known_list(&(table, collection, Rc::from(owner))));
        lists.flat_map(|list| list.iter().cloned()).collect()
    }

    pub(super) fn known_list(&self, key: &ListKey) -> Option<&List> {
        self.call.lists.get(key).or_else(|| self.base.lists.get(key))
    }

    /// A collection of a resource.
    pub(crate) fn collection(&self, table: usize, collection: usize) -> Result<Collection, Fault> {
        let found = self.plan.layout.table(table)?.resource.collections.get(collection);
        found.cloned().ok_or_else(|| no_table(table))
    }

    fn fetch_lists(&mut self, table: usize, collection: usize, owners: &[&str]) -> Result<(), Fault> {
        let (text, args) = self.ask_lists(table, collection, owners)?;
        let rows = self.link.fetch_packed(&text, args)?;
        self.keep_lists(table, collection, owners, rows)
    }

    /// The statement that fetches collections.
    pub(super) fn ask_lists(
        &self,
        table: usize,
        collection: usize,
        owners: &[&str],
    ) -> Result<(Sql, Vec<Arg>), Fault> {
        let statements = self.plan.statements.get(table).ok_or_else(|| no_table(table))?;
        let text = statements.lists.get(collection).ok_or_else(|| no_table(table))?;
        Ok((text.clone(), vec![list_arg(owners, self.plan.dialect)]))
    }

    pub(super) fn keep_lists(
        &mut self,
        table: usize,
        collection: usize,
        owners: &[&str],
        rows: Vec<Vec<Cell>>,
    ) -> Result<(), Fault> {
        let mut lists: std::collections::BTreeMap<Rc<str>, Vec<Rc<str>>> =
            owners.iter().map(|owner| (Rc::from(*owner), Vec::new())).collect();
        for row in rows {
            if let (Some(owner), Some(id)) =
                (row.first().and_then(|it| it.text()), row.get(1).and_then(|it| it.text()))
            {
                lists.entry(Rc::from(owner)).or_default().push(Rc::from(id));
            }
        }
        // What earlier calls of this batch changed is not in the database yet.
        let other = self.collection(table, collection)?.of;
        let changed = self.changed(other, true);
        for (owner, ids) in lists {
            let key: ListKey = (table, collection, owner);
            let list = self.adjusted(Rc::new(ids), &key, &changed)?;
            self.reading().lists.insert(key, list);
        }
        Ok(())
    }

    /// Rows of a table that this call, or the calls before it, have changed.
    fn changed(&self, table: usize, base: bool) -> Vec<Rc<str>> {
        let layer = if base { &self.base } else { &self.call };
        let of_table = layer.dirty.keys().chain(&layer.written).filter(|(of, _)| *of == table);
        let ids: BTreeSet<Rc<str>> = of_table.map(|(_, id)| Rc::clone(id)).collect();
        ids.into_iter().collect()
    }

    /// A list with rows that changed put where they belong now.
    fn adjusted(&mut self, list: List, key: &ListKey, changed: &[Rc<str>]) -> Result<List, Fault> {
        let (table, index, owner) = key;
        let collection = self.collection(*table, *index)?;
        let (mut ids, mut moved) = ((*list).clone(), false);
        for id in changed {
            let Some(Some(held)) = self.known(collection.of, id) else { continue };
            let shape = self.plan.layout.table(collection.of)?;
            let belongs = shape.reference(&held.row, collection.through) == Some(owner);
            match (belongs, ids.iter().position(|known| known == id)) {
                (true, None) => {
                    ids.push(Rc::clone(id));
                    moved = true;
                }
                (false, Some(at)) => drop(ids.remove(at)),
                // It went to another owner and came back, or what the collection is sorted by has changed.
                (true, Some(_)) => moved = true,
                (false, None) => {}
            }
        }
        if moved && ids.len() > 1 {
            self.sort(&mut ids, &collection)?;
        }
        if ids == *list { Ok(list) } else { Ok(Rc::new(ids)) }
    }

    /// Puts ids into the order in which the database gives them.
    fn sort(&mut self, ids: &mut [Rc<str>], collection: &Collection) -> Result<(), Fault> {
        let names: Vec<&str> = ids.iter().map(|id| id.as_ref()).collect();
        self.load_many(collection.of, &names)?;
        let mut held: Vec<(Option<Held>, &Rc<str>)> =
            ids.iter().map(|id| (self.known(collection.of, id).flatten(), id)).collect();
        held.sort_by(|(a, a_id), (b, b_id)| match (a, b) {
            (Some(a), Some(b)) => by_order(a, b, collection).then_with(|| a_id.cmp(b_id)),
            _ => a_id.cmp(b_id),
        });
        let sorted: Vec<Rc<str>> = held.into_iter().map(|(_, id)| Rc::clone(id)).collect();
        ids.clone_from_slice(&sorted);
        Ok(())
    }

    /// The lists that the batch holds follow the call that ended well.
    pub(super) fn merge_lists(&mut self) -> Result<(), Fault> {
        let plan = Arc::clone(&self.plan);
        let mut keys: BTreeSet<ListKey> = BTreeSet::new();
        for change in &self.changes {
            let Ok(shape) = plan.layout.table(change.table) else { continue };
            for (owner_table, index) in &shape.joins {
                let through = plan
                    .layout
                    .table(*owner_table)
                    .ok()
                    .and_then(|owner| owner.resource.collections.get(*index))
                    .map_or(usize::MAX, |collection| collection.through);
                let rows = change.before.iter().chain([&change.after]);
                let owners = rows.filter_map(|row| shape.reference(row, through));
                keys.extend(owners.map(|owner| (*owner_table, *index, Rc::from(owner))));
            }
        }
        self.base.lists.extend(std::mem::take(&mut self.call.lists));
        for key in keys {
            let Some(list) = self.base.lists.get(&key).cloned() else { continue };
            let other = self.collection(key.0, key.1)?.of;
            let changed = self.changed(other, false);
            let list = self.adjusted(list, &key, &changed)?;
            self.base.lists.insert(key, list);
        }
        Ok(())
    }

    /// Where a new row stands among those of its owner: behind the last.
    pub(super) fn next_position(&mut self, table: usize, row: &Row) -> Result<i64, Fault> {
        let plan = Arc::clone(&self.plan);
        let shape = plan.layout.table(table)?;
        let Some((owner_table, field)) = shape.owner else { return Ok(0) };
        let Some(owner) = shape.reference(row, field) else { return Ok(0) };
        let joins = shape.joins.iter().find(|(of, index)| {
            let owner = plan.layout.table(*of).ok();
            let collection = owner.and_then(|owner| owner.resource.collections.get(*index));
            *of == owner_table && collection.is_some_and(|it| it.owned)
        });
        let Some((_, index)) = joins else { return Ok(0) };
        let list = self.list(owner_table, *index, owner)?;
        let Some(last) = list.last() else { return Ok(1) };
        let held: Option<Held> = self.held(table, last)?;
        Ok(held.map_or(1, |held| held.position + 1))
    }

    /// Where a row stands that may have another owner now: behind the last there.
    pub(super) fn moved_position(&mut self, table: usize, held: &Held, row: &Row) -> Result<i64, Fault> {
        let owner = self.plan.layout.table(table)?.owner;
        let stays = owner.is_none_or(|(_, field)| held.row.get(field) == row.get(field));
        if stays { Ok(held.position) } else { self.next_position(table, row) }
    }
}

fn by_order(a: &Held, b: &Held, collection: &Collection) -> Ordering {
    if collection.owned {
        return a.position.cmp(&b.position);
    }
    for key in &collection.order {
        let order =
            a.row.get(key.field).unwrap_or(&Value::Null).cmp(b.row.get(key.field).unwrap_or(&Value::Null));
        let order = if key.descending { order.reverse() } else { order };
        if order != Ordering::Equal {
            return order;
        }
    }
    // Without keys, rows are in the order of their creation.
    if collection.order.is_empty() { a.created.cmp(&b.created) } else { Ordering::Equal }
}
