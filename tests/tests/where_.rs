//! Conditions find the same rows by SQL as in Rust, on both databases, whatever is sent. Every expression of the
//! compiler's table is computed on the way.
//!
//! ```text
//! s3: [ord_4, ord_9]      load: order / where: "row.number > input.count"
//! f3: [ord_4, ord_9]      every.filter(q, q.number > input.count)
//! ```

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod world {
    #![expect(
        clippy::all,
        reason = "expressions that nobody would write, one for each thing that can be said"
    )]
    include!(concat!(env!("OUT_DIR"), "/world/mod.rs"));
}

use opwright_runtime::gateway::{Config, Gateway, identity};
use opwright_runtime::store::link::{Link, Target, sql};
use opwright_runtime::store::{ddl, layout::Layout, work::Access};
use opwright_values::value::Value;
use serde_json::{Value as Json, json};

/// A new file of SQLite, and a new database of PostgreSQL where `OPWRIGHT_TEST_POSTGRES` says where.
fn databases() -> Vec<Target> {
    let name = format!("opwright_where_{}", std::process::id());
    let file = std::env::temp_dir().join(format!("{name}.db"));
    drop(std::fs::remove_file(&file));
    let mut all = vec![Target::Sqlite(file)];
    match std::env::var("OPWRIGHT_TEST_POSTGRES") {
        Ok(url) => {
            let mut link = Link::open(&Target::parse(&url).unwrap()).unwrap();
            link.run_sql(sql(format!("DROP DATABASE IF EXISTS \"{name}\""))).unwrap();
            link.run_sql(sql(format!("CREATE DATABASE \"{name}\""))).unwrap();
            link.close();
            let (server, _) = url.rsplit_once('/').unwrap();
            all.push(Target::parse(&format!("{server}/{name}")).unwrap());
        }
        Err(_) => println!("not run on PostgreSQL: OPWRIGHT_TEST_POSTGRES is not set"),
    }
    all
}

/// A service with the random rows, and somebody who may do everything.
fn start(target: Target) -> Gateway {
    let schema = opwright_runtime::gateway::schema_of(&world::SERVICE).unwrap();
    let layout = Layout::of(&schema);
    let mut link = Link::open(&target).unwrap();
    for statement in ddl::create(&layout, target.dialect()) {
        link.run_sql(sql(statement)).unwrap();
    }
    link.close();
    let gateway = Gateway::start(&world::SERVICE, &Config::new(target)).unwrap();
    let sets: Vec<Json> = serde_json::from_str(world::SERVICE.data).unwrap();
    let rows: Vec<(usize, Vec<Value>)> =
        sets.iter().flat_map(|set| serde_json::from_value::<Vec<_>>(set["rows"].clone()).unwrap()).collect();
    let capabilities = gateway.schema().capabilities.keys().cloned().collect();
    let principal = identity::Principal { name: "tester".into(), capabilities };
    gateway
        .write_blocking(Access::default(), move |work| {
            work.start("seed", 0);
            for (table, row) in &rows {
                work.insert(*table, row.clone())?;
            }
            work.settle(true)?;
            identity::add(work, "secret", &principal, 0)
        })
        .unwrap();
    gateway
}

/// What is sent: everything once with and once without what may be absent, and a few numbers.
fn calls() -> Vec<Json> {
    let mut calls = Vec::new();
    for (number, text) in [None, Some("a"), Some("A_"), Some("b")].into_iter().enumerate() {
        for (other, count) in [(None, 0), (Some("ord_3"), 3), (Some("ord_7"), 100)] {
            let mut call = json!({
                "user_id": format!("usr_{number}"), "order": format!("ord_{count}"),
                "several": ["ord_1", "ord_2"], "count": count.min(9), "price": 2.50,
                "names": ["a", "c"], "levels": ["low"], "numbers": [2, 5], "where_to": { "city": "a" },
            });
            if count == 100 {
                call["order"] = json!("ord_9");
            }
            if let Some(text) = text {
                call["text"] = json!(text);
            }
            if let Some(other) = other {
                call["other"] = json!(other);
            }
            calls.push(call);
        }
    }
    calls
}

#[test]
fn sql_finds_what_rust_finds() {
    for target in databases() {
        let shown = format!("{:?}", target.dialect());
        let file = target.file().map(std::path::Path::to_owned);
        let gateway = start(target);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (mut wrong, mut found) = (Vec::new(), 0);
        for call in calls() {
            let answer =
                runtime.block_on(gateway.execute(Some("secret"), "world", call.to_string().as_bytes()));
            let body: Json = serde_json::from_str(&answer.body().to_string()).unwrap();
            let Some(result) = body["result"].as_object() else { panic!("{shown}: {call}\n{body:#}") };
            for (name, by_sql) in result.iter().filter(|(name, _)| name.starts_with('s')) {
                let in_rust = &result[&name.replacen('s', "f", 1)];
                found += by_sql.as_array().map_or(0, Vec::len);
                if by_sql != in_rust {
                    wrong.push(format!("{name} for {call}:\n  SQL  {by_sql}\n  Rust {in_rust}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{shown}: {} differ\n{}", wrong.len(), wrong.join("\n"));
        assert!(found > 1_000, "{shown}: only {found} rows were found");
        println!("{shown}: {found} rows");
        drop(gateway);
        for ending in ["db", "db-wal", "db-shm"] {
            file.iter().for_each(|file| drop(std::fs::remove_file(file.with_extension(ending))));
        }
    }
}
