//! What the Opwright compiler and runtime must do alike: types, values, decimals, times, formats, text
//! functions, checked arithmetic, and JSON in and out.
//!
//! ```text
//! schema   what a service stores and says: resources, fields, types
//! value    a value, to be read together with its type
//! read, write, column, check, fault    between values and JSON, with everything that can be wrong
//! envelope  what stands beside the arguments of a call
//! moment   rows that are written down before the moment at which they are made
//! scenario  a call on known rows, and what is expected of it
//! decimal, time, text, id, arith, list    what expressions compute with
//! ```

pub mod arith;
pub mod cannot;
pub mod check;
pub mod circle;
pub mod column;
pub mod convert;
pub mod decimal;
pub mod envelope;
pub mod fault;
pub mod id;
pub mod json;
pub mod list;
pub mod moment;
pub mod read;
pub mod scenario;
pub mod schema;
pub mod suggest;
pub mod text;
pub mod time;
pub mod value;
pub mod words;
pub mod write;
