//! `verify`: whether the rows are as the gateway left them.

use crate::command::paint::{Colour, paint};
use crate::command::progress::Progress;
use crate::command::{Context, Failure, say};
use crate::store::layout::Layout;
use crate::verify;
use opwright_values::words::counted;

/// Runs the command.
pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let mut link = context.open()?;
    let older = context.wanted().is_older(&mut link).map_err(Failure::new)?;
    let layout = Layout::of(&context.schema);
    let progress = Progress::new();
    let mut tell =
        |resource: &str, rows| progress.say(format_args!("{resource}: {} looked at", counted(rows, "row")));
    let report = verify::verify_telling(&mut link, &layout, context.service.rules, &mut tell)
        .map_err(|fault| Failure::new(format!("{} cannot be read: {fault}", context.target.shown())))?;
    link.close();
    drop(progress);
    if context.json {
        say(serde_json::json!({
            "database": context.target.shown().to_string(),
            "rows": report.rows,
            "changes": report.changes,
            "found": report.found,
            "findings": report.findings,
            "newer_version_migrated": older,
        }));
    } else {
        report.findings.iter().for_each(say);
    }
    let looked = format!(
        "{}: {} and {} of {}",
        context.target.shown(),
        counted(report.rows, "row"),
        counted(report.changes, "change"),
        counted(layout.tables.len(), "resource")
    );
    if report.found == 0 {
        if !context.json {
            let good = paint(Colour::Green, "all as the gateway left them");
            say(format_args!("{looked}, {good}"));
        }
        return Ok(());
    }
    let more = report.found - report.findings.len();
    let more = if more > 0 { format!(" (the last {more} are not shown)") } else { String::new() };
    let faults = counted(report.found, "fault");
    let fix = if older {
        "a newer version of this service has migrated this database, and may have written these rows: run the `verify` of the newest \
         one; what that finds too, somebody wrote by another way"
    } else {
        "somebody wrote to the database by another way; mend these rows by operations, or load a backup"
    };
    let failure = Failure::new(format!("{looked}, {faults}{more}")).fix(fix);
    Err(if context.json { failure.written() } else { failure })
}
