//! What unit tests share: databases, and schemas in a few words.

use crate::store::link::Target;
use opwright_values::schema::{Field, Resource, Schema, Type};
use std::sync::atomic::{AtomicU32, Ordering};

/// A new database, gone when the test has passed.
pub(crate) struct Database {
    pub(crate) target: Target,
}

/// A new file of SQLite.
pub(crate) fn sqlite() -> Database {
    let file = std::env::temp_dir().join(format!("{}.db", fresh_name()));
    let database = Database { target: Target::Sqlite(file) };
    database.remove();
    database
}

fn fresh_name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("opwright_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

impl Database {
    fn remove(&self) {
        if let Some(file) = self.target.file() {
            for ending in ["db", "db-wal", "db-shm"] {
                drop(std::fs::remove_file(file.with_extension(ending)));
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What a failed test leaves is there to be looked at.
        if !std::thread::panicking() {
            self.remove();
        }
    }
}

/// A schema of some resources.
pub(crate) fn schema(resources: Vec<Resource>) -> Schema {
    Schema {
        service: "shop".to_owned(),
        summary: String::new(),
        capabilities: [].into(),
        resources,
        events: Vec::new(),
        renamed: [].into(),
    }
}

/// A resource with a field `id` and some more.
pub(crate) fn resource(name: &str, fields: Vec<Field>) -> Resource {
    Resource {
        name: name.to_owned(),
        summary: String::new(),
        fields: std::iter::once(field("id", reference(name))).chain(fields).collect(),
        id: 0,
        id_prefix: Some(name.to_owned()),
        owner: None,
        uniques: Vec::new(),
        indexes: Vec::new(),
        acyclic: Vec::new(),
        collections: Vec::new(),
        shape: Vec::new(),
        rules: Vec::new(),
        was: Vec::new(),
    }
}

/// A required field.
pub(crate) fn field(key: &str, ty: Type) -> Field {
    Field::required(key, ty)
}

/// A required field of text.
pub(crate) fn text(key: &str) -> Field {
    field(key, Type::Text { min: 0, max: 100, pattern: None, lines: false })
}

/// The same field, which may be absent.
pub(crate) fn optional(field: Field) -> Field {
    Field { optional: true, ..field }
}

/// The type of a reference.
pub(crate) fn reference(to: &str) -> Type {
    Type::Id { of: to.to_owned(), pattern: None }
}
