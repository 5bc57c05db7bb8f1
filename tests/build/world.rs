//! A service whose one operation reads every expression of the compiler's table, and finds rows by every `where` of
//! it: once by SQL, once by the same condition in Rust over all rows.
//!
//! ```text
//! - load: order                                  - let: f3
//!   where: "row.number > input.count"              be: "every.filter(q, q.number > input.count)"
//!   as: s3
//! ```

use crate::random::Random;
use std::fmt::Write as _;

const SERVICE: &str = include_str!("../../codegen/tests/expressions/world.yaml");
const TABLE: &str = include_str!("../../codegen/tests/expressions/expressions.txt");

/// The expressions of the table that have a type, with their way of use.
fn fine() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = TABLE.lines().zip(TABLE.lines().skip(1));
    let fine = lines.filter(|(line, below)| {
        !line.starts_with(' ') && below.starts_with("    ") && !below.starts_with("    E")
    });
    fine.map(|(line, _)| match line.strip_prefix('[').and_then(|line| line.split_once("] ")) {
        Some((mode, rest)) if mode.starts_with(|c: char| c.is_ascii_lowercase()) => (mode, rest),
        _ => ("", line),
    })
}

/// The service in YAML.
pub fn yaml() -> String {
    let mut yaml = SERVICE.to_owned();
    yaml.push_str("steps:\n  - let: n\n    be: input.count\n");
    yaml.push_str("  - load: order\n    max: 60\n    as: every\n");
    let (mut returns, mut number) = (String::new(), 0);
    for (mode, expression) in fine() {
        let quoted = expression.replace('\\', "\\\\").replace('"', "\\\"");
        match mode {
            "" => {
                let _ = write!(yaml, "  - let: v{number}\n    be: \"{quoted}\"\n");
            }
            "where" => {
                let filter = words(&quoted, "row", "q");
                let _ = write!(
                    yaml,
                    "  - load: order\n    where: \"{quoted}\"\n    max: 60\n    as: s{number}\n"
                );
                let _ = write!(yaml, "  - let: f{number}\n    be: \"every.filter(q, {filter})\"\n");
                let _ = write!(
                    returns,
                    "  s{number}: \"s{number}.map(z, z.id)\"\n  f{number}: \"f{number}.map(z, z.id)\"\n"
                );
            }
            _ => {}
        }
        number += 1;
    }
    let _ = write!(yaml, "returns:\n{returns}---\n{}", data());
    yaml
}

/// A text with a word replaced.
fn words(text: &str, word: &str, by: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, from) = rest.split_at(at);
        let after = from.get(word.len()..).unwrap_or("");
        let whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '.' || c == '_')
            && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        out.push_str(before);
        out.push_str(if whole { by } else { word });
        rest = after;
    }
    out + rest
}

/// Random rows, with values that the conditions ask for.
fn data() -> String {
    let mut random = Random(0x5eed_da7a);
    let mut yaml = "data: some\nsummary: Random rows.\nrows:\n  user:\n".to_owned();
    for user in 0..6 {
        let (name, city) = (
            random.pick(&["a", "b", "ab", "é", "T\u{308}", "A_", "50%", "z"]),
            random.pick(&["a", "A", "b"]),
        );
        let level = random.pick(&["low", "high"]);
        let _ = write!(
            yaml,
            "    - {{ id: usr_{user}, name: \"{name}\", email: u{user}@x.example, level: {level}, "
        );
        let line = random.pick(&["", ", line: second"]);
        let _ =
            write!(yaml, "home: {{ city: \"{city}\"{line} }}, tags: [a], codes: [], prices: {{ a: 1.50 }}");
        let phone = random.pick(&["", ", phone: '12'", ", phone: '12345'"]);
        let boss = if user == 0 { "" } else { random.pick(&["", ", boss_id: usr_0"]) };
        let _ = writeln!(yaml, "{phone}{boss} }}");
    }
    yaml.push_str("  order:\n");
    for order in 0..60 {
        let user = random.pick(&["usr_0", "usr_1", "usr_2", "usr_3", "usr_4", "usr_5"]);
        let number = random.pick(&["1", "2", "3", "5", "9"]);
        let paid = random.pick(&["-3.00", "0.00", "0.99", "1.00", "2.50", "5.00"]);
        let open = random.pick(&["true", "false"]);
        let status = random.pick(&["pending", "shipped", "pending (item modified)"]);
        let rate = random
            .pick(&["", "    rate: 0.2500\n      ", "rate: 0.5000\n      ", "rate: 1.0000\n      "])
            .trim_start();
        let took = random.pick(&["", "took: PT1H\n      ", "took: PT2H\n      "]);
        let day = random.pick(&["1969-12-31", "2026-01-01", "2026-01-02", "2026-01-03"]);
        let _ = write!(
            yaml,
            "    - order_id: ord_{order}\n      user_id: {user}\n      number: {number}\n      open: {open}\n"
        );
        let _ = write!(
            yaml,
            "      paid: {paid}\n      {rate}status: '{status}'\n      at: {day}T10:00:00Z\n      day: {day}\n      {took}lines:\n"
        );
        for _ in 0..random.below(4).max(u64::from(order < 10)) {
            let (item, count) = (random.pick(&["a", "b", "c"]), random.pick(&["1", "2", "4"]));
            let price = random.pick(&["", ", price: 0.50", ", price: 2.50", ", price: 10.00"]);
            let _ = writeln!(yaml, "        - {{ item: {item}, count: {count}{price} }}");
        }
        if yaml.ends_with("lines:\n") {
            yaml.truncate(yaml.len() - "lines:\n".len());
            yaml.push_str("lines: []\n");
        }
    }
    yaml
}
