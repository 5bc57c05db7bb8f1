//! A connection to one of the two databases: the only folder that names sqlx.
//!
//! ```text
//! Link ─┬─ runtime     current thread: a lane waits for its database and for nothing else
//!       └─ Conn ─┬─ SQLite      WAL, synchronous=FULL, BEGIN IMMEDIATE
//!                └─ PostgreSQL  READ COMMITTED, or a REPEATABLE READ snapshot for reading
//! ```
//!
//! Two faults of the drivers were measured, and have one cure here. A transaction whose future is dropped midway
//! leaves its connection inside of the transaction, and SQLite rolls back by itself on some errors without the
//! driver knowing. So nothing here is ever dropped midway, and a connection on which anything failed is not used
//! again; but for a clash of unique values, which is undone with the savepoint before it (`sound`).

mod begin;
mod fault;
mod kept;
pub mod packed;
mod patience;
mod sound;
mod target;
mod values;
mod writes;

pub use fault::Fault;
pub use patience::Patience;
pub use target::{Dialect, Target};
pub use values::{Arg, Cell};
pub use writes::{Uncommitted, Write};

use begin::Pending;
use fault::{closed, lost};
use kept::Kept;
use patience::wait;
use sound::Health;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqlSafeStr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use values::{bind_postgres, bind_sqlite, cells_postgres, cells_sqlite};

/// A statement. It is made from names that the compiler has checked and from placeholders, never from values.
pub type Sql = sqlx::SqlStr;

/// A statement from text.
pub fn sql(text: impl Into<String>) -> Sql {
    AssertSqlSafe(text.into()).into_sql_str()
}

/// What a new connection is asked before it is used.
pub type Welcome = Arc<dyn Fn(&mut Link) -> Result<(), Fault> + Send + Sync>;

/// How many prepared statements a connection keeps: a handful for each table, and one for each query. See `kept` for
/// their size.
const STATEMENTS: usize = 1_000;

enum Conn {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection),
}

/// A connection, and the thread's runtime that drives it.
pub struct Link {
    runtime: tokio::runtime::Runtime,
    conn: Option<Conn>,
    target: Target,
    patience: Patience,
    welcome: Option<Welcome>,
    pending: Pending,
    kept: Kept,
    health: Health,
}

impl Link {
    /// Connects.
    pub fn open(target: &Target) -> Result<Self, Fault> {
        Self::open_with(target, Patience::default())
    }

