//! What a history tells of a row, where it was written by services that do not know all fields. One that does not know a
//! field tells nothing of it, neither before a change nor behind it, and leaves it as it was.
//!
//! ```text
//! newer  {title: a}          ─▶ {title: a, note: n}
//! older  {title: a}          ─▶ {title: b}             nothing is told of `note`: it is still n
//! newer  {title: b, note: n} ─▶ {title: b}             `note` is known, and gone
//! ```

use crate::schema::filled::{Filled, With};
use crate::store::layout::Table;
use crate::store::link::{Cell, Fault, Link};
use crate::store::statements;
use crate::store::unit::list_arg;
use opwright_values::json::Json;
use opwright_values::read::is_marked;
use opwright_values::schema::{Field, Type};
use opwright_values::words::shortened;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What the history of a row tells.
#[derive(Default)]
pub(super) struct Told {
    /// The changes that do not begin as the one before ended: their version, and the first field.
    pub(super) broken: Vec<(i64, String)>,
    /// By field: what it ends with.
    known: Vec<Known>,
}

/// What is known of a field.
#[derive(Clone, Default)]
enum Known {
    /// Nobody has told.
    #[default]
    Nothing,
    /// It is absent.
    Absent,
    /// It is this.
    Is(Json),
    /// It is an object, with these parts.
    Parts(Vec<Known>),
}

impl Known {
    /// In words.
    fn shown(&self, field: &Field) -> String {
        match self {
            Known::Nothing => "nothing".to_owned(),
            known => shown(known.json(field).as_ref()),
        }
    }

    /// As it was told.
    fn json(&self, field: &Field) -> Option<Json> {
        match (self, &field.ty) {
            (Known::Is(json), _) => Some(json.clone()),
            (Known::Parts(parts), Type::Object { fields, .. }) => {
                let parts = fields.iter().zip(parts);
                let told = parts.filter_map(|(field, known)| Some((field.key.clone(), known.json(field)?)));
                Some(Json::Object(told.map(|(key, json)| (key.into(), json)).collect()))
            }
            _ => None,
        }
    }
}

/// A value for people, short.
fn shown(json: Option<&Json>) -> String {
    json.map_or("absent".to_owned(), shortened)
}

/// What the histories of some rows tell.
pub(super) fn told(
    link: &mut Link,
    table: &Table,
    filled: &[Filled],
    ids: &[&str],
) -> Result<BTreeMap<String, Told>, Fault> {
    let mut all: BTreeMap<String, Told> = BTreeMap::new();
    if ids.is_empty() {
        return Ok(all);
    }
    let dialect = link.dialect();
    for row in link.fetch(&statements::changes_of(table, dialect), vec![list_arg(ids, dialect)])? {
        let [id, version, before, after] = row.as_slice() else { continue };
        let (Some(id), version) = (id.text(), version.int().unwrap_or(0)) else { continue };
        let (first, told) = match all.get_mut(id) {
            Some(told) => (false, told),
            None => (true, all.entry(id.to_owned()).or_default()),
        };
        told.change(Fields { fields: &table.resource.fields, filled }, first, version, (before, after));
    }
    Ok(all)
}

impl Told {
    fn change(&mut self, fields: Fields<'_>, first: bool, version: i64, (before, after): (&Cell, &Cell)) {
        let (before, after) = match (parsed(before.text()), parsed(after.text())) {
            (Ok(before), Ok(after)) => (before, after),
            _ => return self.broken.push((version, "all of it".to_owned())),
        };
        // A deletion leaves what the row was, and what comes back is what it was.
        let there = before.as_ref().or(after.as_ref());
        let (Some(was), Some(is)) = (there, after.as_ref().or(there)) else { return };
        let change = Change { checked: before.is_some() && !first, knows_all: false };
        let was = before.is_some().then_some(was);
        if let Some(key) = change.follow(fields, &mut self.known, was, is) {
            self.broken.push((version, key));
        }
    }

    /// The first field of a row that is not what its history ends with, and what both say, unless that is sensitive.
    pub(super) fn differs(&self, fields: Fields<'_>, now: &str) -> Option<String> {
        let wrong = |key: &str| format!("`{key}` is not what its history ends with");
        let Ok(Some(now)) = parsed(Some(now)) else { return Some(wrong("all of it")) };
        let change = Change { checked: true, knows_all: true };
        let key = change.follow(fields, &mut self.known.clone(), Some(&now), &now)?;
        let of_key = |(field, _): &(&Field, &Known)| field.key == key;
        let both = fields.fields.iter().zip(&self.known).find(of_key);
        let both = both.filter(|(field, _)| !field.secret && !is_marked(field));
        let told = both.map(|(field, known)| {
            format!(": it is {}, and its history says {}", shown(said(field, &now)), known.shown(field))
        });
        Some(wrong(&key) + &told.unwrap_or_default())
    }
}

/// Fields, and what may stand in those of which nothing is told.
#[derive(Clone, Copy)]
pub(super) struct Fields<'f> {
    pub(super) fields: &'f [Field],
    pub(super) filled: &'f [Filled],
}

impl<'f> Fields<'f> {
    fn parts(fields: &'f [Field], filled: Option<&'f Filled>) -> Self {
        let filled: &[Filled] = if let Some(Filled::Parts(parts)) = filled { parts } else { &[] };
        Self { fields, filled }
    }

    fn each(self) -> impl Iterator<Item = (&'f Field, Option<&'f Filled>)> {
        self.fields.iter().enumerate().map(move |(at, field)| (field, self.filled.get(at)))
    }
}

