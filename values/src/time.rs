//! Days, points in time (UTC) and lengths of time, with the text forms of RFC 3339 and ISO 8601.
//!
//! ```
//! use opwright_values::time::{Duration, Timestamp};
//! let at: Timestamp = "2026-11-25T17:00:00.5+01:00".parse()?;
//! assert_eq!(at.to_string(), "2026-11-25T16:00:00.500000Z");
//! assert_eq!("PT1H30M".parse::<Duration>()?.to_string(), "PT1H30M");
//! # Ok::<(), opwright_values::time::NotATime>(())
//! ```

use crate::cannot::CannotCompute;
use std::fmt;
use std::str::FromStr;

const MICROS_A_SECOND: i64 = 1_000_000;
const MICROS_A_DAY: i64 = 86_400 * MICROS_A_SECOND;

/// The first and last day that can be said: years 1 to 9999.
pub const DAYS: std::ops::RangeInclusive<i64> = -719_162..=2_932_896;

/// The first and last microsecond that can be said: from year 1 to 9999-12-30T22:00:00Z, so that each of them has a
/// local time everywhere.
pub const MICROS: std::ops::RangeInclusive<i64> =
    -719_162 * MICROS_A_DAY..=2_932_895 * MICROS_A_DAY + 22 * 3_600 * MICROS_A_SECOND;

/// What a clock may show, in microseconds since 1970: from then to the end of 2199. Where `now` fits, and what can be
/// computed with it, rests on that.
pub const CLOCK: std::ops::RangeInclusive<i64> = 0..=84_006 * MICROS_A_DAY - 1;

/// A text is not a day, a point in time or a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotATime(&'static str);

impl fmt::Display for NotATime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}", self.0)
    }
}

impl std::error::Error for NotATime {}

/// A day, as days since 1970-01-01.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i64);

/// A point in time, as microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A length of time in microseconds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

impl Date {
    /// From days since 1970-01-01.
    pub const fn from_days(days: i64) -> Self {
        Self(days)
    }

    /// From days since 1970-01-01, if that is in years 1 to 9999.
    pub fn checked(days: i64) -> Option<Self> {
        DAYS.contains(&days).then_some(Self(days))
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i64 {
        self.0
    }

    /// The day of a point in time, in UTC.
    pub fn of(at: Timestamp) -> Self {
        Self(at.0.div_euclid(MICROS_A_DAY))
    }
}

impl Timestamp {
    /// From microseconds since 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From microseconds since 1970-01-01T00:00:00Z, if that can be said.
    pub fn checked(micros: i64) -> Option<Self> {
        MICROS.contains(&micros).then_some(Self(micros))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Midnight of a day, in UTC; the last day has none that can be said.
    pub fn of(day: Date) -> Result<Self, CannotCompute> {
        day.0.checked_mul(MICROS_A_DAY).and_then(Self::checked).ok_or(CannotCompute::Overflow)
    }
}

impl Duration {
    /// Twenty-four hours.
    pub const DAY: Self = Self(MICROS_A_DAY);

    /// From microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// In microseconds.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// In whole days, toward zero.
    pub const fn whole_days(self) -> i64 {
        self.0 / MICROS_A_DAY
    }

    /// In whole hours, toward zero.
    pub const fn hours(self) -> i64 {
        self.0 / (3_600 * MICROS_A_SECOND)
    }

    /// In whole minutes, toward zero.
    pub const fn minutes(self) -> i64 {
        self.0 / (60 * MICROS_A_SECOND)
    }

    /// In whole seconds, toward zero.
    pub const fn seconds(self) -> i64 {
        self.0 / MICROS_A_SECOND
    }

