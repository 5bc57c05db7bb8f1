//! Resources, as generated code has them, and the schema that says the same.

use opwright_runtime::generated::*;

/// In the form in which a service embeds it.
pub(crate) const SCHEMA: &str = r#"{
"service": "by_hand", "summary": "", "capabilities": { "all": "everything" },
"resources": [
  { "name": "customer", "summary": "", "id": 0, "id_prefix": "customer", "owner": null, "uniques": [[1]], "indexes": [],
    "fields": [
      { "name": "id", "key": "id", "type": "id", "of": "customer" },
      { "name": "email", "key": "email", "type": "email", "max": 100, "pii": true },
      { "name": "status", "key": "status", "type": "enum", "values": ["active", "banned"] } ],
    "collections": [{ "name": "orders", "of": 1, "through": 1, "owned": false, "size": 9, "order": [] }],
    "shape": [{ "field": 0 }, { "field": 1 }, { "field": 2 }, { "collection": 0 }] },
  { "name": "order", "summary": "", "id": 0, "id_prefix": null, "owner": null, "uniques": [], "indexes": [[1]],
    "fields": [
      { "name": "order_id", "key": "order_id", "type": "id", "of": "order" },
      { "name": "customer", "key": "customer", "type": "id", "of": "customer" },
      { "name": "status", "key": "status", "type": "enum", "values": ["pending", "cancelled"] },
      { "name": "cancel_reason", "key": "cancel_reason", "type": "text", "min": 1, "max": 40, "optional": true } ],
    "collections": [{ "name": "payment_history", "of": 2, "through": 1, "owned": true, "size": 4, "order": [] }],
    "shape": [{ "field": 0 }, { "field": 1 }, { "field": 2 }, { "collection": 0 }, { "field": 3 }] },
  { "name": "payment", "summary": "", "id": 0, "id_prefix": "payment", "owner": 1, "uniques": [], "indexes": [[1]],
    "fields": [
      { "name": "_id", "key": "_id", "type": "id", "of": "payment", "hidden": true },
      { "name": "order", "key": "order", "type": "id", "of": "order" },
      { "name": "kind", "key": "kind", "type": "enum", "values": ["payment", "refund"] },
      { "name": "amount", "key": "amount", "type": "decimal", "scale": 2, "min": 0, "max": 100000 },
      { "name": "method", "key": "method_id", "type": "id", "of": "method" } ],
    "collections": [], "shape": [{ "field": 1 }, { "field": 2 }, { "field": 3 }, { "field": 4 }] },
  { "name": "method", "summary": "", "id": 0, "id_prefix": null, "owner": null, "uniques": [], "indexes": [],
    "fields": [
      { "name": "id", "key": "id", "type": "id", "of": "method" },
      { "name": "source", "key": "source", "type": "enum", "values": ["gift_card", "paypal"] },
      { "name": "balance", "key": "balance", "type": "decimal", "scale": 2, "min": 0, "max": 10000, "optional": true } ],
    "collections": [], "shape": [{ "field": 0 }, { "field": 1 }, { "field": 2 }] } ],
"events": [{ "name": "customer.email_changed", "summary": "", "fields": [
      { "name": "customer", "key": "customer", "type": "id", "of": "customer" } ] }]
}"#;

