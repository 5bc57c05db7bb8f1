//! CEL's own conformance vectors, typed: each is inside of the language, or counted under the reason why it is not.
//! Those inside are computed, and compared, by the tests of the workspace. Where the vectors are not beside the
//! repository, the test is listed as not run.

#[path = "cel/vectors.rs"]
mod vectors;

use libtest_mimic::{Arguments, Failed, Trial};
use opwright_codegen::expr::env::Env;
use opwright_codegen::source::Sources;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let name = "every_vector_is_inside_or_has_a_reason";
    let trial = match vectors::path() {
        Some(path) => Trial::test(name, move || every_vector_is_inside_or_has_a_reason(&path)),
        None => Trial::test(name, || Err("the vectors are not beside the repository".into()))
            .with_kind("the vectors are not beside the repository")
            .with_ignored_flag(true),
    };
    libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit_code()
}

fn every_vector_is_inside_or_has_a_reason(path: &Path) -> Result<(), Failed> {
    let mut sources = Sources::default();
    sources.add("world.yaml", include_str!("expressions/world.yaml"));
    let model = opwright_codegen::check(&sources).map_err(|report| format!("{:?}", report.sorted()))?;
    let env = Env::of(&model.schema);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for vector in vectors::read(path) {
        let reason = match vector.place(&env) {
            Ok(inside) => {
                let rust = opwright_codegen::emit::closed::function("it", &inside.given, &inside.typed);
                assert!(rust.starts_with("fn it()"), "{}: {rust}", vector.name);
                "inside"
            }
            Err(reason) => reason,
        };
        assert!(!reason.is_empty(), "{}: {} has no reason", vector.name, vector.expr);
        *counts.entry(reason).or_default() += 1;
    }
    let found: String = counts.iter().map(|(reason, count)| format!("{count:5} {reason}\n")).collect();
    if found != include_str!("cel/counts.txt") {
        return Err(format!("found\n{found}").into());
    }
    Ok(())
}
