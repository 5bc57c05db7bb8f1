//! What is known of a state excludes `wrong_state`.

use crate::{drawn, refused};

const STATES: &str = "
service: desk
summary: A desk.
capabilities:
  all.do: Do all.
---
resource: person
fields:
  id: { type: id, prefix: per }
  tickets: { type: many, of: ticket, size: ..9, order: created }
  lasting: { type: many, of: ticket, size: ..9, order: created, where: \"row.state in ['open', 'closed']\" }
---
resource: ticket
fields:
  id: { type: id, prefix: tic }
  person: { type: ref, to: person }
  above: { type: ref, to: ticket, optional: true }
  kind: { type: enum, values: [bug, wish], default: bug }
  state:
    type: enum
    values: [open, waiting, closed]
    default: open
    transitions:
      wait: { from: open, to: waiting }
      go_on: { from: waiting, to: open }
      close: { from: [open, waiting], to: closed }
      reset: { from: [open, waiting, closed], to: open }
---
operation: do_it
summary: Do it.
requires: all.do
max_rows: 2_000
input:
  person: { type: ref, to: person }
  ticket: { type: ref, to: ticketNARROWED }
  other: { type: ref, to: ticket }
  each_of: { type: list, of: { type: ref, to: ticketMORE }, size: ..9 }
  yes: bool
steps:
  - require: person.tickets.size() < 9 || ticket != other || input.yes || each_of.size() > 9
    refuse: nothing
STEPS
";

/// Steps, what narrows the ticket and the list, and where the state is asked.
fn asked(steps: &str, narrowed: &str, more: &str) -> Vec<String> {
    drawn(&specs(steps, narrowed, more), "wrong_state")
}

fn specs(steps: &str, narrowed: &str, more: &str) -> String {
    let steps: Vec<String> = steps.trim().lines().map(|line| format!("  {}", line.trim_end())).collect();
    let specs = STATES.replace("STEPS", &steps.join("\n"));
    specs.replace("NARROWED", narrowed).replace("MORE", more)
}

#[test]
fn a_state_that_is_known_is_not_asked() {
    for (steps, places) in [
        ("- transition: ticket.close", &["rules.close_ticket"][..]),
        ("- transition: ticket.reset", &[]),
        // What a rule says of the row.
        ("- require: ticket.state == 'open'\n  refuse: no\n- transition: ticket.wait", &[]),
        ("- require: \"'open' == ticket.state\"\n  refuse: no\n- transition: ticket.wait", &[]),
        ("- require: ticket.state != 'closed'\n  refuse: no\n- transition: ticket.close", &[]),
        (
            "- require: ticket.state != 'closed'\n  refuse: no\n- transition: ticket.wait",
            &["rules.wait_ticket"],
        ),
        ("- require: ticket.state in ['open', 'waiting']\n  refuse: no\n- transition: ticket.close", &[]),
        (
            "- require: ticket.state in ['open', 'closed']\n  refuse: no\n- transition: ticket.close",
            &["rules.close_ticket"],
        ),
        ("- require: \"!(ticket.state in ['closed'])\"\n  refuse: no\n- transition: ticket.close", &[]),
        (
            "- require: ticket.state == 'open' || ticket.state == 'waiting'\n  refuse: no\n- transition: ticket.close",
            &[],
        ),
        (
            "- require: ticket.state == 'open' || input.yes\n  refuse: no\n- transition: ticket.close",
            &["rules.close_ticket"],
        ),
        (
            "- require: \"!(ticket.state == 'closed' || input.yes)\"\n  refuse: no\n- transition: ticket.close",
            &[],
        ),
        (
            "- require: \"!(ticket.state == 'closed' && input.yes)\"\n  refuse: no\n- transition: ticket.close",
            &["rules.close_ticket"],
        ),
        ("- require: other.state == 'open'\n  refuse: no\n- transition: ticket.wait", &["rules.wait_ticket"]),
        (
            "- require: \"ticket.state == other.state && other.state == 'open'\"\n  refuse: no\n- transition: ticket.wait",
            &["rules.wait_ticket"],
        ),
        (
            "- require: \"ticket.kind == 'bug'\"\n  refuse: no\n- transition: ticket.wait",
            &["rules.wait_ticket"],
        ),
        // What a move has left.
        ("- transition: ticket.close\n- transition: ticket.reset", &["rules.close_ticket"]),
        (
            "- transition: ticket.wait\n- transition: ticket.go_on\n- transition: ticket.close",
            &["rules.wait_ticket"],
        ),
        (
            "- transition: ticket.close\n- transition: ticket.wait",
            &["effects.wait_ticket", "rules.close_ticket"],
        ),
        // What another name may have moved.
        (
            "- require: ticket.state == 'open'\n  refuse: no\n- transition: other.reset\n- transition: ticket.wait",
            &["effects.wait_ticket"],
        ),
        (
            "- require: ticket.state == 'open'\n  refuse: no\n- update: other\n  set: { kind: wish }\n- transition: ticket.wait",
            &[],
        ),
        // What stands in a row that a reference leads to.
        (
            "- require: has(ticket.above) && ticket.above.state == 'open'\n  refuse: no\n- transition: ticket.above.wait",
            &[],
        ),
        (
            "- require: has(ticket.above) && has(other.above) && ticket.above.state == 'open'\n  refuse: no\n\
             - update: other\n  set: { above: other }\n- when: has(ticket.above)\n  as: still\n  then:\n    \
             - transition: ticket.above.wait",
            &["effects.still.then.wait_ticket_above"],
        ),
        (
            "- require: has(ticket.above) && ticket.above.state == 'open'\n  refuse: no\n\
             - transition: ticket.above.wait\n  set: { above: ticket.above }\n- when: has(ticket.above)\n  as: still\n  \
             then:\n    - transition: ticket.above.go_on",
            &["effects.still.then.go_on_ticket_above"],
        ),
        // New rows are in the first state.
        ("- create: ticket\n  set: { person: person }\n  as: new\n- transition: new.wait", &[]),
        (
            "- create: ticket\n  set: { person: person }\n  as: new\n- transition: new.go_on",
            &["effects.go_on_new"],
        ),
        (
            "- create: ticket\n  set: { person: person }\n  as: new\n- transition: ticket.reset\n- transition: new.wait",
            &["effects.wait_new"],
        ),
        // What a search has found.
        (
            "- load: ticket\n  where: row.state == 'open' && row.person == person\n  order: row.kind\n  as: found\n\
             - transition: found.wait",
            &[],
        ),
        (
            "- load: ticket\n  where: row.state == 'open' || row.person == person\n  order: row.kind\n  as: found\n\
             - transition: found.wait",
            &["effects.wait_found"],
        ),
        (
            "- load: ticket\n  where: row.state == 'open'\n  order: row.kind\n  optional: true\n  as: found\n\
             - when: has(found)\n  as: one\n  then:\n    - transition: found.wait",
            &[],
        ),
        // In a lane of a choice, and behind it.
        (
            "- when: ticket.state == 'open'\n  as: is_open\n  then:\n    - transition: ticket.wait\n  else:\n    \
             - transition: ticket.close",
            &["effects.is_open.else.close_ticket"],
        ),
        (
            "- when: ticket.state == 'closed'\n  as: is_closed\n  then:\n    - transition: ticket.reset\n  else:\n    \
             - transition: ticket.close\n- when: input.yes\n  as: again\n  then:\n    - transition: ticket.reset",
            &[],
        ),
        (
            "- when: input.yes\n  as: either\n  then:\n    - transition: ticket.reset\n  else:\n    \
             - transition: other.reset\n- transition: ticket.wait",
            &["effects.wait_ticket"],
        ),
        (
            "- require: ticket.state != 'closed'\n  refuse: no\n- when: ticket.state == 'open'\n  as: is_open\n  then:\n    \
             - transition: ticket.wait\n- transition: ticket.go_on",
            &[],
        ),
    ] {
        assert_eq!(asked(steps, "", ""), places, "{steps}");
    }
}

#[test]
fn a_state_that_an_argument_is_narrowed_to_is_not_asked() {
    let wait = "- transition: ticket.wait";
    assert_eq!(asked(wait, ", where: row.state == 'open'", ""), [""; 0]);
    assert_eq!(asked(wait, ", where: row.state != 'closed'", ""), ["rules.wait_ticket"]);
    assert_eq!(asked(wait, ", where: \"row.state == 'open' && row.kind == 'bug'\"", ""), [""; 0]);
    let moved = "- transition: other.reset\n- transition: ticket.wait";
    assert_eq!(asked(moved, ", where: row.state == 'open'", ""), ["effects.wait_ticket"]);
    let each = "- each: each_of\n  as: it\n  do:\n    - transition: it.wait";
    // The same ticket may be sent twice.
    let narrowed = ", where: row.state == 'open'";
    assert_eq!(asked(each, "", narrowed), ["effects.each_it.wait_it"]);
    let once = each.replace("each_of", "each_of.distinct()");
    assert_eq!(asked(&once, "", narrowed), [""; 0]);
}

#[test]
fn in_a_loop_is_known_what_no_round_changes() {
    let load = "- load: ticket\n  where: row.state == 'open'\n  max: 9\n  as: found\n";
    for (steps, places) in [
        // No row is found twice.
        ("LOAD- each: found\n  as: it\n  do:\n    - transition: it.wait", &[][..]),
        ("LOAD- each: found.filter(x, x.person == person)\n  as: it\n  do:\n    - transition: it.wait", &[]),
        ("LOAD- each: \"found.sortBy(x, x.kind == 'bug')\"\n  as: it\n  do:\n    - transition: it.wait", &[]),
        (
            "LOAD- each: found\n  as: it\n  do:\n    - transition: it.wait\n    - transition: it.go_on\n    \
             - transition: it.close",
            &[],
        ),
        (
            "LOAD- each: found\n  as: it\n  do:\n    - transition: ticket.reset\n    - transition: it.wait",
            &["effects.each_it.wait_it"],
        ),
        (
            "LOAD- each: found\n  as: it\n  do:\n    - transition: it.wait\n    - transition: ticket.reset",
            &["effects.each_it.wait_it"],
        ),
        (
            "LOAD- transition: ticket.reset\n- each: found\n  as: it\n  do:\n    - transition: it.wait",
            &["effects.each_it.wait_it"],
        ),
        (
            "LOAD- each: found\n  as: it\n  do:\n    - each: found\n      as: again\n      do:\n        \
             - transition: again.reset\n    - transition: it.wait",
            &["effects.each_it.wait_it"],
        ),
        (
            "LOAD- each: found\n  as: it\n  do:\n    - each: each_of\n      as: inner\n      do:\n        \
             - transition: it.wait",
            &["effects.each_it.each_inner.wait_it"],
        ),
        // A name beside the list is a row of its own, and may be in it.
        (
            "LOAD- let: all\n  be: found\n- each: all\n  as: it\n  do:\n    - transition: it.wait",
            &["effects.each_it.wait_it"],
        ),
        // What all of them refer to may be the same.
        (
            "- load: ticket\n  where: has(row.above) && row.above.state == 'open'\n  max: 9\n  as: found\n\
             - each: found\n  as: it\n  do:\n    - when: has(it.above)\n      as: there\n      then:\n        \
             - transition: it.above.wait",
            &["effects.each_it.there.then.wait_it_above"],
        ),
        (
            "- load: ticket\n  where: has(row.above) && row.above.state == 'open'\n  max: 9\n  as: found\n\
             - each: found\n  as: it\n  do:\n    - transition: it.reset\n    - when: has(it.above)\n      as: there\n      \
             then:\n        - transition: it.above.wait",
            &["effects.each_it.there.then.wait_it_above"],
        ),
        // A rule of the round is of this round.
        (
            "- each: each_of\n  as: it\n  do:\n    - when: it.state == 'open'\n      as: is_open\n      then:\n        \
             - transition: it.wait\n      else:\n        - transition: it.close",
            &["effects.each_it.is_open.else.close_it"],
        ),
        (
            "- require: ticket.state == 'open'\n  refuse: no\n- each: each_of\n  as: it\n  do:\n    \
             - transition: ticket.wait",
            &["effects.each_it.wait_ticket"],
        ),
        // Those that a condition says are in a collection.
        (
            "- each: person.lasting\n  as: it\n  do:\n    - transition: it.reset\n    - transition: it.wait",
            &[],
        ),
        (
            "- each: person.lasting.filter(x, x.state != 'closed')\n  as: it\n  do:\n    - transition: it.wait",
            &[],
        ),
        ("- each: person.lasting\n  as: it\n  do:\n    - transition: it.wait", &["effects.each_it.wait_it"]),
        (
            "- each: \"person.tickets.filter(x, x.state == 'open')\"\n  as: it\n  do:\n    - transition: it.wait",
            &[],
        ),
        // New rows are of each round.
        (
            "- each: each_of\n  as: it\n  do:\n    - create: ticket\n      set: { person: person }\n      as: new\n    \
             - transition: new.wait",
            &[],
        ),
    ] {
        assert_eq!(asked(&steps.replace("LOAD", load), "", ""), places, "{steps}");
    }
}

#[test]
fn a_new_row_takes_no_name_that_means_another_one() {
    let create = "- { create: ticket, set: { person: person } }\n- transition: ticket.wait";
    let known = "- require: ticket.state == 'open'\n  refuse: no\n";
    let inside = create.replace('\n', "\n    ");
    for steps in [
        format!("{known}{create}"),
        format!("{known}- when: input.yes\n  as: either\n  then:\n    {inside}"),
        format!("- when: ticket.state == 'closed'\n  as: either\n  then: []\n  else:\n    {inside}"),
        format!("- each: each_of\n  as: it\n  do:\n    {inside}"),
    ] {
        let specs = specs(&steps, "", "");
        assert_eq!(refused(&specs), ["E0205"], "{steps}");
        let named = specs.replace("create: ticket,", "create: ticket, as: new,");
        assert_eq!(refused(&named), [""; 0], "{steps}");
    }
}

#[test]
fn what_is_known_of_a_name_ends_with_it() {
    let create = "- create: ticket\n  set: { person: person }";
    let (inside, close) = (create.replace('\n', "\n    "), "- transition: ticket.close");
    let wait = "- transition: ticket.wait";
    let either = format!(
        "- when: input.yes\n  as: either\n  then:\n    {inside}\n    {close}\n  else:\n    {inside}\n    {wait}"
    );
    let round = format!("- each: each_of\n  as: it\n  do:\n    {inside}\n    {wait}\n    {close}");
    for (steps, places) in [
        (either.clone(), &[][..]),
        (format!("{either}\n{create}\n{wait}"), &[]),
        (format!("{either}\n- load: ticket\n  order: row.kind\n{wait}"), &["effects.wait_ticket"]),
        (format!("{either}\n{round}\n{create}\n{wait}"), &[]),
        (format!("{round}\n- load: ticket\n  order: row.kind\n{close}"), &["effects.close_ticket"]),
    ] {
        let specs = specs(&steps, "", "")
            .replace("  ticket: {", "  sent: {")
            .replace("ticket != other", "sent != other");
        assert_eq!(drawn(&specs, "wrong_state"), places, "{steps}");
    }
}
