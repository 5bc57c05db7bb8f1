//! A text with `{…}` in it, as the expression that puts it together.
//!
//! ```text
//! {input.name} and {customer.name}      input.name + ' and ' + customer.name
//! ```

/// The expression that says what a text with `{…}` says, if every brace of it holds one.
pub(crate) fn joined(text: &str) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at_checked(at)?;
        push_text(&mut parts, before.strip_suffix('$').unwrap_or(before));
        let inside =
            from.strip_prefix("{{").map(|it| (it, "}}")).or(from.strip_prefix('{').map(|it| (it, "}")));
        let (inside, close) = inside?;
        let (inside, behind) = inside.split_once(close)?;
        let inside = inside.trim();
        // `{'a': 1}` is a map, as CEL writes it.
        let is_map = inside.contains(':') && !inside.contains('?');
        if is_map || inside.is_empty() || inside.contains(['{', '}', ';']) || inside.starts_with(['\'', '"'])
        {
            return None;
        }
        let simple = inside.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
        parts.push(if simple { inside.to_owned() } else { format!("({inside})") });
        rest = behind;
    }
    push_text(&mut parts, rest);
    (!parts.is_empty()).then(|| parts.join(" + "))
}

fn push_text(parts: &mut Vec<String>, text: &str) {
    if !text.is_empty() {
        parts.push(format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")));
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn what_stands_in_braces_is_joined() {
        let is = |text: &str, expected: &str| assert_eq!(joined(text).as_deref(), Some(expected), "{text}");
        is("{input.name}", "input.name");
        is("{{ input.name }}", "input.name");
        is("${input.name}!", "input.name + '!'");
        is("It's {a.b} and {c + d}", "'It\\'s ' + a.b + ' and ' + (c + d)");
        assert_eq!(joined("{}"), None);
        assert_eq!(joined("{'a': 1}"), None);
        assert_eq!(joined("a } b"), None);
    }
}