    /// Connects; a server of PostgreSQL is waited for as long as is said.
    pub fn open_with(target: &Target, patience: Patience) -> Result<Self, Fault> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Fault::Other(format!("cannot start a runtime: {error}")))?;
        let mut link = Self {
            runtime,
            conn: None,
            target: target.clone(),
            patience,
            welcome: None,
            pending: Pending::Nothing,
            kept: Kept::default(),
            health: Health::Sound,
        };
        link.connect_patiently().map_err(|error| fault::not_let_in(&error, target))?;
        Ok(link)
    }

    /// Asks what has to be asked of each connection; of those that replace it too, and again where much rests on it.
    pub fn welcomed(mut self, welcome: Welcome) -> Result<Self, Fault> {
        welcome(&mut self)?;
        self.welcome = Some(welcome);
        Ok(self)
    }

    /// What was asked of it.
    pub fn welcome(&self) -> Option<Welcome> {
        self.welcome.clone()
    }

    /// Asks it again: within a transaction, what was true when it was opened may not be true any more.
    pub fn ask_again(&mut self) -> Result<(), Fault> {
        self.welcome().map_or(Ok(()), |welcome| welcome(self))
    }

    /// From now on a server of PostgreSQL that says nothing for so long is gone.
    pub fn give_up_after(&mut self, patience: Duration) {
        self.patience.answers = Some(patience);
    }

    /// How long a server of PostgreSQL is waited for.
    pub fn patience(&self) -> Patience {
        self.patience
    }

    /// Throws the connection away and makes a new one.
    pub fn reopen(&mut self) -> Result<(), Fault> {
        self.connect_patiently().map_err(|error| lost(&error))
    }

    fn connect_patiently(&mut self) -> Result<(), sqlx::Error> {
        self.drop_connection();
        (self.kept, self.health) = (Kept::default(), Health::Sound);
        let mut conn = self.connect();
        // While another connection turns a new file to WAL, SQLite is busy, whatever its timeout.
        for _ in 0..40 {
            let Err(sqlx::Error::Database(error)) = &conn else { break };
            if error.code().as_deref() != Some("5") {
                break;
            }
            std::thread::sleep(Duration::from_millis(25));
            conn = self.connect();
        }
        self.conn = Some(conn?);
        Ok(())
    }

    fn connect(&self) -> Result<Conn, sqlx::Error> {
        let connecting = async {
            match &self.target {
                Target::Sqlite(path) => sqlite(path).connect().await.map(Conn::Sqlite),
                Target::Postgres(options) => {
                    // Who looks at a server sees whose connections these are.
                    let name = match options.get_application_name() {
                        Some(given) => format!("opwright {given}"),
                        None => "opwright".to_owned(),
                    };
                    let options = (**options).clone().application_name(&name);
                    let mut options = options.statement_cache_capacity(STATEMENTS).options([
                        ("client_min_messages", "warning"),
                        // As long as SQLite is patient; a deadlock is found sooner.
                        ("lock_timeout", "10s"),
                        // A session whose service has vanished within a transaction gives its locks up.
                        ("idle_in_transaction_session_timeout", "60s"),
                        // Statements are planned once, perhaps when a table was empty; all look rows up by an index.
                        ("enable_seqscan", "off"),
                        ("jit", "off"),
                    ]);
                    if let Some(works) = self.patience.works_ms() {
                        // A statement may wait for the lock of each of many rows, one after another.
                        options = options.options([("statement_timeout", works)]);
                    }
                    options.connect().await.map(Conn::Postgres)
                }
            }
        };
        wait(&self.runtime, Some(self.patience.connects), connecting)
    }

    /// Closes the connection without asking it anything: nothing can be known of its state.
    pub fn drop_connection(&mut self) {
        if let Some(conn) = self.conn.take() {
            let closing = async {
                match conn {
                    Conn::Sqlite(conn) => conn.close_hard().await,
                    Conn::Postgres(conn) => conn.close_hard().await,
                }
            };
            if let Err(error) = wait(&self.runtime, Some(self.patience.connects), closing) {
                tracing::debug!(%error, "a connection that is thrown away could not be closed");
            }
        }
    }

    /// Closes the connection in good order.
    pub fn close(mut self) {
        if let Some(conn) = self.conn.take() {
            let closed = match conn {
                Conn::Sqlite(conn) => self.runtime.block_on(conn.close()),
                Conn::Postgres(conn) => wait(&self.runtime, Some(self.patience.connects), conn.close()),
            };
            if let Err(error) = closed {
                tracing::debug!(%error, "a connection could not be closed");
            }
        }
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        self.target.dialect()
    }

    /// Where the database is.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Runs several statements that give nothing, such as `BEGIN`.
    pub fn run(&mut self, text: &'static str) -> Result<(), Fault> {
        self.run_sql(text.into_sql_str())
    }

    /// Runs several statements that give nothing and take nothing.
    pub fn run_sql(&mut self, text: Sql) -> Result<(), Fault> {
        let done = self.sent(text)?;
        self.told(done)
    }

    /// The same, and what was said to it; a fault if it could not even be sent.
    fn sent(&mut self, text: Sql) -> Result<Result<(), sqlx::Error>, Fault> {
        let text = self.next(&text)?;
        Ok(match self.conn.as_mut() {
            None => return Err(closed()),
            Some(Conn::Sqlite(conn)) => self.runtime.block_on(sqlx::raw_sql(text).execute(conn)).map(drop),
            Some(Conn::Postgres(conn)) => {
                wait(&self.runtime, self.patience.answers, sqlx::raw_sql(text).execute(conn)).map(drop)
            }
        })
    }

    /// Whether a statement is kept prepared, once there is room for it.
    fn keeps(&mut self, text: &Sql) -> Result<bool, Fault> {
        if self.kept.is_full() {
            self.kept = Kept::default();
            let cleared = match self.conn.as_mut() {
                None => return Err(closed()),
                Some(Conn::Sqlite(conn)) => self.runtime.block_on(conn.clear_cached_statements()),
                Some(Conn::Postgres(conn)) => {
                    wait(&self.runtime, self.patience.answers, conn.clear_cached_statements())
                }
            };
            self.told(cleared)?;
        }
        Ok(self.kept.sees(text.as_str()))
    }

    /// Runs a statement; gives the number of rows that it changed.
    pub fn execute(&mut self, text: &Sql, args: Vec<Arg>) -> Result<u64, Fault> {
        let text = self.next(text)?;
        let keeps = self.keeps(&text)?;
        let done = match self.conn.as_mut() {
            None => return Err(closed()),
            Some(Conn::Sqlite(conn)) => {
                let query = args.into_iter().fold(sqlx::query(text).persistent(keeps), bind_sqlite);
                self.runtime.block_on(query.execute(conn)).map(|done| done.rows_affected())
            }
            Some(Conn::Postgres(conn)) => {
                let query = args.into_iter().fold(sqlx::query(text).persistent(keeps), bind_postgres);
                wait(&self.runtime, self.patience.answers, query.execute(conn))
                    .map(|done| done.rows_affected())
            }
        };
        self.told(done)
    }

    /// Runs a statement; gives its rows.
    pub fn fetch(&mut self, text: &Sql, args: Vec<Arg>) -> Result<Vec<Vec<Cell>>, Fault> {
        let text = self.next(text)?;
        let keeps = self.keeps(&text)?;
        let rows = match self.conn.as_mut() {
            None => return Err(closed()),
            Some(Conn::Sqlite(conn)) => {
                let query = args.into_iter().fold(sqlx::query(text).persistent(keeps), bind_sqlite);
                let rows = self.runtime.block_on(query.fetch_all(conn));
                rows.and_then(|rows| rows.iter().map(cells_sqlite).collect())
            }
            Some(Conn::Postgres(conn)) => {
                let query = args.into_iter().fold(sqlx::query(text).persistent(keeps), bind_postgres);
                let rows = wait(&self.runtime, self.patience.answers, query.fetch_all(conn));
                rows.and_then(|rows| rows.iter().map(cells_postgres).collect())
            }
        };
        self.told(rows)
    }
}

/// Whatever ends the use of a connection, it is closed there and then: locks that it still held would stand in the
/// way of the calls that are run again on the next one.
impl Drop for Link {
    fn drop(&mut self) {
        self.drop_connection();
    }
}

fn sqlite(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(STATEMENTS)
        // A checkpoint writes what many batches changed once: an eighth more calls a second, for a WAL of 32 MB.
        .pragma("wal_autocheckpoint", "8000")
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "MEMORY")
}
