//! How long calls took: counted in steps of 10 µs, so that a million of them need no list.

/// Steps of [`STEP_US`]; what takes longer than all of them is counted in the last one.
const STEPS: usize = 200_000;
const STEP_US: u64 = 10;

/// How often which time was taken.
pub struct Times {
    counts: Vec<u32>,
    total: u64,
}

impl Times {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self { counts: vec![0; STEPS], total: 0 }
    }

    /// Counts one call.
    pub fn add(&mut self, micros: u64) {
        let step = usize::try_from(micros / STEP_US).unwrap_or(STEPS).min(STEPS - 1);
        if let Some(count) = self.counts.get_mut(step) {
            *count += 1;
            self.total += 1;
        }
    }

    /// Counts what another has counted.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.total += other.total;
    }

    /// How many calls were counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The time within which this part of a hundred was answered, in µs.
    pub fn percentile(&self, part: u64) -> u64 {
        let wanted = (self.total * part).div_ceil(100).max(1);
        let mut seen = 0;
        for (step, count) in (0..).zip(&self.counts) {
            seen += u64::from(*count);
            if seen >= wanted {
                return step * STEP_US;
            }
        }
        0
    }
}

impl Default for Times {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_hundred() {
        let mut times = Times::new();
        assert_eq!(times.percentile(50), 0);
        (1..=100).for_each(|at| times.add(at * 1000));
        assert_eq!((times.total(), times.percentile(50), times.percentile(99)), (100, 50_000, 99_000));
        times.add(u64::MAX);
        assert_eq!(times.percentile(100), (STEPS as u64 - 1) * STEP_US);
    }
}
