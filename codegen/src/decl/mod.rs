//! What was written, with its places, before any name is looked up.
//!
//! ```text
//! YAML ──▶ Documents ─┬─ Service      capabilities
//!                     ├─ Type         fields, or a constrained value
//!                     ├─ Resource     fields, rules
//!                     ├─ Event        fields
//!                     ├─ Operation    input, steps, returns
//!                     ├─ Data         rows
//!                     └─ Scenario     rows, calls, what is expected
//! ```

pub mod field;
mod grouped;
mod identity;
mod kind;
mod moves;
pub mod operation;
pub mod refuse;
pub mod scenario;
pub mod step;

use crate::decode::{Map, entries, items, to_come};
use crate::keys::documents;
use crate::report::{Diagnostic, Report};
use crate::source::{Sources, Span};
use crate::yaml::{self, Node, Text};
use field::FieldDecl;
use operation::OperationDecl;
use refuse::RefuseDecl;
use scenario::ScenarioDecl;

/// All documents of a run, by kind.
#[derive(Debug, Default)]
pub struct Documents {
    /// Services: exactly one is wanted.
    pub services: Vec<ServiceDecl>,
    /// Types.
    pub types: Vec<TypeDoc>,
    /// Resources.
    pub resources: Vec<ResourceDecl>,
    /// Events.
    pub events: Vec<EventDecl>,
    /// Operations.
    pub operations: Vec<OperationDecl>,
    /// Data.
    pub data: Vec<DataDecl>,
    /// Scenarios.
    pub scenarios: Vec<ScenarioDecl>,
}

/// What every document has.
#[derive(Debug, Clone)]
pub struct Header {
    /// Its name.
    pub name: Text,
    /// One line about it, or empty.
    pub summary: String,
    /// When to use it, or empty.
    pub description: String,
    /// Where it begins.
    pub span: Span,
}

/// A `service`.
#[derive(Debug)]
pub struct ServiceDecl {
    /// What every document has.
    pub header: Header,
    /// Capability and what it allows.
    pub capabilities: Vec<(Text, String)>,
}

/// A `type`.
#[derive(Debug)]
pub struct TypeDoc {
    /// What every document has.
    pub header: Header,
    /// The fields of an object.
    pub fields: Option<Vec<FieldDecl>>,
    /// A constrained value.
    pub is: Option<FieldDecl>,
}

/// A `resource`.
#[derive(Debug)]
pub struct ResourceDecl {
    /// What every document has.
    pub header: Header,
    /// Its fields.
    pub fields: Vec<FieldDecl>,
    /// What is true of every row.
    pub rules: Vec<(Text, RefuseDecl)>,
    /// The names that it had before.
    pub was: Vec<Text>,
}

/// An `event`.
#[derive(Debug)]
pub struct EventDecl {
    /// What every document has.
    pub header: Header,
    /// What it carries.
    pub fields: Vec<FieldDecl>,
}

/// A `data` document.
#[derive(Debug)]
pub struct DataDecl {
    /// What every document has.
    pub header: Header,
    /// Resource and rows.
    pub rows: Rows,
}

/// Rows as written, by the name of their resource.
pub type Rows = Vec<(Text, Vec<Node>)>;

/// Reads all documents of all files.
pub fn read(sources: &Sources, report: &mut Report) -> Documents {
    let mut documents = Documents::default();
    let mut nodes = Vec::new();
    for (id, file) in sources.files() {
        nodes.extend(yaml::read(id, &file.text, report));
    }
    for node in &nodes {
        document(node, &mut documents, report);
    }
    documents
}

/// Reads a document.
fn document(node: &Node, documents: &mut Documents, report: &mut Report) {
    let yaml::Value::Map(all) = &node.value else {
        if !matches!(&node.value, yaml::Value::Scalar(text) if text.value.is_empty()) {
            report.add(Diagnostic::new(
                "E0106",
                node.span,
                "a document is a map whose first key is its kind",
            ));
        }
        return;
    };
    let Some((kind, name)) = all.first() else { return };
    match kind.value.as_str() {
        "service" => documents.services.extend(service(node, report)),
        "type" => documents.types.extend(type_doc(node, report)),
        "resource" => documents.resources.extend(resource(node, report)),
        "event" => documents.events.extend(event(node, report)),
        "operation" => documents.operations.extend(operation::read(node, report)),
        "data" => documents.data.extend(data(node, report)),
        "scenario" => documents.scenarios.extend(scenario::read(node, report)),
        _ => {
            // What uses the name is no mistake of its own.
            let named = if let yaml::Value::Scalar(name) = &name.value {
                report.lose(&name.value);
                true
            } else {
                false
            };
            let keys: Vec<&str> = all.iter().map(|(key, _)| key.value.as_str()).collect();
            let table = documents::kind_with(&keys);
            let fault = unknown_kind(kind, named, table.is_some(), report);
            report.add(match table {
                Some(table) => fault.help(format!(
                    "these are keys of {}: write `{}: <name>` on the line above",
                    table.what,
                    table.kind()
                )),
                None => fault,
            });
        }
    }
}

