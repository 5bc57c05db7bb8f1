//! Scenarios as written.
//!
//! ```yaml
//! scenario: a banned customer keeps their address
//! data: demo
//! call: change_customer_email
//! input: { customer: cus_mal, new_email: mal@new.example }
//! expect: { refused: customer_banned }
//! ```

use crate::decl::{Header, Rows, header, rows};
use crate::decode::{Map, items};
use crate::keys::scenarios::{AGENT, CALL, EMITTED, EXPECT, SCENARIO};
use crate::report::Report;
use crate::source::Span;
use crate::yaml::{Node, Text};

/// A `scenario`.
#[derive(Debug)]
pub struct ScenarioDecl {
    /// What every document has; the name is a sentence.
    pub header: Header,
    /// The `data` document that it begins with.
    pub data: Option<Text>,
    /// More rows.
    pub given: Rows,
    /// The name of who calls.
    pub agent: Option<Text>,
    /// What they may do, where it is said.
    pub capabilities: Option<Vec<Text>>,
    /// The time.
    pub at: Option<Node>,
    /// Calls that must succeed.
    pub first: Vec<CallDecl>,
    /// The call.
    pub call: CallDecl,
    /// What is expected of it.
    pub expect: ExpectDecl,
}

/// A call.
#[derive(Debug)]
pub struct CallDecl {
    /// The operation.
    pub operation: Text,
    /// The arguments.
    pub input: Option<Node>,
}

/// What is expected of a call.
#[derive(Debug)]
pub struct ExpectDecl {
    /// The code of the refusal.
    pub refused: Option<Text>,
    /// The node of the refusal.
    pub node: Option<Text>,
    /// What comes back.
    pub returns: Option<Node>,
    /// What changes.
    pub changed: Option<Node>,
    /// Which events are told.
    pub emitted: Option<Vec<EmittedDecl>>,
    /// Where its key stands.
    pub span: Span,
    /// Whether a key of it is not known, so that it may say more than is read.
    pub more: bool,
}

/// An event that is expected.
#[derive(Debug)]
pub struct EmittedDecl {
    /// Its name.
    pub event: Text,
    /// What it carries.
    pub with: Option<Node>,
    /// Where it stands.
    pub span: Span,
}

/// Reads a scenario.
pub fn read(node: &Node, report: &mut Report) -> Option<ScenarioDecl> {
    let mut map = Map::of(node, &SCENARIO, report)?;
    let header = header(&mut map, "scenario", false, report)?;
    let data = map.text("data", report);
    let given = map.take("given").map_or_else(Vec::new, |node| rows(node, "`given`", report));
    let (agent, capabilities) =
        map.take("agent").and_then(|node| agent(node, report)).unwrap_or((None, None));
    let at = map.take("at").cloned();
    let first = map.take("first").map_or(&[][..], |node| items(node, "`first`", report));
    let first = first.iter().filter_map(|node| {
        let mut map = Map::of(node, &CALL, report)?;
        let call = call(&mut map, report);
        map.finish(report);
        call
    });
    let first = first.collect();
    let call = call(&mut map, report);
    let span = map.key_span("expect");
    let expect = map.required("expect", report).and_then(|node| expect(node, span, report));
    map.finish(report);
    Some(ScenarioDecl { header, data, given, agent, capabilities, at, first, call: call?, expect: expect? })
}

fn call(map: &mut Map<'_>, report: &mut Report) -> Option<CallDecl> {
    let operation = map.required_text("call", report);
    let input = map.take("input").cloned();
    Some(CallDecl { operation: operation?, input })
}

fn agent(node: &Node, report: &mut Report) -> Option<(Option<Text>, Option<Vec<Text>>)> {
    let mut map = Map::of(node, &AGENT, report)?;
    let name = map.text("name", report);
    let capabilities = map.take("capabilities").map(|node| crate::decode::texts(node, report));
    map.finish(report);
    Some((name, capabilities))
}

fn expect(node: &Node, span: Span, report: &mut Report) -> Option<ExpectDecl> {
    let mut map = Map::of(node, &EXPECT, report)?;
    let refused = map.text("refused", report);
    let node = map.text("node", report);
    let returns = map.take("returns").cloned();
    let changed = map.take("changed").cloned();
    let emitted = map.take("emitted").map(|node| {
        let events = items(node, "`emitted`", report).iter();
        events.filter_map(|node| emitted(node, report)).collect()
    });
    let before = report.len();
    map.finish(report);
    let more = report.failed_since(before);
    Some(ExpectDecl { refused, node, returns, changed, emitted, span, more })
}

fn emitted(node: &Node, report: &mut Report) -> Option<EmittedDecl> {
    let mut map = Map::of(node, &EMITTED, report)?;
    let event = map.required_text("event", report);
    let with = map.take("with").cloned();
    map.finish(report);
    Some(EmittedDecl { event: event?, with, span: node.span })
}
