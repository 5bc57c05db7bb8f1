//! A column or a table that makes room for one that is renamed to it, if it was never used: what is asked of its rows, and
//! what is said if some have used it.

use crate::schema::tables::Column;
use crate::store::ddl::default_text;
use crate::store::layout::Kind;
use crate::store::link::Dialect;
use opwright_values::schema::Default;
use opwright_values::words::counted;

/// A column or a table that may go, as it is called before the first step.
#[derive(Debug, Clone)]
pub(crate) struct Twin {
    /// Where messages say it is.
    pub(super) place: String,
    /// The table, or that of the column.
    pub(super) table: String,
    /// Its id.
    pub(super) id: String,
    /// What takes its place.
    pub(super) was: String,
    /// The column, unless it is the whole table.
    pub(super) column: Option<Column>,
    /// If it has not the new name, but is another one that `was` says.
    pub(super) both: Option<Both>,
}

/// Two that one thing may have been.
#[derive(Debug, Clone)]
pub(crate) struct Both {
    /// What it is called now.
    pub(super) now: String,
    /// The column that is renamed, unless it is a whole table.
    pub(super) taken: Option<Column>,
}

impl Twin {
    /// What has to be true, as a plan says it.
    pub(super) fn says(&self) -> String {
        match &self.column {
            None => format!("\"{}\" has never had a row", self.table),
            Some(column) => {
                format!("no row of \"{}\" has ever had a value in \"{}\"", self.table, column.name)
            }
        }
    }

    /// A query for the rows that have, or had, something in what may go.
    pub(super) fn rows(&self, dialect: Dialect) -> String {
        rows(&self.table, &self.id, self.column.as_ref(), dialect)
    }

    /// A query that counts the rows which have something only in what takes its place; of two that one thing may have been,
    /// those which have, or had, something in the other.
    pub(super) fn only(&self, dialect: Dialect) -> String {
        let Twin { table, was, id, .. } = self;
        if let Some(Both { taken: Some(taken), .. }) = &self.both {
            let rows = rows(table, id, Some(taken), dialect);
            return format!("SELECT count(*) FROM ({rows}) AS \"_rows\"");
        }
        match &self.column {
            None => format!("SELECT count(*) FROM \"{was}\""),
            Some(Column { name, .. }) => {
                format!("SELECT count(*) FROM \"{table}\" WHERE \"{was}\" IS NOT NULL AND \"{name}\" IS NULL")
            }
        }
    }

    /// How many these are, in words.
    pub(super) fn why(&self, only: i64) -> String {
        let rows = counted(only, "row");
        let was = &self.was;
        match &self.column {
            Some(_) if self.both.is_some() && only == 1 => format!("{rows} has had one in `{was}`"),
            Some(_) if self.both.is_some() => format!("{rows} have had one in `{was}`"),
            Some(_) if only == 1 => format!("{rows} has a value only in `{was}`"),
            Some(_) => format!("{rows} have a value only in `{was}`"),
            None => format!("{rows} stayed in `{was}`"),
        }
    }

    /// What is wrong, and what to do.
    pub(super) fn refused(&self, rows: &str, has: &str, shown: &str, why: &str) -> (String, String) {
        let was = &self.was;
        let (name, kind, used, held, of, copied) = match &self.column {
            Some(it) => {
                (&it.name, "column", "had a value", "values", "field", "copy them with an operation of it")
            }
            None => {
                (&self.table, "table", "been", "rows", "resource", "make them anew with operations of it")
            }
        };
        if let Some(Both { now, .. }) = &self.both {
            return (
                format!(
                    "`{was}` and `{name}` both have {kind}s, so only one of them can become `{now}`: {rows} {has} {used} in `{name}`: {shown}; {why}"
                ),
                format!(
                    "leave `{name}` out of `was`, or `{was}`, so that it stays with its {held} as the {kind} of another {of}; to bring them over, take it \
                     back beside `{now}` for one version, {copied}, and then leave it out again"
                ),
            );
        }
        (
            format!(
                "`{was}` and `{name}` both have {kind}s, so `{was}` cannot become `{name}` any more: {rows} {has} {used} in `{name}`: {shown}; {why}"
            ),
            format!(
                "leave `was` out, so that `{was}` stays with its {held} as the {kind} of another {of}; to bring them over, take `{was}` back beside \
                 `{name}` for one version, {copied}, and then leave `{was}` out again"
            ),
        )
    }
}

/// A query for the rows that have, or had, something in a column, or in a table.
fn rows(table: &str, id: &str, column: Option<&Column>, dialect: Dialect) -> String {
    let (now, told) = match column {
        None => ("TRUE".to_owned(), "TRUE".to_owned()),
        Some(column) => (given(column, dialect), told(column, dialect)),
    };
    format!(
        "SELECT \"{id}\" AS \"_id_\" FROM \"{table}\" WHERE {now} UNION SELECT \"id\" FROM \"{table}__history\" WHERE {told}"
    )
}

/// Whether a row has another value than what was filled in by itself.
fn given(column: &Column, dialect: Dialect) -> String {
    let name = &column.name;
    match &column.default {
        Some(default @ Default::Value(_)) => {
            let default = default_text(default, &Kind::of(&column.ty), dialect);
            format!("\"{name}\" IS NOT NULL AND \"{name}\" <> {default}")
        }
        _ => format!("\"{name}\" IS NOT NULL"),
    }
}

/// Whether a change tells of a field. Only what has its key in it is read as JSON.
fn told(column: &Column, dialect: Dialect) -> String {
    let path = column.keys();
    let key = path.last().copied().unwrap_or_default();
    let tells = |side: &str| {
        let part = match dialect {
            Dialect::Sqlite => format!("json_type(\"{side}\", '$.{}')", path.join(".")),
            Dialect::Postgres => format!("\"{side}\"::jsonb #> '{{{}}}'", path.join(",")),
        };
        format!("CASE WHEN \"{side}\" LIKE '%\"{key}\"%' THEN {part} END IS NOT NULL")
    };
    format!("{} OR {}", tells("before"), tells("after"))
}
