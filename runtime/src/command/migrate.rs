//! `migrate`: changes the tables to what this version needs; `--plan` only asks and prints.

use crate::command::progress::Progress;
use crate::command::{Context, Failure, say, tell};
use crate::schema::{Migration, NotReady, REFUSED, Refused, Rows, made};
use crate::store::link::Link;
use opwright_values::json::Json;
use opwright_values::words::counted;

/// What is good to know of a version that brings nothing new.
const LOOKS_OLDER: &str =
    "if this is an older version than the one that migrated last, start that one instead";

/// The same once it has migrated.
const WAS_OLDER: &str = "if this is an older version than the one that migrated last, the `migrate --back` of that one changes this back";

/// How the command is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Options {
    /// Only print.
    pub(crate) plan: bool,
    /// Whether what a newer version has changed is changed back.
    pub(crate) back: bool,
    /// Whether the SQL is printed that makes the tables of an empty database.
    pub(crate) sql: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, options: Options) -> Result<(), Failure> {
    let Options { plan, back, sql } = options;
    if plan {
        context.is_there()?;
    }
    let wanted = if back { context.wanted().back() } else { context.wanted() };
    let mut link = Link::open(&context.target).map_err(|fault| context.unreachable(&fault))?;
    let progress = Progress::new();
    let mut show = |what: &str, rows: Option<usize>| match rows {
        Some(rows) => progress.say(format_args!("{what}: {} looked at", counted(rows, "row"))),
        None => progress.say(what),
    };
    let done = if plan {
        wanted.plan_telling(&mut link, &mut show)
    } else {
        wanted.migrate_telling(&mut link, &mut show)
    };
    drop(progress);
    let migration = done.map_err(|error| not_done(context, &error))?;
    link.close();
    let database = context.target.shown();
    let kept: Vec<String> = migration.kept.iter().map(|it| it.says(!plan)).collect();
    if context.json {
        say(serde_json::json!({
            "database": database.to_string(),
            "checked": migration.checked.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "statements": migration.statements,
            "made": migration.made,
            "alone": migration.alone.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "kept": kept,
            "unknown": migration.unknown,
            "lacks": migration.lacks,
            "done": !plan,
        }));
        return Ok(());
    }
    if migration.nothing {
        tell(format_args!("{database} has all that this version needs; nothing to do"));
        return Ok(());
    }
    if migration.made.is_empty() || sql {
        statements(&migration);
    } else {
        tables(&migration, plan);
    }
    for change in &migration.alone {
        let alone = if plan { "stop every service first" } else { "no service of another version beside it" };
        tell(format_args!("{alone}: {change}"));
    }
    for more in kept.iter().chain(&migration.unknown) {
        tell(more);
    }
    if !migration.lacks.is_empty() {
        tell(
            "this version brings no table, field or value that is not there, and lacks what the version that migrated last has:",
        );
        for lacks in &migration.lacks {
            tell(format_args!("  {lacks}"));
        }
        tell(if plan { LOOKS_OLDER } else { WAS_OLDER });
    }
    if plan {
        let stop = if migration.alone.is_empty() { "" } else { "while no service of this database runs, " };
        let migrate = context.command(if back { "migrate --back" } else { "migrate" });
        tell(format_args!("\n{database}: nothing was changed; {stop}{migrate} does it"));
    } else {
        tell(format_args!("\n{database}: done, in one transaction"));
    }
    Ok(())
}

/// Writes what was asked and is done as SQL to stdout, so that it can be kept or piped; what is good to know besides
/// goes to stderr.
fn statements(migration: &Migration) {
    for checked in &migration.checked {
        say(format_args!("-- checked: {checked}"));
    }
    for statement in &migration.statements {
        // What is no statement is a comment to its end.
        let end = if statement.starts_with("--") { "" } else { ";" };
        say(format_args!("{statement}{end}"));
    }
    if migration.statements.is_empty() {
        say("-- no statement: what may stand in the tables is kept in `_schema`");
    }
}

