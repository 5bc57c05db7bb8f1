//! The page of a service: all operations, with what they need, read and write, and how they can be refused.

use crate::graph::{Access, Graph, Kind};
use crate::view::policy;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("html/css/base.css");
const INDEX_STYLE: &str = include_str!("index.css");
const SCRIPT: &str = include_str!("index.js");

/// The page of a service. `suffix` is what the links to operations end with, such as `.html`.
pub fn page(service: &str, summary: &str, graphs: &[&Graph<()>], suffix: &str) -> String {
    let style = format!("{STYLE}\n{INDEX_STYLE}");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy::policy(&style, SCRIPT));
                title { (service) }
                style { (PreEscaped(&style)) }
            }
            body .index {
                header {
                    h1 { b { (service) } }
                    p { (summary) }
                    label .search { span .sr { "Find" } input #find type="search" placeholder="Find (press /)"; output #found {} }
                }
                main { (table(graphs, suffix)) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
    .into_string()
}

fn table(graphs: &[&Graph<()>], suffix: &str) -> Markup {
    html! {
        table {
            caption { (graphs.len()) " operations. Each links to every path that a call of it can take." }
            thead { tr { th scope="col" { "Operation" } th scope="col" { "Needs" } th scope="col" { "Reads" } th scope="col" { "Writes" } th scope="col" { "Emits" } th scope="col" { "Steps" } th scope="col" { "Ways out" } } }
            tbody { @for graph in graphs { (line(graph, suffix)) } }
        }
    }
}

fn line(graph: &Graph<()>, suffix: &str) -> Markup {
    let head = &graph.head;
    let exits = graph.flow.node_weights().filter(|node| matches!(node.kind, Kind::Exit(_))).count();
    let steps = graph.flow.node_count() - exits;
    let access = if head.access == Access::Writes { "writes" } else { "reads" };
    html! {
        tr data-access=(access) {
            th scope="row" { a href={ (head.operation) (suffix) } { (head.operation) } small { (head.summary) } }
            td { code { (head.requires.join(", ")) } }
            td { (head.reads.join(", ")) }
            td { (head.writes.join(", ")) }
            td { (head.emits.join(", ")) }
            td .n { (steps) }
            td .n { (exits) }
        }
    }
}
