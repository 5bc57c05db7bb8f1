//! Random numbers, texts and types against oracles that are simple enough to be right.
//!
//! Each test prints its seed; `OPWRIGHT_SEED=…` runs one again.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop where it finds something wrong; helpers of tests are not seen as tests by clippy"
)]

use opwright_values::column;
use opwright_values::decimal::{Decimal, NotADecimal, format_units, parse_units};
use opwright_values::fault::Faults;
use opwright_values::json::Json;
use opwright_values::read::Reader;
use opwright_values::schema::{Field, Type};
use opwright_values::value::Value;
use opwright_values::write::{Audience, write};
use std::collections::BTreeMap;

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn new(test: &str) -> Self {
        let given = std::env::var("OPWRIGHT_SEED").ok().and_then(|seed| seed.parse().ok());
        let clock = || std::time::UNIX_EPOCH.elapsed().map_or(1, |since| since.subsec_nanos().into());
        let seed = given.unwrap_or_else(clock);
        println!("{test}: OPWRIGHT_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Small, large, and at the edges.
    fn units(&mut self) -> i64 {
        let any = self.next().cast_signed();
        match self.below(4) {
            0 => any % 100,
            1 => any % 1_000_000,
            2 => [0, 1, -1, i64::MAX, i64::MIN, 999_999_999_999_999][self.below(6) as usize],
            _ => any,
        }
    }

    fn text(&mut self) -> String {
        let alphabet: Vec<char> = "aZ0 \"\\/\u{1}\n\té🦀{}[],:".chars().collect();
        (0..self.below(6)).map(|_| alphabet[self.below(alphabet.len() as u64) as usize]).collect()
    }
}

/// Reads by counting characters, in 128 bits.
fn oracle_parse(text: &str, scale: u8) -> Option<i128> {
    let number: i128 = text.replace('.', "").parse().ok()?;
    let places = text.split_once('.').map_or(0, |(_, fraction)| fraction.len()) as u32;
    let more = u32::from(scale).checked_sub(places);
    match more {
        Some(more) => number.checked_mul(10_i128.pow(more)),
        None => {
            let factor = 10_i128.pow(places - u32::from(scale));
            (number % factor == 0).then_some(number / factor)
        }
    }
}

#[test]
fn decimals_are_read_as_by_hand() {
    let mut random = Random::new("decimals_are_read_as_by_hand");
    for _ in 0..20_000 {
        let (written, asked) = (random.below(7) as u8, random.below(7) as u8);
        let text = format_units(random.units(), written);
        let expected = oracle_parse(&text, asked);
        match parse_units(&text, asked) {
            Ok(units) => assert_eq!(Some(i128::from(units)), expected, "{text} at {asked}"),
            Err(NotADecimal::TooPrecise) => assert_eq!(expected, None, "{text} at {asked}"),
            Err(NotADecimal::TooLarge) => {
                assert!(expected.is_some_and(|units| i64::try_from(units).is_err()), "{text} at {asked}");
            }
            Err(NotADecimal::Malformed) => panic!("{text} is a number"),
        }
    }
}

/// Half away from zero, said in another way than the code does: add half of the divisor, then cut off.
fn oracle_divide(over: i128, under: i128) -> i128 {
    let magnitude = (2 * over.abs() + under.abs()) / (2 * under.abs());
    if (over < 0) == (under < 0) { magnitude } else { -magnitude }
}

#[test]
fn decimals_are_computed_as_by_hand() {
    let mut random = Random::new("decimals_are_computed_as_by_hand");
    let fits = |number: i128| i64::try_from(number).ok();
    for _ in 0..20_000 {
        let (a, b) = (random.units(), random.units());
        let (x, y) = (Decimal::<4>::from_units(a), Decimal::<2>::from_units(b));
        let (a, b) = (i128::from(a), i128::from(b));
        assert_eq!(x.product::<2, 6>(y).ok().map(Decimal::units), fits(a * b), "{x} * {y}");
        assert_eq!(x.round::<1>().ok().map(Decimal::units), fits(oracle_divide(a, 1_000)), "round {x}");
        assert_eq!(y.widen::<4>().ok().map(Decimal::units), fits(b * 100), "widen {y}");
        // a / 10^4 over b / 10^2 at scale 3 is a * 10 over b.
        let quotient = (b != 0).then(|| oracle_divide(a * 10, b)).and_then(fits);
        assert_eq!(x.quotient::<2, 3>(y).ok().map(Decimal::units), quotient, "{x} / {y}");
    }
}

fn random_json(random: &mut Random, depth: u64) -> Json {
    match random.below(if depth == 0 { 4 } else { 6 }) {
        0 => Json::Null,
        1 => Json::Bool(random.below(2) == 0),
        2 => Json::int(random.units()),
        3 => Json::text(random.text()),
        4 => Json::List((0..random.below(4)).map(|_| random_json(random, depth - 1)).collect()),
        _ => {
            let entries: BTreeMap<String, Json> =
                (0..random.below(4)).map(|_| (random.text(), random_json(random, depth - 1))).collect();
            // Not in the order of the keys.
            Json::object(entries.into_iter().rev())
        }
    }
}

fn oracle_json(json: &Json) -> serde_json::Value {
    match json {
        Json::Null => serde_json::Value::Null,
        Json::Bool(value) => (*value).into(),
        Json::Number(digits) => digits.parse::<i64>().unwrap().into(),
        Json::Text(text) => text.as_ref().into(),
        Json::List(items) => items.iter().map(oracle_json).collect(),
        Json::Object(entries) => {
            entries.iter().map(|(key, value)| (key.to_string(), oracle_json(value))).collect()
        }
    }
}

#[test]
fn json_is_written_and_read_as_serde_json_does() {
    let mut random = Random::new("json_is_written_and_read_as_serde_json_does");
    for _ in 0..5_000 {
        let json = random_json(&mut random, 4);
        let text = json.to_string();
        let theirs: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(theirs, oracle_json(&json), "{text}");
        assert_eq!(Json::parse(&text).as_ref(), Ok(&json));
        assert_eq!(Json::parse(&format!("{json:#}")).as_ref(), Ok(&json));
        // serde_json keeps its objects sorted, so its text is the canonical one.
        assert_eq!(json.canonical().to_string(), theirs.to_string());
    }
}

#[test]
fn damaged_json_is_taken_or_refused_as_by_serde_json() {
    let mut random = Random::new("damaged_json_is_taken_or_refused_as_by_serde_json");
    let mut refused = 0;
    for _ in 0..10_000 {
        let mut text: Vec<char> = random_json(&mut random, 3).to_string().chars().collect();
        let place = random.below(text.len() as u64) as usize;
        text[place] = ['"', '\\', '[', '}', ',', '0', '.', '-', 'e', '\0'][random.below(10) as usize];
        let text: String = text.into_iter().collect();
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        match Json::parse(&text) {
            Ok(_) => assert!(theirs.is_ok() || text.contains(['e', '.']), "{text:?}: {theirs:?}"),
            Err(ours) => {
                refused += 1;
                let narrower = ours.to_string().contains("twice") || ours.to_string().contains("NUL");
                assert!(theirs.is_err() || narrower, "{text:?}: {ours}");
            }
        }
    }
    assert!(refused > 1_000, "only {refused} were damaged");
}

fn random_type(random: &mut Random, depth: u64) -> Type {
    let any = (i64::MIN, i64::MAX);
    match random.below(if depth == 0 { 7 } else { 10 }) {
        0 => Type::Bool,
        1 => Type::Int { min: any.0, max: any.1 },
        2 => Type::Decimal { scale: random.below(7) as u8, min: any.0, max: any.1 },
        3 => Type::Date { min: any.0, max: any.1 },
        4 => Type::Timestamp { min: any.0, max: any.1 },
        5 => Type::Duration { min: any.0, max: any.1 },
        6 => Type::Text { min: 0, max: 9, pattern: None, lines: false },
        7 => Type::List { of: Box::new(random_type(random, depth - 1)), min: 0, max: 9, distinct: false },
        8 => Type::Map { of: Box::new(random_type(random, depth - 1)), min: 0, max: 9 },
        _ => {
            let mut field = |name: String| {
                let field = Field::required(name, random_type(random, depth - 1));
                Field { optional: random.below(2) == 0, hidden: random.below(4) == 0, ..field }
            };
            let fields = (0..3).map(|count| field(format!("f{count}"))).collect();
            Type::Object { name: "o".to_owned(), fields }
        }
    }
}

fn random_value(random: &mut Random, ty: &Type) -> Value {
    match ty {
        Type::Bool => Value::Bool(random.below(2) == 0),
        Type::Date { .. } => Value::Int(random.below(20_000).cast_signed() - 10_000),
        Type::Timestamp { .. } => {
            // Within years 1 to 9999, as all that is kept.
            Value::Int(random.next().cast_signed() / 200)
        }
        Type::List { of, .. } => {
            Value::List((0..random.below(4)).map(|_| random_value(random, of)).collect())
        }
        Type::Map { of, .. } => {
            let entry = |count| (format!("k{count}"), random_value(random, of));
            Value::Map((0..3).map(entry).collect())
        }
        Type::Object { fields, .. } => {
            let value = |field: &Field| {
                let absent = field.optional && random.below(2) == 0;
                if absent { Value::Null } else { random_value(random, &field.ty) }
            };
            Value::Object(fields.iter().map(value).collect())
        }
        Type::Int { .. } | Type::Decimal { .. } | Type::Duration { .. } => Value::Int(random.units()),
        _ => Value::Text(random.text().replace(char::is_control, "x")),
    }
}

#[test]
fn what_is_kept_and_sent_comes_back() {
    let mut random = Random::new("what_is_kept_and_sent_comes_back");
    for _ in 0..5_000 {
        let ty = random_type(&mut random, 3);
        let value = random_value(&mut random, &ty);
        let text = column::to_text(&ty, &value);
        assert_eq!(column::from_text(&ty, &text).as_ref(), Some(&value), "{text}");
        let mut faults = Faults::default();
        let sent = write(&ty, &value, Audience::Store);
        let read = Reader { hidden: true, ..Reader::default() }.read(&ty, &sent, &mut faults);
        assert_eq!(read, Some(value), "{sent} {:?}", faults.found);
        // The schema is embedded as JSON.
        let stored = serde_json::to_string(&ty).unwrap();
        assert_eq!(serde_json::from_str::<Type>(&stored).unwrap(), ty);
    }
}
