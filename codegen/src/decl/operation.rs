//! Operations as written.

use crate::decl::field::{FieldDecl, fields};
use crate::decl::step::{StepDecl, steps};
use crate::decl::{Header, header};
use crate::decode::Map;
use crate::keys::documents::OPERATION;
use crate::report::Report;
use crate::yaml::{Node, Text};

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
    /// What was done, for people.
    pub narrate: Option<Text>,
    /// Who may do it, where that is said.
    pub tier: Option<Text>,
    /// Why an operation that destroys is left to agents.
    pub because: Option<Text>,
    /// The most rows that one call may write.
    pub max_rows: Option<Text>,
    /// The names that it had before.
    pub was: Vec<Text>,
}

/// Reads an operation.
pub fn read(node: &Node, report: &mut Report) -> Option<OperationDecl> {
    let mut map = Map::of(node, &OPERATION, report)?;
    let header = header(&mut map, "operation", true, report)?;
    map.required("requires", report);
    let requires = map.texts("requires", report);
    let input = map.take("input").map_or_else(Vec::new, |node| fields(node, report));
    let steps = map.take("steps").map_or_else(Vec::new, |node| steps(node, report));
    let returns = map.take("returns").cloned();
    let narrate = map.text("narrate", report);
    let (tier, because) = (map.text("tier", report), map.text("because", report));
    let max_rows = map.text("max_rows", report);
    let was = map.texts("was", report);
    map.finish(report);
    Some(OperationDecl { header, requires, input, steps, returns, narrate, tier, because, max_rows, was })
}
