//! What is asked of the rows before anything is changed.
//!
//! ```text
//! -- every "phone" of "customer" has a value
//! table `customer`, column `phone`: 12 rows have no value: `cus_1`, `cus_2`, `cus_3` and 9 more
//!     fix: …
//!      or: …
//! ```
//!
//! Deleted rows are rows: they can be restored, and then have to fit as well. Only uniqueness and the sizes of
//! collections are of live rows alone, as they are whenever something is written; but what was deleted with its owner
//! comes back with it, and nobody counts then.

use crate::schema::refused::{Refused, Rows};
use crate::schema::twin::Twin;
use opwright_values::schema::{Default, Type};
use opwright_values::words::{counted, expected};

/// A question, with names as they are before the first step. What it is asked for is its `place`.
#[derive(Debug, Clone)]
pub(crate) enum Check {
    /// What was never used makes room for what is renamed to it.
    Twin(Box<Twin>),
    /// There are no rows: nothing could stand in a new required column.
    NoRows { place: String, table: String, id: String, column: String, meant: Vec<String> },
    /// No row has an object: nothing could stand in a new required part of it.
    NoObject { place: String, table: String, id: String, column: String, object: String, parts: Vec<String> },
    /// Every row has a value; if there are parts, every row that has one of them.
    Filled { place: String, table: String, id: String, column: String, parts: Vec<String>, mends: Mends },
    /// Every value is one of another type.
    Fits { place: String, table: String, id: String, column: String, from: Type, to: Type },
    /// No two live rows have the same values.
    Distinct { place: String, table: String, id: String, columns: Vec<String> },
    /// No row has more live rows that refer to it, or, if it owns them, more that were deleted with it.
    Sizes { place: String, table: String, column: String, most: u32, owned: bool },
    /// No row leads back to itself through a reference.
    Acyclic { place: String, table: String, id: String, column: String },
    /// Every row keeps the rules. `named` is the name of the table afterwards.
    Rules { table: String, named: String, id: String, codes: Vec<String>, sources: Vec<Source> },
}

/// What gives rows a value that have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mends {
    /// An operation of the version before: it knows the field.
    Operation,
    /// A default: it does not, so what comes back is filled.
    Default,
    /// Nothing: all of them would have the same where it is unique, or nobody could tell which rows have the object.
    Nothing,
}

/// Where the value of a column comes from when a row is made as it will be.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// From a column that is there.
    Stored {
        name: String,
        from: Type,
        to: Type,
        /// Whether another check asks if each value fits.
        fits: bool,
        /// Whether another one asks if there is a value in each row.
        filled: bool,
        /// What those get that have none; if only objects get it, the columns of which they have one.
        given: Option<(Default, Vec<String>)>,
    },
    /// From the default of a new one.
    New {
        default: Option<Default>,
        ty: Type,
        /// Whether another check asks if there are rows that have none.
        filled: bool,
        /// If only objects that are there get it: the columns of which they have one.
        parts: Option<Vec<String>>,
    },
}

/// Rows that are in the way.
#[derive(Debug, Default)]
pub(super) struct InTheWay {
    /// How many.
    pub(super) count: usize,
    /// The first of them.
    pub(super) ids: Vec<String>,
    /// What is wrong with the first.
    pub(super) why: Option<String>,
    /// Rows that are none, for a reason that no check asks for.
    pub(super) unreadable: Option<Box<InTheWay>>,
}

/// How many rows are shown.
pub(super) const SHOWN: usize = 3;

impl InTheWay {
    pub(super) fn add(&mut self, id: &str, why: impl FnOnce() -> String) {
        self.count += 1;
        if self.ids.len() < SHOWN {
            self.ids.push(id.to_owned());
        }
        if self.why.is_none() {
            self.why = Some(why());
        }
    }

    fn rows(&self, one: &str, more: &str) -> String {
        if self.count == 1 { format!("1 {one}") } else { format!("{} {more}", self.count) }
    }

    fn listed(&self, table: &str, columns: &[String]) -> Rows {
        let (table, columns) = (table.to_owned(), columns.to_vec());
        Rows { table, columns, count: self.count, ids: self.ids.clone() }
    }

