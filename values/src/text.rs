//! Text functions and formats.
//!
//! ```
//! use opwright_values::text::{email, size};
//! assert_eq!(size("née"), 3);
//! assert_eq!(email("Ann@Example.org").as_deref(), Some("ann@example.org"));
//! ```

use crate::schema::Type;
use crate::words::expected;
use regex::Regex;
use std::sync::OnceLock;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Code points.
pub fn size(text: &str) -> i64 {
    crate::list::size(text.chars().count())
}

/// `a` followed by `b`, in NFC: a mark at the start of `b` may join the last letter of `a`.
pub fn concat(a: &str, b: &str) -> String {
    nfc(&format!("{a}{b}"))
}

/// The elements with a text between them, in NFC.
pub fn join(list: &[String], between: &str) -> String {
    nfc(&list.join(between))
}

/// ASCII letters in lower case, in NFC: `T` with two dots is two characters, `ẗ` is one. All others as they are.
pub fn lower_ascii(text: &str) -> String {
    nfc(&text.to_ascii_lowercase())
}

/// ASCII letters in upper case, in NFC: `i` with a second dot is two characters, `İ` is one. All others as they are.
pub fn upper_ascii(text: &str) -> String {
    nfc(&text.to_ascii_uppercase())
}

/// Without white space (Unicode's) at both ends.
pub fn trim(text: &str) -> String {
    text.trim().to_owned()
}

/// Something that is text inside.
pub trait Str {
    /// The text.
    fn text(&self) -> &str;
}

impl Str for str {
    fn text(&self) -> &str {
        self
    }
}

impl Str for String {
    fn text(&self) -> &str {
        self
    }
}

impl<T: Str + ?Sized> Str for &T {
    fn text(&self) -> &str {
        (**self).text()
    }
}

/// The text of something that is text inside.
pub fn as_str<T: Str + ?Sized>(text: &T) -> &str {
    text.text()
}

/// A pattern that generated code searches for with `matches`; compiled on first use.
#[derive(Debug)]
pub struct Search {
    source: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Search {
    /// From a pattern that the compiler has checked.
    pub const fn new(source: &'static str) -> Self {
        Self { source, compiled: OnceLock::new() }
    }

    /// Whether the pattern is found somewhere in the text.
    pub fn found_in(&self, text: &str) -> bool {
        self.compiled
            .get_or_init(|| Regex::new(self.source).ok())
            .as_ref()
            .is_some_and(|regex| regex.is_match(text))
    }
}

/// Compiles a pattern that a whole value has to match.
pub fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    // Alone first: `a)|(b` is no pattern, but would be one between the brackets.
    Regex::new(pattern)?;
    Regex::new(&format!("^(?:{pattern})$"))
}

/// The text in NFC.
pub fn nfc(text: &str) -> String {
    if in_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// Whether the text is in NFC.
pub fn in_nfc(text: &str) -> bool {
    text.is_ascii() || is_nfc(text)
}

/// The first character that a text may not hold: a control character, or with `lines` one that is no line end.
pub fn control(text: &str, lines: bool) -> Option<char> {
    text.chars().find(|c| c.is_control() && !(lines && matches!(c, '\n' | '\r')))
}

/// An email address in lower case, if it is one (the form of the HTML standard, with a dot in the domain).
pub fn email(text: &str) -> Option<String> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| {
        let label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
        Regex::new(&format!(r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@(?:{label}\.)+{label}$")).ok()
    });
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text)).then(|| text.to_ascii_lowercase())
}

/// Whether this is an absolute http or https address.
pub fn is_url(text: &str) -> bool {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| {
        Regex::new(r#"^https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:[/?#][^\s\p{Cc}<>"\\^`{|}]*)?$"#).ok()
    });
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// What a text takes that holds a control character, if it may not hold any: what is wrong with it.
pub(crate) fn one_line(ty: &Type, value: &str) -> Option<String> {
    match ty {
        Type::Text { lines: false, .. } => control(value, false)?,
        _ => return None,
    };
    Some(format!("{}, without control characters", expected(ty).replacen("a text", "one line", 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails() {
        for good in ["a@b.co", "first.last+tag@sub.example.org"] {
            assert!(email(good).is_some(), "{good}");
        }
        for bad in ["", "a", "a@b", "a@@b.co", "a b@c.de", "a@-b.co", "a@b..co"] {
            assert!(email(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn urls() {
        for good in ["https://example.org", "http://localhost:80/a?b=c#d"] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "example.org",
            "ftp://example.org",
            "https://",
            "https://exa mple.org",
            "javascript:alert(1)",
            "https://a.b/\u{1}",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }

    #[test]
    fn control_characters() {
        assert_eq!(control("a\nb", true), None);
        assert_eq!(control("a\nb", false), Some('\n'));
        assert_eq!(control("a\0b", true), Some('\0'));
    }

    #[test]
    fn a_whole_value_matches() {
        let digits = whole("[0-9]+|x").unwrap();
        assert!(digits.is_match("12") && digits.is_match("x"));
        assert!(!digits.is_match("12x") && !digits.is_match("12\n"));
        assert!(whole("a)|(b").is_err());
        assert!(whole("(?m)a").is_ok_and(|pattern| !pattern.is_match("a\na")));
    }

    #[test]
    fn texts_stay_in_nfc() {
        assert_eq!(concat("e", "\u{301}"), "é");
        assert_eq!(join(&["e".to_owned(), "\u{301}".to_owned()], ""), "é");
        assert_eq!(lower_ascii("T\u{308}"), "\u{1e97}");
        assert_eq!(upper_ascii("i\u{307}"), "\u{130}");
        assert!(in_nfc("née") && !in_nfc("ne\u{301}e"));
    }

    #[test]
    fn white_space_is_that_of_unicode() {
        assert_eq!(trim("\u{3000}\t a\u{200b} \u{85}"), "a\u{200b}");
        assert_eq!((lower_ascii("ÄB").as_str(), upper_ascii("äb").as_str()), ("Äb", "äB"));
        assert_eq!(size("🦀é"), 2);
    }
}
