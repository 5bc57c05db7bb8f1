//! From the tables that are there to those that a service needs: what is asked of the rows, and what is done.
//!
//! ```text
//! stored ─┐             ┌─▶ checks: do the rows fit?                         ─▶ counted, three shown, nothing is done
//!         ├─▶ difference┼─▶ steps: rename · add · convert · constrain · index ─▶ SQL, in one transaction
//! wanted ─┘             ├─▶ alone: why a service that knows less must be stopped first
//!                       └─▶ refused: what no row makes possible
//! ```
//!
//! What a service no longer names is kept: no table and no column that ever held anything is dropped (`twins`).

use crate::schema::checks::{Check, Source};
use crate::schema::kept::Kept;
use crate::schema::refused::Refused;
use crate::schema::rename::{Names, renamed};
use crate::schema::rivals::Used;
use crate::schema::step::Step;
use crate::schema::tables::{Column, Table, Tables, all_names};
use opwright_values::schema::Default;

/// What leads from the stored tables to the wanted ones.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// What is asked of the rows, by the names that there are before the first step.
    pub(crate) checks: Vec<Check>,
    /// What is done, in order.
    pub(crate) steps: Vec<Step>,
    /// Why no other service may run meanwhile, or go on afterwards.
    pub(crate) alone: Vec<String>,
    /// What no row makes possible. All of it is found at once.
    pub(crate) refused: Vec<Refused>,
    /// What stays though nobody uses it any more.
    pub(crate) kept: Vec<Kept>,
    /// The names behind `was` that nothing in this database has or had.
    pub(crate) unknown: Vec<String>,
    /// What `_schema` holds afterwards: what was there, and what was added.
    pub(crate) after: Tables,
}

/// The plan for a database that has tables; of several that one thing may have been, some were used.
pub(crate) fn plan(stored: &Tables, wanted: &Tables, used: &Used) -> Plan {
    let renamed = renamed(stored, wanted, used);
    let plan = Plan {
        checks: renamed.checks,
        steps: renamed.steps,
        alone: Vec::new(),
        refused: Vec::new(),
        kept: Vec::new(),
        unknown: renamed.unknown,
        after: renamed.tables.clone(),
    };
    let mut work = Work { plan, names: renamed.names };
    work.plan.alone.extend(work.plan.steps.iter().filter_map(other_name));
    for (name, table) in &wanted.tables {
        match renamed.tables.tables.get(name) {
            Some(before) => work.table(name, before, table),
            None => {
                work.plan.steps.push(Step::CreateTable { table: name.clone() });
                work.plan.after.tables.insert(name.clone(), table.clone());
            }
        }
    }
    for (name, table) in &mut work.plan.after.tables {
        let gone = !wanted.tables.contains_key(name);
        if gone && !table.gone {
            work.plan.kept.push(Kept::table(name));
        }
        table.gone = gone;
    }
    work.plan
}

/// Why no service may run that knows something by its old name.
fn other_name(step: &Step) -> Option<String> {
    let (what, now) = match step {
        Step::RenameTable { from, to } => (format!("`{from}`"), to),
        Step::RenameColumn { table, from, to } => (format!("`{table}.{from}`"), to),
        _ => return None,
    };
    Some(format!("{what} is called `{now}` from now on"))
}

/// The plan for an empty database.
pub(crate) fn create(wanted: &Tables) -> Plan {
    let step = |table: &String| Step::CreateTable { table: table.clone() };
    Plan {
        checks: Vec::new(),
        steps: wanted.tables.keys().map(step).collect(),
        alone: Vec::new(),
        refused: Vec::new(),
        kept: Vec::new(),
        unknown: Vec::new(),
        after: wanted.clone(),
    }
}

/// What is known by now of a plan.
pub(super) struct Work {
    pub(super) plan: Plan,
    pub(super) names: Names,
}

