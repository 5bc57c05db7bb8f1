//! What the script of a page knows: texts of nodes and exits, and the runs. Values come from agents, so they are
//! hostile: the script only ever sets text.

use crate::graph::{Graph, Kind};
use crate::run::Run;
use crate::view::{kind_name, phase_name};
use serde_json::{Map, Value, json};

/// The data of a page, as JSON.
pub(super) fn of(graph: &Graph<()>, runs: &[Run]) -> String {
    let mut nodes = Map::new();
    for node in graph.flow.node_weights() {
        let mut entry = Map::new();
        entry.insert("title".to_owned(), json!(node.title));
        entry.insert("kind".to_owned(), json!(kind_name(&node.kind)));
        entry.insert("phase".to_owned(), json!(phase_name(node.phase)));
        entry.insert("text".to_owned(), json!(node.text));
        if let Some(src) = &node.src {
            entry.insert("src".to_owned(), json!(format!("{}:{}", src.file, src.line)));
        }
        if let Kind::Exit(exit) = &node.kind {
            entry.insert(
                "exit".to_owned(),
                json!({ "code": exit.code, "status": exit.status, "message": exit.message, "fix": exit.fix }),
            );
        }
        nodes.insert(node.id.clone(), Value::Object(entry));
    }
    json!({ "operation": graph.head.operation, "hash": graph.spec_hash(), "nodes": nodes, "runs": runs })
        .to_string()
}
