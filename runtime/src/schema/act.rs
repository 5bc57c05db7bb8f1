//! What the steps of a change do to a database: statements, and values that are written anew.

use opwright_values::schema::Type;

/// What is done to a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// Why the next ones are done; nothing is.
    Note(String),
    /// A statement.
    Sql(String),
    /// Each value of a column is read as one type, and written as another.
    Rewrite { table: String, id: String, column: String, from: Type, to: Type },
}

impl Act {
    /// As a plan shows it.
    pub(super) fn shown(&self) -> String {
        match self {
            Act::Note(text) => format!("-- {text}"),
            Act::Sql(text) => text.clone(),
            Act::Rewrite { table, column, .. } => {
                format!(
                    "-- each \"{column}\" of \"{table}\" is read and written anew: UPDATE \"{table}\" SET \"{column}\" = …"
                )
            }
        }
    }
}
