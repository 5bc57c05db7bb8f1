//! Steps as statements.
//!
//! ```sql
//! ALTER TABLE "customer" ADD COLUMN "phone" TEXT
//! CREATE UNIQUE INDEX "customer.phone.unique" ON "customer" ("phone") WHERE "_deleted_at" IS NULL
//! ```
//!
//! PostgreSQL lets readers go on while indexes are built, and nobody once a table is altered; so tables are altered
//! last. SQLite changes a constraint or a default of a column only by a new table in place of the old one (`rebuild`).

use crate::schema::act::Act;
use crate::schema::ask::{any, constant};
use crate::schema::rebuild::{needs_rebuild, rebuild};
use crate::schema::step::Step;
use crate::schema::tables::{Column, Tables};
use crate::schema::unused;
use crate::store::ddl;
use crate::store::layout::Layout;
use crate::store::link::Dialect;
use opwright_values::schema::Default;
use std::collections::BTreeSet;

/// What some steps do, in order; `after` is how the tables are then.
pub(super) fn acts(steps: &[Step], layout: &Layout, after: &Tables, dialect: Dialect) -> Vec<Act> {
    let rebuilt: BTreeSet<&str> = match dialect {
        Dialect::Sqlite => steps.iter().filter_map(needs_rebuild).collect(),
        Dialect::Postgres => BTreeSet::new(),
    };
    let added: Vec<(&str, &str)> = steps.iter().filter_map(added).collect();
    let context = Context { layout, after, dialect, rebuilt: &rebuilt };
    let mut acts: Vec<(u8, Act)> = Vec::new();
    for step in steps {
        let when = when(step, &added);
        acts.extend(context.acts(step).into_iter().map(|act| (when, act)));
    }
    for (table, columns) in disturbed(steps, after) {
        acts.push((2, Act::Sql(format!("DROP INDEX \"{}\"", ddl::index_name(table, columns, true)))));
        if !rebuilt.contains(table) {
            acts.push((4, Act::Sql(ddl::index(table, columns, true))));
        }
    }
    for table in &rebuilt {
        let table = after.tables.get_key_value(*table);
        acts.extend(
            table.map(|(name, table)| rebuild(name, table, steps)).into_iter().flatten().map(|it| (6, it)),
        );
    }
    acts.sort_by_key(|(when, _)| *when);
    acts.into_iter().map(|(_, act)| act).collect()
}

/// What is unique before and afterwards, and not while its values are changed row by row: 1 becomes 10 where 10 is not 100
/// yet.
fn disturbed<'p>(steps: &[Step], after: &'p Tables) -> Vec<(&'p str, &'p Vec<String>)> {
    let is_changed = |name: &str, columns: &[String]| {
        steps.iter().any(|step| match step {
            Step::Rescale { table, column, .. } | Step::Rewrite { table, column, .. } => {
                table == name && columns.contains(column)
            }
            _ => false,
        })
    };
    let is_new = |name: &str, columns: &Vec<String>| {
        steps.iter().any(|step| match step {
            Step::AddIndex { table, columns: added, unique: true } => table == name && added == columns,
            Step::CreateTable { table } => table == name,
            _ => false,
        })
    };
    let sets = after
        .tables
        .iter()
        .flat_map(|(name, table)| table.uniques.iter().map(move |columns| (name.as_str(), columns)));
    sets.filter(|(name, columns)| is_changed(name, columns) && !is_new(name, columns)).collect()
}

fn added(step: &Step) -> Option<(&str, &str)> {
    let Step::AddColumn { table, column } = step else { return None };
    Some((table, &column.name))
}

/// Which steps come first.
fn when(step: &Step, added: &[(&str, &str)]) -> u8 {
    match step {
        Step::DropTable { .. } | Step::DropIndex { .. } | Step::DropColumn { .. } => 0,
        Step::RenameTable { .. } | Step::RenameColumn { .. } | Step::RenameIndex { .. } => 0,
        Step::CreateTable { .. } => 1,
        Step::DropUnique { .. } => 2,
        Step::Rescale { .. } | Step::Rewrite { .. } => 3,
        Step::AddIndex { table, columns, .. } => {
            let new = |column: &String| added.contains(&(table.as_str(), column.as_str()));
            if columns.iter().any(new) { 7 } else { 4 }
        }
        Step::AddColumn { .. } => 5,
        Step::Fill { .. } | Step::Constrain { .. } | Step::SetDefault { .. } => 6,
    }
}

struct Context<'p> {
    layout: &'p Layout,
    after: &'p Tables,
    dialect: Dialect,
    /// The tables that a new one takes the place of: their constraints, defaults and indexes are made with it.
    rebuilt: &'p BTreeSet<&'p str>,
}

