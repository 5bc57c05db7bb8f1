//! Asks the rows. What SQL can count it counts; types and rules are asked in Rust, by the same code that every write
//! goes through, a page of rows at a time.

use crate::schema::checks::{Check, InTheWay, SHOWN, Source};
use crate::schema::twin::Twin;
use crate::schema::types::become_one;
use crate::schema::unused;
use crate::store::layout::{Kind, Layout, Row, Table, cell_of, value_of};
use crate::store::link::{Arg, Cell, Dialect, Fault, Link, sql};
use crate::store::parts::read;
use crate::store::rules::RowCheck;
use opwright_values::schema::{Default, Type};
use opwright_values::time::{Date, Timestamp};
use opwright_values::value::Value;
use std::time::SystemTime;

/// How many rows are read at once.
pub(super) const PAGE: usize = 1_000;

/// Is told how far it is: what is done, and with how many rows of a table it is done.
pub type Tell<'t> = &'t mut dyn FnMut(&str, Option<usize>);

/// The rows that a check finds in the way.
pub(super) fn ask(
    link: &mut Link,
    check: &Check,
    layout: &Layout,
    rules: &[(usize, RowCheck)],
    tell: Tell<'_>,
) -> Result<InTheWay, Fault> {
    tell(&check.says(), None);
    match check {
        Check::Twin(twin) => used(link, twin),
        Check::NoRows { table, id, .. } => count(link, table, id, "TRUE"),
        Check::NoObject { table, id, parts, .. } => count(link, table, id, &any(parts)),
        Check::Filled { table, id, column, parts, .. } if parts.is_empty() => {
            count(link, table, id, &format!("\"{column}\" IS NULL"))
        }
        Check::Filled { table, id, column, parts, .. } => {
            count(link, table, id, &format!("\"{column}\" IS NULL AND ({})", any(parts)))
        }
        Check::Distinct { table, id, columns, .. } => clashes(link, table, id, columns),
        Check::Sizes { table, column, most, owned, .. } => crowded(link, table, column, *most, *owned),
        Check::Acyclic { table, id, column, .. } => turning(link, (table, id), column, tell),
        Check::Fits { table, id, column, from, to, .. } => fits(link, (table, id), column, (from, to), tell),
        Check::Rules { table, named, id, sources, .. } => {
            broken(link, (table, id), (named, sources), (&layout.tables, rules), tell)
        }
    }
}

pub(super) fn any(columns: &[String]) -> String {
    let there: Vec<String> = columns.iter().map(|column| format!("\"{column}\" IS NOT NULL")).collect();
    there.join(" OR ")
}

fn count(link: &mut Link, table: &str, id: &str, condition: &str) -> Result<InTheWay, Fault> {
    counted(link, &format!("SELECT \"{id}\" AS \"_id_\" FROM \"{table}\" WHERE {condition}"), "\"_id_\"")
}

/// The rows of a query whose first column is `_id_`: how many, and the first of them.
fn counted(link: &mut Link, rows: &str, order: &str) -> Result<InTheWay, Fault> {
    let first = sql(format!("SELECT \"_id_\" FROM ({rows}) AS \"_rows\" ORDER BY {order} LIMIT {SHOWN}"));
    let ids: Vec<String> = link
        .fetch(&first, Vec::new())?
        .into_iter()
        .filter_map(|row| row.into_iter().next()?.into_text())
        .collect();
    if ids.len() < SHOWN {
        return Ok(InTheWay { count: ids.len(), ids, ..InTheWay::default() });
    }
    let all = link.fetch(&sql(format!("SELECT count(*) FROM ({rows}) AS \"_rows\"")), Vec::new())?;
    let count = all.first().and_then(|row| row.first()?.int()).unwrap_or(0);
    Ok(InTheWay { count: usize::try_from(count).unwrap_or(0), ids, ..InTheWay::default() })
}

fn used(link: &mut Link, twin: &Twin) -> Result<InTheWay, Fault> {
    let rows = unused::used(link, twin)?;
    let found = counted(link, &rows, "\"_id_\"")?;
    let other = unused::other(link, twin)?;
    let other = link.fetch(&sql(other), Vec::new())?;
    let other = other.first().and_then(|row| row.first()?.int()).unwrap_or(0);
    Ok(InTheWay { why: Some(twin.why(other)), ..found })
}

/// Whether anything ever used what may go.
pub(super) fn any_used(link: &mut Link, twin: &Twin) -> Result<bool, Fault> {
    let rows = unused::used(link, twin)?;
    let first = sql(format!("SELECT \"_id_\" FROM ({rows}) AS \"_rows\" LIMIT 1"));
    Ok(!link.fetch(&first, Vec::new())?.is_empty())
}

