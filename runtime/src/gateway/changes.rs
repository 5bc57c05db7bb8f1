//! What a call changed: as its run keeps it, and as a dry run is answered.
//!
//! ```text
//! its run        customer cus_1, version 3 → 4        of a dry run also  email: ‹email› → ‹email›, status: open → closed
//! a dry run      {"resource": "customer", "id": "cus_1", "before": {…}, "after": {…}}
//! ```
//!
//! What a real call wrote is told by the history of its rows; what a dry run would have written is told nowhere else.

use crate::cx::Walk;
use crate::gateway::answer::DryRun;
use crate::store::layout::{Layout, Row, Table};
use crate::store::references::refer;
use crate::store::unit::{Change, Work};
use opwright_tracer::trace::{masked, shortened};
use opwright_values::json::Json;
use opwright_values::read::is_marked;
use opwright_values::schema::Field;
use opwright_values::value::Value;
use opwright_values::write::{Audience, write, write_fields};
use std::rc::Rc;

/// Of how many changes a dry run keeps the fields.
const TOLD_MAX: usize = 50;

/// The rows that a call changed, as JSON for its run; of the first changes with what became of the fields, if that is
/// `told`.
pub(super) fn changed(changes: &[Change], layout: &Layout, told: bool) -> String {
    let one = |(at, change): (usize, &Change)| {
        let table = layout.tables.get(change.table);
        let mut entries = vec![
            ("resource", Json::text(table.map_or("", |table| table.name()).to_owned())),
            ("id", Json::text(told_id(table, &change.id))),
            ("from_version", Json::int(change.version - 1)),
            ("to_version", Json::int(change.version)),
        ];
        if let Some(table) = table.filter(|_| told && at < TOLD_MAX) {
            entries.push(("fields", Json::List(fields(&table.resource.fields, change, layout))));
        }
        Json::object(entries)
    };
    Json::List(changes.iter().enumerate().map(one).collect()).to_string()
}

/// The fields that are another than before. Of a row that is deleted none is.
fn fields(fields: &[Field], change: &Change, layout: &Layout) -> Vec<Json> {
    let Some(after) = &change.after else { return Vec::new() };
    let other = fields.iter().zip(after.iter()).enumerate().filter_map(|(at, (field, after))| {
        let before = change.before.as_ref().and_then(|before| before.get(at)).unwrap_or(&Value::Null);
        (before != after && !field.hidden).then(|| {
            let name = Json::text(field.name.clone());
            let (before, after) = (shown(field, before, layout), shown(field, after, layout));
            Json::object([("name", name), ("before", before), ("after", after)])
        })
    });
    other.collect()
}

/// A value as people see it, as much of it as a run shows of one; nothing if it is absent.
fn shown(field: &Field, value: &Value, layout: &Layout) -> Json {
    Json::text(match write(&field.ty, value, Audience::Wire) {
        Json::Null => return Json::Null,
        _ if is_masked(field, value, layout) => masked(&field.name),
        Json::Text(text) => shortened(&text),
        json => shortened(&json.to_string()),
    })
}

/// The id of a row as people see it.
fn told_id(table: Option<&Table>, id: &str) -> String {
    let marked = table.and_then(|of| of.resource.fields.get(of.resource.id)).filter(|id| id.pii);
    marked.map_or_else(|| id.to_owned(), |field| masked(&field.name))
}

/// Whether a value, or something inside of it, must not be shown: it is marked, or refers to a row whose id is.
fn is_masked(field: &Field, value: &Value, layout: &Layout) -> bool {
    let mut masked = is_marked(field);
    refer(layout, &field.ty, value, &mut |of, _| {
        masked |= !layout.tables.get(of).is_some_and(Table::tells_ids);
    });
    masked
}

/// What a dry run is answered.
pub(super) fn dry_run(walk: &Walk, work: &Work) -> DryRun {
    let shape = &walk.drawn().shape;
    let path = walk.trace().nodes().map(|node| shape.id(node).to_owned()).collect();
    let layout = work.layout();
    // Several changes of one row are one: from what it was to what it would be.
    let mut rows: Vec<(&Change, &Change)> = Vec::new();
    for change in work.changes() {
        match rows.iter_mut().find(|(first, _)| first.table == change.table && first.id == change.id) {
            Some((_, last)) => *last = change,
            None => rows.push((change, change)),
        }
    }
    // A row that is changed back is as it was, and so is one that was made and deleted.
    rows.retain(|(first, last)| first.before != last.after);
    let changes = rows.iter().map(|(first, last)| {
        let table = layout.tables.get(first.table);
        let fields = table.map(|table| table.resource.fields.as_slice()).unwrap_or_default();
        let name = table.map_or("", |table| table.name()).to_owned();
        let state = |row: &Option<Rc<Row>>| {
            row.as_ref().map_or(Json::Null, |row| write_fields(fields, row, Audience::Wire))
        };
        let (before, after) = (state(&first.before), state(&last.after));
        let id = Json::text(first.id.to_string());
        Json::object([("resource", Json::text(name)), ("id", id), ("before", before), ("after", after)])
    });
    DryRun { path, changes: Json::List(changes.collect()) }
}
