//! What something that has no name might be called.
//!
//! ```text
//! - when: has(customer.phone)            as: has_phone
//! - each: customer.orders                as: order
//! - require: customer.credit > 0         refuse: low_credit
//! ```

/// A name for a choice with this condition.
pub(crate) fn choice(condition: &str) -> Option<String> {
    of_condition(condition, true)
}

/// A code for the refusal where this condition does not hold.
pub(crate) fn refusal(condition: &str) -> Option<String> {
    of_condition(condition, false)
}

/// A name for what a loop takes from a list.
pub(crate) fn element(list: &str) -> Option<String> {
    let list = last(list)?;
    let one = match list.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => {
            list.strip_suffix('s').filter(|one| one.len() > 1).map_or(format!("one_{list}"), str::to_owned)
        }
    };
    Some(one)
}

/// A name for a condition, or for its opposite.
fn of_condition(condition: &str, holds: bool) -> Option<String> {
    let condition = condition.trim();
    if let Some(inner) = condition.strip_prefix('!').filter(|rest| !rest.starts_with('=')) {
        return of_condition(inner.trim_matches(['(', ')', ' ']), !holds);
    }
    if let Some(path) = condition.strip_prefix("has(") {
        let path = last(path.strip_suffix(')').unwrap_or(path))?;
        return Some(format!("{}_{path}", if holds { "has" } else { "no" }));
    }
    for (sign, same) in [("==", true), ("!=", false)] {
        if let Some((path, value)) = condition.split_once(sign) {
            let value = value.trim().trim_matches(['\'', '"']);
            let alike = holds == same;
            return Some(match last(value).filter(|_| !value.contains('.')) {
                Some(what) => format!("{}_{what}", if alike { "is" } else { "not" }),
                // What it is compared with names no state.
                None => format!("{}_{}", if alike { "same" } else { "other" }, last(path)?),
            });
        }
    }
    if let Some((path, sign)) = condition.find(['<', '>']).and_then(|at| condition.split_at_checked(at)) {
        let high = sign.starts_with('>') == holds;
        return Some(format!("{}_{}", if high { "high" } else { "low" }, last(path)?));
    }
    let path = last(condition)?;
    Some(if holds { format!("is_{path}") } else { format!("not_{path}") })
}

/// The last name of a path, if it is one, in small letters as names are.
fn last(path: &str) -> Option<&str> {
    let name = path.trim().rsplit('.').next()?;
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    (begins && path.trim().chars().all(|c| is_name(c) || c == '.') && !matches!(name, "true" | "false"))
        .then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_might_be_called() {
        for (condition, yes, no) in [
            ("has(customer.phone)", "has_phone", "no_phone"),
            ("!has(customer.phone)", "no_phone", "has_phone"),
            ("order.state == 'open'", "is_open", "not_open"),
            ("order.state != 'open'", "not_open", "is_open"),
            ("customer.email == 'a@b.org'", "same_email", "other_email"),
            ("customer.email != input.email", "other_email", "same_email"),
            ("customer.credit > 0", "high_credit", "low_credit"),
            ("input.count <= order.weight", "low_count", "high_count"),
            ("order.urgent", "is_urgent", "not_urgent"),
            ("!order.urgent", "not_urgent", "is_urgent"),
        ] {
            assert_eq!((choice(condition).as_deref(), refusal(condition).as_deref()), (Some(yes), Some(no)));
        }
        assert_eq!(choice("order.lines.all(l, l.price > 0)"), None);
        assert_eq!(element("customer.orders").as_deref(), Some("order"));
        assert_eq!(element("input.entries").as_deref(), Some("entry"));
        assert_eq!(element("input.data").as_deref(), Some("one_data"));
        assert_eq!(element("orders.filter(o, o.open)"), None);
    }
}
