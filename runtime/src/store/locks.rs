//! Locks of whole tables, on PostgreSQL: what a scan found stays all that there is to find.
//!
//! ```text
//! scans ticket               exclusive    nobody else writes tickets until the commit
//! writes ticket              shared       many write, while nobody scans
//! reads or writes rows       row locks    taken where they are fetched
//! ```
//!
//! They are advisory, of the transaction, taken first, and sorted, so two processes never wait for each other here.
//! A table that no writing operation scans needs none. On SQLite there is one writer.

use crate::store::unit::{Access, Plan};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Tells these locks apart from those of others on the same database.
const SPACE: i32 = 0x6f70_7772;

/// The statement that takes the locks of a batch; `None` if it needs none.
pub fn scan_locks(plan: &Plan, access: &Access) -> Option<String> {
    let mut locks: BTreeMap<i32, bool> = BTreeMap::new();
    for table in &access.writes {
        if plan.scanned.as_ref().is_none_or(|scanned| scanned.contains(table)) {
            locks.insert(number(plan, *table), false);
        }
    }
    for table in &access.scans {
        locks.insert(number(plan, *table), true);
    }
    let calls = locks.into_iter().map(|(number, exclusive)| {
        format!("pg_advisory_xact_lock{}({SPACE}, {number})", if exclusive { "" } else { "_shared" })
    });
    let calls: Vec<String> = calls.collect();
    if calls.is_empty() { None } else { Some(format!("SELECT {}", calls.join(", "))) }
}

/// From the name: two versions of a service may number their tables differently.
fn number(plan: &Plan, table: usize) -> i32 {
    let name = plan.layout.tables.get(table).map_or("", |table| table.name());
    let hash = Sha256::digest(name);
    hash.iter().take(4).fold(0, |number, byte| (number << 8) | i32::from(*byte))
}
