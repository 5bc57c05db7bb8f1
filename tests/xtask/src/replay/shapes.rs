//! From the shapes of the service to those of the cases: lists of rows become maps by their id.

use crate::Failed;
use opwright_values::json::Json;

/// A result as the cases write it.
pub(super) fn result(operation: &str, result: &Json) -> Result<Json, Failed> {
    Ok(match operation {
        "get_user_details" | "modify_user_address" => by_id(result, "payment_methods", "id"),
        "get_product_details" => by_id(result, "variants", "item_id"),
        "list_all_product_types" => {
            let Json::List(products) = result else {
                return Err(format!("not a list of products: {result}"));
            };
            let entry = |product: &Json| {
                let text =
                    |key: &str| product.get(key).and_then(Json::as_text).unwrap_or_default().to_owned();
                (text("name"), Json::text(text("product_id")))
            };
            Json::object(products.iter().map(entry))
        }
        _ => result.clone(),
    })
}

/// The JSON inside of a text.
pub(super) fn inside(text: &Json) -> Result<Json, Failed> {
    let text = text.as_text().ok_or_else(|| format!("not a text: {text}"))?;
    Json::parse(text).map_err(|error| error.to_string())
}

fn by_id(record: &Json, list: &str, id: &str) -> Json {
    let Json::Object(entries) = record else { return record.clone() };
    let entries = entries.iter().map(|(name, value)| match value {
        Json::List(rows) if name == list => {
            let row = |row: &Json| {
                (row.get(id).and_then(Json::as_text).unwrap_or_default().to_owned(), row.clone())
            };
            (name.clone(), Json::object(rows.iter().map(row)))
        }
        _ => (name.clone(), value.clone()),
    });
    Json::Object(entries.collect())
}
