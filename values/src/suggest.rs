//! What somebody probably meant.
//!
//! ```
//! use opwright_values::suggest::closest;
//! assert_eq!(closest("requries", ["input", "requires"]), Some("requires"));
//! ```

/// The candidate that is nearest to what was written, if one is near enough.
pub fn closest<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    nearest(written, candidates, 1).into_iter().next()
}

/// The same for names that are made of words: if none is near, the one that has all words of what was written, or that
/// without `_id`.
///
/// ```
/// use opwright_values::suggest::meant;
/// assert_eq!(meant("email", ["customer", "new_email"]), Some("new_email"));
/// assert_eq!(meant("change_email", ["change_customer_email"]), Some("change_customer_email"));
/// assert_eq!(meant("ticket_id", ["ticket", "text"]), Some("ticket"));
/// assert_eq!(meant("email", ["old_email", "new_email"]), None, "either may be meant");
/// ```
pub fn meant<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    closest(written, candidates.iter().copied()).or_else(|| with_its_words(written, &candidates))
}

/// The only candidate that has all words of what was written in their order, among others.
fn with_its_words<'c>(written: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let (bare, written) = (written.strip_suffix("_id"), written.to_ascii_lowercase());
    if written.chars().count() < WORD_MIN {
        return None;
    }
    let words = || written.split(SEPARATORS).filter(|word| !word.is_empty());
    words().next()?;
    let has_all = |candidate: &str| {
        let mut parts = candidate.split(SEPARATORS);
        words().all(|word| parts.any(|part| part == word))
    };
    let mut found = candidates.iter().filter(|it| bare == Some(**it) || has_all(it));
    let one = found.next()?;
    found.all(|other| other == one).then_some(*one)
}

/// A word that is shorter stands in too many names.
const WORD_MIN: usize = 3;

/// What stands between the words of a name.
const SEPARATORS: [char; 2] = ['_', '.'];

/// The nearest candidates, the nearest first, at most `most`.
///
/// ```
/// use opwright_values::suggest::nearest;
/// assert_eq!(nearest("#W123", ["#W124", "#X999", "#W12"], 3), ["#W124", "#W12"]);
/// ```
pub fn nearest<'c>(
    written: &str,
    candidates: impl IntoIterator<Item = &'c str>,
    most: usize,
) -> Vec<&'c str> {
    let length = written.chars().count();
    let limit = limit(length);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        // More edits than the limit are certain where the lengths differ by more: skip the slow count.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (edits(written, candidate), candidate))
        // Who mistypes a word more than once still begins it rightly: `status` does not mean `treats`.
        .filter(|(edits, candidate)| *edits <= limit && (*edits < 2 || begin_alike(written, candidate)))
        .collect();
    near.sort_by_key(|(edits, _)| *edits);
    near.into_iter().take(most).map(|(_, candidate)| candidate).collect()
}

/// How many mistakes are forgiven: in a short word, more of them make another word.
fn limit(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=5 => 1,
        6..=11 => 2,
        _ => 3,
    }
}

fn begin_alike(a: &str, b: &str) -> bool {
    let first = |text: &str| text.chars().next().map(|c| c.to_ascii_lowercase());
    first(a) == first(b)
}

/// Upper and lower case are the smallest mistake there is.
fn edits(written: &str, candidate: &str) -> usize {
    if written.eq_ignore_ascii_case(candidate) { 0 } else { distance(written, candidate) }
}

/// Edits between two texts: insert, delete, replace, or swap two neighbours (optimal string alignment).
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(128).collect(), b.chars().take(128).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut best = get(&above, j) + usize::from(x != y);
            best = best.min(get(&above, j + 1) + 1).min(get(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(get(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, edits) in
            [("", "", 0), ("a", "", 1), ("canceled", "cancelled", 1), ("ab", "ba", 1), ("abc", "xyz", 3)]
        {
            assert_eq!((distance(a, b), distance(b, a)), (edits, edits), "{a} {b}");
        }
    }

    #[test]
    fn far_words_are_not_suggested() {
        assert_eq!(closest("colour", ["requires", "input"]), None);
        assert_eq!(closest("a", ["b", ""]), None);
        assert_eq!(closest("no", ["to", "on", "now"]), None, "a short word is another word soon");
        assert_eq!(closest("total", ["title", "label"]), None);
        assert_eq!(closest("status", ["treats"]), None);
        assert_eq!(closest("customer_name", ["customer_email", "consumer"]), None);
        assert_eq!(closest("custmer", ["customer"]), Some("customer"));
        assert_eq!(closest("pyament_methd", ["payment_method"]), Some("payment_method"));
    }

    #[test]
    fn a_name_is_known_by_its_words() {
        assert_eq!(meant("email", ["customer", "new_email"]), Some("new_email"));
        assert_eq!(meant("Email", ["new_email"]), Some("new_email"));
        assert_eq!(
            meant("email_changed", ["customer.email_changed", "customer.made"]),
            Some("customer.email_changed")
        );
        assert_eq!(meant("change_email", ["change_customer_email", "close"]), Some("change_customer_email"));
        assert_eq!(meant("ticket_id", ["ticket"]), Some("ticket"));
        assert_eq!(
            meant("custmer", ["customer", "custmer_of"]),
            Some("customer"),
            "what is near is meant first"
        );
        for (written, candidates) in [
            ("email", ["old_email", "new_email"]),
            ("id", ["ticket_id", "text"]),
            ("mail", ["new_email", "text"]),
            ("email_new", ["new_email", "text"]),
            ("__", ["new_email", "text"]),
        ] {
            assert_eq!(meant(written, candidates), None, "{written}");
        }
    }

    #[test]
    fn the_case_of_letters_is_forgiven() {
        assert_eq!(closest("CANCELLED", ["canceled", "cancelled"]), Some("cancelled"));
    }
}
