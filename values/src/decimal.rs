//! Exact decimals: whole units of a scale that is part of the type.
//!
//! ```
//! use opwright_values::decimal::Decimal;
//! let price: Decimal<2> = "86.1".parse()?;
//! assert_eq!(price.units(), 8610);
//! assert_eq!(price.to_string(), "86.10");
//! # Ok::<(), opwright_values::decimal::NotADecimal>(())
//! ```

use crate::cannot::CannotCompute;
use std::fmt;
use std::str::FromStr;

/// The most digits of a decimal, those after the point included.
pub const DIGITS: u32 = 15;

/// The largest number of units: 15 nines.
pub const UNITS_MAX: i64 = 999_999_999_999_999;

/// The largest scale.
pub const SCALE_MAX: u8 = 12;

/// A decimal with `S` digits after the point, kept as a whole number of units.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal<const S: u8>(i64);

/// A text is not a decimal of the scale that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotADecimal {
    /// It is not a number.
    Malformed,
    /// It has more digits after the point than the scale.
    TooPrecise,
    /// It is larger than 64 bits of units hold.
    TooLarge,
}

impl fmt::Display for NotADecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotADecimal::Malformed => "not a decimal number",
            NotADecimal::TooPrecise => "too many digits after the point",
            NotADecimal::TooLarge => "too large",
        })
    }
}

impl std::error::Error for NotADecimal {}

impl<const S: u8> Decimal<S> {
    /// From units: 1250 at scale 2 is 12.50.
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }

    /// In units.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// From a whole number.
    pub fn from_int(int: i64) -> Result<Self, CannotCompute> {
        power_of_ten(S).and_then(|factor| int.checked_mul(factor)).map(Self).ok_or(CannotCompute::Overflow)
    }

    /// The same number with more digits after the point.
    pub fn widen<const T: u8>(self) -> Result<Decimal<T>, CannotCompute> {
        let more = T.checked_sub(S).ok_or(CannotCompute::Overflow)?;
        power_of_ten(more)
            .and_then(|factor| self.0.checked_mul(factor))
            .map(Decimal)
            .ok_or(CannotCompute::Overflow)
    }

    /// The product, exact: the scales add up to `C`.
    pub fn product<const B: u8, const C: u8>(self, other: Decimal<B>) -> Result<Decimal<C>, CannotCompute> {
        // Another scale would be another number: generated code with such a slip must not compile.
        const { assert!(C == S + B, "the scale of a product is the sum of both scales") };
        self.0.checked_mul(other.0).map(Decimal).ok_or(CannotCompute::Overflow)
    }

    /// The quotient at scale `C`, half away from zero.
    pub fn quotient<const B: u8, const C: u8>(self, other: Decimal<B>) -> Result<Decimal<C>, CannotCompute> {
        let (mut over, mut under) = (i128::from(self.0), i128::from(other.0));
        let (have, want) = (u32::from(S), u32::from(B) + u32::from(C));
        if want >= have {
            over = scale_up(over, want - have)?;
        } else {
            under = scale_up(under, have - want)?;
        }
        narrow(divide_half_away(over, under)?).map(Decimal)
    }

    /// The number at scale `T`, half away from zero.
    pub fn round<const T: u8>(self) -> Result<Decimal<T>, CannotCompute> {
        if T >= S {
            return self.widen();
        }
        let factor = scale_up(1, u32::from(S - T))?;
        narrow(divide_half_away(i128::from(self.0), factor)?).map(Decimal)
    }
}

fn power_of_ten(exponent: u8) -> Option<i64> {
    10_i64.checked_pow(u32::from(exponent))
}

fn scale_up(value: i128, digits: u32) -> Result<i128, CannotCompute> {
    10_i128.checked_pow(digits).and_then(|factor| value.checked_mul(factor)).ok_or(CannotCompute::Overflow)
}

fn narrow(value: i128) -> Result<i64, CannotCompute> {
    i64::try_from(value).map_err(|_| CannotCompute::Overflow)
}

