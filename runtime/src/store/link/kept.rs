//! Which statements a connection keeps prepared. Their number is bounded by the driver, and their size here: a batch joins
//! statements into one text, and mixed traffic makes ever other ones, which take many times their length.
//!
//! ```text
//! short                kept: every table has a handful, and every query is one
//! long, the first time not kept: perhaps nobody needs it again
//! long, and again      kept, until so much is kept that the connection forgets all and begins anew
//! ```

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Up to how many bytes a text is short.
const SHORT: usize = 1_024;

/// How many bytes of long texts are kept.
const KEPT: usize = 1 << 20;

/// How many long texts are remembered that were seen once.
const SEEN: usize = 10_000;

/// The statements that a connection keeps.
#[derive(Debug, Default)]
pub(super) struct Kept {
    hashes: RandomState,
    /// Long texts by their hashes, and whether they are kept.
    long: HashMap<u64, bool>,
    bytes: usize,
}

impl Kept {
    /// Whether this text is to be kept, now that it is seen.
    pub(super) fn sees(&mut self, text: &str) -> bool {
        if text.len() <= SHORT {
            return true;
        }
        if self.long.len() >= SEEN {
            self.long.retain(|_, kept| *kept);
        }
        match self.long.entry(self.hashes.hash_one(text)) {
            std::collections::hash_map::Entry::Vacant(new) => *new.insert(false),
            std::collections::hash_map::Entry::Occupied(mut known) => {
                if !known.insert(true) {
                    self.bytes += text.len();
                }
                true
            }
        }
    }

    /// Whether so much is kept that all of it has to be forgotten.
    pub(super) fn is_full(&self) -> bool {
        self.bytes > KEPT
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Conn, Link, sql};
    use super::*;
    use sqlx::Connection as _;

    fn long(number: usize) -> String {
        format!("SELECT {number}, '{}'", "x".repeat(4 * SHORT))
    }

    #[test]
    fn what_is_long_is_kept_when_it_comes_again() {
        let mut kept = Kept::default();
        assert!(kept.sees("SELECT 1"));
        assert_eq!([0, 1, 0, 0, 1].map(|number| kept.sees(&long(number))), [false, false, true, true, true]);
        assert!((2..3 * SEEN).all(|number| !kept.sees(&long(number))));
        assert!(kept.long.len() <= SEEN && !kept.is_full() && kept.sees(&long(0)));
    }

    #[test]
    fn a_connection_keeps_no_more_than_so_much() {
        let database = crate::tests::sqlite();
        let mut link = Link::open(&database.target).unwrap();
        let kept = |link: &Link| match &link.conn {
            Some(Conn::Sqlite(conn)) => conn.cached_statements_size(),
            _ => 0,
        };
        let before = kept(&link);
        let ask = |link: &mut Link, number: usize| {
            let rows = link.fetch(&sql(long(number)), Vec::new()).unwrap();
            assert_eq!(rows[0][0].int(), i64::try_from(number).ok());
        };
        (0..600).for_each(|number| ask(&mut link, number));
        assert_eq!(kept(&link), before, "what comes once is not kept");
        let mut most = 0;
        for number in 0..600 {
            ask(&mut link, number);
            most = most.max(kept(&link) - before);
        }
        assert!(most > 200 && most <= KEPT / (4 * SHORT) + 1, "{most}");
        link.close();
    }
}
