//! The tables of a service: made when a database is empty, checked at every start, widened by `migrate`.
//!
//! ```text
//! schema.json ──▶ Tables ─┬─ fit  ── may this service start on what is stored?
//!                         └─ plan ── what would have to be added? ──▶ SQL ──▶ one transaction, noted in `_schema`
//! ```

mod fit;
mod plan;
mod sql;
mod state;
mod tables;
#[cfg(test)]
mod tests;

use crate::store::layout::Layout;
use crate::store::link::{Fault, Link};
use opwright_values::schema::Schema;
use plan::Plan;
pub use plan::Refused;
use state::State;
use std::fmt;
use tables::Tables;

/// What a service needs of a database.
#[derive(Debug)]
pub struct Wanted {
    layout: Layout,
    tables: Tables,
}

/// Why a service cannot work with a database.
#[derive(Debug)]
pub enum NotReady {
    /// The database failed.
    Fault(Fault),
    /// There are tables, but not those of a service.
    Foreign(Vec<String>),
    /// The tables are those of another service.
    OtherService(String, String),
    /// Something that this service uses is missing or other.
    Misfits(Vec<String>),
    /// A change that `migrate` does not make.
    Refused(Vec<Refused>),
}

/// What a migration does.
#[derive(Debug, PartialEq, Eq)]
pub struct Migration {
    /// The statements, in order; none if nothing has to be done.
    pub statements: Vec<String>,
    after: Tables,
    number: i64,
}

impl Wanted {
    /// What a schema needs.
    pub fn of(schema: &Schema) -> Self {
        Wanted { layout: Layout::of(schema), tables: Tables::of(schema) }
    }

    /// Makes the tables if the database is empty; otherwise checks that this service can work with what is there.
    /// Whether they were made.
    pub fn open(&self, link: &mut Link) -> Result<bool, NotReady> {
        if state::read(link)? == State::Empty {
            // Two services that start at once on an empty database: the second waits, and finds it made.
            return state::locked(link, |link| {
                let empty = state::read(link)? == State::Empty;
                if empty {
                    let migration = self.migration(link)?;
                    self.apply(link, &migration)?;
                }
                Ok(empty)
            });
        }
        let (_, stored) = self.stored(link)?;
        let misfits = fit::misfits(&stored, &self.tables);
        if misfits.is_empty() { Ok(false) } else { Err(NotReady::Misfits(misfits)) }
    }

    /// What `migrate` would do.
    pub fn plan(&self, link: &mut Link) -> Result<Migration, NotReady> {
        self.migration(link)
    }

    /// Does it, in one transaction.
    pub fn migrate(&self, link: &mut Link) -> Result<Migration, NotReady> {
        state::locked(link, |link| {
            let migration = self.migration(link)?;
            self.apply(link, &migration)?;
            Ok(migration)
        })
    }

    fn migration(&self, link: &mut Link) -> Result<Migration, NotReady> {
        let dialect = link.dialect();
        if state::read(link)? == State::Empty {
            let mut statements = crate::store::ddl::runtime(dialect);
            let Plan { steps, after } = plan::create(&self.tables);
            statements.extend(sql::statements(&steps, &self.layout, dialect));
            return Ok(Migration { statements, after, number: 1 });
        }
        let (number, stored) = self.stored(link)?;
        let Plan { steps, after } = plan::plan(&stored, &self.tables).map_err(NotReady::Refused)?;
        let statements = sql::statements(&steps, &self.layout, dialect);
        Ok(Migration { statements, after, number: number + 1 })
    }

    fn apply(&self, link: &mut Link, migration: &Migration) -> Result<(), NotReady> {
        if migration.statements.is_empty() {
            return Ok(());
        }
        for statement in &migration.statements {
            link.run_sql(crate::store::link::sql(statement.clone()))?;
        }
        Ok(state::write(link, migration.number, &migration.after)?)
    }

    fn stored(&self, link: &mut Link) -> Result<(i64, Tables), NotReady> {
        match state::read(link)? {
            State::Stored(number, stored) if stored.service == self.tables.service => Ok((number, *stored)),
            State::Stored(_, stored) => {
                Err(NotReady::OtherService(stored.service, self.tables.service.clone()))
            }
            State::Foreign(tables) => Err(NotReady::Foreign(tables)),
            State::Empty => Ok((0, Tables { service: self.tables.service.clone(), tables: [].into() })),
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
            NotReady::Foreign(tables) => write!(
                f,
                "the database holds tables that no service of this kind made (`{}`)\n  fix: give the service an empty database of its own",
                tables.join("`, `")
            ),
            NotReady::OtherService(there, here) => write!(
                f,
                "the database belongs to the service `{there}`, and this one is `{here}`\n  fix: give the service a database of its own"
            ),
            NotReady::Misfits(misfits) => {
                write!(f, "the database does not fit this service\n  {}", misfits.join("\n  "))
            }
            NotReady::Refused(refused) => {
                write!(f, "`migrate` does not make these changes, so nothing was done")?;
                refused.iter().try_for_each(|it| write!(f, "\n  {it}"))
            }
        }
    }
}
