//! Between the typed rows of generated code and the untyped ones of the store.

use crate::cx::live::Live;
use crate::cx::walk::Seen;
use crate::stop::{Broken, Stop};
use crate::store::layout::Row;
use crate::store::link::{Arg, Fault, Sql, sql};
use crate::store::wanted::Wanted;
use opwright_tracer::trace::Show;
use opwright_values::convert::{FromValue, IntoValue};
use opwright_values::value::Value;
use std::marker::PhantomData;
use std::sync::OnceLock;

/// A resource as a Rust type.
pub trait Resource: Clone + 'static {
    /// Its place in the schema.
    const INDEX: usize;

    /// The id of the row.
    fn id(&self) -> &str;

    /// Takes a row out of the store.
    fn from_row(row: &mut Columns<'_>) -> Result<Self, Fault>;

    /// Puts it into the store.
    fn to_row(&self) -> Row;

    /// What is true of every row.
    fn rules(&self, see: &mut Seen) -> Result<(), Broken> {
        let _ = see;
        Ok(())
    }
}

/// The code of a rule that a row breaks, if it breaks one; `cannot_compute` if a rule has no value for this row.
pub fn broken_rule<R: Resource>(row: &Row) -> Result<Option<&'static str>, Fault> {
    let row = R::from_row(&mut Columns::of(row))?;
    match row.rules(&mut Seen::default()) {
        Ok(()) => Ok(None),
        Err(Broken::Rule { code, .. }) => Ok(Some(code)),
        Err(Broken::Unasked(Stop::Fault(fault))) => Err(fault),
        Err(Broken::Unasked(_)) => Ok(Some("cannot_compute")),
    }
}

/// Whether a stored row fulfils the condition of a collection.
pub fn is_member<R: Resource>(row: &Row, holds: fn(&R) -> Result<bool, Stop>) -> Result<bool, Fault> {
    let row = R::from_row(&mut Columns::of(row))?;
    holds(&row).map_err(|stop| match stop {
        Stop::Fault(fault) => fault,
        other => Fault::Other(format!("who is in a collection cannot be computed: {other:?}")),
    })
}

/// The values of a row, taken one after another.
pub struct Columns<'r> {
    values: std::slice::Iter<'r, Value>,
}

impl<'r> Columns<'r> {
    pub(crate) fn of(row: &'r Row) -> Self {
        Self { values: row.iter() }
    }

    /// Takes the next value.
    pub fn take<T: FromValue>(&mut self) -> Result<T, Fault> {
        let value = self.values.next().cloned();
        value
            .and_then(T::from_value)
            .ok_or_else(|| Fault::Other("a stored row does not fit its type; run `verify`".to_owned()))
    }
}

/// A value for the store.
pub fn value<T: IntoValue + ?Sized>(value: &T) -> Value {
    value.to_value()
}

/// An optional value that is proved present.
pub fn present<T>(value: &Option<T>) -> Result<&T, Stop> {
    value.as_ref().ok_or_else(|| {
        Stop::Fault(Fault::Other(
            "a value that was proved present is absent; this is a fault of the compiler".to_owned(),
        ))
    })
}

/// People see a row by its id.
impl<R: Resource> Show for Live<R> {
    fn show(&self, out: &mut String) {
        out.push_str(self.id());
    }
}

/// The ids of rows.
pub fn ids<R: Resource>(rows: &[Live<R>]) -> Vec<String> {
    rows.iter().map(|row| row.id().to_owned()).collect()
}

/// Each row once, where it came first.
pub fn distinct_rows<R: Resource>(rows: &[Live<R>]) -> Vec<Live<R>> {
    let mut seen = std::collections::BTreeSet::new();
    rows.iter().filter(|row| seen.insert(row.id().to_owned())).cloned().collect()
}

/// The other side of a reference: a collection of a resource, by their places in the schema.
pub struct Relation<R> {
    pub(crate) owner: usize,
    pub(crate) collection: usize,
    of: PhantomData<fn() -> R>,
}

