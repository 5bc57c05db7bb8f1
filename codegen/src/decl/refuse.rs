//! Refusals as written: a code, or a map.

use crate::decl::table::steps::REFUSAL;
use crate::decode::Map;
use crate::report::{Diagnostic, Report};
use crate::yaml::{Node, Text, Value};

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

impl RefuseDecl {
    /// Reads a refusal: a code, or a map.
    pub fn read(node: &Node, report: &mut Report) -> Option<Self> {
        if let Value::Scalar(code) = &node.value {
            return Some(Self { code: code.clone(), message: None, fix: None, next: Vec::new() });
        }
        let mut map = Map::of(node, &REFUSAL, report)?;
        let Some(code) = map.text("code", report) else {
            report.add(
                Diagnostic::new("E0402", node.span, "this refusal has no code")
                    .help("give the refusal a code: `refuse: some_code`"),
            );
            return None;
        };
        let (message, fix) = (map.text("message", report), map.text("fix", report));
        let next = map.texts("next", report);
        map.finish(report);
        Some(Self { code, message, fix, next })
    }
}
