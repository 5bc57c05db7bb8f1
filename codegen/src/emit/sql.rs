//! The `where` of a `load` as SQL, once for each database. The Rust meaning counts; what is absent never matches.
//!
//! ```text
//! row.user == order.user && row.available
//! SELECT r."id" FROM "payment_method" r WHERE r."_deleted_at" IS NULL
//!   AND ((r."user" = $1::text) AND (r."available")) IS TRUE ORDER BY r."id" LIMIT 1
//! ```
//!
//! Only names that the compiler has checked, and placeholders, ever get into the text.

mod cursor;
mod lower;

use crate::expr::parts::{always_there, is_sent, row_of};
use crate::expr::typed::{BinaryOp, Function, Kind, MacroKind, Ty, Typed};
use crate::expr::where_::reads_row;
use crate::model::{Finds, Model, Query};
use opwright_values::schema::Resource;
use std::fmt::Write;

/// The databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A query as text, and the expressions whose values it is given.
#[derive(Debug)]
pub struct Sql<'q> {
    /// The text.
    pub text: String,
    /// What is bound, in order.
    pub binds: Vec<&'q Typed>,
    /// Resources that it reads.
    pub reads: Vec<usize>,
}

/// The ids of the rows that a query finds; `limit` of them. With `behind`, only of those behind a row whose keys are bound
/// behind everything else.
pub fn select<'q>(query: &'q Query, limit: u32, behind: bool, model: &'q Model, dialect: Dialect) -> Sql<'q> {
    let mut writer = Writer {
        model,
        dialect,
        binds: Vec::new(),
        reads: vec![query.resource],
        vars: Vec::new(),
        row: ("r".to_owned(), query.resource),
    };
    let Some(resource) = model.schema.resources.get(query.resource) else {
        return Sql { text: String::new(), binds: Vec::new(), reads: Vec::new() };
    };
    let id = resource.fields.get(resource.id).map_or("_id", |field| field.key.as_str());
    let rows = match query.finds {
        Finds::Live => "r.\"_deleted_at\" IS NULL",
        Finds::Deleted => "r.\"_deleted_at\" IS NOT NULL",
        Finds::All => "TRUE",
    };
    let mut text = format!("SELECT r.\"{id}\" FROM \"{}\" r WHERE {rows}", resource.name);
    if let Some(filter) = &query.filter {
        // Writing to a String cannot fail.
        let _ = write!(text, " AND ({}) IS TRUE", writer.expr(filter));
    }
    if behind {
        let _ = write!(
            text,
            " AND {}",
            cursor::behind(query, resource, &model.schema, writer.binds.len(), dialect)
        );
    }
    let _ = write!(text, " ORDER BY {} LIMIT {limit}", order(query, resource, dialect));
    writer.reads.sort_unstable();
    writer.reads.dedup();
    Sql { text, binds: writer.binds, reads: writer.reads }
}

/// The order that was asked for, made whole by the id; absent values come first on both databases.
fn order(query: &Query, resource: &Resource, dialect: Dialect) -> String {
    let mut keys: Vec<String> = Vec::new();
    for key in &query.order {
        let Some(field) = resource.fields.get(key.field) else { continue };
        let direction = if key.descending { " DESC" } else { "" };
        let nulls = match (field.optional, dialect, key.descending) {
            (true, Dialect::Postgres, false) => " NULLS FIRST",
            (true, Dialect::Postgres, true) => " NULLS LAST",
            _ => "",
        };
        keys.push(format!("r.\"{}\"{direction}{nulls}", field.key));
    }
    let id = resource.fields.get(resource.id).map_or("_id", |field| field.key.as_str());
    if query.order.iter().any(|key| key.field == resource.id) {
        return keys.join(", ");
    }
    keys.push(if id == "_id" { "r.\"_created\"".to_owned() } else { format!("r.\"{id}\"") });
    keys.join(", ")
}

struct Writer<'q> {
    model: &'q Model,
    dialect: Dialect,
    binds: Vec<&'q Typed>,
    reads: Vec<usize>,
    /// Macro variables: name, alias and resource.
    vars: Vec<(String, String, usize)>,
    /// What `row` is: alias and resource.
    row: (String, usize),
}

impl<'q> Writer<'q> {
    fn expr(&mut self, expr: &'q Typed) -> String {
        match &expr.kind {
            // What may be absent is bound as that: the condition asks before it counts.
            Kind::Proved(inner) if !reads_row(expr) => self.bind(inner),
            _ if !reads_row(expr) && !is_sent(expr) => self.bind(expr),
            Kind::Not(inner) => format!("NOT ({})", self.expr(inner)),
            Kind::Has(path) => format!("({}) IS NOT NULL", self.there(path)),
            Kind::Widen(inner) => {
                let inside = self.expr(inner);
                match zeros(&inner.ty, &expr.ty) {
                    0 => inside,
                    // A larger number than fits into 64 bits is none that a column can equal, and no error.
                    zeros if self.dialect == Dialect::Postgres => {
                        format!("({inside}::numeric * 1{:0<zeros$})", "")
                    }
                    zeros => format!("({inside} * 1{:0<zeros$})", ""),
                }
            }
            Kind::Proved(inner) => self.expr(inner),
            Kind::Row | Kind::Var(_) | Kind::Id(_) => self.id(expr),
            Kind::Field(..) | Kind::Refer(..) | Kind::Part(..) => self.column(expr),
            Kind::Binary(op, a, b) => self.binary(*op, a, b),
            Kind::Call(function, args) => self.call(*function, args),
            Kind::Macro(mac) => {
                let Kind::Collection(_, index) = mac.list.kind else { return String::new() };
                self.over_collection(mac.kind == MacroKind::All, index, &mac.var, &mac.body)
            }
            _ => String::new(),
        }
    }

