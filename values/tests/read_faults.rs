//! What callers are told about arguments that are wrong: all of it at once, each at its place.

#![expect(
    clippy::unwrap_used,
    reason = "a test may stop where it finds something wrong; helpers of tests are not seen as tests by clippy"
)]

use opwright_values::convert::ToJson;
use opwright_values::fault::{FAULTS_MAX, Faults};
use opwright_values::json::Json;
use opwright_values::read::Reader;
use opwright_values::schema::{Default as FieldDefault, Field, Type};
use opwright_values::time::Timestamp;
use opwright_values::value::Value;

fn field(key: &str, ty: Type) -> Field {
    Field::required(key, ty)
}

fn string(max: u32) -> Type {
    Type::Text { min: 1, max, pattern: None, lines: false }
}

fn decimal() -> Type {
    Type::Decimal { scale: 2, min: 0, max: 9_900 }
}

fn arguments() -> Vec<Field> {
    let address = Type::Object {
        name: "address".to_owned(),
        fields: vec![
            field("city", string(9)),
            Field { optional: true, ..field("zip", string(5)) },
            Field { optional: true, hidden: true, ..field("checked", Type::Bool) },
        ],
    };
    let reasons = Type::Enum { values: vec!["no longer needed".to_owned(), "ordered by mistake".to_owned()] };
    vec![
        field("order_id", Type::Id { of: "order".to_owned(), pattern: None }),
        field("reason", reasons),
        Field { pii: true, ..field("email", Type::Email { max: 254 }) },
        field("amounts", Type::List { of: Box::new(decimal()), min: 1, max: 3, distinct: true }),
        Field { flat: true, ..field("address", address) },
        Field { optional: true, ..field("labels", Type::Map { of: Box::new(Type::Bool), min: 0, max: 3 }) },
        Field { default: Some(FieldDefault::Now), ..field("day", Type::Date { min: 0, max: 99_999 }) },
    ]
}

fn read(text: &str) -> (Option<Vec<Value>>, Vec<String>) {
    let reader = Reader { now: Some(Timestamp::from_micros(86_400_000_000)), ..Reader::default() };
    let mut faults = Faults::default();
    let values = reader.fields(&arguments(), &Json::parse(text).unwrap(), &mut faults);
    assert_eq!(values.is_none(), faults.count() > 0, "either values or faults: {text}");
    let said = |fault: &opwright_values::fault::Fault| {
        let meant = fault.did_you_mean.as_ref().map_or_else(String::new, |meant| format!(" ({meant}?)"));
        format!("{} {}{meant}", fault.pointer, fault.code)
    };
    (values, faults.found.iter().map(said).collect())
}

const GOOD: &str = r##"{"order_id":"#W1","reason":"no longer needed","email":"Ann@Example.ORG",
    "amounts":[1,2.50,3.000],"city":"Ko\u0308ln"}"##;

#[test]
fn good_arguments_are_values_in_the_order_of_the_fields() {
    let (values, faults) = read(GOOD);
    assert_eq!(faults, [""; 0]);
    let text = |text: &str| Value::Text(text.to_owned());
    let expected = vec![
        text("#W1"),
        text("no longer needed"),
        text("ann@example.org"),
        Value::List(vec![Value::Int(100), Value::Int(250), Value::Int(300)]),
        Value::Object(vec![text("Köln"), Value::Null, Value::Null]),
        Value::Null,
        Value::Int(1),
    ];
    assert_eq!(values, Some(expected));
}

#[test]
fn every_fault_is_found_at_its_place() {
    let (_, faults) = read(
        r#"{"order_id":"a b","reason":"No longer neded","email":"ann@x","amounts":[1,"2.50",3.001],
        "cty":"x","zip":"123456","labels":{"a/b":1},"day":"2026-02-30","checked":true}"#,
    );
    let expected = [
        "/order_id wrong_format",
        "/reason not_allowed (no longer needed?)",
        "/email wrong_format",
        "/amounts/1 wrong_type (2.50?)",
        "/amounts/2 wrong_format",
        "/city missing",
        "/zip wrong_length",
        "/labels/a~1b wrong_type",
        "/day wrong_format",
        "/cty unknown (city?)",
        "/checked unknown",
    ];
    assert_eq!(faults, expected);
}

