//! `demo`: three calls over HTTP to a service on a database of its own, each with the link to its path.
//!
//! ```text
//! scenarios ─▶ one that writes ─┬─▶ dry run ─▶ the same, kept
//!              one that a rule refuses ─▶ refused
//! ```
//!
//! Scenarios are calls that are known to go well or to be refused, so a service shows itself without a line written for it.

use crate::command::paint::{Colour, paint};
use crate::command::{Context, Failure, say};
use crate::scenario::scenarios;
use crate::seed;
use opwright_values::scenario::{Call, Scenario};
use serde_json::Value as Json;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The calls that are made.
#[derive(Debug)]
pub(super) struct Play {
    allowed: Call,
    refused: Option<Call>,
}

/// Chooses calls that need nothing but the demo data.
pub(super) fn choose(context: &Context) -> Result<Play, Failure> {
    let sets = seed::sets(context.service).map_err(Failure::new)?;
    let data = sets.into_iter().next().map(|set| set.name);
    let all = scenarios(context.service).map_err(Failure::new)?;
    chosen(all, data.as_deref()).ok_or_else(|| {
        Failure::new("no scenario of the specs is a call that can be shown").fix(
            "write one that begins with the first `data` document and expects what is `changed`, without `given` and `first`",
        )
    })
}

fn chosen(mut all: Vec<Scenario>, data: Option<&str>) -> Option<Play> {
    all.retain(|it| it.given.is_empty() && it.first.is_empty() && it.data.as_deref() == data);
    let ruled = |it: &&Scenario| {
        it.expect.refused.is_some() && it.expect.node.as_ref().is_some_and(|node| node.starts_with("rules."))
    };
    let of = |call: &Call| all.iter().filter(ruled).find(|it| it.call.operation == call.operation);
    // One whose operation is also refused shows most: the same question, two answers.
    let done = all.iter().filter(|it| it.expect.refused.is_none());
    let allowed = done.min_by_key(|it| (it.expect.changed.is_none(), of(&it.call).is_none()))?;
    let refused = of(&allowed.call).or_else(|| all.iter().find(ruled));
    Some(Play { allowed: allowed.call.clone(), refused: refused.map(|it| it.call.clone()) })
}

/// Makes the calls, and prints what became of each.
pub(super) async fn play(play: Play, address: SocketAddr, token: String) {
    let Play { allowed, refused } = play;
    let dry = (&allowed, true, "a dry run: the answer of the real thing, and nothing is kept");
    let kept = (&allowed, false, "the same, kept");
    let refused = refused.as_ref().map(|call| (call, false, "one that a rule refuses"));
    for (number, (call, is_dry, about)) in [dry, kept].into_iter().chain(refused).enumerate() {
        say(format_args!("\n{}. {about}", number + 1));
        match made(call, is_dry, address, &token).await {
            Ok(answer) => show(call, &answer, address),
            Err(error) => say(format_args!("   the call was not answered: {error}")),
        }
    }
    say(format_args!(
        "\nThe service is up at {} until Ctrl-C; its database goes with it.",
        paint(Colour::Blue, format_args!("http://{address}/tracer/"))
    ));
}

/// A call over HTTP, as any caller makes it: status and body.
async fn made(call: &Call, dry: bool, address: SocketAddr, token: &str) -> std::io::Result<(u16, Json)> {
    let body = body(call, dry);
    say(format_args!("   POST /v1/operations/{} {body}", call.operation));
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "POST /v1/operations/{} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        call.operation,
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok((status, serde_json::from_str(body).map_err(std::io::Error::other)?))
}

fn body(call: &Call, dry: bool) -> String {
    let text = call.input.to_string();
    match (dry, text.strip_suffix('}')) {
        (true, Some("{")) => "{\"dry_run\":true}".to_owned(),
        (true, Some(open)) => format!("{open},\"dry_run\":true}}"),
        _ => text,
    }
}

fn show(call: &Call, (status, answer): &(u16, Json), address: SocketAddr) {
    let word = |key: &str| answer.get(key).and_then(Json::as_str).unwrap_or_default();
    if *status == 200 {
        say(format_args!("   {}", paint(Colour::Green, "200 done")));
    } else {
        let code = format!("{status} {}", word("code"));
        say(format_args!("   {}: {}", paint(Colour::Red, code), word("detail")));
        say(format_args!("   fix: {}", word("fix")));
    }
    let changes = answer.get("changes").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    for change in changes {
        let part = |key: &str| change.get(key).and_then(Json::as_str).unwrap_or_default();
        say(format_args!("   would change {} {}", part("resource"), part("id")));
        became(change).iter().for_each(|field| say(format_args!("     {field}")));
    }
    let link = format!("http://{address}/tracer/{}#run={}", call.operation, word("run"));
    say(format_args!("   its path: {}", paint(Colour::Blue, link)));
}

/// The fields that would be another than they are.
fn became(change: &Json) -> Vec<String> {
    let row = |key: &str| change.get(key).and_then(Json::as_object);
    let (before, Some(after)) = (row("before"), row("after")) else { return Vec::new() };
    let plain = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let was = |name: &str| before.and_then(|before| before.get(name));
    let set = after.iter().filter(|(name, value)| was(name) != Some(*value)).map(|(name, value)| {
        let was = was(name).map_or_else(String::new, |was| format!("{} → ", plain(was)));
        format!("{name}: {was}{}", plain(value))
    });
    let cleared = before.into_iter().flatten().filter(|(name, _)| !after.contains_key(*name));
    let cleared = cleared.map(|(name, was)| format!("{name}: {} → absent", plain(was)));
    set.chain(cleared).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use opwright_values::json::Json as Written;

    #[test]
    fn a_dry_run_says_so_among_its_arguments() {
        let call = |input: &str| Call { operation: "do".to_owned(), input: Written::parse(input).unwrap() };
        assert_eq!(body(&call("{}"), true), "{\"dry_run\":true}");
        assert_eq!(body(&call("{\"a\":{}}"), true), "{\"a\":{},\"dry_run\":true}");
        assert_eq!(body(&call("{\"a\":{}}"), false), "{\"a\":{}}");
    }
}
