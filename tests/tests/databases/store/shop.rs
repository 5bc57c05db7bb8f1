//! A small shop: customers with addresses, orders in two collections, lines that orders own, and vouchers with ids
//! that are given, which list the lines that they were spent for.

use opwright_runtime::store::batch::{Batches, End, Job};
use opwright_runtime::store::ddl;
use opwright_runtime::store::layout::{Layout, Row};
use opwright_runtime::store::link::{Cell, Dialect, Fault, Link, Target, sql};
use opwright_runtime::store::unit::{Access, Plan, Work};
use opwright_runtime::store::wanted::Wanted;
use opwright_tests::schemas::{field, optional, reference, resource, schema, text};
use opwright_values::schema::{Collection, Field, Order, Type};
use opwright_values::value::Value;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

pub(super) const CUSTOMER: usize = 0;
pub(super) const ORDER: usize = 1;
pub(super) const LINE: usize = 2;
pub(super) const VOUCHER: usize = 3;

pub(super) const NAMES: [&str; 4] = ["customer", "order", "line", "voucher"];

/// Collections of a customer: orders by total, largest first; orders as they were created.
pub(super) const BY_TOTAL: usize = 0;
pub(super) const AS_CREATED: usize = 1;
/// The collection of an order.
pub(super) const LINES: usize = 0;

fn int(key: &str) -> Field {
    field(key, Type::Int { min: -1_000_000, max: 1_000_000 })
}

fn many(name: &str, of: usize, owned: bool, order: Vec<Order>) -> Collection {
    Collection { name: name.to_owned(), of, through: 1, owned, size: 1_000, order, only: None }
}

pub(super) fn layout() -> Layout {
    let parts = vec![text("city"), field("since", Type::Date { min: -800_000, max: 2_900_000 })];
    let address = Type::Object { name: "address".to_owned(), fields: parts };
    let tags = Type::List { of: Box::new(Type::Bool), min: 0, max: 9, distinct: false };
    let at = Type::Timestamp { min: i64::MIN, max: i64::MAX };
    let mut customer = resource(
        "customer",
        vec![
            optional(text("email")),
            int("credit"),
            optional(field("address", address)),
            field("tags", tags),
            optional(field("seen", at)),
        ],
    );
    customer.uniques = vec![vec![1]];
    let by_total = vec![Order { field: 2, descending: true }];
    customer.collections =
        vec![many("by_total", ORDER, false, by_total), many("as_created", ORDER, false, Vec::new())];
    let mut order = resource("order", vec![field("customer", reference("customer")), optional(int("total"))]);
    order.indexes = vec![vec![1]];
    order.collections = vec![many("lines", LINE, true, Vec::new())];
    let mut line =
        resource("line", vec![field("order", reference("order")), text("item"), field("kept", Type::Bool)]);
    line.owner = Some(1);
    line.indexes = vec![vec![1]];
    let spent = Type::List { of: Box::new(reference("line")), min: 0, max: 9, distinct: false };
    let mut voucher = resource("voucher", vec![int("value"), field("spent", spent)]);
    voucher.id_prefix = None;
    Layout::of(&schema(vec![customer, order, line, voucher]))
}

/// A plan for a database, and its tables.
pub(super) fn fill(target: &Target) -> Arc<Plan> {
    let layout = layout();
    let mut link = Link::open(target).unwrap();
    for statement in ddl::create(&layout, target.dialect()) {
        link.run_sql(sql(statement)).unwrap();
    }
    link.close();
    Plan::new(layout, target.dialect())
}

pub(super) fn batches(target: &Target, plan: &Arc<Plan>, eager: bool) -> Batches {
    Batches::new(Link::open(target).unwrap(), Arc::clone(plan), true, eager)
}

pub(super) fn id(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn customer(name: &str, email: Option<&str>, credit: i64) -> Row {
    let email = email.map_or(Value::Null, id);
    vec![id(name), email, Value::Int(credit), Value::Null, Value::List(Vec::new()), Value::Null]
}

/// All that the tables of the shop hold, and the events: every column, history too.
pub(super) fn dump(target: &Target) -> String {
    let mut link = Link::open(target).unwrap();
    let mut out = String::new();
    for table in NAMES {
        for (name, key) in
            [(table.to_owned(), "\"id\""), (format!("{table}__history"), "\"id\", \"version\"")]
        {
            let text = match target.dialect() {
                Dialect::Sqlite => format!("SELECT * FROM \"{name}\" ORDER BY {key}"),
                Dialect::Postgres => format!("SELECT t::text FROM \"{name}\" t ORDER BY {key}"),
            };
            out.push_str(&format!("{name}\n"));
            for row in link.fetch(&sql(text), Vec::new()).unwrap() {
                out.push_str(&format!("  {row:?}\n"));
            }
        }
    }
    let events = sql("SELECT \"id\", \"name\", \"invocation\", \"data\" FROM \"_event\" ORDER BY \"id\"");
    for row in link.fetch(&events, Vec::new()).unwrap() {
        out.push_str(&format!("event {row:?}\n"));
    }
    link.close();
    out
}

/// The numbers that a query gives.
pub(super) fn numbers(target: &Target, text: &str) -> Vec<i64> {
    let mut link = Link::open(target).unwrap();
    let rows = link.fetch(&sql(text), Vec::new()).unwrap();
    link.close();
    rows.iter().flatten().filter_map(Cell::int).collect()
}

/// A job from a function; it settles what it did.
pub(super) struct Body<F> {
    pub(super) body: F,
    pub(super) wanted: Vec<(usize, String)>,
    pub(super) access: Access,
    pub(super) begins: bool,
    pub(super) end: Sender<End>,
}

impl<F: FnMut(&mut Work, u32) -> Result<(), Fault> + Send> Job for Body<F> {
    fn access(&self) -> &Access {
        &self.access
    }

    fn prefetch(&self, wanted: &mut Wanted) {
        for (table, id) in &self.wanted {
            wanted.rows.entry(*table).or_default().insert(id.clone());
            for collection in 0..layout().tables[*table].resource.collections.len() {
                wanted.lists.entry((*table, collection)).or_default().insert(id.clone());
            }
        }
    }

    fn run(&mut self, work: &mut Work, attempt: u32) -> Result<(), Fault> {
        (self.body)(work, attempt)
    }

    fn begins(&self) -> bool {
        self.begins
    }

    fn answer(self: Box<Self>, end: End) {
        drop(self.end.send(end));
    }
}

/// Everything may be written.
pub(super) fn all() -> Access {
    Access { writes: (0..4).collect(), ..Access::default() }
}

/// A job that may write everything, and where its end is told.
pub(super) fn job(
    wanted: &[(usize, &str)],
    body: impl FnMut(&mut Work, u32) -> Result<(), Fault> + Send + 'static,
) -> (Box<dyn Job>, Receiver<End>) {
    let (end, told) = channel();
    let wanted = wanted.iter().map(|(table, id)| (*table, (*id).to_owned())).collect();
    (Box::new(Body { body, wanted, access: all(), begins: true, end }), told)
}

/// Runs jobs as one batch, and what there was no time for as the next; gives how each ended.
pub(super) fn run(batches: &mut Batches, jobs: Vec<(Box<dyn Job>, Receiver<End>)>) -> Vec<End> {
    let (mut left, told): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
    while !left.is_empty() {
        left = batches.run(left);
    }
    told.into_iter().map(|end| end.recv().unwrap()).collect()
}
