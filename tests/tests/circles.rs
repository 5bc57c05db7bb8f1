//! No row leads back to itself through a reference that is `acyclic`: one by one, in one call, and from two processes at
//! once.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

mod circles {
    #![expect(clippy::useless_vec, reason = "every value is given in one way")]
    include!(concat!(env!("OUT_DIR"), "/circles/mod.rs"));
}

use opwright_runtime::gateway::{Config, Gateway, schema_of};
use opwright_runtime::seed::{read, write};
use opwright_runtime::store::layout::Layout;
use opwright_runtime::store::link::{Link, sql};
use opwright_runtime::store::once::once;
use opwright_runtime::store::unit::Plan;
use opwright_runtime::verify::verify;
use opwright_tests::database::Database;
use opwright_tests::desk::Desk;
use opwright_tests::harness::{Need, Trials};
use opwright_values::json::Json as Rows;
use serde_json::{Value as Json, json};
use std::process::{Command, ExitCode};

/// Set where this process is the target of the service.
const AS_TARGET: &str = "OPWRIGHT_TEST_CIRCLES";

fn main() -> ExitCode {
    if std::env::var_os(AS_TARGET).is_some() {
        return opwright_runtime::scenario::main(&circles::SERVICE);
    }
    let mut trials = Trials::new();
    trials.on_databases("nothing_is_put_below_itself", one_by_one);
    trials.on_databases("what_one_call_makes_is_looked_at", in_one_call);
    trials.with("two_processes_never_make_a_circle", Need::Postgres, |server| {
        races(&Database::postgres(server));
    });
    trials.on_databases("a_circle_that_is_there_is_found", found);
    trials.on_databases("a_file_of_rows_brings_none", imported);
    trials.test("a_chain_has_an_end", deep);
    trials.test("the_exit_is_drawn_where_it_can_happen", drawn);
    trials.test("scenarios_say_so", scenarios);
    trials.run()
}

fn open(database: &Database) -> Desk {
    Desk::open(&circles::SERVICE, database)
}

/// How a call ended: the status, or the code and message of its refusal.
fn call(desk: &Desk, operation: &str, arguments: &Json) -> String {
    let (status, answer) = desk.call(operation, &arguments.to_string());
    if status == 200 {
        return "done".to_owned();
    }
    let text = |key: &str| answer[key].as_str().unwrap_or_default();
    format!("{} {}", text("code"), text("detail"))
}

const BACK: &str = "circular part_of would lead back to the row itself";

fn findings(database: &Database) -> Vec<String> {
    let mut link = Link::open(&database.target).unwrap();
    let layout = Layout::of(&schema_of(&circles::SERVICE).unwrap());
    let report = verify(&mut link, &layout, circles::SERVICE.rules).unwrap();
    link.close();
    report.findings.iter().map(ToString::to_string).collect()
}

fn one_by_one(database: &Database) {
    let desk = open(database);
    let put = |part: &str, under: &str| {
        call(&desk, "put", &json!({ "part": format!("par_{part}"), "under": format!("par_{under}") }))
    };
    for under in ["car", "wheel", "hub", "bolt"] {
        assert_eq!(put("car", under), BACK, "{under}");
    }
    assert_eq!(put("hub", "hub"), BACK);
    // What changes nothing is asked nothing.
    assert_eq!(put("hub", "wheel"), "done");
    assert_eq!(put("bolt", "car"), "done");
    assert_eq!(put("hub", "bolt"), "done");
    assert_eq!(put("bolt", "hub"), BACK);
    assert_eq!(call(&desk, "take_off", &json!({ "part": "par_hub" })), "done");
    assert_eq!(put("bolt", "hub"), "done");
    assert_eq!(findings(database), Vec::<String>::new());
}

fn in_one_call(database: &Database) {
    let desk = open(database);
    let both = |part: &str, under: &str| json!({ "part": part, "under": under });
    assert_eq!(call(&desk, "put_under_new", &both("par_wheel", "par_bolt")), BACK);
    assert_eq!(call(&desk, "put_under_new", &both("par_bolt", "par_wheel")), "done");
    // The lower one is taken off before, so the upper one may go below it.
    let turned = json!({ "upper": "par_car", "lower": "par_wheel" });
    assert_eq!(call(&desk, "turn", &turned), "done");
    let again = json!({ "upper": "par_wheel", "lower": "par_hub" });
    assert_eq!(call(&desk, "turn", &again), "done");
    let row = |parts: &[&str]| json!({ "first": "par_bolt", "parts": parts });
    assert_eq!(call(&desk, "put_in_a_row", &row(&["par_wheel", "par_car", "par_bolt"])), BACK);
    assert_eq!(call(&desk, "put_in_a_row", &row(&["par_wheel", "par_wheel"])), BACK);
    assert_eq!(findings(database), Vec::<String>::new());
}

