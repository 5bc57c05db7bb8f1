//! Reading rows.

use crate::cx::Cx;
use crate::cx::live::Live;
use crate::cx::many::{Collections, Many, Rows};
use crate::cx::typed::{Bind, Columns, Query, Relation, Resource};
use crate::operation::Stop;
use crate::store::link::Fault;
use opwright_values::fault::Fault as InputFault;
use opwright_values::suggest::nearest;
use std::collections::BTreeMap;

impl Cx<'_> {
    /// The row of a reference among the arguments.
    pub fn load<R: Resource>(&mut self, node: &'static str, id: &str) -> Result<Live<R>, Stop> {
        self.load_where(node, id, |_| Ok(true))
    }

    /// The same, if a condition holds for it.
    pub fn load_where<R: Resource>(
        &mut self,
        node: &'static str,
        id: &str,
        holds: impl Fn(&R) -> Result<bool, Stop>,
    ) -> Result<Live<R>, Stop> {
        self.at(node)?;
        self.one(id, None, &holds)
    }

    /// The row of a reference that may be absent.
    pub fn load_optional<R: Resource>(
        &mut self,
        node: &'static str,
        id: Option<&String>,
    ) -> Result<Option<Live<R>>, Stop> {
        self.load_optional_where(node, id, |_| Ok(true))
    }

    /// The same, if a condition holds for it.
    pub fn load_optional_where<R: Resource>(
        &mut self,
        node: &'static str,
        id: Option<&String>,
        holds: impl Fn(&R) -> Result<bool, Stop>,
    ) -> Result<Option<Live<R>>, Stop> {
        self.at(node)?;
        id.map(|id| self.one(id, None, &holds)).transpose()
    }

    /// The rows of a list of references among the arguments.
    pub fn load_all<R: Resource>(
        &mut self,
        node: &'static str,
        ids: &[String],
    ) -> Result<Vec<Live<R>>, Stop> {
        self.load_all_where(node, ids, |_| Ok(true))
    }

    /// The same, if a condition holds for each.
    pub fn load_all_where<R: Resource>(
        &mut self,
        node: &'static str,
        ids: &[String],
        holds: impl Fn(&R) -> Result<bool, Stop>,
    ) -> Result<Vec<Live<R>>, Stop> {
        self.at(node)?;
        let names: Vec<&str> = ids.iter().map(String::as_str).collect();
        self.work.load_many(R::INDEX, &names)?;
        ids.iter().enumerate().map(|(position, id)| self.one(id, Some(position), &holds)).collect()
    }

    fn one<R: Resource>(
        &mut self,
        id: &str,
        position: Option<usize>,
        holds: &impl Fn(&R) -> Result<bool, Stop>,
    ) -> Result<Live<R>, Stop> {
        if let Some(row) = self.row::<R>(id)?
            && holds(&row)?
        {
            return Ok(row);
        }
        Err(self.not_found::<R>(id, position)?)
    }

    /// The refusal for a reference that leads to nothing: the place, the value, and what is like it.
    fn not_found<R: Resource>(&mut self, id: &str, position: Option<usize>) -> Result<Stop, Stop> {
        let near = self.work.near(R::INDEX, id)?;
        let candidates: Vec<String> =
            nearest(id, near.iter().map(String::as_str), 3).into_iter().map(str::to_owned).collect();
        let here = self.here().to_owned();
        let pointer = self.graph().pointer_of(&here).unwrap_or_default();
        let pointer = position.map_or(pointer.clone(), |position| format!("{pointer}/{position}"));
        let resource = self.work.layout().table(R::INDEX)?.name().to_owned();
        let fault = InputFault {
            pointer,
            code: "not_found",
            expected: format!("the id of a {resource}"),
            got: id.to_owned(),
            did_you_mean: candidates.first().cloned(),
            allowed: candidates,
        };
        Ok(self.refusal("not_found", &[("value", id.to_owned())], vec![fault]))
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

    fn followed<R: Resource>(&mut self, id: &str) -> Result<Live<R>, Stop> {
        self.row(id)?.ok_or_else(|| {
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
        let ids: std::collections::BTreeSet<String> = ids.collect();
        let names: Vec<&str> = ids.iter().map(String::as_str).collect();
        self.work.load_many(R::INDEX, &names)?;
        let rows = ids.iter().map(|id| self.followed(id)).collect::<Result<Vec<_>, Stop>>()?;
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
        self.collection(relation, owner)
    }

    /// The collections of all elements of a list.
    pub fn many_all<R: Resource>(
        &mut self,
        node: &'static str,
        relation: &Relation<R>,
        owners: impl Iterator<Item = String>,
    ) -> Result<Collections<R>, Stop> {
        self.at(node)?;
        let owners: std::collections::BTreeSet<String> = owners.collect();
        let names: Vec<&str> = owners.iter().map(String::as_str).collect();
        self.work.load_lists(relation.owner, relation.collection, &names)?;
        self.work.load_listed(relation.owner, relation.collection, &names)?;
        let mut collections = BTreeMap::new();
        for owner in owners {
            let many = self.collection(relation, &owner)?;
            collections.insert(owner, many);
        }
        Ok(Collections::new(collections))
    }

    fn collection<R: Resource>(&mut self, relation: &Relation<R>, owner: &str) -> Result<Many<R>, Stop> {
        let key = (relation.owner, relation.collection, owner.to_owned());
        if let Some(many) = self.collections.get(&key).and_then(|many| many.downcast_ref::<Many<R>>()) {
            return Ok(many.clone());
        }
        let many = Many::new(self.rows_of(&key)?);
        self.collections.insert(key, Box::new(many.clone()));
        Ok(many)
    }

    fn rows_of<R: Resource>(
        &mut self,
        (table, collection, owner): &(usize, usize, String),
    ) -> Result<Vec<Live<R>>, Stop> {
        let ids = self.work.list(*table, *collection, owner)?;
        let names: Vec<&str> = ids.iter().map(|id| id.as_ref()).collect();
        self.work.load_many(R::INDEX, &names)?;
        ids.iter().map(|id| self.followed(id)).collect()
    }

    /// Collections at hand follow a row that was created, or whose references changed.
    pub(crate) fn refresh_collections<R: Resource>(&mut self) -> Result<(), Stop> {
        let of_this = |key: &&(usize, usize, String)| {
            let table = self.work.layout().tables.get(key.0);
            table.and_then(|table| table.resource.collections.get(key.1)).is_some_and(|it| it.of == R::INDEX)
        };
        let keys: Vec<(usize, usize, String)> = self.collections.keys().filter(of_this).cloned().collect();
        for key in keys {
            let rows = self.rows_of::<R>(&key)?;
            if let Some(many) = self.collections.get(&key).and_then(|many| many.downcast_ref::<Many<R>>()) {
                many.set(rows);
            }
        }
        Ok(())
    }

    /// The row that a query finds first.
    pub fn find<R: Resource>(
        &mut self,
        query: &'static Query<R>,
        binds: &[Bind],
    ) -> Result<Option<Live<R>>, Stop> {
        let found = self.found(query, binds)?;
        found.first().map(|id| self.followed(id)).transpose()
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
            return Err(self.refusal("too_many", &[("limit", max.to_string())], Vec::new()));
        }
        let names: Vec<&str> = found.iter().map(String::as_str).collect();
        self.work.load_many(R::INDEX, &names)?;
        found.iter().map(|id| self.followed(id)).collect()
    }

    fn found<R: Resource>(&mut self, query: &'static Query<R>, binds: &[Bind]) -> Result<Vec<String>, Stop> {
        let text = query.text(self.work.dialect());
        let args = binds.iter().map(|bind| bind.0.clone()).collect();
        Ok(self.work.find(text, query.reads, args)?)
    }
}
