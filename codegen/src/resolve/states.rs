//! Transitions, and where a state is known in front of them: what can only be allowed is not asked.
//!
//! ```text
//! - require: ticket.status in ['open', 'waiting']
//! - transition: ticket.close                     from open or waiting: has nothing to refuse
//! - transition: ticket.archive                   from closed: neither
//! - load: ticket, where: row.status == 'open'    what is found is open, and so are all that are found with `max`
//! ```

use crate::decl::step::SetDecl;
use crate::expr::facts::{self, Facts};
use crate::expr::message;
use crate::expr::typed::{Kind, Ty, Typed};
use crate::model::{AskedState, ResourceId, StepKind};
use crate::report::Diagnostic;
use crate::resolve::sets;
use crate::resolve::steps::Resolver;
use crate::yaml::Text;
use opwright_values::schema::{Default as FieldDefault, Type};
use opwright_values::value::Value;

impl Resolver<'_, '_> {
    pub(super) fn transition(&mut self, path: &Text, set: &SetDecl, top: bool) -> Option<StepKind> {
        let Some(dot) = path.value.rfind('.') else {
            self.report.add(
                Diagnostic::new("E0406", path.span, format!("`{}` is not a transition", path.value))
                    .help("write the row and its transition: `order.cancel`"),
            );
            sets::beside(set, self.env, self.report);
            return None;
        };
        let (row, id) = self.target_of(&path.slice(0, dot), set)?;
        let name = path.slice(dot + 1, path.value.len());
        let machines = &self.shared.resources.get(id)?.machines;
        let all = || {
            machines.iter().flat_map(|machine| machine.transitions.iter().map(move |it| (machine.field, it)))
        };
        let Some((field, transition)) = all().find(|(_, it)| it.name == name.value) else {
            let resource = self.resource(id).map_or("", |it| it.name.as_str());
            let fault = Diagnostic::new(
                "E0201",
                name.span,
                format!("`{resource}` has no transition `{}`", name.value),
            );
            let names: Vec<&str> = all().map(|(_, it)| it.name.as_str()).collect();
            let fault = fault.meant(self.report.meant(&name.value, names.iter().copied()));
            let fault =
                if names.is_empty() { fault } else { fault.help(format!("it has {}", names.join(", "))) };
            self.report.add_unknown(&name.value, fault);
            self.set_of_row(&row, id, set);
            return None;
        };
        let (from, to) = (transition.from.clone(), transition.to.clone());
        let asked = self.asked(&row, (id, field), &from, top);
        let told = message::of_state(&row, (id, field), &from, &name.value, self.env);
        self.permissions(id, [(field, name.span)].into_iter());
        self.env.facts.forget_field(id, field, self.shared.schema);
        let set = self.set_of_row(&row, id, set)?;
        self.moved.insert((id, field));
        self.is_now(&row, (id, field), &to, &set);
        Some(StepKind::Transition { row, field, name: name.value, from, to, asked, told, set })
    }

    /// Where the state is asked that a transition needs.
    fn asked(&self, row: &Typed, machine: (ResourceId, usize), from: &[String], top: bool) -> AskedState {
        let known = self.env.facts.choices(row, machine, self.shared.schema);
        let field = self.resource(machine.0).and_then(|it| it.fields.get(machine.1));
        let all = match field.map(|it| &it.ty) {
            Some(Type::Enum { values }) => values.as_slice(),
            _ => &[],
        };
        let mut can_be = all.iter().filter(|state| known.is_none_or(|known| known.contains(*state)));
        if can_be.all(|state| from.contains(state)) {
            AskedState::Never
        } else if top && self.is_argument(row) && !self.moved.contains(&machine) {
            AskedState::First
        } else {
            AskedState::There
        }
    }

    /// Whether a row is surely at hand once the arguments are: one of them, or one inside of an object.
    fn is_argument(&self, row: &Typed) -> bool {
        match &row.kind {
            Kind::Name(name) => self.env.references.iter().any(|(_, it)| it == name),
            Kind::Part(of, _) => self.is_argument(of),
            Kind::Input(_) => true,
            _ => false,
        }
    }

    /// A row has moved to a state; what was set with it may let its path lead elsewhere.
    fn is_now(&mut self, row: &Typed, machine: (ResourceId, usize), to: &str, set: &[(usize, Typed)]) {
        let mut known = Facts::default();
        known.say_is(row, machine, to, self.shared.schema);
        set.iter().for_each(|(field, _)| known.forget_field(machine.0, *field, self.shared.schema));
        self.env.facts.add(&known);
    }

    /// A new row is in the first state of each of its machines.
    pub(super) fn begins(&mut self, name: &Text, id: ResourceId) {
        let (schema, fields) = (self.shared.schema, self.resource(id).map_or(&[][..], |it| &it.fields));
        let row = Typed::new(Kind::Name(name.value.clone()), Ty::Row(id), name.span, name.value.clone());
        for machine in self.machines(id) {
            if let Some(FieldDefault::Value(Value::Text(first))) =
                fields.get(machine.field).and_then(|it| it.default.as_ref())
            {
                self.env.facts.say_is(&row, (id, machine.field), first, schema);
            }
        }
    }

    /// What was found is as the condition says: a row, or each row of a list.
    pub(super) fn is_found(&mut self, called: &str, filter: Option<&Typed>) {
        let known =
            filter.map(|filter| Facts::when_true(filter, self.shared.schema).of_row(facts::ROW, called));
        self.env.facts.add(&known.unwrap_or_default());
    }
}
