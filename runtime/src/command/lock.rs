//! One service on one SQLite file: a second would answer from rows that the first has already changed.

use crate::command::Failure;
use crate::store::link::Target;
use std::fs::{File, OpenOptions, TryLockError};

/// Held as long as the service runs; the system lets go of it however the process ends.
pub(crate) fn lock(target: &Target) -> Result<Option<File>, Failure> {
    let Some(path) = target.file() else { return Ok(None) };
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let failed = |error: std::io::Error| Failure::new(format!("cannot lock {}: {error}", path.display()));
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&name).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::Error(error)) => Err(failed(error)),
        Err(TryLockError::WouldBlock) => {
            Err(Failure::new(format!("another service runs on {}", path.display()))
                .fix("stop it, or give this one another file with `--database sqlite:FILE`"))
        }
    }
}
