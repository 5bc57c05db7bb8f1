//! Two operations as the compiler writes them, copied by hand.

use crate::graphs::{Block, follow, graph, load, rule, update};
use crate::model::{Customer, Method, Order, Payment};
use crate::{id, text};
use opwright_runtime::generated::*;
use opwright_tracer::graph::{Access, Effect, Kind};

/// `change_customer_email`
pub(crate) fn change_customer_email() -> Operation {
    let steps = vec![
        load("relations.customer"),
        rule("rules.customer_banned", &[("customer_banned", "customer {customer.id} is banned")]),
        rule("rules.email_unchanged", &[("email_unchanged", "{customer.email} is {input.new_email}")]),
        update("effects.update_customer", &[("not_unique", "{field} is taken")]),
        Block::Step("effects.emit_customer_email_changed", Kind::Event, &[]),
    ];
    let inputs = vec![id("customer", "customer"), text("new_email")];
    let graph = graph("change_customer_email", Access::Writes, inputs, &["customer"], steps);
    Operation::new("change_customer_email", graph, |fields| {
        Some(Box::new(ChangeCustomerEmail {
            customer: fields.take("customer")?,
            new_email: fields.take("new_email")?,
        }))
    })
}

struct ChangeCustomerEmail {
    customer: String,
    new_email: String,
}

impl Call for ChangeCustomerEmail {
    fn refs<'a>(&'a self, refs: &mut Refs<'a>) {
        refs.add::<Customer>(&self.customer);
    }
    fn run(&self, cx: &mut Cx<'_>) -> Result<Reply, Stop> {
        let customer: Live<Customer> = cx.load("relations.customer", &self.customer)?;
        customer_banned(cx, &customer)?;
        email_unchanged(cx, self, &customer)?;
        update_customer(cx, self, &customer)?;
        cx.emit("effects.emit_customer_email_changed", "customer.email_changed", [value(&customer.id)])?;
        cx.at("outcome.done")?;
        Ok(Reply::new(cx.shape(&customer)?))
    }
}

fn customer_banned(walk: &mut Walk, customer: &Customer) -> Checked {
    let see = walk.at("rules.customer_banned")?;
    let holds = see.read("customer.status", &customer.status) != "banned";
    if !holds {
        return walk.refuse("customer_banned", &[("customer.id", &customer.id)]);
    }
    Ok(())
}

fn email_unchanged(walk: &mut Walk, input: &ChangeCustomerEmail, customer: &Customer) -> Checked {
    let see = walk.at("rules.email_unchanged")?;
    let holds =
        see.read("input.new_email", &input.new_email) != see.hidden("customer.email", &customer.email);
    if !holds {
        return walk.refuse(
            "email_unchanged",
            &[("customer.email", &Masked("customer.email")), ("input.new_email", &input.new_email)],
        );
    }
    Ok(())
}

fn update_customer(cx: &mut Cx<'_>, input: &ChangeCustomerEmail, customer: &Live<Customer>) -> Checked {
    cx.at("effects.update_customer")?;
    let mut changed = Customer::clone(customer);
    changed.email.clone_from(&input.new_email);
    cx.update(customer, changed)
}

/// `cancel_pending_order`
pub(crate) fn cancel_pending_order() -> Operation {
    let body = vec![
        Block::Step(
            "effects.each_entry.create_payment",
            Kind::Effect(Effect::Create),
            &[("too_many", "no more than {limit}")],
        ),
        follow("effects.each_entry.entry.method"),
        Block::Branch(
            "effects.each_entry.to_gift_card",
            vec![update(
                "effects.each_entry.to_gift_card.then.update_entry_method",
                &[("out_of_range", "{field} {reason}"), ("cannot_compute", "{reason}")],
            )],
            vec![],
        ),
    ];
    let steps = vec![
        load("relations.order"),
        follow("relations.order.payment_history"),
        rule("rules.cancel_order", &[("wrong_state", "order.status is '{order.status}'")]),
        update("effects.cancel_order", &[]),
        Block::Loop("effects.each_entry", body),
    ];
    let inputs = vec![id("order", "order"), text("reason")];
    let graph = graph("cancel_pending_order", Access::Writes, inputs, &["order", "payment", "method"], steps);
    Operation::new("cancel_pending_order", graph, |fields| {
        Some(Box::new(CancelPendingOrder { order: fields.take("order")?, reason: fields.take("reason")? }))
    })
}

struct CancelPendingOrder {
    order: String,
    reason: String,
}

impl Call for CancelPendingOrder {
    fn refs<'a>(&'a self, refs: &mut Refs<'a>) {
        refs.add::<Order>(&self.order);
        refs.add_many(&Order::PAYMENT_HISTORY, &self.order);
    }
    fn run(&self, cx: &mut Cx<'_>) -> Result<Reply, Stop> {
        let order: Live<Order> = cx.load("relations.order", &self.order)?;
        let order_payment_history =
            cx.many("relations.order.payment_history", &Order::PAYMENT_HISTORY, &order.order_id)?;
        cancel_order_state(cx, &order)?;
        cancel_order(cx, self, &order)?;
        let mut each_entry = order_payment_history.each();
        while let Some(entry) = cx.item("effects.each_entry", &mut each_entry)? {
            create_payment(cx, &entry, &order)?;
            let entry_method: Live<Method> =
                cx.follow("effects.each_entry.entry.method", &entry.method_id)?;
            if to_gift_card(cx, &entry_method)? {
                update_entry_method(cx, &entry, &entry_method)?;
            }
        }
        cx.at("outcome.done")?;
        Ok(Reply::new(cx.shape(&order)?))
    }
}

fn cancel_order_state(walk: &mut Walk, order: &Order) -> Checked {
    let see = walk.at("rules.cancel_order")?;
    let holds = see.read("order.status", &order.status) == "pending";
    if !holds {
        return walk.refuse("wrong_state", &[("order.status", &order.status)]);
    }
    Ok(())
}

fn cancel_order(cx: &mut Cx<'_>, input: &CancelPendingOrder, order: &Live<Order>) -> Checked {
    cx.at("effects.cancel_order")?;
    let mut changed = Order::clone(order);
    changed.status = "cancelled".to_string();
    changed.cancel_reason = Some(input.reason.clone());
    cx.update(order, changed)
}

fn create_payment(cx: &mut Cx<'_>, entry: &Payment, order: &Order) -> Result<Live<Payment>, Stop> {
    cx.at("effects.each_entry.create_payment")?;
    let new = Payment {
        _id: cx.new_id("payment")?,
        order: order.order_id.clone(),
        kind: "refund".to_string(),
        amount: entry.amount,
        method_id: entry.method_id.clone(),
    };
    cx.create(new)
}

fn to_gift_card(walk: &mut Walk, entry_method: &Method) -> Result<bool, Stop> {
    let see = walk.at("effects.each_entry.to_gift_card")?;
    let holds = see.read("entry.method.balance", &entry_method.balance).is_some();
    walk.branch(holds)
}

fn update_entry_method(cx: &mut Cx<'_>, entry: &Payment, entry_method: &Live<Method>) -> Checked {
    cx.at("effects.each_entry.to_gift_card.then.update_entry_method")?;
    let mut changed = Method::clone(entry_method);
    changed.balance = Some(add(*present(&entry_method.balance)?, entry.amount)?);
    cx.update(entry_method, changed)
}
