//! Arguments: drawn by their types, with rows that are there when the call is made.

use crate::interpret::{World, of_type};
use crate::random::Random;
use opwright_codegen::model::Operation;
use opwright_values::json::Json;
use opwright_values::schema::{Field, Type};
use opwright_values::value::Value;

/// A call that is to be made. Its arguments are drawn from its seed when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The operation.
    pub(crate) operation: String,
    /// Where its numbers begin.
    pub(crate) seed: u64,
    /// Whether nothing is kept.
    pub(crate) dry_run: bool,
}

/// The values that are sent; `None` for those that are left out.
pub(crate) fn arguments(operation: &Operation, asked: &Asked, world: &World<'_>) -> Vec<Option<Value>> {
    let draw = |field: &Field| {
        // Each argument has numbers of its own: without one of them the others stay what they are.
        let name =
            field.name.bytes().fold(asked.seed, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        let mut random = Random::new(name);
        if (field.optional || field.default.is_some()) && random.one_in(2) {
            return None;
        }
        Some(value(&field.ty, world, &mut random))
    };
    operation.inputs.iter().map(draw).collect()
}

/// The same as JSON.
pub(crate) fn json(operation: &Operation, values: &[Option<Value>], dry_run: bool) -> String {
    let sent =
        operation.inputs.iter().zip(values).filter_map(|(field, value)| Some((field, value.as_ref()?)));
    let mut entries: Vec<(String, Json)> =
        sent.map(|(field, value)| (field.key.clone(), of_type(&field.ty, value))).collect();
    entries.extend(dry_run.then(|| ("dry_run".to_owned(), Json::Bool(true))));
    Json::object(entries).to_string()
}

/// Texts that are easily confused.
pub(crate) const TEXTS: &[&str] = &["a", "ab", "b", "B", "é", "a b", "😀b", "x", "zz"];

fn value(ty: &Type, world: &World<'_>, random: &mut Random) -> Value {
    match ty {
        Type::Id { .. } => {
            let rows: Vec<&String> =
                world.referred(ty).into_iter().flat_map(|of| world.rows(of)).map(|(id, _)| id).collect();
            if random.one_in(16) {
                return Value::Text("no_such_row".to_owned());
            }
            random.pick(&rows).map_or(Value::Text("none".to_owned()), |id| Value::Text((*id).clone()))
        }
        Type::Int { min, max } | Type::Decimal { min, max, .. } | Type::Duration { min, max } => {
            Value::Int(random.number(*min, *max))
        }
        Type::Timestamp { .. } => Value::Int(1_700_000_000_000_000 + random.number(-3, 30) * 1_000_000),
        Type::Date { .. } => Value::Int(random.number(19_000, 20_000)),
        Type::Bool => Value::Bool(random.one_in(2)),
        Type::Text { min, max, .. } => {
            let fits =
                |text: &&&str| (*min..=*max).contains(&u32::try_from(text.chars().count()).unwrap_or(0));
            let texts: Vec<&&str> = TEXTS.iter().filter(fits).collect();
            random.pick(&texts).map_or(Value::Text(String::new()), |text| Value::Text((**text).to_owned()))
        }
        Type::Email { .. } | Type::Url { .. } => Value::Text("https://a.example/".to_owned()),
        Type::Enum { values } => random.pick(values).map_or(Value::Null, |text| Value::Text(text.clone())),
        Type::List { of, min, max, distinct } => {
            let count = u64::from(*min) + random.below(u64::from(max.saturating_sub(*min)).min(3) + 1);
            let mut items: Vec<Value> = (0..count).map(|_| value(of, world, random)).collect();
            if *distinct {
                items.sort();
                items.dedup();
            }
            Value::List(items)
        }
        Type::Map { of, .. } => {
            let count = random.below(3);
            let keys = ["k", "a", "b"].iter().take(usize::try_from(count).unwrap_or(0));
            Value::Map(keys.map(|key| ((*key).to_owned(), value(of, world, random))).collect())
        }
        Type::Object { fields, .. } => {
            let part = |field: &Field, random: &mut Random| {
                if field.optional && random.one_in(2) { Value::Null } else { value(&field.ty, world, random) }
            };
            Value::Object(fields.iter().map(|field| part(field, random)).collect())
        }
    }
}
