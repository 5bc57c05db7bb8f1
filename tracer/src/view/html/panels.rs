//! What stands around the path: the header, the runs, what is known of the operation, the help.

use super::{Links, icons};
use crate::graph::{Access, Graph};
use crate::run::{Mode, Run};
use crate::view::{grouped, text};
use maud::{Markup, html};
use opwright_values::schema::{Default, Field};
use opwright_values::write::{Audience, write};

pub(super) fn top(graph: &Graph<()>, links: &Links<'_>) -> Markup {
    let head = &graph.head;
    html! {
        header {
            h1 { a href=(links.index) { (head.service) } " / " b { (head.operation) } }
            p { (head.summary) }
            label .search { span .sr { "Find a step or a way out" } input #find type="search" placeholder="Find (press /)"; output #found {} }
            span .group {
                button #v-path aria-pressed="true" { "Path" }
                button #v-text aria-pressed="false" { "Text" }
            }
            button #theme { "Theme" }
        }
    }
}

pub(super) fn runs(runs: &[Run]) -> Markup {
    html! {
        select #pick aria-label="Run" {
            option value="" { "All paths, no run shown" }
            @for run in runs { option value=(run.run) { (clock(&run.started).1) " · " (ended(run).1) " · " (sent(run)) } }
        }
        div role="radiogroup" aria-label="Recorded runs" {
            button role="radio" aria-checked="true" data-run="" { b { "All paths" } span { "no run shown" } }
            @if !runs.is_empty() { h2 { "Recorded, newest first" } }
            @for run in runs { (run_line(run)) }
        }
        @if runs.is_empty() { p { "No call of this operation is recorded here." } }
    }
}

fn run_line(run: &Run) -> Markup {
    let (status, words) = ended(run);
    let class = if run.refused.is_none() && run.fault.is_none() { "tag ok" } else { "tag bad" };
    html! {
        button role="radio" aria-checked="false" tabindex="-1" data-run=(run.run) {
            @let (day, time) = clock(&run.started);
            b { (time) " " em class=(class) { (status) } " " (words) @if run.mode == Mode::DryRun { ", dry run" } }
            @let sent = sent(run);
            @if !sent.is_empty() { span .sent { (sent) } }
            span { @if !day.is_empty() { (day) ", " } "by " (run.agent) @if let [only] = run.changed.as_slice() { (changed(run)) (only.resource) " " (only.id) } }
        }
    }
}

/// A dry run has changed nothing.
fn changed(run: &Run) -> &'static str {
    if run.mode == Mode::DryRun { ", would have changed " } else { ", changed " }
}

/// The first arguments, by which a call is known from another.
fn sent(run: &Run) -> String {
    let values =
        run.steps.iter().find(|step| step.node == "input").map_or(&[][..], |step| step.values.as_slice());
    values.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
}

/// How a call was answered: the status, where it is known, and a word.
fn ended(run: &Run) -> (String, &str) {
    match (&run.refused, &run.fault) {
        (_, Some(_)) => ("fault".to_owned(), "it broke"),
        (Some(refused), None) => (refused.status.to_string(), &refused.code),
        (None, None) => ("200".to_owned(), "done"),
    }
}

/// `2026-11-25T17:23:09.123456Z` as `25 Nov` and `17:23:09`, or as it is.
fn clock(started: &str) -> (String, String) {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let part = |range: std::ops::Range<usize>| started.get(range).unwrap_or("");
    let month = part(5..7).parse::<usize>().ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    match month {
        Some(month) => (format!("{} {month}", part(8..10)), part(11..19).to_owned()),
        None => (String::new(), started.to_owned()),
    }
}

/// What is known of the operation as a whole.
pub(super) fn about(graph: &Graph<()>) -> Markup {
    let head = &graph.head;
    html! {
        h2 .name { (head.operation) }
        p { (head.summary) }
        @if !head.description.is_empty() { p { (head.description) } }
        dl {
            dt { "Needs" } dd { code { (head.requires.join(", ")) } }
            dt { "Access" } dd { @if head.access == Access::Writes { "may write" } @else { "only reads" } }
            @if let Some(because) = &head.because { dt { "Destroys" } dd { "agents may do this alone: " (because) } }
            (rows_of("Reads", &head.reads, "by their ids"))
            (rows_of("Searches", &head.scans, "that a condition or a list finds"))
            (rows_of("Writes", &head.writes, ""))
            @if head.rows > 1 { dt { "Bound" } dd { "one call writes at most " (grouped(head.rows)) " rows" } }
            (listed("Emits", &head.emits))
            dt { "Spec" } dd { code { (head.src.file) ":" (head.src.line) } }
            dt { "Graph" } dd {
                code { (graph.spec_hash().chars().take(12).collect::<String>()) } ", which tells whether a run walked this one"
            }
        }
        @if !head.reads.is_empty() || !head.writes.is_empty() {
            p .soft { "These are all resources whose rows a call may touch, whichever way it takes through the picture." }
        }
        @if !head.inputs.is_empty() {
            h3 { "Arguments" }
            dl .args {
                @for input in &head.inputs {
                    dt { code { (input.key) } }
                    dd { (opwright_values::words::expected(&input.ty)) @if input.optional { ", may be absent" } (unsent(input)) }
                }
            }
        }
        (legend())
    }
}

/// What an argument is that was not sent.
fn unsent(input: &Field) -> String {
    match &input.default {
        Some(Default::Now) => ", otherwise the time of the call".to_owned(),
        Some(Default::Value(value)) => format!(", otherwise {}", write(&input.ty, value, Audience::Wire)),
        None => String::new(),
    }
}

fn listed(name: &str, items: &[String]) -> Markup {
    html! { @if !items.is_empty() { dt { (name) } dd { (items.join(", ")) } } }
}

/// The resources of some rows. Their bare names would read like the rows themselves.
fn rows_of(name: &str, resources: &[String], which: &str) -> Markup {
    html! { @if !resources.is_empty() { dt { (name) } dd { "rows of " (resources.join(", ")) @if !which.is_empty() { ", " (which) } } } }
}

fn legend() -> Markup {
    html! {
        h3 { "Legend" }
        ul .legend {
            @for (icon, words) in icons::LEGEND { li { (icons::named(icon)) (words) } }
            li { i .l-ok {} "passed" }
            li { i .l-bad {} "stopped here" }
            li { i .l-none {} "not reached" }
            li { code { "‹name›" } " personal, not shown" }
        }
    }
}

pub(super) fn help() -> Markup {
    let keys = [
        ("↑ ↓", "from step to step"),
        ("→ ←", "the ways out of a step"),
        ("n p", "forth and back along the run"),
        ("o", "only what the run took"),
        ("/", "find; Enter goes from hit to hit"),
        ("t", "light or dark"),
        ("Esc", "close"),
    ];
    html! {
        dialog #help aria-labelledby="help-title" {
            h2 #help-title { "Keys" }
            table { @for (key, what) in keys { tr { td { kbd { (key) } } td { (what) } } } }
            form method="dialog" { button { "Close" } }
        }
    }
}

/// The same as words: complete without scripts, and what a screen reader or a program reads best.
pub(super) fn outline(graph: &Graph<()>) -> Markup {
    html! { pre #outline .outline tabindex="0" { (text::outline(graph)) } }
}
