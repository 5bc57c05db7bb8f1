//! `check --exits`: the ways to end that neither a scenario shows nor a list beside the specs gives a reason for.
//!
//! ```text
//! pay rules.open!not_open: nobody can close a basket yet      a line of unseen.txt
//! ```

use crate::specs::{Form, fail};
use opwright_codegen::exits::{End, Ends, REASON, Unclear, ends, lack, listed, unread};
use opwright_codegen::model::Model;
use opwright_codegen::source::Sources;
use opwright_values::json::Json;
use opwright_values::words::counted;
use std::collections::BTreeSet;
use std::path::Path;

/// The list of ends that no scenario shows, with the reason, beside the specs.
const LIST: &str = "unseen.txt";

/// What to do about an end that nothing shows.
const FIX: &str =
    "write a scenario for each, or put its line into unseen.txt with the reason instead of `<reason>`";

/// Says which ways to end have neither a scenario nor a reason; whether there is none.
pub(crate) fn say(model: &Model, sources: &Sources, folder: &Path, form: Form) -> bool {
    let ends = ends(model);
    let list = match std::fs::read_to_string(folder.join(LIST)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            fail(&format!("{LIST}: {error}"), "this list is a text beside the specs", form);
            return false;
        }
        list => list.unwrap_or_default(),
    };
    let mut known: BTreeSet<&str> = listed(&list).into_iter().map(|(end, _)| end).collect();
    let all_known = known.len();
    let is_new = |end: &&End| !known.remove(format!("{} {}", end.operation, end.node).as_str());
    let new: Vec<&End> = ends.unseen.iter().filter(is_new).collect();
    let unread = unread(&list);
    // What is listed for nothing would hide that end, should it come back.
    let good = new.is_empty() && unread.is_empty() && known.is_empty();
    match form {
        Form::Text => {
            told(&ends, &new, all_known - known.len());
            for unclear in showing(&ends.unclear, &new) {
                println!("  fix: {}", unclear.help(&sources.shown(&unclear.place)));
            }
        }
        Form::Json => new.iter().for_each(|end| println!("{}", object(end, &ends.unclear))),
    }
    for (number, line) in unread {
        let said = format!("{LIST}:{number}: {}: {line}", lack(line));
        fail(&said, "write `operation node!code: why no scenario shows it`", form);
    }
    for end in known {
        let is_seen = ends.seen.iter().any(|it| format!("{} {}", it.operation, it.node) == end);
        let operation = end.split(' ').next().unwrap_or("");
        let why = if is_seen {
            "a scenario shows that end".to_owned()
        } else {
            format!("no call of `{operation}` can end there")
        };
        fail(&format!("{LIST} lists `{end}`, and {why}"), "remove the line", form);
    }
    match form {
        Form::Json if !new.is_empty() => {
            let have = have(new.len());
            let said = format!(
                "{} of {} {have} neither a scenario nor a reason",
                new.len(),
                counted(ends.count(), "way to end")
            );
            fail(&said, FIX, form);
        }
        Form::Text | Form::Json => {}
    }
    good
}

/// What may show one of these ends, and does not say so.
fn showing<'u>(unclear: &'u [Unclear], ends: &[&End]) -> impl Iterator<Item = &'u Unclear> {
    unclear.iter().filter(move |it| ends.iter().any(|end| it.may_show(end)))
}

/// An end that nothing shows, for programs.
fn object(end: &End, unclear: &[Unclear]) -> Json {
    let text = |text: &str| Json::text(text.to_owned());
    let mut keys =
        vec![("level", text("error")), ("operation", text(&end.operation)), ("exit", text(&end.node))];
    let help: Vec<Json> = showing(unclear, &[end]).map(|it| Json::text(it.help(&it.place))).collect();
    if !help.is_empty() {
        keys.push(("help", Json::List(help)));
    }
    Json::object(keys)
}

fn have(count: usize) -> &'static str {
    if count == 1 { "has" } else { "have" }
}

/// Tells people; the lines are such as the list has them.
fn told(ends: &Ends, new: &[&End], known: usize) {
    for end in new {
        println!("{} {}: {REASON}", end.operation, end.node);
    }
    let (have, ways) = (have(new.len()), counted(ends.count(), "way to end"));
    match (new.len(), known) {
        (0, 0) => println!("each of the {ways} has a scenario"),
        (0, known) => {
            println!("each of the {ways} has a scenario, or is one of {known} in {LIST}");
        }
        (unseen, 0) => println!("\n{unseen} of {ways} {have} no scenario\n  fix: {FIX}"),
        (unseen, known) => println!(
            "\n{unseen} of {ways} {have} no scenario, besides {known} that {LIST} lists\n  fix: {FIX}"
        ),
    }
}
