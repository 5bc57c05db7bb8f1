//! Scenarios: every name and value in them is one of the service, so that a scenario fails for what the service does
//! and never for how it is written.
//!
//! ```text
//! data, given ─▶ data::more     call, first ─▶ arguments     returns ─▶ answers     changed ─▶ changes
//! ```

mod answers;
mod changes;

use crate::decl::Documents;
use crate::decl::scenario::{CallDecl, EmittedDecl, ExpectDecl, ScenarioDecl};
use crate::model::Operation;
use crate::report::{Diagnostic, Report};
use crate::resolve::data;
use crate::resolve::faults::Whose;
use crate::resolve::former;
use crate::resolve::json::{json, json_as_written};
use crate::resolve::types::literal;
use crate::source::Sources;
use crate::yaml::{Node, Text, Value as Yaml};
use opwright_values::fault::Faults;
use opwright_values::json::Json;
use opwright_values::read::Reader;
use opwright_values::scenario::{AT_US, Call, Changes, Emitted, Expect, Scenario};
use opwright_values::schema::{Field, Schema, Type};
use opwright_values::suggest::closest;
use opwright_values::time::{CLOCK, Timestamp};
use opwright_values::value::Value;
use opwright_values::write::{Audience, write_fields};
use std::collections::BTreeMap;

/// The longest name, in characters.
const NAME_MAX: usize = 120;

/// What a scenario may speak of.
struct Known<'k> {
    documents: &'k Documents,
    schema: &'k Schema,
    /// Those without a fault.
    operations: Vec<&'k Operation>,
}

/// Resolves all scenarios. Whether calls can be refused as they say is known once there are graphs: see `check/refusals.rs`.
pub(super) fn resolve(
    documents: &Documents,
    schema: &Schema,
    operations: &[Option<Operation>],
    sources: &Sources,
    report: &mut Report,
) -> Vec<Scenario> {
    let known = Known { documents, schema, operations: operations.iter().flatten().collect() };
    let mut names: BTreeMap<&str, &Text> = BTreeMap::new();
    let mut scenarios = Vec::new();
    for decl in &documents.scenarios {
        let name = &decl.header.name;
        named(name, report);
        if let Some(first) = names.insert(&name.value, name) {
            let fault = Diagnostic::new("E0104", name.span, "there are two scenarios of this name");
            report.add(fault.other(first.span, "first here"));
        }
        let place = sources.place(decl.header.span);
        scenarios.extend(known.scenario(decl, format!("{}:{}", place.file, place.line), report));
    }
    scenarios
}

fn named(name: &Text, report: &mut Report) {
    let text = name.value.trim();
    if text.is_empty() || text.chars().count() > NAME_MAX || text.chars().any(char::is_control) {
        let fault = Diagnostic::new("E0107", name.span, "this cannot be the name of a scenario");
        report.add(fault.help(format!("write a sentence: one line of at most {NAME_MAX} characters")));
    }
}