/// Writes which tables an empty database gets: what differs is nothing, so that the SQL tells a newcomer little.
fn tables(migration: &Migration, plan: bool) {
    let count = made::count(&migration.made);
    say(if plan {
        format!("{count} to be made: the database is empty (`--sql` prints the statements)")
    } else {
        format!("{count} made")
    });
    for table in &migration.made {
        say(format_args!("  {table}"));
    }
}

/// Why nothing was done: for programs apart from what to do, and from the rows that are in the way.
fn not_done(context: &Context, error: &NotReady) -> Failure {
    let (what, fix, rows) = match error {
        NotReady::Refused(refused) => apart(refused),
        _ => (error.to_string(), fix_of(context, error), Vec::new()),
    };
    let json = Json::present([
        ("error", Json::text(what)),
        ("fix", fix.map_or(Json::Null, Json::text)),
        ("rows_in_the_way", Json::List(rows)),
    ]);
    failed(context, error, error.to_string()).with_json(json)
}

/// What is wrong, what to do about it, and the rows that are in the way.
fn apart(refused: &[Refused]) -> (String, Option<String>, Vec<Json>) {
    let said = |part: fn(&Refused) -> String| -> Vec<String> {
        refused.iter().map(|it| format!("{}: {}", it.place, part(it))).collect()
    };
    let (what, mut fixes) = (said(|it| it.what.clone()), said(|it| it.ways.join("; or ")));
    fixes.dedup();
    let rows = refused.iter().filter_map(|it| it.rows.as_ref()).map(rows).collect();
    (format!("{REFUSED}\n  {}", what.join("\n  ")), Some(fixes.join("\n")), rows)
}

/// What happened, in these words, and what to do about it.
fn failed(context: &Context, error: &NotReady, said: String) -> Failure {
    match fix_of(context, error) {
        Some(fix) => Failure::new(said).fix(&fix),
        None => Failure::new(said),
    }
}

/// What to do, with commands as this program takes them.
fn fix_of(context: &Context, error: &NotReady) -> Option<String> {
    error.fix().map(|fix| fix.said(|words| context.command(words)))
}

fn rows(rows: &Rows) -> Json {
    let list = |texts: &[String]| Json::List(texts.iter().cloned().map(Json::text).collect());
    Json::present([
        ("table", Json::text(rows.table.clone())),
        ("columns", list(&rows.columns)),
        ("count", Json::Number(rows.count.to_string().into())),
        ("ids", list(&rows.ids)),
    ])
}

/// Says what to do about a database that does not fit.
pub(super) fn does_not_fit(context: &Context, error: NotReady) -> Failure {
    let place = format!("{}: {error}", context.target.shown());
    let NotReady::Misfits(_) = &error else { return failed(context, &error, place) };
    let plan = Link::open(&context.target)
        .map_err(NotReady::Fault)
        .and_then(|mut link| context.wanted().plan(&mut link));
    match plan {
        Ok(migration) => {
            let older = if migration.lacks.is_empty() { String::new() } else { format!("; {LOOKS_OLDER}") };
            Failure::new(place).fix(&format!(
                "run {} to see what would be done, and {} to do it{older}",
                context.command("migrate --plan"),
                context.command("migrate")
            ))
        }
        // What does not fit is what has changed: it is said once.
        Err(older @ NotReady::Older(..)) => {
            let NotReady::Older(changes, _) = &older else { return failed(context, &older, place) };
            let changes: String = changes.iter().map(|it| format!("\n  {it}")).collect();
            let shown = context.target.shown();
            let said = format!(
                "{shown}: the database does not fit this service: a version of it that came later has changed these tables{changes}"
            );
            failed(context, &older, said)
        }
        Err(NotReady::Refused(refused)) => {
            let refused: String = refused.iter().map(|it| format!("\n  {it}")).collect();
            Failure::new(format!("{place}\nand `migrate` could not change that as it is:{refused}")).fix(
                "change the specs or the rows as said above, or start the version that fits this database",
            )
        }
        Err(other) => Failure::new(format!("{place}\n{other}"))
            .fix("change the specs or the rows as said above, or start the version that fits this database"),
    }
}
