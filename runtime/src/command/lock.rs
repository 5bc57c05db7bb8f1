//! One service on one SQLite file: a second would answer from rows that the first has already changed.

use crate::command::Failure;
use crate::schema::alone::{self, Held};
use crate::store::link::Target;

/// Held as long as the service runs; the system lets go of it however the process ends.
pub(crate) fn lock(target: &Target) -> Result<Option<Held>, Failure> {
    let Some(path) = target.file() else { return Ok(None) };
    match alone::lock(path) {
        Ok(Some(held)) => Ok(Some(held)),
        Err(error) => Err(Failure::new(format!("cannot lock {}: {error}", path.display()))
            .fix("let this user write in the folder, or name another file with `--database sqlite:FILE`")),
        Ok(None) => Err(Failure::new(format!("another service runs on {}", path.display()))
            .fix("stop it, or give this one another file with `--database sqlite:FILE`")),
    }
}
