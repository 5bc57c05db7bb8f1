//! Who is calling: a bearer token, of which only the SHA-256 is kept, and a flat list of capabilities.

use crate::digest::{push_hex, sha256};
use crate::gateway::Gateway;
use crate::refusal::Refusal;
use crate::store::layout::Kind;
use crate::store::link::{Arg, Fault, sql};
use crate::store::parts::written;
use crate::store::unit::Work;
use opwright_values::json::Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};
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
    sha256(token)
}

/// A new token: 32 random bytes.
pub fn new_token() -> Result<String, Fault> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| Fault::Other(format!("there is no randomness: {error}")))?;
    let mut token = "opw_".to_owned();
    push_hex(&mut token, &bytes);
    Ok(token)
}

/// Stores a token.
pub fn add(work: &mut Work, token: &str, principal: &Principal, now_us: i64) -> Result<(), Fault> {
    let capabilities = Json::List(principal.capabilities.iter().map(|it| Json::text(it.clone())).collect());
    let at = written(&Kind::Timestamp, "$4", work.dialect());
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

/// Whose token this is, by its hash.
pub fn find(work: &mut Work, hash: &str) -> Result<Option<Principal>, Fault> {
    let text = sql("SELECT \"name\", \"capabilities\" FROM \"_token\" WHERE \"hash\" = $1");
    let rows = work.query(&text, vec![Arg::Text(hash.to_owned())])?;
    let Some(row) = rows.first() else { return Ok(None) };
    let text = |at: usize| row.get(at).and_then(|cell| cell.text());
    let (Some(name), Some(Ok(Json::List(list)))) = (text(0), text(1).map(Json::parse)) else {
        return Err(Fault::Other("a stored token has no list of capabilities".to_owned()));
    };
    let capabilities = list.iter().filter_map(|it| it.as_text().map(str::to_owned)).collect();
    Ok(Some(Principal { name: name.to_owned(), capabilities }))
}

/// How long a token is known without being looked for again: so long does one work that was taken out of the table.
const KNOWN_FOR: Duration = Duration::from_secs(5);

/// The tokens that were looked for and found, and when. A token that is not among them is looked for in the table, so
/// one that was just added works at once.
#[derive(Debug, Default)]
pub struct Tokens {
    known: RwLock<BTreeMap<String, (Arc<Principal>, Instant)>>,
}

impl Tokens {
    /// Whose token this is, by its hash, if it was found not long ago.
    pub fn get(&self, hash: &str) -> Option<Arc<Principal>> {
        let known = self.known.read().ok()?;
        known.get(hash).filter(|(_, at)| at.elapsed() < KNOWN_FOR).map(|(principal, _)| Arc::clone(principal))
    }

    /// What the table says of a token. Only tokens that there are take room here.
    pub fn set(&self, hash: String, found: Option<Principal>) -> Option<Arc<Principal>> {
        let found = found.map(Arc::new);
        if let Ok(mut known) = self.known.write() {
            match &found {
                Some(principal) => known.insert(hash, (Arc::clone(principal), Instant::now())),
                None => known.remove(&hash),
            };
        }
        found
    }
}

impl Gateway {
    /// Who is calling. A token that is not known, or not any more, is looked for in the table.
    pub(super) async fn identify(&self, token: Option<&str>) -> Result<Arc<Principal>, Refusal> {
        let Some(hash) = token.map(hash) else { return Err(unauthenticated("no token was sent")) };
        if let Some(principal) = self.tokens.get(&hash) {
            return Ok(principal);
        }
        let asked = hash.clone();
        match self.read(move |work| find(work, &asked)).await {
            Ok(found) => {
                self.tokens.set(hash, found).ok_or_else(|| unauthenticated("this token is not known"))
            }
            Err(fault) => {
                tracing::error!(%fault, "a token cannot be looked for");
                let message = "the service cannot find out whose token this is; nothing was done";
                Err(Refusal::new("unavailable", 503, message, "call again later"))
            }
        }
    }
}

fn unauthenticated(message: &str) -> Refusal {
    Refusal::new(
        "unauthenticated",
        401,
        message,
        "send `Authorization: Bearer <token>`; `token add` makes one",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_known_once_they_are_found() {
        let tokens = Tokens::default();
        let ada = Principal { name: "ada".to_owned(), capabilities: ["a.read".to_owned()].into() };
        assert_eq!(tokens.get("h"), None);
        assert_eq!(tokens.set("h".to_owned(), Some(ada.clone())).as_deref(), Some(&ada));
        assert_eq!(tokens.get("h").as_deref(), Some(&ada));
        tokens.set("h".to_owned(), None);
        assert_eq!(tokens.get("h"), None);
    }

    #[test]
    fn only_the_hash_of_a_token_is_kept() {
        let token = new_token().unwrap();
        assert_eq!((token.len(), token.get(..4)), (68, Some("opw_")));
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
