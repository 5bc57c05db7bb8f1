//! Fields of resources, types, events and inputs: all are written alike.

pub use crate::decl::moves::TransitionDecl;
use crate::decl::{identity, moves};
use crate::decode::{Map, elsewhere, entries, of_fields, texts};
use crate::keys::fields::{A_FIELD, FIELD, UNIQUE};
use crate::report::{Diagnostic, Report};
use crate::source::Span;
use crate::yaml::{Node, Text, Value};

/// A field as written.
#[derive(Debug, Clone)]
pub struct FieldDecl {
    /// Its key.
    pub name: Text,
    /// The word for its type.
    pub ty: Text,
    /// What a list, map or collection is of.
    pub of: Option<Box<FieldDecl>>,
    /// The resource that a reference leads to.
    pub to: Option<Text>,
    /// The name in specs.
    pub alias: Option<Text>,
    /// Whether this reference says who owns the row.
    pub owner: bool,
    /// Whether no row leads back to itself through it.
    pub acyclic: bool,
    /// Bounds of a value, of a text, of a list.
    pub range: Option<Text>,
    /// Bounds of a text.
    pub length: Option<Text>,
    /// Bounds of a list, map or collection.
    pub size: Option<Text>,
    /// Digits after the point.
    pub scale: Option<Text>,
    /// A pattern of the whole value.
    pub pattern: Option<Text>,
    /// What generated ids begin with.
    pub prefix: Option<Text>,
    /// The values of an enum.
    pub values: Vec<Text>,
    /// The moves of a state machine.
    pub transitions: Vec<TransitionDecl>,
    /// Whether no two elements are equal.
    pub distinct: bool,
    /// What a collection is sorted by.
    pub order: Vec<Text>,
    /// Which reference a collection is the other side of.
    pub through: Option<Text>,
    /// Whether it may be absent.
    pub optional: bool,
    /// What an absent value means.
    pub default: Option<Node>,
    /// What it means.
    pub describe: String,
    /// Whether it is masked.
    pub pii: bool,
    /// Whether it is said nowhere.
    pub secret: bool,
    /// Whether a change of it changes what somebody may do.
    pub permission: bool,
    /// Whether it is never on the wire.
    pub hidden: bool,
    /// Whether its value occurs once.
    pub unique: Option<UniqueDecl>,
    /// What narrows a reference of an input.
    pub filter: Option<Text>,
    /// Whether a reference of an input finds deleted rows: `only`, or `also`.
    pub deleted: Option<Text>,
    /// Whether the fields of an object stand among the arguments.
    pub flat: bool,
    /// The keys that were written.
    pub keys: Vec<Text>,
    /// The keys that it had before.
    pub was: Vec<Text>,
    /// Where it stands.
    pub span: Span,
}

/// `unique: true` or `unique: { per: user }`.
#[derive(Debug, Clone)]
pub struct UniqueDecl {
    /// Together with these fields.
    pub per: Vec<Text>,
}

/// The most fields that stand together.
const FIELDS_MAX: usize = 500;

/// Reads a map of fields.
pub fn fields(node: &Node, report: &mut Report) -> Vec<FieldDecl> {
    let all = together(node, report).iter();
    all.filter_map(|(name, node)| FieldDecl::read(name, node, report)).collect()
}

/// The fields of a resource, of which one may be the id of its rows.
pub(super) fn of_rows(node: &Node, resource: &str, report: &mut Report) -> Vec<FieldDecl> {
    let all = together(node, report);
    let has_id = identity::is_there(all);
    identity::beside(all, report);
    let read = |(name, node): &(Text, Node)| {
        let meant = if has_id { None } else { identity::foreign(resource, name, node, report) };
        meant.map_or_else(|| FieldDecl::read(name, node, report), |id| Some(FieldDecl::short(name, id)))
    };
    all.iter().filter_map(read).collect()
}

fn together<'n>(node: &'n Node, report: &mut Report) -> &'n [(Text, Node)] {
    let all = entries(node, "`fields`", report);
    if all.len() > FIELDS_MAX {
        let fault = Diagnostic::new("E0106", node.span, format!("there are {} fields", all.len()));
        report.add(
            fault.help(format!("at most {FIELDS_MAX} stand together; make types or resources of parts")),
        );
        return &[];
    }
    all
}

