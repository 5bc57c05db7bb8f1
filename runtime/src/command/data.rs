//! `data`: many rows at once, through the store.

use crate::command::progress::Progress;
use crate::command::{Context, Failure, tell};
use crate::env::Env;
use crate::seed::{self, Clash, Seed, Set};
use crate::store::layout::Layout;
use crate::store::link::{Fault, Link};
use crate::store::once::once;
use crate::store::unit::Plan;
use opwright_values::json::Json;
use opwright_values::schema::Schema;
use opwright_values::suggest::closest;
use opwright_values::words::counted;
use std::path::Path;

/// The `data` documents of the service.
pub(super) fn sets(context: &Context) -> Result<Vec<Set>, Failure> {
    seed::sets(context.service).map_err(Failure::new)
}

/// `data load NAME`
pub(super) fn load(context: &Context, name: &str) -> Result<(), Failure> {
    let sets = sets(context)?;
    let names = || sets.iter().map(|set| set.name.as_str());
    if !names().any(|known| known == name) {
        let all = names().collect::<Vec<_>>().join("`, `");
        let fix = match closest(name, names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if all.is_empty() => {
                "the specs have none; `data import FILE` loads rows from JSON".to_owned()
            }
            None => format!("there are `{all}`"),
        };
        return Err(Failure::new(format!("the specs have no `data: {name}`")).fix(&fix));
    }
    let rows = sets.into_iter().find(|set| set.name == name).map(|set| set.rows).unwrap_or_default();
    write(context, context.open()?, rows, &format!("data_{name}"))?.close();
    Ok(())
}

/// `data import FILE`
pub(super) fn import(context: &Context, file: &Path) -> Result<(), Failure> {
    let place = file.display();
    let progress = Progress::new();
    progress.say(format_args!("{place} is read"));
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::new(format!("cannot read {place}: {error}")).fix(NAME_A_FILE))?;
    let json = Json::parse(&text).map_err(|error| {
        Failure::new(format!("{place} is not JSON: {error}")).fix(&shape(&context.schema))
    })?;
    let mut file = seed::File::of(&context.schema, &json, &mut Env::present());
    // What is wrong with the file is told, whatever is wrong with the database.
    let opened = context.open().and_then(|mut link| {
        let asked = file.ask(&mut link, &Layout::of(&context.schema), context.service.rules);
        asked.map_err(|fault| Failure::new(format!("nothing was written: {fault}")))?;
        Ok(link)
    });
    let rows = file.sound().map_err(|bad| {
        let there = "; where they are loaded already, there is nothing to do, and a deleted row keeps its id";
        let there = if bad.is_there { there } else { "" };
        let fix = format!("change these rows in the file; nothing was written{there}");
        Failure::new(format!("{place}: {bad}")).fix(&fix)
    })?;
    drop(progress);
    write(context, opened?, rows, "data_import")?.close();
    Ok(())
}

/// What to do where a file cannot be read.
const NAME_A_FILE: &str = "name a file of rows as JSON that can be read: `data import FILE`";

/// What such a file holds.
fn shape(schema: &Schema) -> String {
    let name = schema.resources.first().map_or("resource", |it| it.name.as_str());
    format!("the file holds lists of rows, by resource: {{ \"{name}\": [ {{ … }} ] }}")
}

/// Writes rows, and says so.
pub(super) fn write(context: &Context, link: Link, mut rows: Vec<Seed>, by: &str) -> Result<Link, Failure> {
    let count = rows.len();
    let progress = Progress::new();
    progress.say(format_args!("checking {}", counted(count, "row")));
    let layout = Layout::of(&context.schema);
    let now = Env::present().now;
    seed::settle(&context.schema, &mut rows, now);
    let broken = seed::broken(context.service.rules, &layout, &rows);
    let broken = broken.map_err(|fault| Failure::new(format!("nothing was written: {fault}")))?;
    if !broken.is_empty() {
        let fix = "change these rows, or the rule in the specs";
        return Err(Failure::new(format!("nothing was written: {}", broken.join("\n  "))).fix(fix));
    }
    let plan = Plan::new(layout, context.target.dialect());
    let layout = &plan.layout;
    let mut show = |done| progress.say(format_args!("{done} of {} written", counted(count, "row")));
    let written = once(link, &plan, |work| seed::write_telling(work, &rows, by, now.micros(), &mut show));
    drop(progress);
    let ((), link) = written.map_err(|fault| match fault {
        Fault::NotUnique(what) => taken(context, layout, &rows, &what),
        other => Failure::new(format!("nothing was written: {other}")),
    })?;
    tell(format_args!("{} written to {}", counted(count, "row"), context.target.shown()));
    Ok(link)
}

/// What to do about a row of which another one has a value: the row is named, so that it can be found in a file.
fn taken(context: &Context, layout: &Layout, rows: &[Seed], what: &str) -> Failure {
    let nothing = "nothing was written:";
    let Some(clash) = Clash::of(layout, what) else {
        return Failure::new(format!("{nothing} `{what}` is taken by another row, live or deleted"));
    };
    let said = clash.says(layout);
    // The connection on which it was found is gone.
    let first = context.open().ok().and_then(|mut link| {
        let first = clash.first(&mut link, layout, rows).ok().flatten();
        link.close();
        first
    });
    let row = first.map_or_else(String::new, |it| {
        let value = it.value.map(|value| format!(": {value}")).unwrap_or_default();
        format!(" (row {} of {}{value})", it.number, it.of)
    });
    let deleted = if clash.is_id(layout) { ", live or deleted" } else { "" };
    let fix = if clash.is_id(layout) {
        "if these rows are loaded already, there is nothing to do; otherwise load into an empty database, leave out what is \
         there already, or give the row another id: a deleted row keeps its id"
    } else {
        "give the row another value, or leave it out; if these rows are loaded already, there is nothing to do"
    };
    Failure::new(format!("{nothing} {said} is taken by another row{deleted}{row}")).fix(fix)
}
