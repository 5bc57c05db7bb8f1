//! Ids: `payment_01j9…`, a prefix and twenty characters that sort by time.

/// The longest id.
pub const LENGTH_MAX: usize = 64;

/// The longest prefix of an id that is made: behind it come `_` and twenty characters.
pub const PREFIX_MAX: usize = LENGTH_MAX - 21;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A new id: `prefix_`, ten characters of milliseconds since 1970 and ten of randomness, in base 32 (Crockford).
///
/// ```
/// let id = opwright_values::id::generate("payment", 1_700_000_000_000, 7);
/// assert_eq!(id, "payment_01hf7yat000000000007");
/// ```
pub fn generate(prefix: &str, millis: u64, random: u64) -> String {
    let mut id = String::with_capacity(prefix.len() + 21);
    id.push_str(prefix);
    id.push('_');
    for (bits, from) in [(48, millis), (50, random)] {
        for place in (0..10_u32).rev() {
            let five = from.checked_shr(place * 5).unwrap_or(0) & 31;
            let five = if bits == 48 && place == 9 { five & 7 } else { five };
            let index = usize::try_from(five).unwrap_or(0);
            id.push(char::from(*ALPHABET.get(index).unwrap_or(&b'0')));
        }
    }
    id
}

/// Whether a text has the form of an id: 1 to 64 of `A-Za-z0-9_.#-`.
pub fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'#' | b'-');
    !text.is_empty() && text.len() <= LENGTH_MAX && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time() {
        let ids: Vec<String> =
            [1, 2, 40, 1_700_000_000_000].iter().map(|at| generate("x", *at, u64::MAX)).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| is_id(id) && id.len() == 22));
    }

    #[test]
    fn what_is_no_id() {
        for text in ["", "a b", "ä", "a/b", &"x".repeat(65)] {
            assert!(!is_id(text), "{text}");
        }
    }
}