fn clashes(link: &mut Link, table: &str, id: &str, columns: &[String]) -> Result<InTheWay, Fault> {
    let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let there: String = quoted.iter().map(|column| format!(" AND {column} IS NOT NULL")).collect();
    let parts = if quoted.is_empty() { String::new() } else { format!("PARTITION BY {}", quoted.join(", ")) };
    // Those that clash stand side by side, so that the ones that are shown are a pair.
    let order =
        if quoted.is_empty() { format!("\"{id}\"") } else { format!("{}, \"{id}\"", quoted.join(", ")) };
    let rows = format!(
        "SELECT \"_id_\", \"_at\" FROM (SELECT \"{id}\" AS \"_id_\", count(*) OVER ({parts}) AS \"_many\", \
         row_number() OVER (ORDER BY {order}) AS \"_at\" FROM \"{table}\" \
         WHERE \"_deleted_at\" IS NULL{there}) AS \"_all\" WHERE \"_many\" > 1"
    );
    counted(link, &rows, "\"_at\"")
}

fn crowded(link: &mut Link, table: &str, column: &str, most: u32, owned: bool) -> Result<InTheWay, Fault> {
    // Live rows are one set, and so are those that one deletion took along.
    let (which, together) = if owned {
        ("", ", \"_deleted_at\", CASE WHEN \"_deleted_at\" IS NULL THEN '' ELSE \"_written_by\" END")
    } else {
        (" AND \"_deleted_at\" IS NULL", "")
    };
    let rows = format!(
        "SELECT DISTINCT \"_id_\" FROM (SELECT \"{column}\" AS \"_id_\" FROM \"{table}\" \
         WHERE \"{column}\" IS NOT NULL{which} GROUP BY \"{column}\"{together} HAVING count(*) > {most}) AS \"_sets\""
    );
    counted(link, &rows, "\"_id_\"")
}

/// Circles, each by its first row.
fn turning(link: &mut Link, rows: (&str, &str), column: &str, tell: Tell<'_>) -> Result<InTheWay, Fault> {
    let mut found = InTheWay::default();
    for circle in circles(link, rows, column, tell)? {
        if let Some(first) = circle.first() {
            found.add(first, || circle.join(" → "));
        }
    }
    Ok(found)
}

/// The circles that the references of a column make.
pub(crate) fn circles(
    link: &mut Link,
    rows: (&str, &str),
    column: &str,
    tell: Tell<'_>,
) -> Result<Vec<Vec<String>>, Fault> {
    let mut above: Vec<(String, String)> = Vec::new();
    let mut look = |_: &mut Link, id: &str, cells: &[Cell]| {
        let to = cells.first().and_then(Cell::text);
        above.extend(to.map(|to| (id.to_owned(), to.to_owned())));
        Ok(())
    };
    pages(link, rows, &[(Kind::Text, column)], &mut look, tell)?;
    let above = above.iter().map(|(id, to)| (id.as_str(), to.as_str())).collect();
    let owned = |circle: Vec<&str>| circle.into_iter().map(str::to_owned).collect();
    Ok(opwright_values::circle::circles(&above).into_iter().map(owned).collect())
}

/// What is done with each row: its id, and the cells of some columns.
type Look<'l> = &'l mut dyn FnMut(&mut Link, &str, &[Cell]) -> Result<(), Fault>;

/// Looks at all rows, a page at a time.
pub(super) fn pages(
    link: &mut Link,
    (table, id): (&str, &str),
    columns: &[(Kind, &str)],
    look: Look<'_>,
    tell: Tell<'_>,
) -> Result<(), Fault> {
    let dialect = link.dialect();
    let columns: String =
        columns.iter().map(|(kind, name)| format!(", {}", read(kind, name, dialect))).collect();
    let page = |sign| {
        sql(format!(
            "SELECT \"{id}\"{columns} FROM \"{table}\" WHERE \"{id}\" {sign} $1 ORDER BY \"{id}\" LIMIT {PAGE}"
        ))
    };
    // Somebody may have written an empty id by another way.
    let (first, later) = (page(">="), page(">"));
    let (mut text, mut behind, mut seen) = (&first, String::new(), 0);
    loop {
        let rows = link.fetch(text, vec![Arg::Text(behind.clone())])?;
        text = &later;
        let full = rows.len() == PAGE;
        for row in &rows {
            let Some((Cell::Text(id), cells)) = row.split_first() else { continue };
            look(link, id, cells)?;
            behind.clone_from(id);
        }
        seen += rows.len();
        tell(table, Some(seen));
        if !full {
            return Ok(());
        }
    }
}

/// A cell of one type as a value of another.
pub(super) fn carried(from: &Type, to: &Type, cell: &Cell) -> Result<Value, String> {
    let value = value_of(from, cell).ok_or("is not what the column holds")?;
    if value == Value::Null { Ok(value) } else { become_one(from, to, value) }
}

