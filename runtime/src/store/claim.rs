//! Who has a call: the lane that runs it, or the caller who no longer waits. One of them, never both.
//!
//! ```text
//! queued ─┬─ begin ────▶ begun       the lane has it: it is run to its end
//!         └─ withdraw ─▶ withdrawn   its time is over: it is never run
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const QUEUED: u8 = 0;
const BEGUN: u8 = 1;
const WITHDRAWN: u8 = 2;

/// A call's claim, shared by its lane and its caller.
#[derive(Debug, Clone, Default)]
pub struct Claim(Arc<AtomicU8>);

impl Claim {
    /// The lane takes the call; `false` if it was withdrawn. It may be taken again, to be run again.
    pub fn begin(&self) -> bool {
        self.change(BEGUN) != WITHDRAWN
    }

    /// The caller takes the call back; `false` if it has begun, so that nobody knows yet how it ends.
    pub fn withdraw(&self) -> bool {
        self.change(WITHDRAWN) != BEGUN
    }

    /// What it is afterwards.
    fn change(&self, to: u8) -> u8 {
        match self.0.compare_exchange(QUEUED, to, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => to,
            Err(known) => known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Claim;

    #[test]
    fn one_of_them_has_it() {
        let begun = Claim::default();
        assert!(begun.begin() && begun.begin() && !begun.withdraw());
        let withdrawn = Claim::default();
        assert!(withdrawn.withdraw() && withdrawn.withdraw() && !withdrawn.begin());
    }
}
