//! References inside of objects and lists: loaded together, told one by one.

use crate::cx::Cx;
use crate::cx::candidates::{Holds, Missing};
use crate::cx::many::Rows;
use crate::cx::typed::Resource;
use crate::stop::Stop;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Arguments;

/// References that were sent, in order, each with its place among the arguments.
#[derive(Default)]
pub struct Sent<'a> {
    ids: Vec<&'a str>,
    /// Where those stand that lead to nothing; they are asked for only if there are any.
    places: Option<Vec<String>>,
}

impl<'a> Sent<'a> {
    /// One more.
    pub fn add(&mut self, id: &'a str, place: Arguments<'_>) {
        match &mut self.places {
            Some(places) => places.push(place.to_string()),
            None => self.ids.push(id),
        }
    }
}

/// References that a row, or a value, holds.
#[derive(Default)]
pub struct Held(BTreeSet<String>);

impl Held {
    /// One more.
    pub fn add(&mut self, id: &str) {
        self.0.insert(id.to_owned());
    }
}

impl Cx<'_> {
    /// The rows of references inside of an argument.
    pub fn load_inside<'a, R: Resource>(
        &mut self,
        node: &'static str,
        each: impl Fn(&mut Sent<'a>),
    ) -> Result<Rows<R>, Stop> {
        self.at(node)?;
        self.all_inside(&each, None)
    }

    /// The same, if a condition holds for each.
    pub fn load_inside_where<'a, R: Resource>(
        &mut self,
        node: &'static str,
        each: impl Fn(&mut Sent<'a>),
        holds: impl Fn(&R) -> Result<bool, Stop>,
    ) -> Result<Rows<R>, Stop> {
        self.at(node)?;
        self.all_inside(&each, Some(&holds))
    }

    fn all_inside<'a, R: Resource>(
        &mut self,
        each: &dyn Fn(&mut Sent<'a>),
        holds: Option<Holds<'_, R>>,
    ) -> Result<Rows<R>, Stop> {
        let finds = std::mem::take(&mut self.finds);
        let mut sent = Sent::default();
        each(&mut sent);
        self.work.load_many(R::INDEX, &sent.ids)?;
        let mut rows = BTreeMap::new();
        for id in &sent.ids {
            if !rows.contains_key(id) {
                rows.insert(*id, self.fitting(id, holds, finds)?);
            }
        }
        if rows.values().any(Option::is_none) {
            sent.places = Some(Vec::new());
            each(&mut sent);
            let places = sent.ids.iter().zip(sent.places.into_iter().flatten());
            let missing = places.filter(|(id, _)| matches!(rows.get(*id), Some(None)));
            let missing: Vec<Missing<'_>> = missing.map(|(id, place)| (place, *id)).collect();
            return Err(self.not_found(&missing, holds, finds)?);
        }
        Ok(Rows::new(rows.into_values().flatten().collect()))
    }

    /// The rows that references inside of something lead to.
    pub fn follow_inside<R: Resource>(
        &mut self,
        node: &'static str,
        each: impl Fn(&mut Held),
    ) -> Result<Rows<R>, Stop> {
        let mut held = Held::default();
        each(&mut held);
        self.follow_all(node, held.0.into_iter())
    }
}

/// A key as it stands in a JSON pointer.
pub fn pointer_key(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
