//! Types of the spec as types of Rust, and literals of them.

use crate::emit::ident::type_name;
use crate::expr::typed::Ty;
use crate::model::Model;
use crate::rows::scope::LocalKind;
use opwright_values::schema::{Field, Type};
use opwright_values::value::Value;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The type of a stored field, an argument, or a part of an object.
pub(super) fn of_field(field: &Field) -> TokenStream {
    let ty = of_type(&field.ty);
    if field.optional { quote!(Option<#ty>) } else { ty }
}

/// The type of a value.
pub(super) fn of_type(ty: &Type) -> TokenStream {
    match ty {
        Type::Id { .. } | Type::Text { .. } | Type::Email { .. } | Type::Url { .. } | Type::Enum { .. } => {
            quote!(String)
        }
        Type::Int { .. } => quote!(i64),
        Type::Decimal { scale, .. } => {
            let scale = Literal::u8_unsuffixed(*scale);
            quote!(Decimal<#scale>)
        }
        Type::Bool => quote!(bool),
        Type::Date { .. } => quote!(Date),
        Type::Timestamp { .. } => quote!(Timestamp),
        Type::Duration { .. } => quote!(Duration),
        Type::List { of, .. } => {
            let of = of_type(of);
            quote!(Vec<#of>)
        }
        Type::Map { of, .. } => {
            let of = of_type(of);
            quote!(BTreeMap<String, #of>)
        }
        Type::Object { name, .. } => {
            let name = type_name(name);
            quote!(#name)
        }
    }
}

/// The type of an expression's value; rows by their ids.
pub(super) fn of_ty(ty: &Ty) -> TokenStream {
    match ty {
        Ty::Bool => quote!(bool),
        Ty::Int => quote!(i64),
        Ty::Decimal(scale) => {
            let scale = Literal::u8_unsuffixed(*scale);
            quote!(Decimal<#scale>)
        }
        Ty::Text | Ty::Enum(_) | Ty::Row(_) | Ty::Id(_) | Ty::Null => quote!(String),
        Ty::Date => quote!(Date),
        Ty::Timestamp => quote!(Timestamp),
        Ty::Duration => quote!(Duration),
        Ty::List(of) => {
            let of = of_ty(of);
            quote!(Vec<#of>)
        }
        Ty::Map(of) => {
            let of = of_ty(of);
            quote!(BTreeMap<String, #of>)
        }
        Ty::Object(object) => {
            let name = type_name(&object.name);
            quote!(#name)
        }
        Ty::Optional(of) => {
            let of = of_ty(of);
            quote!(Option<#of>)
        }
    }
}

/// The Rust type of a resource.
pub(super) fn of_resource(model: &Model, resource: usize) -> TokenStream {
    let name = model.schema.resources.get(resource).map(|resource| type_name(&resource.name));
    quote!(#name)
}

/// The type of what a node binds.
pub(super) fn of_local(model: &Model, kind: &LocalKind) -> TokenStream {
    let row = |resource: &usize| of_resource(model, *resource);
    match kind {
        LocalKind::Row(resource) => {
            let row = row(resource);
            quote!(Live<#row>)
        }
        LocalKind::OptionalRow(resource) => {
            let row = row(resource);
            quote!(Option<Live<#row>>)
        }
        LocalKind::Rows(resource) => {
            let row = row(resource);
            quote!(Vec<Live<#row>>)
        }
        LocalKind::Many(resource) => {
            let row = row(resource);
            quote!(Many<#row>)
        }
        LocalKind::ById(resource) => {
            let row = row(resource);
            quote!(Rows<#row>)
        }
        LocalKind::CollectionsOf(resource) => {
            let row = row(resource);
            quote!(Collections<#row>)
        }
        LocalKind::Value(ty) => of_ty(ty),
    }
}

/// The type of a parameter for a local: rows are read as `&Row`, unless the handle itself is needed.
pub(super) fn of_parameter(model: &Model, kind: &LocalKind, handle: bool) -> TokenStream {
    let row = |resource: &usize| of_resource(model, *resource);
    match kind {
        LocalKind::Row(resource) if !handle => {
            let row = row(resource);
            quote!(&#row)
        }
        LocalKind::Rows(resource) => {
            let row = row(resource);
            quote!(&[Live<#row>])
        }
        LocalKind::Value(ty) if is_copy(ty) => of_ty(ty),
        LocalKind::Value(ty) if is_text(ty) => quote!(&str),
        LocalKind::Value(Ty::List(of)) => {
            let of = of_ty(of);
            quote!(&[#of])
        }
        other => {
            let ty = of_local(model, other);
            quote!(&#ty)
        }
    }
}

/// A literal of a type.
pub(super) fn literal(ty: &Type, value: &Value) -> TokenStream {
    match (ty, value) {
        (_, Value::Null) => quote!(None),
        (_, Value::Bool(value)) => quote!(#value),
        (Type::Decimal { scale, .. }, Value::Int(units)) => {
            let (scale, units) = (Literal::u8_unsuffixed(*scale), Literal::i64_unsuffixed(*units));
            quote!(Decimal::<#scale>::from_units(#units))
        }
        (Type::Date { .. }, Value::Int(days)) => quote!(Date::from_days(#days)),
        (Type::Timestamp { .. }, Value::Int(micros)) => quote!(Timestamp::from_micros(#micros)),
        (Type::Duration { .. }, Value::Int(micros)) => quote!(Duration::from_micros(#micros)),
        (_, Value::Int(int)) => {
            let int = Literal::i64_unsuffixed(*int);
            quote!(#int)
        }
        (_, Value::Text(text)) => quote!(#text.to_string()),
        (Type::List { of, .. }, Value::List(items)) => {
            let items = items.iter().map(|item| literal(of, item));
            quote!(vec![#(#items),*])
        }
        (Type::Map { of, .. }, Value::Map(entries)) => {
            let entries = entries.iter().map(|(key, value)| {
                let value = literal(of, value);
                quote!((#key.to_string(), #value))
            });
            quote!(BTreeMap::from([#(#entries),*]))
        }
        (Type::Object { name, fields }, Value::Object(values)) => {
            let name = type_name(name);
            let parts = fields.iter().zip(values).map(|(field, value)| {
                let key = super::ident::ident(&field.key);
                let value = of_stored(field, value);
                quote!(#key: #value)
            });
            quote!(#name { #(#parts),* })
        }
        _ => quote!(Default::default()),
    }
}

/// A literal for a field: present values of optional fields are wrapped.
pub(super) fn of_stored(field: &Field, value: &Value) -> TokenStream {
    let literal = literal(&field.ty, value);
    if field.optional && *value != Value::Null { quote!(Some(#literal)) } else { literal }
}

/// Whether values of this type are copied, not cloned.
pub(super) fn is_copy(ty: &Ty) -> bool {
    match ty {
        Ty::Bool | Ty::Int | Ty::Decimal(_) | Ty::Date | Ty::Timestamp | Ty::Duration => true,
        Ty::Optional(inner) => is_copy(inner),
        _ => false,
    }
}

/// Whether values of this type are texts in Rust.
pub(super) fn is_text(ty: &Ty) -> bool {
    matches!(ty, Ty::Text | Ty::Enum(_) | Ty::Id(_))
}
