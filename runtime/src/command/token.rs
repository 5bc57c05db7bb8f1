//! `token`: who may call, and what. A token is printed once; only its SHA-256 is stored.

use crate::command::{Context, Failure, say, tell};
use crate::env::Env;
use crate::gateway::identity::{self, Principal};
use crate::store::layout::{Kind, Layout};
use crate::store::link::{Arg, Cell, Fault, Link, sql};
use crate::store::once::once;
use crate::store::parts;
use crate::store::unit::{Plan, Work};
use opwright_values::suggest::closest;
use opwright_values::time::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The longest name of a token.
const NAME_MAX: usize = 64;

/// `token add NAME CAPABILITY…`
pub(super) fn add(context: &Context, name: &str, capabilities: &[String]) -> Result<(), Failure> {
    if name.is_empty() || name.len() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Failure::new(format!("a token has a name of 1 to {NAME_MAX} characters"))
            .fix("name it after the agent that it is for"));
    }
    if capabilities.is_empty() {
        let which = "say behind its name what it allows: one or more of";
        return Err(Failure::usage(format!("the token `{name}` would allow nothing"))
            .fix(&listed_behind(context, which)));
    }
    for capability in capabilities {
        known(context, capability)?;
    }
    let mut link = context.open()?;
    if listed(&mut link)?.iter().any(|(known, ..)| known == name) {
        return Err(Failure::new(format!("there is a token called `{name}` already"))
            .fix("choose another name, such as one with a date: what an agent did is kept under its name"));
    }
    let principal = Principal { name: name.to_owned(), capabilities: capabilities.iter().cloned().collect() };
    let token = store(context, link, &principal, false)?;
    say(format_args!("{token}"));
    tell(format_args!(
        "\nThis is the token of `{name}`. It is shown only now; send it as `Authorization: Bearer …`."
    ));
    Ok(())
}

/// Makes and stores a token; one of the same name may be replaced.
pub(super) fn store(
    context: &Context,
    link: Link,
    principal: &Principal,
    replaces: bool,
) -> Result<String, Failure> {
    let plan: Arc<Plan> = Plan::new(Layout::of(&context.schema), context.target.dialect());
    let token = identity::new_token().map_err(Failure::new)?;
    let stored = once(link, &plan, |work| {
        if replaces {
            forget(work, &principal.name)?;
        }
        identity::add(work, &token, principal, Env::present().now.micros())
    });
    let ((), link) = stored.map_err(|fault| Failure::new(format!("the token is not stored: {fault}")))?;
    link.close();
    Ok(token)
}

/// `token list`
pub(super) fn list(context: &Context) -> Result<(), Failure> {
    let mut link = context.open()?;
    let tokens = listed(&mut link)?;
    link.close();
    // Capabilities are kept as a list in JSON.
    let tokens: Vec<Token> = tokens
        .into_iter()
        .map(|(name, capabilities, at_us)| Token {
            name,
            capabilities: serde_json::from_str(&capabilities).unwrap_or_default(),
            made: Timestamp::from_micros(at_us),
        })
        .collect();
    if context.json {
        let token = |Token { name, capabilities, made }: &Token| serde_json::json!({ "name": name, "capabilities": capabilities, "made": made.to_string() });
        say(serde_json::Value::from(tokens.iter().map(token).collect::<Vec<_>>()));
    } else if tokens.is_empty() {
        let add = context.command("token add NAME CAPABILITY…");
        tell(format_args!("there are no tokens; {add} makes one"));
    } else {
        say(table(&tokens, &context.schema.capabilities.keys().map(String::as_str).collect::<Vec<_>>())
            .trim_end());
    }
    Ok(())
}

/// A token, without what would let somebody use it.
struct Token {
    name: String,
    capabilities: BTreeSet<String>,
    made: Timestamp,
}

