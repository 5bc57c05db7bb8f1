//! The demo: an empty database is filled, and a token and a call that works are printed.

use crate::command::{Context, Failure, data, token};
use crate::gateway::identity::Principal;
use crate::seed::Set;
use crate::store::link::{Link, sql};
use opwright_tracer::graph::{Access, Graph, Head};
use opwright_values::schema::{Field, Type};
use opwright_values::value::Value;
use opwright_values::write::{Audience, write};
use std::collections::BTreeMap;

/// Stands in the example for the address, which is known once the service listens.
pub(super) const ADDRESS: &str = "{address}";

/// What can be tried at once.
#[derive(Debug)]
pub(super) struct Demo {
    /// A token that may do everything.
    pub(super) token: String,
    /// A call as a line for the shell, where one can be made up.
    pub(super) call: Option<String>,
}

/// Fills a database without rows with the first `data` document, and makes a token.
pub(super) fn prepare(context: &Context, mut link: Link) -> Result<Demo, Failure> {
    let set = data::sets(context)?.into_iter().next();
    let ids = set.as_ref().map(|set| ids(context, set)).unwrap_or_default();
    if let Some(set) = set
        && is_empty(context, &mut link)?
    {
        link = data::write(context, link, set.rows, &format!("data_{}", set.name))?;
    }
    let capabilities = context.schema.capabilities.keys().cloned().collect();
    let principal = Principal { name: "demo".to_owned(), capabilities };
    // It is printed at each start, because only its hash is kept; so each start makes a new one.
    let token = token::store(context, link, &principal, true)?;
    Ok(Demo { call: example(context, &token, &ids), token })
}

fn is_empty(context: &Context, link: &mut Link) -> Result<bool, Failure> {
    for resource in &context.schema.resources {
        let any = format!("SELECT 1 AS \"one\" FROM \"{}\" LIMIT 1", resource.name);
        if !link.fetch(&sql(any), Vec::new()).map_err(Failure::new)?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// One id of each resource.
fn ids(context: &Context, set: &Set) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    for (table, row) in &set.rows {
        let Some(resource) = context.schema.resources.get(*table) else { continue };
        if let Some(Value::Text(id)) = row.get(resource.id) {
            ids.entry(resource.name.clone()).or_insert_with(|| id.clone());
        }
    }
    ids
}

/// A call of an operation whose arguments can be made up; one that reads, if there is one, else a dry run.
fn example(context: &Context, token: &str, ids: &BTreeMap<String, String>) -> Option<String> {
    let heads =
        context.service.operations.iter().filter_map(|it| Some(Graph::from_json(it.graph).ok()?.head));
    let calls = heads.filter_map(|head| Some((arguments(&head, ids)?, head)));
    let (arguments, head) = calls.min_by_key(|(arguments, head)| {
        // A reading one that is given an id shows most.
        (head.access == Access::Writes, arguments.is_empty())
    })?;
    let mut entries = arguments;
    if head.access == Access::Writes {
        entries.push("\"dry_run\": true".to_owned());
    }
    Some(format!(
        "curl -s http://{ADDRESS}/v1/operations/{} -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{{{}}}'",
        head.operation,
        entries.join(", ")
    ))
}

fn arguments(head: &Head, ids: &BTreeMap<String, String>) -> Option<Vec<String>> {
    let needed = head.inputs.iter().filter(|field| !field.optional && field.default.is_none());
    needed.map(|field| Some(format!("\"{}\": {}", field.key, argument(field, ids)?))).collect()
}

/// A value that an argument may have, where one can be made up.
fn argument(field: &Field, ids: &BTreeMap<String, String>) -> Option<String> {
    let value = match &field.ty {
        Type::Id { of, .. } => Value::Text(ids.get(of)?.clone()),
        Type::Bool => Value::Bool(true),
        Type::Enum { values } => Value::Text(values.first()?.clone()),
        Type::Email { .. } => Value::Text("ada@example.org".to_owned()),
        Type::Int { min, max } | Type::Decimal { min, max, .. } => Value::Int(1.max(*min).min(*max)),
        Type::Text { max, pattern: None, .. } if *max >= 7 => Value::Text("example".to_owned()),
        _ => return None,
    };
    // The line stands in single quotes of the shell.
    Some(write(&field.ty, &value, Audience::Wire).to_string()).filter(|text| !text.contains('\''))
}
