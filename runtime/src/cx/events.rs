//! Telling of events: they are stored with the effects, and told when the transaction commits.

use crate::cx::Cx;
use crate::cx::writes::out_of_range;
use crate::stop::{Checked, Stop};
use crate::store::facts::Event;
use crate::store::link::Fault;
use opwright_values::value::Value;
use opwright_values::write::{Audience, write_fields};

impl Cx<'_> {
    /// Goes to the node of an event and tells of it: the values in the order of its fields.
    pub fn emit<const N: usize>(&mut self, node: &'static str, event: &str, values: [Value; N]) -> Checked {
        self.emit_tried(node, event, || Ok(values))
    }

    /// The same with values that may not be there: they are computed at the node, and refused there.
    pub fn emit_tried<const N: usize>(
        &mut self,
        node: &'static str,
        event: &str,
        values: impl FnOnce() -> Result<[Value; N], Stop>,
    ) -> Checked {
        self.at(node)?;
        let values = values()?;
        let (name, data, wrong) = {
            let found = self.work.layout().schema.events.iter().find(|known| known.name == event);
            let event =
                found.ok_or_else(|| Stop::Fault(Fault::Other(format!("there is no event `{event}`"))))?;
            let data = write_fields(&event.fields, &values, Audience::Wire).to_string();
            (event.name.clone(), data, out_of_range(&event.fields, &values, None))
        };
        self.in_range(wrong)?;
        let id = self.walk.env.fact_id("event");
        let (at_us, invocation) = (self.now().micros(), self.work.invocation().to_owned());
        self.work.emit(Event { id, name, at_us, invocation, data });
        Ok(())
    }
}
