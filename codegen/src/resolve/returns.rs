//! What an operation gives back: an expression, a map of them, or `rows.pick(a, b)`.

use crate::expr::check_pick;
use crate::expr::env::Env;
use crate::expr::secret;
use crate::model::Returns;
use crate::names;
use crate::report::{Diagnostic, Report};
use crate::resolve::follow::named;
use crate::resolve::sets;
use crate::yaml::{Node, Text, Value as Yaml};

/// Resolves `returns`.
pub(crate) fn resolve(node: &Node, env: &Env<'_>, report: &mut Report) -> Option<Returns> {
    match &node.value {
        Yaml::Scalar(text) => {
            let returns = match check_pick(text, env, report) {
                Some(pick) => pick?,
                None => Returns::Value(crate::expr::any(text, env, report)?),
            };
            (!tells(&returns, env, report) && is_named(&returns, env, report)).then_some(returns)
        }
        Yaml::Map(entries) => {
            let bare: Vec<&Text> =
                entries.iter().filter(|(_, node)| sets::is_empty(node)).map(|(key, _)| key).collect();
            sets::without_value(&bare, env).into_iter().for_each(|fault| report.add(fault));
            let parts = entries.iter().map(|(key, node)| {
                names::check(key, "a key", report);
                if sets::is_empty(node) {
                    return None;
                }
                Some((key.value.clone(), resolve(node, env, report)?))
            });
            // All are looked at, also behind one that is faulty.
            let parts: Vec<_> = parts.collect();
            parts.into_iter().collect::<Option<Vec<_>>>().map(Returns::Object)
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

/// Whether something secret would be told.
fn tells(returns: &Returns, env: &Env<'_>, report: &mut Report) -> bool {
    let (Returns::Value(value) | Returns::Pick(value)) = returns else { return false };
    secret::refuse(
        value,
        "is never returned",
        "leave it out, or return whether it is the right one",
        env,
        report,
    )
}

fn is_named(returns: &Returns, env: &Env<'_>, report: &mut Report) -> bool {
    let (Returns::Value(value) | Returns::Pick(value)) = returns else { return true };
    named(value, env, report)
}
