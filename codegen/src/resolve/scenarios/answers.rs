//! What comes back, at least: objects may be given in part, at every depth.

use crate::expr::typed::{Ty, Typed};
use crate::model::{Operation, Returns, picked};
use crate::report::{Diagnostic, Report};
use crate::resolve::former;
use crate::resolve::scenarios::{absent, map_of};
use crate::resolve::types::literal;
use crate::yaml::{Node, Text, Value as Yaml};
use opwright_values::decimal::UNITS_MAX;
use opwright_values::json::Json;
use opwright_values::schema::{Field, Part, Resource, Schema, Type};
use opwright_values::suggest::meant;
use opwright_values::time::{DAYS, MICROS};
use opwright_values::write::{Audience, write};

/// Reads what an operation is expected to give back.
pub(super) fn returns(
    node: &Node,
    operation: &Operation,
    schema: &Schema,
    report: &mut Report,
) -> Option<Json> {
    let mut answers = Answers { operation, schema, report };
    answers.returned(node, &operation.returns)
}

/// What an object has, and may be called otherwise now.
#[derive(Clone, Copy)]
struct Known<'k> {
    what: &'k str,
    keys: &'k [&'k str],
    fields: &'k [Field],
}

struct Answers<'a> {
    operation: &'a Operation,
    schema: &'a Schema,
    report: &'a mut Report,
}

impl<'a> Answers<'a> {
    fn returned(&mut self, node: &Node, returns: &Returns) -> Option<Json> {
        match returns {
            Returns::Nothing => {
                let fault = format!("`{}` gives nothing back", self.operation.name);
                self.report.add(Diagnostic::new("E0108", node.span, fault).help("remove `returns`"));
                None
            }
            Returns::Value(value) => self.value(node, &value.ty),
            Returns::Object(parts) => {
                let keys: Vec<&str> = parts.iter().map(|(key, _)| key.as_str()).collect();
                let known = Known { what: "the answer", keys: &keys, fields: &[] };
                self.object(node, known, |answers, at, node| {
                    answers.returned(node, parts.get(at).map(|(_, part)| part)?)
                })
            }
            Returns::Pick(shape) => {
                let (lists, parts) = picked(shape);
                self.picked(node, lists, parts)
            }
        }
    }

    fn picked(&mut self, node: &Node, lists: usize, parts: &[(String, Typed)]) -> Option<Json> {
        if let Some(inside) = lists.checked_sub(1) {
            return self.list(node, |answers, node| answers.picked(node, inside, parts));
        }
        let keys: Vec<&str> = parts.iter().map(|(key, _)| key.as_str()).collect();
        let known = Known { what: "the answer", keys: &keys, fields: &[] };
        self.object(node, known, |answers, at, node| {
            answers.value(node, parts.get(at).map(|(_, value)| &value.ty)?)
        })
    }

    /// Some entries of an object, each by the place of its key.
    fn object(
        &mut self,
        node: &Node,
        known: Known<'_>,
        mut read: impl FnMut(&mut Self, usize, &Node) -> Option<Json>,
    ) -> Option<Json> {
        let mut entries = Vec::new();
        for (key, node) in map_of(node, known.what, self.report) {
            match known.keys.iter().position(|known| *known == key.value) {
                Some(at) => entries.extend(read(self, at, node).map(|value| (key.value.clone(), value))),
                None => self.unknown(key, known),
            }
        }
        Some(Json::object(entries))
    }

    fn unknown(&mut self, key: &Text, Known { what, keys, fields }: Known<'_>) {
        let fault = Diagnostic::new("E0101", key.span, format!("{what} has no key `{}`", key.value));
        let now = former::field(fields, &key.value).filter(|now| keys.contains(&now.key.as_str()));
        let fault = match (now, meant(&key.value, keys.iter().copied())) {
            (Some(now), _) => fault.help(former::called(&now.key)),
            (None, Some(meant)) => fault.meant(Some(meant)),
            (None, None) => fault.help(format!("it has: {}", keys.join(", "))),
        };
        self.report.add_unknown(&key.value, fault);
    }

    fn list(&mut self, node: &Node, mut read: impl FnMut(&mut Self, &Node) -> Option<Json>) -> Option<Json> {
        let items = crate::decode::items(node, "what comes back here", self.report);
        items.iter().map(|item| read(self, item)).collect::<Option<Vec<_>>>().map(Json::List)
    }

