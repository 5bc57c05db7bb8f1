//! What an operation gives back: an expression, a map of them, or `rows.pick(a, b)`.

use crate::expr::check_pick;
use crate::expr::env::Env;
use crate::model::Returns;
use crate::report::{Diagnostic, Report};
use crate::resolve::names;
use crate::yaml::{Node, Value as Yaml};

/// Resolves `returns`.
pub(crate) fn resolve(node: &Node, env: &Env<'_>, report: &mut Report) -> Option<Returns> {
    match &node.value {
        Yaml::Scalar(text) => {
            if let Some(pick) = check_pick(text, env, report) {
                return pick;
            }
            crate::expr::any(text, env, report).map(Returns::Value)
        }
        Yaml::Map(entries) => {
            let parts = entries.iter().map(|(key, node)| {
                names::check(key, "a key", report);
                Some((key.value.clone(), resolve(node, env, report)?))
            });
            parts.collect::<Option<Vec<_>>>().map(Returns::Object)
        }
        Yaml::List(_) => {
            report.add(
                Diagnostic::new("E0106", node.span, "`returns` is an expression, or a map of them")
                    .help("a list needs quotes when it begins the expression: `returns: \"[a, b]\"`"),
            );
            None
        }
    }
}
