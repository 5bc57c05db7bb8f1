//! A gateway over the rows of a service's `data` documents, called without HTTP.

use crate::database::{Database, must};
use opwright_runtime::env::World;
use opwright_runtime::gateway::{Config, Gateway, identity, schema_of};
use opwright_runtime::generated::Service;
use opwright_runtime::schema::Wanted;
use opwright_runtime::seed::settle;
use opwright_runtime::store::link::Link;
use opwright_runtime::store::unit::Access;
use opwright_values::time::Timestamp;
use opwright_values::value::Value;
use serde_json::Value as Json;
use tokio::runtime::{Builder, Runtime};

const TOKEN: &str = "secret";

/// A gateway, somebody who may do everything, and a runtime to call it in.
pub struct Desk {
    /// The gateway.
    pub gateway: Gateway,
    /// Where its answers are waited for.
    pub runtime: Runtime,
}

impl Desk {
    /// Makes the tables in a new database, and fills them with every `data` document.
    ///
    /// # Panics
    /// If anything of that fails.
    pub fn open(service: &'static Service, database: &Database) -> Self {
        Desk::open_in(service, database, None)
    }

    /// The same, where every call is made in a made-up world.
    ///
    /// # Panics
    /// If anything of that fails.
    pub fn open_in(service: &'static Service, database: &Database, world: Option<World>) -> Self {
        let target = database.target.clone();
        let schema = must("read the schema", schema_of(service));
        let mut link = must("connect", Link::open(&target));
        must("make the tables", Wanted::with_rules(&schema, service.rules).open(&mut link));
        link.close();
        let gateway = must("start", Gateway::start(service, &Config { world, ..Config::new(target) }));
        let mut rows = rows(service);
        settle(&schema, &mut rows, Timestamp::from_micros(0));
        let capabilities = gateway.schema().capabilities.keys().cloned().collect();
        let principal = identity::Principal { name: "tester".into(), capabilities };
        let seeded = gateway.write_blocking(Access::default(), move |work| {
            work.start("seed", 0);
            for (table, row) in &rows {
                work.insert(*table, row.clone())?;
            }
            work.settle(true)?;
            identity::add(work, TOKEN, &principal, 0)
        });
        must("fill the tables", seeded);
        let runtime = must("start", Builder::new_current_thread().enable_all().build());
        Desk { gateway, runtime }
    }

    /// Another gateway on the database of one that is open, as another process would have it.
    ///
    /// # Panics
    /// If it does not start.
    pub fn beside(service: &'static Service, database: &Database) -> Self {
        let gateway = must("start", Gateway::start(service, &Config::new(database.target.clone())));
        let runtime = must("start", Builder::new_current_thread().enable_all().build());
        Desk { gateway, runtime }
    }

    /// Calls an operation: status and answer.
    ///
    /// # Panics
    /// If the answer is no JSON.
    pub fn call(&self, operation: &str, arguments: &str) -> (u16, Json) {
        let (status, body) = self.exact(operation, arguments);
        (status, must("read the answer", serde_json::from_str(&body.to_string())))
    }

    /// The same with every digit of every number.
    pub fn exact(&self, operation: &str, arguments: &str) -> (u16, opwright_values::json::Json) {
        let answer = self.gateway.execute(Some(TOKEN), operation, arguments.as_bytes());
        let answer = self.runtime.block_on(answer);
        (answer.status(), answer.body())
    }
}

/// All rows of all `data` documents, with the index of their resource.
fn rows(service: &Service) -> Vec<(usize, Vec<Value>)> {
    let sets: Vec<Json> = must("read the data", serde_json::from_str(service.data));
    let rows = sets.iter().filter_map(|set| set.get("rows")).cloned();
    rows.flat_map(|rows| must("read the data", serde_json::from_value::<Vec<_>>(rows))).collect()
}
