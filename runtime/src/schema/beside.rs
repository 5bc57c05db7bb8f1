//! A service whose database is changed meanwhile. Each of its connections is asked before it is used: one that was lost
//! shared no lock any more, so the tables may be others since.
//!
//! ```text
//! a new connection ─▶ shares the lock ─▶ `_schema` as it was? ─▶ used
//!                                          └─ another number ─▶ does it fit still? ─▶ used, or the service is outdated
//! ```

use crate::schema::{NotReady, Wanted, alone, state};
use crate::store::link::{Fault, Link, Welcome};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// No migration has this number.
const UNKNOWN: i64 = -1;

impl Wanted {
    /// What each connection of a service is asked before it is used.
    pub fn welcome(self) -> Welcome {
        let fits = AtomicI64::new(UNKNOWN);
        Arc::new(move |link| {
            alone::share(link)?;
            // Tables that were made in another way than by a migration have no number, and nobody changes them.
            let Some(number) = state::number(link)? else { return Ok(()) };
            if fits.load(Ordering::Relaxed) != number {
                self.still_fits(link)?;
                fits.store(number, Ordering::Relaxed);
            }
            Ok(())
        })
    }

    fn still_fits(&self, link: &mut Link) -> Result<(), Fault> {
        self.fits(link).map_err(|error| match error {
            NotReady::Fault(fault) => fault,
            other => Fault::Outdated(other.to_string()),
        })
    }
}
