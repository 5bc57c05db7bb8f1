//! `opwright check --explain E0401`: what a code means, a mistake of its kind, and the same without it.

use crate::report::codes::{CODES, Code, Example};
use opwright_values::json::Json;
use opwright_values::suggest::closest;

/// How many lines are shown around those that were mended.
const AROUND: usize = 2;

/// The explanation of a code, as a person types it; else what to type instead.
pub fn explain(code: &str) -> Result<String, String> {
    let Code { code, title, explanation, example } = find(code)?;
    let report = example.report.trim_end();
    Ok(format!("{code}: {title}\n\n{explanation}\n\nSuch as:\n\n{report}\n\nMended:\n\n{}", mended(example)))
}

/// The same for programs.
pub fn json(code: &str) -> Result<Json, String> {
    let Code { code, title, explanation, example } = find(code)?;
    let said = [
        ("code", (*code).to_owned()),
        ("title", (*title).to_owned()),
        ("why", (*explanation).to_owned()),
        ("example", example.report.trim_end().to_owned()),
        ("mended", mended(example)),
    ];
    Ok(Json::object(said.map(|(key, text)| (key, Json::text(text)))))
}

fn find(code: &str) -> Result<&'static Code, String> {
    let written = code.trim().to_ascii_uppercase();
    let digits = written.trim_start_matches('E');
    let is_number = digits.len() <= 4 && digits.chars().all(|c| c.is_ascii_digit()) && !digits.is_empty();
    let wanted = if is_number { format!("E{digits:0>4}") } else { written };
    CODES.iter().find(|it| it.code == wanted).ok_or_else(|| {
        let known = CODES.iter().map(|it| it.code);
        let all = || "; `opwright reference` has all of them".to_owned();
        let meant = closest(&wanted, known).map_or_else(all, |it| format!("; did you mean {it}?"));
        format!("there is no code `{code}`{meant}")
    })
}

/// The lines that were removed and added, marked, with some around them; in front of each its number before and after.
pub(crate) fn mended(example: &Example) -> String {
    let lines = changes(&lines(example.spec), &lines(example.mended));
    let changed = |(at, line): (usize, &Line<'_>)| (line.mark != ' ').then_some(at);
    let (Some(first), Some(last)) =
        (lines.iter().enumerate().find_map(changed), lines.iter().enumerate().rev().find_map(changed))
    else {
        return String::new();
    };
    let shown = lines.iter().take(last + 1 + AROUND).skip(first.saturating_sub(AROUND));
    shown
        .map(|Line { before, after, mark, text }| {
            let number = |at: &Option<usize>| at.map_or(String::new(), |at| at.to_string());
            let line = format!("{:>3} {:>3} {mark} {text}", number(before), number(after));
            format!("{}\n", line.trim_end())
        })
        .collect()
}

/// A line of either spec.
struct Line<'t> {
    /// Its number in the first, if it is there.
    before: Option<usize>,
    /// Its number in the second, if it is there.
    after: Option<usize>,
    /// `-` if only the first has it, `+` if only the second has.
    mark: char,
    text: &'t str,
}

/// The lines of a text with their numbers.
fn lines(text: &str) -> Vec<(usize, &str)> {
    (1..).zip(text.lines()).collect()
}

/// What has to be removed and added, with what stays: as little as can be.
fn changes<'t>(before: &[(usize, &'t str)], after: &[(usize, &'t str)]) -> Vec<Line<'t>> {
    // How many lines can stay of all behind a pair of places.
    let mut stay = vec![vec![0_usize; after.len() + 1]; before.len() + 1];
    let known = |stay: &[Vec<usize>], b: usize, a: usize| {
        stay.get(b).and_then(|row| row.get(a)).copied().unwrap_or(0)
    };
    for (b, (_, old)) in before.iter().enumerate().rev() {
        for (a, (_, new)) in after.iter().enumerate().rev() {
            let most = if old == new {
                known(&stay, b + 1, a + 1) + 1
            } else {
                known(&stay, b + 1, a).max(known(&stay, b, a + 1))
            };
            if let Some(place) = stay.get_mut(b).and_then(|row| row.get_mut(a)) {
                *place = most;
            }
        }
    }
    let (mut b, mut a, mut lines) = (0, 0, Vec::new());
    loop {
        let (mark, before, after, text) = match (before.get(b), after.get(a)) {
            (Some((old, text)), Some((new, other))) if text == other => (' ', Some(*old), Some(*new), text),
            (Some(_), Some((new, text))) if known(&stay, b, a + 1) > known(&stay, b + 1, a) => {
                ('+', None, Some(*new), text)
            }
            (Some((old, text)), _) => ('-', Some(*old), None, text),
            (None, Some((new, text))) => ('+', None, Some(*new), text),
            (None, None) => return lines,
        };
        lines.push(Line { before, after, mark, text });
        b += usize::from(mark != '+');
        a += usize::from(mark != '-');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_mended_is_marked() {
        let example = Example { spec: "a\nb\nc\nd\ne\nf\n", report: "", mended: "a\nb\nc\nX\ne\nf\n" };
        assert_eq!(
            mended(&example),
            "  2   2   b\n  3   3   c\n  4     - d\n      4 + X\n  5   5   e\n  6   6   f\n"
        );
        let gone = Example { spec: "a\nb\nb\nc\n", report: "", mended: "a\nb\nc\n" };
        assert_eq!(mended(&gone), "  1   1   a\n  2   2   b\n  3     - b\n  4   3   c\n");
        let moved = Example { spec: "a\nb\nc\nd\n", report: "", mended: "c\na\nb\nd\n" };
        assert_eq!(mended(&moved), "      1 + c\n  1   2   a\n  2   3   b\n  3     - c\n  4   4   d\n");
    }

    #[test]
    fn every_code_is_explained() {
        for code in CODES {
            let text = explain(&code.code.to_ascii_lowercase()).unwrap();
            assert!(text.contains(code.title) && text.contains("Mended:"), "{text}");
        }
        let whole = explain("E0401");
        for short in ["401", "0401", "e401", "E401", "e0401", " E0401 "] {
            assert_eq!(explain(short), whole, "{short}");
        }
        assert_eq!(explain("1").map(|text| text.starts_with("E0001: ")), Ok(true));
        assert!(explain("mistake").unwrap_err().contains("`opwright reference` has all"));
        assert_eq!(explain("E0109").unwrap_err(), "there is no code `E0109`; did you mean E0101?");
    }
}
