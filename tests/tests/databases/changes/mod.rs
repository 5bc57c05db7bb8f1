//! Changes of a spec, each on a database with rows: made with nothing lost, or refused with the rows in the way.

mod cases;
mod catalog;
mod kinds;
pub(super) mod meant;
pub(super) mod rivals;
pub(crate) mod rows;
pub(super) mod twins;

use cases::{CASES, Case, End};
use opwright_runtime::operation::Service;
use opwright_runtime::schema::{Migration, NotReady, Wanted};
use opwright_runtime::store::layout::Layout;
use opwright_runtime::store::link::{Link, sql};
use opwright_runtime::store::rules::RowRules;
use opwright_runtime::verify::verify;
use opwright_tests::database::Database;
use opwright_values::schema::Schema;

/// A service from the YAML of a case, without operations that could be called.
pub(crate) struct Spec {
    pub(crate) schema: Schema,
    pub(crate) service: &'static Service,
}

impl Spec {
    fn of(case: &Case, yaml: &str) -> Self {
        Self::called(case.name, case.rules, yaml)
    }

    /// The same with a name for what is wrong in it, and what generated code would ask of its rows.
    pub(crate) fn called(name: &str, rules: &'static [RowRules], yaml: &str) -> Self {
        let mut sources = opwright_codegen::source::Sources::default();
        sources.add("spec.yaml", format!("{}\n---\n{yaml}", cases::SERVICE));
        let model = opwright_codegen::check(&sources).unwrap_or_else(|report| {
            let faults = report.sorted();
            let text = |fault: &_| opwright_codegen::report::render::text(fault, &sources, false);
            panic!("{name}: {}", faults.iter().map(text).collect::<Vec<_>>().join("\n"))
        });
        let files = opwright_codegen::emit::emit(&model);
        let text = |name: &str| -> &'static str { Box::leak(files[name].clone().into_boxed_str()) };
        let service = Service {
            schema: text("schema.json"),
            data: text("data.json"),
            scenarios: "[]",
            operations: &[],
            rules: if model.schema.resources.iter().any(|it| !it.rules.is_empty()) { rules } else { &[] },
            members: &[],
        };
        Spec { schema: model.schema.clone(), service: Box::leak(Box::new(service)) }
    }

    pub(crate) fn wanted(&self) -> Wanted {
        Wanted::with_rules(&self.schema, self.service.rules)
    }

    fn is_whole(&self, link: &mut Link, case: &Case) {
        let report = verify(link, &Layout::of(&self.schema), self.service.rules).unwrap();
        assert_eq!(report.found, 0, "{}: {:#?}", case.name, report.findings);
        assert!(report.rows > 0 || case.empty, "{}: no rows", case.name);
    }
}

/// All of them, with the names of their tests.
pub(super) fn all() -> impl Iterator<Item = (String, impl Fn(&Database) + Send + Sync + Clone + 'static)> {
    let name = |case: &Case| format!("changes::{}", case.name.replace(", ", "_").replace(' ', "_"));
    CASES
        .iter()
        .chain(kinds::CASES)
        .map(move |case| (name(case), move |database: &Database| check(case, database)))
}

fn check(case: &Case, database: &Database) {
    let (before, after) = (Spec::of(case, case.before), Spec::of(case, case.after));
    let mut link = Link::open(&database.target).unwrap();
    assert!(before.wanted().open(&mut link).unwrap());
    rows::insert(database, &before);
    rows::delete(database, &before, case.gone);
    before.is_whole(&mut link, case);
    let rows_before = rows::all(&mut link);
    match case.end {
        End::Refused(said) => refused(case, &after, &mut link, said),
        End::Made { values, renamed } => {
            let planned =
                after.wanted().plan(&mut link).unwrap_or_else(|error| panic!("{}: {error}", case.name));
            assert_eq!(rows::all(&mut link), rows_before, "{}: a plan changes nothing", case.name);
            let made =
                after.wanted().migrate(&mut link).unwrap_or_else(|error| panic!("{}: {error}", case.name));
            let shown = |text: &[String]| text.iter().map(|it| without_times(it)).collect::<Vec<_>>();
            assert_eq!(shown(&made.statements), shown(&planned.statements), "{}", case.name);
            assert_eq!(made.alone.is_empty(), case.older, "{}: {:?}", case.name, made.alone);
            rows::compare(case.name, &rows_before, &rows::all(&mut link), renamed, values);
            assert!(!after.wanted().open(&mut link).unwrap(), "{}", case.name);
            assert!(after.wanted().plan(&mut link).unwrap().nothing, "{}: it is made once", case.name);
            after.is_whole(&mut link, case);
            catalog::compare(case.name, &mut link, &database.another(), &after);
            // Who comes after can write rows.
            rows::insert(database, &after);
            after.is_whole(&mut link, case);
        }
    }
    older(case, &before, &mut link);
    link.close();
}

/// The time of a migration is in what SQLite is told.
fn without_times(statement: &str) -> String {
    statement.replace(|c: char| c.is_ascii_digit(), "")
}

fn refused(case: &Case, after: &Spec, link: &mut Link, said: &[&str]) {
    let rows_before = rows::all(link);
    let Err(NotReady::Misfits(_)) = after.wanted().open(link) else { panic!("{}: it starts", case.name) };
    let said_by = |done: Result<Migration, NotReady>| match done {
        Ok(done) => panic!("{}: {done:?}", case.name),
        Err(error) => error.to_string(),
    };
    let planned = said_by(after.wanted().plan(link));
    let migrated = said_by(after.wanted().migrate(link));
    assert_eq!(planned, migrated, "{}", case.name);
    for part in said.iter().copied().chain(["so nothing was done", "fix: "]) {
        let (part, there) = part.strip_prefix('!').map_or((part, true), |part| (part, false));
        assert_eq!(migrated.contains(part), there, "{}: `{part}` {there}\n{migrated}", case.name);
    }
    link.reopen().unwrap();
    assert_eq!(rows::all(link), rows_before, "{}: what is refused does nothing", case.name);
    let numbers = link.fetch(&sql("SELECT count(*) FROM \"_schema\""), Vec::new()).unwrap();
    assert_eq!(numbers[0][0].int(), Some(1), "{}", case.name);
}

/// An older service starts beside what is only wider, and takes nothing away; it does not start beside anything else.
fn older(case: &Case, before: &Spec, link: &mut Link) {
    let refused = matches!(case.end, End::Refused(_));
    match before.wanted().open(link) {
        Ok(made) => assert!(!made && (case.older || refused), "{}: the older one starts", case.name),
        Err(NotReady::Misfits(_)) => {
            assert!(!case.older && !refused, "{}: the older one does not start", case.name)
        }
        Err(error) => panic!("{}: {error}", case.name),
    }
    if case.older {
        assert!(before.wanted().migrate(link).unwrap().nothing, "{}", case.name);
    }
}