impl FieldDecl {
    pub(super) fn short(name: &Text, ty: Text) -> Self {
        Self {
            name: name.clone(),
            span: ty.span,
            ty,
            of: None,
            to: None,
            alias: None,
            owner: false,
            acyclic: false,
            range: None,
            length: None,
            size: None,
            scale: None,
            pattern: None,
            prefix: None,
            values: Vec::new(),
            transitions: Vec::new(),
            distinct: false,
            order: Vec::new(),
            through: None,
            optional: false,
            default: None,
            describe: String::new(),
            pii: false,
            secret: false,
            permission: false,
            hidden: false,
            unique: None,
            filter: None,
            deleted: None,
            flat: false,
            keys: Vec::new(),
            was: Vec::new(),
        }
    }

    /// Reads a field: a word, or a map.
    pub fn read(name: &Text, node: &Node, report: &mut Report) -> Option<Self> {
        if let Value::Scalar(word) = &node.value {
            return Some(Self::short(name, word.clone()));
        }
        if let Value::List(items) = &node.value {
            report.lose(&name.value);
            let fault =
                Diagnostic::new("E0106", node.span, "a field is the word of its type, or a map of keys");
            report.add(fault.help(listed(items)));
            return None;
        }
        let mut map = Map::of(node, &FIELD, report)?;
        let Some(ty) = map.required_text("type", report) else {
            report.lose(&name.value);
            return None;
        };
        let mut field = Self::short(name, ty);
        field.span = node.span;
        field.keys = entries(node, A_FIELD, report).iter().map(|(key, _)| key.clone()).collect();
        field.of = map.take("of").and_then(|node| Self::read(name, node, report)).map(Box::new);
        field.to = map.text("to", report);
        field.alias = map.text("as", report);
        field.owner = map.flag("owner", report);
        field.acyclic = map.flag("acyclic", report);
        field.bounds(&mut map, report);
        field.values = map.texts("values", report);
        field.transitions = moves::read(&mut map, report);
        field.distinct = map.flag("distinct", report);
        field.order = map.texts("order", report);
        field.through = map.text("through", report);
        field.optional = map.flag("optional", report);
        field.default = map.take("default").cloned();
        field.describe = map.text("describe", report).map_or_else(String::new, |text| text.value);
        (field.pii, field.secret) = sensitive(&mut map, report);
        field.permission = map.flag("permission", report);
        field.hidden = map.flag("hidden", report);
        field.unique = unique(&mut map, report);
        field.filter = map.text("where", report);
        field.deleted = map.text("deleted", report);
        field.flat = map.flag("flat", report);
        field.was = map.texts("was", report);
        field.keys.retain(|key| map.knows(&key.value));
        map.finish(report);
        field.of_values(report);
        field.led_by_of(report);
        field.of_reference(report);
        Some(field)
    }

    /// Reads `{ type: string, values: [a, b] }` as what is written `type: enum`, so that its states and moves are known.
    fn of_values(&mut self, report: &mut Report) {
        let word = of_fields::word(&self.ty.value);
        if self.values.is_empty() || !of_fields::is_text(word) {
            return;
        }
        if let Some(key) = self.keys.iter().find(|key| key.value == "values") {
            let fault = format!("`values` says nothing of `{}`", self.ty.value);
            let fault = Diagnostic::new("E0108", key.span, fault);
            let help = "one of several values is an enum: write `type: enum`";
            report.add(fault.help(help).patch(self.ty.span, "enum"));
        }
        self.ty.value = "enum".to_owned();
    }

    /// Reads `{ type: ref, of: person }` as what is written `to: person`.
    fn led_by_of(&mut self, report: &mut Report) {
        let is_ref = self.ty.value == "ref" && self.to.is_none();
        let Some(of) = self.of.take_if(|of| is_ref && of.keys.is_empty()) else { return };
        if let Some(key) = self.keys.iter().find(|key| key.value == "of") {
            let fault = Diagnostic::new("E0108", key.span, "where a reference leads, `to` says");
            report.add(fault.help(format!("write `to: {}`", of.ty.value)).patch(key.span, "to"));
        }
        self.keys.retain(|key| key.value != "of");
        self.to = Some(of.ty);
    }

