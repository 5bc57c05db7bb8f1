//! The page of an operation: one file that holds everything, makes no request, and is complete without scripts.
//!
//! A spine of cards by phase, the ways out beside their step, lanes side by side, loops and the transaction as frames.
//! Colour means state and nothing else: passed, stopped, not reached.

mod blocks;
mod data;

use crate::graph::Graph;
use crate::run::Run;
use crate::structure::Block;
use crate::view::{phase_name, policy, text};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page of an operation with some recorded runs.
pub fn page(graph: &Graph<()>, runs: &[Run]) -> String {
    let head = &graph.head;
    let blocks = graph.structure().unwrap_or_default();
    let phases = blocks::phases(graph, &blocks);
    let outline = text::outline(graph);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy::policy(STYLE, SCRIPT));
                title { (head.operation) " · " (head.service) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (top(graph))
                nav aria-label="Phases" {
                    @for (phase, _) in &phases {
                        a href={ "#p-" (phase_name(*phase).to_lowercase()) } data-phase=(phase_name(*phase)) { (phase_name(*phase)) i {} }
                    }
                }
                aside .runs aria-label="Runs" { (run_list(runs)) }
                main .flow {
                    div .story role="status" { p #story { (head.summary) } }
                    div #path { @for (phase, blocks) in &phases { (blocks::phase(graph, *phase, blocks)) } }
                    pre #outline hidden { (outline) }
                    noscript { pre { (outline) } }
                }
                aside .side #side aria-label="Details" { (about(graph)) }
                (blocks::icons())
                script type="application/json" id="data" { (PreEscaped(policy::island(&data::of(graph, runs)))) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
    .into_string()
}

fn top(graph: &Graph<()>) -> Markup {
    let head = &graph.head;
    html! {
        header {
            h1 { a href="./" { (head.service) } " / " b { (head.operation) } }
            p { (head.summary) }
            label .search { span .sr { "Find" } input #find type="search" placeholder="Find (press /)"; output #found {} }
            span .views {
                button #v-path aria-pressed="true" { "Path" }
                button #v-text aria-pressed="false" { "Text" }
            }
            button #only aria-pressed="false" title="o" { "Only taken" }
            button #theme title="t" { "Theme" }
        }
    }
}

fn run_list(runs: &[Run]) -> Markup {
    html! {
        h2 { "Runs" }
        div role="radiogroup" aria-label="Recorded runs" {
            button role="radio" aria-checked="true" data-run="" { b { "All paths" } span { "no run shown" } }
            @for run in runs {
                button role="radio" aria-checked="false" data-run=(run.run) {
                    b { (run.agent) " · " (clock(&run.started)) }
                    span {
                        @match (&run.refused, &run.fault) {
                            (_, Some(_)) => { em .tag .bad { "500" } " fault" }
                            (Some(refused), _) => { em .tag .bad { (refused.status) } " " (refused.code) }
                            (None, None) => { em .tag .ok { "200" } " done" }
                        }
                        @if run.mode == crate::run::Mode::DryRun { " · dry run" }
                    }
                }
            }
        }
        @if runs.is_empty() { p { "No call was recorded yet." } }
    }
}

/// `2026-11-25T17:23:09.123456Z` as `25 Nov 17:23:09`, or as it is.
fn clock(started: &str) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let part = |range: std::ops::Range<usize>| started.get(range).unwrap_or("");
    let month = part(5..7).parse::<usize>().ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    match month {
        Some(month) => format!("{} {month} {}", part(8..10), part(11..19)),
        None => started.to_owned(),
    }
}

/// What is known of the operation as a whole.
fn about(graph: &Graph<()>) -> Markup {
    let head = &graph.head;
    let list = |items: &[String]| if items.is_empty() { "nothing".to_owned() } else { items.join(", ") };
    html! {
        h2 { (head.operation) }
        @if !head.description.is_empty() { p { (head.description) } }
        dl {
            dt { "Needs" } dd { code { (head.requires.join(", ")) } }
            dt { "Reads" } dd { (list(&head.reads)) }
            dt { "Writes" } dd { (list(&head.writes)) }
            dt { "Emits" } dd { (list(&head.emits)) }
            dt { "Spec" } dd { code { (head.src.file) ":" (head.src.line) } }
        }
        @if !head.inputs.is_empty() {
            h3 { "Arguments" }
            dl {
                @for input in &head.inputs {
                    dt { code { (input.key) } }
                    dd { (opwright_values::words::expected(&input.ty)) @if input.optional { ", may be absent" } }
                }
            }
        }
        p .hint { "Choose a step to see more. Keys: ↑ ↓ steps, n p runs, / find, o only taken, t theme." }
    }
}

/// Used by [`blocks`]: the id of an element for a node.
fn anchor(id: &str) -> String {
    format!("n-{id}")
}

type Phases<'b> = Vec<(crate::graph::Phase, Vec<&'b Block>)>;
