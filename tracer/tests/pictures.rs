//! Graphviz and a browser look at the pictures. Where they are not installed, these tests are listed as not run.
//!
//! `OPWRIGHT_TEST_DOT` and `OPWRIGHT_TEST_CHROMIUM` say where the programs are; `cargo xtask test` sets them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

#[path = "programs/hostile.rs"]
mod hostile;
mod programs;

use hostile::{hostile_graph, hostile_run};
use libtest_mimic::{Arguments, Failed, Trial};
use opwright_tracer::view::{dot, html};
use programs::Random;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

const SEED: u64 = 20_261_127;

type Check = fn(&str) -> Result<(), Failed>;

fn main() -> ExitCode {
    let checks: [(&str, &str, Check); 2] = [
        ("graphviz_draws_without_a_warning", "OPWRIGHT_TEST_DOT", graphviz_draws_without_a_warning),
        ("a_browser_shows_where_a_run_went", "OPWRIGHT_TEST_CHROMIUM", a_browser_shows_where_a_run_went),
    ];
    let trials = checks.map(|(name, variable, check)| match std::env::var(variable) {
        Ok(program) => Trial::test(name, move || check(&program)),
        Err(_) => Trial::test(name, || Ok(())).with_kind("not run").with_ignored_flag(true),
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

fn graphviz_draws_without_a_warning(program: &str) -> Result<(), Failed> {
    println!("seed {SEED}");
    let mut random = Random(SEED);
    for number in 0..40 {
        let (graph, blocks) = hostile_graph(&mut random);
        let run = hostile_run(&graph, &blocks, &mut random, number);
        let text = dot::dot(&graph, (number % 2 == 0).then_some(&run));
        let mut child = Command::new(program)
            .arg("-Tsvg")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        child.stdin.take().unwrap().write_all(text.as_bytes())?;
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() || !said.is_empty() {
            return Err(format!("graph {number} of seed {SEED}: {} {said}", output.status).into());
        }
        let svg = String::from_utf8_lossy(&output.stdout);
        for node in graph.flow.node_weights().filter(|node| !node.id.contains('!')) {
            assert_eq!(svg.matches(&format!("id=\"n&#45;{}\"", node.id)).count(), 1, "{} is drawn", node.id);
        }
    }
    Ok(())
}

fn a_browser_shows_where_a_run_went(program: &str) -> Result<(), Failed> {
    let mut random = Random(SEED);
    let (mut refused, mut done) = (0, 0);
    for number in 0..40 {
        let (graph, blocks) = hostile_graph(&mut random);
        let run = hostile_run(&graph, &blocks, &mut random, number);
        let seen = if run.refused.is_some() { &mut refused } else { &mut done };
        *seen += 1;
        // A few of each kind: a browser takes a while to start.
        if *seen > 2 {
            continue;
        }
        let page = html::page(&graph, std::slice::from_ref(&run));
        let dom = show(program, &page, &format!("#run={}", run.run))?;
        for (id, state) in rows(&dom) {
            let visited = run.steps.iter().any(|visit| visit.node == id);
            let stopped = run.refused.as_ref().is_some_and(|it| it.node.split('!').next() == Some(id));
            let expected = if stopped {
                "bad"
            } else if visited {
                "ok"
            } else {
                "none"
            };
            assert_eq!(state, expected, "{id} in run {number} of seed {SEED}");
        }
        let hit = dom.matches("class=\"exit hit").count();
        assert_eq!(hit, usize::from(run.refused.is_some()));
        assert!(!dom.contains("<img") && !dom.contains("<b>bold"), "values stay texts");
        assert_eq!(dom.matches("<script").count(), 2);
    }
    assert!(refused > 0 && done > 0);
    Ok(())
}

/// Each row with how the run went there.
fn rows(dom: &str) -> Vec<(&str, &str)> {
    let rows = dom.split("<div class=\"row\" data-node=\"").skip(1);
    let parts = rows.map(|row| {
        let parts: Vec<&str> = row.splitn(4, '"').collect();
        (parts[0], parts[2])
    });
    let found: Vec<(&str, &str)> = parts.collect();
    assert!(!found.is_empty(), "there are rows");
    found
}

/// What a page has become in the browser.
fn show(program: &str, page: &str, hash: &str) -> Result<String, Failed> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("page.html");
    std::fs::write(&file, page)?;
    let output = Command::new(program)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg("--dump-dom")
        .arg(format!("file://{}{hash}", file.display()))
        .stderr(Stdio::null())
        .output()?;
    let _ = std::fs::remove_dir_all(&folder);
    if !output.status.success() {
        return Err(format!("the browser ended with {}", output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