impl Work {
    fn table(&mut self, name: &str, before: &Table, wanted: &Table) {
        if before.id != wanted.id {
            self.refuse(
                format!("table `{name}`"),
                format!("its id was `{}` and would be `{}`", before.id, wanted.id),
                "keep the id: rows, history and references are found by it; if only its name changed, say `was`",
            );
            return;
        }
        if before.owner != wanted.owner {
            let owner = |table: &Table| table.owner.clone().unwrap_or_else(|| "nobody".to_owned());
            self.refuse(
                format!("table `{name}`"),
                format!("its owner was `{}` and would be `{}`", owner(before), owner(wanted)),
                "keep the owner, or make a new resource",
            );
        }
        if let Some(after) = self.plan.after.tables.get_mut(name) {
            after.was = all_names(&wanted.was, &before.was, name);
        }
        for column in &wanted.columns {
            match before.column(&column.name) {
                Some(stored) => self.changed(name, before, wanted, (stored, column)),
                None => self.added(name, before, wanted, column),
            }
        }
        for stored in before.columns.iter().filter(|stored| wanted.column(&stored.name).is_none()) {
            self.left_out(name, before, wanted, stored);
        }
        self.uniques(name, before, wanted);
        self.indexes(name, before, wanted);
        self.sizes(name, before, wanted);
        self.acyclic(name, before, wanted);
        self.rules(name, before, wanted);
    }

    /// Rules are asked of whole rows, as they will be.
    fn rules(&mut self, name: &str, before: &Table, wanted: &Table) {
        let codes: Vec<String> = wanted
            .rules
            .iter()
            .filter(|rule| !before.rules.contains(rule))
            .map(|it| it.code.clone())
            .collect();
        if let Some(after) = self.plan.after.tables.get_mut(name) {
            after.rules.clone_from(&wanted.rules);
        }
        if codes.is_empty() {
            return;
        }
        self.alone(format!("a service of another version does not ask `{}` of `{name}`", codes.join("`, `")));
        let (here, checks) = (self.names.table(name), &self.plan.checks);
        let source = |column: &Column| match before.column(&column.name) {
            Some(stored) => {
                let old = self.names.column(name, &column.name).to_owned();
                let fits = checks.iter().any(|check| check.asks_values(here, &old));
                let filled = checks.iter().any(|check| check.asks_presence(here, &old));
                let given = self.given(name, column);
                Source::Stored {
                    name: old,
                    from: stored.ty.clone(),
                    to: column.ty.clone(),
                    fits,
                    filled,
                    given,
                }
            }
            None => Source::New {
                default: column.default.clone().or_else(|| column.fill.clone()),
                ty: column.ty.clone(),
                filled: column.required || column.needed_by.is_some(),
                parts: match &column.needed_by {
                    Some(object) if column.fill.is_some() => Some(self.parts(name, before, wanted, object)),
                    _ => None,
                },
            },
        };
        let sources = wanted.columns.iter().map(source).collect();
        let id = self.names.column(name, &wanted.id).to_owned();
        let (table, named) = (self.names.table(name).to_owned(), name.to_owned());
        self.plan.checks.push(Check::Rules { table, named, id, codes, sources });
    }

    /// What the rows get that have no value in a column that is there, and which.
    fn given(&self, name: &str, column: &Column) -> Option<(Default, Vec<String>)> {
        let parts = self.plan.steps.iter().find_map(|step| match step {
            Step::Fill { table, column: filled, parts, there: true } => {
                (table == name && filled.name == column.name).then_some(parts)
            }
            _ => None,
        })?;
        let parts = parts.iter().map(|part| self.names.column(name, part).to_owned()).collect();
        column.filled_with().map(|default| (default.clone(), parts))
    }

    pub(super) fn after(&mut self, table: &str, column: &Column) {
        let Some(after) = self.plan.after.tables.get_mut(table) else { return };
        // What was filled once is no property of the column.
        let column = Column { fill: None, ..column.clone() };
        match after.column_mut(&column.name) {
            Some(there) => *there = column,
            None => after.columns.push(column),
        }
    }

    pub(super) fn step(&mut self, step: Step) {
        self.plan.steps.push(step);
    }

    pub(super) fn alone(&mut self, why: String) {
        self.plan.alone.push(why);
    }

    pub(super) fn refuse(&mut self, place: String, what: String, fix: &str) {
        self.plan.refused.push(Refused { place, what, ways: vec![fix.to_owned()], rows: None });
    }
}

/// Whether a set of columns is among others; the order of columns in an index is no difference that anybody sees.
pub(crate) fn has(sets: &[Vec<String>], wanted: &[String]) -> bool {
    let sorted = |set: &[String]| {
        let mut set = set.to_vec();
        set.sort();
        set
    };
    sets.iter().any(|set| sorted(set) == sorted(wanted))
}

/// An index, as messages name it.
pub(super) fn index(table: &str, columns: &[String]) -> String {
    format!("table `{table}`, index over `{}`", columns.join("`, `"))
}
