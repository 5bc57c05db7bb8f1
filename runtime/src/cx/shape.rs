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

impl Cx<'_> {
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
