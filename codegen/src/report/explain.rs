//! `opwright check --explain E0401`: what a code means, a mistake of its kind, and the same without it.

use crate::report::codes::{CODES, Code, Example};
use opwright_values::suggest::closest;

/// How many lines are shown around those that were mended.
const AROUND: usize = 2;

/// The explanation of a code, as a person types it; else what to type instead.
pub fn explain(code: &str) -> Result<String, String> {
    let written = code.trim().to_ascii_uppercase();
    let digits = written.trim_start_matches('E');
    let is_number = digits.len() <= 4 && digits.chars().all(|c| c.is_ascii_digit()) && !digits.is_empty();
    let wanted = if is_number { format!("E{digits:0>4}") } else { written };
    let Some(Code { code, title, explanation, example }) = CODES.iter().find(|it| it.code == wanted) else {
        let known = CODES.iter().map(|it| it.code);
        let all = || "; `opwright reference` has all of them".to_owned();
        let meant = closest(&wanted, known).map_or_else(all, |it| format!("; did you mean {it}?"));
        return Err(format!("there is no code `{code}`{meant}"));
    };
    let report = example.report.trim_end();
    Ok(format!("{code}: {title}\n\n{explanation}\n\nSuch as:\n\n{report}\n\nMended:\n\n{}", mended(example)))
}

/// The lines that were mended, marked, with some around them.
pub(crate) fn mended(example: &Example) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (example.spec.lines().collect(), example.mended.lines().collect());
    let same = |(a, b): &(&&str, &&str)| a == b;
    let front = before.iter().zip(&after).take_while(same).count();
    let rest = before.len().min(after.len()) - front;
    let back = before.iter().rev().zip(after.iter().rev()).take_while(same).take(rest).count();
    let end = after.len() - back;
    let line = |(at, text): (usize, &&str)| {
        let mark = if (front..end).contains(&at) { '+' } else { ' ' };
        format!("{:>3} {mark} {text}\n", at + 1)
    };
    let shown = after.iter().enumerate().take(end + AROUND).skip(front.saturating_sub(AROUND));
    shown.map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_mended_is_marked() {
        let example = Example { spec: "a\nb\nc\nd\ne\nf\n", report: "", mended: "a\nb\nc\nX\ne\nf\n" };
        assert_eq!(mended(&example), "  2   b\n  3   c\n  4 + X\n  5   e\n  6   f\n");
        let gone = Example { spec: "a\nb\nb\nc\n", report: "", mended: "a\nb\nc\n" };
        assert_eq!(mended(&gone), "  1   a\n  2   b\n  3   c\n");
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
