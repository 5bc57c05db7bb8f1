//! Reading rows.

use crate::cx::Cx;
use crate::cx::candidates::Holds;
use crate::cx::deletes::Finds;
use crate::cx::live::Live;
use crate::cx::many::{Collected as _, CollectionKey, Collections, Many, Rows};
use crate::cx::typed::{Bind, Columns, Query, Relation, Resource};
use crate::stop::Stop;
use crate::store::layout::Row;
use crate::store::link::Fault;
use crate::store::unit::List;
use std::collections::{BTreeMap, BTreeSet};

impl Cx<'_> {
    /// The row of a reference among the arguments.
    pub fn load<R: Resource>(&mut self, node: &'static str, id: &str) -> Result<Live<R>, Stop> {
        self.at(node)?;
        self.one(id, None)
    }

    /// The same, if a condition holds for it.
    pub fn load_where<R: Resource>(
        &mut self,
        node: &'static str,
        id: &str,
        holds: impl Fn(&R) -> Result<bool, Stop>,
    ) -> Result<Live<R>, Stop> {
        self.at(node)?;
        self.one(id, Some(&holds))
    }

    /// The row of a reference that may be absent.
    pub fn load_optional<R: Resource>(
        &mut self,
        node: &'static str,
        id: Option<&String>,
    ) -> Result<Option<Live<R>>, Stop> {
        self.at(node)?;
        self.one_or_none(id, None)
    }

    /// The same, if a condition holds for it.
    pub fn load_optional_where<R: Resource>(
        &mut self,
        node: &'static str,
        id: Option<&String>,
        holds: impl Fn(&R) -> Result<bool, Stop>,
    ) -> Result<Option<Live<R>>, Stop> {
        self.at(node)?;
        self.one_or_none(id, Some(&holds))
    }

    /// The rows of a list of references among the arguments.
    pub fn load_all<R: Resource>(
        &mut self,
        node: &'static str,
        ids: &[String],
    ) -> Result<Vec<Live<R>>, Stop> {
        self.at(node)?;
        self.all_of(ids, None)
    }

    /// The same, if a condition holds for each.
    pub fn load_all_where<R: Resource>(
        &mut self,
        node: &'static str,
        ids: &[String],
        holds: impl Fn(&R) -> Result<bool, Stop>,
    ) -> Result<Vec<Live<R>>, Stop> {
        self.at(node)?;
        self.all_of(ids, Some(&holds))
    }

    fn one_or_none<R: Resource>(
        &mut self,
        id: Option<&String>,
        holds: Option<Holds<'_, R>>,
    ) -> Result<Option<Live<R>>, Stop> {
        let Some(id) = id else {
            // What was said of this reference is not said of the next one.
            self.finds = Finds::default();
            return Ok(None);
        };
        self.one(id, holds).map(Some)
    }

    fn one<R: Resource>(&mut self, id: &str, holds: Option<Holds<'_, R>>) -> Result<Live<R>, Stop> {
        let finds = std::mem::take(&mut self.finds);
        match self.fitting(id, holds, finds)? {
            Some(row) => Ok(row),
            None => {
                let place = self.sent_at();
                Err(self.not_found(&[(place, id)], holds, finds)?)
            }
        }
    }

    fn all_of<R: Resource>(
        &mut self,
        ids: &[String],
        holds: Option<Holds<'_, R>>,
    ) -> Result<Vec<Live<R>>, Stop> {
        let finds = std::mem::take(&mut self.finds);
        let names: Vec<&str> = ids.iter().map(String::as_str).collect();
        self.work.load_many(R::INDEX, &names)?;
        let (mut rows, mut missing) = (Vec::with_capacity(ids.len()), Vec::new());
        for (position, id) in names.into_iter().enumerate() {
            match self.fitting(id, holds, finds)? {
                Some(row) => rows.push(row),
                None => missing.push((format!("{}/{position}", self.sent_at()), id)),
            }
        }
        if missing.is_empty() { Ok(rows) } else { Err(self.not_found(&missing, holds, finds)?) }
    }

    pub(super) fn fitting<R: Resource>(
        &mut self,
        id: &str,
        holds: Option<Holds<'_, R>>,
        finds: Finds,
    ) -> Result<Option<Live<R>>, Stop> {
        let Some(row) = self.found_row::<R>(id, finds)? else { return Ok(None) };
        let fits = holds.map_or(Ok(true), |holds| holds(&row))?;
        Ok(fits.then_some(row))
    }

    fn found_row<R: Resource>(&mut self, id: &str, finds: Finds) -> Result<Option<Live<R>>, Stop> {
        match (finds, self.row::<R>(id)?) {
            (Finds::Live | Finds::All, Some(row)) => Ok(Some(row)),
            (Finds::Live, None) | (Finds::Deleted, Some(_)) => Ok(None),
            (Finds::Deleted | Finds::All, None) => self.gone_row(id),
        }
    }

    /// The handle of a row: the same one however the row was reached.
    pub(crate) fn row<R: Resource>(&mut self, id: &str) -> Result<Option<Live<R>>, Stop> {
        let key = (R::INDEX, id.to_owned());
        if let Some(handle) = self.handles.get(&key).and_then(|handle| handle.downcast_ref::<Live<R>>()) {
            return Ok(Some(handle.clone()));
        }
        let Some(row) = self.work.load(R::INDEX, id)? else { return Ok(None) };
        let handle = Live::new(R::from_row(&mut Columns::of(&row))?);
        self.handles.insert(key, Box::new(handle.clone()));
        Ok(Some(handle))
    }

    /// The handle of a new row.
    pub(crate) fn adopt<R: Resource>(&mut self, row: R) -> Live<R> {
        let key = (R::INDEX, row.id().to_owned());
        let handle = Live::new(row);
        self.handles.insert(key, Box::new(handle.clone()));
        handle
    }

    /// The row that a reference leads to. That of a deleted row may lead to one that is deleted too.
    pub(super) fn followed<R: Resource>(&mut self, id: &str) -> Result<Live<R>, Stop> {
        if let Some(row) = self.row(id)? {
            return Ok(row);
        }
        self.gone_row(id)?.ok_or_else(|| {
            Stop::Fault(Fault::Other(format!("a reference leads to {id}, which is not there; run `verify`")))
        })
    }

    /// The row that a reference leads to.
    pub fn follow<R: Resource>(&mut self, node: &'static str, id: &str) -> Result<Live<R>, Stop> {
        self.at(node)?;
        self.followed(id)
    }

    /// The row that an optional reference leads to.
    pub fn follow_optional<R: Resource>(
        &mut self,
        node: &'static str,
        id: Option<&String>,
    ) -> Result<Option<Live<R>>, Stop> {
        self.at(node)?;
        id.map(|id| self.followed(id)).transpose()
    }

    /// The rows that the references of a list's elements lead to.
    pub fn follow_all<R: Resource>(
        &mut self,
        node: &'static str,
        ids: impl Iterator<Item = String>,
    ) -> Result<Rows<R>, Stop> {
        self.at(node)?;
        let ids: BTreeSet<String> = ids.collect();
        let names: Vec<&str> = ids.iter().map(String::as_str).collect();
        self.work.load_many(R::INDEX, &names)?;
        let rows = ids.iter().map(|id| self.followed(id)).collect::<Result<Vec<_>, Stop>>()?;
        self.tell_count(rows.len());
        Ok(Rows::new(rows))
    }

    /// The rows in a collection of a row.
    pub fn many<R: Resource>(
        &mut self,
        node: &'static str,
        relation: &Relation<R>,
        owner: &str,
    ) -> Result<Many<R>, Stop> {
        self.at(node)?;
        let many = self.collection(relation, owner)?;
        self.tell_count(many.all().len());
        Ok(many)
    }

    /// The rows in a collection of a row that may be absent: of none, none.
    pub fn many_optional<R: Resource>(
        &mut self,
        node: &'static str,
        relation: &Relation<R>,
        owner: Option<&str>,
    ) -> Result<Many<R>, Stop> {
        self.at(node)?;
        let many =
            owner.map_or_else(|| Ok(Many::new(Vec::new())), |owner| self.collection(relation, owner))?;
        self.tell_count(many.all().len());
        Ok(many)
    }

    /// The collections of all elements of a list.
    pub fn many_all<R: Resource>(
        &mut self,
        node: &'static str,
        relation: &Relation<R>,
        owners: impl Iterator<Item = String>,
    ) -> Result<Collections<R>, Stop> {
        self.at(node)?;
        let owners: BTreeSet<String> = owners.collect();
        let names: Vec<&str> = owners.iter().map(String::as_str).collect();
        self.work.load_lists(relation.owner, relation.collection, &names)?;
        self.work.load_listed(relation.owner, relation.collection, &names)?;
        let mut collections = BTreeMap::new();
        for owner in owners {
            let many = self.collection(relation, &owner)?;
            collections.insert(owner, many);
        }
        self.tell_count(collections.values().map(|many: &Many<R>| many.all().len()).sum());
        Ok(Collections::new(collections))
    }

    fn collection<R: Resource>(&mut self, relation: &Relation<R>, owner: &str) -> Result<Many<R>, Stop> {
        let key = (relation.owner, relation.collection, owner.to_owned());
        if let Some(many) = self.at_hand(&key) {
            return Ok(many);
        }
        let many = Many::new(self.rows_of(&key)?);
        self.collections.insert(key, Box::new(many.clone()));
        Ok(many)
    }

    /// A collection that is at hand.
    fn at_hand<R: Resource>(&self, key: &CollectionKey) -> Option<Many<R>> {
        self.collections.get(key).and_then(|many| many.as_any().downcast_ref::<Many<R>>()).cloned()
    }

    pub(super) fn rows_of<R: Resource>(
        &mut self,
        (table, collection, owner): &CollectionKey,
    ) -> Result<Vec<Live<R>>, Stop> {
        if self.is_gone(*table, owner) {
            let rows = self.went_along(*table, *collection, owner)?;
            return rows.iter().map(|gone| self.followed(&gone.id)).collect();
        }
        let ids = self.listed(*table, *collection, owner)?;
        let names: Vec<&str> = ids.iter().map(|id| id.as_ref()).collect();
        self.work.load_many(R::INDEX, &names)?;
        ids.iter().map(|id| self.followed(id)).collect()
    }

    /// The ids in a collection of a live row.
    pub(super) fn listed(&mut self, table: usize, collection: usize, owner: &str) -> Result<List, Stop> {
        let all = self.work.list(table, collection, owner)?;
        self.work.check_size(table, collection, all.len())?;
        Ok(self.work.members(table, collection, all)?)
    }

    /// Collections at hand follow a row that was created: the others in them stay where they are.
    pub(crate) fn join_collections<R: Resource>(&mut self, new: &Live<R>, row: &Row) -> Result<(), Stop> {
        for key in self.collections_of(R::INDEX, &[row])? {
            match (self.at_hand(&key), self.work.place(key.0, key.1, &key.2, new.id())?) {
                (None, _) => {}
                (Some(many), Some(at)) if self.work.is_whole(key.0, key.1)? => many.insert(at, new.clone()),
                (Some(many), _) => many.set(self.rows_of::<R>(&key)?),
            }
        }
        Ok(())
    }

    /// Collections at hand follow a row whose references or sort keys changed: as it was, as it is. The others in them
    /// stay where they are.
    pub(crate) fn refresh_collections<R: Resource>(
        &mut self,
        row: &Live<R>,
        before: &Row,
        after: &Row,
    ) -> Result<(), Stop> {
        let joined = self.collections_of(R::INDEX, &[after])?;
        for key in self.collections_of(R::INDEX, &[before, after])? {
            let Some(many) = self.at_hand::<R>(&key) else { continue };
            let is_in = joined.contains(&key) && self.work.is_member(key.0, key.1, after)?;
            // Among some of the rows, a row has another place than among all of them.
            let known = is_in && self.work.is_whole(key.0, key.1)?;
            let at = if known { self.work.place(key.0, key.1, &key.2, row.id())? } else { None };
            many.remove(row.id());
            match at {
                Some(at) => many.insert(at, row.clone()),
                None if is_in => many.set(self.rows_of::<R>(&key)?),
                None => {}
            }
        }
        Ok(())
    }

    /// The collections that rows of a table are in.
    pub(super) fn collections_of(
        &self,
        table: usize,
        rows: &[&Row],
    ) -> Result<BTreeSet<CollectionKey>, Stop> {
        let layout = self.work.layout();
        let shape = layout.table(table)?;
        let mut keys = BTreeSet::new();
        for (owner, index) in &shape.joins {
            let through = layout.table(*owner)?.resource.collections.get(*index).map(|it| it.through);
            let ids = rows.iter().filter_map(|row| shape.reference(row, through?));
            keys.extend(ids.map(|id| (*owner, *index, id.to_owned())));
        }
        Ok(keys)
    }

    /// The row that a query finds first.
    pub fn find<R: Resource>(
        &mut self,
        query: &'static Query<R>,
        binds: &[Bind],
    ) -> Result<Option<Live<R>>, Stop> {
        let found = self.found(query, binds)?;
        let row = found.first().map(|id| self.followed(id)).transpose()?;
        self.tell_row(query, row.as_ref());
        Ok(row)
    }

    /// The rows that a query finds; refused `too_many` beyond `max`.
    pub fn find_many<R: Resource>(
        &mut self,
        query: &'static Query<R>,
        binds: &[Bind],
        max: usize,
    ) -> Result<Vec<Live<R>>, Stop> {
        let found = self.found(query, binds)?;
        if found.len() > max {
            self.tell_too_many(max);
            return Err(self.refusal("too_many", &[("limit", max.to_string())], Vec::new()));
        }
        let names: Vec<&str> = found.iter().map(String::as_str).collect();
        self.work.load_many(R::INDEX, &names)?;
        let rows: Vec<Live<R>> = found.iter().map(|id| self.followed(id)).collect::<Result<_, Stop>>()?;
        self.tell_rows(query, &rows);
        Ok(rows)
    }

    fn found<R: Resource>(&mut self, query: &'static Query<R>, binds: &[Bind]) -> Result<Vec<String>, Stop> {
        let text = query.text(self.work.dialect());
        let args = binds.iter().map(|bind| bind.0.clone()).collect();
        Ok(self.work.find(text, query.reads, args)?)
    }
}