    /// Reads the short form of specs: `90s 15min 24h 7d 2w`, `250ms`.
    pub fn short(text: &str) -> Option<Self> {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '_')?;
        let (count, unit) = text.split_at_checked(end)?;
        let count: i64 = count.replace('_', "").parse().ok()?;
        let unit = match unit {
            "ms" => 1_000,
            "s" => MICROS_A_SECOND,
            "min" => 60 * MICROS_A_SECOND,
            "h" => 3_600 * MICROS_A_SECOND,
            "d" => MICROS_A_DAY,
            "w" => 7 * MICROS_A_DAY,
            _ => return None,
        };
        count.checked_mul(unit).map(Self)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match civil(*self) {
            Some(day) => write!(f, "{:04}-{:02}-{:02}", day.year(), day.month(), day.day()),
            None => write!(f, "day {}", self.0),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let in_day = self.0.rem_euclid(MICROS_A_DAY);
        let (seconds, micros) = (in_day / MICROS_A_SECOND, in_day % MICROS_A_SECOND);
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z", Date::of(*self))
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let (seconds, micros) = (magnitude / 1_000_000, magnitude % 1_000_000);
        let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        f.write_str("PT")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        let nothing_yet = hours == 0 && minutes == 0;
        match (seconds, micros) {
            (0, 0) if nothing_yet => f.write_str("0S"),
            (0, 0) => Ok(()),
            (seconds, 0) => write!(f, "{seconds}S"),
            (seconds, micros) => {
                let fraction = format!("{micros:06}");
                write!(f, "{seconds}.{}S", fraction.trim_end_matches('0'))
            }
        }
    }
}

fn civil(date: Date) -> Option<jiff::civil::Date> {
    let epoch = jiff::civil::date(1970, 1, 1);
    let days = jiff::Span::new().try_days(date.0).ok()?;
    epoch.checked_add(days).ok()
}

impl FromStr for Date {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        const FAULT: NotATime = NotATime("date such as 2026-11-25");
        // jiff also takes shorter forms of ISO 8601, and a time behind the date.
        if !has_form(text, "0000-00-00") {
            return Err(FAULT);
        }
        let day: jiff::civil::Date = text.parse().map_err(|_| FAULT)?;
        let since = day.since(jiff::civil::date(1970, 1, 1)).map_err(|_| FAULT)?;
        Date::checked(i64::from(since.get_days())).ok_or(FAULT)
    }
}

impl FromStr for Timestamp {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        const FAULT: NotATime = NotATime("point in time such as 2026-11-25T17:00:00Z");
        if !is_rfc_3339(text) {
            return Err(FAULT);
        }
        let at: jiff::Timestamp = text.parse().map_err(|_| FAULT)?;
        let micros = i64::try_from(at.as_nanosecond().div_euclid(1_000)).map_err(|_| FAULT)?;
        Timestamp::checked(micros).ok_or(FAULT)
    }
}

impl FromStr for Duration {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        const FAULT: NotATime = NotATime("length of time such as PT30M");
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let magnitude = unsigned_micros(unsigned).ok_or(FAULT)?;
        let signed = if unsigned.len() < text.len() { -magnitude } else { magnitude };
        i64::try_from(signed).map(Duration).map_err(|_| FAULT)
    }
}

/// Reads `P1W2DT3H4M5.6S`, each part optional but at least one there. Not left to jiff, whose spans end at
/// 20,000 years: every length that is written must be read again.
fn unsigned_micros(text: &str) -> Option<i128> {
    let text = text.strip_prefix('P')?;
    let (days, time) = text.split_once('T').map_or((text, None), |(days, time)| (days, Some(time)));
    let (rest, weeks) = part(days, 'W', 7 * MICROS_A_DAY)?;
    let (rest, days) = part(rest, 'D', MICROS_A_DAY)?;
    if time.is_some_and(str::is_empty) || !rest.is_empty() || text.is_empty() {
        return None;
    }
    let (rest, hours) = part(time.unwrap_or(""), 'H', 3_600 * MICROS_A_SECOND)?;
    let (rest, minutes) = part(rest, 'M', 60 * MICROS_A_SECOND)?;
    let seconds = seconds(rest)?;
    Some(weeks + days + hours + minutes + seconds)
}

/// Takes a count of a unit from the front, if it is there.
fn part(text: &str, unit: char, micros: i64) -> Option<(&str, i128)> {
    let Some((count, rest)) = text.split_once(unit) else { return Some((text, 0)) };
    Some((rest, i128::from(digits(count)?) * i128::from(micros)))
}

fn seconds(text: &str) -> Option<i128> {
    if text.is_empty() {
        return Some(0);
    }
    let text = text.strip_suffix('S')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    // Nothing is cut off here: a length of time is exact like a decimal.
    let fraction = if fraction.is_empty() { return None } else { fraction.trim_end_matches('0') };
    let micros = if fraction.is_empty() { 0 } else { digits(fraction)? };
    let scale = u32::try_from(6_usize.checked_sub(fraction.len())?).ok()?;
    let micros = i128::from(micros) * 10_i128.pow(scale);
    Some(i128::from(digits(whole)?) * i128::from(MICROS_A_SECOND) + micros)
}

/// Digits and nothing else: `parse` alone would take a sign.
fn digits(text: &str) -> Option<i64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// Whether a text is a form in which `0` stands for any digit.
fn has_form(text: &str, form: &str) -> bool {
    let same = |(byte, wanted): (u8, u8)| if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(same)
}

