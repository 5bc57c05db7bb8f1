//! Cursors: the keys of the last row of an answer, as a text that is sent back as it is.
//!
//! ```text
//! base64url( 8 bytes of SHA-256 over the list and what follows, then [ "2026-01-02T10:00:00Z", "tic_01h…" ] )
//! ```
//!
//! A cursor is a place in an order and no permission: whoever makes one sees what a search from there shows anyway. The
//! sum tells those that were cut, mistyped, or belong to another list.

use opwright_values::fault::Faults;
use opwright_values::json::Json;
use opwright_values::read::Reader;
use opwright_values::schema::Field;
use opwright_values::value::Value;
use opwright_values::write::{Audience, write};
use sha2::{Digest, Sha256};

const SUM: usize = 8;
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The cursor of a list, behind a row with these keys.
pub(super) fn encode(list: &str, fields: &[&Field], keys: &[Value]) -> String {
    let keys = fields.iter().zip(keys).map(|(field, value)| write(&field.ty, value, Audience::Store));
    let keys = Json::List(keys.collect()).to_string();
    let mut bytes = sum(list, keys.as_bytes()).to_vec();
    bytes.extend_from_slice(keys.as_bytes());
    to_text(&bytes)
}

/// The keys that a cursor of this list says; `None` if it is none of it.
pub(super) fn decode(list: &str, fields: &[&Field], cursor: &str) -> Option<Vec<Value>> {
    let bytes = to_bytes(cursor)?;
    let (said, keys) = bytes.split_at_checked(SUM)?;
    if said != sum(list, keys) {
        return None;
    }
    let Ok(Json::List(keys)) = Json::parse(std::str::from_utf8(keys).ok()?) else { return None };
    if keys.len() != fields.len() {
        return None;
    }
    let reader = Reader { hidden: true, ..Reader::default() };
    let read = |(field, json): (&&Field, &Json)| match json {
        Json::Null => field.optional.then_some(Value::Null),
        json => reader.read(&field.ty, json, &mut Faults::default()),
    };
    fields.iter().zip(&keys).map(read).collect()
}

fn sum(list: &str, keys: &[u8]) -> [u8; SUM] {
    let mut hash = Sha256::new();
    hash.update(list.as_bytes());
    hash.update([0]);
    hash.update(keys);
    let mut sum = [0; SUM];
    sum.iter_mut().zip(hash.finalize()).for_each(|(into, from)| *into = from);
    sum
}

fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let group = three
            .iter()
            .chain([0; 2].iter())
            .take(3)
            .fold(0_u32, |group, byte| group << 8 | u32::from(*byte));
        for place in (0..4_u32).rev().take(three.len() + 1) {
            let digit = DIGITS.get(usize::try_from(group >> (6 * place) & 63).unwrap_or(0));
            text.push(digit.map_or('A', |digit| char::from(*digit)));
        }
    }
    text
}

/// What `to_text` makes, and nothing else.
fn to_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for four in text.as_bytes().chunks(4) {
        let mut group = 0_u32;
        for at in 0..4 {
            let digit = match four.get(at) {
                Some(byte) => DIGITS.iter().position(|digit| digit == byte)?,
                None => 0,
            };
            group = group << 6 | u32::try_from(digit).ok()?;
        }
        bytes.extend(group.to_be_bytes().into_iter().skip(1).take(four.len().checked_sub(1)?));
    }
    (to_text(&bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        for length in 0..40_u8 {
            let bytes: Vec<u8> = (0..length).map(|at| at.wrapping_mul(73)).collect();
            assert_eq!(to_bytes(&to_text(&bytes)), Some(bytes));
        }
        for text in ["A", "AB", "A=", "AAA\u{e9}", "AAAB AAA", "AAAAA"] {
            assert_eq!(to_bytes(text).filter(|_| text != "AB"), None, "{text}");
        }
    }
}