    /// Reads `{ type: list, of: ref, to: person }` as what is written `of: { type: ref, to: person }`.
    fn of_reference(&mut self, report: &mut Report) {
        let Some(of) = self.of.as_mut().filter(|of| of.ty.value == "ref" && of.keys.is_empty()) else {
            return;
        };
        let Some(to) = self.to.take() else { return };
        if let Some(key) = self.keys.iter().find(|key| key.value == "to") {
            let written = format!("{{ type: ref, to: {} }}", to.value);
            let fault =
                Diagnostic::new("E0108", key.span, "`to` is a key of the reference, and not of the list");
            let fault = fault.help(format!("write `of: {written}`"));
            // Where the two stand beside each other, one change mends it.
            let beside = of.ty.span.end + 2 == key.span.start;
            report.add(if beside { fault.patch(of.ty.span.to(to.span), written) } else { fault });
        }
        self.keys.retain(|key| key.value != "to");
        of.to = Some(to);
    }

    fn bounds(&mut self, map: &mut Map<'_>, report: &mut Report) {
        self.range = bounds(map, "range", report);
        self.length = bounds(map, "length", report);
        self.size = bounds(map, "size", report);
        self.scale = map.text("scale", report);
        self.pattern = map.text("pattern", report);
        self.prefix = map.text("prefix", report);
    }
}

/// Bounds, which other languages write as a list or as a map.
fn bounds(map: &mut Map<'_>, key: &'static str, report: &mut Report) -> Option<Text> {
    let node = map.take(key)?;
    let ends: Vec<&Node> = match &node.value {
        Value::Scalar(text) => return Some(text.clone()),
        Value::List(items) => items.iter().collect(),
        Value::Map(entries) => entries.iter().map(|(_, node)| node).collect(),
    };
    let said =
        |node: &&Node| if let Value::Scalar(text) = &node.value { text.value.clone() } else { String::new() };
    let ends: Vec<String> = ends.iter().map(said).collect();
    report.add(match ends.as_slice() {
        [least, most] => no_bounds(node.span, format!("write `{key}: {least}..{most}`")),
        _ => no_bounds(node.span, BOUNDS),
    });
    None
}

/// How bounds are written.
pub(crate) const BOUNDS: &str = "write `1..120`, `..20` or `0..`";

pub(crate) fn no_bounds(place: Span, help: impl Into<String>) -> Diagnostic {
    Diagnostic::new("E0106", place, "these are not bounds").help(help)
}

/// What a list was meant for, where a field is wanted.
fn listed(items: &[Node]) -> String {
    let words: Vec<&str> = items
        .iter()
        .filter_map(
            |item| if let Value::Scalar(text) = &item.value { Some(text.value.as_str()) } else { None },
        )
        .collect();
    match words.as_slice() {
        [one] => format!("for a list write `{{ type: list, of: {one} }}`"),
        [] => "for a list write `{ type: list, of: string }`".to_owned(),
        _ => format!("for one of these write `{{ type: enum, values: [{}] }}`", words.join(", ")),
    }
}

/// Whether it is masked, and whether it is secret besides.
fn sensitive(map: &mut Map<'_>, report: &mut Report) -> (bool, bool) {
    let Some(word) = map.text("sensitive", report) else { return (false, false) };
    match word.value.as_str() {
        "pii" => (true, false),
        "secret" => (true, true),
        other => {
            let fault = Diagnostic::new("E0106", word.span, format!("`sensitive: {other}` is not known"));
            report.add(
                fault.help(
                    "`pii` is masked in messages, runs and logs, and `secret` is besides never returned",
                ),
            );
            (true, false)
        }
    }
}

fn unique(map: &mut Map<'_>, report: &mut Report) -> Option<UniqueDecl> {
    let node = map.take("unique")?;
    if let Value::Scalar(text) = &node.value {
        if text.value == "true" {
            return Some(UniqueDecl { per: Vec::new() });
        }
        if text.value == "everywhere" {
            let fault = Diagnostic::new("E0101", text.span, "unknown value `everywhere` of `unique`");
            report.add(fault.help("`everywhere` is to come, with `scope`; today `true` means the same"));
            return None;
        }
        if text.value != "false" {
            let fault = Diagnostic::new("E0106", text.span, "`unique` is `true` or `{ per: field }`");
            report.add(elsewhere::no_flag(text, fault));
        }
        return None;
    }
    if let Value::List(items) = &node.value {
        let fault = Diagnostic::new("E0106", node.span, "`unique` is `true` or `{ per: field }`");
        report.add(fault.help(of_fields::unique_together(items)));
        return None;
    }
    let mut inner = Map::of(node, &UNIQUE, report)?;
    let per = inner.required("per", report).map_or_else(Vec::new, |node| texts(node, report));
    inner.finish(report);
    Some(UniqueDecl { per })
}