    fn shown(&self) -> String {
        let shown = format!("`{}`", self.ids.join("`, `"));
        match self.count.saturating_sub(self.ids.len()) {
            0 => shown,
            more => format!("{shown} and {more} more"),
        }
    }
}

/// An operation that can still write what is stored.
const BY_AN_OPERATION: &str = "with an operation of the version that fits this database now";

impl Mends {
    fn ways(self) -> Vec<String> {
        let optional = "make it `optional: true`".to_owned();
        let filled = "once every row has a value, require it again".to_owned();
        match self {
            Mends::Operation => vec![
                format!("give them a value {BY_AN_OPERATION}, and migrate again"),
                "leave it `optional: true`; a `default` would not fill it, since the version that migrated last knew it".to_owned(),
            ],
            Mends::Default => vec![
                "give it a `default`: these rows get it, since the version that migrated last did not know it".to_owned(),
                format!("{optional}; {filled}"),
            ],
            Mends::Nothing => vec![format!(
                "{optional}: the version that migrated last did not know it, and no `default` fills it here; {filled}"
            )],
        }
    }
}

impl Check {
    /// The table that is looked at.
    pub(super) fn table(&self) -> &str {
        match self {
            Check::Twin(twin) => &twin.table,
            Check::NoRows { table, .. }
            | Check::NoObject { table, .. }
            | Check::Filled { table, .. }
            | Check::Fits { table, .. }
            | Check::Distinct { table, .. }
            | Check::Sizes { table, .. }
            | Check::Acyclic { table, .. }
            | Check::Rules { table, .. } => table,
        }
    }

    /// The columns that are looked at, or would be filled.
    fn columns(&self) -> &[String] {
        match self {
            Check::NoRows { column, .. }
            | Check::NoObject { column, .. }
            | Check::Filled { column, .. }
            | Check::Fits { column, .. }
            | Check::Sizes { column, .. }
            | Check::Acyclic { column, .. } => std::slice::from_ref(column),
            Check::Distinct { columns, .. } => columns,
            Check::Twin(twin) => twin.column.as_ref().map_or(&[], |it| std::slice::from_ref(&it.name)),
            Check::Rules { .. } => &[],
        }
    }

    /// Whether it asks if each value of a column fits.
    pub(super) fn asks_values(&self, of: &str, name: &str) -> bool {
        matches!(self, Check::Fits { table, column, .. } if table == of && column == name)
    }

    /// Whether it asks if each row has a value in a column.
    pub(super) fn asks_presence(&self, of: &str, name: &str) -> bool {
        matches!(self, Check::Filled { table, column, .. } if table == of && column == name)
    }

    /// What has to be true, as a plan says it.
    pub(super) fn says(&self) -> String {
        match self {
            Check::Twin(twin) => twin.says(),
            Check::NoRows { table, .. } => format!("\"{table}\" has no rows"),
            Check::NoObject { table, object, .. } => format!("no row of \"{table}\" has `{object}`"),
            Check::Filled { table, column, parts, .. } if parts.is_empty() => {
                format!("every row of \"{table}\" has a value in \"{column}\"")
            }
            Check::Filled { table, column, parts, .. } => {
                let parts = parts.join("\", \"");
                format!("every row of \"{table}\" that has one of \"{parts}\" has a value in \"{column}\"")
            }
            Check::Fits { table, column, to, .. } => {
                format!("every \"{column}\" of \"{table}\" is {}", expected(to))
            }
            Check::Distinct { table, columns, .. } if columns.is_empty() => {
                format!("\"{table}\" has at most one live row")
            }
            Check::Distinct { table, columns, .. } => {
                format!("no two live rows of \"{table}\" have the same \"{}\"", columns.join("\", \""))
            }
            Check::Sizes { table, column, most, owned, .. } => {
                let gone = if *owned { ", nor more that were deleted together" } else { "" };
                format!(
                    "no more than {} of \"{table}\" have the same \"{column}\"{gone}",
                    counted(*most, "live row")
                )
            }
            Check::Acyclic { table, column, .. } => {
                format!("no row of \"{table}\" leads back to itself through \"{column}\"")
            }
            Check::Rules { table, codes, .. } => {
                format!("every row of \"{table}\" keeps `{}`", codes.join("`, `"))
            }
        }
    }

