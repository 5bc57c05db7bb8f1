//! Which values of an enum a path can have, where it has one.
//!
//! ```text
//! require: ticket.status != 'closed'              ticket.status: open or waiting
//! load: ticket, where: row.status == 'open'       ticket.status: open
//! ```

use super::{Facts, Through, begins, path};
use crate::expr::typed::{Kind, ResourceId, Ty, Typed};
use opwright_values::schema::Schema;
use std::collections::{BTreeMap, BTreeSet};

/// The values that a path can have, and the fields that it goes through.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    through: Through,
    values: BTreeSet<String>,
}

/// What is known of paths that have a value of an enum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Choices(BTreeMap<String, Choice>);

impl Choices {
    fn say(&mut self, path: String, choice: Choice) {
        match self.0.get_mut(&path) {
            Some(known) => known.values.retain(|value| choice.values.contains(value)),
            None => drop(self.0.insert(path, choice)),
        }
    }

    /// Everything that either knows.
    pub(super) fn add(&mut self, other: &Self) {
        other.0.iter().for_each(|(path, choice)| self.say(path.clone(), choice.clone()));
    }

    /// What holds if one of both does.
    pub(super) fn keep_common(&mut self, other: &Self) {
        self.0.retain(|path, choice| {
            let there = other.0.get(path);
            choice.values.extend(there.iter().flat_map(|it| &it.values).cloned());
            there.is_some()
        });
    }

    /// Keeps what is known of those paths.
    pub(super) fn retain(&mut self, mut which: impl FnMut(&str, &Through) -> bool) {
        self.0.retain(|path, choice| which(path, &choice.through));
    }

    /// What a comparison with values that are written out says of a path: that it has one of them, or none.
    pub(super) fn compared(&mut self, of: &Typed, values: &[&Typed], has_one: bool, schema: &Schema) {
        let mut inner = of;
        while let Kind::Proved(it) | Kind::Widen(it) = &inner.kind {
            inner = it;
        }
        let (Ty::Enum(all), Some((path, through))) = (inner.ty.present(), path(inner, schema)) else {
            return;
        };
        let Some(values) = values.iter().map(|value| written(value)).collect::<Option<BTreeSet<&str>>>()
        else {
            return;
        };
        let values = all.iter().filter(|value| values.contains(value.as_str()) == has_one).cloned().collect();
        self.say(path, Choice { through, values });
    }
}

/// A text that is written out.
fn written(expr: &Typed) -> Option<&str> {
    match &expr.kind {
        Kind::Text(text) => Some(text),
        Kind::Widen(inner) => written(inner),
        _ => None,
    }
}

impl Facts {
    /// The values that a field of a row can have, if something is known of them.
    pub fn choices(
        &self,
        row: &Typed,
        field: (ResourceId, usize),
        schema: &Schema,
    ) -> Option<&BTreeSet<String>> {
        let (path, _) = of_field(row, field, schema)?;
        self.choices.0.get(&path).map(|choice| &choice.values)
    }

    /// A field of a row has this value.
    pub fn say_is(&mut self, row: &Typed, field: (ResourceId, usize), value: &str, schema: &Schema) {
        if let Some((path, through)) = of_field(row, field, schema) {
            self.choices.say(path, Choice { through, values: BTreeSet::from([value.to_owned()]) });
        }
    }

    /// What is known of the fields of a row that has another name, here or elsewhere.
    #[must_use]
    pub fn of_row(&self, name: &str, called: &str) -> Facts {
        let renamed = |path: &str| {
            begins(path, name).then(|| format!("{called}{}", path.strip_prefix(name).unwrap_or(path)))
        };
        self.of_paths(renamed)
    }

    /// What a condition says of a value beside another one that holds where there is no such value.
    pub(super) fn of_absent(&self, beside: &Typed, schema: &Schema) -> Facts {
        let Kind::Not(inner) = &beside.kind else { return Facts::default() };
        let Kind::Has(of) = &inner.kind else { return Facts::default() };
        let Some((of, _)) = path(of, schema) else { return Facts::default() };
        let inside =
            |path: &str| path.strip_prefix(&of).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.of_paths(|path| inside(path).then(|| path.to_owned()))
    }

    fn of_paths(&self, name: impl Fn(&str) -> Option<String>) -> Facts {
        let choices = self.choices.0.iter().filter_map(|(path, choice)| Some((name(path)?, choice.clone())));
        let choices = Choices(choices.collect());
        Facts { choices, ranges: self.ranges.renamed(name), ..Facts::default() }
    }

    /// Only what a row holds itself: what it refers to, other rows may share.
    #[must_use]
    pub fn of_row_itself(mut self) -> Facts {
        self.choices.retain(|_, through| through.len() == 1);
        self.ranges.retain(|_, through| through.len() == 1);
        self
    }
}

fn of_field(row: &Typed, field: (ResourceId, usize), schema: &Schema) -> Option<(String, Through)> {
    let (path, mut through) = path(row, schema)?;
    let name = &schema.resources.get(field.0)?.fields.get(field.1)?.name;
    through.push(field);
    Some((format!("{path}.{name}"), through))
}