/// Tokens for people: a line each, below each other; `all` are the capabilities that there are.
fn table(tokens: &[Token], all: &[&str]) -> String {
    let may = |token: &Token| match token.capabilities.len() {
        0 => "nothing".to_owned(),
        _ if !all.is_empty() && all.iter().all(|it| token.capabilities.contains(*it)) => {
            "everything".to_owned()
        }
        _ => token.capabilities.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
    };
    // To the second, which is enough to tell tokens apart by.
    let made = |token: &Token| {
        let at = token.made.to_string().replace('T', " ");
        at.split('.').next().unwrap_or(&at).to_owned() + " UTC"
    };
    let titles = ("name".to_owned(), "made".to_owned(), "may".to_owned());
    let lines = tokens.iter().map(|token| (token.name.clone(), made(token), may(token)));
    let lines: Vec<_> = std::iter::once(titles).chain(lines).collect();
    let names = lines.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
    let times = lines.iter().map(|(_, at, _)| at.chars().count()).max().unwrap_or(0);
    lines.iter().map(|(name, at, may)| format!("{name:names$}  {at:times$}  {may}\n")).collect()
}

/// `token revoke NAME`
pub(super) fn revoke(context: &Context, name: &str) -> Result<(), Failure> {
    let mut link = context.open()?;
    let names: Vec<String> = listed(&mut link)?.into_iter().map(|(name, ..)| name).collect();
    if !names.iter().any(|known| known == name) {
        let failure = Failure::new(format!("there is no token called `{name}`"));
        let meant = closest(name, names.iter().map(String::as_str));
        return Err(match meant {
            Some(meant) => failure.fix(&format!("did you mean `{meant}`?")),
            None => failure.fix(&format!("{} says which there are", context.command("token list"))),
        });
    }
    let plan: Arc<Plan> = Plan::new(Layout::of(&context.schema), context.target.dialect());
    let ended = once(link, &plan, |work| forget(work, name));
    let ((), link) = ended.map_err(|fault| Failure::new(format!("the token is not ended: {fault}")))?;
    link.close();
    tell(format_args!("`{name}` has ended; a service that runs refuses it after 5 seconds at most"));
    Ok(())
}

fn forget(work: &mut Work, name: &str) -> Result<(), Fault> {
    let delete = sql("DELETE FROM \"_token\" WHERE \"name\" = $1");
    work.execute(&delete, vec![Arg::Text(name.to_owned())]).map(drop)
}

fn listed(link: &mut Link) -> Result<Vec<(String, String, i64)>, Failure> {
    let at = parts::read(&Kind::Timestamp, "at", link.dialect());
    let select = format!("SELECT \"name\", \"capabilities\", {at} FROM \"_token\" ORDER BY \"at\", \"name\"");
    let rows = link.fetch(&sql(select), Vec::new()).map_err(Failure::new)?;
    let one = |row: &Vec<Cell>| {
        Some((row.first()?.text()?.to_owned(), row.get(1)?.text()?.to_owned(), row.get(2)?.int()?))
    };
    Ok(rows.iter().filter_map(one).collect())
}

fn known(context: &Context, capability: &str) -> Result<(), Failure> {
    let all = &context.schema.capabilities;
    if all.contains_key(capability) {
        return Ok(());
    }
    let failure = Failure::new(format!("`{}` has no capability `{capability}`", context.schema.service));
    if let Some(meant) = closest(capability, all.keys().map(String::as_str)) {
        return Err(failure.fix(&format!("did you mean `{meant}`?")));
    }
    Err(failure.fix(&listed_behind(context, "choose among")))
}

/// Words, and behind them all capabilities that there are, a line each.
fn listed_behind(context: &Context, words: &str) -> String {
    let line = |(name, words): (&String, &String)| format!("\n    {name}: {words}");
    let lines: String = context.schema.capabilities.iter().map(line).collect();
    if lines.is_empty() { "the specs have no capability yet".to_owned() } else { format!("{words}{lines}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_stand_below_each_other_in_words() {
        let token = |name: &str, may: &[&str]| Token {
            name: name.to_owned(),
            capabilities: may.iter().map(|&it| it.to_owned()).collect(),
            made: Timestamp::from_micros(1_000_000),
        };
        let tokens = [
            token("Jürgen's agent", &["b.write", "a.read"]),
            token("demo", &["a.read", "b.write", "c.write"]),
            token("old", &[]),
        ];
        let said = table(&tokens, &["a.read", "b.write", "c.write"]);
        let wanted = "name            made                     may\n\
                      Jürgen's agent  1970-01-01 00:00:01 UTC  a.read, b.write\n\
                      demo            1970-01-01 00:00:01 UTC  everything\n\
                      old             1970-01-01 00:00:01 UTC  nothing\n";
        assert_eq!(said, wanted);
    }
}
