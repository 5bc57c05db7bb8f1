//! Reads the keys of a map: what is missing, unknown or to come is reported, and reading goes on.
//!
//! ```text
//! let mut map = Map::of(&node, &OPERATION, report)?;
//! let requires = map.required("requires", report);
//! map.finish(report);                     // what the table does not have, or nothing has asked for, is unknown
//! ```
//!
//! What such a key was meant as is known by `elsewhere`, `of_fields` and `types`, words of other languages, and by
//! `to_come`, words of ours.

pub(crate) mod advice;
pub(crate) mod called;
pub(crate) mod elsewhere;
pub(crate) mod of_fields;
pub(crate) mod to_come;
pub(crate) mod types;

use crate::keys::Table;
use crate::keys::fields::A_FIELD;
use crate::keys::steps::A_STEP;
use crate::keys::types::{is_common, keys_of};
use crate::report::{Diagnostic, Report};
use crate::source::Span;
use crate::yaml::{Node, Text, Value};
use of_fields::Beside;
use opwright_values::suggest::closest;

/// A map that is being read.
pub(crate) struct Map<'n> {
    table: &'static Table,
    entries: &'n [(Text, Node)],
    taken: Vec<&'static str>,
    /// Where it stands.
    pub(crate) span: Span,
}

impl<'n> Map<'n> {
    /// The map that a node is.
    pub(crate) fn of(node: &'n Node, table: &'static Table, report: &mut Report) -> Option<Self> {
        match &node.value {
            Value::Map(entries) => Some(Self { table, entries, taken: Vec::new(), span: node.span }),
            _ => {
                let fault = format!("{} is a map of keys and values", table.what);
                let fault = Diagnostic::new("E0106", node.span, fault);
                report.add(match elsewhere::as_map(table, node) {
                    Some(written) => fault.help(format!("write `{written}`")),
                    None => fault,
                });
                None
            }
        }
    }

    /// The same, of another table: the first key says which.
    pub(crate) fn be(&mut self, table: &'static Table) {
        self.table = table;
    }

    /// The node of a key, if the table has it. One that is misspelt is read as what was meant: that it is unknown is said
    /// in the end, and what would follow from its absence is not.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        if !self.table.here().any(|known| known.name == key) {
            return None;
        }
        self.taken.push(key);
        let written = self.entries.iter().find(|(name, _)| name.value == key);
        let misspelt = || self.entries.iter().find(|(name, _)| self.meant(&name.value) == Some(key));
        written.or_else(misspelt).map(|(_, node)| node)
    }

    /// The key that was probably meant, by one that the table does not have.
    fn meant(&self, written: &str) -> Option<&'static str> {
        let known = || self.table.here().map(|known| known.name);
        let is_read = known().any(|known| known == written);
        let to_come = self.table.to_come().any(|known| known.name == written) || to_come::key(written);
        if is_read || to_come {
            return None;
        }
        let elsewhere =
            elsewhere::key(self.table, written).filter(|meant| known().any(|known| known == *meant));
        elsewhere.or_else(|| closest(written, known()))
    }

    /// Whether a key is written, known or not.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _)| name.value == key)
    }

    /// The place of a key.
    pub(crate) fn key_span(&self, key: &str) -> Span {
        let written = self.entries.iter().find(|(name, _)| name.value == key);
        let misspelt = || self.entries.iter().find(|(name, _)| self.meant(&name.value) == Some(key));
        written.or_else(misspelt).map_or(self.span, |(name, _)| name.span)
    }

    /// The node of a key that has to be there.
    pub(crate) fn required(&mut self, key: &'static str, report: &mut Report) -> Option<&'n Node> {
        let node = self.take(key);
        if node.is_some() {
            return node;
        }
        // One that is more misspelt than others would be is one mistake, not two.
        let unread = self.entries.iter().filter(|(name, _)| !self.taken.contains(&name.value.as_str()));
        if let Some((name, node)) = unread.into_iter().find(|(name, _)| closest(&name.value, [key]).is_some())
        {
            report.add(self.unknown(name, node));
            return Some(node);
        }
        let place = self.entries.first().map_or(self.span, |(name, _)| name.span);
        let fault = Diagnostic::new("E0105", place, format!("{} needs `{key}`", self.table.what));
        report.add(fault.help(format!("add `{key}: …`")));
        None
    }

    /// A scalar.
    pub(crate) fn text(&mut self, key: &'static str, report: &mut Report) -> Option<Text> {
        let node = self.take(key)?;
        self.scalar(key, node, report)
    }

    /// A scalar that has to be there.
    pub(crate) fn required_text(&mut self, key: &'static str, report: &mut Report) -> Option<Text> {
        let node = self.required(key, report)?;
        self.scalar(key, node, report)
    }

    /// The scalar of a key; if it is none, what to write is known from what the key takes.
    fn scalar(&self, key: &str, node: &Node, report: &mut Report) -> Option<Text> {
        let form = self.table.here().find(|known| known.name == key).map(|known| known.form);
        let Some(help) = form.and_then(|form| elsewhere::of_map(key, form, node)) else {
            return scalar(node, report);
        };
        report.add(no_scalar(node, "map").help(help));
        None
    }

    /// `true` or `false`; absent means false.
    pub(crate) fn flag(&mut self, key: &'static str, report: &mut Report) -> bool {
        let Some(text) = self.text(key, report) else { return false };
        match (text.plain, text.value.as_str()) {
            (true, "true") => true,
            (true, "false") => false,
            _ => {
                let fault = Diagnostic::new("E0106", text.span, format!("`{key}` is `true` or `false`"));
                report.add(elsewhere::no_flag(&text, fault));
                false
            }
        }
    }

    /// A scalar, or a list of scalars.
    pub(crate) fn texts(&mut self, key: &'static str, report: &mut Report) -> Vec<Text> {
        self.take(key).map_or_else(Vec::new, |node| texts(node, report))
    }

    /// Whether the table has this key.
    pub(crate) fn knows(&self, key: &str) -> bool {
        self.table.here().any(|known| known.name == key)
    }

    /// Reports keys that nothing has taken.
    pub(crate) fn finish(self, report: &mut Report) {
        for (name, value) in self.entries {
            if !self.taken.contains(&name.value.as_str()) {
                report.add(self.unknown(name, value));
            }
        }
    }

    /// Whether a key says anything in this map: a field has the keys of its type.
    fn fits(&self, key: &str) -> bool {
        if self.table.what != A_FIELD {
            return true;
        }
        let ty = self.entries.iter().find(|(name, _)| name.value == "type");
        match ty.map(|(_, node)| &node.value) {
            Some(Value::Scalar(word)) => is_common(key) || keys_of(&word.value).contains(&key),
            _ => true,
        }
    }

    /// What stands beside a key of this map.
    fn beside(&self) -> Beside<'n> {
        let first = self.entries.first().map_or(self.span, |(name, _)| name.span);
        Beside { entries: self.entries, in_braces: self.span.start < first.start }
    }

    fn unknown(&self, name: &Text, value: &Node) -> Diagnostic {
        let (key, what) = (&name.value, self.table.what);
        let empty = matches!(&value.value, Value::Scalar(text) if text.value.is_empty());
        if empty && (key.contains(' ') || key.contains(['(', ')', '\'', '.'])) {
            return Diagnostic::new("E0102", name.span, format!("unknown key `{key}` in {what}"))
                .help("a comma ends a value inside `{ }`; quote the text or use the block form");
        }
        // A step is called by its first key.
        let is_step =
            what == A_STEP && self.entries.first().is_some_and(|(first, _)| first.span == name.span);
        let said =
            if is_step { format!("unknown step `{key}`") } else { format!("unknown key `{key}` in {what}") };
        let unknown = Diagnostic::new("E0101", name.span, said);
        if self.table.to_come().any(|known| known.name == key) || to_come::key(key) {
            return unknown.help(format!(
                "`{key}` is to come: nothing enforces it yet, and a guard that is written must be enforced"
            ));
        }
        if let Some(advice) = elsewhere::instead(self.table, name, value, self.beside()) {
            return unknown.help(advice.help).rewrite(advice.patch);
        }
        let known = || self.table.here().map(|known| known.name).filter(|known| self.fits(known));
        match closest(key, known()) {
            Some(meant) => unknown.help(format!("did you mean `{meant}`?")).patch(name.span, meant),
            None => unknown.help(format!("known here: {}", known().collect::<Vec<_>>().join(", "))),
        }
    }
}

