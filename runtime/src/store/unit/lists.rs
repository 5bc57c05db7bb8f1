//! Collections: what the database has, then what the calls of this batch have changed.

use super::layer::{Held, Key, List, ListKey, Seen};
use super::{Work, list_arg, no_table};
use crate::store::layout::Row;
use crate::store::link::{Arg, Cell, Fault, Sql, sql};
use crate::store::parts::quoted;
use opwright_values::schema::Collection;
use opwright_values::value::Value;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

/// How many rows one call puts in places of their own; more of them would stand in the order in which they were made.
const PLACES: i64 = 1 << 24;

/// Of whom a row is asked for.
#[derive(Clone, Copy)]
enum Of {
    /// The call: what it has written counts.
    Call,
    /// The calls before it: what this one made of their rows may still be forgotten.
    Batch,
}

impl Work {
    /// The ids in a collection of a row, in order.
    pub fn list(&mut self, table: usize, collection: usize, owner: &str) -> Result<List, Fault> {
        let key: ListKey = (table, collection, Rc::from(owner));
        if let Some(seen) = self.call.seen.get(&key) {
            return Ok(Rc::clone(&seen.list));
        }
        if self.known_list(&key).is_none() {
            self.fetch_lists(table, collection, &[owner])?;
        }
        let list = self.known_list(&key).cloned().unwrap_or_default();
        let changed: Vec<Rc<str>> = self.call.moved.get(&key).into_iter().flatten().cloned().collect();
        let list = self.adjusted(list, &key, &changed, Of::Call)?;
        self.call.seen.insert(key, Seen { list: Rc::clone(&list), at_hand: false });
        Ok(list)
    }

    /// A row was written: the lists that it is in, or was in, follow. `None` is a row that is not there, or is deleted.
    pub(super) fn follow_lists(
        &mut self,
        table: usize,
        id: &Rc<str>,
        before: Option<&Row>,
        after: Option<&Row>,
    ) -> Result<(), Fault> {
        let plan = Arc::clone(&self.plan);
        let shape = plan.layout.table(table)?;
        for (owner_table, index) in &shape.joins {
            let collection = plan.collection(*owner_table, *index)?;
            let (was, is) = (
                before.and_then(|row| shape.reference(row, collection.through)),
                after.and_then(|row| shape.reference(row, collection.through)),
            );
            let stays = |(before, after)| !orders_anew(before, after, collection);
            if was == is && before.zip(after).is_some_and(stays) {
                continue;
            }
            for owner in was.into_iter().chain(is.filter(|is| was != Some(*is))) {
                let key: ListKey = (*owner_table, *index, Rc::from(owner));
                if let Some(mut seen) = self.call.seen.remove(&key) {
                    if was == Some(owner) {
                        Rc::make_mut(&mut seen.list).retain(|known| known != id);
                    }
                    if is == Some(owner) {
                        self.put_in(&mut seen, id, collection)?;
                    }
                    self.call.seen.insert(key.clone(), seen);
                }
                self.call.moved.entry(key).or_default().insert(Rc::clone(id));
            }
        }
        Ok(())
    }

    /// Puts a row where it belongs: mostly behind the last, and then no other one is looked at.
    fn put_in(&mut self, seen: &mut Seen, id: &Rc<str>, collection: &Collection) -> Result<(), Fault> {
        let Some(held) = self.known(collection.of, id).flatten() else { return Ok(()) };
        let last = match seen.list.last() {
            Some(last) => self.held(collection.of, last)?.map(|held| (held, last)),
            None => None,
        };
        let is_last =
            |(last, last_id): (Held, &Rc<str>)| is_before((Some(&last), last_id), (&held, id), collection);
        let at = if last.is_none_or(is_last) {
            seen.list.len()
        } else {
            if !seen.at_hand {
                let names: Vec<&str> = seen.list.iter().map(|id| id.as_ref()).collect();
                self.load_many(collection.of, &names)?;
                seen.at_hand = true;
            }
            self.place_of((&held, id), &seen.list, collection)
        };
        Rc::make_mut(&mut seen.list).insert(at, Rc::clone(id));
        Ok(())
    }

