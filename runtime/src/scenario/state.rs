//! What is in a database, and what differs between two moments: rows by id, with the rows that they own and that have none.

use crate::store::layout::{Layout, Row, Table};
use crate::store::link::{Fault, sql};
use crate::store::unit::Work;
use opwright_values::json::Json;
use opwright_values::scenario::{Changes, Emitted, RowChange};
use opwright_values::value::Value;
use opwright_values::write::{Audience, write};
use std::collections::{BTreeMap, BTreeSet};

/// The fields of a row by key on the wire: absent ones are left out, owned rows are lists.
type Fields = BTreeMap<String, Json>;

/// What is in a database.
#[derive(Debug, Default)]
pub(super) struct State {
    /// By table and id.
    rows: BTreeMap<usize, BTreeMap<String, Fields>>,
    /// By id.
    events: BTreeMap<String, Emitted>,
}

/// Rows by resource and id.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// All.
    pub(super) all: BTreeSet<(String, String)>,
    /// Those that were made.
    pub(super) new: BTreeSet<(String, String)>,
}

/// Reads all rows and events.
pub(super) fn read(work: &mut Work) -> Result<State, Fault> {
    let plan = work.plan();
    let mut state = State::default();
    for (at, table) in plan.layout.tables.iter().enumerate() {
        // It is read with its owner.
        if is_part(table) {
            continue;
        }
        let id = table.id_column();
        let text = format!(
            "SELECT \"{id}\" FROM \"{}\" WHERE \"_deleted_at\" IS NULL ORDER BY \"{id}\"",
            table.name()
        );
        let ids = work.find(&sql(text), &[at], Vec::new())?;
        let names: Vec<&str> = ids.iter().map(String::as_str).collect();
        work.load_many(at, &names)?;
        let mut rows = BTreeMap::new();
        for id in ids {
            if let Some(row) = work.load(at, &id)? {
                let fields = fields(work, &plan.layout, at, &row)?;
                rows.insert(id, fields);
            }
        }
        state.rows.insert(at, rows);
    }
    let events = work.query(&sql("SELECT \"id\", \"name\", \"data\" FROM \"_event\""), Vec::new())?;
    for row in events {
        let text = |at: usize| row.get(at).and_then(|cell| cell.text()).unwrap_or("");
        let with =
            Json::parse(text(2)).map_err(|error| Fault::Other(format!("an event is no JSON: {error}")))?;
        state.events.insert(text(0).to_owned(), Emitted { event: text(1).to_owned(), with });
    }
    Ok(state)
}

/// Whether the rows of a table are parts of others and have no id.
fn is_part(table: &Table) -> bool {
    table.owner.is_some() && hides_id(table)
}

fn hides_id(table: &Table) -> bool {
    table.resource.fields.get(table.resource.id).is_some_and(|id| id.hidden)
}

fn fields(work: &mut Work, layout: &Layout, table: usize, row: &Row) -> Result<Fields, Fault> {
    let shape = layout.table(table)?;
    let resource = &shape.resource;
    // The owner of a row without id is where the row stands; an id that nobody sees is nothing that could be expected.
    let owner_unseen = match shape.owner {
        Some((owner, _)) => is_part(shape) || hides_id(layout.table(owner)?),
        None => false,
    };
    let mut fields = Fields::new();
    for (at, (field, value)) in resource.fields.iter().zip(row).enumerate() {
        let unseen = at == resource.id && field.hidden || Some(at) == resource.owner && owner_unseen;
        if !unseen && *value != Value::Null {
            fields.insert(field.key.clone(), write(&field.ty, value, Audience::Store));
        }
    }
    let Some(Value::Text(id)) = row.get(resource.id) else { return Ok(fields) };
    for (at, collection) in resource.collections.iter().enumerate() {
        if !(collection.holds_all_owned() && is_part(layout.table(collection.of)?)) {
            continue;
        }
        let mut rows = Vec::new();
        for owned in work.list(table, at, id)?.iter() {
            if let Some(row) = work.load(collection.of, owned)? {
                rows.push(Json::object(self::fields(work, layout, collection.of, &row)?));
            }
        }
        fields.insert(collection.name.clone(), Json::List(rows));
    }
    Ok(fields)
}

impl State {
    /// What has changed since.
    pub(super) fn changes(&self, before: &State, layout: &Layout) -> Changes {
        let mut changes = Changes::new();
        for (at, table) in layout.tables.iter().enumerate() {
            let none = BTreeMap::new();
            let (was, is) = (before.rows.get(&at).unwrap_or(&none), self.rows.get(&at).unwrap_or(&none));
            let ids: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
            let changed = ids.into_iter().filter_map(|id| {
                let change = change(was.get(id), is.get(id), table.id_column())?;
                Some((id.clone(), change))
            });
            let changed: BTreeMap<String, RowChange> = changed.collect();
            if !changed.is_empty() {
                changes.insert(table.name().to_owned(), changed);
            }
        }
        changes
    }

    /// What rows there are, and which of them were not there before.
    pub(super) fn rows(&self, before: &State, layout: &Layout) -> Rows {
        let mut rows = Rows::default();
        for (at, table) in layout.tables.iter().enumerate() {
            let was = before.rows.get(&at);
            for id in self.rows.get(&at).into_iter().flat_map(BTreeMap::keys) {
                let row = (table.name().to_owned(), id.clone());
                if was.is_none_or(|was| !was.contains_key(id)) {
                    rows.new.insert(row.clone());
                }
                rows.all.insert(row);
            }
        }
        rows
    }

    /// The events that were told since.
    pub(super) fn emitted(&self, before: &State) -> Vec<Emitted> {
        let new = self.events.iter().filter(|(id, _)| !before.events.contains_key(*id));
        new.map(|(_, event)| event.clone()).collect()
    }
}

fn change(was: Option<&Fields>, is: Option<&Fields>, id: &str) -> Option<RowChange> {
    let Some(is) = is else { return Some(RowChange::Deleted) };
    let nothing = Fields::new();
    let before = was.unwrap_or(&nothing);
    let keys: BTreeSet<&String> = before.keys().chain(is.keys()).filter(|key| *key != id).collect();
    let value = |fields: &Fields, key: &String| fields.get(key).cloned().unwrap_or(Json::Null);
    let changed = keys.into_iter().filter_map(|key| {
        let (was, is) = (value(before, key), value(is, key));
        // A new row owns nothing yet.
        let empty = was == Json::Null && is == Json::List(Vec::new());
        (was != is && !empty).then(|| (key.clone(), is))
    });
    let changed: Fields = changed.collect();
    (was.is_none() || !changed.is_empty()).then_some(RowChange::Fields(changed))
}