/// Each of two calls is fine by itself; of those that would make a circle together, one is refused.
fn races(database: &Database) {
    let one = open(database);
    let gateway = Gateway::start(&circles::SERVICE, &Config::new(database.target.clone())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let other = Desk { gateway, runtime };
    let mut refused = 0;
    for _ in 0..30 {
        // Two chains of three: the end of each is put below the start of the other.
        let chain = || {
            let add = |name: &str, under: &Json| {
                let arguments = json!({ "name": name, "under": under });
                let arguments = if under.is_null() { json!({ "name": name }) } else { arguments };
                one.call("add", &arguments.to_string()).1["result"].clone()
            };
            let top = add("top", &Json::Null);
            let middle = add("middle", &top);
            (top, add("low", &middle))
        };
        let ((top, low), (other_top, other_low)) = (chain(), chain());
        let (first, second) =
            (json!({ "part": top, "under": other_low }), json!({ "part": other_top, "under": low }));
        let ends = std::thread::scope(|scope| {
            let a = scope.spawn(|| call(&one, "put", &first));
            let b = call(&other, "put", &second);
            [a.join().unwrap(), b]
        });
        assert!(ends.contains(&"done".to_owned()) && ends.contains(&BACK.to_owned()), "{ends:?}");
        refused += ends.iter().filter(|end| *end == BACK).count();
    }
    assert_eq!(refused, 30);
    assert_eq!(findings(database), Vec::<String>::new());
}

fn found(database: &Database) {
    drop(open(database));
    let mut link = Link::open(&database.target).unwrap();
    let text = "UPDATE \"part\" SET \"above\" = 'par_bolt' WHERE \"id\" = 'par_wheel'";
    link.execute(&sql(text.to_owned()), Vec::new()).unwrap();
    link.close();
    let said = findings(database);
    let wanted =
        "part `par_bolt`: `above` leads back to the row itself: par_bolt → par_hub → par_wheel".to_owned();
    assert!(said.contains(&wanted), "{said:?}");
}

fn imported(database: &Database) {
    let schema = schema_of(&circles::SERVICE).unwrap();
    let mut link = Link::open(&database.target).unwrap();
    opwright_runtime::schema::Wanted::of(&schema).open(&mut link).unwrap();
    let file = r#"{"part": [{"id": "par_a", "name": "a", "above": "par_b"}, {"id": "par_b", "name": "b", "above": "par_a"},
        {"id": "par_c", "name": "c", "above": "par_c"}, {"id": "par_d", "name": "d", "above": "par_a"}]}"#;
    let mut env = opwright_runtime::env::Env::present();
    let rows = read(&schema, &Rows::parse(file).unwrap(), &mut env).unwrap();
    let plan = Plan::new(Layout::of(&schema), database.target.dialect());
    let said = match once(link, &plan, |work| write(work, &rows, "data", 1)) {
        Ok(_) => "it is written".to_owned(),
        Err(fault) => fault.to_string(),
    };
    assert!(said.contains("`above` of part leads back to the row itself: par_a → par_b"), "{said}");
    assert!(said.contains("`above` of part leads back to the row itself: par_c"), "{said}");
}

/// A chain that is longer than what is looked at is no circle, and is refused all the same.
fn deep() {
    const ROWS: usize = 10_002;
    let database = Database::sqlite();
    let desk = open(&database);
    let schema = schema_of(&circles::SERVICE).unwrap();
    let row = |at: usize| match at {
        0 => json!({ "id": "par_x0", "name": "x" }),
        _ => json!({ "id": format!("par_x{at}"), "name": "x", "above": format!("par_x{}", at - 1) }),
    };
    let file = json!({ "part": (0..ROWS).map(row).collect::<Vec<_>>() }).to_string();
    let mut env = opwright_runtime::env::Env::present();
    let rows = read(&schema, &Rows::parse(&file).unwrap(), &mut env).unwrap();
    let plan = Plan::new(Layout::of(&schema), database.target.dialect());
    let link = Link::open(&database.target).unwrap();
    let ((), link) = once(link, &plan, |work| write(work, &rows, "data", 1)).unwrap();
    link.close();
    let put =
        |under: usize| call(&desk, "put", &json!({ "part": "par_car", "under": format!("par_x{under}") }));
    assert_eq!(put(ROWS - 1), "circular part_of would stand below more than 10000 rows");
    assert_eq!(put(ROWS / 2), "done");
}

fn drawn() {
    let database = Database::sqlite();
    let desk = open(&database);
    for (operation, circular) in [("put", true), ("turn", true), ("take_off", false), ("add", false)] {
        let operation = desk.gateway.operation(operation).unwrap();
        let head = &operation.drawn.graph.head;
        let exits =
            operation.drawn.graph.flow.node_weights().filter(|node| node.id.ends_with("!circular")).count();
        assert_eq!(exits, usize::from(circular), "{}", head.operation);
        // Whoever looks at what stands above keeps others from changing it.
        assert!(!circular || head.scans.contains(&"part".to_owned()), "{:?}", head.scans);
    }
}

fn scenarios() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.env(AS_TARGET, "1").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.contains("test result: ok."), "{said}");
}
