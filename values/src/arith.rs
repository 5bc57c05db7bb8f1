//! Checked arithmetic: what cannot be computed is an error, never a wrapped number and never a panic.
//!
//! ```
//! use opwright_values::arith::{CannotCompute, add, div};
//! assert_eq!(add(2_i64, 3), Ok(5));
//! assert_eq!(add(9_007_199_254_740_991, 1), Err(CannotCompute::Overflow), "an int has 53 bits, on the wire too");
//! assert_eq!(div(1, 0), Err(CannotCompute::DivisionByZero));
//! ```

pub use crate::cannot::CannotCompute;
use crate::decimal::Decimal;
use crate::time::{Date, Duration, Timestamp};
use crate::words::INT_MAX;

/// Numbers that add up: kept as an `i64` inside.
pub trait Number: Copy + Ord {
    /// The `i64` inside.
    fn raw(self) -> i64;
    /// The number with this inside.
    fn from_raw(raw: i64) -> Self;
    /// The largest inside, whatever the sign.
    const MOST: u64;
}

macro_rules! number {
    ([$($generics:tt)*] $ty:ty, $most:expr, $raw:expr, $from:expr) => {
        impl<$($generics)*> Number for $ty {
            fn raw(self) -> i64 {
                $raw(self)
            }
            fn from_raw(raw: i64) -> Self {
                $from(raw)
            }
            const MOST: u64 = $most;
        }
    };
}

number!([] i64, INT_MAX.unsigned_abs(), |it| it, |raw| raw);
number!([const S: u8] Decimal<S>, 1 << 63, Decimal::units, Decimal::from_units);
number!([] Duration, 1 << 63, Duration::micros, Duration::from_micros);

/// A result that is one of its type: an int has 53 bits, everything else 64. The bounds of a field are checked where it
/// is written.
fn checked<T: Number>(raw: Option<i64>) -> Result<T, CannotCompute> {
    raw.filter(|raw| raw.unsigned_abs() <= T::MOST).map(T::from_raw).ok_or(CannotCompute::Overflow)
}

/// `a + b`
pub fn add<T: Number>(a: T, b: T) -> Result<T, CannotCompute> {
    checked(a.raw().checked_add(b.raw()))
}

/// `a - b`
pub fn sub<T: Number>(a: T, b: T) -> Result<T, CannotCompute> {
    checked(a.raw().checked_sub(b.raw()))
}

/// `-a`
pub fn neg<T: Number>(a: T) -> Result<T, CannotCompute> {
    checked(a.raw().checked_neg())
}

/// The magnitude of `a`.
pub fn abs<T: Number>(a: T) -> Result<T, CannotCompute> {
    checked(a.raw().checked_abs())
}

/// `a * b` of whole numbers.
pub fn mul(a: i64, b: i64) -> Result<i64, CannotCompute> {
    checked(a.checked_mul(b))
}

/// `a / b` of whole numbers, toward zero.
pub fn div(a: i64, b: i64) -> Result<i64, CannotCompute> {
    if b == 0 {
        return Err(CannotCompute::DivisionByZero);
    }
    a.checked_div(b).ok_or(CannotCompute::Overflow)
}

/// What remains of `a / b`, with the sign of `a`.
pub fn rem(a: i64, b: i64) -> Result<i64, CannotCompute> {
    if b == 0 {
        return Err(CannotCompute::DivisionByZero);
    }
    a.checked_rem(b).ok_or(CannotCompute::Overflow)
}

/// The sum; of nothing it is zero. Only the whole must fit, so the order of the list does not matter.
pub fn sum<T: Number>(list: &[T]) -> Result<T, CannotCompute> {
    let whole = list.iter().map(|next| i128::from(next.raw())).sum::<i128>();
    checked(i64::try_from(whole).ok())
}

/// The larger of both.
pub fn greatest<T: Number>(a: T, b: T) -> T {
    a.max(b)
}

/// The smaller of both.
pub fn least<T: Number>(a: T, b: T) -> T {
    a.min(b)
}

/// A length of time, `times` as long.
pub fn times(duration: Duration, times: i64) -> Result<Duration, CannotCompute> {
    checked(duration.micros().checked_mul(times))
}

/// A length of time, divided.
pub fn share(duration: Duration, by: i64) -> Result<Duration, CannotCompute> {
    div(duration.micros(), by).map(Duration::from_micros)
}

