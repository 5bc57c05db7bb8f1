//! Steps as written: the first key of a step is its kind.

use crate::decl::grouped::grouped;
use crate::decl::kind::{meant_by, unknown_step};
use crate::decl::refuse::RefuseDecl;
use crate::decode::{Map, called, entries, items};
use crate::keys::steps::{self, REQUIRE};
use crate::report::{Diagnostic, Report};
use crate::source::Span;
use crate::yaml::{Node, Text, Value};

/// A step.
#[derive(Debug)]
pub struct StepDecl {
    /// What it does.
    pub kind: StepDeclKind,
    /// Where it stands.
    pub span: Span,
}

/// A `set` or `with`: names and values.
pub type SetDecl = Vec<(Text, Node)>;

/// What a step does.
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are the keys of the language")]
pub enum StepDeclKind {
    Require {
        condition: Text,
        refuse: Option<RefuseDecl>,
    },
    Let {
        name: Text,
        be: Text,
    },
    Load(Box<LoadDecl>),
    Create {
        resource: Text,
        set: SetDecl,
        alias: Option<Text>,
    },
    Update {
        row: Text,
        set: SetDecl,
    },
    Transition {
        path: Text,
        set: SetDecl,
    },
    Delete {
        row: Text,
    },
    Restore {
        row: Text,
    },
    When {
        condition: Text,
        name: Option<Text>,
        then: Vec<StepDecl>,
        otherwise: Vec<StepDecl>,
    },
    Each {
        list: Text,
        name: Option<Text>,
        index: Option<Text>,
        body: Vec<StepDecl>,
        gives: Vec<(Text, Text)>,
    },
    Emit {
        event: Text,
        with: SetDecl,
    },
}

/// A `load`.
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are the keys of the language")]
pub struct LoadDecl {
    pub resource: Text,
    pub filter: Option<Text>,
    pub order: Vec<Text>,
    pub optional: bool,
    pub refuse: Option<RefuseDecl>,
    pub alias: Option<Text>,
    pub max: Option<Text>,
    pub deleted: Option<Text>,
    pub limit: Option<Text>,
    pub after: Option<Text>,
}

impl StepDeclKind {
    /// What a step is, for a message about another one.
    pub fn what(&self) -> String {
        match self {
            Self::Create { resource, .. } => format!("create {}", resource.value),
            Self::Update { row, .. } => format!("update {}", row.value),
            Self::Transition { path, .. } => format!("transition {}", path.value),
            Self::Delete { row } => format!("delete {}", row.value),
            Self::Restore { row } => format!("restore {}", row.value),
            Self::Emit { event, .. } => format!("emit {}", event.value),
            Self::Each { list, .. } => format!("each {}", list.value),
            Self::When { condition, .. } => format!("when {}", condition.value),
            _ => String::new(),
        }
    }
}

/// Reads a list of steps.
pub fn steps(node: &Node, report: &mut Report) -> Vec<StepDecl> {
    listed(node, "`steps`", report)
}

/// The same of a key inside of a step.
fn listed(node: &Node, what: &str, report: &mut Report) -> Vec<StepDecl> {
    let steps = grouped(items(node, what, report), report);
    steps.iter().filter_map(|item| step(item, report)).collect()
}

fn step(node: &Node, report: &mut Report) -> Option<StepDecl> {
    let mut map = Map::of(node, &REQUIRE, report)?;
    let Value::Map(all) = &node.value else { return None };
    let (first, _) = all.first()?;
    // A misspelt step is read as what was meant: the names that it binds are no mistakes of others.
    let meant = meant_by(&first.value);
    if let Some(table) = steps::STEPS.iter().find(|table| table.kind() == meant) {
        map.be(table);
    }
    let kind = match meant {
        "require" => require(&mut map, report),
        "let" => let_(&mut map, report),
        "load" => load(&mut map, report),
        "create" => create(&mut map, report),
        "update" => update(&mut map, report),
        "transition" => transition(&mut map, report),
        "delete" => map.text("delete", report).map(|row| StepDeclKind::Delete { row }),
        "restore" => map.text("restore", report).map(|row| StepDeclKind::Restore { row }),
        "when" => when(&mut map, report),
        "each" => each(&mut map, report),
        "emit" => emit(&mut map, report),
        _ => {
            report.add(unknown_step(first));
            return None;
        }
    };
    map.finish(report);
    Some(StepDecl { kind: kind?, span: node.span })
}