    /// A value that is computed first.
    fn bind(&mut self, expr: &'q Typed) -> String {
        self.binds.push(expr);
        placeholder(self.binds.len(), expr.ty.present(), self.dialect)
    }

    fn alias(&self, of: &Typed) -> (String, usize) {
        match &of.kind {
            Kind::Var(name) => {
                let var = self.vars.iter().find(|(var, _, _)| var == name);
                var.map_or_else(|| self.row.clone(), |(_, alias, resource)| (alias.clone(), *resource))
            }
            _ => self.row.clone(),
        }
    }

    fn id(&mut self, expr: &'q Typed) -> String {
        match &expr.kind {
            Kind::Id(of) => {
                let mut of: &Typed = of;
                while let Kind::Proved(inner) | Kind::Widen(inner) = &of.kind {
                    of = inner;
                }
                match &of.kind {
                    Kind::Row | Kind::Var(_) => self.id(of),
                    _ => self.column(of),
                }
            }
            _ => {
                let (alias, resource) = self.alias(expr);
                let resource = self.model.schema.resources.get(resource);
                let id =
                    resource.and_then(|it| it.fields.get(it.id)).map_or("_id", |field| field.key.as_str());
                format!("{alias}.\"{id}\"")
            }
        }
    }

    /// The column of a path; one reference may be followed on the way.
    fn column(&mut self, expr: &'q Typed) -> String {
        self.column_below(expr, Vec::new())
    }

    /// What is there if a path is: of an object, the part that is always there with it.
    fn there(&mut self, path: &'q Typed) -> String {
        match path.ty.present() {
            Ty::Object(_) => self.column_below(path, always_there(&path.ty).unwrap_or_default()),
            _ => self.expr(path),
        }
    }

    /// The column of a part of this, by the keys that lead to it, the last one first.
    fn column_below(&mut self, expr: &'q Typed, mut keys: Vec<String>) -> String {
        let mut here = expr;
        while let Kind::Part(of, part) = &here.kind {
            if let Ty::Object(object) = of.ty.present() {
                keys.extend(object.fields.get(*part).map(|(_, key, _)| key.clone()));
            }
            here = of;
            while let Kind::Proved(inner) | Kind::Widen(inner) = &here.kind {
                here = inner;
            }
        }
        let (Kind::Field(of, field) | Kind::Refer(of, field)) = &here.kind else { return String::new() };
        let mut of: &Typed = of;
        while let Kind::Proved(inner) | Kind::Widen(inner) = &of.kind {
            of = inner;
        }
        let Some(resource) = row_of(&of.ty).and_then(|id| self.model.schema.resources.get(id)) else {
            return String::new();
        };
        keys.extend(resource.fields.get(*field).map(|field| field.key.clone()));
        keys.reverse();
        let column = keys.join("_");
        if let Kind::Refer(..) = &of.kind {
            let id = resource.fields.get(resource.id).map_or("_id", |field| field.key.as_str());
            let target = row_of(&of.ty);
            self.reads.extend(target);
            let reference = self.column(of);
            return format!(
                "(SELECT h.\"{column}\" FROM \"{}\" h WHERE h.\"{id}\" = {reference})",
                resource.name
            );
        }
        let (alias, _) = self.alias(of);
        format!("{alias}.\"{column}\"")
    }

