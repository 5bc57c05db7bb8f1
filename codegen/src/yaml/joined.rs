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

/// The text with `{…}` that says what an expression puts together, if it joins texts in quotes and something else.
///
/// ```text
/// "lent " + book.title      lent {book.title}
/// ```
pub(crate) fn filled(expression: &str) -> Option<String> {
    let (mut filled, mut has_text, mut has_value) = (String::new(), false, false);
    for part in operands(expression)? {
        let part = part.trim();
        if let Some(quote) = part.chars().next().filter(|c| matches!(c, '\'' | '"')) {
            let text = part.get(1..)?.strip_suffix(quote)?;
            if text.contains([quote, '{', '}', '\\']) {
                return None;
            }
            filled.push_str(text);
            has_text = true;
        } else {
            let value = part.strip_prefix("string(").and_then(|it| it.strip_suffix(')')).unwrap_or(part);
            if !is_value(part) || value.contains([':', '{', '}']) {
                return None;
            }
            filled.push_str(&format!("{{{value}}}"));
            has_value = true;
        }
    }
    (has_text && has_value).then_some(filled)
}

/// Whether this reads as a path or a call, not as words of a text.
fn is_value(part: &str) -> bool {
    let word =
        part.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(part.len());
    let (word, behind) = part.split_at_checked(word).unwrap_or_default();
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && (behind.is_empty() || behind.starts_with('('))
}

/// What stands between the `+` of an expression.
fn operands(expression: &str) -> Option<Vec<&str>> {
    let (mut operands, mut from, mut open, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, c) in expression.char_indices() {
        match (quote, c) {
            (Some(begun), _) if begun == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => open += 1,
            (None, ')' | ']') => open = open.checked_sub(1)?,
            (None, '+') if open == 0 => {
                operands.push(expression.get(from..at)?);
                from = at + 1;
            }
            _ => {}
        }
    }
    operands.push(expression.get(from..)?);
    (open == 0 && quote.is_none()).then_some(operands)
}

fn push_text(parts: &mut Vec<String>, text: &str) {
    if !text.is_empty() {
        parts.push(format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")));
    }
}

#[cfg(test)]
mod tests {
    use super::{filled, joined};

    #[test]
    fn what_is_joined_stands_in_braces() {
        let is = |text: &str, expected: Option<&str>| assert_eq!(filled(text).as_deref(), expected, "{text}");
        is("\"lent \" + book.title", Some("lent {book.title}"));
        is("'It is ' + a.b + ' of ' + string(a.c)", Some("It is {a.b} of {a.c}"));
        is("a.b.or(c) + '!'", Some("{a.b.or(c)}!"));
        is("\"A\" + \"B\" are texts", None);
        is("salt + pepper", None);
        is("a 'b' + c", None);
    }

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