fn fits(
    link: &mut Link,
    rows: (&str, &str),
    column: &str,
    (from, to): (&Type, &Type),
    tell: Tell<'_>,
) -> Result<InTheWay, Fault> {
    let mut found = InTheWay::default();
    let mut look = |_: &mut Link, id: &str, cells: &[Cell]| {
        if let Some(Err(why)) = cells.first().map(|cell| carried(from, to, cell)) {
            found.add(id, || why);
        }
        Ok(())
    };
    pages(link, rows, &[(Kind::of(from), column)], &mut look, tell)?;
    Ok(found)
}

/// Rules see rows as they will be. A row that cannot be one is told of by the check of its column; if there is none, here.
fn broken(
    link: &mut Link,
    rows: (&str, &str),
    (named, sources): (&str, &[Source]),
    (tables, rules): (&[Table], &[(usize, RowCheck)]),
    tell: Tell<'_>,
) -> Result<InTheWay, Fault> {
    let mut found = InTheWay::default();
    let table = tables.iter().enumerate().find(|(_, table)| table.name() == named);
    let Some((index, table)) = table else { return Ok(found) };
    let Some((_, rules)) = rules.iter().find(|(resource, _)| *resource == index) else { return Ok(found) };
    let stored = |source: &Source| match source {
        Source::Stored { name, from, .. } => Some((Kind::of(from), name.clone())),
        Source::New { .. } => None,
    };
    let columns: Vec<(Kind, String)> = sources.iter().filter_map(stored).collect();
    let columns: Vec<(Kind, &str)> =
        columns.iter().map(|(kind, name)| (kind.clone(), name.as_str())).collect();
    let mut unreadable = InTheWay::default();
    let mut look = |_: &mut Link, id: &str, cells: &[Cell]| {
        match as_it_will_be(table, sources, cells).map(|row| rules(&row)) {
            Ok(Ok(None)) | Err(None) => {}
            Ok(Ok(Some(code))) => found.add(id, || format!("`{code}`")),
            Ok(Err(fault)) => found.add(id, || fault.to_string()),
            Err(Some(why)) => unreadable.add(id, || why),
        }
        Ok(())
    };
    pages(link, rows, &columns, &mut look, tell)?;
    found.unreadable = (unreadable.count > 0).then(|| Box::new(unreadable));
    Ok(found)
}

/// A row as it will be, or why it cannot be one; nothing if another check tells why.
fn as_it_will_be(table: &Table, sources: &[Source], cells: &[Cell]) -> Result<Row, Option<String>> {
    let names = sources.iter().filter_map(|source| match source {
        Source::Stored { name, .. } => Some(name),
        Source::New { .. } => None,
    });
    let there: Vec<&String> =
        names.zip(cells).filter(|(_, cell)| **cell != Cell::Null).map(|(name, _)| name).collect();
    let (mut cells, mut told_of, mut made) = (cells.iter(), false, Vec::with_capacity(sources.len()));
    for source in sources {
        made.push(match source {
            Source::Stored { name, from, to, fits, filled, given } => {
                let cell = cells.next().ok_or_else(|| Some(format!("`{name}` is missing")))?;
                let value = carried(from, to, cell);
                let mut value = value.map_err(|why| (!fits).then(|| format!("`{name}` {why}")))?;
                if let (Value::Null, Some((default, parts))) = (&value, given)
                    && (parts.is_empty() || parts.iter().any(|part| there.contains(&part)))
                {
                    value = constant(default, to);
                }
                told_of |= *filled && value == Value::Null;
                cell_of(to, &value)
            }
            Source::New { parts: Some(parts), .. } if !parts.iter().any(|part| there.contains(&part)) => {
                Cell::Null
            }
            Source::New { default: Some(default), ty, .. } => cell_of(ty, &constant(default, ty)),
            Source::New { default: None, filled, .. } => {
                told_of |= *filled;
                Cell::Null
            }
        });
    }
    let row = table.row(&made).map_err(|fault| Some(fault.to_string()))?;
    match table.unsound(&row) {
        None => Ok(row),
        Some(why) => Err((!told_of).then_some(why)),
    }
}

/// A default as a value: `now` is the time of the migration, which is what the rows that are there get.
pub(super) fn constant(default: &Default, ty: &Type) -> Value {
    let Default::Value(value) = default else {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let now = Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
        let date = matches!(ty, Type::Date { .. });
        return Value::Int(if date { Date::of(now).days() } else { now.micros() });
    };
    value.clone()
}

/// Nobody writes to what is looked at until the end of the transaction. Readers are let in.
pub(super) fn locks(checks: &[Check], dialect: Dialect) -> Vec<String> {
    if dialect == Dialect::Sqlite {
        return Vec::new();
    }
    let mut tables: Vec<&str> = checks.iter().map(Check::table).collect();
    tables.sort_unstable();
    tables.dedup();
    tables.iter().map(|table| format!("LOCK TABLE \"{table}\" IN SHARE ROW EXCLUSIVE MODE")).collect()
}