fn divide_half_away(over: i128, under: i128) -> Result<i128, CannotCompute> {
    let whole = over.checked_div(under).ok_or(CannotCompute::DivisionByZero)?;
    let rest = over.checked_rem(under).ok_or(CannotCompute::DivisionByZero)?;
    if rest.unsigned_abs() * 2 < under.unsigned_abs() {
        return Ok(whole);
    }
    Ok(if (over < 0) == (under < 0) { whole + 1 } else { whole - 1 })
}

/// Reads the units of a number at a scale from its digits, such as those of a JSON number; never through floats.
/// Zeros behind the last digit are allowed: `86.100` is 86.10 at scale 2. An exponent is refused.
pub fn parse_units(text: &str, scale: u8) -> Result<i64, NotADecimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return Err(NotADecimal::Malformed);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > usize::from(scale) {
        return Err(NotADecimal::TooPrecise);
    }
    let mut units: i64 = 0;
    let padding = std::iter::repeat_n(b'0', usize::from(scale) - fraction.len());
    for digit in whole.bytes().chain(fraction.bytes()).chain(padding) {
        // Downwards, because the least number has no positive twin.
        let step = units.checked_mul(10).and_then(|units| units.checked_sub(i64::from(digit - b'0')));
        units = step.ok_or(NotADecimal::TooLarge)?;
    }
    if digits.len() < text.len() { Ok(units) } else { units.checked_neg().ok_or(NotADecimal::TooLarge) }
}

/// Writes units of a scale with exactly that many digits after the point.
pub fn format_units(units: i64, scale: u8) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let magnitude = units.unsigned_abs();
    if scale == 0 {
        return format!("{sign}{magnitude}");
    }
    let factor = 10_u64.pow(u32::from(scale.min(18)));
    let width = usize::from(scale);
    format!("{sign}{}.{:0width$}", magnitude / factor, magnitude % factor)
}

impl<const S: u8> FromStr for Decimal<S> {
    type Err = NotADecimal;

    fn from_str(text: &str) -> Result<Self, NotADecimal> {
        parse_units(text, S).map(Self)
    }
}

impl<const S: u8> fmt::Display for Decimal<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_units(self.0, S))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_exactly() {
        for (text, scale, units) in [
            ("0", 2, 0),
            ("86.0", 2, 8600),
            ("86.100", 2, 8610),
            ("-0.05", 2, -5),
            ("9007199254740993.01", 2, 900_719_925_474_099_301),
            ("7", 0, 7),
        ] {
            assert_eq!(parse_units(text, scale), Ok(units), "{text}");
        }
        for (text, fault) in [
            ("", NotADecimal::Malformed),
            ("1.", NotADecimal::Malformed),
            (".5", NotADecimal::Malformed),
            ("1e3", NotADecimal::Malformed),
            ("--1", NotADecimal::Malformed),
            ("1.234", NotADecimal::TooPrecise),
            ("99999999999999999999", NotADecimal::TooLarge),
        ] {
            assert_eq!(parse_units(text, 2), Err(fault), "{text}");
        }
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        let round = |units: i64| Decimal::<4>::from_units(units).round::<2>().map(Decimal::units);
        assert_eq!(round(12_350), Ok(124));
        assert_eq!(round(12_349), Ok(123));
        assert_eq!(round(-12_350), Ok(-124));
        let third: Result<Decimal<2>, _> =
            Decimal::<2>::from_units(100).quotient(Decimal::<0>::from_units(3));
        assert_eq!(third.map(Decimal::units), Ok(33));
        let by_zero: Result<Decimal<2>, _> =
            Decimal::<2>::from_units(1).quotient(Decimal::<2>::from_units(0));
        assert_eq!(by_zero, Err(CannotCompute::DivisionByZero));
    }

    #[test]
    fn what_is_written_is_read_again() {
        for units in [0, 5, -5, 99, 100, -12_345, UNITS_MAX, -UNITS_MAX, i64::MAX, i64::MIN] {
            for scale in [0, 1, 2, 6, SCALE_MAX] {
                assert_eq!(parse_units(&format_units(units, scale), scale), Ok(units));
            }
        }
    }
}
