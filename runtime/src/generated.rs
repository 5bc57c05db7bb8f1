//! All that generated code may name.

pub use crate::cx::{
    Bind, Collections, Columns, Cx, Live, Many, Pages, Query, Refs, Relation, Resource, RowIds, Rows, Seen,
    Walk, bind, bind_optional, broken_rule, distinct_rows, ids, is_member, pointer_key, present, value,
};
pub use crate::fields::Fields;
pub use crate::operation::{Call, Decoded, Operation, Reply, Service};
pub use crate::stop::{Broken, Checked, Stop};
pub use crate::store::layout::Row;
pub use crate::store::link::Fault;
pub use opwright_tracer::trace::{Masked, Show};
pub use opwright_values::arith::{
    abs, add, div, greatest, least, mul, neg, rem, share, shift, since, sub, sum, times,
};
pub use opwright_values::convert::{FromValue, IntoValue, ToJson};
pub use opwright_values::decimal::Decimal;
pub use opwright_values::json::Json;
pub use opwright_values::list::{
    append, at, contains, distinct, flatten, indexed, lookup, max, min, size, sort, sort_by, try_all,
    try_any, try_count, try_filter, try_sort_by,
};
pub use opwright_values::text::{
    Search, as_str, concat, join, lower_ascii, size as text_size, trim, upper_ascii,
};
pub use opwright_values::time::{Date, Duration, Timestamp};
pub use opwright_values::value::Value;
pub use std::collections::BTreeMap;