    fn value(&mut self, node: &Node, ty: &Ty) -> Option<Json> {
        match ty {
            Ty::Optional(of) => absent(node, true).or_else(|| self.value(node, of)),
            // A row stands there as its shape, or as its id.
            Ty::Row(resource) if matches!(node.value, Yaml::Map(_)) => {
                self.shape(node, self.schema.resources.get(*resource)?)
            }
            Ty::List(of) => self.list(node, |answers, node| answers.value(node, of)),
            Ty::Map(of) => {
                let entries = map_of(node, "a map", self.report).iter();
                let entries = entries.map(|(key, node)| Some((key.value.clone(), self.value(node, of)?)));
                entries.collect::<Option<Vec<_>>>().map(Json::object)
            }
            Ty::Object(object) => {
                let keys: Vec<&str> = object.fields.iter().map(|(_, key, _)| key.as_str()).collect();
                let what = format!("`{}`", object.name);
                let known = Known { what: &what, keys: &keys, fields: self.fields_of(&object.name) };
                self.object(node, known, |answers, at, node| {
                    answers.value(node, object.fields.get(at).map(|(_, _, ty)| ty)?)
                })
            }
            flat => self.stored(node, &self.flat(flat)),
        }
    }

    /// The fields of a type, which may have former names.
    fn fields_of(&self, name: &str) -> &'a [Field] {
        let kept = self.schema.resources.iter().flat_map(|it| &it.fields);
        let mut all = kept.chain(&self.operation.inputs);
        all.find_map(|field| object(&field.ty, name)).unwrap_or_default()
    }

    fn flat(&self, ty: &Ty) -> Type {
        match ty {
            Ty::Bool => Type::Bool,
            Ty::Int => Type::Int { min: i64::MIN, max: i64::MAX },
            Ty::Decimal(scale) => Type::Decimal { scale: *scale, min: -UNITS_MAX, max: UNITS_MAX },
            Ty::Date => Type::Date { min: *DAYS.start(), max: *DAYS.end() },
            Ty::Timestamp => Type::Timestamp { min: *MICROS.start(), max: *MICROS.end() },
            Ty::Duration => Type::Duration { min: i64::MIN, max: i64::MAX },
            Ty::Enum(values) => Type::Enum { values: values.to_vec() },
            Ty::Row(of) | Ty::Id(of) => {
                let of = self.schema.resources.get(*of).map_or_else(String::new, |it| it.name.clone());
                Type::Id { of, pattern: None }
            }
            _ => Type::Text { min: 0, max: u32::MAX, pattern: None, lines: true },
        }
    }

    fn shape(&mut self, node: &Node, resource: &Resource) -> Option<Json> {
        let shown = resource.shape.iter().filter_map(|part| match part {
            Part::Field(at) => {
                let field = resource.fields.get(*at)?;
                (!field.hidden && Some(*at) != resource.owner).then_some((field.key.as_str(), part))
            }
            Part::Collection(at) => Some((resource.collections.get(*at)?.name.as_str(), part)),
        });
        let (keys, parts): (Vec<&str>, Vec<&Part>) = shown.unzip();
        // Of a resource that is not known whole nobody knows what else its rows show.
        let is_other = |(key, _): &(Text, Node)| !keys.contains(&key.value.as_str());
        if self.report.doubts(&resource.name)
            && matches!(&node.value, Yaml::Map(entries) if entries.iter().any(is_other))
        {
            self.report.follow();
            return None;
        }
        let what = format!("`{}`", resource.name);
        let known = Known { what: &what, keys: &keys, fields: &resource.fields };
        self.object(node, known, |answers, at, node| match parts.get(at)? {
            Part::Field(at) => answers.field(node, resource.fields.get(*at)?),
            Part::Collection(at) => {
                let list = resource.collections.get(*at)?;
                let of = answers.schema.resources.get(list.of)?;
                let id = Type::Id { of: of.name.clone(), pattern: None };
                answers.list(node, |answers, node| {
                    if list.owned { answers.shape(node, of) } else { answers.stored(node, &id) }
                })
            }
        })
    }

    fn field(&mut self, node: &Node, field: &Field) -> Option<Json> {
        absent(node, field.optional).or_else(|| self.stored(node, &field.ty))
    }

    fn stored(&mut self, node: &Node, ty: &Type) -> Option<Json> {
        let Type::Object { name, fields } = ty else {
            return Some(write(ty, &literal(node, ty, self.report)?, Audience::Wire));
        };
        let keys: Vec<&str> = fields.iter().map(|field| field.key.as_str()).collect();
        let known = Known { what: &format!("`{name}`"), keys: &keys, fields };
        self.object(node, known, |answers, at, node| answers.field(node, fields.get(at)?))
    }
}

/// The fields of an object of this name, somewhere in a type.
fn object<'t>(ty: &'t Type, called: &str) -> Option<&'t [Field]> {
    match ty {
        Type::Object { name, fields } if name == called => Some(fields),
        Type::Object { fields, .. } => fields.iter().find_map(|field| object(&field.ty, called)),
        Type::List { of, .. } | Type::Map { of, .. } => object(of, called),
        _ => None,
    }
}
