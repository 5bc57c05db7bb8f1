//! `opwright graph DIR --out DIR [--watch]`: pictures of every path of every operation, before anything is deployed.

use crate::places::Places;
use crate::specs::{Form, fail, model};
use crate::watch::watched;
use opwright_codegen::lower::lower;
use opwright_codegen::model::Model;
use opwright_tracer::graph::Graph;
use opwright_tracer::view::{dot, html, index, text};
use opwright_values::words::counted;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// Draws a folder of specs.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, lexopt::Error> {
    let Places { folder, out, watch } = Places::read(parser, "graph")?;
    let mut drawn = Drawn::new();
    Ok(watched(&folder, watch, || draw(&folder, &out, &mut drawn)))
}

/// The graphs that are drawn already, as JSON, by operation: at an edit only those that differ are drawn again.
type Drawn = BTreeMap<String, String>;

fn draw(folder: &Path, out: &Path, drawn: &mut Drawn) -> ExitCode {
    let Some((model, _)) = model(folder, Form::Text) else {
        if !drawn.is_empty() {
            eprintln!("the pictures in {} are still those of the version before", out.display());
        }
        return ExitCode::FAILURE;
    };
    match write(&model, out, drawn) {
        Ok(count) => {
            println!("drew {}: open {}", counted(count, "operation"), out.join("index.html").display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let said = format!("cannot write to {}: {error}", out.display());
            fail(&said, "name a folder that can be written: `--out DIR`", Form::Text);
            ExitCode::FAILURE
        }
    }
}

fn write(model: &Model, out: &Path, drawn: &mut Drawn) -> std::io::Result<usize> {
    std::fs::create_dir_all(out)?;
    let graphs: Vec<Graph<()>> =
        model.operations.iter().map(|operation| lower(model, operation).drawn()).collect();
    for graph in &graphs {
        let json = graph.to_json();
        if drawn.get(&graph.head.operation) == Some(&json) {
            continue;
        }
        let file = |ending: &str| out.join(format!("{}.{ending}", graph.head.operation));
        std::fs::write(file("html"), html::linked_page(graph, &[], &html::Links::FILES))?;
        std::fs::write(file("dot"), dot::dot(graph, None))?;
        std::fs::write(file("txt"), text::outline(graph))?;
        std::fs::write(file("json"), &json)?;
        drawn.insert(graph.head.operation.clone(), json);
    }
    let all: Vec<&Graph<()>> = graphs.iter().collect();
    let page = index::page(&model.schema.service, &model.schema.summary, &all, ".html");
    std::fs::write(out.join("index.html"), page)?;
    Ok(graphs.len())
}
