//! What the script of a page knows: texts of nodes and exits, and the runs. Values come from agents, so they are
//! hostile: the script only ever sets text.

use super::Links;
use crate::graph::{Graph, Kind, Node};
use crate::run::Run;
use crate::structure::Block;
use crate::view::{kind_name, most, phase_name};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The data of a page, as JSON.
pub(super) fn of(graph: &Graph<()>, blocks: &[Block], runs: &[Run], links: &Links<'_>) -> String {
    let mut loops = BTreeMap::new();
    loops_around(graph, blocks, None, &mut loops);
    let nodes: Vec<Value> = graph
        .flow
        .node_weights()
        .map(|node| entry(node, loops.get(node.id.as_str()).copied().flatten()))
        .collect();
    let hash = graph.spec_hash();
    let narrated = runs.iter().filter(|run| run.spec_hash == hash);
    let narrated: Map<String, Value> =
        narrated.filter_map(|run| Some((run.run.clone(), json!(graph.narrated(run)?)))).collect();
    json!({
        "operation": graph.head.operation,
        "hash": hash,
        "suffix": links.suffix,
        "nodes": nodes,
        "runs": runs,
        "narrated": narrated,
    })
    .to_string()
}

fn entry(node: &Node, around: Option<&str>) -> Value {
    let mut entry = Map::new();
    let mut put = |key: &str, value: Value| drop(entry.insert(key.to_owned(), value));
    put("id", json!(node.id));
    put("title", json!(node.title));
    put("kind", json!(kind_name(&node.kind)));
    put("phase", json!(phase_name(node.phase)));
    if !node.text.is_empty() {
        put("text", json!(node.text));
    }
    if let Some(src) = &node.src {
        put("src", json!(format!("{}:{}", src.file, src.line)));
    }
    if let Some(subject) = &node.subject {
        put("subject", json!(subject));
    }
    if let Some(pointer) = &node.pointer {
        put("pointer", json!(pointer));
    }
    if let Some(most) = most(node) {
        put("most", json!(most));
    }
    if let Some(around) = around {
        put("loop", json!(around));
    }
    if let Kind::Exit(exit) = &node.kind {
        put("exit", json!(exit));
    }
    Value::Object(entry)
}

/// The innermost loop around each node.
fn loops_around<'g>(
    graph: &'g Graph<()>,
    blocks: &[Block],
    around: Option<&'g str>,
    found: &mut BTreeMap<&'g str, Option<&'g str>>,
) {
    for block in blocks {
        let (Block::Step(index) | Block::Branch(index, ..) | Block::Loop(index, _)) = block;
        let id = graph.id(*index);
        found.insert(id, around);
        match block {
            Block::Step(_) => {}
            Block::Branch(_, then, otherwise) => {
                loops_around(graph, then, around, found);
                loops_around(graph, otherwise, around, found);
            }
            Block::Loop(_, body) => loops_around(graph, body, Some(id), found),
        }
    }
}
