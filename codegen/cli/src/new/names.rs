//! Which names cargo, Rust and specs all take.

use crate::slip::Slip;

/// Names that cargo or Rust keep for themselves.
const TAKEN: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "build",
    "const",
    "continue",
    "core",
    "crate",
    "deps",
    "do",
    "dyn",
    "else",
    "enum",
    "examples",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "incremental",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc_macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// The longest name of a service.
const NAME_MAX: usize = 48;

/// Says why something cannot be the name of a service; `given` is what was given besides, for the fix.
pub(super) fn check(name: &str, given: &str) -> Result<(), Slip> {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    let single = !name.ends_with('_') && !name.contains("__");
    if !plain || !single || name.len() > NAME_MAX {
        let plain = plainly(name).unwrap_or_else(|| "my_shop".to_owned());
        return Err(Slip::new(
            format!(
                "`{name}` cannot be the name of a service: lower-case letters, digits and single `_` between them, at most {NAME_MAX}, a letter first"
            ),
            format!("write `opwright new {plain}{given}`"),
        ));
    }
    if TAKEN.contains(&name) {
        return Err(Slip::new(
            format!("`{name}` means something to cargo or Rust"),
            format!("choose another name, such as `my_{name}`"),
        ));
    }
    Ok(())
}

/// A name as services have it, from one that is written otherwise: `My Shop` is `my_shop`.
fn plainly(name: &str) -> Option<String> {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let plain = words.join("_");
    check(&plain, "").is_ok().then_some(plain)
}
