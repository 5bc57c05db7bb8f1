//! From the least to the most that a number can be, in units of its scale.
//!
//! ```text
//! 0..3 and 1..1       + 1..4      - -1..2     * 0..3
//! ```

/// Both ends are in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub min: i128,
    /// The most.
    pub max: i128,
}

impl Range {
    /// Every number.
    pub const ALL: Range = Range { min: i128::MIN, max: i128::MAX };
    /// 0 and more.
    pub const NOT_NEGATIVE: Range = Range { min: 0, max: i128::MAX };

    /// Between two numbers.
    pub const fn new(min: i128, max: i128) -> Self {
        Range { min, max }
    }

    /// One number.
    pub const fn only(value: i128) -> Self {
        Range { min: value, max: value }
    }

    /// As far from 0 as this, on both sides.
    pub const fn around(most: i128) -> Self {
        Range { min: -most, max: most }
    }

    /// How far from 0 it goes.
    pub fn most(self) -> i128 {
        self.min.saturating_abs().max(self.max.saturating_abs())
    }

    /// Whether all of it is in another one.
    pub fn is_in(self, other: Range) -> bool {
        self.min >= other.min && self.max <= other.max
    }

    /// What is in either, and all between them.
    #[must_use]
    pub fn or(self, other: Range) -> Self {
        Range { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    /// What is in both.
    #[must_use]
    pub fn and(self, other: Range) -> Self {
        Range { min: self.min.max(other.min), max: self.max.min(other.max) }
    }

    /// The sum of two numbers.
    #[must_use]
    pub fn plus(self, other: Range) -> Self {
        Range { min: self.min.saturating_add(other.min), max: self.max.saturating_add(other.max) }
    }

    /// A number with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Range { min: self.max.saturating_neg(), max: self.min.saturating_neg() }
    }

    /// The product of two numbers.
    #[must_use]
    pub fn times(self, other: Range) -> Self {
        let product = |a: i128, b: i128| a.saturating_mul(b);
        let (low, high) = (other.min, other.max);
        let ends = [product(self.min, low), product(self.min, high), product(self.max, low)];
        let last = product(self.max, high);
        ends.into_iter().fold(Range::only(last), |all, end| all.or(Range::only(end)))
    }

    /// What becomes of a number that is divided, or of which something is left, toward 0: it keeps its sign, if it does by
    /// what it is divided.
    #[must_use]
    pub fn toward_zero(self, keeps_sign: bool, most: i128) -> Self {
        let around = Range::around(most);
        match (keeps_sign, self.min >= 0, self.max <= 0) {
            (true, true, _) => Range { min: 0, ..around },
            (true, _, true) => Range { max: 0, ..around },
            _ => around,
        }
    }

    /// The larger of two numbers.
    #[must_use]
    pub fn greatest(self, other: Range) -> Self {
        Range { min: self.min.max(other.min), max: self.max.max(other.max) }
    }

    /// The smaller of two numbers.
    #[must_use]
    pub fn least(self, other: Range) -> Self {
        Range { min: self.min.min(other.min), max: self.max.min(other.max) }
    }

    /// A number without its sign.
    #[must_use]
    pub fn absolute(self) -> Self {
        match self {
            Range { min, .. } if min >= 0 => self,
            Range { max, .. } if max <= 0 => self.negated(),
            _ => Range { min: 0, max: self.most() },
        }
    }
}
