//! What is refused, where it is underlined, and what is said.

use crate::world::{World, typed};

const FAULTS: &[(&str, &[&str])] =
    &[("usr.name", &["E0201 usr: there is no `usr` here · did you mean `user`?"])];

#[test]
fn every_fault_is_said_where_it_stands() {
    let world = World::new();
    let mut wrong = Vec::new();
    for (expression, expected) in FAULTS {
        let (_, said) = typed(expression, "", &world.env());
        if said != *expected {
            wrong.push(format!("{expression}\n    {said:?}\n    expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