/// Points in time that a length of time can be added to.
pub trait Moment: Copy {
    /// This, so much later.
    fn later(self, by: Duration) -> Result<Self, CannotCompute>;
    /// How much later this is than `other`.
    fn after(self, other: Self) -> Result<Duration, CannotCompute>;
}

impl Moment for Timestamp {
    fn later(self, by: Duration) -> Result<Self, CannotCompute> {
        let micros = self.micros().checked_add(by.micros()).ok_or(CannotCompute::Overflow)?;
        Timestamp::checked(micros).ok_or(CannotCompute::Overflow)
    }

    fn after(self, other: Self) -> Result<Duration, CannotCompute> {
        checked(self.micros().checked_sub(other.micros()))
    }
}

impl Moment for Date {
    fn later(self, by: Duration) -> Result<Self, CannotCompute> {
        let days = self.days().checked_add(by.whole_days()).ok_or(CannotCompute::Overflow)?;
        Date::checked(days).ok_or(CannotCompute::Overflow)
    }

    fn after(self, other: Self) -> Result<Duration, CannotCompute> {
        let days = self.days().checked_sub(other.days());
        checked(days.and_then(|days| days.checked_mul(Duration::DAY.micros())))
    }
}

/// A moment, so much later.
pub fn shift<T: Moment>(moment: T, by: Duration) -> Result<T, CannotCompute> {
    moment.later(by)
}

/// How much later `a` is than `b`.
pub fn since<T: Moment>(a: T, b: T) -> Result<Duration, CannotCompute> {
    a.after(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_wraps() {
        assert_eq!(add(INT_MAX, 1), Err(CannotCompute::Overflow));
        assert_eq!(add(INT_MAX - 1, 1), Ok(INT_MAX));
        assert_eq!(sub(-INT_MAX, 1), Err(CannotCompute::Overflow));
        assert_eq!(sub(i64::MIN, 1), Err(CannotCompute::Overflow));
        assert_eq!(neg(i64::MIN), Err(CannotCompute::Overflow));
        assert_eq!(abs(i64::MIN), Err(CannotCompute::Overflow));
        assert_eq!(mul(1 << 27, 1 << 26), Err(CannotCompute::Overflow));
        assert_eq!(mul(i64::MAX, 2), Err(CannotCompute::Overflow));
        assert_eq!(div(i64::MIN, -1), Err(CannotCompute::Overflow));
        assert_eq!(rem(7, 0), Err(CannotCompute::DivisionByZero));
        assert_eq!(rem(-7, 2), Ok(-1));
        assert_eq!(div(-7, 2), Ok(-3));
        assert_eq!(sum::<i64>(&[]), Ok(0));
        assert_eq!(sum(&[INT_MAX, 1]), Err(CannotCompute::Overflow));
        assert_eq!(sum(&[INT_MAX, 1, -1]), Ok(INT_MAX));
        let units = Decimal::<2>::from_units;
        assert_eq!(add(units(i64::MAX), units(1)), Err(CannotCompute::Overflow));
        assert_eq!(sum(&[units(i64::MAX), units(1), units(-1)]), Ok(units(i64::MAX)));
        assert_eq!(neg(units(i64::MIN)), Err(CannotCompute::Overflow));
    }

    #[test]
    fn moments_stay_in_the_calendar() {
        let last = Date::checked(*crate::time::DAYS.end()).unwrap();
        assert_eq!(shift(last, Duration::DAY), Err(CannotCompute::Overflow));
        let last_but_one = Timestamp::of(Date::from_days(last.days() - 1));
        assert_eq!(shift(last_but_one.unwrap(), Duration::DAY), Err(CannotCompute::Overflow));
        let next = shift(Date::from_days(0), Duration::from_micros(Duration::DAY.micros() * 3 / 2));
        assert_eq!(next, Ok(Date::from_days(1)), "a date moves by whole days");
        assert_eq!(since(Date::from_days(2), Date::from_days(1)), Ok(Duration::DAY));
        assert_eq!(times(Duration::from_micros(i64::MAX), 2), Err(CannotCompute::Overflow));
        assert_eq!(share(Duration::DAY, 0), Err(CannotCompute::DivisionByZero));
    }
}