    /// How many of a list stand before a row; all that are looked at are at hand.
    fn place_of(&self, row: (&Held, &Rc<str>), list: &List, collection: &Collection) -> usize {
        list.partition_point(|id| {
            let other = self.known(collection.of, id).flatten();
            is_before((other.as_ref(), id), row, collection)
        })
    }

    /// Where a row that this call has made stands in a collection that is at hand; `None` if it is not there.
    pub fn place(
        &self,
        table: usize,
        collection: usize,
        owner: &str,
        id: &str,
    ) -> Result<Option<usize>, Fault> {
        let Some(seen) = self.call.seen.get(&(table, collection, Rc::from(owner))) else { return Ok(None) };
        let (last, id) = (seen.list.len().saturating_sub(1), Rc::from(id));
        if seen.list.last() == Some(&id) {
            return Ok(Some(last));
        }
        let collection = self.plan.collection(table, collection)?;
        let Some(held) = self.known(collection.of, &id).flatten() else { return Ok(None) };
        let at = self.place_of((&held, &id), &seen.list, collection);
        Ok((seen.list.get(at) == Some(&id)).then_some(at))
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
        let of = self.plan.collection(table, collection)?.of;
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
        for (owner, ids) in lists {
            let key: ListKey = (table, collection, owner);
            let changed = self.unwritten(&key)?;
            let list = self.adjusted(Rc::new(ids), &key, &changed, Of::Batch)?;
            self.reading().lists.insert(key, list);
        }
        Ok(())
    }

    /// Rows that are, or were, in a list, and that earlier calls of this batch changed: they are not in the database
    /// yet.
    fn unwritten(&self, key: &ListKey) -> Result<Vec<Rc<str>>, Fault> {
        let Some(moved) = self.base.moved.get(key) else { return Ok(Vec::new()) };
        let of = self.plan.collection(key.0, key.1)?.of;
        let unwritten = moved.iter().filter(|id| self.base.is_pending(&(of, Rc::clone(id))));
        Ok(unwritten.cloned().collect())
    }

    /// A list with rows that changed put where they belong now.
    fn adjusted(&mut self, list: List, key: &ListKey, changed: &[Rc<str>], layer: Of) -> Result<List, Fault> {
        if changed.is_empty() {
            return Ok(list);
        }
        let (table, index, owner) = key;
        let plan = Arc::clone(&self.plan);
        let collection = plan.collection(*table, *index)?;
        let there: HashSet<&Rc<str>> = list.iter().collect();
        let (mut ids, mut gone, mut moved) = ((*list).clone(), HashSet::new(), false);
        for id in changed {
            let Some(held) = self.held_in(layer, collection.of, id) else { continue };
            let shape = self.plan.layout.table(collection.of)?;
            // One that is deleted is in no list.
            let of = held.as_ref().and_then(|held| shape.reference(&held.row, collection.through));
            let belongs = of == Some(owner);
            match (belongs, there.contains(id)) {
                (true, false) => {
                    ids.push(Rc::clone(id));
                    moved = true;
                }
                (false, true) => drop(gone.insert(Rc::clone(id))),
                // It went to another owner and came back, or what the collection is sorted by has changed.
                (true, true) => moved = true,
                (false, false) => {}
            }
        }
        ids.retain(|id| !gone.contains(id));
        if moved && ids.len() > 1 {
            self.sort(&mut ids, collection, layer)?;
        }
        if ids == *list { Ok(list) } else { Ok(Rc::new(ids)) }
    }

    /// A row as the call has it, or as the calls before it left it; `None` if it is not at hand.
    fn held_in(&self, layer: Of, table: usize, id: &str) -> Option<Option<Held>> {
        match layer {
            Of::Call => self.known(table, id),
            Of::Batch => self.base.get(table, id).cloned(),
        }
    }

