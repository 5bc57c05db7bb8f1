//! What the database has against the rows of a file: asked before anything is written, so that it is told with all else
//! that is wrong, each at its place.
//!
//! ```text
//! /person/0/telephone: expected `telephone` that no other row has; the database has one with the same, got "1"
//! /dog/1/person: expected a person that is there, got "per_nobody"
//! ```
//!
//! Somebody else may write meanwhile: what is asked here is asked again where rows are written.

use crate::seed::{File, Seed};
use crate::store::layout::{Layout, Table};
use crate::store::link::{Cell, Fault, Link};
use crate::store::references::refer;
use crate::store::rules::RowRules;
use crate::store::statements::ids_there;
use crate::store::taking::Taking;
use crate::store::unit::list_arg;
use opwright_values::circle::circles;
use opwright_values::fault::Fault as Wrong;
use opwright_values::schema::Field;
use opwright_values::value::Value;
use opwright_values::words::{a, shortened};
use opwright_values::write::{Audience, write};
use std::collections::{BTreeMap, BTreeSet};

/// A field of a row, by their numbers.
type At = (usize, usize);

/// How many ids are asked for at once.
const CHUNK: usize = 1000;

impl File {
    /// Asks, and notes what is found.
    pub fn ask(&mut self, link: &mut Link, layout: &Layout, rules: &[RowRules]) -> Result<(), Fault> {
        for (index, table) in layout.tables.iter().enumerate() {
            for set in std::iter::once(&vec![table.resource.id]).chain(&table.resource.uniques) {
                self.taken(link, (index, table), set)?;
            }
        }
        self.lost(link, layout)?;
        self.broken(rules);
        self.turning(layout);
        Ok(())
    }

    /// The rows of a table, with their numbers.
    fn rows_of(&self, table: usize) -> impl Iterator<Item = (usize, &Seed)> {
        self.rows.iter().enumerate().filter(move |(_, (of, _))| *of == table)
    }

    /// Values that have to occur once, and that a row of the database has.
    fn taken(
        &mut self,
        link: &mut Link,
        (index, table): (usize, &Table),
        set: &[usize],
    ) -> Result<(), Fault> {
        let Some(taking) = Taking::new(table, set, link.dialect()) else { return Ok(()) };
        let cells = self.rows_of(index).map(|(_, (_, row))| taking.cells(table, row)).collect();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for write in taking.asked.writes(cells) {
            let ids = link.fetch(&write.text, write.args)?;
            taken.extend(ids.iter().filter_map(|row| row.first()?.text().map(str::to_owned)));
        }
        let of_taken = |(_, (_, row)): &(usize, &Seed)| table.id_of(row).is_ok_and(|id| taken.contains(id));
        let numbers: Vec<usize> = self.rows_of(index).filter(of_taken).map(|(number, _)| number).collect();
        let is_id = set == [table.resource.id];
        self.is_there |= is_id && !numbers.is_empty();
        let fields: Vec<&Field> = set.iter().filter_map(|at| table.resource.fields.get(*at)).collect();
        let keys: Vec<&str> = fields.iter().map(|field| field.key.as_str()).collect();
        let other = if is_id { "row has, live or deleted" } else { "other row has" };
        let expected =
            format!("`{}` that no {other}; the database has one with the same", keys.join("` and `"));
        for number in numbers {
            let one = if let [field] = fields.as_slice() { Some(*field) } else { None };
            let at = set.first().copied().unwrap_or_default();
            let got = one.map_or_else(String::new, |field| self.got(number, at, field));
            let wrong = Wrong { code: "not_distinct", expected: expected.clone(), got, ..Wrong::default() };
            self.add(number, one, wrong);
        }
        Ok(())
    }

