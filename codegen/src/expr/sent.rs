//! What a caller knows of an expression: the arguments, by their keys on the wire, and what their rows have.
//!
//! ```text
//! input.amount              `amount`
//! account.owner.name        the owner.name of `account_id`
//! order.lines.size()        the number of lines of `order`
//! input.address.city        `city`, where `address` is flat
//! total                     no argument; those that led to it are known
//! ```

use crate::expr::env::Env;
use crate::expr::parts::{each_child, row_of};
use crate::expr::typed::{Function, Kind, Ty, Typed};
use opwright_values::schema::{Field, Type};

/// What an argument is, or what its row has: `order_id` and `customer.status`.
pub(super) struct Subject {
    /// Its key on the wire.
    pub argument: String,
    /// What of it; empty: itself.
    path: String,
    /// Of what there is a number, if that is meant.
    number_of: Option<&'static str>,
}

impl Subject {
    /// The argument that an expression begins with, if it is a plain path from there, or the size of what that leads to.
    pub fn of(expr: &Typed, env: &Env<'_>) -> Option<Self> {
        let inner = bare(expr);
        if let Kind::Call(Function::Size, of) = &inner.kind {
            let list = of.first()?;
            let number_of = match list.ty.present() {
                Ty::List(_) => "elements",
                Ty::Map(_) => "entries",
                Ty::Text => "characters",
                _ => return None,
            };
            return Some(Self { number_of: Some(number_of), ..Self::path(list, env)? });
        }
        Self::path(inner, env)
    }

    fn path(expr: &Typed, env: &Env<'_>) -> Option<Self> {
        match &expr.kind {
            Kind::Input(_) | Kind::Name(_) => Some(Self::new(argument(expr, env)?)),
            // An id is a name of its row.
            Kind::Proved(of) | Kind::Widen(of) | Kind::Id(of) => Self::path(of, env),
            Kind::Part(of, part) => {
                if let Some(key) = flat_part(expr, env) {
                    return Some(Self::new(key));
                }
                let Ty::Object(object) = of.ty.present() else { return None };
                Some(Self::path(of, env)?.then(&object.fields.get(*part)?.0))
            }
            Kind::Field(of, field) | Kind::Refer(of, field) => {
                let resource = env.schema.resources.get(row_of(&of.ty)?)?;
                Some(Self::path(of, env)?.then(&resource.fields.get(*field)?.name))
            }
            Kind::Collection(of, index) => {
                let resource = env.schema.resources.get(row_of(&of.ty)?)?;
                Some(Self::path(of, env)?.then(&resource.collections.get(*index)?.name))
            }
            _ => None,
        }
    }

    fn new(argument: String) -> Self {
        Self { argument, path: String::new(), number_of: None }
    }

    fn then(self, name: &str) -> Self {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Self { path, ..self }
    }

    /// Whether it is what was sent, and not something that belongs to it.
    pub fn is_sent(&self) -> bool {
        self.path.is_empty() && self.number_of.is_none()
    }

    /// What it is called behind the name of its argument.
    pub fn it(&self) -> String {
        match (self.number_of, self.path.as_str()) {
            (None, "") => "it".to_owned(),
            (None, path) => format!("its {path}"),
            (Some(things), "") => format!("the number of its {things}"),
            (Some("elements"), path) => format!("the number of its {path}"),
            (Some(things), path) => format!("the number of {things} of its {path}"),
        }
    }

    /// What it is called by itself.
    pub fn named(&self) -> String {
        let argument = &self.argument;
        match (self.number_of, self.path.as_str()) {
            (None, "") => format!("`{argument}`"),
            (None, path) => format!("the {path} of `{argument}`"),
            (Some(things), "") => format!("the number of {things} of `{argument}`"),
            (Some("elements"), path) => format!("the number of {path} of `{argument}`"),
            (Some(things), path) => format!("the number of {things} of the {path} of `{argument}`"),
        }
    }
}

/// The arguments that an expression reads, or that led to what it names.
pub(crate) fn arguments(expr: &Typed, env: &Env<'_>) -> Vec<String> {
    let mut found = Vec::new();
    read(expr, env, &mut found);
    found
}

fn read(expr: &Typed, env: &Env<'_>, found: &mut Vec<String>) {
    let keys = match &expr.kind {
        Kind::Input(index) => env.inputs.get(*index).map(keys).unwrap_or_default(),
        Kind::Name(name) => match argument(expr, env) {
            Some(key) => vec![key],
            None => env.led.get(name).cloned().unwrap_or_default(),
        },
        Kind::Part(..) => match flat_part(expr, env) {
            Some(key) => vec![key],
            None => return each_child(expr, &mut |part| read(part, env, found)),
        },
        _ => return each_child(expr, &mut |part| read(part, env, found)),
    };
    for key in keys {
        if !found.contains(&key) {
            found.push(key);
        }
    }
}

/// The keys of an argument on the wire: those of its parts, if it is flat.
fn keys(field: &Field) -> Vec<String> {
    match &field.ty {
        Type::Object { fields, .. } if field.flat => fields.iter().map(|part| part.key.clone()).collect(),
        _ => vec![field.key.clone()],
    }
}

/// The key of the argument that an expression is, or is the row of.
fn argument(expr: &Typed, env: &Env<'_>) -> Option<String> {
    match &expr.kind {
        Kind::Input(index) => {
            env.inputs.get(*index).filter(|field| !field.flat).map(|field| field.key.clone())
        }
        Kind::Name(name) => env.references.iter().find(|(_, row)| row == name).map(|(key, _)| key.clone()),
        _ => None,
    }
}

/// The key of a part of a flat argument: it stands among the arguments.
fn flat_part(expr: &Typed, env: &Env<'_>) -> Option<String> {
    let Kind::Part(of, part) = &expr.kind else { return None };
    let Kind::Input(index) = &bare(of).kind else { return None };
    let field = env.inputs.get(*index).filter(|field| field.flat)?;
    let Type::Object { fields, .. } = &field.ty else { return None };
    fields.get(*part).map(|part| part.key.clone())
}

/// An expression without what only says that it is there, or of which type.
pub(super) fn bare(expr: &Typed) -> &Typed {
    match &expr.kind {
        Kind::Proved(inner) | Kind::Widen(inner) => bare(inner),
        _ => expr,
    }
}
