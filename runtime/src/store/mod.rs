//! The store: two databases behind one unit of work.
//!
//! ```text
//! calls ──▶ lane (thread, connection, queue) ──▶ batch (one transaction) ──▶ unit (rows, lists, versions, history)
//!                                                                              └──▶ link (sqlx) ──▶ SQLite, PostgreSQL
//! ```

mod asked;
pub mod batch;
pub mod bulk;
pub mod claim;
pub mod ddl;
pub mod deleting;
pub mod facts;
pub mod lane;
pub mod layout;
pub mod link;
pub mod locks;
pub mod once;
pub(crate) mod parts;
pub mod references;
pub mod rules;
pub mod statements;
pub(crate) mod taking;
pub mod unit;
pub mod wanted;