    /// References that lead to no row, neither of the file nor of the database.
    fn lost(&mut self, link: &mut Link, layout: &Layout) -> Result<(), Fault> {
        let mut wanted: BTreeMap<usize, BTreeMap<&str, Vec<At>>> = BTreeMap::new();
        for (number, ((table, row), place)) in self.rows.iter().zip(&self.places).enumerate() {
            let resource = &layout.table(*table)?.resource;
            for (at, (field, value)) in resource.fields.iter().zip(row).enumerate() {
                // The owner of a row below it is there, or is told of itself.
                if place.nested && resource.owner == Some(at) {
                    continue;
                }
                refer(layout, &field.ty, value, &mut |of, id| {
                    if !self.named.contains(&(of, id.to_owned())) {
                        wanted.entry(of).or_default().entry(id).or_default().push((number, at));
                    }
                });
            }
        }
        let mut lost: Vec<(usize, usize, String)> = Vec::new();
        for (of, ids) in &wanted {
            let (table, names) = (layout.table(*of)?, ids.keys().copied().collect::<Vec<_>>());
            for names in names.chunks(CHUNK) {
                let there = ids_there(table, false, link.dialect());
                let there = link.fetch(&there, vec![list_arg(names, link.dialect())])?;
                let there: BTreeSet<&str> =
                    there.iter().filter_map(|row| row.first().and_then(Cell::text)).collect();
                let gone = names.iter().filter(|id| !there.contains(**id)).filter_map(|id| ids.get(id));
                lost.extend(gone.flatten().map(|(number, at)| (*number, *at, a(table.name()))));
            }
        }
        lost.sort_unstable();
        for (number, at, to) in lost {
            let Some((table, _)) = self.rows.get(number) else { continue };
            let Some(field) = layout.table(*table)?.resource.fields.get(at) else { continue };
            let (expected, got) = (format!("{to} that is there"), self.got(number, at, field));
            self.add(number, Some(field), Wrong { code: "not_allowed", expected, got, ..Wrong::default() });
        }
        Ok(())
    }

    /// Rows that break a rule of their resource.
    fn broken(&mut self, rules: &[RowRules]) {
        let code = |(table, row): &Seed| {
            let (_, check) = rules.iter().find(|(resource, _)| resource == table)?;
            // What cannot be computed is told where the rows are written.
            check(row).ok().flatten()
        };
        let broken = self.rows.iter().enumerate().filter_map(|(number, row)| Some((number, code(row)?)));
        let broken: Vec<(usize, String)> = broken.map(|(number, code)| (number, code.to_string())).collect();
        for (number, code) in broken {
            let expected = format!("a row that keeps the rule `{code}`");
            self.add(number, None, Wrong { code: "not_allowed", expected, ..Wrong::default() });
        }
    }

    /// References that must not lead back to their own row, and do.
    fn turning(&mut self, layout: &Layout) {
        for (index, table) in layout.tables.iter().enumerate() {
            for field in &table.resource.acyclic {
                let above = self.rows_of(index).filter_map(|(_, (_, row))| {
                    Some((table.id_of(row).ok()?, table.reference(row, *field)?))
                });
                let found: Vec<(String, String)> = circles(&above.collect())
                    .into_iter()
                    .filter_map(|circle| Some(((*circle.first()?).to_owned(), circle.join(" → "))))
                    .collect();
                for (first, circle) in found {
                    let is_it = |(_, (_, row)): &(usize, &Seed)| table.id_of(row).is_ok_and(|id| id == first);
                    let Some((number, _)) = self.rows_of(index).find(is_it) else { continue };
                    let expected = format!("a row that does not lead back to this one: {circle}");
                    let wrong = Wrong { code: "not_allowed", expected, ..Wrong::default() };
                    self.add(number, table.resource.fields.get(*field), wrong);
                }
            }
        }
    }

    /// What stands in a field of a row, unless nobody may see it.
    fn got(&self, number: usize, at: usize, field: &Field) -> String {
        let value = self.rows.get(number).and_then(|(_, row)| row.get(at)).unwrap_or(&Value::Null);
        let json = write(&field.ty, value, Audience::Store);
        let unseen = field.pii || field.hidden || field.secret;
        if unseen { json.kind().to_owned() } else { shortened(&json) }
    }

    /// Notes what is wrong with a row, or with a field of it.
    fn add(&mut self, number: usize, field: Option<&Field>, wrong: Wrong) {
        let Some(place) = self.places.get(number) else { return };
        let key = field.map(|field| format!("/{}", field.key)).unwrap_or_default();
        self.faults.add_at(format!("{}{key}", place.pointer), wrong);
    }
}