/// The scalar that a node is.
pub(crate) fn scalar(node: &Node, report: &mut Report) -> Option<Text> {
    match &node.value {
        Value::Scalar(text) => Some(text.clone()),
        Value::Map(_) => {
            let help = "a value that contains `: ` or begins with `{` needs quotes";
            report.add(no_scalar(node, "map").help(help));
            None
        }
        Value::List(_) => {
            let help = "a value that begins with `[` or `- ` needs quotes";
            report.add(no_scalar(node, "list").help(help));
            None
        }
    }
}

fn no_scalar(node: &Node, what: &str) -> Diagnostic {
    let fault = format!("this is a {what} to YAML, where one value belongs");
    Diagnostic::new("E0103", node.span, fault)
}

/// A scalar as a list of one, or a list of scalars.
pub(crate) fn texts(node: &Node, report: &mut Report) -> Vec<Text> {
    match &node.value {
        Value::List(items) => items.iter().filter_map(|item| scalar(item, report)).collect(),
        _ => scalar(node, report).into_iter().collect(),
    }
}

/// The items of a list.
pub(crate) fn items<'n>(node: &'n Node, what: &str, report: &mut Report) -> &'n [Node] {
    if let Value::List(items) = &node.value {
        return items;
    }
    report.add(
        Diagnostic::new("E0106", node.span, format!("{what} is a list")).help("begin each item with `- `"),
    );
    &[]
}

/// The entries of a map.
pub(crate) fn entries<'n>(node: &'n Node, what: &str, report: &mut Report) -> &'n [(Text, Node)] {
    if let Value::Map(entries) = &node.value {
        return entries;
    }
    let fault = Diagnostic::new("E0106", node.span, format!("{what} is a map of names and values"));
    report.add(fault.help(match &node.value {
        Value::List(items) => dashed(items),
        _ => "write `name: value`, one a line, without `- ` in front".to_owned(),
    }));
    &[]
}

/// What to write instead of a list where a map belongs.
fn dashed(items: &[Node]) -> String {
    match items.first().map(|item| &item.value) {
        Some(Value::Scalar(name)) => {
            format!("remove the `- ` in front of each line, and write `{}: …`", name.value)
        }
        Some(Value::Map(entries)) => {
            let name = entries.first().map_or("name", |(name, _)| name.value.as_str());
            format!("remove the `- ` in front of each line: `{name}: …`")
        }
        _ => "write `name: value`, one a line, without `- ` in front".to_owned(),
    }
}
