//! One service on one SQLite file: a second would answer from rows that the first has already changed.

use crate::command::{Context, Failure};
use crate::schema::alone::{self, Held};

/// Held as long as the service runs; the system lets go of it however the process ends.
pub(super) fn lock(context: &Context) -> Result<Option<Held>, Failure> {
    let Some(path) = context.target.file() else { return Ok(None) };
    let another = context.file(&"FILE");
    match alone::lock(path) {
        Ok(Some(held)) => Ok(Some(held)),
        Err(error) => Err(Failure::new(format!("cannot lock {}: {error}", path.display()))
            .fix(&format!("let this user write in the folder, or name another file with {another}"))),
        Ok(None) => Err(Failure::new(format!("another service runs on {}", path.display()))
            .fix(&format!("stop it, or give this one another file with {another}"))),
    }
}
