//! Operations that the compiler would never write: each does one thing wrong, or one thing that is rare.

use crate::graphs::{Block, follow, graph, load, rule, update};
use crate::model::{Customer, Method, Order, Payment};
use crate::{id, ids as id_list, text};
use opwright_runtime::generated::*;
use opwright_tracer::graph::{Access, Effect, Kind};

/// `misbehave`: changes a customer, and then does what `how` says.
pub(crate) fn misbehave() -> Operation {
    let steps = vec![
        load("relations.customer"),
        update("effects.update_customer", &[("cannot_compute", "{reason}")]),
        rule("effects.look", &[("seen", "seen")]),
    ];
    let inputs = vec![id("customer", "customer"), text("how")];
    let graph = graph("misbehave", Access::Writes, inputs, &["customer"], steps);
    Operation::new("misbehave", graph, |fields| {
        Some(Box::new(Misbehave { customer: fields.take("customer")?, how: fields.take("how")? }))
    })
}

struct Misbehave {
    customer: String,
    how: String,
}

impl Call for Misbehave {
    #[expect(clippy::panic, reason = "that is what it is for")]
    fn run(&self, cx: &mut Cx<'_>) -> Result<Reply, Stop> {
        let customer: Live<Customer> = cx.load("relations.customer", &self.customer)?;
        cx.at("effects.update_customer")?;
        let changed = Customer { status: "banned".to_string(), ..Customer::clone(&customer) };
        cx.update(&customer, changed)?;
        match self.how.as_str() {
            "skips" => drop(cx.at("outcome.done")?),
            "twice" => drop(cx.at("effects.update_customer")?),
            "ends" => return Ok(Reply::new(Json::Null)),
            "panics" => panic!("as it was asked to"),
            "overflows" => drop(add(i64::MAX, 1)?),
            _ => drop(cx.at("effects.look")?),
        }
        match self.how.as_str() {
            "refuses" => return cx.refuse("unheard_of", &[]),
            "overflows_later" => drop(add(i64::MAX, 1)?),
            "refused" => return cx.refuse("seen", &[]),
            _ => {}
        }
        cx.at("outcome.done")?;
        Ok(Reply::new(cx.shape(&customer)?))
    }
}

/// `top_up`: adds one to each of some gift cards, as often as they are named, and once more to the one that is named
/// alone. They may all be one.
pub(crate) fn top_up() -> Operation {
    let inner = vec![update("effects.each_method.each_other.update_other", &[("out_of_range", "{field}")])];
    let steps = vec![
        load("relations.method"),
        load("relations.methods"),
        update("effects.update_method", &[("balance_needs_gift_card", "{row.source}")]),
        Block::Loop("effects.each_method", vec![Block::Loop("effects.each_method.each_other", inner)]),
    ];
    let inputs = vec![id("method", "method"), id_list("methods", "method")];
    let graph = graph("top_up", Access::Writes, inputs, &["method"], steps);
    Operation::new("top_up", graph, |fields| {
        Some(Box::new(TopUp { method: fields.take("method")?, methods: fields.take("methods")? }))
    })
}

struct TopUp {
    method: String,
    methods: Vec<String>,
}

impl Call for TopUp {
    fn run(&self, cx: &mut Cx<'_>) -> Result<Reply, Stop> {
        let method: Live<Method> = cx.load("relations.method", &self.method)?;
        let methods: Vec<Live<Method>> =
            cx.load_all_where("relations.methods", &self.methods, |row: &Method| {
                Ok(row.source == "gift_card")
            })?;
        cx.at("effects.update_method")?;
        one_more(cx, &method)?;
        let mut each_method = methods.iter().cloned();
        while let Some(one) = cx.item("effects.each_method", &mut each_method)? {
            let mut each_other = methods.iter().filter(|other| Live::same(other, &one)).cloned();
            while let Some(other) = cx.item("effects.each_method.each_other", &mut each_other)? {
                cx.at("effects.each_method.each_other.update_other")?;
                one_more(cx, &other)?;
            }
        }
        cx.at("outcome.done")?;
        Ok(Reply::new(cx.shapes(&methods)?))
    }
}

fn one_more(cx: &mut Cx<'_>, method: &Live<Method>) -> Checked {
    let balance = method.balance.unwrap_or(Decimal::from_units(0));
    let changed = Method { balance: Some(add(balance, Decimal::from_units(1))?), ..Method::clone(method) };
    cx.update(method, changed)
}

/// `move_order`: gives an order to somebody else, and back if that is asked for; the collections follow.
pub(crate) fn move_order() -> Operation {
    let steps = vec![
        load("relations.order"),
        load("relations.to"),
        follow("relations.order.customer"),
        follow("relations.order.customer.orders"),
        follow("relations.to.orders"),
        update("effects.update_order", &[]),
        Block::Step(
            "effects.create_order",
            Kind::Effect(Effect::Create),
            &[("not_unique", "{field} is taken")],
        ),
        Block::Branch("effects.back", vec![update("effects.back.then.update_order", &[])], vec![]),
    ];
    let inputs = vec![id("order", "order"), id("to", "customer"), text("new_order"), text("back")];
    let graph = graph("move_order", Access::Writes, inputs, &["order", "customer", "payment"], steps);
    Operation::new("move_order", graph, |fields| {
        Some(Box::new(MoveOrder {
            order: fields.take("order")?,
            to: fields.take("to")?,
            new_order: fields.take("new_order")?,
            back: fields.take("back")?,
        }))
    })
}

