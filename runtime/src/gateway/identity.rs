//! Who is calling: a bearer token, of which only the SHA-256 is kept, and a flat list of capabilities.

use crate::store::link::{Arg, Fault, sql};
use crate::store::work::Work;
use opwright_values::json::Json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::RwLock;
use std::time::{Duration, Instant};

/// Who is calling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The name that the token was made for.
    pub name: String,
    /// What it may do.
    pub capabilities: BTreeSet<String>,
}

/// The hash of a token, as it is stored.
pub fn hash(token: &str) -> String {
    Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A new token: 32 random bytes.
pub fn new_token() -> Result<String, Fault> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| Fault::Other(format!("there is no randomness: {error}")))?;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("opw_{hex}"))
}

/// Stores a token.
pub fn add(work: &mut Work, token: &str, principal: &Principal, now_us: i64) -> Result<(), Fault> {
    let capabilities = Json::List(principal.capabilities.iter().map(|it| Json::text(it.clone())).collect());
    let at = match work.dialect() {
        crate::store::link::Dialect::Sqlite => "$4",
        crate::store::link::Dialect::Postgres => "TIMESTAMPTZ 'epoch' + $4 * INTERVAL '1 microsecond'",
    };
    let text = format!(
        "INSERT INTO \"_token\" (\"hash\", \"name\", \"capabilities\", \"at\") VALUES ($1, $2, $3, {at})"
    );
    let args = vec![
        Arg::Text(hash(token)),
        Arg::Text(principal.name.clone()),
        Arg::Text(capabilities.to_string()),
        Arg::Int(now_us),
    ];
    work.execute(&sql(text), args).map(drop)
}

/// Reads all tokens.
pub fn all(work: &mut Work) -> Result<BTreeMap<String, Principal>, Fault> {
    let rows = work.query(&sql("SELECT \"hash\", \"name\", \"capabilities\" FROM \"_token\""), Vec::new())?;
    let principal = |row: &Vec<crate::store::link::Cell>| {
        let text = |at: usize| row.get(at).and_then(|cell| cell.text());
        let Ok(Json::List(list)) = Json::parse(text(2)?) else { return None };
        let capabilities = list.iter().filter_map(|it| it.as_text().map(str::to_owned)).collect();
        Some((text(0)?.to_owned(), Principal { name: text(1)?.to_owned(), capabilities }))
    };
    Ok(rows.iter().filter_map(principal).collect())
}

/// How often unknown tokens make the table be read again.
const READ_AGAIN: Duration = Duration::from_millis(200);

/// The tokens that are known. A token that is not is looked for in the table, so one that was just added works.
#[derive(Debug, Default)]
pub struct Tokens {
    known: RwLock<(BTreeMap<String, Principal>, Option<Instant>)>,
}

impl Tokens {
    /// Whose token this is, by its hash, if it is known.
    pub fn get(&self, hash: &str) -> Option<Principal> {
        let known = self.known.read().ok()?;
        known.0.get(hash).cloned()
    }

    /// Whether it is time to look into the table again.
    pub fn may_read_again(&self) -> bool {
        self.known.read().is_ok_and(|known| known.1.is_none_or(|at| at.elapsed() > READ_AGAIN))
    }

    /// What the table holds.
    pub fn set(&self, tokens: BTreeMap<String, Principal>) {
        if let Ok(mut known) = self.known.write() {
            *known = (tokens, Some(Instant::now()));
        }
    }
}
