//! How large a value can be: elements of lists, characters of texts, and the same of what is in them.
//!
//! ```text
//! tickets                    200 rows
//! tickets.map(t, t.title)    200 texts of 120 characters
//! a + ', ' + b               as many characters as all three
//! ```

use crate::expr::parts::row_of;
use crate::expr::typed::{BinaryOp, Function, Kind, MacroKind, Ty, Typed};
use crate::lower::bounds::sizes::Sizes;
use crate::model::Inside;
use opwright_values::schema::Type;

/// The most that a value holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Extent {
    /// Elements of a list or a map, characters of a text.
    pub(super) most: u64,
    /// Of each element, where there are some.
    pub(super) each: Option<Box<Extent>>,
    /// Of each part of an object, by its key on the wire.
    parts: Vec<(String, Extent)>,
}

impl Extent {
    /// Of a text.
    pub(super) fn text(characters: u64) -> Self {
        Self { most: characters, ..Self::default() }
    }

    /// Of a list or a map.
    pub(super) fn list(most: u64, each: Extent) -> Self {
        Self { most, each: Some(Box::new(each)), parts: Vec::new() }
    }

    /// Of an element, or of nothing.
    pub(super) fn element(&self) -> Extent {
        self.each.as_deref().cloned().unwrap_or_default()
    }

    /// How many elements there are in all, those of lists in lists counted one by one.
    pub(super) fn elements(&self) -> u64 {
        match &self.each {
            Some(each) => self.most.saturating_mul(each.elements()),
            None => 1,
        }
    }

    /// How many values there are at the end of a way inside.
    pub(super) fn inside(&self, way: &[Inside]) -> u64 {
        match way.split_first() {
            None => 1,
            Some((Inside::Elements | Inside::Values, rest)) => {
                self.most.saturating_mul(self.element().inside(rest))
            }
            Some((Inside::Part(key, _), rest)) => {
                let part = self.parts.iter().find(|(known, _)| known == key);
                part.map_or(u64::MAX, |(_, part)| part.inside(rest))
            }
        }
    }

    /// How many characters there are in all.
    pub(super) fn characters(&self) -> u64 {
        match &self.each {
            Some(each) => self.most.saturating_mul(each.characters()),
            None => self.parts.iter().fold(self.most, |sum, (_, part)| sum.saturating_add(part.characters())),
        }
    }

    /// What is at least as large as both.
    fn or(self, other: Extent) -> Extent {
        let each = match (self.each, other.each) {
            (Some(a), Some(b)) => Some(Box::new(a.or(*b))),
            (a, b) => a.or(b),
        };
        let (mut parts, mut others) = (self.parts, other.parts.into_iter());
        for (_, part) in &mut parts {
            *part = std::mem::take(part).or(others.next().unwrap_or_default().1);
        }
        parts.extend(others);
        Extent { most: self.most.max(other.most), each, parts }
    }

    /// Both, one behind the other.
    fn and(self, other: Extent) -> Extent {
        let most = self.most.saturating_add(other.most);
        Extent { most, ..self.or(other) }
    }

    /// Of what a row or an argument holds.
    pub(super) fn of(ty: &Type) -> Extent {
        match ty {
            Type::Text { max, .. } | Type::Email { max } | Type::Url { max } => Extent::text(u64::from(*max)),
            Type::Id { .. } => Extent::text(ID),
            Type::Enum { values } => Extent::text(longest(values)),
            Type::List { of, max, .. } => Extent::list(u64::from(*max), Extent::of(of)),
            Type::Map { of, max, .. } => Extent::list(u64::from(*max), Extent::of(of)),
            Type::Object { fields, .. } => Extent {
                parts: fields.iter().map(|field| (field.key.clone(), Extent::of(&field.ty))).collect(),
                ..Extent::default()
            },
            _ => Extent::default(),
        }
    }

    /// Of what nothing is known of but its type: a list or a text has no end. To take it for empty would let it pass.
    fn unknown(ty: &Ty) -> Extent {
        match ty.present() {
            Ty::Text => Extent::text(u64::MAX),
            Ty::List(of) | Ty::Map(of) => Extent::list(u64::MAX, Extent::unknown(of)),
            Ty::Object(object) => {
                let parts = object.fields.iter().map(|(_, key, ty)| (key.clone(), Extent::unknown(ty)));
                Extent { parts: parts.collect(), ..Extent::default() }
            }
            _ => Extent::default(),
        }
    }
}