    /// Puts ids into the order in which the database gives them.
    fn sort(&mut self, ids: &mut [Rc<str>], collection: &Collection, layer: Of) -> Result<(), Fault> {
        let names: Vec<&str> = ids.iter().map(|id| id.as_ref()).collect();
        self.load_many(collection.of, &names)?;
        let mut held: Vec<(Option<Held>, &Rc<str>)> =
            ids.iter().map(|id| (self.held_in(layer, collection.of, id).flatten(), id)).collect();
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
        self.base.lists.extend(std::mem::take(&mut self.call.lists));
        let mut seen = std::mem::take(&mut self.call.seen);
        for (key, ids) in std::mem::take(&mut self.call.moved) {
            if let Some(list) = self.base.lists.get(&key).cloned() {
                let list = match seen.remove(&key) {
                    Some(seen) => seen.list,
                    None => {
                        let changed: Vec<Rc<str>> = ids.iter().cloned().collect();
                        self.adjusted(list, &key, &changed, Of::Call)?
                    }
                };
                self.base.lists.insert(key.clone(), list);
            }
            self.base.moved.entry(key).or_default().extend(ids);
        }
        Ok(())
    }

    /// Where a new row stands among those of its owner: behind all that were ever there, as one that is deleted may
    /// come back. Each call that writes rows of an owner raises its version, and within a call they are counted.
    pub(super) fn next_position(&mut self, table: usize, row: &Row) -> Result<i64, Fault> {
        let plan = Arc::clone(&self.plan);
        let shape = plan.layout.table(table)?;
        let Some((owner_table, field)) = shape.owner else { return Ok(0) };
        let Some(owner) = shape.reference(row, field) else { return Ok(0) };
        let Some(held) = self.held(owner_table, owner)? else {
            return self.position_without_owner(table, field, owner);
        };
        let owner: Key = (owner_table, Rc::from(owner));
        let raised = self.call.is_pending(&owner) || self.call.written.contains(&owner);
        let version = if raised { held.version } else { held.version + 1 };
        let number = self.placed.min(PLACES - 1);
        self.placed += 1;
        Ok(version.saturating_mul(PLACES).saturating_add(number))
    }

    /// The same where the owner is not there yet, which rows may be that are seeded.
    fn position_without_owner(&mut self, table: usize, field: usize, owner: &str) -> Result<i64, Fault> {
        let plan = Arc::clone(&self.plan);
        let shape = plan.layout.table(table)?;
        let Some(through) = shape.resource.fields.get(field) else { return Ok(0) };
        self.write_what_is_read(&[table])?;
        let last = sql(format!(
            "SELECT MAX(\"_position\") FROM {} WHERE {} = $1",
            quoted(shape.name()),
            quoted(&through.key)
        ));
        let rows = self.link.fetch(&last, vec![Arg::Text(owner.to_owned())])?;
        Ok(rows.first().and_then(|row| row.first()?.int()).unwrap_or(0).saturating_add(1))
    }

    /// Where a row stands that may have another owner now: behind the last there.
    pub(super) fn moved_position(&mut self, table: usize, held: &Held, row: &Row) -> Result<i64, Fault> {
        let owner = self.plan.layout.table(table)?.owner;
        let stays = owner.is_none_or(|(_, field)| held.row.get(field) == row.get(field));
        if stays { Ok(held.position) } else { self.next_position(table, row) }
    }
}

/// Whether a row stands before another.
fn is_before(a: (Option<&Held>, &Rc<str>), b: (&Held, &Rc<str>), collection: &Collection) -> bool {
    a.0.is_none_or(|held| by_order(held, b.0, collection).then_with(|| a.1.cmp(b.1)).is_lt())
}

fn by_order(a: &Held, b: &Held, collection: &Collection) -> Ordering {
    if collection.owned {
        return a.position.cmp(&b.position).then_with(|| a.created.cmp(&b.created));
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

/// Whether a row that stays in a collection may stand elsewhere in it.
fn orders_anew(before: &Row, after: &Row, collection: &Collection) -> bool {
    collection.order.iter().any(|key| before.get(key.field) != after.get(key.field))
}
