//! Operations and refusals as written.

use crate::decl::field::{FieldDecl, fields};
use crate::decl::step::{StepDecl, steps};
use crate::decl::{Header, header};
use crate::decode::Map;
use crate::report::{Diagnostic, Report};
use crate::yaml::{Node, Text, Value};

/// An `operation`.
#[derive(Debug)]
pub struct OperationDecl {
    /// What every document has.
    pub header: Header,
    /// The capabilities that a caller needs.
    pub requires: Vec<Text>,
    /// The arguments.
    pub input: Vec<FieldDecl>,
    /// The steps.
    pub steps: Vec<StepDecl>,
    /// What comes back: an expression, or a map of them.
    pub returns: Option<Node>,
}

/// A refusal.
#[derive(Debug, Clone)]
pub struct RefuseDecl {
    /// Its code.
    pub code: Text,
    /// What happened.
    pub message: Option<Text>,
    /// What to do.
    pub fix: Option<Text>,
    /// Operations that may help.
    pub next: Vec<Text>,
}

const TO_COME: &[&str] = &[
    "narrate",
    "max_rows",
    "was",
    "tier",
    "because",
    "idempotency",
    "confirm",
    "cost",
    "limits",
    "reason",
    "signature",
];

/// Reads an operation.
pub fn read(node: &Node, report: &mut Report) -> Option<OperationDecl> {
    let mut map = Map::of(node, "an operation", report)?;
    let header = header(&mut map, "operation", true, report)?;
    map.required("requires", report);
    let requires = map.texts("requires", report);
    let input = map.take("input").map_or_else(Vec::new, |node| fields(node, report));
    let steps = map.take("steps").map_or_else(Vec::new, |node| steps(node, report));
    let returns = map.take("returns").cloned();
    map.finish(TO_COME, report);
    Some(OperationDecl { header, requires, input, steps, returns })
}

impl RefuseDecl {
    /// Reads a refusal: a code, or a map.
    pub fn read(node: &Node, report: &mut Report) -> Option<Self> {
        if let Value::Scalar(code) = &node.value {
            return Some(Self { code: code.clone(), message: None, fix: None, next: Vec::new() });
        }
        let mut map = Map::of(node, "a refusal", report)?;
        let Some(code) = map.text("code", report) else {
            report.add(
                Diagnostic::new("E0402", node.span, "this refusal has no code")
                    .help("give the refusal a code: `refuse: some_code`"),
            );
            return None;
        };
        let (message, fix) = (map.text("message", report), map.text("fix", report));
        let next = map.texts("next", report);
        map.finish(&[], report);
        Some(Self { code, message, fix, next })
    }
}