fn set(map: &mut Map<'_>, key: &'static str, report: &mut Report) -> SetDecl {
    map.take(key).map_or_else(Vec::new, |node| entries(node, "`set`", report).to_vec())
}

fn require(map: &mut Map<'_>, report: &mut Report) -> Option<StepDeclKind> {
    let condition = map.text("require", report);
    let refuse = match map.take("refuse") {
        Some(node) => RefuseDecl::read(node, report),
        None => {
            let place = map.key_span("require");
            let code = condition.as_ref().and_then(|text| called::refusal(&text.value));
            let code = code.as_deref().unwrap_or("some_code");
            report.add(
                Diagnostic::new("E0402", place, "this rule has no name")
                    .help(format!("give the refusal a code: `refuse: {code}`")),
            );
            None
        }
    };
    Some(StepDeclKind::Require { condition: condition?, refuse })
}

fn let_(map: &mut Map<'_>, report: &mut Report) -> Option<StepDeclKind> {
    // Of one that is written as a map, no more is said than how it is written.
    let name = map.text("let", report)?;
    if !map.has("be")
        && let Some((name, be)) = assigned(&name)
    {
        let fault = Diagnostic::new("E0110", name.span.to(be.span), "what a name stands for, `be` says");
        let written = crate::yaml::written(&be.value);
        report.add(fault.help(format!("write `let: {}`, and below it `be: {written}`", name.value)));
        return Some(StepDeclKind::Let { name, be });
    }
    let be = map.required_text("be", report);
    Some(StepDeclKind::Let { name, be: be? })
}

/// `price = rate * input.nights`, as other languages write it.
fn assigned(text: &Text) -> Option<(Text, Text)> {
    let end = text.value.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let rest = text.value.get(end..)?.trim_start();
    let value = rest.strip_prefix(":=").or_else(|| rest.strip_prefix('='))?.trim_start();
    let from = text.value.len() - value.len();
    let is_one = end > 0 && !value.is_empty() && !value.starts_with('=');
    is_one.then(|| (text.slice(0, end), text.slice(from, text.value.len())))
}

fn load(map: &mut Map<'_>, report: &mut Report) -> Option<StepDeclKind> {
    let resource = map.text("load", report);
    let load = LoadDecl {
        resource: resource?,
        filter: map.text("where", report),
        order: map.texts("order", report),
        optional: map.flag("optional", report),
        refuse: map.take("refuse").and_then(|node| RefuseDecl::read(node, report)),
        alias: map.text("as", report),
        max: map.text("max", report),
        deleted: map.text("deleted", report),
        limit: map.text("limit", report),
        after: map.text("after", report),
    };
    Some(StepDeclKind::Load(Box::new(load)))
}

fn create(map: &mut Map<'_>, report: &mut Report) -> Option<StepDeclKind> {
    let resource = map.text("create", report);
    let (set, alias) = (set(map, "set", report), map.text("as", report));
    Some(StepDeclKind::Create { resource: resource?, set, alias })
}

fn update(map: &mut Map<'_>, report: &mut Report) -> Option<StepDeclKind> {
    let row = map.text("update", report);
    map.required("set", report);
    let (mut set, row) = (set(map, "set", report), row?);
    counts(&row, &mut set, report);
    Some(StepDeclKind::Update { set, row })
}