impl<R> Relation<R> {
    /// The collection of a resource.
    pub const fn new(owner: usize, collection: usize) -> Self {
        Self { owner, collection, of: PhantomData }
    }
}

/// A `load … where` as SQL that gives ids, and the resources that it reads.
pub struct Query<R> {
    sqlite: &'static str,
    postgres: &'static str,
    pub(crate) reads: &'static [usize],
    /// Whether it looks for what must not be shown: then neither may be what it finds.
    pub(crate) masked: bool,
    text: OnceLock<(Sql, Sql)>,
    of: PhantomData<fn() -> R>,
}

impl<R> Query<R> {
    /// A query.
    pub const fn new(sqlite: &'static str, postgres: &'static str, reads: &'static [usize]) -> Self {
        Self { sqlite, postgres, reads, masked: false, text: OnceLock::new(), of: PhantomData }
    }

    /// The same, where what it looks for must not be shown.
    pub const fn masked(sqlite: &'static str, postgres: &'static str, reads: &'static [usize]) -> Self {
        Self { sqlite, postgres, reads, masked: true, text: OnceLock::new(), of: PhantomData }
    }

    pub(crate) fn text(&self, dialect: crate::store::link::Dialect) -> &Sql {
        let (sqlite, postgres) = self.text.get_or_init(|| (sql(self.sqlite), sql(self.postgres)));
        match dialect {
            crate::store::link::Dialect::Sqlite => sqlite,
            crate::store::link::Dialect::Postgres => postgres,
        }
    }
}

/// A value that a query is given.
pub struct Bind(pub(crate) Arg);

/// A value that a query is given; lists as JSON.
pub fn bind<T: IntoValue + ?Sized>(value: &T) -> Bind {
    Bind(match value.to_value() {
        Value::Int(int) => Arg::Int(int),
        Value::Bool(flag) => Arg::Bool(flag),
        Value::Text(text) => Arg::Text(text),
        Value::List(items) => Arg::Text(json_list(&items)),
        _ => Arg::Text(String::new()),
    })
}

/// A value that may be absent. The condition asks for that before it uses the value, so what is bound instead decides
/// nothing; it is of the type that the statement was prepared for.
pub fn bind_optional<T: IntoValue + Default>(value: &Option<T>) -> Bind {
    match value {
        Some(value) => bind(value),
        None => bind(&T::default()),
    }
}

fn json_list(items: &[Value]) -> String {
    let mut out = String::from("[");
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        match item {
            Value::Int(int) => out.push_str(&int.to_string()),
            Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Value::Text(text) => opwright_values::json::write_text(text, &mut out),
            _ => out.push_str("null"),
        }
    }
    out.push(']');
    out
}

/// What a call will load, so that a batch can fetch it with one statement a table.
pub struct Refs<'a> {
    wanted: &'a mut Wanted,
}

impl<'a> Refs<'a> {
    pub(crate) fn new(wanted: &'a mut Wanted) -> Self {
        Self { wanted }
    }

    /// A row.
    pub fn add<R: Resource>(&mut self, id: &str) {
        self.wanted.rows.entry(R::INDEX).or_default().insert(id.to_owned());
    }

    /// A row, perhaps.
    pub fn add_optional<R: Resource>(&mut self, id: Option<&str>) {
        if let Some(id) = id {
            self.add::<R>(id);
        }
    }

    /// Some rows.
    pub fn add_all<R: Resource>(&mut self, ids: &[String]) {
        self.wanted.rows.entry(R::INDEX).or_default().extend(ids.iter().cloned());
    }

    /// What the shape of a row shows besides the row.
    pub fn add_shape<R: Resource>(&mut self, id: &str) {
        self.wanted.shapes.entry(R::INDEX).or_default().insert(id.to_owned());
    }

    /// A collection.
    pub fn add_many<R>(&mut self, relation: &Relation<R>, owner: &str) {
        self.wanted.lists.entry((relation.owner, relation.collection)).or_default().insert(owner.to_owned());
    }
}
