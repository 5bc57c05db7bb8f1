//! Days, points in time (UTC) and lengths of time, with the text forms of RFC 3339 and ISO 8601.
//!
//! ```
//! use opwright_values::time::{Duration, Timestamp};
//! let at: Timestamp = "2026-11-25T17:00:00.5+01:00".parse()?;
//! assert_eq!(at.to_string(), "2026-11-25T16:00:00.500000Z");
//! assert_eq!("PT1H30M".parse::<Duration>()?.to_string(), "PT1H30M");
//! # Ok::<(), opwright_values::time::NotATime>(())
//! ```

use std::fmt;
use std::str::FromStr;

const MICROS_A_SECOND: i64 = 1_000_000;
const MICROS_A_DAY: i64 = 86_400 * MICROS_A_SECOND;

/// The first and last day that can be said: years 1 to 9999.
pub const DAYS: std::ops::RangeInclusive<i64> = -719_162..=2_932_896;

/// The first and last microsecond of those days.
pub const MICROS: std::ops::RangeInclusive<i64> = -719_162 * MICROS_A_DAY..=2_932_897 * MICROS_A_DAY - 1;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i64);

/// A point in time, as microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A length of time in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// From microseconds since 1970-01-01T00:00:00Z, if that is in years 1 to 9999.
    pub fn checked(micros: i64) -> Option<Self> {
        MICROS.contains(&micros).then_some(Self(micros))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Midnight of a day, in UTC.
    pub fn of(day: Date) -> Self {
        Self(day.0.saturating_mul(MICROS_A_DAY))
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
        if text.len() != 10 {
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
        // RFC 3339 asks for the `T` and for an offset; jiff would also take other forms of ISO 8601.
        if text.len() < 20 || text.as_bytes().get(10) != Some(&b'T') || text.contains('[') {
            return Err(FAULT);
        }
        let at: jiff::Timestamp = text.parse().map_err(|_| FAULT)?;
        Timestamp::checked(at.as_microsecond()).ok_or(FAULT)
    }
}

impl FromStr for Duration {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        const FAULT: NotATime = NotATime("length of time such as PT30M");
        if !text.trim_start_matches('-').starts_with('P') {
            return Err(FAULT);
        }
        let span: jiff::Span = text.parse().map_err(|_| FAULT)?;
        if span.get_years() != 0 || span.get_months() != 0 {
            return Err(FAULT);
        }
        let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
        let rest = span.days(0).weeks(0).to_duration(jiff::civil::date(1970, 1, 1)).map_err(|_| FAULT)?;
        let micros = i64::try_from(rest.as_micros()).map_err(|_| FAULT)?;
        days.checked_mul(MICROS_A_DAY).and_then(|days| days.checked_add(micros)).map(Duration).ok_or(FAULT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_and_written() {
        for text in ["0001-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().map(|date| date.to_string()).as_deref(), Ok(text));
        }
        for text in ["2023-02-29", "24-01-01", "2024-1-1", "2024-01-01T", ""] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        let at: Timestamp = "1969-12-31T23:59:59.999999Z".parse().unwrap();
        assert_eq!(at.micros(), -1);
        assert_eq!(at.to_string(), "1969-12-31T23:59:59.999999Z");
        for text in ["2024-01-01", "2024-01-01 00:00:00Z", "2024-01-01T00:00:00", "2024-01-01T25:00:00Z"] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
        for (text, written, micros) in [
            ("PT30M", "PT30M", 1_800_000_000),
            ("P1D", "PT24H", MICROS_A_DAY),
            ("-PT1.5S", "-PT1.5S", -1_500_000),
            ("PT0S", "PT0S", 0),
        ] {
            let duration: Duration = text.parse().unwrap();
            assert_eq!((duration.micros(), duration.to_string().as_str()), (micros, written));
        }
        assert!("P1M".parse::<Duration>().is_err(), "a month has no length");
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
        assert_eq!("0001-01-01".parse::<Date>().unwrap().days(), *DAYS.start());
        assert_eq!("9999-12-31".parse::<Date>().unwrap().days(), *DAYS.end());
    }
}
