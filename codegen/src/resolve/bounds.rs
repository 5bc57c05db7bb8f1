//! Bounds: `1..120`, `..20`, `0..`, inclusive.

use crate::decl::field::{BOUNDS, FieldDecl, no_bounds};
use crate::keys::types::{ELEMENTS, MAX_ROWS, ROWS_MAX};
use crate::report::{Diagnostic, Report};
use crate::yaml::Text;

/// How many code points a text has.
pub(crate) fn length(decl: &FieldDecl, (min, max): (u32, u32), report: &mut Report) -> Option<(u32, u32)> {
    let empty_means_zero = decl.length.as_ref().is_some_and(|text| text.value.starts_with(".."));
    let low = if empty_means_zero { 0 } else { i64::from(min) };
    let (low, high) = bounds(decl.length.as_ref(), low, i64::from(max), whole, report)?;
    small(decl.length.as_ref(), low, high, report)
}

/// How many elements a list or map has.
pub(crate) fn sizes(decl: &FieldDecl, report: &mut Report) -> Option<(u32, u32)> {
    let (low, high) =
        bounds(decl.size.as_ref(), i64::from(ELEMENTS.0), i64::from(ELEMENTS.1), whole, report)?;
    small(decl.size.as_ref(), low, high, report)
}

/// The size of a collection; it has to be said.
pub(crate) fn size_of_many(decl: &FieldDecl, report: &mut Report) -> Option<u32> {
    let Some(size) = &decl.size else {
        report.add(
            Diagnostic::new("E0105", decl.span, "a collection needs `size`")
                .help("say the most rows that it holds: `size: ..50`"),
        );
        return None;
    };
    let (low, high) = bounds(Some(size), 0, i64::from(ROWS_MAX), whole, report)?;
    if low > 0 {
        // Nothing would keep it: a row is created before the rows that it owns.
        let fault = Diagnostic::new("E0108", size.span, "a collection has no least size");
        report.add(fault.help(format!("write `..{high}`, and check the size with `require`")));
    }
    small(Some(size), low, high, report).map(|(_, high)| high)
}

/// The most rows that one call of an operation writes.
pub(crate) fn max_rows(text: Option<&Text>, report: &mut Report) -> Option<u32> {
    let Some(text) = text else { return Some(MAX_ROWS) };
    let fits = whole(&text.value).filter(|rows| (1..=i64::from(ROWS_MAX)).contains(rows));
    if fits.is_none() {
        let fault = format!("`max_rows` is a whole number from 1 to {ROWS_MAX}");
        let help = format!("leave it out where {MAX_ROWS} are enough");
        report.add(Diagnostic::new("E0106", text.span, fault).help(help));
    }
    fits.and_then(|rows| u32::try_from(rows).ok())
}

fn small(text: Option<&Text>, low: i64, high: i64, report: &mut Report) -> Option<(u32, u32)> {
    let pair = u32::try_from(low).ok().zip(u32::try_from(high).ok());
    if let (None, Some(text)) = (pair, text) {
        let fault = if low < 0 || high < 0 {
            "a count is not below 0".to_owned()
        } else {
            format!("a count is at most {}", u32::MAX)
        };
        report.add(Diagnostic::new("E0106", text.span, fault));
    }
    pair
}

/// `1..120`, `..20`, `0..`; inclusive, a missing end is the type's own.
pub(crate) fn bounds(
    text: Option<&Text>,
    min: i64,
    max: i64,
    read: impl Fn(&str) -> Option<i64>,
    report: &mut Report,
) -> Option<(i64, i64)> {
    let Some(text) = text else { return Some((min, max)) };
    let fault = |help: &str| no_bounds(text.span, help);
    let Some((low, high)) = text.value.split_once("..") else {
        let one = text.value.trim();
        report.add(if read(one).is_some() {
            fault(&format!(
                "write `..{one}` for that at most, `{one}..` for at least, `{one}..{one}` for exactly"
            ))
        } else {
            fault(BOUNDS)
        });
        return None;
    };
    let end = |end: &str, missing: i64| if end.trim().is_empty() { Some(missing) } else { read(end.trim()) };
    match end(low, min).zip(end(high, max)) {
        Some((low, high)) if low <= high => Some((low, high)),
        Some(_) => {
            report.add(fault("the first bound is larger than the second"));
            None
        }
        None => {
            report.add(fault("each end is a value of the type, inclusive"));
            None
        }
    }
}

/// A whole number; underscores group digits.
pub(crate) fn whole(text: &str) -> Option<i64> {
    text.replace('_', "").parse().ok()
}
