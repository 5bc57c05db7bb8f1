//! From `db.json` to rows as the service imports them: maps become lists in file order, and an order's place among
//! those of its user becomes its `number`.

use crate::Failed;
use opwright_values::json::Json;
use std::collections::BTreeMap;

/// The rows of all resources.
pub(super) fn rows(db: &Json) -> Result<Json, Failed> {
    let users = records(db, "users")?;
    let mut numbers: BTreeMap<String, i64> = BTreeMap::new();
    for (_, user) in users {
        let Some(Json::List(orders)) = user.get("orders") else { continue };
        for (number, order) in (1..).zip(orders) {
            numbers.insert(order.as_text().unwrap_or_default().to_owned(), number);
        }
    }
    let orders = records(db, "orders")?.iter().map(|(id, order)| {
        let number = numbers.get(id.as_ref()).copied().ok_or_else(|| format!("nobody has the order {id}"))?;
        Ok(with(order, "number", Json::int(number)))
    });
    let orders = orders.collect::<Result<Vec<Json>, Failed>>()?;
    let users = users.iter().map(|(_, user)| without(&listed(user, "payment_methods"), "orders")).collect();
    let products = records(db, "products")?.iter().map(|(_, product)| listed(product, "variants")).collect();
    Ok(Json::object([
        ("product", Json::List(products)),
        ("user", Json::List(users)),
        ("order", Json::List(orders)),
    ]))
}

type Records = [(std::borrow::Cow<'static, str>, Json)];

fn records<'d>(db: &'d Json, name: &str) -> Result<&'d Records, Failed> {
    match db.get(name) {
        Some(Json::Object(records)) => Ok(records),
        _ => Err(format!("db.json has no {name}")),
    }
}

/// A map of rows as a list of them.
fn listed(record: &Json, key: &str) -> Json {
    let Json::Object(entries) = record else { return record.clone() };
    let entries = entries.iter().map(|(name, value)| match value {
        Json::Object(rows) if name == key => {
            (name.clone(), Json::List(rows.iter().map(|(_, row)| row.clone()).collect()))
        }
        _ => (name.clone(), value.clone()),
    });
    Json::Object(entries.collect())
}

fn with(record: &Json, key: &'static str, value: Json) -> Json {
    let Json::Object(entries) = record else { return record.clone() };
    Json::Object(entries.iter().cloned().chain([(key.into(), value)]).collect())
}

fn without(record: &Json, key: &str) -> Json {
    let Json::Object(entries) = record else { return record.clone() };
    Json::Object(entries.iter().filter(|(name, _)| name != key).cloned().collect())
}