    /// What to say of rows that cannot be asked, since they are none.
    pub(super) fn unreadable(&self, found: &InTheWay) -> Refused {
        let (rows, why) = (found.rows("row", "rows"), found.why.as_deref().unwrap_or(""));
        Refused {
            place: format!("table `{}`", self.table()),
            what: format!("{rows} cannot be read: {} ({why})", found.shown()),
            ways: vec![
                "somebody wrote to the database by another way; mend these rows, or load a backup".to_owned(),
            ],
            rows: Some(found.listed(self.table(), &[])),
        }
    }

    /// What to say if rows are in the way.
    pub(super) fn refused(&self, found: &InTheWay) -> Refused {
        let (place, what, ways) = self.said(found);
        Refused { place, what, ways, rows: Some(found.listed(self.table(), self.columns())) }
    }

    /// The place, what is in the way, and the ways out.
    fn said(&self, found: &InTheWay) -> (String, String, Vec<String>) {
        let (rows, shown) = (found.rows("row", "rows"), found.shown());
        let has = if found.count == 1 { "has" } else { "have" };
        let why = found.why.as_deref().unwrap_or("");
        let by_hand = |what: &str, back: &str| vec![format!("{what} {BY_AN_OPERATION}"), back.to_owned()];
        match self {
            Check::Twin(twin) => {
                let (what, fix) = twin.refused(&rows, has, &shown, why);
                (twin.place.clone(), what, vec![fix])
            }
            Check::NoRows { place, meant, .. } => (
                place.clone(),
                format!("it is new and required, and {rows} {has} no value for it: {shown}"),
                new_ways("these rows get it").into_iter().chain(meant.clone()).collect(),
            ),
            Check::NoObject { place, object, .. } => (
                place.clone(),
                format!("it is a new required part of `{object}`, and {rows} {has} one without it: {shown}"),
                new_ways("these objects get it").to_vec(),
            ),
            Check::Filled { place, mends, .. } => (
                place.clone(),
                format!("it is required now, and {rows} {has} no value there: {shown}"),
                mends.ways(),
            ),
            Check::Fits { place, to, .. } => (
                place.clone(),
                format!("it holds {} now, and {rows} {has} another value: {shown} ({why})", expected(to)),
                by_hand("change these values", "leave the type as it was"),
            ),
            Check::Distinct { place, .. } => (
                place.clone(),
                format!("its values are unique now, and {rows} {has} a value that another has too: {shown}"),
                by_hand("change or delete all but one of each", "leave `unique` out"),
            ),
            Check::Sizes { place, most, .. } => (
                place.clone(),
                format!(
                    "there are at most {most} now, and {} {has} more: {shown}",
                    found.rows("of them", "of them")
                ),
                vec![
                    format!(
                        "delete or move some of these rows {BY_AN_OPERATION}, those of a deleted owner once it is restored"
                    ),
                    "leave `size` as it was".to_owned(),
                ],
            ),
            Check::Acyclic { place, .. } => (
                place.clone(),
                format!(
                    "it never leads back to its own row now, and {} there: {shown} ({why})",
                    found.rows("circle is", "circles are")
                ),
                by_hand("let one row of each lead elsewhere, or nowhere,", "leave `acyclic` out"),
            ),
            Check::Rules { named, codes, .. } => (
                format!("table `{named}`, rules `{}`", codes.join("`, `")),
                format!("{rows} would break one: {shown} ({why})"),
                by_hand("change these rows", "leave the rule out"),
            ),
        }
    }
}

/// The ways out where something new is required.
fn new_ways(get: &str) -> [String; 3] {
    [
        format!("give it a `default` now: {get}; one that is added later fills nothing"),
        "make it `optional: true`".to_owned(),
        "make it `optional: true` for one version, in which an operation gives each a value, and require it in the next".to_owned(),
    ]
}
