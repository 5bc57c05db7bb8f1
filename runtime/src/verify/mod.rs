//! Whether the rows are as the gateway left them: whoever writes to the database by another way is not asked anything.
//!
//! ```text
//! rows, a page at a time ─┬─▶ fields       each value is one of its type, and present where it has to be
//!                         ├─▶ rules        what is true of every row
//!                         ├─▶ references   each leads to a live row; of a deleted row, to one that may be deleted too
//!                         ├─▶ uniques      no two live rows have the same values
//!                         ├─▶ collections  none is larger than it may be
//!                         ├─▶ circles      no reference that is `acyclic` leads back
//!                         └─▶ history      it adds up, and ends with the row as it is, or with its deletion
//! ```

mod history;
mod pages;
mod rows;
mod told;

use crate::schema::filled::filled;
use crate::store::layout::Layout;
use crate::store::link::{Fault, Link};
use crate::store::rules::RowRules;
use std::fmt;

/// The most findings that are kept; the others are counted.
pub const KEPT_MAX: usize = 100;

/// Something is not as the gateway left it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// The resource.
    pub resource: String,
    /// The id of the row.
    pub id: String,
    /// What is wrong, in words that follow the row.
    pub wrong: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`: {}", self.resource, self.id, self.wrong)
    }
}

/// What was looked at, and what was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many live rows were read.
    pub rows: usize,
    /// How many changes are in their history.
    pub changes: usize,
    /// The first findings.
    pub findings: Vec<Finding>,
    /// How many findings there are.
    pub found: usize,
}

impl Report {
    fn add(&mut self, resource: &str, id: &str, wrong: String) {
        self.found += 1;
        if self.findings.len() < KEPT_MAX {
            self.findings.push(Finding { resource: resource.to_owned(), id: id.to_owned(), wrong });
        }
    }
}

/// Reads every table, in one state of the database.
pub fn verify(link: &mut Link, layout: &Layout, rules: &[RowRules]) -> Result<Report, Fault> {
    verify_telling(link, layout, rules, &mut |_, _| ())
}

/// The same, and tells of each page: which resource it is of, and how many of its rows have been read.
pub fn verify_telling(
    link: &mut Link,
    layout: &Layout,
    rules: &[RowRules],
    tell: &mut dyn FnMut(&str, usize),
) -> Result<Report, Fault> {
    let mut report = Report::default();
    link.begin_reading()?;
    link.ask_again()?;
    let mut filled = filled(link, layout)?.into_iter();
    for (index, table) in layout.tables.iter().enumerate() {
        let rules = rules.iter().find(|(resource, _)| *resource == index).map(|(_, rules)| *rules);
        let steps = history::steps(link, table, filled.next().unwrap_or_default())?;
        let mut read = 0;
        // What is deleted may come back, and then has to be as sound.
        for deleted in [false, true] {
            let mut behind: Option<String> = None;
            while let Some(page) = pages::next(link, table, deleted, behind.as_deref())? {
                read += page.rows.len();
                let kind = rows::Kind { table, rules, deleted };
                rows::check(link, layout, &kind, &page, &mut report)?;
                history::check_ends(link, table, deleted, &page, &steps, &mut report)?;
                behind = Some(page.last);
                tell(table.name(), read);
            }
        }
        rows::check_uniques(link, table, &mut report)?;
        rows::check_sizes(link, layout, table, &mut report)?;
        rows::check_circles(link, table, &mut report)?;
        history::check_rows(link, table, &mut report)?;
        history::check_steps(link, table, steps, &mut report)?;
    }
    link.commit()?;
    Ok(report)
}
