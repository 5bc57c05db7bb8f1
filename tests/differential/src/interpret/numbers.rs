//! Numbers: computed in 128 bits, and then asked whether they fit into 64.

use crate::interpret::stop::Stop;
use opwright_codegen::expr::typed::Ty;

/// The least and the largest point in time, in microseconds since 1970.
const MOMENTS: std::ops::RangeInclusive<i128> = {
    let range = opwright_values::time::MICROS;
    *range.start() as i128..=*range.end() as i128
};

/// A number of 64 bits.
pub(crate) fn fit(number: i128) -> Result<i64, Stop> {
    i64::try_from(number).map_err(|_| Stop::Cannot)
}

/// The largest int: more digits than a number of JSON has for everybody would be another number for some.
const INT_MAX: i128 = (1 << 53) - 1;

/// A number of a type: an int has 53 bits, everything else 64.
pub(crate) fn fit_as(ty: &Ty, number: i128) -> Result<i64, Stop> {
    if *ty == Ty::Int && number.abs() > INT_MAX { Err(Stop::Cannot) } else { fit(number) }
}

/// A point in time.
pub(crate) fn moment(number: i128) -> Result<i64, Stop> {
    if MOMENTS.contains(&number) { fit(number) } else { Err(Stop::Cannot) }
}

/// A number with more zeros.
pub(crate) fn scaled(number: i64, zeros: u32) -> Result<i128, Stop> {
    let factor = 10_i128.checked_pow(zeros).ok_or(Stop::Cannot)?;
    i128::from(number).checked_mul(factor).ok_or(Stop::Cannot)
}

/// The quotient, rounded half away from zero.
pub(crate) fn rounded(over: i128, under: i128) -> Result<i64, Stop> {
    if under == 0 {
        return Err(Stop::Cannot);
    }
    let negative = (over < 0) != (under < 0);
    let (over, under) = (over.unsigned_abs(), under.unsigned_abs());
    // Twice the quotient and one more, halved: away from zero where it stands in the middle.
    let magnitude = (over * 2 + under) / (under * 2);
    let magnitude = i128::try_from(magnitude).map_err(|_| Stop::Cannot)?;
    fit(if negative { -magnitude } else { magnitude })
}

/// The quotient toward zero.
pub(crate) fn quotient(over: i64, under: i64) -> Result<i64, Stop> {
    if under == 0 { Err(Stop::Cannot) } else { fit(i128::from(over) / i128::from(under)) }
}

/// What remains, with the sign of the first.
pub(crate) fn remainder(over: i64, under: i64) -> Result<i64, Stop> {
    // The one quotient that does not fit has no remainder either.
    quotient(over, under)?;
    fit(i128::from(over) % i128::from(under))
}

/// A decimal with all its digits.
pub(crate) fn digits(units: i64, scale: u8) -> String {
    let (sign, mut text) = (if units < 0 { "-" } else { "" }, units.unsigned_abs().to_string());
    let scale = usize::from(scale);
    if scale == 0 {
        return format!("{sign}{text}");
    }
    while text.len() <= scale {
        text.insert(0, '0');
    }
    text.insert(text.len() - scale, '.');
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(rounded(5, 2), Ok(3));
        assert_eq!(rounded(-5, 2), Ok(-3));
        assert_eq!(rounded(7, -3), Ok(-2));
        assert_eq!(rounded(1, 0), Err(Stop::Cannot));
        assert_eq!(remainder(i64::MIN, -1), Err(Stop::Cannot));
        assert_eq!(digits(-5, 2), "-0.05");
        assert_eq!(digits(1250, 0), "1250");
    }
}
