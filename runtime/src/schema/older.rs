//! A service that is older than the tables: its `migrate` must not undo what a newer version has done.
//!
//! ```text
//! a name that `_schema` has as one of the past, and the new one unknown here ─▶ refused: a column of that name would be empty
//! this version has migrated before another one, and its tables do not fit    ─▶ refused, unless going back is meant
//! ```
//!
//! Versions have no numbers. One that `_schema` has seen before the last one is older; one that it has not seen is new;
//! and `--back` undoes what came after: it has not been seen any more, and goes forward as it did at first. Notes of a time
//! when `_schema` did not say who wrote them are of the versions whose tables they are.

use crate::schema::NotReady;
use crate::schema::fit;
use crate::schema::fix::Fix;
use crate::schema::state::{self, Noted};
use crate::schema::tables::{Column, Table, Tables, place};
use crate::store::link::Link;
use opwright_values::time::Timestamp;

const RENAMED: &str = "start the version that fits this database; `--back` undoes no rename: to go on with this version, build it again with \
                       specs that say";

const ELSE: &str = "for something new take another name, since what it was is read under this one";

const CHANGED: &str = "start the version that fits this database; if this version is to go on instead, since going back is meant or an older one has \
                       migrated by a slip, stop all other services and run";

/// The last migration of this version, if others have migrated since and nobody has gone back.
pub(super) fn since(link: &mut Link, wanted: &Tables) -> Result<Option<i64>, NotReady> {
    let mut done = state::done(link)?;
    done.reverse();
    let by_it = |it: &Noted| it.tables.as_ref().is_some_and(|it| it.spec.is_some() && it.spec == wanted.spec);
    if done.first().is_some_and(by_it) {
        return Ok(None);
    }
    let was_its = |it: &&Noted| match &it.tables {
        Some(tables) if tables.spec.is_none() => fit::are_its_own(tables, wanted),
        _ => by_it(it),
    };
    Ok(done.iter().skip(1).find(was_its).map(|it| it.number))
}

/// Refuses to undo what a newer version has done. `own`: the last migration of this version, unless somebody means to go
/// back; `misfits` is what has changed since.
pub(super) fn refuse(
    link: &mut Link,
    stored: &Tables,
    wanted: &Tables,
    own: Option<i64>,
    misfits: Vec<String>,
) -> Result<(), NotReady> {
    let renamed = renamed(stored, wanted);
    if renamed.is_empty() && own.is_none() {
        return Ok(());
    }
    let noted = state::noted(link)?;
    if renamed.is_empty() {
        let next = noted.iter().find(|it| own.is_some_and(|own| it.number > own));
        let since = next.map(|it| format!("since {}", when(it))).into_iter();
        return Err(NotReady::Older(since.chain(misfits).collect(), Fix::new(CHANGED).run("migrate --back")));
    }
    let mut lines: Vec<&str> = renamed.iter().map(|it| it.line.as_str()).collect();
    lines.dedup();
    let fix = Fix::new(format!("{RENAMED} {}; {ELSE}", lines.join(" and ")));
    let says = |it: Renamed| {
        let first = noted.iter().find(|noted| noted.tables.as_ref().is_some_and(|tables| it.is_in(tables)));
        let when = first.map(|it| format!(" since {}", when(it))).unwrap_or_default();
        format!("{}: it is called `{}`{when}", it.place, it.now)
    };
    Err(NotReady::Older(renamed.into_iter().map(says).collect(), fix))
}

fn when(noted: &Noted) -> String {
    format!("migration {}, {}", noted.number, Timestamp::from_micros(noted.at_us))
}

/// What has another name than a service expects.
struct Renamed {
    /// Where it looks for it.
    place: String,
    /// All names of the table that has it.
    tables: Vec<String>,
    /// Its name there, or that of the table.
    now: String,
    is_table: bool,
    /// What a spec says that calls it so again.
    line: String,
}

impl Renamed {
    /// Whether it had its name in some tables already.
    fn is_in(&self, tables: &Tables) -> bool {
        let mut of = tables.tables.iter().filter(|(name, _)| self.tables.contains(name));
        of.any(|(name, it)| if self.is_table { *name == self.now } else { it.column(&self.now).is_some() })
    }
}

/// What this service looks for under names of the past; whoever knows the new name means something else by the old one.
fn renamed(stored: &Tables, wanted: &Tables) -> Vec<Renamed> {
    let mut found = Vec::new();
    for (name, table) in &wanted.tables {
        if let Some(there) = stored.tables.get(name) {
            columns((name, table), there, &mut found);
            continue;
        }
        let now = stored.tables.iter().find(|(_, it)| it.was.contains(name));
        let unknown = |(now, _): &(&String, &Table)| {
            let tables = &wanted.tables;
            !tables.contains_key(*now) && !tables.values().any(|it| it.was.contains(*now))
        };
        if let Some((now, there)) = now.filter(unknown) {
            let (place, tables) = (format!("table `{name}`"), vec![now.clone()]);
            let line = format!("`was: {now}` below `resource: {name}`");
            found.push(Renamed { place, tables, now: now.clone(), is_table: true, line });
            columns((now, table), there, &mut found);
        }
    }
    found
}

fn columns((name, wanted): (&String, &Table), stored: &Table, found: &mut Vec<Renamed>) {
    for column in wanted.columns.iter().filter(|column| stored.column(&column.name).is_none()) {
        let now = stored.columns.iter().find(|it| it.was.contains(&column.name));
        let unknown = |now: &&Column| {
            let knows = |it: &Column| it.name == now.name || it.was.contains(&now.name);
            !wanted.columns.iter().any(knows)
        };
        if let Some(now) = now.filter(unknown) {
            let tables = stored.was.iter().chain([name]).cloned().collect();
            let (key, was) = called(column, now);
            let line = format!("`{key}: {{ …, was: {was} }}`");
            let (place, now) = (place(name, &column.name), now.name.clone());
            found.push(Renamed { place, tables, now, is_table: false, line });
        }
    }
}

/// The key of a field, or of the object around it that has another name, and that name.
fn called<'c>(wanted: &'c Column, now: &'c Column) -> (&'c str, &'c str) {
    let mut pairs = wanted.keys().into_iter().zip(now.keys()).rev();
    pairs.find(|(key, was)| key != was).unwrap_or((wanted.key(), now.key()))
}
