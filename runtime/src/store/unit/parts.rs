//! Parts of an object that this version does not know: where the object goes, they go with it.
//!
//! ```text
//! this version: home { city }     the database: home_city, home_zip
//! home: null  ─▶  home_city NULL as with every row, and home_zip NULL: it would come back with the next `home`
//! ```

use super::Work;
use crate::schema::newer::Unknown;
use crate::store::layout::Row;
use crate::store::link::{Arg, Fault, sql};
use crate::store::parts::quoted;
use opwright_values::schema::{Field, Type};
use opwright_values::value::Value;
use std::rc::Rc;
use std::sync::Arc;

impl Work {
    /// A row is given other values. The parts that only other versions know, of objects that go or come by it, are
    /// cleared at once; a call that is refused clears nothing.
    pub(super) fn clear_unknown_parts(
        &mut self,
        table: usize,
        id: &Rc<str>,
        before: &Row,
        after: &Row,
    ) -> Result<(), Fault> {
        let plan = Arc::clone(&self.plan);
        let shape = plan.layout.table(table)?;
        let mut objects = Vec::new();
        come_and_go("", &shape.resource.fields, before, after, &mut objects);
        if objects.is_empty() {
            return Ok(());
        }
        let unknown = self.unknown_of(table)?;
        let columns: Vec<String> = objects
            .iter()
            .flat_map(|object| unknown.parts_of(table, object))
            .map(|column| format!("{} = NULL", quoted(column)))
            .collect();
        if columns.is_empty() {
            return Ok(());
        }
        self.guard()?;
        let (name, key) = (quoted(shape.name()), quoted(shape.id_column()));
        let clear = format!("UPDATE {name} SET {} WHERE {key} = $1", columns.join(", "));
        self.execute(&sql(clear), vec![Arg::Text(id.to_string())]).map(drop)
    }

    /// What this version does not know of the rows of a table, of which one is locked.
    fn unknown_of(&mut self, table: usize) -> Result<Arc<Unknown>, Fault> {
        if let Some(known) = self.unknown.get(&table) {
            return Ok(Arc::clone(known));
        }
        let plan = Arc::clone(&self.plan);
        let unknown = plan.newer.unknown(&mut self.link, &plan.layout)?;
        self.unknown.insert(table, Arc::clone(&unknown));
        Ok(unknown)
    }
}

/// The objects, as their columns begin, that are there before and not afterwards, or the other way round.
fn come_and_go(front: &str, fields: &[Field], before: &[Value], after: &[Value], found: &mut Vec<String>) {
    for (field, (was, is)) in fields.iter().zip(before.iter().zip(after)) {
        let Type::Object { fields, .. } = &field.ty else { continue };
        let name = format!("{front}{}", field.key);
        match (was, is) {
            (Value::Object(was), Value::Object(is)) => {
                come_and_go(&format!("{name}_"), fields, was, is, found);
            }
            (Value::Object(_), _) | (_, Value::Object(_)) => found.push(name),
            _ => {}
        }
    }
}