#[test]
fn each_kind_of_fault() {
    let with = |from: &str, to: &str| read(&GOOD.replace(from, to)).1;
    let amounts = "[1,2.50,3.000]";
    for (from, to, fault) in [
        (amounts, "[1,1.00]", "/amounts not_distinct"),
        (amounts, "[]", "/amounts wrong_size"),
        (amounts, "[1,2,3,4]", "/amounts wrong_size"),
        (amounts, "[99.01]", "/amounts/0 out_of_range"),
        (amounts, "[1e1]", "/amounts/0 wrong_format"),
        (amounts, "[99999999999999999999]", "/amounts/0 out_of_range"),
        (amounts, "null", "/amounts wrong_type"),
        (amounts, r#"[1],"labels":null"#, "/labels wrong_type"),
        (amounts, r#"[1],"labels":{"\u00e9":true,"e\u0301":true}"#, "/labels/e\u{301} not_distinct"),
        ("Ko\\u0308ln", "a\\u0007", "/city wrong_format"),
    ] {
        assert_eq!(with(from, to), [fault], "{to}");
    }
    assert_eq!(read("[]").1, [" wrong_type"]);
}

#[test]
fn a_sensitive_value_is_not_repeated() {
    let mut faults = Faults::default();
    let json = Json::parse(&GOOD.replace("Ann@Example.ORG", "ann(at)example.org")).unwrap();
    assert_eq!(Reader::default().fields(&arguments()[..3], &json, &mut faults), None);
    let fault = faults.found.first().unwrap().to_json().to_string();
    assert_eq!(
        fault,
        r#"{"pointer":"/email","code":"wrong_format","expected":"an email address of at most 254 characters","got":"a text: ‹email›"}"#
    );
}

/// What kind of thing was sent is told, and neither how long it is nor what stands in it.
#[test]
fn of_a_sensitive_value_its_kind_is_told() {
    let text = || Type::Text { min: 1, max: 3, pattern: None, lines: false };
    let parts = vec![Field { pii: true, ..Field::required("street", text()) }];
    let home = Type::Object { name: "home".to_owned(), fields: parts };
    let names = Type::List { of: Box::new(text()), min: 1, max: 2, distinct: true };
    let by_name = Type::Map { of: Box::new(text()), min: 0, max: 2 };
    let marked = |key: &str, ty| Field { pii: true, optional: true, ..Field::required(key, ty) };
    let (home, names) = (marked("home", home), marked("names", names));
    let fields = vec![marked("name", text()), home, names, marked("by_name", by_name)];
    for (sent, code, got) in [
        (r#"{"name":5}"#, "wrong_type", "a number: ‹name›"),
        (r#"{"name":true}"#, "wrong_type", "true or false: ‹name›"),
        (r#"{"name":"a number"}"#, "wrong_length", "a text: ‹name›"),
        (r#"{"home":"Elm"}"#, "wrong_type", "a text: ‹home›"),
        (r#"{"home":{"street":7}}"#, "wrong_type", "a number: ‹home›"),
        (r#"{"home":{"street":"Elm","flor":["x"]}}"#, "unknown", "a list: ‹home›"),
        (r#"{"names":["Elm","Elm"]}"#, "not_distinct", "a list: ‹names›"),
        (r#"{"names":["Elm",null]}"#, "wrong_type", "null: ‹names›"),
        (r#"{"by_name":{"\u00e9":"x","e\u0301":"y"}}"#, "not_distinct", "a text: ‹by_name›"),
    ] {
        let mut faults = Faults::default();
        let _ = Reader::default().fields(&fields, &Json::parse(sent).unwrap(), &mut faults);
        let found: Vec<_> = faults.found.iter().map(|it| (it.code, it.got.as_str())).collect();
        assert_eq!(found, [(code, got)], "{sent}");
    }
}

/// Nor is it where it stands inside of what is wrong, or under a key that is not there.
#[test]
fn what_holds_something_sensitive_is_not_repeated() {
    let text = || Type::Text { min: 1, max: 9, pattern: None, lines: false };
    let street = Field { pii: true, ..Field::required("street", text()) };
    let home = Type::Object {
        name: "home".to_owned(),
        fields: vec![street, Field { optional: true, ..Field::required("floor", text()) }],
    };
    let homes = Type::List { of: Box::new(home.clone()), min: 1, max: 2, distinct: true };
    let by_name = Type::Map { of: Box::new(home.clone()), min: 0, max: 1 };
    let fields = vec![
        Field { optional: true, ..Field::required("home", home) },
        Field { optional: true, ..Field::required("homes", homes) },
        Field { optional: true, ..Field::required("by_name", by_name) },
    ];
    for (sent, code, got) in [
        (r#"{"home":"Elm"}"#, "wrong_type", "a text"),
        (r#"{"home":["Elm"]}"#, "wrong_type", "a list"),
        (r#"{"home":{"street":"x","flor":"Elm"}}"#, "unknown", "a text"),
        (r#"{"hom":{"street":"Elm"}}"#, "unknown", "an object"),
        (r#"{"homes":[{"street":"Elm"},{"street":"x"},{"street":"y"}]}"#, "wrong_size", "a list"),
        (r#"{"homes":[{"street":"Elm"},{"street":"Elm"}]}"#, "not_distinct", "a list"),
        (r#"{"homes":["Elm"]}"#, "wrong_type", "a text"),
        (r#"{"homes":{"street":"Elm"}}"#, "wrong_type", "an object"),
        (r#"{"by_name":[{"street":"Elm"}]}"#, "wrong_type", "a list"),
        (r#"{"by_name":{"a":{"street":"Elm"},"b":{"street":"x"}}}"#, "wrong_size", "an object"),
        (r#"["Elm"]"#, "wrong_type", "a list"),
    ] {
        let mut faults = Faults::default();
        let _ = Reader::default().fields(&fields, &Json::parse(sent).unwrap(), &mut faults);
        let found: Vec<_> = faults.found.iter().map(|it| (it.code, it.got.as_str())).collect();
        assert_eq!(found, [(code, got)], "{sent}");
    }
}

#[test]
fn a_megabyte_of_mistakes_gets_the_first_hundred_back() {
    let wrong: Vec<String> = (0..50_000).map(|count| format!("\"x{count}\":1")).collect();
    let json = Json::parse(&format!("{{{}}}", wrong.join(","))).unwrap();
    let mut faults = Faults::default();
    assert_eq!(Reader::default().fields(&arguments(), &json, &mut faults), None);
    assert_eq!(faults.found.len(), FAULTS_MAX);
    assert!(faults.count() > 50_000);
}

#[test]
fn a_flat_object_may_be_absent_as_a_whole() {
    let mut fields = arguments();
    fields.retain(|field| field.flat);
    fields[0].optional = true;
    let read = |text: &str| {
        let mut faults = Faults::default();
        let values = Reader::default().fields(&fields, &Json::parse(text).unwrap(), &mut faults);
        (values, faults.found.into_iter().map(|fault| fault.pointer).collect::<Vec<_>>())
    };
    assert_eq!(read("{}"), (Some(vec![Value::Null]), vec![]));
    assert_eq!(read(r#"{"zip":"1"}"#), (None, vec!["/city".to_owned()]));
}

/// What was sent is told with its kind, and what is wrong with a line in its words.
#[test]
fn what_is_wrong_is_told_in_its_words() {
    let text = |lines, pattern: Option<&str>| Type::Text {
        min: 1,
        max: 9,
        pattern: pattern.map(str::to_owned),
        lines,
    };
    let line = "one line of 1 to 9 characters, without control characters, got ";
    for (ty, sent, told) in [
        (text(false, None), r#""Bo\nx""#, format!(r#"{line}"Bo\nx""#)),
        (text(false, None), r#""Bo\u0007""#, format!(r#"{line}"Bo\u0007""#)),
        (
            text(false, Some("[a-z]+")),
            r#""bo\n""#,
            r#"one line of 1 to 9 characters that matches [a-z]+, without control characters, got "bo\n""#
                .to_owned(),
        ),
        (text(false, None), r#""0123456789""#, r#"a text of 1 to 9 characters, got "0123456789""#.to_owned()),
        (text(true, None), r#""Bo\u0007""#, r#"a text of 1 to 9 characters, got "Bo\u0007""#.to_owned()),
        (text(false, None), "null", "a text of 1 to 9 characters, got null".to_owned()),
        (text(false, None), "10", "a text of 1 to 9 characters, got a number: 10".to_owned()),
    ] {
        let mut faults = Faults::default();
        assert_eq!(Reader::default().read(&ty, &Json::parse(sent).unwrap(), &mut faults), None, "{sent}");
        let found: Vec<String> = faults.found.iter().map(ToString::to_string).collect();
        assert_eq!(found, [format!("the whole: expected {told}")], "{sent}");
    }
}
