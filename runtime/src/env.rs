//! What a call knows of the world: its time, its ids, its randomness. Fixed when the call begins, so that a call
//! that is run again does the same again.

use opwright_values::time::{CLOCK, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

/// The world of one call.
#[derive(Debug, Clone)]
pub struct Env {
    /// The time of the call.
    pub now: Timestamp,
    /// Where its random numbers begin.
    pub seed: u64,
    drawn: u64,
    /// How many numbers were drawn before the body of the call began.
    begun: u64,
    /// Where the ids of rows are counted, in a world that is made up.
    counted: Option<Counted>,
}

/// How many ids were made with each prefix.
type Made = BTreeMap<String, u64>;

/// Ids that are counted, by all calls of a made-up world.
#[derive(Debug, Clone, Default)]
struct Counted {
    made: Arc<Mutex<Made>>,
    /// As it was when the body of the call began.
    begun: Made,
}

/// A made-up world for some calls, one after another: the same time in each, and the ids of new rows are
/// `<prefix>_new1`, `<prefix>_new2`, …, so that what happens can be written down before.
#[derive(Debug, Clone)]
pub struct World {
    /// Who makes the world of each call, if somebody does.
    each: Option<fn() -> Env>,
    now: Timestamp,
    counted: Counted,
    calls: Arc<Mutex<u64>>,
}

impl World {
    /// A world with a time.
    pub fn at(now: Timestamp) -> Self {
        Self { each: None, now, counted: Counted::default(), calls: Arc::default() }
    }

    /// A world that is made anew for each call.
    pub fn each(env: fn() -> Env) -> Self {
        Self { each: Some(env), ..Self::at(Timestamp::from_micros(0)) }
    }

    /// The world of the next call.
    pub fn env(&self) -> Env {
        if let Some(each) = self.each {
            return each();
        }
        let mut calls = self.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *calls += 1;
        Env { counted: Some(self.counted.clone()), ..Env::fixed(self.now, *calls) }
    }
}

impl Counted {
    fn next(&self, prefix: &str) -> String {
        let mut made = self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let count = made.entry(prefix.to_owned()).or_default();
        *count += 1;
        format!("{prefix}_new{count}")
    }

    fn now(&self) -> Made {
        self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn again(&self) {
        let mut made = self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        made.clone_from(&self.begun);
    }
}

impl Env {
    /// A world of which everything is given: for tests, and for calls that are run again.
    pub fn fixed(now: Timestamp, seed: u64) -> Self {
        Self { now, seed, drawn: 0, begun: 0, counted: None }
    }

    /// The world as it is. The clock and the source of randomness are asked here and nowhere else.
    pub fn present() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        // A clock that is far off shows the last moment that one may show: what is computed with it rests on that.
        let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX).min(*CLOCK.end());
        let seed = getrandom::u64()
            .unwrap_or_else(|_| u64::try_from(since.as_nanos() & u128::from(u64::MAX)).unwrap_or(0));
        Self::fixed(Timestamp::from_micros(micros), seed)
    }

    /// The body of the call begins here.
    pub(crate) fn begin(&mut self) {
        self.begun = self.drawn;
        if let Some(counted) = &mut self.counted {
            counted.begun = counted.now();
        }
    }

    /// The same world, as it was when the body began: a call that is run again draws the same ids.
    #[must_use]
    pub(crate) fn again(self) -> Self {
        if let Some(counted) = &self.counted {
            counted.again();
        }
        Self { drawn: self.begun, ..self }
    }

    /// The id of a new row.
    pub fn new_id(&mut self, prefix: &str) -> String {
        match &self.counted {
            Some(counted) => counted.next(prefix),
            None => self.fact_id(prefix),
        }
    }

    /// The id of a fact, such as a run or an event: facts are never counted, for they are not rows.
    pub fn fact_id(&mut self, prefix: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_world_counts_what_its_calls_make() {
        let world = World::at(Timestamp::from_micros(1_767_225_600_000_000));
        let mut first = world.env();
        let run = first.fact_id("run");
        first.begin();
        assert_eq!(
            [first.new_id("cus"), first.new_id("tic"), first.new_id("cus")],
            ["cus_new1", "tic_new1", "cus_new2"]
        );
        // Its body is run again, and makes the same.
        let mut again = first.again();
        assert_eq!([again.new_id("cus"), again.new_id("cus")], ["cus_new1", "cus_new2"]);
        let mut second = world.env();
        assert_ne!(second.fact_id("run"), run);
        second.begin();
        assert_eq!([second.new_id("cus"), second.new_id("tic")], ["cus_new3", "tic_new1"]);
    }
}
