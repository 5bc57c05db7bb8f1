//! Whether the rows of a `data` document fit together: ids and unique values occur once, references lead to rows,
//! collections are not larger than they may be.

use crate::model::ResourceId;
use crate::report::{Diagnostic, Report};
use crate::source::Span;
use opwright_values::circle::circles;
use opwright_values::schema::{Default as FieldDefault, Field, Resource, Schema, Type};
use opwright_values::value::Value;
use opwright_values::words::counted;
use std::collections::{BTreeMap, BTreeSet};

/// A row with its place.
pub(super) struct Row {
    /// Of which resource.
    pub(super) resource: ResourceId,
    /// Its values, in the order of the fields.
    pub(super) values: Vec<Value>,
    /// Where it was written.
    pub(super) place: Span,
}

/// Checks the rows of a document together; what they refer to, if they are the whole of it.
pub(super) fn check(schema: &Schema, rows: &[Row], whole: bool, report: &mut Report) {
    let ids = ids(schema, rows, report);
    for row in rows.iter().filter(|_| whole) {
        let Some(resource) = schema.resources.get(row.resource) else { continue };
        for (field, value) in resource.fields.iter().zip(&row.values) {
            references(field, &field.ty, value, &ids, row.place, report);
        }
    }
    for (index, resource) in schema.resources.iter().enumerate() {
        uniques(index, resource, rows, report);
        collections(index, resource, rows, report);
        turning(index, resource, rows, report);
    }
}

/// No reference that must not leads back to its own row.
fn turning(index: usize, resource: &Resource, rows: &[Row], report: &mut Report) {
    let text = |row: &Row, at: usize| match row.values.get(at) {
        Some(Value::Text(id)) => Some(id.clone()),
        _ => None,
    };
    for at in &resource.acyclic {
        let rows = || rows.iter().filter(|row| row.resource == index);
        let above: Vec<(String, String)> =
            rows().filter_map(|row| Some((text(row, resource.id)?, text(row, *at)?))).collect();
        let above = above.iter().map(|(id, to)| (id.as_str(), to.as_str())).collect();
        for circle in circles(&above) {
            let first = rows().find(|row| text(row, resource.id).as_deref() == circle.first().copied());
            let Some(first) = first else { continue };
            let key = resource.fields.get(*at).map_or("", |field| field.key.as_str());
            let fault = format!("`{key}` leads back to the row itself: {}", circle.join(" → "));
            report.add(
                Diagnostic::new("E0106", first.place, fault)
                    .help("it is `acyclic`: let one of these rows lead elsewhere, or nowhere"),
            );
        }
    }
}

type Ids<'r> = BTreeSet<(&'r str, &'r str)>;

/// The ids of all rows, by resource.
fn ids<'r>(schema: &'r Schema, rows: &'r [Row], report: &mut Report) -> Ids<'r> {
    let mut known: BTreeMap<(&str, &str), Span> = BTreeMap::new();
    for row in rows {
        let Some(resource) = schema.resources.get(row.resource) else { continue };
        let Some(Value::Text(id)) = row.values.get(resource.id) else { continue };
        let key = (resource.name.as_str(), id.as_str());
        if let Some(first) = known.get(&key) {
            let fault = Diagnostic::new(
                "E0104",
                row.place,
                format!("two rows of `{}` have the id `{id}`", resource.name),
            );
            report.add(fault.other(*first, "first here"));
        } else {
            known.insert(key, row.place);
        }
    }
    known.into_keys().collect()
}

/// Every reference leads to a row of the same document.
fn references(field: &Field, ty: &Type, value: &Value, ids: &Ids<'_>, place: Span, report: &mut Report) {
    match (ty, value) {
        (Type::Id { of, .. }, Value::Text(_)) if report.doubts(of) => report.follow(),
        (Type::Id { of, .. }, Value::Text(id)) if !ids.contains(&(of.as_str(), id.as_str())) => {
            let of_kind = ids.iter().filter(|(kind, _)| kind == of).map(|(_, id)| *id);
            let fault = Diagnostic::new("E0201", place, format!("there is no {of} `{id}` in this data"));
            report
                .add_unknown(id, fault.meant(report.meant(id, of_kind)).label(format!("in `{}`", field.key)));
        }
        (Type::List { of, .. }, Value::List(items)) => {
            items.iter().for_each(|item| references(field, of, item, ids, place, report));
        }
        (Type::Map { of, .. }, Value::Map(entries)) => {
            entries.values().for_each(|item| references(field, of, item, ids, place, report));
        }
        (Type::Object { fields, .. }, Value::Object(parts)) => {
            for (part, value) in fields.iter().zip(parts) {
                references(part, &part.ty, value, ids, place, report);
            }
        }
        _ => {}
    }
}

fn uniques(index: usize, resource: &Resource, rows: &[Row], report: &mut Report) {
    for set in &resource.uniques {
        let mut known: BTreeMap<Vec<&Value>, Span> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.resource == index) {
            let of = |field: &usize| Some((resource.fields.get(*field)?, row.values.get(*field)?));
            let values: Vec<(&Field, &Value)> = set.iter().filter_map(of).collect();
            // An absent value equals nothing, as in both databases; one that is open will be `now` in all rows.
            let absent = |(field, value): &(&Field, &Value)| {
                **value == Value::Null && field.default != Some(FieldDefault::Now)
            };
            if values.iter().any(absent) {
                continue;
            }
            let values = values.into_iter().map(|(_, value)| value).collect();
            if let Some(first) = known.insert(values, row.place) {
                let names = set.iter().filter_map(|field| resource.fields.get(*field));
                let names: Vec<&str> = names.map(|field| field.name.as_str()).collect();
                let fault = format!("two rows of `{}` have the same {}", resource.name, names.join(" and "));
                report.add(Diagnostic::new("E0104", row.place, fault).other(first, "first here"));
            }
        }
    }
}

fn collections(index: usize, resource: &Resource, rows: &[Row], report: &mut Report) {
    for collection in &resource.collections {
        // How many there are, and where the last one stands.
        let mut counts: BTreeMap<&Value, (u32, Span)> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.resource == collection.of) {
            if let Some(owner) = row.values.get(collection.through) {
                let (count, last) = counts.entry(owner).or_insert((0, row.place));
                (*count, *last) = (*count + 1, row.place);
            }
        }
        for row in rows.iter().filter(|row| row.resource == index) {
            let Some((count, last)) = row.values.get(resource.id).and_then(|id| counts.get(id)) else {
                continue;
            };
            if *count > collection.size {
                let fault = format!(
                    "`{}` holds {}, at most {} may be",
                    collection.name,
                    counted(*count, "row"),
                    collection.size
                );
                report.add(Diagnostic::new("E0106", *last, fault));
            }
        }
    }
}
