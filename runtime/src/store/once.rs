//! One transaction of a command, beside a service that may be running.

use crate::store::link::{Dialect, Fault, Link, sql};
use crate::store::locks::scan_locks;
use crate::store::unit::{Access, Plan, Work};
use std::sync::Arc;

/// Does something with a unit of work and commits it. After an error nothing of it is kept, and the connection is
/// gone.
pub fn once<T>(
    mut link: Link,
    plan: &Arc<Plan>,
    ask: impl FnOnce(&mut Work) -> Result<T, Fault>,
) -> Result<(T, Link), Fault> {
    // Which also means that nobody is waited for with half of it done.
    link.run(if link.dialect() == Dialect::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
    // Nobody changes the tables from here on.
    link.ask_again()?;
    let access = Access { writes: (0..plan.layout.tables.len()).collect(), ..Access::default() };
    if link.dialect() == Dialect::Postgres
        && let Some(text) = scan_locks(plan, &access)
    {
        link.run_sql(sql(text))?;
    }
    let mut work = Work::new(link, Arc::clone(plan), access, true, false);
    let result = ask(&mut work)?;
    work.flush()?;
    let mut link = work.into_link();
    link.run("COMMIT")?;
    Ok((result, link))
}
