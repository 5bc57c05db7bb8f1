//! `opwright check --explain E0401`: what a code means, a mistake of its kind, and the same without it.

use crate::report::codes::{CODES, Code, Example};
use opwright_values::json::Json;
use opwright_values::suggest::closest;
use similar::{Algorithm, Change, ChangeTag, TextDiff};

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
    let diff = TextDiff::configure().algorithm(Algorithm::Lcs).diff_lines(example.spec, example.mended);
    let lines: Vec<Change<&str>> = diff.iter_all_changes().collect();
    let is_change = |line: &Change<&str>| line.tag() != ChangeTag::Equal;
    let (Some(first), Some(last)) = (lines.iter().position(is_change), lines.iter().rposition(is_change))
    else {
        return String::new();
    };
    let number = |at: Option<usize>| at.map_or(String::new(), |at| (at + 1).to_string());
    let shown = lines.iter().take(last + 1 + AROUND).skip(first.saturating_sub(AROUND));
    shown
        .map(|line| {
            let (before, after) = (number(line.old_index()), number(line.new_index()));
            let line = format!("{before:>3} {after:>3} {} {}", line.tag(), line.value());
            format!("{}\n", line.trim_end())
        })
        .collect()
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
