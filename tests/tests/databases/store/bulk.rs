//! Many rows of one call, with values that are hard to carry: they come back as they were.

use super::shop::{CUSTOMER, batches, customer, fill, id, job, run};
use opwright_runtime::store::batch::End;
use opwright_runtime::store::layout::Row;
use opwright_tests::database::Database;
use opwright_values::value::Value;
use std::sync::mpsc::channel;

/// More than a statement of SQLite takes, and more than two.
const ROWS: usize = 150;

fn name(number: usize) -> String {
    format!("c{number:03}")
}

/// A customer whose values are at the edge of what there is.
fn odd(number: usize, round: i64) -> Row {
    let texts = [
        "plain".to_owned(),
        "it's a \"quote\" \\ and a back\\slash".to_owned(),
        "tab\tline\nreturn\r".to_owned(),
        "\u{1}\u{1f}\u{7f}\u{2028}\u{2029}\u{feff}".to_owned(),
        "é 漢字 🦀 e\u{301}".to_owned(),
        "$1 ?1 ? :a @b {x} %s NULL".to_owned(),
        "x".repeat(50_000),
        String::new(),
    ];
    let text = texts.get(number % texts.len()).cloned().unwrap_or_default();
    let mut row = customer(&name(number), Some(&format!("{number} {round} {text}")), round);
    if number.is_multiple_of(3) {
        row[3] =
            Value::Object(vec![Value::Text(text), Value::Int(-700_000 + i64::try_from(number).unwrap())]);
    }
    row[4] = Value::List(vec![Value::Bool(true); number % 5]);
    row[5] = match number % 4 {
        0 => Value::Null,
        1 => Value::Int(-62_135_596_800_000_000),
        2 => Value::Int(253_402_300_799_999_999),
        _ => Value::Int(1),
    };
    row
}

pub(crate) fn many_odd_rows_come_back_as_they_were(database: &Database) {
    let plan = fill(&database.target);
    let mut writer = batches(&database.target, &plan, false);
    let made = job(&[], |work, _| {
        work.start("made", 1_000);
        (0..ROWS).try_for_each(|number| work.insert(CUSTOMER, odd(number, 0)))?;
        work.settle(true)
    });
    assert_eq!(run(&mut writer, vec![made]), [End::Committed]);
    for round in 1..3 {
        let changed = job(&[], move |work, _| {
            work.start("changed", 2_000);
            for number in 0..ROWS {
                assert!(work.put(CUSTOMER, odd(number, round))?);
            }
            work.settle(true)
        });
        assert_eq!(run(&mut writer, vec![changed]), [End::Committed]);
        let (said, heard) = channel();
        let read = job(&[], move |work, _| {
            let names: Vec<String> = (0..ROWS).map(name).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            work.load_many(CUSTOMER, &names)?;
            for name in names {
                said.send(work.load(CUSTOMER, name)?.map(|row| (*row).clone())).unwrap();
            }
            work.settle(true)
        });
        assert_eq!(run(&mut batches(&database.target, &plan, false), vec![read]), [End::Committed]);
        for number in 0..ROWS {
            assert_eq!(heard.recv().unwrap(), Some(odd(number, round)), "{}", name(number));
        }
    }
    // A value that has to occur once is found among them.
    let mut clash = odd(5, 2);
    clash[0] = id("another");
    let clashes = job(&[], move |work, _| {
        work.start("clash", 3_000);
        (200..300).try_for_each(|number| work.insert(CUSTOMER, odd(number, 0)))?;
        work.insert(CUSTOMER, clash.clone())?;
        work.settle(true)
    });
    let ends = run(&mut writer, vec![clashes]);
    assert!(matches!(ends.as_slice(), [End::Failed(_)]), "{ends:?}");
    let count = super::shop::numbers(&database.target, "SELECT count(*) FROM \"customer\"");
    assert_eq!(count, [i64::try_from(ROWS).unwrap()]);
}