impl Context<'_> {
    fn acts(&self, step: &Step) -> Vec<Act> {
        if let Step::Rewrite { table, column, from, to } = step {
            let id = self.after.tables.get(table).map(|table| table.id.clone()).unwrap_or_default();
            let (table, column, from, to) = (table.clone(), column.clone(), from.clone(), to.clone());
            return vec![Act::Rewrite { table, id, column, from, to }];
        }
        self.statements(step).into_iter().map(Act::Sql).collect()
    }

    fn statements(&self, step: &Step) -> Vec<String> {
        let rebuilt = |table: &String| self.rebuilt.contains(table.as_str());
        match step {
            Step::DropTable { table } => {
                vec![format!("DROP TABLE \"{table}\""), format!("DROP TABLE \"{table}__history\"")]
            }
            Step::DropIndex { name } => vec![format!("DROP INDEX \"{name}\"")],
            Step::DropColumn { table, column } => {
                let drop = format!("ALTER TABLE \"{table}\" DROP COLUMN \"{}\"", column.name);
                vec![drop, unused::untold(table, column, self.dialect)]
            }
            Step::RenameTable { from, to } => self.rename_table(from, to),
            Step::RenameColumn { table, from, to } => {
                vec![format!("ALTER TABLE \"{table}\" RENAME COLUMN \"{from}\" TO \"{to}\"")]
            }
            Step::RenameIndex { from, table, columns, unique } => {
                self.rename_index(from, table, columns, *unique)
            }
            Step::CreateTable { table } => {
                let find = self.layout.tables.iter().find(|it| it.name() == table);
                find.map(|table| ddl::create_table(table, self.dialect)).unwrap_or_default()
            }
            Step::AddColumn { table, column } if rebuilt(table) && !column.may_be_left_out() => Vec::new(),
            Step::AddColumn { table, column } => vec![self.add_column(table, column)],
            Step::Fill { table, column, parts, there } => {
                self.fill(table, column, parts, *there).into_iter().collect()
            }
            Step::Rescale { table, column, from, to } => {
                let by = format!("1{}", "0".repeat(usize::from(from.abs_diff(*to))));
                let sign = if to > from { "*" } else { "/" };
                vec![format!(
                    "UPDATE \"{table}\" SET \"{column}\" = \"{column}\" {sign} {by} WHERE \"{column}\" IS NOT NULL"
                )]
            }
            Step::AddIndex { table, .. } | Step::Constrain { table, .. } | Step::SetDefault { table, .. }
                if rebuilt(table) =>
            {
                Vec::new()
            }
            Step::AddIndex { table, columns, unique } => vec![ddl::index(table, columns, *unique)],
            Step::Constrain { table, column, required } => {
                let verb = if *required { "SET" } else { "DROP" };
                vec![format!("ALTER TABLE \"{table}\" ALTER COLUMN \"{column}\" {verb} NOT NULL")]
            }
            Step::SetDefault { table, column } => {
                let laid = column.laid_out();
                let default =
                    column.default.as_ref().map(|it| ddl::default_text(it, &laid.kind, self.dialect));
                let default = default.map_or("DROP DEFAULT".to_owned(), |it| format!("SET DEFAULT {it}"));
                vec![format!("ALTER TABLE \"{table}\" ALTER COLUMN \"{}\" {default}", column.name)]
            }
            Step::DropUnique { table, columns } => {
                vec![format!("DROP INDEX \"{}\"", ddl::index_name(table, columns, true))]
            }
            Step::Rewrite { .. } => Vec::new(),
        }
    }

    fn fill(&self, table: &str, column: &Column, parts: &[String], there: bool) -> Option<String> {
        let default = Default::Value(constant(column.filled_with()?, &column.ty));
        let value = ddl::default_text(&default, &column.laid_out().kind, self.dialect);
        let which = match (there, parts) {
            (false, parts) => any(parts),
            (true, []) => format!("\"{}\" IS NULL", column.name),
            (true, parts) => format!("\"{}\" IS NULL AND ({})", column.name, any(parts)),
        };
        Some(format!("UPDATE \"{table}\" SET \"{}\" = {value} WHERE {which}", column.name))
    }

    fn rename_table(&self, from: &str, to: &str) -> Vec<String> {
        let mut statements = vec![
            format!("ALTER TABLE \"{from}\" RENAME TO \"{to}\""),
            format!("ALTER TABLE \"{from}__history\" RENAME TO \"{to}__history\""),
        ];
        // Names of keys are those of indexes there, and of a new table another one may want this one.
        if self.dialect == Dialect::Postgres {
            let (old, new) = (ddl::key_name(from), ddl::key_name(to));
            statements.push(format!("ALTER TABLE \"{to}\" RENAME CONSTRAINT \"{old}\" TO \"{new}\""));
        }
        statements
    }

    fn rename_index(&self, from: &str, table: &str, columns: &[String], unique: bool) -> Vec<String> {
        match self.dialect {
            Dialect::Postgres => {
                let to = ddl::index_name(table, columns, unique);
                vec![format!("ALTER INDEX \"{from}\" RENAME TO \"{to}\"")]
            }
            Dialect::Sqlite => {
                vec![format!("DROP INDEX \"{from}\""), ddl::index(table, columns, unique)]
            }
        }
    }

    /// SQLite adds a column only with a constant, so `now` is the time of the migration: what the rows that are there
    /// get on PostgreSQL too. Rows that an older service writes afterwards get it as well.
    fn add_column(&self, table: &str, column: &Column) -> String {
        let laid = column.laid_out();
        let default = column.default.as_ref().map(|default| {
            let constant = || Default::Value(constant(default, &column.ty));
            let default = if self.dialect == Dialect::Sqlite { constant() } else { default.clone() };
            ddl::default_text(&default, &laid.kind, self.dialect)
        });
        format!("ALTER TABLE \"{table}\" ADD COLUMN {}", ddl::column_text(&laid, default, self.dialect))
    }
}
