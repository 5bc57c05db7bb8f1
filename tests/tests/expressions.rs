//! Expressions compiled to Rust give what CEL says: its own vectors, and random ones that the `cel` crate computes; and
//! what `values.txt` says.

use compiled::{RANDOM, SEED, Stop, VALUES, VECTORS, Value};
use opwright_tests::harness::Trials;
use serde_json::{Value as Json, json};
use std::process::ExitCode;

mod compiled {
    #![expect(
        clippy::all,
        clippy::pedantic,
        reason = "expressions over literals, which a person would not write"
    )]
    pub(crate) use opwright_runtime::generated::*;

    /// A compiled expression.
    pub(crate) type Compiled = fn() -> Result<Value, Stop>;

    /// Name, expression, what it became, the scale if it gives decimals, and what is wanted as JSON; `None`: an error.
    pub(crate) type Vector = (&'static str, &'static str, Compiled, u8, Option<&'static str>);

    include!(concat!(env!("OUT_DIR"), "/expressions.rs"));
}

/// A value as CEL's vectors write it, so that both can be compared; decimals are numbers there.
fn as_number(text: &str) -> Json {
    text.parse::<f64>().map_or(Json::Null, |number| json!(number))
}

/// What a vector expects; numbers as numbers.
fn wanted(value: &Json) -> Json {
    match value.as_object().and_then(|object| object.iter().next()) {
        Some((kind, Json::String(text))) if kind == "int" || kind == "double" => as_number(text),
        Some((kind, Json::Array(items))) if kind == "list" => items.iter().map(wanted).collect(),
        // Seconds and nanoseconds.
        Some((_, Json::Array(parts))) => {
            let part = |at: usize| parts.get(at).and_then(Json::as_i64).unwrap_or(0);
            json!((part(0) * 1_000_000 + part(1) / 1_000) as f64)
        }
        Some((_, inner)) => inner.clone(),
        None => Json::Null,
    }
}

/// What a compiled expression gave; decimals, kept in units, by their scale.
fn given(value: &Value, scale: u8) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Int(int) => as_number(&opwright_values::decimal::format_units(*int, scale)),
        Value::Text(text) => json!(text),
        Value::List(items) => items.iter().map(|item| given(item, scale)).collect(),
        other => json!(format!("{other:?}")),
    }
}

fn main() -> ExitCode {
    let mut trials = Trials::new();
    let missing = "the vectors were not beside the repository when this was built";
    trials.unless(
        "vectors_of_cel_give_what_they_should",
        VECTORS.is_empty().then_some(missing),
        vectors_of_cel_give_what_they_should,
    );
    trials.test("expressions_give_what_the_table_says", expressions_give_what_the_table_says);
    trials.test(
        "random_expressions_give_what_the_cel_crate_says",
        random_expressions_give_what_the_cel_crate_says,
    );
    trials.run()
}

fn vectors_of_cel_give_what_they_should() {
    let mut wrong = Vec::new();
    for (name, expr, compiled, scale, expected) in VECTORS {
        match (compiled(), expected) {
            (Err(Stop::CannotCompute(_)), None) => {}
            (Ok(value), Some(expected)) => {
                let expected: Json = serde_json::from_str(expected).unwrap_or_default();
                let (given, wanted) = (given(&value, *scale), wanted(&expected));
                if given != wanted {
                    wrong.push(format!("{name}: {expr} gives {given}, wanted is {wanted}"));
                }
            }
            (Ok(value), None) => wrong.push(format!("{name}: {expr} gives {value:?}, wanted is an error")),
            (Err(_), _) => wrong.push(format!("{name}: {expr} cannot be computed, wanted is {expected:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(VECTORS.len(), 351, "as many as the compiler's own test counts");
}

/// A value as the table writes it, with all digits.
fn shown(value: &Value, scale: u8) -> String {
    match value {
        Value::Int(int) => opwright_values::decimal::format_units(*int, scale).to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| shown(item, scale)).collect();
            format!("[{}]", items.join(", "))
        }
        other => format!("{other:?}"),
    }
}

fn expressions_give_what_the_table_says() {
    let mut wrong = Vec::new();
    for (expr, compiled, scale, wanted) in VALUES {
        let given = match compiled() {
            Ok(value) => shown(&value, *scale),
            Err(Stop::CannotCompute(_)) => "cannot_compute".to_owned(),
            Err(other) => format!("{other:?}"),
        };
        if given != *wanted {
            wrong.push(format!("{expr} gives {given}, wanted is {wanted}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(VALUES.len() > 100, "{} lines", VALUES.len());
}

fn random_expressions_give_what_the_cel_crate_says() {
    let context = cel::Context::default();
    let mut wrong = Vec::new();
    for (expr, compiled) in RANDOM {
        let program = cel::Program::compile(expr);
        let theirs = program.map(|program| program.execute(&context));
        let Ok(Ok(theirs)) = theirs else {
            wrong.push(format!("{expr}: the cel crate says {theirs:?}"));
            continue;
        };
        let theirs = of_cel(&theirs);
        let ours = compiled().map(|value| given(&value, 0));
        if ours.as_ref().ok() != Some(&theirs) {
            wrong.push(format!("{expr}: {:?}, the cel crate says {theirs}", ours.ok()));
        }
    }
    assert!(wrong.is_empty(), "seed {SEED:#x}:\n{}", wrong.join("\n"));
}

/// A value of the `cel` crate.
fn of_cel(value: &cel::Value) -> Json {
    match value {
        cel::Value::Bool(flag) => json!(flag),
        cel::Value::Int(int) => as_number(&int.to_string()),
        cel::Value::String(text) => json!(text.as_str()),
        cel::Value::List(items) => items.iter().map(of_cel).collect(),
        other => json!(format!("{other:?}")),
    }
}