/// Whether a text has the form of RFC 3339, which is narrower than the ISO 8601 that jiff takes. Nothing is cut off:
/// behind the sixth digit of a fraction there are zeros, and a second 60, which jiff would take for 59, is none.
fn is_rfc_3339(text: &str) -> bool {
    let Some((start, rest)) = text.split_at_checked(19) else { return false };
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            let digits = fraction.len() - offset.len();
            let finer = fraction.bytes().take(digits).skip(6);
            if !(1..=9).contains(&digits) || finer.into_iter().any(|digit| digit != b'0') {
                return false;
            }
            offset
        }
        None => rest,
    };
    let offset = rest == "Z" || has_form(rest, "+00:00") || has_form(rest, "-00:00");
    has_form(start, "0000-00-00T00:00:00") && !start.ends_with(":60") && offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_and_written() {
        for text in ["0001-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().map(|date| date.to_string()).as_deref(), Ok(text));
        }
        for text in ["2023-02-29", "24-01-01", "2024-1-1", "2024-01-01T", "", "20240101T0", "0000-01-01"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        let at: Timestamp = "1969-12-31T23:59:59.999999Z".parse().unwrap();
        assert_eq!(at.micros(), -1);
        assert_eq!(at.to_string(), "1969-12-31T23:59:59.999999Z");
        let finer: Timestamp = "1969-12-31T23:59:59.999999000Z".parse().unwrap();
        assert_eq!(finer.micros(), -1);
        for text in [
            "2024-01-01",
            "2024-01-01 00:00:00Z",
            "2024-01-01T00:00:00",
            "2024-01-01T25:00:00Z",
            "2024-01-01T00:00+01:00",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00,5Z",
            "2024-01-01T000000.000Z",
            "2024-01-01T00:00:00+01",
            "2024-01-01T00:00:00Z[UTC]",
            "2024-02-30T00:00:00Z",
            "1969-12-31T23:59:59.9999991Z",
            "2016-12-31T23:59:60Z",
            "2024-01-01T00:00:00.0000000000Z",
            "9999-12-30T22:00:00.000001Z",
            "9999-12-31T00:00:00Z",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_are_read_and_written() {
        for (text, written, micros) in [
            ("PT30M", "PT30M", 1_800_000_000),
            ("P1D", "PT24H", MICROS_A_DAY),
            ("-PT1.5S", "-PT1.5S", -1_500_000),
            ("PT0S", "PT0S", 0),
            ("P1W2DT3H4M5.000006S", "PT219H4M5.000006S", 788_645_000_006),
            ("PT90M", "PT1H30M", 5_400_000_000),
            ("PT1.5000000S", "PT1.5S", 1_500_000),
            ("PT2562047788H54.775807S", "PT2562047788H54.775807S", i64::MAX),
            ("-PT2562047788H54.775808S", "-PT2562047788H54.775808S", i64::MIN),
        ] {
            let duration: Duration = text.parse().unwrap();
            assert_eq!((duration.micros(), duration.to_string().as_str()), (micros, written));
        }
        for text in ["P1M", "P1Y", "P", "PT", "P1DT", "30m", "--PT1S", "PT+1S", "PT1M1H", "PT1.0000001S"] {
            assert!(text.parse::<Duration>().is_err(), "{text}: a month has no length, others no form");
        }
        assert!("PT2562047788H54.775808S".parse::<Duration>().is_err(), "too long");
    }

    #[test]
    fn short_forms() {
        assert_eq!(Duration::short("15min"), Some(Duration(900_000_000)));
        assert_eq!(Duration::short("2w"), Some(Duration(14 * MICROS_A_DAY)));
        assert_eq!(Duration::short("5m"), None);
        assert_eq!(Duration::short("h"), None);
    }

    #[test]
    fn the_limits_are_those_of_the_calendar() {
        let clock = |at: &i64| Timestamp::from_micros(*at).to_string();
        assert_eq!(clock(CLOCK.start()), "1970-01-01T00:00:00.000000Z");
        assert_eq!(clock(CLOCK.end()), "2199-12-31T23:59:59.999999Z");
        assert_eq!("0001-01-01".parse::<Date>().unwrap().days(), *DAYS.start());
        assert_eq!("9999-12-31".parse::<Date>().unwrap().days(), *DAYS.end());
        assert_eq!("0001-01-01T00:00:00Z".parse::<Timestamp>().unwrap().micros(), *MICROS.start());
        assert_eq!("9999-12-30T22:00:00Z".parse::<Timestamp>().unwrap().micros(), *MICROS.end());
        assert_eq!(Timestamp::of(Date(*DAYS.end() - 1)).unwrap().to_string(), "9999-12-30T00:00:00.000000Z");
        assert_eq!(Timestamp::of(Date(*DAYS.end())), Err(CannotCompute::Overflow));
    }
}
