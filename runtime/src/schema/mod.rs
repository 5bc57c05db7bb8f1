//! The tables of a service: made when a database is empty, checked at every start, changed by `migrate`.
//!
//! ```text
//! schema.json ──▶ Tables ─┬─ fit  ── may this service start on what is stored?
//!                         └─ plan ─┬─ checks ──▶ ask     do the rows fit? if not, nothing is done
//!                                  └─ steps  ──▶ sql     one transaction, noted in `_schema`
//! ```

mod act;
pub(crate) mod alone;
pub(crate) mod ask;
mod beside;
mod checks;
mod columns;
pub(crate) mod filled;
mod fit;
mod fix;
mod kept;
mod lacks;
pub(crate) mod made;
pub(crate) mod newer;
mod older;
mod plan;
mod rebuild;
mod refused;
mod rename;
mod rewrite;
mod rivals;
mod sets;
mod sql;
mod state;
mod step;
mod tables;
#[cfg(test)]
mod tests;
mod twin;
mod twins;
mod types;
mod unused;

use crate::store::layout::Layout;
use crate::store::link::{Dialect, Fault, Link};
use crate::store::rules::{RowCheck, RowRules};
use act::Act;
use ask::Tell;
pub use fix::Fix;
pub use kept::Kept;
pub use made::Made;
use opwright_values::schema::Schema;
pub use refused::{Refused, Rows};
use state::State;
use std::fmt;
use tables::Tables;

/// What a service needs of a database.
pub struct Wanted {
    layout: Layout,
    tables: Tables,
    rules: Vec<(usize, RowCheck)>,
    /// Whether what a newer version has changed is changed back.
    back: bool,
}

/// Why a service cannot work with a database.
#[derive(Debug)]
pub enum NotReady {
    /// The database failed.
    Fault(Fault),
    /// There are no tables.
    Empty,
    /// There are tables, but not those of a service.
    Foreign(Vec<String>),
    /// The tables are those of another service.
    OtherService(String, String),
    /// Something that this service uses is missing or other.
    Misfits(Vec<String>),
    /// A change that `migrate` does not make.
    Refused(Vec<Refused>),
    /// Another version, taken for a newer one, has changed the tables: what this one would undo, and what to do.
    Older(Vec<String>, Fix),
    /// A change that no other service may run beside, and who does.
    NotAlone(Vec<String>, String),
}

/// What a migration does.
#[derive(Debug, PartialEq, Eq)]
pub struct Migration {
    /// What was found true of the rows, in order.
    pub checked: Vec<String>,
    /// The statements, in order.
    pub statements: Vec<String>,
    /// The tables that are made, if the database is empty.
    pub made: Vec<Made>,
    /// Why no other service may run meanwhile, or go on afterwards; empty if an older one may.
    pub alone: Vec<String>,
    /// What stays in the database though nobody uses it any more, said once.
    pub kept: Vec<Kept>,
    /// The names behind `was` that nothing in this database has or had: perhaps slips.
    pub unknown: Vec<String>,
    /// What the version that migrated last has, and this one, which the database has not seen, has not; empty if this one
    /// brings anything new, which an older one hardly does.
    pub lacks: Vec<String>,
    /// Whether nothing has to be done.
    pub nothing: bool,
    /// Whether `_schema` is told that this version was here, though its tables were there already.
    note: bool,
    acts: Vec<Act>,
    after: Tables,
    number: i64,
}

impl Wanted {
    /// What a schema needs.
    pub fn of(schema: &Schema) -> Self {
        Self::with_rules(schema, &[])
    }

    /// What a schema needs whose rows are asked some rules.
    pub fn with_rules(schema: &Schema, rules: &[RowRules]) -> Self {
        Wanted { layout: Layout::of(schema), tables: Tables::of(schema), rules: rules.to_vec(), back: false }
    }

    /// The same for a version that changes back what a newer one has changed.
    #[must_use]
    pub fn back(self) -> Self {
        Wanted { back: true, ..self }
    }

    /// Makes the tables if the database is empty; otherwise checks that this service can work with what is there.
    /// Whether they were made.
    pub fn open(&self, link: &mut Link) -> Result<bool, NotReady> {
        if state::read(link)? == State::Empty {
            // Two services that start at once on an empty database: the second waits, and finds it made.
            return state::locked(link, |link| {
                let empty = state::read(link)? == State::Empty;
                if empty {
                    self.apply(link, &self.first(link.dialect()), &mut |_, _| ())?;
                }
                Ok(empty)
            });
        }
        self.fits(link).map(|()| false)
    }

    /// Checks that this service can work with what is there; nothing is made.
    pub fn open_made(&self, link: &mut Link) -> Result<(), NotReady> {
        if state::read(link)? == State::Empty { Err(NotReady::Empty) } else { self.fits(link) }
    }

