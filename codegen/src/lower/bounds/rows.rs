//! How many rows go along when one is deleted or comes back.
//!
//! ```text
//! delete: order      1 order, up to 50 lines, up to 20 payments: 71 rows
//! ```

use crate::expr::parts::row_of;
use crate::expr::typed::Typed;
use crate::model::{Model, ResourceId};
use crate::rows::along::referred;
use opwright_values::schema::Schema;

/// Rows that are written.
pub(super) enum Rows {
    /// At most so many; what is taken along, for people.
    Most(u64, Vec<(String, u64)>),
    /// Nothing says how many: an owner, and what it owns.
    Unbounded(String, String),
}

/// Those that go along with a row, or come back with it.
pub(super) fn with_a_row(row: &Typed, model: &Model) -> Rows {
    let Some(resource) = row_of(&row.ty) else { return Rows::Most(1, Vec::new()) };
    match with_owned(resource, &model.schema) {
        Ok(1) => Rows::Most(1, Vec::new()),
        Ok(rows) => {
            let name = model.schema.resources.get(resource).map_or("", |it| it.name.as_str());
            Rows::Most(rows, vec![(format!("{name} with what it owns"), rows)])
        }
        Err((owner, owned)) => Rows::Unbounded(owner, owned),
    }
}

/// A row, and all that it owns.
fn with_owned(resource: ResourceId, schema: &Schema) -> Result<u64, (String, String)> {
    let Some(owner) = schema.resources.get(resource) else { return Ok(1) };
    let mut rows = 1_u64;
    for (id, owned) in schema.resources.iter().enumerate() {
        let field = owned.owner.and_then(|field| owned.fields.get(field));
        if !field.is_some_and(|field| referred(schema, &field.ty).contains(&resource)) {
            continue;
        }
        let listed = owner.collections.iter().filter(|it| it.of == id && Some(it.through) == owned.owner);
        let Some(size) = listed.map(|it| u64::from(it.size)).min() else {
            return Err((owner.name.clone(), owned.name.clone()));
        };
        rows = rows.saturating_add(size.saturating_mul(with_owned(id, schema)?));
    }
    Ok(rows)
}
