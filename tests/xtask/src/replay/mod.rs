//! Replays the cases of the shop over HTTP against the real service, and compares what comes back and what changed.
//!
//! ```text
//! db.json ──seed──▶ database ──copy a case──▶ service ◀── calls of the case
//!                                    └── rows that changed, from history ──▶ compared with `changed`
//! ```

mod compare;
mod seed;
mod server;
mod shapes;

use crate::Failed;
use crate::postgres::Postgres;
use crate::tools::{cargo, root, scratch};
use compare::difference;
use opwright_values::json::Json;
use server::{Database, Server};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const HELP: &str = "\
cargo xtask replay DIR: replay the cases of the shop in DIR over HTTP, and compare

DIR holds db.json and cases, one a line, in *.jsonl. Each case starts the real service on a copy of a database that was filled
from db.json; every call is compared with what the case expects of it, and every record that has changed, as the history
rows tell, with what should have changed. The exit code is 1 if anything differs.

  --database sqlite|postgres|both    (both)
  --case NAME                        only this case
  --verbose                          print every call and its answer
";

/// One case: calls, and what has changed afterwards.
struct Case {
    name: String,
    calls: Vec<Json>,
    changed: Json,
}

struct Options {
    folder: PathBuf,
    databases: Vec<&'static str>,
    case: Option<String>,
    verbose: bool,
}

/// `cargo xtask replay DIR`
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<bool, Failed> {
    let Some(options) = options(parser)? else {
        print!("{HELP}");
        return Ok(true);
    };
    all(&options)
}

/// Replays a folder on some databases; `false` if anything differs.
pub(crate) fn replay(folder: &Path, databases: &[&'static str]) -> Result<bool, Failed> {
    let (folder, databases) = (folder.to_path_buf(), databases.to_vec());
    all(&Options { folder, databases, case: None, verbose: false })
}

fn all(options: &Options) -> Result<bool, Failed> {
    let folder = &options.folder;
    let only = options.case.as_deref();
    if !cargo(&["build", "--quiet", "--package", "retail"], &[])? {
        return Err("the shop does not build".to_owned());
    }
    let db = parse(&folder.join("db.json"))?;
    let cases: Vec<Case> =
        cases(folder)?.into_iter().filter(|case| only.is_none_or(|only| case.name == only)).collect();
    if cases.is_empty() {
        return Err(format!("there is no such case in {}", folder.display()));
    }
    let scratch = scratch("replay")?;
    let rows = scratch.join("rows.json");
    std::fs::write(&rows, seed::rows(&db)?.to_string())
        .map_err(|error| format!("cannot write {}: {error}", rows.display()))?;
    let mut same = true;
    for kind in &options.databases {
        let postgres = if *kind == "postgres" { Some(Postgres::start()?) } else { None };
        let database = Database::seeded(kind, &scratch, postgres.as_ref(), &rows)?;
        same &= on(&database, &cases, &db, options.verbose)?;
    }
    Ok(same)
}

fn on(database: &Database<'_>, cases: &[Case], db: &Json, verbose: bool) -> Result<bool, Failed> {
    let (mut calls, mut refused, mut differences) = (0, 0, Vec::new());
    for case in cases {
        let server = database.server()?;
        let mut found = Vec::new();
        for (number, call) in case.calls.iter().enumerate() {
            calls += 1;
            refused += usize::from(call.get("error").is_some());
            if let Some(difference) = one(&server, call, verbose)? {
                found.push(format!("{} call {number}: {difference}", case.name));
            }
        }
        found.extend(
            changes(&server, case, db)?.into_iter().map(|difference| format!("{}: {difference}", case.name)),
        );
        server.stop()?;
        differences.extend(found);
    }
    for difference in &differences {
        println!("{difference}");
    }
    println!(
        "{}: {} differences in {} cases, {calls} calls, {refused} of them refused",
        database.kind(),
        differences.len(),
        cases.len()
    );
    Ok(differences.is_empty())
}

fn one(server: &Server, call: &Json, verbose: bool) -> Result<Option<String>, Failed> {
    let name = call.get("name").and_then(Json::as_text).ok_or("a call has no name")?;
    let arguments = call.get("arguments").ok_or("a call has no arguments")?;
    let (status, answer) = server.call(name, arguments)?;
    let shown = format!("{name} {arguments}");
    if verbose {
        println!("{shown}\n  {status} {answer}");
    }
    Ok(match (call.get("result"), status) {
        (Some(expected), 200) => {
            let found = shapes::result(name, answer.get("result").unwrap_or(&Json::Null))?;
            let expected =
                if name == "list_all_product_types" { shapes::inside(expected)? } else { expected.clone() };
            difference(&expected, &found, "").map(|difference| format!("{shown}: {difference}"))
        }
        (Some(_), _) => Some(format!("{shown}: refused with {status}: {answer}")),
        (None, 200) => Some(format!("{shown}: should be refused, gave {answer}")),
        (None, 404 | 409 | 422) if is_decided(&answer) => None,
        (None, _) => Some(format!("{shown}: broke with {status}: {answer}")),
    })
}

/// Whether the operation itself refused, not the door before it: there, every call would be refused.
fn is_decided(answer: &Json) -> bool {
    let node = answer.get("node").and_then(Json::as_text).unwrap_or_default();
    !node.is_empty() && !node.starts_with("identity") && !node.starts_with("permission")
}

/// The records that changed are those that should, and are as they should be. A record that was changed back is as it
/// was in `db.json`, which is then what is expected.
fn changes(server: &Server, case: &Case, db: &Json) -> Result<Vec<String>, Failed> {
    let mut differences = Vec::new();
    let expected = expected(&case.changed);
    let found = server.changed()?;
    let names: BTreeSet<&(String, String)> = expected.keys().chain(&found).collect();
    for key in names {
        let (kind, id) = key;
        let before = db.get(kind).and_then(|records| records.get(id)).cloned();
        match (expected.get(key).cloned().or(before), found.contains(key)) {
            (Some(record), true) => {
                let found = server.record(kind, id)?;
                differences.extend(
                    difference(&record, &found, "").map(|difference| format!("{kind} {id}: {difference}")),
                );
            }
            (Some(_), false) => differences.push(format!("{kind} {id} should have changed")),
            (None, _) => differences.push(format!("{kind} {id} is a new record")),
        }
    }
    Ok(differences)
}

fn expected(changed: &Json) -> BTreeMap<(String, String), Json> {
    let mut all = BTreeMap::new();
    let Json::Object(kinds) = changed else { return all };
    for (kind, records) in kinds {
        let Json::Object(records) = records else { continue };
        for (id, record) in records {
            all.insert((kind.to_string(), id.to_string()), record.clone());
        }
    }
    all
}

fn cases(folder: &Path) -> Result<Vec<Case>, Failed> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file)
            .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let json = Json::parse(line).map_err(|error| format!("{}: {error}", file.display()))?;
            let name = json.get("case").and_then(Json::as_text).unwrap_or("case").to_owned();
            let Some(Json::List(calls)) = json.get("calls") else {
                return Err(format!("{name} has no calls"));
            };
            let changed = json.get("changed").cloned().unwrap_or(Json::Object(Vec::new()));
            cases.push(Case { name, calls: calls.clone(), changed });
        }
    }
    Ok(cases)
}

