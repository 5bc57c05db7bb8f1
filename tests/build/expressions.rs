//! Expressions as functions: CEL's vectors that are inside of the language, those of `values.txt`, and random ones.
//!
//! ```text
//! ("parse/nest/parens", "((7))", v17, 0, Some("{\"int\":\"7\"}"))
//! ```

use crate::{random, vectors};
use opwright_codegen::emit::closed::function;
use opwright_codegen::expr::typed::{Ty, Typed};
use opwright_codegen::expr::{self, env::Env};
use opwright_codegen::report::Report;
use opwright_codegen::source::{FileId, Span};
use opwright_codegen::yaml::Text;
use opwright_values::schema::Schema;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// How many random expressions there are.
const RANDOM: usize = 400;

/// Their seed; the test names it where one differs.
const SEED: u64 = 0x5eed_ce11;

/// Writes `$OUT_DIR/expressions.rs`.
pub fn write() -> std::io::Result<()> {
    let schema = Schema {
        service: String::new(),
        summary: String::new(),
        capabilities: BTreeMap::new(),
        resources: Vec::new(),
        events: Vec::new(),
        renamed: [].into(),
    };
    let env = Env::of(&schema);
    let (mut functions, mut rows) = (String::new(), String::new());
    if let Some(path) = vectors::path() {
        println!("cargo::rerun-if-changed={}", path.display());
        for (number, vector) in vectors::read(&path).iter().enumerate() {
            let Ok(inside) = vector.place(&env) else { continue };
            functions.push_str(&function(&format!("v{number}"), &inside.given, &inside.typed));
            let expected = vector.value.as_ref().map(ToString::to_string);
            let scale = scale(&inside.typed.ty);
            let _ =
                writeln!(rows, "({:?}, {:?}, v{number}, {scale}, {expected:?}),", vector.name, vector.expr);
        }
    }
    let mut text = format!("pub(crate) const VECTORS: &[Vector] = &[\n{rows}];\n");
    rows.clear();
    for (number, (written, wanted)) in values().enumerate() {
        let typed = typed(written, &env)?;
        functions.push_str(&function(&format!("t{number}"), &[], &typed));
        let _ = writeln!(rows, "({written:?}, t{number}, {}, {wanted:?}),", scale(&typed.ty));
    }
    let _ = write!(text, "pub(crate) const VALUES: &[(&str, Compiled, u8, &str)] = &[\n{rows}];\n");
    rows.clear();
    let mut random = random::Random(SEED);
    for number in 0..RANDOM {
        let written = random.expression();
        let typed = typed(&written, &env)?;
        functions.push_str(&function(&format!("r{number}"), &[], &typed));
        let _ = writeln!(rows, "({written:?}, r{number}),");
    }
    let _ = write!(
        text,
        "pub(crate) const SEED: u64 = {SEED};\npub(crate) const RANDOM: &[(&str, Compiled)] = &[\n{rows}];\n{functions}"
    );
    let out = std::env::var_os("OUT_DIR").unwrap_or_default();
    std::fs::write(Path::new(&out).join("expressions.rs"), text)
}

/// The lines of `values.txt`: an expression, and what it gives.
fn values() -> impl Iterator<Item = (&'static str, &'static str)> {
    println!("cargo::rerun-if-changed=values.txt");
    let lines = include_str!("../values.txt").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "))
}

fn typed(written: &str, env: &Env<'_>) -> std::io::Result<Typed> {
    let (mut report, span) = (Report::default(), Span { file: FileId(0), start: 0, end: 0 });
    let typed = expr::any(&Text::made(written, span), env, &mut report);
    typed.ok_or_else(|| std::io::Error::other(format!("{written}: {:?}", report.sorted())))
}

fn scale(ty: &Ty) -> u8 {
    match ty {
        Ty::Decimal(scale) => *scale,
        Ty::List(of) => scale(of),
        _ => 0,
    }
}
