//! Smaller specs: blocks of lines left out, and expressions replaced by their parts. Whether one is still a spec is for
//! `check` to say.

/// A spec without some of its lines.
pub(super) fn without(yaml: &str, from: usize, to: usize) -> String {
    let lines = yaml.lines().enumerate().filter(|(at, _)| *at < from || *at >= to);
    let mut out: String = lines.flat_map(|(_, line)| [line, "\n"]).collect();
    // A heading whose last entry went says nothing.
    while let Some(bare) = bare_heading(&out) {
        out = out
            .lines()
            .enumerate()
            .filter(|(at, _)| *at != bare)
            .flat_map(|(_, line)| [line, "\n"])
            .collect();
    }
    out
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The line of a heading with nothing below it.
fn bare_heading(yaml: &str) -> Option<usize> {
    let lines: Vec<&str> = yaml.lines().collect();
    lines.iter().enumerate().position(|(at, line)| {
        let below = lines.get(at + 1).copied().unwrap_or_default();
        let heading =
            ["steps:", "input:", "rules:", "else:", "set:", "with:", "gives:"].contains(&line.trim());
        heading
            && (indent(below) < indent(line) + 1 && !below.trim_start().starts_with("- ") || below == "---")
    })
}

/// The blocks of a spec: a document, or a line with what is indented below it; the largest first.
pub(super) fn blocks(yaml: &str) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = yaml.lines().collect();
    let mut blocks = Vec::new();
    for (from, line) in lines.iter().enumerate() {
        let rest = lines.iter().skip(from + 1);
        let inside = if *line == "---" {
            rest.take_while(|below| **below != "---").count()
        } else {
            rest.take_while(|below| **below != "---" && indent(below) > indent(line)).count()
        };
        if *line != "---" && indent(line) == 0 {
            continue;
        }
        blocks.push((from, from + 1 + inside));
    }
    blocks.sort_by_key(|(from, to)| std::cmp::Reverse(to - from));
    blocks
}

/// Specs in which one expression is simpler: a part in brackets is put in the place of what stands around it, or
/// something plain is.
pub(super) fn simpler(yaml: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (at, line) in yaml.lines().enumerate() {
        let Some((before, rest)) = line.split_once(": \"") else { continue };
        let Some((expression, after)) = rest.rsplit_once('"') else { continue };
        for other in parts(expression) {
            if other.len() < expression.len() {
                let line = format!("{before}: \"{other}\"{after}");
                let lines =
                    yaml.lines().enumerate().map(|(here, old)| if here == at { line.as_str() } else { old });
                all.push(lines.flat_map(|line| [line, "\n"]).collect());
            }
        }
    }
    all.sort_by_key(String::len);
    all
}

/// What an expression may become.
fn parts(expression: &str) -> Vec<String> {
    let mut found: Vec<String> = ["true", "1", "'a'", "1.50", "now"].map(str::to_owned).to_vec();
    for (open, _) in expression.match_indices(['(', '[', ',', '?', ':', '&', '|', '+', '<', '>', '=', '!']) {
        let Some(from) = expression.get(open + 1..) else { continue };
        let inside = closed(from).trim();
        if inside.is_empty() {
            continue;
        }
        found.push(inside.to_owned());
        // The same in the place of the brackets alone.
        for plain in ["true", "1", "'a'", "1.50"] {
            if let (Some(before), Some(after)) =
                (expression.get(..=open), expression.get(open + 1 + closed(from).len()..))
            {
                found.push(format!("{before}{plain}{after}"));
            }
        }
    }
    // A list without what is done to it.
    found.extend(expression.match_indices('.').filter_map(|(at, _)| expression.get(..at)).map(str::to_owned));
    found
}

/// What stands in front of the end of an operand.
fn closed(text: &str) -> &str {
    let (mut depth, mut quoted) = (0_i32, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' => depth += 1,
            ')' | ']' | ',' | '?' | ':' if depth == 0 => return text.get(..at).unwrap_or_default(),
            '&' | '|' | '+' | '<' | '>' | '=' if depth == 0 && at > 1 => {
                return text.get(..at).unwrap_or_default();
            }
            ')' | ']' => depth -= 1,
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_go_with_what_is_in_them() {
        let yaml = "a: 1\nsteps:\n  - let: x\n    be: \"(1 + 2)\"\nreturns: \"x\"\n";
        assert_eq!(blocks(yaml), [(2, 4), (3, 4)]);
        assert_eq!(without(yaml, 2, 4), "a: 1\nreturns: \"x\"\n");
        assert!(simpler(yaml).iter().any(|it| it.contains("be: \"1\"")));
    }
}
