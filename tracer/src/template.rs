//! Texts in which `{expression}` stands for a value: what exits say, and what an outcome tells.

/// A template with its values: `{customer.id}` is the operand of that text. What is in braces and no operand stays, for
/// it is a text of the spec; an operand may hold braces itself, in quotes.
pub fn filled(template: &str, operands: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, from)) = rest.split_once('{') {
        out.push_str(before);
        let closed = |text: &str| from.strip_prefix(text).and_then(|after| after.strip_prefix('}'));
        let named = operands.iter().filter_map(|(text, value)| Some((closed(text)?, value)));
        match named.min_by_key(|(after, _)| after.len()) {
            Some((after, value)) => {
                out.push_str(value);
                rest = after;
            }
            None => {
                out.push('{');
                rest = from;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_without_a_value_stay() {
        let operands = [("a.b", "{x}"), ("x", "1"), ("m['}']", "2")];
        assert_eq!(filled("{a.b} and {x}{y} {m['}']} {", &operands), "{x} and 1{y} 2 {");
    }
}
