//! What is said of a state that a transition cannot begin with, and what leads to one that it can.

use crate::model;
use opwright_codegen::model::Model;
use opwright_tracer::graph::{Exit, Kind};

/// A service of an order, whose operations are its transitions.
fn orders(field: &str, transitions: &[&str]) -> Model {
    let head = format!(
        "service: shop\nsummary: A shop.\ncapabilities: {{ all.do: Do all. }}\n---\nresource: order\nfields:\n  \
         id: {{ type: id, prefix: ord }}\n  state:\n    type: enum\n    values: [open, paid, sent]\n    default: open\n\
         {field}    transitions:\n      pay: {{ from: open, to: paid }}\n      change: {{ from: [open, paid], to: open }}\n      \
         send: {{ from: [open, paid], to: sent }}\n      take_back: {{ from: sent, to: paid }}\n"
    );
    let operation = |name: &&str| {
        format!(
            "---\noperation: {name}\nsummary: S.\nrequires: all.do\ninput:\n  order: {{ type: ref, to: order }}\nsteps:\n  \
             - transition: order.{name}\n"
        )
    };
    model(&(head + &transitions.iter().map(operation).collect::<String>()))
}

/// Only what begins where a refused row can stand leads on.
#[test]
fn a_wrong_state_names_what_leads_where_it_has_to_stand() {
    let exits = wrong_states(&orders("", &["pay", "change", "send", "take_back"]));
    let next: Vec<Vec<String>> = exits.into_iter().map(|exit| exit.next).collect();
    assert_eq!(next, [vec!["change"], vec!["take_back"], vec!["take_back"], vec!["send"]]);
}

/// Where a state is hidden, so are those that would do.
#[test]
fn a_hidden_state_is_not_told() {
    let exits = wrong_states(&orders("    hidden: true\n", &["pay", "change"]));
    let told: Vec<(&str, &[String])> = exits.iter().map(|it| (it.message.as_str(), &it.next[..])).collect();
    let none: &[String] = &[];
    assert_eq!(
        told,
        [
            ("order {order.id} is in no state for pay", none),
            ("order {order.id} is in no state for change", none)
        ]
    );
}

/// The exits of a service for a state that is another one, in the order of its operations.
fn wrong_states(model: &Model) -> Vec<Exit> {
    let of = |operation| {
        let graph = opwright_codegen::lower::lower(model, operation);
        let exits = graph.flow.node_weights().filter_map(|node| match &node.kind {
            Kind::Exit(exit) if exit.code == "wrong_state" => Some(exit.clone()),
            _ => None,
        });
        exits.collect::<Vec<_>>()
    };
    model.operations.iter().flat_map(of).collect()
}
