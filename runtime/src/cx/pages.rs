//! Lists that go on behind a cursor: the first rows, or those behind the last one of an earlier answer.

use crate::cx::live::Live;
use crate::cx::typed::{Bind, Query, Resource};
use crate::cx::{Cx, cursor};
use crate::stop::Stop;
use crate::store::link::{Arg, Dialect};
use opwright_values::fault::Fault;
use opwright_values::json::Json;
use opwright_values::schema::{Field, Type};
use opwright_values::value::Value;
use opwright_values::words::shortened;

/// A `load … limit after`: its two queries, each of which asks for one row more than is given.
pub struct Pages<R: 'static> {
    first: &'static Query<R>,
    behind: &'static Query<R>,
    /// The fields by which the rows are ordered, the id last.
    keys: &'static [usize],
    limit: usize,
}

impl<R> Pages<R> {
    /// A list that goes on.
    pub const fn new(
        first: &'static Query<R>,
        behind: &'static Query<R>,
        keys: &'static [usize],
        limit: usize,
    ) -> Self {
        Self { first, behind, keys, limit }
    }
}

impl Cx<'_> {
    /// The first rows that a query finds, behind a cursor if there is one.
    pub fn find_page<R: Resource>(
        &mut self,
        pages: &'static Pages<R>,
        binds: &[Bind],
        after: &Option<String>,
    ) -> Result<Vec<Live<R>>, Stop> {
        let layout = self.work.plan();
        let all = &layout.layout.table(R::INDEX)?.resource.fields;
        let fields: Vec<&Field> = pages.keys.iter().filter_map(|key| all.get(*key)).collect();
        let list =
            format!("{}\n{}", self.drawn().graph.head.operation, pages.behind.text(Dialect::Sqlite).as_str());
        let mut args: Vec<Arg> = binds.iter().map(|bind| bind.0.clone()).collect();
        let query = match after {
            None => pages.first,
            Some(after) => match cursor::decode(&list, &fields, after) {
                None => return Err(self.wrong_cursor(after)),
                Some(keys) => {
                    fields.iter().zip(keys).for_each(|(field, key)| bind(field, key, &mut args));
                    pages.behind
                }
            },
        };
        let found = self.work.find(query.text(self.work.dialect()), query.reads, args)?;
        let more = found.len() > pages.limit;
        let names: Vec<&str> = found.iter().take(pages.limit).map(String::as_str).collect();
        self.work.load_many(R::INDEX, &names)?;
        let rows = names.into_iter().map(|id| self.followed(id)).collect::<Result<Vec<Live<R>>, Stop>>()?;
        self.tell_rows(query, &rows);
        self.next = rows.last().filter(|_| more).map(|last| {
            let row = last.to_row();
            let keys: Vec<Value> = pages.keys.iter().filter_map(|key| row.get(*key).cloned()).collect();
            cursor::encode(&list, &fields, &keys)
        });
        Ok(rows)
    }

    /// The cursor behind which the list of this call goes on, if it does.
    pub fn cursor(&mut self) -> Option<String> {
        self.next.take()
    }

    fn wrong_cursor(&mut self, after: &str) -> Stop {
        let pointer = self.sent_at();
        let got = self.drawn().mask_of(&pointer).unwrap_or_else(|| shortened(&Json::text(after.to_owned())));
        let field = pointer.trim_start_matches('/').to_owned();
        let fault = Fault {
            pointer,
            code: "wrong_format",
            expected: "`next` of an answer of this operation, as it was".to_owned(),
            got,
            ..Fault::default()
        };
        self.refusal("invalid_input", &[("field", field)], vec![fault])
    }
}

/// Binds a key, as `codegen/src/emit/sql/cursor.rs` asks for it: what may be absent by whether it is there and a value,
/// which is of the type that the statement was prepared for and decides nothing if it is not.
fn bind(field: &Field, key: Value, args: &mut Vec<Arg>) {
    if field.optional {
        args.push(Arg::Bool(key != Value::Null));
    }
    args.push(match (key, &field.ty) {
        (Value::Int(int), _) => Arg::Int(int),
        (Value::Bool(flag), _) => Arg::Bool(flag),
        (Value::Text(text), _) => Arg::Text(text),
        (_, Type::Bool) => Arg::Bool(false),
        (
            _,
            Type::Int { .. }
            | Type::Decimal { .. }
            | Type::Date { .. }
            | Type::Timestamp { .. }
            | Type::Duration { .. },
        ) => Arg::Int(0),
        _ => Arg::Text(String::new()),
    });
}