impl<'k> Known<'k> {
    fn scenario(&self, decl: &ScenarioDecl, place: String, report: &mut Report) -> Option<Scenario> {
        let data = decl.data.as_ref().and_then(|name| {
            let sets = || self.documents.data.iter();
            let found = sets().find(|set| set.header.name.value == name.value);
            if found.is_none() {
                let names = sets().map(|set| set.header.name.value.as_str());
                let fault = Diagnostic::new("E0204", name.span, format!("there is no data `{}`", name.value));
                report.add(fault.meant(report.meant(&name.value, names)));
            }
            found
        });
        let whole = decl.data.is_none() || data.is_some();
        let given = data::more(&decl.given, data, whole, self.schema, report);
        for name in decl.capabilities.iter().flatten() {
            super::operations::capability(name, self.documents, report);
        }
        let moment = Type::Timestamp { min: *CLOCK.start(), max: *CLOCK.end() };
        let at = decl.at.as_ref().map_or(Some(Value::Int(AT_US)), |at| literal(at, &moment, report));
        let first: Vec<Option<Call>> =
            decl.first.iter().map(|call| self.call(call, true, report).map(|(_, call)| call)).collect();
        // A code that is misspelt is reported where it stands, and not with the arguments that it is about.
        let refused = decl.expect.refused.as_ref();
        let sound = refused.is_none_or(|code| closest(&code.value, ["invalid_input"]).is_none());
        let called = self.call(&decl.call, sound, report);
        let at_us = if let Some(Value::Int(at_us)) = at { Some(at_us) } else { None };
        let now = Timestamp::from_micros(at_us.unwrap_or(AT_US));
        let operation = called.as_ref().map(|(operation, _)| *operation);
        let expect = self.expect(&decl.expect, now, operation, report);
        let texts = |texts: &Vec<Text>| texts.iter().map(|text| text.value.clone()).collect();
        Some(Scenario {
            name: decl.header.name.value.trim().to_owned(),
            place,
            data: data.map(|set| set.header.name.value.clone()),
            given,
            agent: decl.agent.as_ref().map_or("agent", |name| &name.value).to_owned(),
            capabilities: decl.capabilities.as_ref().map(texts),
            at_us: at_us?,
            first: first.into_iter().collect::<Option<_>>()?,
            call: called?.1,
            expect: expect?,
        })
    }

    /// A call. Its arguments are checked unless it is refused for them.
    fn call(&self, decl: &CallDecl, sound: bool, report: &mut Report) -> Option<(&'k Operation, Call)> {
        let name = &decl.operation;
        let Some(operation) = self.operations.iter().find(|it| it.name == name.value) else {
            let names = || self.documents.operations.iter().map(|it| it.header.name.value.as_str());
            // One that is there has a fault, which is reported.
            if !names().any(|known| known == name.value) {
                let fault = format!("there is no operation `{}`", name.value);
                let fault = Diagnostic::new("E0204", name.span, fault);
                let was = |was: &Text| was.value == name.value;
                let now = self.documents.operations.iter().find(|it| it.was.iter().any(was));
                let now = now.map(|it| it.header.name.value.as_str());
                let meant = report.meant(&name.value, names());
                report.add_unknown(&name.value, former::meant(fault, now, meant));
            }
            return None;
        };
        let nothing = Node { value: Yaml::Map(Vec::new()), span: name.span };
        let node = decl.input.as_ref().unwrap_or(&nothing);
        let fields = side_by_side(&operation.inputs);
        let whole = Type::Object { name: operation.name.clone(), fields };
        let input = if sound { json(node, Some(&whole)) } else { json_as_written(node, Some(&whole)) };
        if sound {
            let mut faults = Faults::default();
            let reader = Reader {
                now: Some(Timestamp::from_micros(0)),
                hidden: true,
                tells: true,
                ..Reader::default()
            };
            reader.fields(&operation.inputs, &input, &mut faults);
            let whose = Whose { name: &operation.name, noun: "argument", fields: &operation.inputs };
            whose.report(&faults.found, node, report);
        }
        Some((operation, Call { operation: operation.name.clone(), input }))
    }

