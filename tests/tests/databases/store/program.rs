//! Random calls.

use super::shop::{AS_CREATED, BY_TOTAL, CUSTOMER, LINE, LINES, ORDER, VOUCHER, id};
use opwright_runtime::store::facts::Event;
use opwright_runtime::store::layout::Row;
use opwright_runtime::store::link::{Arg, Dialect, Fault, sql};
use opwright_runtime::store::unit::{Deletion, Work};
use opwright_values::value::Value;

/// A source of numbers (SplitMix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn small(&mut self, limit: u64) -> i64 {
        i64::try_from(self.below(limit)).unwrap()
    }
}

/// What a call is done to.
pub(super) trait Store {
    fn load(&mut self, table: usize, id: &str) -> Result<Option<Row>, Fault>;
    fn list(&mut self, table: usize, collection: usize, owner: &str) -> Result<Vec<String>, Fault>;
    /// Orders of a customer with a total above a number, by id.
    fn find(&mut self, customer: &str, above: i64) -> Result<Vec<String>, Fault>;
    /// Customers with a credit above a number, by id.
    fn rich(&mut self, above: i64) -> Result<Vec<String>, Fault>;
    fn insert(&mut self, table: usize, row: Row) -> Result<(), Fault>;
    fn put(&mut self, table: usize, row: Row) -> Result<bool, Fault>;
    /// Whether there is a deleted row of this id.
    fn is_gone(&mut self, table: usize, id: &str) -> Result<bool, Fault>;
    /// Deletes a row, with what it owns; tells of what, or which row stands in the way.
    fn delete(&mut self, table: usize, id: &str) -> Result<String, Fault>;
    /// Brings it back, with what was deleted with it; the same.
    fn restore(&mut self, table: usize, id: &str) -> Result<String, Fault>;
    fn emit(&mut self, event: String);
}

impl Store for Work {
    fn load(&mut self, table: usize, id: &str) -> Result<Option<Row>, Fault> {
        Ok(Work::load(self, table, id)?.map(|row| (*row).clone()))
    }

    fn list(&mut self, table: usize, collection: usize, owner: &str) -> Result<Vec<String>, Fault> {
        Ok(Work::list(self, table, collection, owner)?.iter().map(|id| id.to_string()).collect())
    }

    fn find(&mut self, customer: &str, above: i64) -> Result<Vec<String>, Fault> {
        let cast = if self.dialect() == Dialect::Postgres { "::bigint" } else { "" };
        let text = format!(
            "SELECT \"id\" FROM \"order\" WHERE \"customer\" = $1 AND \"total\" > $2{cast} AND \"_deleted_at\" IS NULL ORDER BY \"id\""
        );
        Work::find(self, &sql(text), &[ORDER], vec![Arg::Text(customer.to_owned()), Arg::Int(above)])
    }

    fn rich(&mut self, above: i64) -> Result<Vec<String>, Fault> {
        let cast = if self.dialect() == Dialect::Postgres { "::bigint" } else { "" };
        let text = format!(
            "SELECT \"id\" FROM \"customer\" WHERE \"credit\" > $1{cast} AND \"_deleted_at\" IS NULL ORDER BY \"id\""
        );
        Work::find(self, &sql(text), &[CUSTOMER], vec![Arg::Int(above)])
    }

    fn insert(&mut self, table: usize, row: Row) -> Result<(), Fault> {
        Work::insert(self, table, row)
    }

    fn put(&mut self, table: usize, row: Row) -> Result<bool, Fault> {
        Work::put(self, table, row)
    }

    fn is_gone(&mut self, table: usize, id: &str) -> Result<bool, Fault> {
        Ok(self.gone(table, id)?.is_some())
    }

    fn delete(&mut self, table: usize, id: &str) -> Result<String, Fault> {
        Ok(match Work::delete(self, table, id)? {
            Deletion::Done(rows) => {
                format!("{:?}", rows.iter().map(|(of, id)| (*of, id.to_string())).collect::<Vec<_>>())
            }
            Deletion::InUse(user) => format!("in use by {} {}, field {}", user.table, user.id, user.field),
        })
    }

    fn restore(&mut self, table: usize, id: &str) -> Result<String, Fault> {
        let Some(gone) = self.gone(table, id)? else { return Ok("not gone".to_owned()) };
        let all = self.gone_with(gone)?;
        if let Some((of, id)) = self.lost_reference(&all)? {
            return Ok(format!("leads to {of} {id}"));
        }
        for gone in &all {
            Work::restore(self, gone)?;
        }
        Ok(format!("{:?}", all.iter().map(|gone| (gone.table, gone.id.to_string())).collect::<Vec<_>>()))
    }

    fn emit(&mut self, event: String) {
        let invocation = self.invocation().to_owned();
        Work::emit(
            self,
            Event { id: event, name: "e".to_owned(), at_us: 0, invocation, data: "{}".to_owned() },
        );
    }
}

/// How a call ends, if nothing clashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    Kept,
    Refused,
    DryRun,
    /// Its body panics in a batch; run alone it is kept.
    Panics,
}

/// A call: a seed from which all that it does follows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub(super) number: u64,
    pub(super) seed: u64,
    pub(super) ends: Ends,
}

impl Call {
    pub(super) fn new(number: u64, random: &mut Random) -> Self {
        let ends = match random.below(400) {
            0 => Ends::Panics,
            1..=100 => Ends::Refused,
            101..=140 => Ends::DryRun,
            _ => Ends::Kept,
        };
        Self { number, seed: random.next(), ends }
    }