/// How a change is looked at.
#[derive(Clone, Copy)]
struct Change {
    /// Whether it has to begin with what is known.
    checked: bool,
    /// Whether what it does not tell of is absent.
    knows_all: bool,
}

impl Change {
    /// Learns what fields are behind a change; gives the first that was not what is known.
    fn follow(
        self,
        fields: Fields<'_>,
        known: &mut Vec<Known>,
        was: Option<&Json>,
        is: &Json,
    ) -> Option<String> {
        known.resize_with(fields.fields.len(), Known::default);
        let mut wrong = None;
        for ((field, filled), known) in fields.each().zip(known) {
            let (was, is) = (was.and_then(|was| said(field, was)), said(field, is));
            if !self.one((field, filled), known, was, is) && wrong.is_none() {
                wrong = Some(field.key.clone());
            }
        }
        wrong
    }

    /// The same for one field: whether it was what is known.
    fn one(
        self,
        (field, filled): (&Field, Option<&Filled>),
        known: &mut Known,
        was: Option<&Json>,
        is: Option<&Json>,
    ) -> bool {
        if was.is_none() && is.is_none() && !self.knows_all {
            return true;
        }
        match (&field.ty, &mut *known, was, is) {
            (Type::Object { fields, .. }, Known::Parts(parts), Some(was), Some(is)) => {
                self.follow(Fields::parts(fields, filled), parts, Some(was), is).is_none()
            }
            _ => {
                let right = !self.checked || self.is_known((field, filled), known, was);
                *known = is.map_or(Known::Absent, |is| learned(&field.ty, is));
                right
            }
        }
    }

    /// Whether a field is what is known of it.
    fn is_known(self, (field, filled): (&Field, Option<&Filled>), known: &Known, now: Option<&Json>) -> bool {
        match (known, now) {
            (Known::Nothing | Known::Absent, None) => true,
            // The rows that are there when a field is added have its default; nobody writes that down for each.
            (Known::Nothing, Some(now)) => may_be(field, filled, now, false),
            (Known::Absent, Some(now)) => may_be(field, filled, now, true),
            (Known::Is(known), Some(now)) => same(&field.ty, known, now),
            (Known::Parts(parts), Some(now)) => {
                let Type::Object { fields, .. } = &field.ty else { return false };
                Fields::parts(fields, filled).each().zip(parts).all(|((part, filled), known)| {
                    let now = said(part, now);
                    now.is_none() && !self.knows_all || self.is_known((part, filled), known, now)
                })
            }
            (Known::Is(_) | Known::Parts(_), None) => false,
        }
    }
}

/// Whether `migrate` may have put this into a field of which nothing is told, or that it is absent.
fn may_be(field: &Field, filled: Option<&Filled>, now: &Json, absent: bool) -> bool {
    match (filled, &field.ty) {
        (Some(Filled::Column { with, again }), ty) => {
            let one = match with {
                With::Anything => true,
                With::OneOf(defaults) => defaults.iter().any(|one| same(ty, one, now)),
            };
            one && (*again || !absent)
        }
        (Some(Filled::Parts(_)), Type::Object { fields, .. }) => Fields::parts(fields, filled)
            .each()
            .all(|(part, filled)| said(part, now).is_none_or(|now| may_be(part, filled, now, absent))),
        _ => !absent,
    }
}

/// What is known of a field that is told.
fn learned(ty: &Type, is: &Json) -> Known {
    let Type::Object { fields, .. } = ty else { return Known::Is(is.clone()) };
    let part = |part: &Field| said(part, is).map_or(Known::Nothing, |is| learned(&part.ty, is));
    Known::Parts(fields.iter().map(part).collect())
}

fn parsed(text: Option<&str>) -> Result<Option<Json>, ()> {
    text.map(|text| Json::parse(text).map_err(drop)).transpose()
}

/// Whether two states of a row tell the same of the same fields. What was told before a migration is read as it was
/// meant then: under the names that fields had, with the digits that numbers had.
pub(super) fn alike(fields: &[Field], one: Option<&str>, other: Option<&str>) -> bool {
    match (parsed(one), parsed(other)) {
        (Ok(Some(one)), Ok(Some(other))) => {
            fields.iter().all(|field| match (said(field, &one), said(field, &other)) {
                (Some(one), Some(other)) => same(&field.ty, one, other),
                (None, None) => true,
                _ => false,
            })
        }
        _ => false,
    }
}

/// What an object says of a field, by the key that it has or had.
fn said<'j>(field: &Field, object: &'j Json) -> Option<&'j Json> {
    std::iter::once(&field.key).chain(&field.was).find_map(|key| object.get(key))
}

fn same(ty: &Type, one: &Json, other: &Json) -> bool {
    match (ty, one, other) {
        (Type::Object { fields, .. }, Json::Object(_), Json::Object(_)) => {
            fields.iter().all(|part| match (said(part, one), said(part, other)) {
                (Some(one), Some(other)) => same(&part.ty, one, other),
                (None, None) => true,
                _ => false,
            })
        }
        (Type::List { of, .. }, Json::List(ones), Json::List(others)) => {
            ones.len() == others.len() && ones.iter().zip(others).all(|(one, other)| same(of, one, other))
        }
        (Type::Map { of, .. }, Json::Object(ones), Json::Object(others)) => {
            let there =
                |(key, one): &(Cow<'static, str>, Json)| other.get(key).is_some_and(|it| same(of, one, it));
            ones.len() == others.len() && ones.iter().all(there)
        }
        (Type::Int { .. } | Type::Decimal { .. }, Json::Number(one), Json::Number(other)) => {
            digits(one) == digits(other)
        }
        _ => one == other,
    }
}

/// A number without zeros that only say its scale.
fn digits(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}
