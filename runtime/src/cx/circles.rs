//! References that never lead back to their own row: what stands above a row is looked at before it is put below another.
//!
//! ```text
//! update: wheel, set: { part_of: spoke }        spoke ─▶ hub ─▶ wheel: circular
//! ```

use crate::cx::Cx;
use crate::stop::{Checked, Stop};
use crate::store::layout::Row;
use crate::store::link::Fault;
use opwright_values::value::Value;
use opwright_values::words::a;
use std::collections::BTreeSet;

/// The most rows above one: there are more of them only by mistake, and each is a step of every check.
const ABOVE_MAX: usize = 10_000;

impl Cx<'_> {
    /// No reference that changes leads back. The operation keeps others from writing rows of this resource meanwhile.
    pub(super) fn check_circles(&mut self, table: usize, after: &Row, before: &Row) -> Checked {
        let acyclic = self.work.layout().table(table)?.resource.acyclic.clone();
        for field in acyclic {
            if before.get(field) == after.get(field) {
                continue;
            }
            if let Some(reason) = self.turns(table, field, after)? {
                let name = self.work.layout().table(table)?.resource.fields.get(field);
                let name = name.map_or_else(String::new, |field| field.name.clone());
                let operands = [("field", name), ("reason", reason)];
                return Err(self.refusal("circular", &operands, Vec::new()));
            }
        }
        Ok(())
    }

    /// Why a row cannot stand where a reference would put it.
    fn turns(&mut self, table: usize, field: usize, row: &Row) -> Result<Option<String>, Stop> {
        let own = self.work.layout().table(table)?.id_of(row)?.to_owned();
        let mut above = match row.get(field) {
            Some(Value::Text(id)) => id.clone(),
            _ => return Ok(None),
        };
        let mut seen = BTreeSet::new();
        for _ in 0..ABOVE_MAX {
            if above == own {
                return Ok(Some("would lead back to the row itself".to_owned()));
            }
            if !seen.insert(above.clone()) {
                return Err(self.in_a_circle(table, field)?);
            }
            let next = self.work.load(table, &above)?;
            match next.as_ref().and_then(|row| row.get(field)) {
                Some(Value::Text(id)) => above.clone_from(id),
                _ => return Ok(None),
            }
        }
        Ok(Some(format!("would stand below more than {ABOVE_MAX} rows")))
    }

    /// Rows that lead back to themselves were written by a version that allows it.
    fn in_a_circle(&self, table: usize, field: usize) -> Result<Stop, Stop> {
        let shape = self.work.layout().table(table)?;
        let name = shape.resource.fields.get(field).map_or("", |field| field.name.as_str());
        let why = format!(
            "`{name}` of {} leads back to the row itself, which this version does not allow",
            a(shape.name())
        );
        Ok(Stop::Fault(Fault::Outdated(why)))
    }
}