/// Reads `count: += 1` of an update as `count: row.count + 1`.
fn counts(row: &Text, set: &mut SetDecl, report: &mut Report) {
    for (name, node) in set {
        let Value::Scalar(text) = &mut node.value else { continue };
        let counted = ["+", "-", "*", "/"].into_iter().find_map(|sign| {
            let rest = text.value.strip_prefix(sign)?;
            let by = rest.strip_prefix('=').map(str::trim).or((rest == sign).then_some("1"))?;
            Some((sign, by))
        });
        let Some((sign, by)) = counted else { continue };
        let written = format!("{}.{} {sign} {by}", row.value, name.value);
        let fault =
            Diagnostic::new("E0110", text.span, "`set` takes the new value, not what changes the old one");
        report.add(fault.help(format!("write `{written}`")).rewrite(text.replaced(&written)));
        *text = Text::made(written, text.span);
    }
}

fn transition(map: &mut Map<'_>, report: &mut Report) -> Option<StepDeclKind> {
    let path = map.text("transition", report);
    Some(StepDeclKind::Transition { set: set(map, "set", report), path: path? })
}

fn when(map: &mut Map<'_>, report: &mut Report) -> Option<StepDeclKind> {
    let condition = map.text("when", report);
    let name = name_of(
        map,
        "when",
        "this choice",
        condition.as_ref().and_then(|it| called::choice(&it.value)),
        report,
    );
    let then = map.required("then", report).map_or_else(Vec::new, |node| listed(node, "`then`", report));
    let otherwise = map.take("else").map_or_else(Vec::new, |node| listed(node, "`else`", report));
    Some(StepDeclKind::When { condition: condition?, name, then, otherwise })
}

fn each(map: &mut Map<'_>, report: &mut Report) -> Option<StepDeclKind> {
    let list = map.text("each", report);
    let (list, name) = match list.as_ref().and_then(named_in_front) {
        Some((name, list)) => {
            let fault =
                Diagnostic::new("E0110", name.span, "the element of a loop is named by a key of its own");
            let help = format!("write `each: {}`, and below it `as: {}`", list.value, name.value);
            report.add(fault.help(help));
            (Some(list), map.text("as", report).or(Some(name)))
        }
        None => {
            let name = list.as_ref().and_then(|list| called::element(&list.value));
            (list, name_of(map, "each", "this loop", name, report))
        }
    };
    let index = map.text("index", report);
    let body = map.required("do", report).map_or_else(Vec::new, |node| listed(node, "`do`", report));
    let gives = map.take("gives").map_or(&[][..], |node| entries(node, "`gives`", report));
    let gives =
        gives.iter().filter_map(|(name, value)| Some((name.clone(), crate::decode::scalar(value, report)?)));
    let gives = gives.collect();
    Some(StepDeclKind::Each { list: list?, name, index, body, gives })
}

/// `line in order.lines`, as other languages write it.
fn named_in_front(list: &Text) -> Option<(Text, Text)> {
    let (name, rest) = list.value.split_once(" in ")?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let from = list.value.len() - rest.len();
    is_name.then(|| (list.slice(0, name.len()), list.slice(from, list.value.len())))
}

fn name_of(
    map: &mut Map<'_>,
    kind: &str,
    what: &str,
    such_as: Option<String>,
    report: &mut Report,
) -> Option<Text> {
    let name = map.text("as", report);
    if name.is_none() {
        let fault = Diagnostic::new("E0402", map.key_span(kind), format!("{what} has no name"));
        let such_as = such_as.map_or(String::new(), |name| format!(", such as `as: {name}`"));
        report.add(fault.help(format!("name it with `as`{such_as}: its name is its place in the picture")));
    }
    name
}

fn emit(map: &mut Map<'_>, report: &mut Report) -> Option<StepDeclKind> {
    let event = map.text("emit", report);
    Some(StepDeclKind::Emit { with: set(map, "with", report), event: event? })
}
