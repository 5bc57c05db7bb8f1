//! What tells one text from another: its SHA-256, in hexadecimal digits.

use sha2::{Digest, Sha256};

/// The SHA-256 of a text as 64 digits. They go into room that is taken once, for each call has a token to be hashed.
pub(crate) fn sha256(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    push_hex(&mut hex, &Sha256::digest(text));
    hex
}

/// Bytes as digits, the higher half of each first.
pub(crate) fn push_hex(hex: &mut String, bytes: &[u8]) {
    for digit in bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
        hex.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + (digit - 10) }));
    }
}