    fn expect(
        &self,
        decl: &ExpectDecl,
        now: Timestamp,
        operation: Option<&Operation>,
        report: &mut Report,
    ) -> Option<Expect> {
        let silent = decl.refused.is_none() && decl.returns.is_none();
        if silent && decl.changed.is_none() && decl.emitted.is_none() && !decl.more {
            let fault = Diagnostic::new("E0105", decl.span, "`expect` says nothing that could be compared");
            report.add(fault.help("say `refused`, `returns`, `changed` or `emitted`"));
        }
        let returns = match (&decl.returns, operation) {
            (Some(node), Some(operation)) => answers::returns(node, operation, self.schema, report),
            _ => None,
        };
        let changed = decl.changed.as_ref().map(|node| changes::changes(node, self.schema, report));
        let emitted: Option<Vec<Emitted>> = decl
            .emitted
            .as_ref()
            .map(|events| events.iter().filter_map(|event| self.emitted(event, now, report)).collect());
        contradictions(decl, changed.as_ref(), emitted.as_deref(), report);
        let refused = decl.refused.as_ref().map(|code| code.value.clone());
        let node = decl.node.as_ref().map(|node| node.value.clone());
        // A refused call leaves nothing.
        let changed = changed.or_else(|| refused.is_some().then(Changes::new));
        let emitted = emitted.or_else(|| refused.is_some().then(Vec::new));
        Some(Expect { refused, node, returns, changed, emitted })
    }

    fn emitted(&self, decl: &EmittedDecl, now: Timestamp, report: &mut Report) -> Option<Emitted> {
        let name = &decl.event;
        let Some(event) = self.schema.events.iter().find(|event| event.name == name.value) else {
            crate::resolve::sets::no_event(name, self.schema, report);
            return None;
        };
        let nothing = Node { value: Yaml::Map(Vec::new()), span: decl.span };
        let node = decl.with.as_ref().unwrap_or(&nothing);
        let whole = Type::Object { name: event.name.clone(), fields: event.fields.clone() };
        let mut faults = Faults::default();
        let reader = Reader { now: Some(now), hidden: true, tells: true, ..Reader::default() };
        let values = reader.fields(&event.fields, &json(node, Some(&whole)), &mut faults);
        let whose = Whose { name: &event.name, noun: "field", fields: &event.fields };
        whose.report(&faults.found, node, report);
        let with = write_fields(&event.fields, &values?, Audience::Wire);
        Some(Emitted { event: event.name.clone(), with })
    }
}

/// Fields as they stand on the wire: those of a flat object are among the others.
fn side_by_side(fields: &[Field]) -> Vec<Field> {
    let mut all = Vec::new();
    for field in fields {
        match &field.ty {
            Type::Object { fields, .. } if field.flat => all.extend(side_by_side(fields)),
            _ => all.push(field.clone()),
        }
    }
    all
}

/// What cannot be true together: a refused call gives nothing back, changes nothing and tells of nothing.
fn contradictions(
    decl: &ExpectDecl,
    changed: Option<&Changes>,
    emitted: Option<&[Emitted]>,
    report: &mut Report,
) {
    let silent = |node: &crate::source::Span, what: &str| {
        Diagnostic::new("E0108", *node, format!("a refused call {what}")).help("remove this, or `refused`")
    };
    if decl.refused.is_none() {
        if let Some(node) = &decl.node {
            let fault = "`node` says where a call is refused, and this one is not";
            report.add(Diagnostic::new("E0108", node.span, fault).help("say the code too: `refused: …`"));
        }
        return;
    }
    if let Some(node) = &decl.returns {
        report.add(silent(&node.span, "gives nothing back"));
    }
    if let (Some(node), Some(changed)) = (&decl.changed, changed)
        && !changed.is_empty()
    {
        report.add(silent(&node.span, "changes nothing"));
    }
    if let (Some([first, ..]), Some([_, ..])) = (decl.emitted.as_deref(), emitted) {
        report.add(silent(&first.span, "tells of nothing"));
    }
}

/// The entries of a map whose keys are names.
fn map_of<'n>(node: &'n Node, what: &str, report: &mut Report) -> &'n [(Text, Node)] {
    crate::decode::entries(node, what, report)
}

/// Whether a node is the plain word, such as `null`.
fn is_word(node: &Node, word: &str) -> bool {
    matches!(&node.value, Yaml::Scalar(text) if text.plain && text.value == word)
}

/// `null`, where something may be absent.
fn absent(node: &Node, optional: bool) -> Option<Json> {
    (optional && is_word(node, "null")).then_some(Json::Null)
}
