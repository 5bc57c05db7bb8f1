//! What the Opwright compiler and runtime must do alike: types, values, decimals, times, formats, text
//! functions, checked arithmetic, and JSON in and out.

pub mod schema;
pub mod value;
