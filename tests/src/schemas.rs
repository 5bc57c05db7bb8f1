//! Schemas in a few words.

use opwright_values::schema::{Field, Resource, Schema, Type};

/// A schema of some resources.
pub fn schema(resources: Vec<Resource>) -> Schema {
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
pub fn resource(name: &str, fields: Vec<Field>) -> Resource {
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
pub fn field(key: &str, ty: Type) -> Field {
    Field::required(key, ty)
}

/// A required field of text.
pub fn text(key: &str) -> Field {
    field(key, Type::Text { min: 0, max: 100_000, pattern: None, lines: false })
}

/// The same field, which may be absent.
pub fn optional(field: Field) -> Field {
    Field { optional: true, ..field }
}

/// The type of a reference.
pub fn reference(to: &str) -> Type {
    Type::Id { of: to.to_owned(), pattern: None }
}
