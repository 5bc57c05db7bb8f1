//! One call: what was sent is asked first, then references are looked up, states, rules and effects follow in the order
//! of the spec, and the result comes last.

use crate::interpret::defaults::default;
use crate::interpret::eval::{Eval, Row, row_of};
use crate::interpret::sent::{Sent, rests_on_facts};
use crate::interpret::stop::{Stop, strange};
use crate::interpret::tally::Tally;
use crate::interpret::wire;
use crate::interpret::world::{Place, World};
use crate::seen::{Call, End};
use opwright_codegen::expr::typed::{Kind, Ty, Typed};
use opwright_codegen::model::{AskedState, Finds, Inside, Operation, Reference, Returns, Step, StepKind};
use opwright_runtime::env::Env;
use opwright_values::json::Json;
use opwright_values::schema::Type;
use opwright_values::time::Timestamp;
use opwright_values::value::Value;

/// A call under way.
pub(crate) struct Run<'w, 'm> {
    pub(crate) world: &'w mut World<'m>,
    pub(crate) operation: &'m Operation,
    pub(crate) inputs: Vec<Value>,
    pub(crate) names: Vec<(String, Value)>,
    pub(crate) now: i64,
    pub(crate) env: Env,
    pub(crate) end: End,
    /// How much it did.
    pub(crate) tally: Tally,
    /// The list that goes on behind this answer.
    pub(crate) next: Option<Place>,
}

