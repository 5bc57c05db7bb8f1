//! Rows as answers: their shape, with what they own.

use crate::cx::Cx;
use crate::cx::live::Live;
use crate::cx::typed::Resource;
use crate::stop::Stop;
use crate::store::layout::Row;
use crate::store::link::Fault;
use opwright_values::json::Json;
use opwright_values::schema::Part;
use opwright_values::value::Value;
use opwright_values::write::{Audience, write};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Rows, in whatever lists and maps, as they are given back.
pub trait Shaped {
    /// Their shapes.
    fn shaped(&self, cx: &mut Cx<'_>) -> Result<Json, Stop>;
}

impl<R: Resource> Shaped for Live<R> {
    fn shaped(&self, cx: &mut Cx<'_>) -> Result<Json, Stop> {
        cx.shape(self)
    }
}

impl<T: Shaped> Shaped for [T] {
    fn shaped(&self, cx: &mut Cx<'_>) -> Result<Json, Stop> {
        self.iter().map(|item| item.shaped(cx)).collect::<Result<_, Stop>>().map(Json::List)
    }
}

impl<T: Shaped> Shaped for Vec<T> {
    fn shaped(&self, cx: &mut Cx<'_>) -> Result<Json, Stop> {
        self.as_slice().shaped(cx)
    }
}

/// Ids of rows, in whatever lists and maps.
pub trait Referring {
    /// Calls `add` for every id.
    fn each(&self, add: &mut dyn FnMut(&str));
    /// The shapes of the rows.
    fn shaped<R: Resource>(&self, cx: &mut Cx<'_>) -> Result<Json, Stop>;
}

impl Referring for String {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(self);
    }

    fn shaped<R: Resource>(&self, cx: &mut Cx<'_>) -> Result<Json, Stop> {
        let row = cx.followed::<R>(self)?;
        cx.shape(&row)
    }
}

impl<T: Referring> Referring for Vec<T> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        self.iter().for_each(|item| item.each(add));
    }

    fn shaped<R: Resource>(&self, cx: &mut Cx<'_>) -> Result<Json, Stop> {
        self.iter().map(|item| item.shaped::<R>(cx)).collect::<Result<_, Stop>>().map(Json::List)
    }
}

impl<T: Referring> Referring for Option<T> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        self.iter().for_each(|item| item.each(add));
    }

    fn shaped<R: Resource>(&self, cx: &mut Cx<'_>) -> Result<Json, Stop> {
        self.as_ref().map_or(Ok(Json::Null), |item| item.shaped::<R>(cx))
    }
}

impl<T: Referring> Referring for BTreeMap<String, T> {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        self.values().for_each(|item| item.each(add));
    }

    fn shaped<R: Resource>(&self, cx: &mut Cx<'_>) -> Result<Json, Stop> {
        let entry = |(key, item): (&String, &T)| Ok((key.clone(), item.shaped::<R>(cx)?));
        Ok(Json::object(self.iter().map(entry).collect::<Result<Vec<_>, Stop>>()?))
    }
}

/// The ids of rows, in lists as the rows are.
pub trait RowIds {
    /// An id, or a list of them.
    type Ids;
    /// The ids.
    fn row_ids(&self) -> Self::Ids;
}

impl<R: Resource> RowIds for Live<R> {
    type Ids = String;

    fn row_ids(&self) -> String {
        self.id().to_owned()
    }
}

impl<T: RowIds> RowIds for Vec<T> {
    type Ids = Vec<T::Ids>;

    fn row_ids(&self) -> Self::Ids {
        self.iter().map(T::row_ids).collect()
    }
}

impl Cx<'_> {
    /// The shapes of rows of which only the ids are at hand.
    pub fn shapes_by_id<R: Resource, T: Referring>(&mut self, ids: &T) -> Result<Json, Stop> {
        let mut all = BTreeSet::new();
        ids.each(&mut |id| {
            all.insert(id.to_owned());
        });
        let names: Vec<&str> = all.iter().map(String::as_str).collect();
        self.work.load_many(R::INDEX, &names)?;
        ids.shaped::<R>(self)
    }

    /// The shapes of rows in lists.
    pub fn shapes_in<T: Shaped + ?Sized>(&mut self, rows: &T) -> Result<Json, Stop> {
        rows.shaped(self)
    }

    /// The shape of a row.
    pub fn shape<R: Resource>(&mut self, row: &Live<R>) -> Result<Json, Stop> {
        self.shape_of(R::INDEX, &row.to_row())
    }

    /// The shapes of some rows.
    pub fn shapes<R: Resource>(&mut self, rows: &[Live<R>]) -> Result<Json, Stop> {
        rows.iter().map(|row| self.shape(row)).collect::<Result<Vec<_>, Stop>>().map(Json::List)
    }

    fn shape_of(&mut self, table: usize, row: &Row) -> Result<Json, Stop> {
        let plan = self.work.plan();
        let resource = &plan.layout.table(table)?.resource;
        let Some(Value::Text(id)) = row.get(resource.id) else {
            return Err(Stop::Fault(Fault::Other(format!("a row of {} has no id", resource.name))));
        };
        let mut entries: Vec<(Cow<'static, str>, Json)> = Vec::with_capacity(resource.shape.len());
        for part in &resource.shape {
            match part {
                Part::Field(index) => {
                    let (Some(field), Some(value)) = (resource.fields.get(*index), row.get(*index)) else {
                        continue;
                    };
                    let shown = !field.hidden && Some(*index) != resource.owner && *value != Value::Null;
                    if shown {
                        entries.push((field.key.clone().into(), write(&field.ty, value, Audience::Wire)));
                    }
                }
                Part::Collection(index) => {
                    let Some(collection) = resource.collections.get(*index) else { continue };
                    if self.is_gone(table, id) {
                        let went = self.went_along(table, *index, id)?;
                        let shapes = went.iter().map(|gone| self.shape_of(gone.table, &gone.row()));
                        let list = Json::List(shapes.collect::<Result<Vec<_>, Stop>>()?);
                        entries.push((collection.name.clone().into(), list));
                        continue;
                    }
                    let ids = self.listed(table, *index, id)?;
                    let list = if collection.owned {
                        self.shapes_of(collection.of, &ids)?
                    } else {
                        Json::List(ids.iter().map(|id| Json::text(id.to_string())).collect())
                    };
                    entries.push((collection.name.clone().into(), list));
                }
            }
        }
        Ok(Json::Object(entries))
    }

    fn shapes_of(&mut self, table: usize, ids: &[std::rc::Rc<str>]) -> Result<Json, Stop> {
        let names: Vec<&str> = ids.iter().map(|id| id.as_ref()).collect();
        self.work.load_many(table, &names)?;
        let mut shapes = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(row) = self.work.load(table, id)? {
                shapes.push(self.shape_of(table, &row)?);
            }
        }
        Ok(Json::List(shapes))
    }
}