/// The most characters of an id.
const ID: u64 = 64;

fn longest(values: &[String]) -> u64 {
    values.iter().map(|value| count(value.chars().count())).max().unwrap_or(0)
}

/// A size as it is counted here.
pub(super) fn count(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

impl Sizes<'_> {
    /// How large a value can be.
    pub(super) fn extent(&mut self, expr: &Typed) -> Extent {
        match &expr.kind {
            Kind::Text(text) => Extent::text(count(text.chars().count())),
            Kind::Name(name) => self.names.get(name).cloned().unwrap_or_else(|| Extent::unknown(&expr.ty)),
            Kind::Var(name) => self.vars.get(name).cloned().unwrap_or_else(|| Extent::unknown(&expr.ty)),
            Kind::Input(index) => {
                self.operation.inputs.get(*index).map_or_else(Extent::default, |it| Extent::of(&it.ty))
            }
            Kind::Field(of, field) => {
                let field = self.resource(of).and_then(|it| it.fields.get(*field));
                field.map_or_else(Extent::default, |field| Extent::of(&field.ty))
            }
            Kind::Collection(of, index) => {
                let collection = self.resource(of).and_then(|it| it.collections.get(*index));
                collection
                    .map_or_else(Extent::default, |it| Extent::list(u64::from(it.size), Extent::default()))
            }
            Kind::Part(of, part) => {
                let part = self.extent(of).parts.into_iter().nth(*part);
                part.map_or_else(|| Extent::unknown(&expr.ty), |(_, part)| part)
            }
            Kind::Id(_) => Extent::text(ID),
            Kind::List(items) => {
                let each = self.all(items);
                Extent::list(count(items.len()), each)
            }
            Kind::Map(entries) => {
                let each =
                    entries.iter().map(|(_, value)| self.extent(value)).fold(Extent::default(), Extent::or);
                Extent::list(count(entries.len()), each)
            }
            Kind::Object(parts) => {
                let Ty::Object(object) = expr.ty.present() else { return Extent::unknown(&expr.ty) };
                let keys = object.fields.iter().map(|(_, key, _)| key.clone());
                let parts =
                    parts.iter().map(|part| part.as_ref().map_or_else(Extent::default, |it| self.extent(it)));
                Extent { parts: keys.zip(parts).collect(), ..Extent::default() }
            }
            Kind::Proved(inner) | Kind::Widen(inner) => self.extent(inner),
            Kind::Choose(_, a, b) => self.extent(a).or(self.extent(b)),
            Kind::Binary(BinaryOp::Add, a, b) if matches!(expr.ty.present(), Ty::Text | Ty::List(_)) => {
                self.extent(a).and(self.extent(b))
            }
            Kind::Index(of, ..) | Kind::Lookup(of, _) => self.extent(of).element(),
            Kind::Macro(mac) => {
                let list = self.extent(&mac.list);
                match mac.kind {
                    MacroKind::Filter | MacroKind::SortBy => list,
                    MacroKind::Map => {
                        let each = self.inside(mac, list.element(), |sizes| sizes.extent(&mac.body));
                        Extent::list(list.most, each)
                    }
                    MacroKind::All | MacroKind::Exists | MacroKind::ExistsOne => Extent::default(),
                }
            }
            Kind::Call(function, args) => self.of_call(*function, args),
            _ => Extent::default(),
        }
    }

    fn of_call(&mut self, function: Function, args: &[Typed]) -> Extent {
        if let Function::Or | Function::OrValue = function {
            return self.all(args);
        }
        let first = args.first().map_or_else(Extent::default, |arg| self.extent(arg));
        match function {
            Function::Sort
            | Function::Distinct
            | Function::LowerAscii
            | Function::UpperAscii
            | Function::Trim => first,
            Function::Min | Function::Max => first.element(),
            Function::Flatten => {
                let inner = first.element();
                Extent { most: first.most.saturating_mul(inner.most), ..inner }
            }
            Function::Join => {
                let between = args.get(1).map_or(0, |arg| self.extent(arg).most);
                Extent::text(first.most.saturating_mul(first.element().most.saturating_add(between)))
            }
            _ => Extent::default(),
        }
    }

    fn all(&mut self, items: &[Typed]) -> Extent {
        items.iter().map(|item| self.extent(item)).fold(Extent::default(), Extent::or)
    }

    fn resource(&self, of: &Typed) -> Option<&opwright_values::schema::Resource> {
        self.model.schema.resources.get(row_of(&of.ty)?)
    }
}
