//! A column or a table that makes room for one that is renamed to it, if it was never used: what is asked of its rows, and
//! what is said if some have used it.

use crate::schema::tables::Column;
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

    /// How many these are, in words.
    pub(super) fn why(&self, other: i64) -> String {
        let rows = counted(other, "row");
        let was = &self.was;
        match &self.column {
            Some(_) if self.both.is_some() && other == 1 => format!("{rows} has had one in `{was}`"),
            Some(_) if self.both.is_some() => format!("{rows} have had one in `{was}`"),
            Some(_) if other == 1 => format!("{rows} has another value in `{was}`"),
            Some(_) => format!("{rows} have another value in `{was}`"),
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
