//! The unit of work: rows are fetched and written once a batch, and every call works on a layer of its own.
//!
//! ```text
//! call      what this call has written; merged into the batch when it ends well, forgotten when it is refused
//! batch     rows as the calls before left them, not yet written
//! database  rows as the last commit left them
//! ```
//!
//! This is the only place that knows versions, positions and history. Everything above sees rows.

mod deletes;
mod flush;
mod layer;
mod lists;
mod members;
mod parts;
mod plan;
mod prefetch;
mod restores;
mod uniques;
mod writes;

use crate::schema::newer::Unknown;
use crate::store::facts::{Event, RunRow};
use crate::store::layout::{Layout, Row};
use crate::store::link::{Arg, Cell, Dialect, Fault, Link, Sql};
pub use deletes::{Deletion, InUse};
pub(crate) use layer::List;
use layer::{Held, Key, Layer};
pub use plan::Plan;
pub use restores::Gone;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

/// How a row changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Create,
    /// It has other values.
    Update,
    /// Something that it owns changed.
    Touch,
    /// It is deleted.
    Delete,
    /// It was deleted, and is there again.
    Restore,
}

/// A change of one row by one call.
#[derive(Debug, Clone)]
pub struct Change {
    /// The table.
    pub table: usize,
    /// The row.
    pub id: Rc<str>,
    /// How.
    pub kind: ChangeKind,
    /// Its version afterwards; before, it was one less.
    pub version: i64,
    /// What it was; nothing before it was made, or while it was deleted.
    pub before: Option<Rc<Row>>,
    /// What it is; nothing if it is deleted.
    pub after: Option<Rc<Row>>,
}

/// What a batch may do, so that rows are locked as they need to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Tables that may be written.
    pub writes: BTreeSet<usize>,
    /// Tables of which rows are read that cannot be named, by a writing call.
    pub scans: BTreeSet<usize>,
}

/// The unit of work of one batch.
pub struct Work {
    link: Link,
    plan: Arc<Plan>,
    access: Access,
    /// Whether rows are locked when they are fetched.
    locks: bool,
    /// Whether every write goes to the database at once.
    eager: bool,
    base: Layer,
    call: Layer,
    changes: Vec<Change>,
    events: Vec<Event>,
    /// What the call has written early stands behind a savepoint.
    savepoint: bool,
    invocation: Rc<str>,
    now_us: i64,
    created: i64,
    /// How many rows this call has given a place among those of their owner.
    placed: i64,
    /// How many deletions this call has made, each with all that it took along.
    deletions: i64,
    kept: Vec<(Change, Rc<str>, i64)>,
    kept_events: Vec<Event>,
    runs: Vec<RunRow>,
    wrote: bool,
    /// Rows that a newer version of the service has written, and why this one cannot read them.
    unbounded: HashMap<Key, String>,
    /// By table: what this version does not know of its rows. Asked once they are locked, it stays true until the commit.
    unknown: HashMap<usize, Arc<Unknown>>,
}

impl Work {
    /// The unit of work of a batch on a connection that is inside of a transaction.
    pub fn new(link: Link, plan: Arc<Plan>, access: Access, writes: bool, eager: bool) -> Self {
        let locks = writes && plan.dialect == Dialect::Postgres;
        Self {
            link,
            plan,
            access,
            locks,
            eager,
            base: Layer::default(),
            call: Layer::default(),
            changes: Vec::new(),
            events: Vec::new(),
            savepoint: false,
            invocation: Rc::from(""),
            now_us: 0,
            created: 0,
            placed: 0,
            deletions: 0,
            kept: Vec::new(),
            kept_events: Vec::new(),
            runs: Vec::new(),
            wrote: false,
            unbounded: HashMap::new(),
            unknown: HashMap::new(),
        }
    }

    /// Gives the connection back.
    pub fn into_link(self) -> Link {
        self.link
    }

    /// Runs a query of the runtime's own, such as one on `_token`.
    pub fn query(&mut self, text: &Sql, args: Vec<Arg>) -> Result<Vec<Vec<Cell>>, Fault> {
        self.link.fetch(text, args)
    }

