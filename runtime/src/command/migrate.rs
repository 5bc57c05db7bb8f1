//! `migrate`: widens the tables to what this version needs; `--plan` only prints how.

use crate::command::{Context, Failure, say, tell};
use crate::schema::{NotReady, Wanted};
use crate::store::link::Link;

/// Runs the command.
pub(super) fn run(context: &Context, plan: bool) -> Result<(), Failure> {
    let wanted = Wanted::of(&context.schema);
    let mut link = Link::open(&context.target).map_err(|fault| context.unreachable(&fault))?;
    let done = if plan { wanted.plan(&mut link) } else { wanted.migrate(&mut link) };
    let migration = done.map_err(Failure::new)?;
    link.close();
    let database = context.target.shown();
    if migration.statements.is_empty() {
        tell(format_args!("{database} has all that this version needs; nothing to do"));
        return Ok(());
    }
    for statement in &migration.statements {
        say(format_args!("{statement};"));
    }
    // The SQL stands alone on stdout, so that it can be kept or piped.
    if plan {
        tell(format_args!("\n{database}: nothing was changed; `{} migrate` does it", context.program));
    } else {
        tell(format_args!("\n{database}: done, in one transaction"));
    }
    Ok(())
}

/// Says what to do about a database that does not fit.
pub(super) fn does_not_fit(context: &Context, error: NotReady) -> Failure {
    let place = format!("{}: {error}", context.target.shown());
    let NotReady::Misfits(_) = &error else { return Failure::new(place) };
    let plan = Link::open(&context.target)
        .map_err(NotReady::Fault)
        .and_then(|mut link| Wanted::of(&context.schema).plan(&mut link));
    match plan {
        Ok(_) => Failure::new(place).fix(&format!(
            "run `{0} migrate --plan` to see what is missing, and `{0} migrate` to add it",
            context.program
        )),
        Err(refused) => Failure::new(format!("{place}\n{refused}"))
            .fix("change the specs as said above, or start the version that fits this database"),
    }
}
