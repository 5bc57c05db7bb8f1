//! What a call knows of the world: its time, its ids, its randomness. Fixed when the call begins, so that a call
//! that is run again does the same again.

use opwright_values::time::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// The world of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Env {
    /// The time of the call.
    pub now: Timestamp,
    /// Where its random numbers begin.
    pub seed: u64,
    drawn: u64,
    /// How many numbers were drawn before the body of the call began.
    begun: u64,
}

impl Env {
    /// A world of which everything is given: for tests, and for calls that are run again.
    pub fn fixed(now: Timestamp, seed: u64) -> Self {
        Self { now, seed, drawn: 0, begun: 0 }
    }

    /// The world as it is. The clock and the source of randomness are asked here and nowhere else.
    pub fn present() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        let seed = getrandom::u64()
            .unwrap_or_else(|_| u64::try_from(since.as_nanos() & u128::from(u64::MAX)).unwrap_or(0));
        Self::fixed(Timestamp::from_micros(micros), seed)
    }

    /// The body of the call begins here.
    pub(crate) fn begin(&mut self) {
        self.begun = self.drawn;
    }

    /// The same world, as it was when the body began: a call that is run again draws the same ids.
    #[must_use]
    pub(crate) fn again(self) -> Self {
        Self { drawn: self.begun, ..self }
    }

    /// A new id.
    pub fn new_id(&mut self, prefix: &str) -> String {
        let millis = u64::try_from(self.now.micros() / 1_000).unwrap_or(0);
        opwright_values::id::generate(prefix, millis, self.random())
    }

    /// The next random number (SplitMix64).
    fn random(&mut self) -> u64 {
        self.drawn = self.drawn.wrapping_add(1);
        let mut z = self.seed.wrapping_add(self.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
