//! The rows behind one of which only the keys are known: in the order of a query, never by counting.
//!
//! ```text
//! order: [row.level, row.at desc]      r."level" >= $1 AND (r."level" > $1 OR r."level" = $1 AND
//!                                        (r."at" < $2 OR r."at" = $2 AND (r."id" > $3)))
//! ```
//!
//! What may be absent takes two places: whether it is there, and what it is. Absent values come first, as everywhere.

use super::{Dialect, placeholder};
use crate::expr::typed::Ty;
use crate::model::Query;
use opwright_values::schema::{Field, Resource, Schema};

/// The condition; `bound` values stand in front of those of the keys.
pub(super) fn behind(
    query: &Query,
    resource: &Resource,
    schema: &Schema,
    bound: usize,
    dialect: Dialect,
) -> String {
    let mut number = bound;
    let mut keys = Vec::new();
    for key in &query.order {
        keys.extend(
            resource.fields.get(key.field).map(|field| {
                Key::of(field, &Ty::of(&field.ty, schema), key.descending, &mut number, dialect)
            }),
        );
        if key.field == resource.id {
            break;
        }
    }
    if query.order.iter().all(|key| key.field != resource.id) {
        keys.push(Key::last(resource, number + 1, dialect));
    }
    // The first key by itself is what an index can find.
    let first = keys.first().and_then(|key| key.within.clone());
    let mut condition = String::new();
    for key in keys.iter().rev() {
        condition = if condition.is_empty() {
            key.behind.clone()
        } else {
            format!("{} OR {} AND ({condition})", key.behind, key.same)
        };
    }
    first.map_or_else(
        || format!("({condition}) IS TRUE"),
        |first| format!("{first} AND ({condition}) IS TRUE"),
    )
}

/// One key of an order, against the value that is bound for it.
struct Key {
    /// Not in front of it, where an index can tell.
    within: Option<String>,
    behind: String,
    same: String,
}

impl Key {
    fn of(field: &Field, ty: &Ty, descending: bool, number: &mut usize, dialect: Dialect) -> Self {
        let column = format!("r.\"{}\"", field.key);
        let sign = if descending { "<" } else { ">" };
        if !field.optional {
            *number += 1;
            let value = placeholder(*number, ty, dialect);
            return Self {
                within: Some(format!("{column} {sign}= {value}")),
                behind: format!("{column} {sign} {value}"),
                same: format!("{column} = {value}"),
            };
        }
        let (there, value) =
            (placeholder(*number + 1, &Ty::Bool, dialect), placeholder(*number + 2, ty, dialect));
        *number += 2;
        let behind = if descending {
            format!("({there} AND ({column} < {value} OR {column} IS NULL))")
        } else {
            format!("({there} AND {column} > {value} OR NOT {there} AND {column} IS NOT NULL)")
        };
        let same = format!("({there} AND {column} = {value} OR NOT {there} AND {column} IS NULL)");
        Self { within: None, behind, same }
    }

    /// What makes every order whole: the id, or the order of creation where rows have none to show.
    fn last(resource: &Resource, number: usize, dialect: Dialect) -> Self {
        let id = resource.fields.get(resource.id).map_or("_id", |field| field.key.as_str());
        let id_value = placeholder(number, &Ty::Text, dialect);
        let (column, value) = if id == "_id" {
            let created =
                format!("(SELECT c.\"_created\" FROM \"{}\" c WHERE c.\"_id\" = {id_value})", resource.name);
            ("r.\"_created\"".to_owned(), created)
        } else {
            (format!("r.\"{id}\""), id_value)
        };
        Self {
            within: Some(format!("{column} > {value}")),
            behind: format!("{column} > {value}"),
            same: format!("{column} = {value}"),
        }
    }
}