impl<'m> Run<'_, 'm> {
    /// A call: what it changes stays in the world, and what it shows is given back. `None` for a value that was not
    /// sent.
    pub(crate) fn call(
        world: &mut World<'m>,
        operation: &'m Operation,
        call: &Call,
        values: &[Option<Value>],
    ) -> Result<(End, Option<Place>, Tally), String> {
        let mut trial = world.clone();
        trial.begin();
        let fields = operation.inputs.iter().zip(values);
        let inputs =
            fields.map(|(field, value)| value.clone().unwrap_or_else(|| default(field, call.now_us)));
        let mut env = Env::fixed(Timestamp::from_micros(call.now_us), call.seed);
        // The first number of a call is that of its run.
        env.new_id("run");
        let mut run = Run {
            world: &mut trial,
            operation,
            inputs: inputs.collect(),
            names: Vec::new(),
            now: call.now_us,
            env,
            end: End::default(),
            tally: Tally::default(),
            next: None,
        };
        let ended = run.phases();
        let (end, next, tally) = (run.end, run.next, run.tally);
        match ended {
            Ok(()) if !call.dry_run => {
                trial.end();
                *world = trial;
                Ok((end, next, tally))
            }
            Ok(()) => Ok((end, next, tally)),
            Err(Stop::Ended) => Ok((end, None, tally)),
            Err(other) => Err(format!("{}: {other:?}", operation.name)),
        }
    }

    /// What an expression sees now.
    pub(crate) fn eval<'e>(&'e self, row: Row<'e>) -> Eval<'e, 'm> {
        Eval {
            world: self.world,
            inputs: &self.inputs,
            names: &self.names,
            now: self.now,
            row,
            vars: Vec::new(),
        }
    }

    /// The value of an expression.
    pub(crate) fn value(&self, expr: &Typed) -> Result<Value, Stop> {
        self.eval(Row::None).of(expr)
    }

    fn phases(&mut self) -> Result<(), Stop> {
        let operation = self.operation;
        let mut sent = Sent::new(operation);
        let (mut first, mut rest): (Vec<&Step>, Vec<&Step>) = Default::default();
        for step in &operation.steps {
            if sent.takes(step)? { first.push(step) } else { rest.push(step) }
        }
        for reference in &operation.references {
            let row = self.inputs.get(reference.input).cloned().unwrap_or(Value::Null);
            self.names.push((reference.name.clone(), row));
        }
        self.sent(&first)?;
        operation.references.iter().try_for_each(|reference| self.reference(reference))?;
        operation.steps.iter().try_for_each(|step| self.state_first(step))?;
        rest.into_iter().try_for_each(|step| self.step(step))?;
        let result = self.returned(&operation.returns);
        self.end.path.push("outcome".to_owned());
        let result = self.ended(0, 409, result)?;
        (self.end.status, self.end.result) = (200, result.to_string());
        self.end.more = self.next.is_some();
        Ok(())
    }

    /// What stops a step ends the call there.
    pub(super) fn ended<T>(&mut self, line: u32, status: u16, result: Result<T, Stop>) -> Result<T, Stop> {
        let code = match result {
            Err(Stop::Cannot) => "cannot_compute".to_owned(),
            Err(Stop::Refused(code)) => code,
            other => return other,
        };
        self.refuse(line, status, code);
        Err(Stop::Ended)
    }

    fn refuse(&mut self, line: u32, status: u16, code: String) {
        let status = match code.as_str() {
            "cannot_compute" => 409,
            "not_found" => 404,
            "invalid_input" => 422,
            _ => status,
        };
        self.end.path.push(format!("{line} exit {code}"));
        (self.end.status, self.end.refused) = (status, format!("{code} at {line}"));
    }

    /// The rules on what was sent: all are told, but those that rest on one that does not hold.
    fn sent(&mut self, steps: &[&'m Step]) -> Result<(), Stop> {
        let mut holds = true;
        for step in steps {
            let line = step.src.line;
            let (kind, result) = match &step.kind {
                StepKind::Let { name, be } => {
                    let value = self.value(be);
                    if value.is_err() && !holds && rests_on_facts(be) {
                        break;
                    }
                    ("value", value.map(|value| self.names.push((name.clone(), value))))
                }
                StepKind::Require { condition, refusal }
                    if !holds && refusal.values().chain([condition]).any(rests_on_facts) =>
                {
                    continue;
                }
                StepKind::Require { condition, refusal } => {
                    let rule = match self.eval(Row::None).holds(condition) {
                        Ok(true) => Ok(()),
                        Ok(false) => Err(Stop::Refused(refusal.code.clone())),
                        Err(stop) => Err(stop),
                    };
                    ("rule", rule)
                }
                _ => continue,
            };
            if holds {
                self.end.path.push(format!("{line} {kind}"));
            }
            let code = match result {
                Ok(()) => continue,
                Err(Stop::Cannot) => "cannot_compute".to_owned(),
                Err(Stop::Refused(code)) => code,
                // What rests on a rule that has failed is not asked.
                Err(Stop::Strange(_)) if !holds => break,
                Err(other) => return Err(other),
            };
            if holds {
                self.refuse(line, 422, code);
            } else {
                self.end.also.push(format!("{code} at {line}"));
            }
            holds = false;
            if matches!(step.kind, StepKind::Let { .. }) {
                break;
            }
        }
        if holds { Ok(()) } else { Err(Stop::Ended) }
    }

    fn reference(&mut self, reference: &'m Reference) -> Result<(), Stop> {
        let line = reference.src.line;
        self.end.path.push(format!("{line} lookup"));
        let mut ids = Vec::new();
        if let Some((value, field)) =
            self.inputs.get(reference.input).zip(self.operation.inputs.get(reference.input))
        {
            inside(value, &field.ty, &reference.way, &mut ids);
        }
        self.tally.add("lookup", line, ids.len());
        let mut missing = false;
        for id in ids {
            let found = match reference.finds {
                Finds::Live => self.world.row(reference.to, &id).is_some(),
                Finds::Deleted => self.world.is_gone(reference.to, &id),
                Finds::All => self.world.known(reference.to, &id).is_some(),
            };
            let fits = match &reference.filter {
                Some(filter) if found => self.eval(Row::Stored(&id)).holds(filter),
                _ => Ok(found),
            };
            missing |= !self.ended(line, 404, fits)?;
        }
        let found = if missing { Err(Stop::Refused("not_found".to_owned())) } else { Ok(()) };
        self.ended(line, 404, found)
    }

    fn state_first(&mut self, step: &'m Step) -> Result<(), Stop> {
        let StepKind::Transition { row, field, from, asked: AskedState::First, .. } = &step.kind else {
            return Ok(());
        };
        let line = step.src.line;
        self.end.path.push(format!("{line} rule"));
        let state = self.state(row, *field, from);
        self.ended(line, 409, state)
    }

    /// Whether a state machine stands where a transition can take it.
    pub(super) fn state(&self, row: &Typed, field: usize, from: &[String]) -> Result<(), Stop> {
        let (resource, id) = self.row(row)?;
        let kept = self.world.known(resource, &id);
        match kept.and_then(|kept| kept.values.get(field)) {
            Some(Value::Text(state)) if from.contains(state) => Ok(()),
            Some(Value::Text(_)) => Err(Stop::Refused("wrong_state".to_owned())),
            _ => strange("a machine without a state"),
        }
    }

    /// The row that an expression leads to.
    pub(super) fn row(&self, row: &Typed) -> Result<(usize, String), Stop> {
        match (row_of(&row.ty), self.value(row)?) {
            (Some(resource), Value::Text(id)) => Ok((resource, id)),
            _ => strange(format!("`{}` is no row", row.text)),
        }
    }

    fn returned(&self, returns: &Returns) -> Result<Json, Stop> {
        match returns {
            Returns::Nothing => Ok(Json::Null),
            Returns::Value(value) => Ok(wire::of_ty(self.world, &value.ty, &self.value(value)?)),
            Returns::Object(parts) => {
                let part = |(key, part): &(String, Returns)| Ok((key.clone(), self.returned(part)?));
                Ok(Json::present(parts.iter().map(part).collect::<Result<Vec<_>, Stop>>()?))
            }
            Returns::Pick(shape) => self.picked(&mut self.eval(Row::None), shape),
        }
    }

    /// Whether a collection owns its rows.
    fn owns(&self, of: &Typed, index: usize) -> bool {
        let resource = row_of(&of.ty).and_then(|of| self.world.resource(of));
        resource.and_then(|it| it.collections.get(index)).is_some_and(|it| it.owned)
    }

    /// The parts of a row, or of each row of a list.
    fn picked(&self, eval: &mut Eval<'_, '_>, shape: &Typed) -> Result<Json, Stop> {
        match &shape.kind {
            Kind::Macro(mac) => {
                let mut all = Vec::new();
                for row in eval.list(&mac.list)? {
                    eval.vars.push((mac.var.clone(), row));
                    all.push(self.picked(eval, &mac.body)?);
                    eval.vars.pop();
                }
                Ok(Json::List(all))
            }
            Kind::Shape(parts) => {
                let mut all = Vec::new();
                for (key, part) in parts {
                    let value = eval.of(part)?;
                    let id = Ty::Text;
                    let ids = Ty::List(Box::new(Ty::Text));
                    let ty = match &part.kind {
                        _ if row_of(&part.ty).is_some() => &id,
                        Kind::Collection(of, index) if !self.owns(of, *index) => &ids,
                        _ => &part.ty,
                    };
                    all.push((key.clone(), wire::of_ty(self.world, ty, &value)));
                }
                Ok(Json::present(all))
            }
            _ => strange("what is picked is no shape"),
        }
    }
}

/// The ids of the references inside of an argument, in order.
fn inside(value: &Value, ty: &Type, way: &[Inside], ids: &mut Vec<String>) {
    match (value, ty, way) {
        (Value::Text(id), _, []) => ids.push(id.clone()),
        // An argument that is a list of references.
        (Value::List(items), Type::List { of, .. }, []) => {
            items.iter().for_each(|item| inside(item, of, &[], ids));
        }
        (Value::List(items), Type::List { of, .. }, [Inside::Elements, way @ ..]) => {
            items.iter().for_each(|item| inside(item, of, way, ids));
        }
        (Value::Map(entries), Type::Map { of, .. }, [Inside::Values, way @ ..]) => {
            entries.values().for_each(|item| inside(item, of, way, ids));
        }
        (Value::Object(parts), Type::Object { fields, .. }, [Inside::Part(key, _), way @ ..]) => {
            let mut known = fields.iter().zip(parts);
            if let Some((field, part)) = known.find(|(field, _)| field.key == *key) {
                inside(part, &field.ty, way, ids);
            }
        }
        _ => {}
    }
}