/// A document whose first key is no kind; without its line `kind: name`, nobody knows what it declares. One that is not
/// `named` by it, and has not `the_keys` of a kind, may well be the file of another program.
fn unknown_kind(kind: &Text, named: bool, the_keys: bool, report: &mut Report) -> Diagnostic {
    let other = kind.value.as_str();
    let fault = Diagnostic::new("E0101", kind.span, format!("unknown kind `{other}`"));
    if to_come::kind(other) {
        return fault.help(format!("`{other}` is to come: nothing enforces it yet"));
    }
    let meant = opwright_values::suggest::closest(other, documents::kinds()).filter(|_| named);
    if meant.is_none() {
        report.miss(kind.span.file);
    }
    let kinds: Vec<&str> = documents::kinds().collect();
    let fault = fault.meant(meant);
    let fault = fault.help(format!("the first key of a document is its kind: {}", kinds.join(", ")));
    if meant.is_some() || the_keys {
        return fault;
    }
    fault.help(
        "if this file is no spec, name a folder that holds only specs: all YAML files in it are read as such",
    )
}

/// Reads what every document has; `kind` is its first key.
pub(crate) fn header(
    map: &mut Map<'_>,
    kind: &'static str,
    needs_summary: bool,
    report: &mut Report,
) -> Option<Header> {
    let name = map.required_text(kind, report)?;
    let summary =
        if needs_summary { map.required_text("summary", report) } else { map.text("summary", report) };
    let description =
        map.text("description", report).map_or_else(String::new, |text| text.value.trim().to_owned());
    let summary = summary.map_or_else(String::new, |text| text.value.trim().to_owned());
    if summary.is_empty() && map.has("summary") {
        let fault = Diagnostic::new("E0105", map.key_span("summary"), "this summary says nothing");
        report.add(fault.help("say in one line what this is or does"));
    }
    Some(Header { span: map.span, name, summary, description })
}

fn service(node: &Node, report: &mut Report) -> Option<ServiceDecl> {
    let mut map = Map::of(node, &documents::SERVICE, report)?;
    let header = header(&mut map, "service", true, report)?;
    let capabilities =
        map.required("capabilities", report).map_or(&[][..], |node| entries(node, "`capabilities`", report));
    let capabilities = capabilities
        .iter()
        .filter_map(|(name, words)| Some((name.clone(), crate::decode::scalar(words, report)?.value)))
        .collect();
    map.finish(report);
    Some(ServiceDecl { header, capabilities })
}

fn type_doc(node: &Node, report: &mut Report) -> Option<TypeDoc> {
    let mut map = Map::of(node, &documents::TYPE, report)?;
    let header = header(&mut map, "type", false, report)?;
    let fields = map.take("fields").map(|node| field::fields(node, report));
    let is = map.take("is").and_then(|node| FieldDecl::read(&header.name, node, report));
    if fields.is_some() == is.is_some() {
        report.add(
            Diagnostic::new(
                "E0105",
                header.name.span,
                format!("type `{}` needs `fields` or `is`", header.name.value),
            )
            .help("`fields:` makes an object, `is:` a constrained value"),
        );
    }
    map.finish(report);
    Some(TypeDoc { header, fields, is })
}

fn resource(node: &Node, report: &mut Report) -> Option<ResourceDecl> {
    let mut map = Map::of(node, &documents::RESOURCE, report)?;
    let header = header(&mut map, "resource", false, report)?;
    let name = &header.name.value;
    let fields = map.required("fields", report);
    let fields = fields.map_or_else(Vec::new, |node| field::of_rows(node, name, report));
    let mut rules = Vec::new();
    for item in map.take("rules").map_or(&[][..], |node| items(node, "`rules`", report)) {
        let Some(mut rule) = Map::of(item, &documents::RULE, report) else { continue };
        let require = rule.required_text("require", report);
        let refuse = rule.required("refuse", report).and_then(|node| RefuseDecl::read(node, report));
        rule.finish(report);
        rules.extend(require.zip(refuse));
    }
    let was = map.texts("was", report);
    map.finish(report);
    Some(ResourceDecl { header, fields, rules, was })
}

fn event(node: &Node, report: &mut Report) -> Option<EventDecl> {
    let mut map = Map::of(node, &documents::EVENT, report)?;
    let header = header(&mut map, "event", false, report)?;
    let fields = map.take("fields").map_or_else(Vec::new, |node| field::fields(node, report));
    map.finish(report);
    Some(EventDecl { header, fields })
}

fn data(node: &Node, report: &mut Report) -> Option<DataDecl> {
    let mut map = Map::of(node, &documents::DATA, report)?;
    if map.has("call") && !map.has("rows") {
        let place = map.key_span("data");
        let fault = Diagnostic::new("E0105", place, "a scenario begins with its name");
        report.add(fault.help("add `scenario: …` in front: `data` alone begins a document of rows"));
        return None;
    }
    let header = header(&mut map, "data", false, report)?;
    let rows = map.required("rows", report).map_or_else(Vec::new, |node| rows(node, "`rows`", report));
    map.finish(report);
    Some(DataDecl { header, rows })
}

/// Reads rows by resource; `what` is what holds them.
fn rows(node: &Node, what: &str, report: &mut Report) -> Rows {
    let all = entries(node, what, report).iter();
    let rows = all.map(|(name, rows)| (name.clone(), items(rows, "the rows of a resource", report).to_vec()));
    rows.collect()
}
