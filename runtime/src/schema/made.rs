//! What an empty database is filled with, as a person is told it: names and counts instead of statements.

use crate::store::ddl;
use crate::store::layout::Layout;
use crate::store::link::Dialect;
use opwright_values::words::counted;
use std::fmt;

/// A table that is made in an empty database.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Made {
    /// Its name.
    pub table: String,
    /// The fields of its resource; none of a table that the service keeps for itself.
    pub fields: usize,
    /// Its indexes, without the primary key.
    pub indexes: usize,
    /// The table of its history, if it has one.
    pub history: Option<String>,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Made { table, fields, indexes, history } = self;
        match history {
            Some(history) => {
                write!(f, "{table}: {}, {}; ", counted(*fields, "field"), counted(*indexes, "index"))?;
                write!(f, "its history is `{history}`")
            }
            None => write!(f, "{table}: the service keeps it for itself, {}", counted(*indexes, "index")),
        }
    }
}

/// How many tables and indexes are made.
pub fn count(made: &[Made]) -> String {
    let tables: usize = made.iter().map(|it| 1 + usize::from(it.history.is_some())).sum();
    let indexes: usize = made.iter().map(|it| it.indexes).sum();
    format!("{}, {}", counted(tables, "table"), counted(indexes, "index"))
}

/// All tables of a service, in the order in which they are made.
pub(super) fn all(layout: &Layout, dialect: Dialect) -> Vec<Made> {
    let own = ddl::runtime_tables(dialect).into_iter().map(|(name, _, indexes)| Made {
        table: name.to_owned(),
        fields: 0,
        indexes: indexes.len(),
        history: None,
    });
    let resources = layout.tables.iter().map(|table| Made {
        table: table.name().to_owned(),
        fields: table.resource.fields.len(),
        indexes: ddl::indexes(table).len(),
        history: Some(ddl::history_name(table)),
    });
    resources.chain(own).collect()
}
