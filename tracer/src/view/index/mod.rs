//! The page of a service: all operations, what they need, read, write and emit, and who touches what.
//!
//! ```text
//! helpdesk   Find […]  All Reads Writes  [capability]         9 of 9
//! operation              needs           reads     writes    steps  ways out
//! change_customer_email  customers.write customer  customer  9      7
//!
//!                        customer reply ticket · email_changed
//! change_customer_email     W                        E
//! ```

use crate::graph::{Access, Graph, Head, Kind};
use crate::view::head::head;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::collections::BTreeSet;

const STYLE: &str = concat!(include_str!("../html/css/base.css"), include_str!("index.css"));
const SCRIPT: &str = include_str!("index.js");

/// The page of a service. `suffix` is what the links to operations end with, such as `.html`.
pub fn page(service: &str, summary: &str, graphs: &[&Graph<()>], suffix: &str) -> String {
    // Whoever draws and whoever serves has them in an order of their own; people look for a name.
    let mut graphs = graphs.to_vec();
    graphs.sort_by(|a, b| a.head.operation.cmp(&b.head.operation));
    let graphs = graphs.as_slice();
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("{service}: operations"), STYLE, SCRIPT))
            body .index {
                header {
                    h1 { b { (service) } }
                    p { (summary) }
                    button #theme { "Theme" }
                }
                main {
                    (filters(graphs))
                    div .scroll tabindex="0" role="region" aria-label="Operations" { (operations(graphs, suffix)) }
                    h2 { "Who touches what" }
                    p .note { "R reads, S searches rows that it cannot name, W writes, E emits." }
                    div .scroll tabindex="0" role="region" aria-label="Who touches what" { (matrix(graphs, suffix)) }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
    .into_string()
}

fn filters(graphs: &[&Graph<()>]) -> Markup {
    let capabilities: BTreeSet<&String> = graphs.iter().flat_map(|graph| &graph.head.requires).collect();
    html! {
        div .filters {
            label .search { span .sr { "Find an operation" } input #find type="search" placeholder="Find name, row, event (press /)"; }
            span .group role="group" aria-label="Access" {
                @for (value, name) in [("", "All"), ("reads", "Only read"), ("writes", "May write")] {
                    button data-access=(value) aria-pressed=(if value.is_empty() { "true" } else { "false" }) { (name) }
                }
            }
            select #needs aria-label="Capability" {
                option value="" { "Any capability" }
                @for capability in capabilities { option { (capability) } }
            }
            output #found { (graphs.len()) " operations" }
        }
    }
}

fn operations(graphs: &[&Graph<()>], suffix: &str) -> Markup {
    html! {
        table #operations {
            thead {
                tr {
                    th scope="col" { "Operation" }
                    th scope="col" { "Access" }
                    th scope="col" { "Capability" }
                    th scope="col" { "Reads" }
                    th scope="col" { "Writes" }
                    th scope="col" { "Emits" }
                    th .n scope="col" { "Steps" }
                    th .n scope="col" { "Ways out" }
                }
            }
            tbody { @for graph in graphs { (line(graph, suffix)) } }
        }
    }
}

fn line(graph: &Graph<()>, suffix: &str) -> Markup {
    let head = &graph.head;
    let exits = graph.flow.node_weights().filter(|node| matches!(node.kind, Kind::Exit(_))).count();
    html! {
        tr data-operation=(head.operation) data-access=(access(head)) data-needs=(head.requires.join(" ")) {
            th scope="row" { (link(head, suffix)) small { (head.summary) } }
            td data-l="Access" { @if head.access == Access::Writes { "may write" } @else { "reads" } }
            td data-l="Capability" { code { (head.requires.join(", ")) } }
            td data-l="Reads" { (head.reads.join(", ")) }
            td data-l="Writes" { (head.writes.join(", ")) }
            td data-l="Emits" { (head.emits.join(", ")) }
            td .n data-l="Steps" { (graph.flow.node_count() - exits) }
            td .n data-l="Ways out" { (exits) }
        }
    }
}

fn matrix(graphs: &[&Graph<()>], suffix: &str) -> Markup {
    let heads = || graphs.iter().map(|graph| &graph.head);
    let resources: BTreeSet<&String> =
        heads().flat_map(|head| head.reads.iter().chain(&head.writes)).collect();
    let events: BTreeSet<&String> = heads().flat_map(|head| &head.emits).collect();
    html! {
        table #matrix {
            thead {
                tr {
                    th scope="col" { "Operation" }
                    @for resource in &resources { th .c scope="col" { span { (resource) } } }
                    @for event in &events { th .c .event scope="col" { span { (event) } } }
                }
            }
            tbody {
                @for head in heads() {
                    tr data-operation=(head.operation) {
                        th scope="row" { (link(head, suffix)) }
                        @for resource in &resources { (touch(head, resource)) }
                        @for event in &events { td .c .event { @if head.emits.contains(event) { abbr title="emits" { "E" } } } }
                    }
                }
            }
        }
    }
}

fn touch(head: &Head, resource: &String) -> Markup {
    let (reads, writes) = (head.reads.contains(resource), head.writes.contains(resource));
    html! {
        td .c {
            @if head.scans.contains(resource) { abbr title="searches" { "S" } " " } @else if reads { abbr title="reads" { "R" } " " }
            @if writes { abbr title="writes" { b { "W" } } }
        }
    }
}

fn link(head: &Head, suffix: &str) -> Markup {
    html! { a href={ (head.operation) (suffix) } { (head.operation) } }
}

fn access(head: &Head) -> &'static str {
    if head.access == Access::Writes { "writes" } else { "reads" }
}
