//! CEL's own conformance vectors, typed: each is inside of the language, or counted under the reason why it is not.
//! Those inside are computed, and compared, by the tests of the workspace.

pub mod vectors;

use crate::world::World;
use opwright_codegen::expr::env::Env;
use std::collections::BTreeMap;

#[test]
fn every_vector_is_inside_or_has_a_reason() {
    let Some(path) = vectors::path() else {
        println!("not run: the vectors are not beside the repository");
        return;
    };
    let world = World::new();
    let env = Env::of(&world.model.schema);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for vector in vectors::read(&path) {
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
    println!("{found}");
    assert_eq!(found, include_str!("counts.txt"), "found\n{found}");
}
