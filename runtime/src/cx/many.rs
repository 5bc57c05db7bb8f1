//! Collections of rows, as generated code sees them.

use crate::cx::live::Live;
use crate::cx::{Cx, Resource};
use crate::stop::{Checked, Stop};
use crate::store::link::Fault;
use opwright_tracer::trace::Show;
use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Owner's table, collection, owner.
pub(super) type CollectionKey = (usize, usize, String);

/// The rows in a collection of a row: what is created joins it.
pub struct Many<R>(Rc<RefCell<Rc<Vec<Live<R>>>>>);

impl<R> Clone for Many<R> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<R> Many<R> {
    pub(crate) fn new(rows: Vec<Live<R>>) -> Self {
        Self(Rc::new(RefCell::new(Rc::new(rows))))
    }

    pub(crate) fn set(&self, rows: Vec<Live<R>>) {
        *self.0.borrow_mut() = Rc::new(rows);
    }

    /// One more row, which stands at this place.
    pub(crate) fn insert(&self, at: usize, row: Live<R>) {
        let mut rows = self.0.borrow_mut();
        let rows = Rc::make_mut(&mut rows);
        rows.insert(at.min(rows.len()), row);
    }

    /// The rows, in order.
    pub fn all(&self) -> Rc<Vec<Live<R>>> {
        Rc::clone(&self.0.borrow())
    }

    /// The rows as they are now, whatever joins them while somebody goes over them.
    pub fn each(&self) -> Each<R> {
        Each { rows: self.all(), at: 0 }
    }
}

impl<R: Resource> Show for Many<R> {
    fn show(&self, out: &mut String) {
        self.all().show(out);
    }
}

/// A collection of whatever rows.
pub(crate) trait Collected {
    /// As what it is.
    fn as_any(&self) -> &dyn Any;
    /// A row is in it no more.
    fn remove(&self, id: &str);
    /// Another handle of it.
    fn again(&self) -> Box<dyn Collected>;
    /// Rows have come back: it is read again.
    fn reload(&self, cx: &mut Cx<'_>, key: &CollectionKey) -> Checked;
}

impl<R: Resource> Collected for Many<R> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn remove(&self, id: &str) {
        Rc::make_mut(&mut *self.0.borrow_mut()).retain(|row| row.id() != id);
    }

    fn again(&self) -> Box<dyn Collected> {
        Box::new(self.clone())
    }

    fn reload(&self, cx: &mut Cx<'_>, key: &CollectionKey) -> Checked {
        self.set(cx.rows_of::<R>(key)?);
        Ok(())
    }
}

/// Goes over rows.
pub struct Each<R> {
    rows: Rc<Vec<Live<R>>>,
    at: usize,
}

impl<R> Iterator for Each<R> {
    type Item = Live<R>;

    fn next(&mut self) -> Option<Live<R>> {
        let row = self.rows.get(self.at).cloned();
        self.at += 1;
        row
    }
}

/// Rows by id: what the elements of a list lead to.
pub struct Rows<R>(BTreeMap<String, Live<R>>);

impl<R: Resource> Rows<R> {
    pub(crate) fn new(rows: Vec<Live<R>>) -> Self {
        Self(rows.into_iter().map(|row| (row.id().to_owned(), row)).collect())
    }

    /// The row of an id.
    pub fn of(&self, id: &str) -> Result<&Live<R>, Stop> {
        self.0.get(id).ok_or_else(|| missing(id))
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = &Live<R>> {
        self.0.values()
    }
}

/// Collections by the id of the row that they are of.
pub struct Collections<R>(BTreeMap<String, Many<R>>);

impl<R> Collections<R> {
    pub(crate) fn new(collections: BTreeMap<String, Many<R>>) -> Self {
        Self(collections)
    }

    /// The collection of a row.
    pub fn of(&self, id: &str) -> Result<&Many<R>, Stop> {
        self.0.get(id).ok_or_else(|| missing(id))
    }

    /// The rows of all collections.
    pub fn rows(&self) -> impl Iterator<Item = Live<R>> {
        self.0.values().flat_map(Many::each)
    }
}

/// Generated code asks only for what it has loaded, so this says that the compiler is wrong.
fn missing(id: &str) -> Stop {
    Stop::Fault(Fault::Other(format!(
        "the row {id} is needed and was not loaded; this is a fault of the compiler"
    )))
}
