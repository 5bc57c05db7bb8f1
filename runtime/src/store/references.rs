//! The references in the values of a row, however deep.

use crate::store::layout::Layout;
use opwright_values::schema::Type;
use opwright_values::value::Value;

/// Tells of every reference in a value: the table that it leads to, and the id.
pub fn refer<'v>(layout: &Layout, ty: &Type, value: &'v Value, found: &mut dyn FnMut(usize, &'v str)) {
    match (ty, value) {
        (Type::Id { of, .. }, Value::Text(id)) => {
            if let Some(of) = layout.tables.iter().position(|table| table.name() == of) {
                found(of, id);
            }
        }
        (Type::List { of, .. }, Value::List(items)) => {
            items.iter().for_each(|item| refer(layout, of, item, found));
        }
        (Type::Map { of, .. }, Value::Map(entries)) => {
            entries.values().for_each(|item| refer(layout, of, item, found));
        }
        (Type::Object { fields, .. }, Value::Object(values)) => {
            fields.iter().zip(values).for_each(|(field, value)| refer(layout, &field.ty, value, found));
        }
        _ => {}
    }
}