struct MoveOrder {
    order: String,
    to: String,
    new_order: String,
    back: String,
}

impl Call for MoveOrder {
    fn run(&self, cx: &mut Cx<'_>) -> Result<Reply, Stop> {
        let order: Live<Order> = cx.load("relations.order", &self.order)?;
        let to: Live<Customer> = cx.load("relations.to", &self.to)?;
        let from: Live<Customer> = cx.follow("relations.order.customer", &order.customer)?;
        let theirs = cx.many("relations.order.customer.orders", &Customer::ORDERS, &from.id)?;
        let others = cx.many("relations.to.orders", &Customer::ORDERS, &to.id)?;
        let before = theirs.each();
        cx.at("effects.update_order")?;
        cx.update(&order, Order { customer: to.id.clone(), ..Order::clone(&order) })?;
        cx.at("effects.create_order")?;
        let new = Order { order_id: self.new_order.clone(), ..Order::clone(&order) };
        let new = cx.create(new)?;
        let moved = (names(&theirs.all()), names(&others.all()));
        cx.at("effects.back")?;
        if cx.branch(self.back == "yes")? {
            cx.at("effects.back.then.update_order")?;
            cx.update(&order, Order { customer: from.id.clone(), ..Order::clone(&order) })?;
        }
        cx.at("outcome.done")?;
        let same = others.all().iter().any(|other| Live::same(other, &new));
        let seen = [
            names(&before.collect::<Vec<_>>()),
            moved.0,
            moved.1,
            names(&theirs.all()),
            names(&others.all()),
            Json::Bool(same),
        ];
        Ok(Reply::new(Json::List(seen.into())))
    }
}

fn names(orders: &[Live<Order>]) -> Json {
    Json::List(ids(orders).into_iter().map(Json::text).collect())
}

/// `check_input`: rules on what was sent; all that fail are told.
pub(crate) fn check_input() -> Operation {
    let steps = vec![
        rule("input.first", &[("first", "{input.a} is no a")]),
        rule("input.second", &[("second", "{input.b} is no b"), ("cannot_compute", "{reason}")]),
        Block::Step("input.twice", Kind::Value, &[("cannot_compute", "{reason}")]),
        follow("rules.payments"),
    ];
    let inputs = vec![text("a"), text("b")];
    let graph = graph("check_input", Access::Reads, inputs, &["payment"], steps);
    Operation::new("check_input", graph, |fields| {
        Some(Box::new(CheckInput { a: fields.take("a")?, b: fields.take("b")? }))
    })
}

struct CheckInput {
    a: String,
    b: String,
}

impl Call for CheckInput {
    fn input(&self, walk: &mut Walk) -> Checked {
        let checked = first(walk, self);
        walk.collect(checked)?;
        let checked = second(walk, self);
        walk.collect(checked)?;
        let _twice = twice(walk, self)?;
        walk.collected()
    }
    fn run(&self, cx: &mut Cx<'_>) -> Result<Reply, Stop> {
        let twice = cx.quiet(|walk| twice(walk, self))?;
        let found: Option<Live<Payment>> = {
            static QUERY: Query<Payment> = Query::new(
                "SELECT \"_id\" FROM \"payment\" WHERE \"amount\" = $1 AND \"_deleted_at\" IS NULL",
                "SELECT \"_id\" FROM \"payment\" WHERE \"amount\" = $1 AND \"_deleted_at\" IS NULL",
                &[2],
            );
            cx.at("rules.payments")?;
            cx.find(&QUERY, &[bind(&Decimal::<2>::from_units(twice))])?
        };
        cx.at("outcome.done")?;
        let found = found.map_or(Json::Null, |payment| Json::text(payment._id.clone()));
        Ok(Reply::new(found))
    }
}

fn first(walk: &mut Walk, input: &CheckInput) -> Checked {
    let see = walk.at("input.first")?;
    if see.read("input.a", &input.a) == "a" {
        return Ok(());
    }
    walk.refuse("first", &[("input.a", &input.a)])
}

fn second(walk: &mut Walk, input: &CheckInput) -> Checked {
    let see = walk.at("input.second")?;
    match see.read("input.b", &input.b).as_str() {
        "b" | "huge" => Ok(()),
        "overflows" => add(i64::MAX, 1).map(|_| ()).map_err(Stop::from),
        _ => walk.refuse("second", &[("input.b", &input.b)]),
    }
}

fn twice(walk: &mut Walk, input: &CheckInput) -> Result<i64, Stop> {
    walk.at("input.twice")?;
    let of = if input.b == "huge" { i64::MAX } else { 125 };
    Ok(add(of, of)?)
}
