//! How much an answer holds: rows with all that their shapes show, and those of them that are sensitive.

use crate::expr::parts::row_of;
use crate::expr::typed::{Kind, Ty, Typed};
use crate::lower::bounds::sizes::{Sizes, Work};
use crate::model::{ResourceId, Returns, picked};
use opwright_values::schema::{Field, Part, Schema, Type};

/// What its expressions do.
pub(super) fn work(returns: &Returns, sizes: &mut Sizes<'_>) -> Work {
    match returns {
        Returns::Nothing => Work::default(),
        Returns::Value(value) | Returns::Pick(value) => sizes.work(value),
        Returns::Object(parts) => parts.iter().map(|(_, part)| work(part, sizes)).sum(),
    }
}

/// How many rows, and ids of others, it holds.
pub(super) fn told(returns: &Returns, sizes: &mut Sizes<'_>) -> u64 {
    match returns {
        Returns::Nothing => 0,
        Returns::Value(value) => {
            let each = row(value).map_or(1, |of| shaped(of, &sizes.model.schema, &|_| true));
            sizes.extent(value).elements().saturating_mul(each)
        }
        Returns::Object(parts) => {
            parts.iter().fold(0, |sum, (_, part)| sum.saturating_add(told(part, sizes)))
        }
        Returns::Pick(shape) => picked_rows(shape, sizes),
    }
}

/// How many rows with sensitive fields are told.
pub(super) fn exported(returns: &Returns, sizes: &mut Sizes<'_>) -> u64 {
    match returns {
        Returns::Nothing => 0,
        Returns::Value(value) => match row(value) {
            Some(of) => {
                let each = shaped(of, &sizes.model.schema, &is_sensitive);
                sizes.extent(value).elements().saturating_mul(each)
            }
            None if value.pii => sizes.extent(value).elements(),
            None => 0,
        },
        Returns::Object(parts) => {
            parts.iter().fold(0, |sum, (_, part)| sum.saturating_add(exported(part, sizes)))
        }
        Returns::Pick(shape) => {
            let (_, parts) = picked(shape);
            if parts.iter().any(|(_, part)| part.pii) { picked_rows(shape, sizes) } else { 0 }
        }
    }
}

fn picked_rows(shape: &Typed, sizes: &mut Sizes<'_>) -> u64 {
    let Kind::Macro(mac) = &shape.kind else { return 1 };
    let list = sizes.extent(&mac.list);
    let each = sizes.inside(mac, list.element(), |sizes| picked_rows(&mac.body, sizes));
    list.most.saturating_mul(each)
}

/// The resource of a row, or of the rows of lists however deep.
fn row(value: &Typed) -> Option<ResourceId> {
    let mut ty = value.ty.present();
    while let Ty::List(of) = ty {
        ty = of.present();
    }
    row_of(ty)
}

/// How many of the rows in the shape of one, itself among them, are counted; ids of others are as rows without fields.
fn shaped(of: ResourceId, schema: &Schema, counts: &dyn Fn(&[&Field]) -> bool) -> u64 {
    let Some(resource) = schema.resources.get(of) else { return 0 };
    let fields = resource.shape.iter().filter_map(|part| match part {
        Part::Field(index) => resource.fields.get(*index),
        Part::Collection(_) => None,
    });
    let own = u64::from(counts(&fields.collect::<Vec<_>>()));
    resource.shape.iter().fold(own, |sum, part| {
        let Part::Collection(index) = part else { return sum };
        let Some(collection) = resource.collections.get(*index) else { return sum };
        let each =
            if collection.owned { shaped(collection.of, schema, counts) } else { u64::from(counts(&[])) };
        sum.saturating_add(u64::from(collection.size).saturating_mul(each))
    })
}

fn is_sensitive(fields: &[&Field]) -> bool {
    fields.iter().any(|field| !field.hidden && (field.pii || holds_sensitive(&field.ty)))
}

fn holds_sensitive(ty: &Type) -> bool {
    match ty {
        Type::Object { fields, .. } => is_sensitive(&fields.iter().collect::<Vec<_>>()),
        Type::List { of, .. } | Type::Map { of, .. } => holds_sensitive(of),
        _ => false,
    }
}