    /// Whether this service can work with the tables that are there.
    fn fits(&self, link: &mut Link) -> Result<(), NotReady> {
        let (_, stored) = self.stored(link)?;
        let misfits = fit::misfits(&stored, &self.tables);
        if misfits.none() || misfits.never.is_empty() && self.was_its_own(link)?.is_some() {
            return Ok(());
        }
        Err(NotReady::Misfits(misfits.never.into_iter().chain(misfits.wider).collect()))
    }

    /// What `migrate` would do. The rows are asked; nothing is written.
    pub fn plan(&self, link: &mut Link) -> Result<Migration, NotReady> {
        self.plan_telling(link, &mut |_, _| ())
    }

    /// The same, and tells what is asked, and how many rows of a table have been.
    pub fn plan_telling(&self, link: &mut Link, tell: Tell<'_>) -> Result<Migration, NotReady> {
        self.migration(link, false, tell)
    }

    /// Does it, in one transaction.
    pub fn migrate(&self, link: &mut Link) -> Result<Migration, NotReady> {
        self.migrate_telling(link, &mut |_, _| ())
    }

    /// The same, and tells what is asked and done, and with how many rows of a table.
    pub fn migrate_telling(&self, link: &mut Link, tell: Tell<'_>) -> Result<Migration, NotReady> {
        // What is refused is refused without keeping anybody waiting; what is not is looked at again under locks.
        let planned = self.migration(link, false, tell)?;
        let alone = if planned.alone.is_empty() { None } else { Some(alone::alone(link, &planned.alone)?) };
        let done = state::locked(link, |link| {
            let migration = self.migration(link, true, tell)?;
            // Somebody else may have changed the tables since.
            if !migration.alone.is_empty() && planned.alone.is_empty() {
                return Err(NotReady::NotAlone(migration.alone, "another migration just ran".to_owned()));
            }
            self.apply(link, &migration, tell)?;
            Ok(migration)
        });
        match (alone, done) {
            (None, done) => done,
            (Some(alone), Ok(done)) => alone.ends(link).map(|()| done).map_err(NotReady::Fault),
            (Some(alone), Err(error)) => {
                alone.ends_with_connection(link);
                Err(error)
            }
        }
    }

    fn first(&self, dialect: Dialect) -> Migration {
        let mut acts: Vec<Act> = crate::store::ddl::runtime(dialect).into_iter().map(Act::Sql).collect();
        let plan = plan::create(&self.tables);
        acts.extend(sql::acts(&plan.steps, &self.layout, &plan.after, dialect));
        Migration { made: made::all(&self.layout, dialect), ..Migration::of(plan, acts, Vec::new(), 1) }
    }

    fn migration(&self, link: &mut Link, locked: bool, tell: Tell<'_>) -> Result<Migration, NotReady> {
        let dialect = link.dialect();
        if state::read(link)? == State::Empty {
            return Ok(self.first(dialect));
        }
        let (number, stored) = self.stored(link)?;
        let (never, own) = (fit::misfits(&stored, &self.tables).never, older::since(link, &self.tables)?);
        if never.is_empty() && own.is_some() {
            // An older version: what newer ones have made of its tables is theirs.
            return Ok(Migration::nothing(stored, number));
        }
        let unseen = !self.back && stored.spec != self.tables.spec;
        older::refuse(link, &stored, &self.tables, own.filter(|_| !self.back), never)?;
        let used = rivals::used(link, &stored, &self.tables)?;
        let mut plan = plan::plan(&stored, &self.tables, &used);
        plan.after.spec.clone_from(&self.tables.spec);
        // Who was never here goes back behind all that there is.
        plan.after.back_to =
            if self.back { Some(own.or(self.was_its_own(link)?).unwrap_or(0)) } else { None };
        let locks = ask::locks(&plan.checks, dialect);
        if locked {
            for lock in &locks {
                link.run_sql(crate::store::link::sql(lock.clone()))?;
            }
        }
        let mut refused = plan.refused.clone();
        for check in &plan.checks {
            let found = ask::ask(link, check, &self.layout, &self.rules, tell)?;
            if found.count > 0 {
                refused.push(check.refused(&found));
            }
            refused.extend(found.unreadable.map(|rows| check.unreadable(&rows)));
        }
        if !refused.is_empty() {
            return Err(NotReady::Refused(refused));
        }
        let same = plan.after.tables == stored.tables;
        if same && plan.steps.is_empty() {
            let known = stored.spec == self.tables.spec;
            let after = Tables { spec: self.tables.spec.clone(), back_to: None, ..stored };
            let (note, number) = if known { (false, number) } else { (true, number + 1) };
            return Ok(Migration { note, ..Migration::nothing(after, number) });
        }
        let acts = sql::acts(&plan.steps, &self.layout, &plan.after, dialect);
        let lacks = if unseen { lacks::lacks(&stored, &self.tables) } else { Vec::new() };
        Ok(Migration { lacks, ..Migration::of(plan, acts, locks, number + 1) })
    }

