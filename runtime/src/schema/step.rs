//! The steps by which tables change.

use crate::schema::tables::Column;
use opwright_values::schema::Type;

/// One change of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A table has another name, and so have its history and its key.
    RenameTable { from: String, to: String },
    /// A table that never had a row makes room for one that is renamed.
    DropTable { table: String },
    /// An index of a column that makes room.
    DropIndex { name: String },
    /// A column that nobody gave a value makes room for one that is renamed; its history tells nothing of it any more.
    DropColumn { table: String, column: Column },
    /// A column has another name.
    RenameColumn { table: String, from: String, to: String },
    /// An index is called after the new names of its table and columns.
    RenameIndex { from: String, table: String, columns: Vec<String>, unique: bool },
    /// A table for a new resource, with its indexes.
    CreateTable { table: String },
    /// A column for a new field.
    AddColumn { table: String, column: Column },
    /// What a new part is in the objects that are there: those that have one of some other parts. If the column is there
    /// already, what the rows get that have no value; of a part, the objects.
    Fill { table: String, column: Column, parts: Vec<String>, there: bool },
    /// Numbers in units of another scale.
    Rescale { table: String, column: String, from: u8, to: u8 },
    /// Lists, maps and what is in them, each written anew.
    Rewrite { table: String, column: String, from: Type, to: Type },
    /// A column that may be absent, or may not any more.
    Constrain { table: String, column: String, required: bool },
    /// What a row has that is written by a service that does not know the column.
    SetDefault { table: String, column: Column },
    /// An index for a new rule or a new lookup.
    AddIndex { table: String, columns: Vec<String>, unique: bool },
    /// An index that keeps values unique which need not be any more.
    DropUnique { table: String, columns: Vec<String> },
}
