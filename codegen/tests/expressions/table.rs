//! What expressions are, and where and how they are refused: `expressions.txt`.
//!
//! ```text
//! usr.name                               an expression
//! [after has(user.phone)] …              behind a `require`
//! [where] row.number > usr.count         the `where` of a load of orders
//! [text] order {usr.name}                a message
//! [set status] shiped                    a value for a field of an order
//!     E0201 usr: there is no `usr` here · did you mean `user`?
//!     (nothing but the type, where nothing is wrong)
//! ```
//!
//! `UPDATE_EXPECT=1 cargo test` writes what is said below each.

use crate::world::{World, said, typed, written};
use opwright_codegen::expr;
use opwright_codegen::report::Report;
use opwright_codegen::yaml::{Node, Value};
use std::path::Path;

/// What is said about one line, or the type.
fn about(line: &str, world: &World) -> Vec<String> {
    let (mode, rest) = match line.strip_prefix('[').and_then(|line| line.split_once("] ")) {
        Some((mode, rest)) if mode.starts_with(|c: char| c.is_ascii_lowercase()) => (mode, rest),
        _ => ("", line),
    };
    let (word, of) = mode.split_once(' ').unwrap_or((mode, ""));
    let written = written(rest);
    let mut report = Report::default();
    let found = match word {
        "where" => expr::filter(&written.text, &world.row_env(), &mut report),
        "set" => {
            let node = Node { span: written.text.span, value: Value::Scalar(written.text.clone()) };
            let whose = format!("`order.{of}`");
            expr::value::value(&node, (&whose, &world.field(of)), &world.env(), &mut report)
        }
        "text" => {
            let template = expr::template::template(&written.text, &world.env(), &mut report);
            let pieces = template.map_or(0, |template| template.pieces.len());
            return if report.is_empty() {
                vec![format!("{pieces} pieces")]
            } else {
                said(&report, &written.sources)
            };
        }
        "after" | "" => {
            let (typed, said) = typed(rest, of, &world.env());
            return match typed {
                Some(typed) if said.is_empty() => vec![world.short(&typed.ty)],
                _ => said,
            };
        }
        other => panic!("there is no [{other}]"),
    };
    match found {
        Some(typed) if report.is_empty() => vec![world.short(&typed.ty)],
        _ => said(&report, &written.sources),
    }
}

#[test]
fn every_expression_is_typed_or_refused_as_expected() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expressions/expressions.txt");
    let text = std::fs::read_to_string(&path).unwrap();
    let world = World::new();
    let mut expected = String::new();
    for line in text.lines().filter(|line| !line.starts_with("    ")) {
        expected.push_str(line);
        expected.push('\n');
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        for said in about(line, &world) {
            expected.push_str(&format!("    {said}\n"));
        }
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    assert!(text == expected, "not as expected; with UPDATE_EXPECT=1 it becomes\n{expected}");
}
