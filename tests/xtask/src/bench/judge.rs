//! Medians, ratios, and what is asked of them.

use super::load::Round;

/// How often the hand-written service's figure the generated one has to reach.
pub(super) fn wanted(database: &str, work: &str) -> f64 {
    match (database, work) {
        ("sqlite", "write") => 3.0,
        ("postgres", "write") => 0.8,
        _ => 1.0,
    }
}

/// What was measured of one kind of work on one database.
pub(super) struct Pair {
    pub(super) database: &'static str,
    pub(super) work: &'static str,
    /// The pool of the hand-written service that measured best.
    pub(super) pool: u32,
    pub(super) baseline: Vec<Round>,
    pub(super) generated: Vec<Round>,
}

impl Pair {
    /// The generated service's median rate, as a multiple of the hand-written one's.
    pub(super) fn ratio(&self) -> f64 {
        let baseline = median(self.baseline.iter().map(|round| round.rate).collect());
        if baseline > 0.0 {
            median(self.generated.iter().map(|round| round.rate).collect()) / baseline
        } else {
            0.0
        }
    }

    /// A call that was not answered with 200 spoils the figure.
    pub(super) fn failed(&self) -> u64 {
        self.baseline.iter().chain(&self.generated).map(|round| round.failed).sum()
    }

    /// Whether the figure is as asked.
    pub(super) fn good(&self) -> bool {
        self.failed() == 0 && self.ratio() >= wanted(self.database, self.work)
    }

    /// The figure in a line.
    pub(super) fn shown(&self) -> String {
        let (baseline, generated) = (middle(&self.baseline), middle(&self.generated));
        let said = match (self.good(), self.failed()) {
            (true, _) => "good".to_owned(),
            (false, 0) => "TOO LOW".to_owned(),
            (false, failed) => format!("{failed} CALLS FAILED"),
        };
        let ms = |micros: f64| micros / 1000.0;
        format!(
            "{:<9} {:<6} {:>9.0}/s {:>6.1} {:>6.1} ms {:>9.0}/s {:>6.1} {:>6.1} ms {:>7.2} x  asked {:.1} x  {said}",
            self.database,
            self.work,
            baseline.rate,
            ms(baseline.p50),
            ms(baseline.p99),
            generated.rate,
            ms(generated.p50),
            ms(generated.p99),
            self.ratio(),
            wanted(self.database, self.work),
        )
    }
}

/// The medians of some rounds, each figure for itself.
struct Middle {
    rate: f64,
    p50: f64,
    p99: f64,
}

fn middle(rounds: &[Round]) -> Middle {
    let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure).collect());
    Middle { rate: of(|round| round.rate), p50: of(|round| round.p50_us), p99: of(|round| round.p99_us) }
}

/// The middle one; of an even number, the mean of the two in the middle.
pub(super) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let half = figures.len() / 2;
    let at = |index: usize| figures.get(index).copied().unwrap_or(0.0);
    match figures.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => at(half),
        _ => f64::midpoint(at(half - 1), at(half)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(rates: &[f64], failed: u64) -> Vec<Round> {
        rates.iter().map(|rate| Round { rate: *rate, p50_us: 1.0, p99_us: 2.0, failed }).collect()
    }

    #[test]
    fn medians() {
        assert_eq!((median(vec![]), median(vec![3.0, 1.0, 2.0]), median(vec![1.0, 3.0])), (0.0, 2.0, 2.0));
    }

    #[test]
    fn a_figure_is_as_asked_or_not() {
        let pair = |generated: &[f64], failed| Pair {
            database: "sqlite",
            work: "write",
            pool: 1,
            baseline: rounds(&[100.0, 90.0, 5000.0], 0),
            generated: rounds(generated, failed),
        };
        assert!(pair(&[300.0, 300.0, 1.0], 0).good());
        assert!(!pair(&[299.0, 299.0, 9000.0], 0).good());
        assert!(!pair(&[900.0, 900.0, 900.0], 1).good());
    }
}