    fn apply(&self, link: &mut Link, migration: &Migration, tell: Tell<'_>) -> Result<(), NotReady> {
        if migration.nothing && !migration.note {
            return Ok(());
        }
        for act in &migration.acts {
            tell(&act.shown(), None);
            match act {
                Act::Note(_) => {}
                Act::Sql(statement) => link.run_sql(crate::store::link::sql(statement.clone()))?,
                Act::Rewrite { .. } => rewrite::rewrite(link, act, tell)?,
            }
        }
        Ok(state::write(link, migration.number, &migration.after)?)
    }

    /// Whether the version that migrated last knows more than this one: rows may hold what this one does not allow.
    pub fn is_older(&self, link: &mut Link) -> Result<bool, NotReady> {
        let (_, stored) = self.stored(link)?;
        let same = stored.spec.is_some() && stored.spec == self.tables.spec;
        Ok(!same && fit::is_older(&stored, &self.tables))
    }

    /// The last of the earlier migrations behind which the tables were just those of this service.
    fn was_its_own(&self, link: &mut Link) -> Result<Option<i64>, NotReady> {
        let earlier = state::earlier(link)?;
        let its_own = |it: &&state::Noted| {
            it.tables.as_ref().is_some_and(|tables| fit::are_its_own(tables, &self.tables))
        };
        Ok(earlier.iter().find(its_own).map(|it| it.number))
    }

    fn stored(&self, link: &mut Link) -> Result<(i64, Tables), NotReady> {
        match state::read(link)? {
            State::Stored(number, stored) if stored.service == self.tables.service => Ok((number, *stored)),
            State::Stored(_, stored) => {
                Err(NotReady::OtherService(stored.service, self.tables.service.clone()))
            }
            State::Foreign(tables) => Err(NotReady::Foreign(tables)),
            State::Empty => Ok((
                0,
                Tables { service: self.tables.service.clone(), tables: [].into(), back_to: None, spec: None },
            )),
        }
    }
}

impl Migration {
    fn of(plan: plan::Plan, acts: Vec<Act>, locks: Vec<String>, number: i64) -> Self {
        Migration {
            checked: plan.checks.iter().map(checks::Check::says).collect(),
            statements: locks.into_iter().chain(acts.iter().map(Act::shown)).collect(),
            made: Vec::new(),
            alone: plan.alone,
            kept: plan.kept,
            unknown: plan.unknown,
            lacks: Vec::new(),
            nothing: false,
            note: false,
            acts,
            after: plan.after,
            number,
        }
    }

    fn nothing(after: Tables, number: i64) -> Self {
        let (checked, statements, alone, kept) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Migration {
            checked,
            statements,
            made: Vec::new(),
            alone,
            kept,
            unknown: Vec::new(),
            lacks: Vec::new(),
            nothing: true,
            note: false,
            acts: Vec::new(),
            after,
            number,
        }
    }
}

/// What is said of changes that rows, or the tables themselves, stand in the way of.
pub(crate) const REFUSED: &str = "these changes cannot be made, so nothing was done";

impl NotReady {
    /// What to do, where that is one thing.
    pub fn fix(&self) -> Option<Fix> {
        match self {
            NotReady::Foreign(_) => Some(Fix::new("give the service an empty database of its own")),
            NotReady::OtherService(..) => Some(Fix::new("give the service a database of its own")),
            NotReady::Older(_, fix) => Some(fix.clone()),
            NotReady::NotAlone(..) => {
                Some(Fix::new("stop every service of this database, migrate, and start the new version"))
            }
            NotReady::Fault(_) | NotReady::Empty | NotReady::Misfits(_) | NotReady::Refused(_) => None,
        }
    }
}

impl From<Fault> for NotReady {
    fn from(fault: Fault) -> Self {
        NotReady::Fault(fault)
    }
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotReady::Fault(fault) => write!(f, "{fault}"),
            NotReady::Empty => write!(f, "the database has no tables yet"),
            NotReady::Foreign(tables) => write!(
                f,
                "the database holds tables that no service of this kind made (`{}`)",
                tables.join("`, `")
            ),
            NotReady::OtherService(there, here) => {
                write!(f, "the database belongs to the service `{there}`, and this one is `{here}`")
            }
            NotReady::Misfits(misfits) => listed(f, "the database does not fit this service", misfits),
            NotReady::Refused(refused) => listed(f, REFUSED, refused),
            NotReady::Older(changes, _) => {
                let what =
                    "a version of this service that came later has changed these tables, so nothing was done";
                listed(f, what, changes)
            }
            NotReady::NotAlone(changes, who) => {
                let what = format!(
                    "{who}, and no other service can go on through these changes, so nothing was done"
                );
                listed(f, &what, changes)
            }
        }
    }
}

fn listed(f: &mut fmt::Formatter<'_>, what: &str, items: &[impl fmt::Display]) -> fmt::Result {
    write!(f, "{what}")?;
    items.iter().try_for_each(|it| write!(f, "\n  {it}"))
}
