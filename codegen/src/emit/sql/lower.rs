//! `lowerAscii` in SQL, whose `lower` leaves two characters where Unicode has one for both: `T` with two dots is a letter
//! and a mark, `ẗ` is one character.
//!
//! Only a mark right behind its letter is joined with it: neither a mark in between, nor all of NFC, is said alike by both
//! databases.

use super::Dialect;

/// All letters of ASCII that a mark becomes one with in lower case only: both as two characters, and as one.
const JOINED: &[(&str, &str)] = &[
    ("h\u{331}", "\u{1e96}"),
    ("j\u{30c}", "\u{1f0}"),
    ("t\u{308}", "\u{1e97}"),
    ("w\u{30a}", "\u{1e98}"),
    ("y\u{30a}", "\u{1e99}"),
];

/// A text in lower case.
pub(super) fn lower(of: &str, dialect: Dialect) -> String {
    let lower = match dialect {
        Dialect::Sqlite => format!("lower({of})"),
        Dialect::Postgres => format!("lower({of} COLLATE \"C\")"),
    };
    JOINED.iter().fold(lower, |text, (two, one)| format!("replace({text}, '{two}', '{one}')"))
}

#[cfg(test)]
mod tests {
    use super::JOINED;
    use opwright_values::text::{in_nfc, lower_ascii, nfc};

    #[test]
    fn all_that_are_joined_in_lower_case_only_are_listed() {
        let mut found = Vec::new();
        for mark in '\u{300}'..'\u{20000}' {
            for letter in 'A'..='Z' {
                let upper = format!("{letter}{mark}");
                if in_nfc(&upper) && lower_ascii(&upper) != upper.to_ascii_lowercase() {
                    found.push((upper.to_ascii_lowercase(), nfc(&upper.to_ascii_lowercase())));
                }
            }
        }
        found.sort();
        let listed: Vec<(String, String)> =
            JOINED.iter().map(|(two, one)| ((*two).to_owned(), (*one).to_owned())).collect();
        assert_eq!(found, listed);
    }
}
