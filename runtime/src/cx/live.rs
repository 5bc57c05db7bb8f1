//! Rows are live: one handle for one row, however it was reached, and it shows the present values.
//!
//! Versions of a row are only added, so a reader cannot stand in a writer's way, and a value that was borrowed
//! earlier stays what it was.

use std::cell::OnceCell;
use std::ops::Deref;
use std::rc::Rc;

/// A row. It derefs to its present version.
pub struct Live<R>(Rc<Version<R>>);

struct Version<R> {
    row: R,
    next: OnceCell<Rc<Version<R>>>,
}

impl<R> Live<R> {
    /// A handle of a row.
    pub(crate) fn new(row: R) -> Self {
        Self(Rc::new(Version { row, next: OnceCell::new() }))
    }

    /// Adds a version, which every handle of the row shows from now on.
    pub(crate) fn add(this: &Self, row: R) {
        let version = Rc::new(Version { row, next: OnceCell::new() });
        // The present version has no next one, by what it is.
        drop(this.present().next.set(version));
    }

    /// Whether two handles are of the same row.
    pub fn same(a: &Self, b: &Self) -> bool {
        Rc::ptr_eq(&a.0, &b.0)
    }

    fn present(&self) -> &Version<R> {
        let mut version = &self.0;
        while let Some(next) = version.next.get() {
            version = next;
        }
        version
    }
}

/// Versions go one after another: each within the drop of the one before would need a stack as long as the loop that
/// made them.
impl<R> Drop for Version<R> {
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(version) = next {
            next = Rc::into_inner(version).and_then(|mut version| version.next.take());
        }
    }
}

impl<R> Clone for Live<R> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<R> Deref for Live<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.present().row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_handles_show_the_present_version() {
        let a = Live::new(1);
        let b = a.clone();
        let before: &i32 = &a;
        Live::add(&b, 2);
        assert_eq!((*before, *a, *b), (1, 2, 2));
        assert!(Live::same(&a, &b) && !Live::same(&a, &Live::new(2)));
    }

    #[test]
    fn many_versions_need_no_deep_stack() {
        let count = std::thread::Builder::new().stack_size(64 * 1024).spawn(|| {
            let row = Live::new(0);
            let mut last = Rc::clone(&row.0);
            for round in 1..=20_000 {
                // As `add`, from the last one: to look for it each time would take too long here.
                let version = Rc::new(Version { row: round, next: OnceCell::new() });
                drop(last.next.set(Rc::clone(&version)));
                last = version;
            }
            drop(last);
            *row
        });
        assert_eq!(count.unwrap().join().unwrap(), 20_000);
    }
}
