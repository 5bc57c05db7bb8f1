//! What an expression is worth. A row is its id; what is absent is `Null`.

use crate::interpret::functions;
use crate::interpret::numbers::{fit, fit_as, moment, quotient, remainder, scaled};
use crate::interpret::stop::{Stop, strange};
use crate::interpret::world::World;
use opwright_codegen::expr::typed::{BinaryOp, Function, Kind, Macro, MacroKind, Ty, Typed};
use opwright_codegen::model::ResourceId;
use opwright_values::value::Value;

/// What `row` is.
#[derive(Clone, Copy)]
pub(crate) enum Row<'e> {
    /// There is none.
    None,
    /// A row that is there.
    Stored(&'e str),
    /// A row that is to be written.
    New(&'e [Value]),
}

/// What an expression sees.
pub(crate) struct Eval<'e, 'm> {
    pub(crate) world: &'e World<'m>,
    pub(crate) inputs: &'e [Value],
    pub(crate) names: &'e [(String, Value)],
    pub(crate) now: i64,
    pub(crate) row: Row<'e>,
    pub(crate) vars: Vec<(String, Value)>,
}

/// The resource of a row.
pub(crate) fn row_of(ty: &Ty) -> Option<ResourceId> {
    match ty.present() {
        Ty::Row(of) => Some(*of),
        _ => None,
    }
}

impl<'e, 'm> Eval<'e, 'm> {
    /// What is said of one row, and of nothing else.
    pub(crate) fn of_row(world: &'e World<'m>, id: &'e str) -> Self {
        Self { world, inputs: &[], names: &[], now: 0, row: Row::Stored(id), vars: Vec::new() }
    }
}

impl Eval<'_, '_> {
    /// The value of an expression.
    pub(crate) fn of(&mut self, expr: &Typed) -> Result<Value, Stop> {
        match &expr.kind {
            Kind::Bool(value) => Ok(Value::Bool(*value)),
            Kind::Int(value) | Kind::Decimal(value) | Kind::Time(value) => Ok(Value::Int(*value)),
            Kind::Text(text) => Ok(Value::Text(text.clone())),
            Kind::Null => Ok(Value::Null),
            Kind::Now => Ok(Value::Int(self.now)),
            Kind::List(items) => {
                items.iter().map(|item| self.of(item)).collect::<Result<_, _>>().map(Value::List)
            }
            Kind::Object(parts) => {
                let part = |part: &Option<Typed>| part.as_ref().map_or(Ok(Value::Null), |part| self.of(part));
                parts.iter().map(part).collect::<Result<_, _>>().map(Value::Object)
            }
            Kind::Map(entries) => {
                let entry = |(key, value): &(String, Typed)| Ok((key.clone(), self.of(value)?));
                entries.iter().map(entry).collect::<Result<_, Stop>>().map(Value::Map)
            }
            Kind::Name(name) => find(self.names, name),
            Kind::Var(name) => find(&self.vars, name),
            Kind::Row => match self.row {
                Row::Stored(id) => Ok(Value::Text(id.to_owned())),
                _ => strange("`row` is no row that is there"),
            },
            Kind::Input(index) => Ok(self.inputs.get(*index).cloned().unwrap_or(Value::Null)),
            Kind::Field(of, field) | Kind::Refer(of, field) => self.field(of, *field),
            Kind::Part(of, part) => Ok(match self.of(of)? {
                Value::Object(parts) => parts.get(*part).cloned().unwrap_or(Value::Null),
                _ => Value::Null,
            }),
            Kind::Collection(of, index) => self.collection(of, *index),
            Kind::Id(of) => match (&of.kind, self.row) {
                (Kind::Row, Row::New(values)) => {
                    let resource = row_of(&of.ty).unwrap_or(usize::MAX);
                    Ok(Value::Text(self.world.id_of(resource, values)))
                }
                _ => self.of(of),
            },
            Kind::Proved(inner) => match self.of(inner)? {
                Value::Null => strange(format!("`{}` is absent", inner.text)),
                value => Ok(value),
            },
            Kind::Widen(inner) => {
                let value = self.of(inner)?;
                widened(value, inner.ty.present(), expr.ty.present())
            }
            Kind::Not(inner) => Ok(Value::Bool(!self.holds(inner)?)),
            Kind::Negate(inner) => Ok(Value::Int(fit_as(&expr.ty, -i128::from(self.int(inner)?))?)),
            Kind::Binary(op, a, b) => self.binary(*op, a, b, &expr.ty),
            Kind::Choose(condition, a, b) => {
                let chosen = if self.holds(condition)? { a } else { b };
                self.of(chosen)
            }
            Kind::Index(list, at, _) => {
                let (list, at) = (self.list(list)?, self.int(at)?);
                let found = usize::try_from(at).ok().and_then(|at| list.get(at).cloned());
                found.ok_or(Stop::Cannot)
            }
            Kind::Lookup(map, key) => match (self.of(map)?, self.of(key)?) {
                (Value::Map(entries), Value::Text(key)) => entries.get(&key).cloned().ok_or(Stop::Cannot),
                _ => strange("no map"),
            },
            Kind::Has(path) => Ok(Value::Bool(self.of(path)? != Value::Null)),
            Kind::Shape(_) => strange("what is picked is no value"),
            Kind::Macro(mac) => self.over(mac),
            Kind::Call(Function::Or | Function::OrValue, args) => {
                let [first, other] = args.as_slice() else { return strange("`or` of something else") };
                match self.of(first)? {
                    Value::Null => self.of(other),
                    value => Ok(value),
                }
            }
            Kind::Call(function, args) => {
                let values = args.iter().map(|arg| self.of(arg)).collect::<Result<Vec<_>, _>>()?;
                let types: Vec<&Ty> = args.iter().map(|arg| &arg.ty).collect();
                functions::call(*function, &values, &types, &expr.ty)
            }
        }
    }

    /// Whether a condition holds.
    pub(crate) fn holds(&mut self, expr: &Typed) -> Result<bool, Stop> {
        match self.of(expr)? {
            Value::Bool(value) => Ok(value),
            other => strange(format!("`{}` is {other:?}, neither true nor false", expr.text)),
        }
    }

    fn int(&mut self, expr: &Typed) -> Result<i64, Stop> {
        match self.of(expr)? {
            Value::Int(int) => Ok(int),
            other => strange(format!("`{}` is {other:?}, no number", expr.text)),
        }
    }

    pub(crate) fn list(&mut self, expr: &Typed) -> Result<Vec<Value>, Stop> {
        match self.of(expr)? {
            Value::List(items) => Ok(items),
            other => strange(format!("`{}` is {other:?}, no list", expr.text)),
        }
    }

    fn field(&mut self, of: &Typed, field: usize) -> Result<Value, Stop> {
        if let (Kind::Row, Row::New(values)) = (&of.kind, self.row) {
            return Ok(values.get(field).cloned().unwrap_or(Value::Null));
        }
        let Some(resource) = row_of(&of.ty) else { return strange(format!("`{}` is no row", of.text)) };
        match self.of(of)? {
            Value::Text(id) => match self.world.known(resource, &id) {
                Some(kept) => Ok(kept.values.get(field).cloned().unwrap_or(Value::Null)),
                None => strange(format!("there is no row {id}")),
            },
            _ => Ok(Value::Null),
        }
    }

    fn collection(&mut self, of: &Typed, index: usize) -> Result<Value, Stop> {
        let owner = row_of(&of.ty);
        let resource = owner.and_then(|of| self.world.resource(of));
        let (Some(owner), Some(collection)) = (owner, resource.and_then(|it| it.collections.get(index)))
        else {
            return strange("no collection");
        };
        let only = self.world.model.resources.get(owner).and_then(|it| it.only.get(index)?.as_ref());
        let searched = matches!(of.kind, Kind::Row);
        match self.of(of)? {
            Value::Text(id) => {
                // A search finds no row that is deleted; what a deleted row owned can be read.
                let mut ids = if !searched && self.world.is_gone(owner, &id) {
                    self.world.went_along(owner, &id, collection)
                } else {
                    self.world.collection(collection, &id)
                };
                if let Some(only) = only {
                    ids.retain(|id| {
                        let mut row = Eval { row: Row::Stored(id), vars: Vec::new(), ..*self };
                        row.holds(only).unwrap_or(false)
                    });
                }
                Ok(Value::List(ids.into_iter().map(Value::Text).collect()))
            }
            _ => Ok(Value::List(Vec::new())),
        }
    }

    fn binary(&mut self, op: BinaryOp, a: &Typed, b: &Typed, ty: &Ty) -> Result<Value, Stop> {
        use BinaryOp as Op;
        if matches!(op, Op::And | Op::Or) {
            let first = self.holds(a)?;
            return if first == (op == Op::Or) { Ok(Value::Bool(first)) } else { self.of(b) };
        }
        let (x, y) = (self.of(a)?, self.of(b)?);
        let truth = match (op, &x, &y) {
            (Op::Eq, _, _) => Some(x == y),
            (Op::Ne, _, _) => Some(x != y),
            (Op::Lt, _, _) => Some(x < y),
            (Op::Le, _, _) => Some(x <= y),
            (Op::Gt, _, _) => Some(x > y),
            (Op::Ge, _, _) => Some(x >= y),
            (Op::In, item, Value::List(items)) => Some(items.contains(item)),
            (Op::InMap, Value::Text(key), Value::Map(entries)) => Some(entries.contains_key(key)),
            _ => None,
        };
        if let Some(truth) = truth {
            return Ok(Value::Bool(truth));
        }
        match (op, x, y) {
            (Op::Add, Value::Text(x), Value::Text(y)) => {
                Ok(Value::Text(opwright_values::text::nfc(&(x + &y))))
            }
            (Op::Add, Value::List(x), Value::List(y)) => Ok(Value::List([x, y].concat())),
            (op, Value::Int(x), Value::Int(y)) => {
                let (wide_x, wide_y) = (i128::from(x), i128::from(y));
                let number = match op {
                    Op::Add if *ty == Ty::Timestamp => moment(wide_x + wide_y),
                    Op::Sub if *ty == Ty::Timestamp => moment(wide_x - wide_y),
                    Op::Add => fit_as(ty, wide_x + wide_y),
                    Op::Sub => fit_as(ty, wide_x - wide_y),
                    Op::Mul => fit_as(ty, wide_x * wide_y),
                    Op::Div => quotient(x, y),
                    Op::Rem => remainder(x, y),
                    _ => strange("no operator"),
                };
                number.map(Value::Int)
            }
            (op, x, y) => strange(format!("{op:?} of {x:?} and {y:?}")),
        }
    }

    fn over(&mut self, mac: &Macro) -> Result<Value, Stop> {
        let items = self.list(&mac.list)?;
        let (mut kept, mut count, mut keyed) = (Vec::new(), 0_usize, Vec::new());
        let all = items.len();
        for (at, item) in (0_i64..).zip(items) {
            let outside = self.vars.len();
            self.vars.extend(mac.index.clone().map(|index| (index, Value::Int(at))));
            self.vars.push((mac.var.clone(), item.clone()));
            let wanted = mac.filter.as_deref().map_or(Ok(true), |filter| self.holds(filter));
            let body = wanted.and_then(|wanted| if wanted { self.of(&mac.body).map(Some) } else { Ok(None) });
            self.vars.truncate(outside);
            let Some(body) = body? else { continue };
            let holds = body == Value::Bool(true);
            match mac.kind {
                MacroKind::All if !holds => return Ok(Value::Bool(false)),
                MacroKind::Exists if holds => return Ok(Value::Bool(true)),
                MacroKind::Filter if holds => kept.push(item),
                MacroKind::Map => kept.push(body),
                MacroKind::SortBy => keyed.push((body, item)),
                _ => count += usize::from(holds),
            }
        }
        Ok(match mac.kind {
            MacroKind::All => Value::Bool(count == all),
            MacroKind::Exists => Value::Bool(false),
            MacroKind::ExistsOne => Value::Bool(count == 1),
            MacroKind::SortBy => {
                keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
                Value::List(keyed.into_iter().map(|(_, item)| item).collect())
            }
            MacroKind::Filter | MacroKind::Map => Value::List(kept),
        })
    }
}

fn find(names: &[(String, Value)], name: &str) -> Result<Value, Stop> {
    match names.iter().rev().find(|(known, _)| known == name) {
        Some((_, value)) => Ok(value.clone()),
        None => strange(format!("there is no `{name}`")),
    }
}

/// A value as one of a wider type.
fn widened(value: Value, from: &Ty, to: &Ty) -> Result<Value, Stop> {
    let zeros = match (from, to) {
        (Ty::Int, Ty::Decimal(scale)) => *scale,
        (Ty::Decimal(from), Ty::Decimal(to)) => to.saturating_sub(*from),
        _ => 0,
    };
    match value {
        Value::Int(int) => scaled(int, zeros.into()).and_then(fit).map(Value::Int),
        value => Ok(value),
    }
}
