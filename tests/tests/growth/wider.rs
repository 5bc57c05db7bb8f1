//! What an older service does with values that stand where its own spec does not allow them, and that it only finds
//! where it writes: how a text is written, rules that are not asked any more, circles.

use super::{code, done, first, get, is_whole, ok, outdated, serve};
use opwright_tests::database::Database;
use opwright_tests::service::Service;
use serde_json::{Value as Json, json};

/// A card as the older version could have written it, but for some values.
fn add(service: &Service, other: &Json) -> Json {
    let mut card =
        json!({ "mail": "a@b.example", "code": "abc", "words": ["a", "b"], "wish": { "word": "snow" } });
    let (Some(card), Some(other)) = (card.as_object_mut(), other.as_object()) else { return Json::Null };
    card.extend(other.clone());
    json!({ "card": get(&ok(service, "add_card", &json!(card)), "id") })
}

const COPIES: [(&str, &str); 4] =
    [("copy_mail", "mail"), ("copy_code", "code"), ("copy_words", "words"), ("copy_wish", "wish")];

/// What is copied from a row into a field of the same type needs no exit, until a newer version widens the one.
pub(super) fn copies(database: &Database) {
    let (older, token) = first(database);
    drop(older);
    done("two", database, &["migrate"]);
    let newer = serve("two", database, &token);
    let plain = add(&newer, &json!({}));
    let wide = add(
        &newer,
        &json!({ "mail": "Somewhere else", "code": "A-1", "words": ["a", "B 2"], "wish": { "word": "Ice!" } }),
    );
    drop(newer);
    let older = serve("one", database, &token);
    for (copy, field) in COPIES {
        ok(&older, copy, &plain);
        assert_eq!(code(&older, copy, &wide), outdated(), "{field}");
    }
    ok(&older, "send_card", &plain);
    assert_eq!(code(&older, "send_card", &wide), outdated());
    // What it has not to copy is in nobody's way.
    ok(&older, "raise_card", &json!({ "card": get(&wide, "card"), "high": 7 }));
    drop(older);
    is_whole("two", database);
}

/// A rule is drawn where a write can break it; a row may have broken it before.
pub(super) fn rules(database: &Database) {
    let (older, token) = first(database);
    drop(older);
    done("two", database, &["migrate"]);
    let newer = serve("two", database, &token);
    let broken = add(&newer, &json!({ "low": 8 }));
    let twice = add(&newer, &json!({ "low": 9 }));
    drop(newer);
    let older = serve("one", database, &token);
    let raise_card = |card: &Json, high: i64| json!({ "card": get(card, "card"), "high": high });
    let raise = |high: i64| raise_card(&broken, high);
    assert_eq!(code(&older, "copy_mail", &broken), outdated());
    assert_eq!(code(&older, "raise_card", &raise(7)), (409, json!("upside_down")));
    // Who mends the row can go on with it.
    ok(&older, "raise_card", &raise(8));
    ok(&older, "copy_mail", &broken);
    // One of two rules is mended by this, and the other one cannot be.
    assert_eq!(code(&older, "raise_card", &raise_card(&twice, 9)), outdated());
    drop(older);
    is_whole("two", database);
}

/// Above a row there may be a circle that the older version would not have made.
pub(super) fn circles(database: &Database) {
    let (older, token) = first(database);
    drop(older);
    done("two", database, &["migrate"]);
    let newer = serve("two", database, &token);
    let put = |card: &Json, under: &Json| json!({ "card": get(card, "card"), "under": get(under, "card") });
    let (one, two, three) = (add(&newer, &json!({})), add(&newer, &json!({})), add(&newer, &json!({})));
    ok(&newer, "put_card", &put(&one, &two));
    ok(&newer, "put_card", &put(&two, &one));
    drop(newer);
    let older = serve("one", database, &token);
    assert_eq!(code(&older, "put_card", &put(&three, &one)), outdated());
    assert_eq!(code(&older, "put_card", &put(&three, &three)), (409, json!("circular")));
    // Out of the circle each may be put.
    ok(&older, "put_card", &put(&one, &three));
    ok(&older, "copy_mail", &two);
    drop(older);
    is_whole("two", database);
}
