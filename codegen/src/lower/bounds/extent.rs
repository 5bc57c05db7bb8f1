//! How large a value can be: elements of lists, characters of texts, and the same of what is in them.
//!
//! ```text
//! tickets                    200 rows
//! tickets.map(t, t.title)    200 texts of 120 characters
//! a + ', ' + b               as many characters as all three
//! ```

use crate::expr::typed::Ty;
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
    pub(super) parts: Vec<(String, Extent)>,
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
    pub(super) fn or(self, other: Extent) -> Extent {
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
    pub(super) fn and(self, other: Extent) -> Extent {
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
    pub(super) fn unknown(ty: &Ty) -> Extent {
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
pub(super) const ID: u64 = 64;

fn longest(values: &[String]) -> u64 {
    values.iter().map(|value| count(value.chars().count())).max().unwrap_or(0)
}

/// A size as it is counted here.
pub(super) fn count(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}
