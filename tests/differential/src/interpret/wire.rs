//! Values as JSON.

use crate::interpret::eval::Eval;
use crate::interpret::numbers::digits;
use crate::interpret::world::World;
use opwright_codegen::expr::typed::Ty;
use opwright_codegen::model::ResourceId;
use opwright_values::json::Json;
use opwright_values::schema::{Field, Part, Type};
use opwright_values::time::{Date, Duration, Timestamp};
use opwright_values::value::Value;

/// A value of a declared type.
pub(crate) fn of_type(ty: &Type, value: &Value) -> Json {
    match (ty, value) {
        (Type::List { of, .. }, Value::List(items)) => {
            Json::List(items.iter().map(|item| of_type(of, item)).collect())
        }
        (Type::Map { of, .. }, Value::Map(entries)) => {
            Json::object(entries.iter().map(|(key, value)| (key.clone(), of_type(of, value))))
        }
        (Type::Object { fields, .. }, Value::Object(values)) => of_fields(fields, values),
        (Type::Decimal { scale, .. }, Value::Int(units)) => Json::Number(digits(*units, *scale).into()),
        (Type::Date { .. }, Value::Int(days)) => Json::text(Date::from_days(*days).to_string()),
        (Type::Timestamp { .. }, Value::Int(at)) => Json::text(Timestamp::from_micros(*at).to_string()),
        (Type::Duration { .. }, Value::Int(long)) => Json::text(Duration::from_micros(*long).to_string()),
        (_, plain) => plainly(plain),
    }
}

/// Fields and their values; what is absent is left out.
pub(crate) fn of_fields(fields: &[Field], values: &[Value]) -> Json {
    let present = fields.iter().zip(values).filter(|(_, value)| **value != Value::Null);
    Json::object(present.map(|(field, value)| (field.key.clone(), of_type(&field.ty, value))))
}

fn plainly(value: &Value) -> Json {
    match value {
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(int) => Json::int(*int),
        Value::Text(text) => Json::text(text.clone()),
        _ => Json::Null,
    }
}

/// The value of an expression; rows as their shapes.
pub(crate) fn of_ty(world: &World<'_>, ty: &Ty, value: &Value) -> Json {
    match (ty, value) {
        (_, Value::Null) => Json::Null,
        (Ty::Optional(inner), value) => of_ty(world, inner, value),
        (Ty::Row(of), Value::Text(id)) => shape(world, *of, id),
        (Ty::List(of), Value::List(items)) => {
            Json::List(items.iter().map(|item| of_ty(world, of, item)).collect())
        }
        (Ty::Map(of), Value::Map(entries)) => {
            Json::object(entries.iter().map(|(key, value)| (key.clone(), of_ty(world, of, value))))
        }
        (Ty::Object(object), Value::Object(values)) => {
            let parts = object.fields.iter().zip(values);
            Json::present(parts.map(|((_, key, ty), value)| (key.clone(), of_ty(world, ty, value))))
        }
        (Ty::Decimal(scale), Value::Int(units)) => Json::Number(digits(*units, *scale).into()),
        (Ty::Date, Value::Int(days)) => Json::text(Date::from_days(*days).to_string()),
        (Ty::Timestamp, Value::Int(at)) => Json::text(Timestamp::from_micros(*at).to_string()),
        (Ty::Duration, Value::Int(long)) => Json::text(Duration::from_micros(*long).to_string()),
        (_, plain) => plainly(plain),
    }
}

/// A row as it is given back: what it owns inside it, other rows by their ids.
fn shape(world: &World<'_>, of: ResourceId, id: &str) -> Json {
    let (Some(resource), Some(kept)) = (world.resource(of), world.known(of, id)) else { return Json::Null };
    let part = |part: &Part| match part {
        Part::Field(at) => {
            let (field, value) = (resource.fields.get(*at)?, kept.values.get(*at)?);
            let shown = !field.hidden && resource.owner != Some(*at) && *value != Value::Null;
            shown.then(|| (field.key.clone(), of_type(&field.ty, value)))
        }
        Part::Collection(at) => {
            let collection = resource.collections.get(*at)?;
            let mut ids = if world.is_gone(of, id) {
                world.went_along(of, id, collection)
            } else {
                world.collection(collection, id)
            };
            if let Some(only) = world.model.resources.get(of).and_then(|it| it.only.get(*at)?.as_ref()) {
                ids.retain(|id| Eval::of_row(world, id).holds(only).unwrap_or(false));
            }
            let row = |id: &String| {
                if collection.owned { shape(world, collection.of, id) } else { Json::text(id.clone()) }
            };
            Some((collection.name.clone(), Json::List(ids.iter().map(row).collect())))
        }
    };
    Json::object(resource.shape.iter().filter_map(part))
}