fn parse(file: &Path) -> Result<Json, Failed> {
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    Json::parse(&text).map_err(|error| format!("{}: {error}", file.display()))
}

/// `None` asks for help.
fn options(parser: &mut lexopt::Parser) -> Result<Option<Options>, Failed> {
    let databases = vec!["sqlite", "postgres"];
    let mut options = Options { folder: PathBuf::new(), databases, case: None, verbose: false };
    let said = |error: lexopt::Error| error.to_string();
    while let Some(argument) = parser.next().map_err(said)? {
        match argument {
            lexopt::Arg::Long("database") => {
                let name = parser.value().map_err(said)?.to_string_lossy().into_owned();
                options.databases = match name.as_str() {
                    "sqlite" => vec!["sqlite"],
                    "postgres" => vec!["postgres"],
                    "both" => vec!["sqlite", "postgres"],
                    other => return Err(format!("`{other}` is no database: sqlite, postgres or both")),
                };
            }
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(None),
            lexopt::Arg::Long("verbose") => options.verbose = true,
            lexopt::Arg::Long("case") => {
                options.case = Some(parser.value().map_err(said)?.to_string_lossy().into_owned())
            }
            lexopt::Arg::Value(folder) if options.folder.as_os_str().is_empty() => {
                options.folder = PathBuf::from(folder)
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    if options.folder.as_os_str().is_empty() {
        return Err("say where the cases are: `cargo xtask replay DIR`".to_owned());
    }
    if !options.folder.is_absolute() {
        options.folder = std::env::current_dir().unwrap_or_else(|_| root()).join(&options.folder);
    }
    Ok(Some(options))
}
