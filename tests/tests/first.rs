//! quick
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that panics has failed")]
use opwright_runtime::gateway::{Config, Gateway, identity};
use opwright_runtime::store::{
    ddl,
    layout::Layout,
    link::{Dialect, Link, Target, sql},
    work::Access,
};
use opwright_values::value::Value;

fn start(service: &'static opwright_runtime::generated::Service, url: &str) -> Gateway {
    let target = Target::parse(url).unwrap();
    let schema = opwright_runtime::gateway::schema_of(service).unwrap();
    let layout = Layout::of(&schema);
    let mut link = Link::open(&target).unwrap();
    for statement in ddl::create(&layout, target.dialect()) {
        link.run_sql(sql(statement)).unwrap();
    }
    link.close();
    let gateway = Gateway::start(service, &Config::new(target)).unwrap();
    #[derive(serde::Deserialize)]
    struct Set {
        rows: Vec<(usize, Vec<Value>)>,
    }
    let sets: Vec<Set> = serde_json::from_str(service.data).unwrap();
    let capabilities = gateway.schema().capabilities.keys().cloned().collect();
    let principal = identity::Principal { name: "tester".into(), capabilities };
    gateway
        .write_blocking(Access::default(), move |work| {
            work.start("seed", 0);
            for set in &sets {
                for (table, row) in &set.rows {
                    work.insert(*table, row.clone())?;
                }
            }
            work.settle(true)?;
            identity::add(work, "secret", &principal, 0)
        })
        .unwrap();
    gateway
}

#[test]
fn helpdesk() {
    let _ = Dialect::Sqlite;
    let url = std::env::var("URL").unwrap_or_else(|_| {
        let p = format!("/tmp/first-{}.db", std::process::id());
        let _ = std::fs::remove_file(&p);
        p
    });
    let gateway = start(&opwright_tests::helpdesk::SERVICE, &url);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (name, body) in [
        ("get_customer", r#"{"customer":"cus_ada"}"#),
        ("change_customer_email", r#"{"customer":"cus_mal","new_email":"x@y.example"}"#),
        ("change_customer_email", r#"{"customer":"cus_ada","new_email":"X@Y.example","dry_run":true}"#),
        ("change_customer_email", r#"{"customer":"cus_ada","new_email":"X@Y.example"}"#),
        ("change_customer_email", r#"{"customer":"cus_ada","new_email":"ben@osei.example"}"#),
        ("change_customer_email", r#"{"customer":"cus_adda","new_email":"x"}"#),
        ("change_customer_email", r#"{"customer":"cus_adda","new_email":"x@y.example"}"#),
        ("find_customer_by_email", r#"{"email":"x@y.example"}"#),
        ("open_ticket", r#"{"customer":"cus_ada","title":"hello","text":"there"}"#),
        ("close_tickets", r#"{"customer":"cus_ada","tickets":["tic_1"],"text":"bye"}"#),
        ("close_tickets", r#"{"customer":"cus_ada","tickets":["tic_1"],"text":"bye"}"#),
        ("list_open_tickets", r#"{}"#),
    ] {
        let answer = runtime.block_on(gateway.execute(Some("secret"), name, body.as_bytes()));
        println!("{name} {body}\n   {} {}", answer.status(), answer.body());
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    for operation in gateway.operations().cloned().collect::<Vec<_>>() {
        for run in runtime.block_on(gateway.runs(&operation, 50, None)).unwrap() {
            if let Err(error) = operation.graph.is_walk(&run) {
                panic!("{error} {run:?}");
            }
            println!("{} {} {:?}", run.operation, run.steps.len(), run.refused.map(|it| it.code));
        }
    }
}