    fn binary(&mut self, op: BinaryOp, a: &'q Typed, b: &'q Typed) -> String {
        if op == BinaryOp::In {
            return self.member(a, b);
        }
        let (left, right) = (self.expr(a), self.expr(b));
        let sign = match op {
            BinaryOp::And => "AND",
            BinaryOp::Or => "OR",
            BinaryOp::Eq => "=",
            BinaryOp::Ne => "<>",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            _ => ">=",
        };
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            return format!("({left}) {sign} ({right})");
        }
        // What is true or false is a comparison itself more often than not, and comparisons do not chain.
        if a.ty == Ty::Bool {
            return format!("({left}) {sign} ({right})");
        }
        format!("{left} {sign} {right}")
    }

    fn member(&mut self, item: &'q Typed, list: &'q Typed) -> String {
        let item = self.expr(item);
        if let Kind::List(items) = &list.kind {
            if items.is_empty() {
                return "(1 = 0)".to_owned();
            }
            let items: Vec<String> = items.iter().map(|item| self.expr(item)).collect();
            return format!("{item} IN ({})", items.join(", "));
        }
        // A list that is computed first is bound as JSON; times in it are numbers.
        self.binds.push(list);
        let number = self.binds.len();
        let of = if let Ty::List(of) = &list.ty { of } else { &list.ty };
        let value = match (self.dialect, of.present()) {
            (Dialect::Sqlite, Ty::Date) => "date('1970-01-01', value || ' days')",
            (Dialect::Postgres, Ty::Date) => "DATE '1970-01-01' + value::int",
            (Dialect::Postgres, Ty::Timestamp) => {
                "TIMESTAMPTZ 'epoch' + value::bigint * INTERVAL '1 microsecond'"
            }
            (Dialect::Postgres, Ty::Int | Ty::Decimal(_) | Ty::Duration) => "value::bigint",
            (Dialect::Postgres, Ty::Bool) => "value::boolean",
            _ => "value",
        };
        let list = match self.dialect {
            Dialect::Sqlite => format!("json_each(${number})"),
            Dialect::Postgres => format!("jsonb_array_elements_text(${number}::text::jsonb) AS l(value)"),
        };
        format!("{item} IN (SELECT {value} FROM {list})")
    }

    fn call(&mut self, function: Function, args: &'q [Typed]) -> String {
        let args: Vec<String> = args.iter().map(|arg| self.expr(arg)).collect();
        let (of, part) =
            (args.first().cloned().unwrap_or_default(), args.get(1).cloned().unwrap_or_default());
        match (function, self.dialect) {
            (Function::LowerAscii, dialect) => lower::lower(&of, dialect),
            (Function::Contains, Dialect::Sqlite) => format!("instr({of}, {part}) > 0"),
            (Function::Contains, Dialect::Postgres) => format!("strpos({of}, {part}) > 0"),
            (Function::StartsWith, Dialect::Sqlite) => format!("substr({of}, 1, length({part})) = {part}"),
            (Function::StartsWith, Dialect::Postgres) => format!("starts_with({of}, {part})"),
            (Function::EndsWith, Dialect::Sqlite) => {
                format!("(length({part}) = 0 OR substr({of}, -length({part})) = {part})")
            }
            (Function::EndsWith, Dialect::Postgres) => format!("right({of}, length({part})) = {part}"),
            _ => String::new(),
        }
    }

    fn over_collection(&mut self, all: bool, index: usize, var: &str, body: &'q Typed) -> String {
        let owner = self.model.schema.resources.get(self.row.1);
        let collection = owner.and_then(|owner| owner.collections.get(index));
        let parts = owner.zip(collection).and_then(|(owner, collection)| {
            let other = self.model.schema.resources.get(collection.of)?;
            let through = other.fields.get(collection.through)?;
            let id = owner.fields.get(owner.id)?;
            Some((collection.of, other.name.clone(), through.key.clone(), id.key.clone()))
        });
        let Some((of, table, through, id)) = parts else { return String::new() };
        let alias = format!("c{}", self.vars.len());
        self.reads.push(of);
        let mut from = format!(
            "SELECT 1 FROM \"{table}\" {alias} WHERE {alias}.\"{through}\" = {}.\"{id}\" AND {alias}.\"_deleted_at\" IS NULL",
            self.row.0
        );
        let model = self.model;
        if let Some(Some(only)) = model.resources.get(self.row.1).and_then(|it| it.only.get(index)) {
            let outside = std::mem::replace(&mut self.row, (alias.clone(), of));
            let _ = write!(from, " AND ({}) IS TRUE", self.expr(only));
            self.row = outside;
        }
        self.vars.push((var.to_owned(), alias.clone(), of));
        let body = self.expr(body);
        self.vars.pop();
        if all {
            format!("NOT EXISTS ({from} AND ({body}) IS NOT TRUE)")
        } else {
            format!("EXISTS ({from} AND ({body}) IS TRUE)")
        }
    }
}

/// A value that is bound, as what a column of its type is compared with.
fn placeholder(number: usize, ty: &Ty, dialect: Dialect) -> String {
    match (dialect, ty) {
        (Dialect::Sqlite, Ty::Date) => format!("date('1970-01-01', ${number} || ' days')"),
        (Dialect::Sqlite, _) => format!("${number}"),
        (Dialect::Postgres, Ty::Bool) => format!("${number}::boolean"),
        (Dialect::Postgres, Ty::Int | Ty::Decimal(_) | Ty::Duration) => format!("${number}::bigint"),
        (Dialect::Postgres, Ty::Timestamp) => {
            format!("(TIMESTAMPTZ 'epoch' + ${number}::bigint * INTERVAL '1 microsecond')")
        }
        (Dialect::Postgres, Ty::Date) => format!("(DATE '1970-01-01' + ${number}::bigint::int)"),
        (Dialect::Postgres, _) => format!("${number}::text"),
    }
}

/// How many zeros a widening puts behind a number that is kept in units of its scale.
fn zeros(from: &Ty, to: &Ty) -> usize {
    let scale = |ty: &Ty| if let Ty::Decimal(scale) = ty.present() { usize::from(*scale) } else { 0 };
    scale(to).saturating_sub(scale(from))
}
