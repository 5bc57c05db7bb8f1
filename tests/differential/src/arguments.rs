//! Arguments: drawn by their types, with rows that are there when the call is made.

use crate::interpret::{World, cursor, fits, of_type};
use crate::random::Random;
use opwright_codegen::model::{Finds, Operation};
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
    let draw = |(number, field): (usize, &Field)| {
        // Each argument has numbers of its own: without one of them the others stay what they are.
        let name =
            field.name.bytes().fold(asked.seed, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        let mut random = Random::new(name);
        if cursor(operation) == Some(number) {
            return place(operation, world, &mut random).map(Value::Text);
        }
        if (field.optional || field.default.is_some()) && random.one_in(2) {
            return None;
        }
        let reference = operation.references.iter().find(|reference| reference.input == number);
        let finds = reference.map_or(Finds::Live, |reference| reference.finds);
        Some(Draw { world, finds }.value(&field.ty, &mut random))
    };
    operation.inputs.iter().enumerate().map(draw).collect()
}

/// A place in a list: mostly where the last answer of the operation ended.
fn place(operation: &Operation, world: &World<'_>, random: &mut Random) -> Option<String> {
    match random.below(8) {
        0 | 1 => None,
        2 => Some("nonsense".to_owned()),
        3 => world.places.first().map(|(call, _)| format!("@next:{call}")),
        _ => {
            let mut own = world.places.iter().filter(|(_, place)| place.operation == operation.name);
            own.next_back().map(|(call, _)| format!("@next:{call}"))
        }
    }
}

/// The same as JSON.
pub(crate) fn json(operation: &Operation, values: &[Option<Value>], dry_run: bool) -> String {
    let sent =
        operation.inputs.iter().zip(values).filter_map(|(field, value)| Some((field, value.as_ref()?)));
    let mut entries: Vec<(String, Json)> = Vec::new();
    for (field, value) in sent {
        match of_type(&field.ty, value) {
            Json::Object(parts) if field.flat => {
                entries.extend(parts.into_iter().map(|(key, part)| (key.into_owned(), part)));
            }
            value => entries.push((field.key.clone(), value)),
        }
    }
    entries.extend(dry_run.then(|| ("dry_run".to_owned(), Json::Bool(true))));
    Json::object(entries).to_string()
}

/// Texts that are easily confused.
pub(crate) const TEXTS: &[&str] = &["a", "ab", "b", "B", "é", "T\u{308}", "a b", "😀b", "x", "zz"];

/// Words of small letters and digits.
pub(crate) const WORDS: &[&str] = &["a", "ab", "b", "x", "a1", "c", "d", "zz"];

/// Addresses of mail.
pub(crate) const MAILS: &[&str] = &[
    "a@a.example",
    "ab@a.example",
    "b@b.example",
    "x+a@a.example",
    "c@a.example",
    "d@a.example",
    "e@a.example",
    "f@a.example",
];

/// Addresses of the web.
pub(crate) const LINKS: &[&str] = &[
    "https://a.example/",
    "http://b.example",
    "https://a.example/?a=b",
    "https://a.example/a",
    "https://c.example",
    "https://d.example",
    "https://e.example:80/#a",
    "http://f.example",
];

/// What values are drawn from.
struct Draw<'d, 'm> {
    world: &'d World<'m>,
    finds: Finds,
}

impl Draw<'_, '_> {
    fn value(&self, ty: &Type, random: &mut Random) -> Value {
        match ty {
            Type::Id { .. } => {
                if random.one_in(16) {
                    return Value::Text("no_such_row".to_owned());
                }
                // Now and then one of the others.
                let finds = if random.one_in(16) { Finds::All } else { self.finds };
                let rows =
                    self.world.referred(ty).map(|of| self.world.findable(of, finds)).unwrap_or_default();
                random.pick(&rows).map_or(Value::Text("none".to_owned()), |id| Value::Text(id.clone()))
            }
            Type::Int { min, max } | Type::Decimal { min, max, .. } | Type::Duration { min, max } => {
                Value::Int(random.number(*min, *max))
            }
            Type::Timestamp { .. } => Value::Int(1_700_000_000_000_000 + random.number(-3, 30) * 1_000_000),
            Type::Date { .. } => Value::Int(random.number(19_000, 20_000)),
            Type::Bool => Value::Bool(random.one_in(2)),
            Type::Text { .. } | Type::Email { .. } | Type::Url { .. } => {
                let words = match ty {
                    Type::Email { .. } => MAILS,
                    Type::Url { .. } => LINKS,
                    _ => TEXTS,
                };
                let of = |text: &&&str| fits(ty, &Value::Text((**text).to_owned()));
                let texts: Vec<&&str> = words.iter().chain(WORDS).filter(of).collect();
                random
                    .pick(&texts)
                    .map_or(Value::Text(String::new()), |text| Value::Text((**text).to_owned()))
            }
            Type::Enum { values } => {
                random.pick(values).map_or(Value::Null, |text| Value::Text(text.clone()))
            }
            Type::List { of, min, max, distinct } => {
                let count = u64::from(*min) + random.below(u64::from(max.saturating_sub(*min)).min(3) + 1);
                let mut items: Vec<Value> = (0..count).map(|_| self.value(of, random)).collect();
                if *distinct {
                    items.sort();
                    items.dedup();
                }
                Value::List(items)
            }
            Type::Map { of, .. } => {
                let count = random.below(3);
                let keys = ["k", "a", "b"].iter().take(usize::try_from(count).unwrap_or(0));
                Value::Map(keys.map(|key| ((*key).to_owned(), self.value(of, random))).collect())
            }
            Type::Object { fields, .. } => {
                let part = |field: &Field, random: &mut Random| {
                    if field.optional && random.one_in(2) {
                        Value::Null
                    } else {
                        self.value(&field.ty, random)
                    }
                };
                Value::Object(fields.iter().map(|field| part(field, random)).collect())
            }
        }
    }
}