    /// Runs a statement of the runtime's own.
    pub fn execute(&mut self, text: &Sql, args: Vec<Arg>) -> Result<u64, Fault> {
        self.wrote = true;
        self.link.execute(text, args)
    }

    /// Whether every write goes to the database at once: the call is alone in its transaction.
    pub fn writes_at_once(&self) -> bool {
        self.eager
    }

    /// The tables.
    pub fn layout(&self) -> &Layout {
        &self.plan.layout
    }

    /// What the lane knows of the database, to be held while rows are read.
    pub(crate) fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.plan)
    }

    /// Which database.
    pub fn dialect(&self) -> Dialect {
        self.plan.dialect
    }

    /// The call that is running.
    pub fn invocation(&self) -> &str {
        &self.invocation
    }

    /// The field that a clash is about: PostgreSQL names the index, SQLite the columns.
    pub fn unique_field(&self, table: usize, what: &str) -> String {
        let Ok(shape) = self.plan.layout.table(table) else { return what.to_owned() };
        let by_index = shape
            .resource
            .uniques
            .iter()
            .find(|fields| crate::store::ddl::unique_name(shape, fields).as_deref() == Some(what));
        let named = by_index.and_then(|fields| shape.resource.fields.get(*fields.last()?));
        let by_column = || {
            let column = what.rsplit(['.', ' ']).next().unwrap_or(what);
            shape.resource.fields.iter().find(|field| field.key == column)
        };
        named.or_else(by_column).map_or_else(|| shape.id_column().to_owned(), |field| field.name.clone())
    }

    /// Begins a call.
    pub fn start(&mut self, invocation: &str, now_us: i64) {
        self.invocation = Rc::from(invocation);
        self.now_us = now_us;
        self.created = 0;
        self.placed = 0;
        self.deletions = 0;
    }

    /// A row, if there is a live one of this id.
    pub fn load(&mut self, table: usize, id: &str) -> Result<Option<Rc<Row>>, Fault> {
        let row = self.held(table, id)?.map(|held| held.row);
        let why = || self.unbounded.get(&(table, Rc::from(id)));
        match if row.is_none() || self.unbounded.is_empty() { None } else { why() } {
            Some(why) => Err(Fault::Outdated(why.clone())),
            None => Ok(row),
        }
    }

    /// Fetches the rows of some ids with one statement, unless they are at hand.
    pub fn load_many(&mut self, table: usize, ids: &[&str]) -> Result<(), Fault> {
        let missing = self.missing(table, ids.iter().copied());
        if missing.is_empty() { Ok(()) } else { self.fetch(table, &missing) }
    }

    /// Those of some ids whose rows are not at hand, in order.
    fn missing<'i>(&self, table: usize, ids: impl Iterator<Item = &'i str>) -> Vec<&'i str> {
        let mut missing: Vec<&str> = ids.filter(|id| self.known(table, id).is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    fn known(&self, table: usize, id: &str) -> Option<Option<Held>> {
        self.call.get(table, id).or_else(|| self.base.get(table, id)).cloned()
    }

    fn held(&mut self, table: usize, id: &str) -> Result<Option<Held>, Fault> {
        if let Some(known) = self.known(table, id) {
            return Ok(known);
        }
        self.fetch(table, &[id])?;
        Ok(self.known(table, id).flatten())
    }

    fn fetch(&mut self, table: usize, ids: &[&str]) -> Result<(), Fault> {
        let (text, args) = self.ask_rows(table, ids)?;
        let rows = self.link.fetch_packed(&text, args)?;
        self.keep_rows(table, ids, rows)
    }

    /// The statement that fetches rows, locked as this batch needs them.
    fn ask_rows(&self, table: usize, ids: &[&str]) -> Result<(Sql, Vec<Arg>), Fault> {
        let statements = self.plan.statements.get(table).ok_or_else(|| no_table(table))?;
        let text = match (self.locks, self.access.writes.contains(&table)) {
            (false, _) => &statements.select,
            (true, false) => &statements.select_shared,
            (true, true) => &statements.select_for_update,
        };
        Ok((text.clone(), vec![list_arg(ids, self.plan.dialect)]))
    }

    fn keep_rows(&mut self, table: usize, ids: &[&str], rows: Vec<Vec<Cell>>) -> Result<(), Fault> {
        let plan = Arc::clone(&self.plan);
        let shape = plan.layout.table(table)?;
        for id in ids {
            self.reading().rows.insert((table, Rc::from(*id)), None);
        }
        for cells in rows {
            let Some((fields, managed)) = cells.split_at_checked(shape.columns.len()) else { continue };
            let row = shape.row(fields)?;
            let int = |at: usize| managed.get(at).and_then(Cell::int).unwrap_or(0);
            let (version, created, position) = (int(0), int(1), int(2));
            let key: Key = (table, Rc::from(shape.id_of(&row)?));
            // Other calls of the batch do without it.
            if let Some(why) = shape.unbounded(&row) {
                self.unbounded.insert(key.clone(), why);
            }
            let held = Held { row: Rc::new(row), version, created, position, by: Rc::from("") };
            self.reading().rows.insert(key, Some(held));
        }
        Ok(())
    }

    /// Where rows and lists go that are read now. Behind a savepoint they belong to the call: if it is forgotten,
    /// what it wrote early is gone, and so are the locks that it took.
    fn reading(&mut self) -> &mut Layer {
        if self.savepoint { &mut self.call } else { &mut self.base }
    }

    /// The ids that a query gives, in its order. What it could see and is not written yet is written first.
    pub fn find(&mut self, text: &Sql, reads: &[usize], args: Vec<Arg>) -> Result<Vec<String>, Fault> {
        self.write_what_is_read(reads)?;
        let rows = self.link.fetch(text, args)?;
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next()?.text().map(str::to_owned)).collect())
    }

    /// Up to forty ids around a text that is none, for suggestions.
    pub fn near(&mut self, table: usize, id: &str) -> Result<Vec<String>, Fault> {
        let plan = Arc::clone(&self.plan);
        let statements = plan.statements.get(table).ok_or_else(|| no_table(table))?;
        let rows = self.link.fetch(&statements.near, vec![Arg::Text(id.to_owned())])?;
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next()?.text().map(str::to_owned)).collect())
    }

    /// Tells of an event, if the call ends well.
    pub fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// What this call has changed so far.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Ends a call: what it wrote joins the batch, or is forgotten.
    pub fn settle(&mut self, keep: bool) -> Result<(), Fault> {
        self.settle_with(keep, |_, _| ())
    }

    /// The same; all that was changed is shown first.
    pub fn settle_with(&mut self, keep: bool, show: impl FnOnce(&[Change], &Layout)) -> Result<(), Fault> {
        if keep {
            self.touch_owners()?;
        } else {
            self.try_uniques()?;
        }
        show(&self.changes, &self.plan.layout);
        if self.savepoint {
            if keep {
                self.link.keep_call()?
            } else {
                self.link.undo_call()?
            }
            self.savepoint = false;
        }
        if keep {
            self.merge()?;
        }
        self.call = Layer::default();
        self.changes.clear();
        self.events.clear();
        Ok(())
    }

    /// Stores the run of a call, however it ended.
    pub fn record(&mut self, run: RunRow) {
        self.runs.push(run);
    }

    /// A run that will be stored with what this batch has done, if there is one.
    pub fn a_run(&self) -> Option<&str> {
        self.runs.first().map(|run| run.run.as_str())
    }

    /// Whether this batch has changed, or will change, the database.
    pub fn wrote(&self) -> bool {
        self.wrote || !self.base.dirty.is_empty() || !self.kept.is_empty() || !self.runs.is_empty()
    }
}

fn no_table(table: usize) -> Fault {
    Fault::Other(format!("there is no resource number {table}"))
}

/// Ids as a statement takes them.
pub(crate) fn list_arg(ids: &[&str], dialect: Dialect) -> Arg {
    match dialect {
        Dialect::Sqlite => {
            let mut text = String::from("[");
            for (position, id) in ids.iter().enumerate() {
                if position > 0 {
                    text.push(',');
                }
                opwright_values::json::write_text(id, &mut text);
            }
            text.push(']');
            Arg::Text(text)
        }
        Dialect::Postgres => Arg::Texts(ids.iter().map(|id| Some((*id).to_owned())).collect()),
    }
}
