//! Whether rows keep the rules of their resources, before they are written: an operation could not have made others.

use crate::seed::Seed;
use crate::store::layout::Layout;
use crate::store::link::Fault;
use crate::store::rules::RowRules;

/// The most rows that are told of.
const TOLD_MAX: usize = 20;

/// What is said of the first rows that break a rule.
pub fn broken(rules: &[RowRules], layout: &Layout, rows: &[Seed]) -> Result<Vec<String>, Fault> {
    let mut broken = Vec::new();
    for (table, row) in rows {
        let Some((_, check)) = rules.iter().find(|(resource, _)| resource == table) else { continue };
        if let Some(code) = check(row)? {
            let shape = layout.table(*table)?;
            broken.push(format!("the {} `{}` breaks the rule `{code}`", shape.name(), shape.id_of(row)?));
        }
        if broken.len() == TOLD_MAX {
            break;
        }
    }
    Ok(broken)
}