    /// Does it; tells what it saw.
    pub(super) fn act(&self, store: &mut dyn Store) -> Result<Vec<String>, Fault> {
        let (mut random, mut saw) = (Random(self.seed), Vec::new());
        for step in 0..1 + random.below(10) {
            let said = self.step(step, &mut random, store)?;
            saw.push(said);
        }
        Ok(saw)
    }

    /// One thing. Names are few, so that calls meet: `x0` to `x7` are there from the start or come, others are new.
    fn step(&self, step: u64, random: &mut Random, store: &mut dyn Store) -> Result<String, Fault> {
        let name = |random: &mut Random| format!("x{}", random.below(8));
        let new = |random: &mut Random| {
            if random.below(3) == 0 {
                format!("x{}", random.below(8))
            } else {
                format!("n{}_{step}", self.number)
            }
        };
        // Most batches go well; a clash sends all of its batch to be run alone.
        let email = |random: &mut Random| match random.below(24) {
            0..=3 => Value::Null,
            4 => id(&format!("m{}", random.below(6))),
            _ => id(&format!("m{}", random.below(5_000))),
        };
        let (table, row) = match random.below(26) {
            0 => (CUSTOMER, customer(&new(random), email(random), random)),
            1 | 2 => (ORDER, vec![id(&new(random)), id(&name(random)), Value::Int(random.small(9))]),
            3 | 4 => (
                LINE,
                vec![id(&new(random)), id(&name(random)), id("item"), Value::Bool(random.below(2) == 0)],
            ),
            5 => {
                let spent = Value::List((0..random.below(3)).map(|_| id(&name(random))).collect());
                (VOUCHER, vec![id(&name(random)), Value::Int(random.small(9)), spent])
            }
            20..=22 => {
                let (table, target) = (usize::try_from(random.below(4)).unwrap(), name(random));
                if store.load(table, &target)?.is_none() {
                    return Ok(format!("{table} {target} is not there"));
                }
                return Ok(format!("delete {table} {target}: {}", store.delete(table, &target)?));
            }
            23..=25 => {
                let (table, target) = (usize::try_from(random.below(4)).unwrap(), name(random));
                return Ok(format!("restore {table} {target}: {}", store.restore(table, &target)?));
            }
            6 | 7 => {
                let (of, which) = [(CUSTOMER, BY_TOTAL), (CUSTOMER, AS_CREATED), (ORDER, LINES)]
                    [usize::try_from(random.below(3)).unwrap()];
                let owner = name(random);
                return Ok(format!("{of} {which} {owner}: {:?}", store.list(of, which, &owner)?));
            }
            8 | 16 => {
                let (customer, above) = (name(random), random.small(9));
                let found = store.find(&customer, above)?;
                let listed = store.list(CUSTOMER, AS_CREATED, &customer)?;
                return Ok(format!("find {customer} {above}: {found:?} of {listed:?}"));
            }
            10 | 17 => return Ok(format!("rich: {:?}", store.rich(random.small(5))?)),
            9 => {
                store.emit(format!("event_{}_{step}", self.number));
                return Ok("event".to_owned());
            }
            _ => return change(random, store, &name, &email),
        };
        // Ids that are made are never there already; a call looks first where it may be.
        let Some(Value::Text(name)) = row.first().cloned() else { panic!("a row has an id") };
        if table != VOUCHER || random.below(8) > 0 {
            if store.load(table, &name)?.is_some() {
                return Ok(format!("{table} {name} is there"));
            }
            if name.starts_with('x') && store.is_gone(table, &name)? {
                return Ok(format!("{table} {name} was there"));
            }
        }
        store.insert(table, row)?;
        Ok(format!("{table} {name} made"))
    }
}

fn customer(name: &str, email: Value, random: &mut Random) -> Row {
    let address = match random.below(2) {
        0 => Value::Null,
        _ => Value::Object(vec![id("Ulm \"x\" \\ ü"), Value::Int(random.small(20_000) - 10_000)]),
    };
    let tags = Value::List((0..random.below(3)).map(|it| Value::Bool(it == 0)).collect());
    // The first and the last microsecond of the years 1 to 9999, among others.
    let seen = [
        Value::Null,
        Value::Int(-62_135_596_800_000_000),
        Value::Int(253_402_300_799_999_999),
        Value::Int(-1),
    ];
    let seen = seen[usize::try_from(random.below(4)).unwrap()].clone();
    vec![id(name), email, Value::Int(random.small(5)), address, tags, seen]
}

/// A row gets another value, or the one that it has.
fn change(
    random: &mut Random,
    store: &mut dyn Store,
    name: &dyn Fn(&mut Random) -> String,
    email: &dyn Fn(&mut Random) -> Value,
) -> Result<String, Fault> {
    let (table, target) = (usize::try_from(random.below(4)).unwrap(), name(random));
    let Some(mut row) = store.load(table, &target)? else {
        return Ok(format!("{table} {target} is not there"));
    };
    let (field, value) = match (table, random.below(2)) {
        (CUSTOMER, 0) => (1, email(random)),
        (CUSTOMER, _) => (2, Value::Int(random.small(5))),
        (ORDER | LINE, 0) => (1, id(&name(random))),
        (ORDER, _) => (2, if random.below(5) == 0 { Value::Null } else { Value::Int(random.small(9)) }),
        (LINE, _) => (3, Value::Bool(random.below(2) == 0)),
        _ => (1, Value::Int(random.small(9))),
    };
    if (table, field) == (CUSTOMER, 1) && random.below(4) == 0 {
        // Another one for a moment.
        row[field] = email(random);
        store.put(table, row.clone())?;
    }
    row[field] = value;
    let shown = format!("{row:?}");
    let changed = store.put(table, row)?;
    Ok(format!("{table} {target} {changed} {shown}"))
}