/// What every test begins with.
pub(crate) const DATA: &str = r#"[{ "name": "demo", "rows": [
  [0, [{"text": "cus_ada"}, {"text": "ada@x.example"}, {"text": "active"}]],
  [0, [{"text": "cus_ben"}, {"text": "ben@x.example"}, {"text": "active"}]],
  [0, [{"text": "cus_mal"}, {"text": "mal@x.example"}, {"text": "banned"}]],
  [3, [{"text": "gift_1"}, {"text": "gift_card"}, {"int": 1000}]],
  [3, [{"text": "gift_2"}, {"text": "gift_card"}, {"int": 9999}]],
  [3, [{"text": "paypal_1"}, {"text": "paypal"}, "null"]],
  [1, [{"text": "W1"}, {"text": "cus_ada"}, {"text": "pending"}, "null"]],
  [2, [{"text": "pay_1"}, {"text": "W1"}, {"text": "payment"}, {"int": 250}, {"text": "gift_1"}]],
  [2, [{"text": "pay_2"}, {"text": "W1"}, {"text": "payment"}, {"int": 500}, {"text": "paypal_1"}]],
  [1, [{"text": "W2"}, {"text": "cus_ada"}, {"text": "pending"}, "null"]],
  [2, [{"text": "pay_3"}, {"text": "W2"}, {"text": "payment"}, {"int": 100}, {"text": "gift_2"}]],
  [1, [{"text": "W3"}, {"text": "cus_mal"}, {"text": "pending"}, "null"]],
  [2, [{"text": "pay_4"}, {"text": "W3"}, {"text": "payment"}, {"int": 1}, {"text": "gift_1"}]],
  [2, [{"text": "pay_5"}, {"text": "W3"}, {"text": "payment"}, {"int": 2}, {"text": "gift_1"}]],
  [2, [{"text": "pay_6"}, {"text": "W3"}, {"text": "payment"}, {"int": 3}, {"text": "gift_1"}]]
] }]"#;

/// Somebody who buys.
#[derive(Clone)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) status: String,
}

impl Resource for Customer {
    const INDEX: usize = 0;
    fn id(&self) -> &str {
        &self.id
    }
    fn from_row(row: &mut Columns<'_>) -> Result<Self, Fault> {
        Ok(Customer { id: row.take()?, email: row.take()?, status: row.take()? })
    }
    fn to_row(&self) -> Row {
        vec![value(&self.id), value(&self.email), value(&self.status)]
    }
}

/// What was bought.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) order_id: String,
    pub(crate) customer: String,
    pub(crate) status: String,
    pub(crate) cancel_reason: Option<String>,
}

impl Resource for Order {
    const INDEX: usize = 1;
    fn id(&self) -> &str {
        &self.order_id
    }
    fn from_row(row: &mut Columns<'_>) -> Result<Self, Fault> {
        Ok(Order {
            order_id: row.take()?,
            customer: row.take()?,
            status: row.take()?,
            cancel_reason: row.take()?,
        })
    }
    fn to_row(&self) -> Row {
        vec![value(&self.order_id), value(&self.customer), value(&self.status), value(&self.cancel_reason)]
    }
}

impl Customer {
    pub(crate) const ORDERS: Relation<Order> = Relation::new(0, 0);
}

impl Order {
    pub(crate) const PAYMENT_HISTORY: Relation<Payment> = Relation::new(1, 0);
}

/// Money that went one way or the other.
#[derive(Clone)]
pub(crate) struct Payment {
    pub(crate) _id: String,
    pub(crate) order: String,
    pub(crate) kind: String,
    pub(crate) amount: Decimal<2>,
    pub(crate) method_id: String,
}

impl Resource for Payment {
    const INDEX: usize = 2;
    fn id(&self) -> &str {
        &self._id
    }
    fn from_row(row: &mut Columns<'_>) -> Result<Self, Fault> {
        Ok(Payment {
            _id: row.take()?,
            order: row.take()?,
            kind: row.take()?,
            amount: row.take()?,
            method_id: row.take()?,
        })
    }
    fn to_row(&self) -> Row {
        vec![
            value(&self._id),
            value(&self.order),
            value(&self.kind),
            value(&self.amount),
            value(&self.method_id),
        ]
    }
}

/// How somebody pays.
#[derive(Clone)]
pub(crate) struct Method {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) balance: Option<Decimal<2>>,
}

impl Resource for Method {
    const INDEX: usize = 3;
    fn id(&self) -> &str {
        &self.id
    }
    fn from_row(row: &mut Columns<'_>) -> Result<Self, Fault> {
        Ok(Method { id: row.take()?, source: row.take()?, balance: row.take()? })
    }
    fn to_row(&self) -> Row {
        vec![value(&self.id), value(&self.source), value(&self.balance)]
    }
    fn rules(&self, see: &mut Seen) -> Result<(), Broken> {
        let gift_card = see.read("row.source", &self.source) == "gift_card";
        if see.read("row.balance", &self.balance).is_some() == gift_card {
            return Ok(());
        }
        Err(Broken::new("balance_needs_gift_card", &[("row.source", &self.source)]))
    }
}
