//! What a database says of itself: `_schema` has a row a migration, and the last one is how the tables are.

use crate::digest::sha256;
use crate::schema::NotReady;
use crate::schema::tables::Tables;
use crate::store::ddl::default_text;
use crate::store::layout::Kind;
use crate::store::link::{Arg, Cell, Dialect, Fault, Link, sql};
use crate::store::parts;
use opwright_values::schema::Default;

/// What there is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    /// No table at all.
    Empty,
    /// The tables of a service, and the number of the migration that made them so.
    Stored(i64, Box<Tables>),
    /// Tables of something else.
    Foreign(Vec<String>),
}

/// Asks.
pub(super) fn read(link: &mut Link) -> Result<State, Fault> {
    let names = table_names(link)?;
    if names.is_empty() {
        return Ok(State::Empty);
    }
    if !names.iter().any(|name| name == "_schema") {
        return Ok(State::Foreign(names));
    }
    let last = sql("SELECT \"number\", \"json\" FROM \"_schema\" ORDER BY \"number\" DESC LIMIT 1");
    let rows = link.fetch(&last, Vec::new())?;
    let row = rows.first().and_then(|row| Some((row.first()?.int()?, row.get(1)?.text()?)));
    let Some((number, json)) = row else { return Ok(State::Foreign(names)) };
    let tables = serde_json::from_str(json).map_err(|error| {
        Fault::Other(format!(
            "`_schema` cannot be read, perhaps because a newer version wrote it: {error}; start that version"
        ))
    })?;
    Ok(State::Stored(number, Box::new(tables)))
}

/// The number of the last migration.
pub(super) fn number(link: &mut Link) -> Result<Option<i64>, Fault> {
    let rows = link.fetch(&sql("SELECT max(\"number\") FROM \"_schema\""), Vec::new())?;
    Ok(rows.first().and_then(|row| row.first()?.int()))
}

fn table_names(link: &mut Link) -> Result<Vec<String>, Fault> {
    let asked = match link.dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        }
        Dialect::Postgres => {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        }
    };
    let rows = link.fetch(&sql(asked), Vec::new())?;
    Ok(rows.iter().filter_map(|row| Some(row.first()?.text()?.to_owned())).collect())
}

/// A migration, as `_schema` has it.
pub(super) struct Noted {
    pub(super) number: i64,
    pub(super) at_us: i64,
    /// How the tables were then; `None` if that cannot be read any more.
    pub(super) tables: Option<Tables>,
}

/// All migrations, the first one first.
pub(super) fn noted(link: &mut Link) -> Result<Vec<Noted>, Fault> {
    let at = parts::read(&Kind::Timestamp, "at", link.dialect());
    let all = sql(format!("SELECT \"number\", {at}, \"json\" FROM \"_schema\" ORDER BY \"number\""));
    let rows = link.fetch(&all, Vec::new())?;
    let noted = |row: &Vec<Cell>| {
        let tables = serde_json::from_str(row.get(2)?.text()?).ok();
        Some(Noted { number: row.first()?.int()?, at_us: row.get(1)?.int()?, tables })
    };
    Ok(rows.iter().filter_map(noted).collect())
}

/// The migrations before the last one, the last of them first; not those that one has undone which went back.
pub(super) fn earlier(link: &mut Link) -> Result<Vec<Noted>, Fault> {
    let mut noted = done(link)?;
    noted.pop();
    noted.reverse();
    Ok(noted)
}

/// All migrations but those that one has undone which went back, the first one first.
pub(super) fn done(link: &mut Link) -> Result<Vec<Noted>, Fault> {
    let mut noted = noted(link)?;
    let back = |it: &Noted| Some((it.tables.as_ref()?.back_to?, it.number));
    let undone: Vec<(i64, i64)> = noted.iter().filter_map(back).collect();
    noted.retain(|it| !undone.iter().any(|(to, from)| *to < it.number && it.number < *from));
    Ok(noted)
}

/// How the tables were before the last migration, each time. What cannot be read any more is left out: it is only
/// asked whether one of them was like something.
pub(super) fn before(link: &mut Link) -> Result<Vec<Tables>, Fault> {
    Ok(earlier(link)?.into_iter().filter_map(|it| it.tables).collect())
}

/// How tables are stored.
pub(super) fn text(tables: &Tables) -> Result<String, Fault> {
    serde_json::to_string(tables)
        .map_err(|error| Fault::Other(format!("the schema cannot be written: {error}")))
}

/// Notes how the tables are from now on.
pub(super) fn write(link: &mut Link, number: i64, tables: &Tables) -> Result<(), Fault> {
    let json = text(tables)?;
    let hash = sha256(&json);
    let now = default_text(&Default::Now, &Kind::Timestamp, link.dialect());
    let insert = format!(
        "INSERT INTO \"_schema\" (\"number\", \"hash\", \"json\", \"at\") VALUES ($1, $2, $3, {now})"
    );
    link.execute(&sql(insert), vec![Arg::Int(number), Arg::Text(hash), Arg::Text(json)]).map(drop)
}

/// Does something in one transaction that no other migration runs beside. After an error the connection must not be
/// used again, and is closed.
pub(super) fn locked<T>(
    link: &mut Link,
    work: impl FnOnce(&mut Link) -> Result<T, NotReady>,
) -> Result<T, NotReady> {
    let done = begin(link).map_err(NotReady::from).and_then(|()| {
        let done = work(link)?;
        link.run("COMMIT")?;
        Ok(done)
    });
    if done.is_err() {
        link.drop_connection();
    }
    done
}

fn begin(link: &mut Link) -> Result<(), Fault> {
    match link.dialect() {
        Dialect::Sqlite => link.run("BEGIN IMMEDIATE"),
        Dialect::Postgres => link.run("BEGIN; SELECT pg_advisory_xact_lock(7165337010226287)"),
    }
}
