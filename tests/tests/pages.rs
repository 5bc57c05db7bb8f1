//! The pages of a running service, in a real browser, light and dark, on a desk and on a phone.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

use opwright_tests::browser::Browser;
use opwright_tests::database::Database;
use opwright_tests::harness::{Need, Trials};
use opwright_tests::service::{Service, as_service};
use serde_json::Value as Json;
use std::io::Write;
use std::process::{Command, ExitCode, Stdio};

fn main() -> ExitCode {
    if let Some(served) = as_service(&[]) {
        return served;
    }
    let mut trials = Trials::new();
    trials.with("every_page_light_and_dark", Need::Chromium, every_page);
    trials.with("every_node_is_on_its_page", Need::Chromium, every_node);
    trials.with("a_refused_call_is_seen_where_it_stopped", Need::Chromium, refused);
    trials.with("a_run_that_is_not_there_is_explained", Need::Chromium, missing);
    trials.with("no_code_is_broken_on_a_small_window", Need::Chromium, small);
    trials.with("a_wrong_call_lists_its_faults", Need::Chromium, wrong);
    trials.with("graphviz_draws_every_graph_without_a_warning", Need::Dot, drawn);
    trials.run()
}

/// A help desk that was called: in good order, refused, and wrongly.
fn called() -> (Database, Service) {
    let database = Database::sqlite();
    let service = Service::helpdesk(database.url());
    for (operation, arguments, status) in [
        ("change_customer_email", r#"{"customer":"cus_ada","new_email":"ada@new.example"}"#, 200),
        ("change_customer_email", r#"{"customer":"cus_mal","new_email":"mal@new.example"}"#, 409),
        ("change_customer_email", r#"{"customer":"cus_nobody","new_email":"x@new.example"}"#, 404),
        ("change_customer_email", r#"{"customer":"cus_ada","new_email":"nothing"}"#, 422),
        ("close_tickets", r#"{"customer":"cus_ada","tickets":["tic_1"],"text":"Solved."}"#, 200),
    ] {
        let (found, answer) = service.call(operation, arguments);
        assert_eq!(found, status, "{operation} {arguments}: {answer}");
    }
    (database, service)
}

fn operations(service: &Service) -> Vec<String> {
    let index = service.get("/tracer/");
    let schema: Vec<String> = index
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split(['"', '#', '?']).next())
        .map(|link| link.trim_start_matches("./").to_owned())
        .filter(|link| !link.is_empty() && link.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .collect();
    let mut operations = schema;
    operations.sort();
    operations.dedup();
    assert!(operations.len() >= 5, "the index leads to {operations:?}");
    operations
}

/// Nothing complains, nothing sticks out of the window, and every word can be read.
fn every_page(chromium: &str) {
    let (_database, service) = called();
    let mut browser = Browser::start(chromium).unwrap();
    let mut found = Vec::new();
    let mut pages = operations(&service);
    pages.push(String::new());
    for page in &pages {
        for (dark, width) in [(false, 1440), (true, 1440), (false, 390), (true, 390)] {
            browser.look(width, 900, dark).unwrap();
            browser.open(&format!("http://{}/tracer/{page}", service.address)).unwrap();
            let theme = if dark { "dark" } else { "light" };
            let place = format!("/tracer/{page}, {theme}, {width} wide");
            let wide = browser.value("document.documentElement.scrollWidth - innerWidth").unwrap();
            if wide.as_i64() != Some(0) {
                found.push(format!("{place}: {wide} px stick out"));
            }
            for faint in browser.value(include_str!("pages/contrast.js")).unwrap().as_array().unwrap() {
                found.push(format!("{place}: hard to read: {faint}"));
            }
            found.extend(browser.faults().into_iter().map(|fault| format!("{place}: {fault}")));
            keep(&browser.photograph(false).unwrap(), &format!("{page}_{theme}_{width}"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What the graph says is what the page shows.
fn every_node(chromium: &str) {
    let (_database, service) = called();
    let mut browser = Browser::start(chromium).unwrap();
    for operation in operations(&service) {
        let graph: Json = serde_json::from_str(&service.get(&format!("/tracer/{operation}.json"))).unwrap();
        let nodes: Vec<&str> =
            graph["nodes"].as_array().unwrap().iter().filter_map(|node| node["id"].as_str()).collect();
        assert!(nodes.len() > 3, "{operation}: {nodes:?}");
        browser.open(&format!("http://{}/tracer/{operation}", service.address)).unwrap();
        let there = "[...document.querySelectorAll('[data-id]')].map((card) => card.dataset.id)";
        let there = browser.value(there).unwrap();
        let there: Vec<&str> = there.as_array().unwrap().iter().filter_map(Json::as_str).collect();
        for node in nodes {
            assert!(there.contains(&node), "{operation}: {node} is not on the page");
        }
    }
}

/// The link of a refusal leads to the run, and to the way out that it took.
fn refused(chromium: &str) {
    let (_database, service) = called();
    let (_, answer) =
        service.call("change_customer_email", r#"{"customer":"cus_mal","new_email":"mal@other.example"}"#);
    let (run, node) = (answer["run"].as_str().unwrap(), answer["node"].as_str().unwrap());
    let mut browser = Browser::start(chromium).unwrap();
    for dark in [false, true] {
        browser.look(1440, 900, dark).unwrap();
        let link = format!("http://{}/tracer/change_customer_email#run={run}&node={node}", service.address);
        browser.open(&link).unwrap();
        let taken = browser
            .value("[...document.querySelectorAll('.exit.hit')].map((exit) => exit.dataset.id).join()")
            .unwrap();
        assert_eq!(taken, node);
        let shown = browser.value("document.body.innerText").unwrap();
        let shown = shown.as_str().unwrap();
        assert!(shown.contains("customer cus_mal is banned"), "{shown}");
        assert!(
            shown.contains("refused, with customer.status = banned"),
            "a rule has passed or refused: {shown}"
        );
        assert!(
            shown.contains("customer cus_mal, new_email ‹new_email›"),
            "the list tells calls apart: {shown}"
        );
        assert!(!shown.contains("mal@other.example"), "an address is not recorded: {shown}");
        assert_eq!(browser.faults(), Vec::<String>::new());
        keep(
            &browser.photograph(false).unwrap(),
            &format!("refused_{}", if dark { "dark" } else { "light" }),
        );
    }
}

/// Why a run can be missing, and what to do: the older ones can be asked for.
fn missing(chromium: &str) {
    let (_database, service) = called();
    let mut browser = Browser::start(chromium).unwrap();
    let page = format!("http://{}/tracer/change_customer_email", service.address);
    for (link, said, leads) in [
        (
            "#run=run_nope",
            "which shows the newest calls; it may be an older one",
            "?run=run_nope#run=run_nope",
        ),
        ("?run=run_nope#run=run_nope", "nor among the older calls of this operation that are kept", ""),
    ] {
        browser.open(&format!("{page}{link}")).unwrap();
        let notice = browser.value("document.getElementById('notice').textContent").unwrap();
        let notice = notice.as_str().unwrap();
        for part in [said, "mistyped", "another operation", "another service", "`run` in the answer"] {
            assert!(notice.contains(part), "{part}: {notice}");
        }
        let href =
            "(document.querySelector('#notice a') || document.createElement('a')).getAttribute('href') || ''";
        assert_eq!(browser.value(href).unwrap().as_str(), Some(leads));
    }
    assert_eq!(browser.faults(), Vec::<String>::new());
}

/// The code of a way out stands on one line, and what the whole operation touches is told from its steps.
fn small(chromium: &str) {
    let (_database, service) = called();
    let mut browser = Browser::start(chromium).unwrap();
    let mut broken = Vec::new();
    for operation in operations(&service) {
        browser.open(&format!("http://{}/tracer/{operation}", service.address)).unwrap();
        for width in [390, 700, 820] {
            browser.look(width, 900, false).unwrap();
            let lines = "[...document.querySelectorAll('.exit')].filter((it) => it.offsetHeight > 26).map((it) => it.dataset.id).join()";
            let found = browser.value(lines).unwrap();
            if found.as_str() != Some("") {
                broken.push(format!("{operation}, {width} wide: {found}"));
            }
        }
        // All phases are in sight.
        for width in [360, 390, 500] {
            browser.look(width, 900, false).unwrap();
            let cut = "[...document.querySelectorAll('nav a')].filter((it) => it.getBoundingClientRect().right > innerWidth).map((it) => it.textContent).join()";
            let found = browser.value(cut).unwrap();
            if found.as_str() != Some("") {
                broken.push(format!("{operation}, {width} wide, phases out of sight: {found}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let page = service.get("/tracer/close_tickets");
    assert!(page.contains("rows of customer"), "{page}");
    assert!(page.contains("whichever way it takes through the picture"), "{page}");
}

/// What is wrong with each argument is in the run, but not what was sent under a name that nobody knows.
fn wrong(chromium: &str) {
    let (_database, service) = called();
    let (_, answer) = service
        .call("change_customer_email", r#"{"custmer":"cus_ada","new_email":"nothing","customer":"cus ada"}"#);
    let run = answer["run"].as_str().unwrap();
    let mut browser = Browser::start(chromium).unwrap();
    browser.look(390, 900, false).unwrap();
    browser.open(&format!("http://{}/tracer/change_customer_email#run={run}", service.address)).unwrap();
    let shown = browser.value("document.getElementById('side').textContent").unwrap();
    let shown = shown.as_str().unwrap();
    for said in [
        "wrong_format: expected the id of a customer, got \"cus ada\"",
        "got a text: ‹new_email›",
        "custmerunknown",
        "expected no such key; did you mean customer?",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    assert!(!shown.contains("cus_ada"), "{shown}");
    assert!(!shown.contains('`'), "names are set in another type: {shown}");
    let sticks = "getComputedStyle(document.getElementById('notice').parentElement).position";
    assert_eq!(browser.value(sticks).unwrap(), "sticky", "what is said of a run stays in sight");
    assert_eq!(browser.faults(), Vec::<String>::new());
}

/// `dot -Tsvg` takes every graph, with and without a run, and says nothing.
fn drawn(dot: &str) {
    let (_database, service) = called();
    let (_, answer) =
        service.call("change_customer_email", r#"{"customer":"cus_mal","new_email":"a@b.example"}"#);
    let run = answer["run"].as_str().unwrap().to_owned();
    let mut files: Vec<String> =
        operations(&service).into_iter().map(|operation| format!("/tracer/{operation}.dot")).collect();
    files.push(format!("/tracer/change_customer_email.dot?run={run}"));
    for file in files {
        let text = service.get(&file);
        let mut command = Command::new(dot);
        command.arg("-Tsvg").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        process.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let done = process.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success() && said.is_empty(), "{file}: {said}");
        assert!(String::from_utf8_lossy(&done.stdout).contains("</svg>"), "{file}");
    }
}

/// Puts a picture where a person can look at it: `target/pages`.
fn keep(picture: &str, name: &str) {
    use base64::Engine;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pages");
    std::fs::create_dir_all(&folder).unwrap();
    let bytes = base64::engine::general_purpose::STANDARD.decode(picture).unwrap();
    let name = if name.starts_with('_') { format!("index{name}") } else { name.to_owned() };
    std::fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
}
