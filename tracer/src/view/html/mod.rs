//! The page of an operation: one file that holds everything, makes no request, and is complete without scripts.
//!
//! ```text
//! service / operation                                     find   Path Text
//! Identity ✓ › Input ✓ › Relations ✓ › Rules ✕ › Effects · › Outcome ·
//! runs      │ 409 customer_banned: customer cus_mal is banned     │ details of
//! ● refused │ ┌ customer banned? ┐──── 409 customer_banned        │ the chosen
//! ○ done    │ └──────────────────┘                                │ step
//! time ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇ 1.2 ms
//! ```
//!
//! Colour means how a run went and nothing else: passed, stopped, not reached.

mod blocks;
mod data;
mod icons;
mod panels;

use crate::graph::Graph;
use crate::run::Run;
use crate::view::head::head as page_head;
use crate::view::{phase_name, policy};
use maud::{DOCTYPE, PreEscaped, html};

const STYLE: &str = concat!(
    include_str!("css/base.css"),
    include_str!("css/page.css"),
    include_str!("css/flow.css"),
    include_str!("css/state.css")
);

/// The files are parts of one function, so that nothing of them is global.
const SCRIPT: &str = concat!(
    "'use strict';(() => {\n",
    include_str!("js/run.js"),
    include_str!("js/path.js"),
    include_str!("js/details.js"),
    include_str!("js/page.js"),
    "})();\n"
);

/// Where other pages are.
#[derive(Debug, Clone, Copy)]
pub struct Links<'l> {
    /// The page of the service.
    pub index: &'l str,
    /// What follows the name of an operation in a link to its page.
    pub suffix: &'l str,
}

impl Links<'_> {
    /// As a service serves them.
    pub const SERVED: Self = Self { index: "./", suffix: "" };
    /// As files in one folder.
    pub const FILES: Self = Self { index: "index.html", suffix: ".html" };
}

/// The page of an operation with some recorded runs, the newest first, as a service serves it.
pub fn page(graph: &Graph<()>, runs: &[Run]) -> String {
    linked_page(graph, runs, &Links::SERVED)
}

/// The same page where other pages are elsewhere.
pub fn linked_page(graph: &Graph<()>, runs: &[Run], links: &Links<'_>) -> String {
    let head = &graph.head;
    let (blocks, wrong) = graph.tree_or_list();
    let phases = blocks::phases(graph, &blocks);
    html! {
        (DOCTYPE)
        html lang="en" {
            (page_head(&format!("{} · {}", head.operation, head.service), STYLE, SCRIPT))
            body .op {
                (panels::top(graph, links))
                nav aria-label="Phases" {
                    @for (position, (phase, _)) in phases.iter().enumerate() {
                        @if position > 0 { b aria-hidden="true" { "›" } }
                        a href={ "#p-" (phase_name(*phase).to_lowercase()) } { (phase_name(*phase)) i {} }
                    }
                }
                aside .runs aria-label="Runs" { (panels::runs(runs)) }
                main .flow tabindex="-1" {
                    div .story {
                        p #story role="status" { (head.summary) }
                        span .walk #walk hidden {
                            button #only aria-pressed="false" { "Only taken" }
                            button #back { "Back" }
                            button #forth { "Next" }
                        }
                        p .notice #notice role="status" hidden {}
                    }
                    @if let Some(wrong) = wrong { p .notice { "This graph is no tree of steps, choices and loops: " (wrong) "." } }
                    div #path { @for (phase, blocks) in &phases { (blocks::phase(graph, *phase, blocks)) } }
                    (panels::outline(graph))
                }
                aside .side #side aria-label="Details" tabindex="-1" { (panels::about(graph)) }
                aside .time #time aria-label="Time" hidden {
                    small { "Time" } div .bar #bar role="group" aria-label="Time by step" {} small #total {}
                }
                (panels::help())
                (icons::definitions())
                script type="application/json" id="data" { (PreEscaped(policy::island(&data::of(graph, &blocks, runs, links)))) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
    .into_string()
}

/// The id of an element for a node.
fn anchor(id: &str) -> String {
    format!("n-{id}")
}
