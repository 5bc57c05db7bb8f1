//! Compiles YAML specs of business operations into a typed service.
//!
//! ```text
//! YAML ──decl──▶ documents ──resolve──▶ model ──lower──▶ execution graphs ──check, emit──▶ Rust
//!                                                              └──▶ pictures
//! ```

mod check;
mod compile;
pub mod decl;
mod decode;
pub mod emit;
pub mod exits;
pub mod expr;
pub mod files;
pub(crate) mod keys;
pub mod lower;
pub mod model;
pub mod names;
pub mod reference;
pub mod report;
pub mod resolve;
pub mod rows;
pub mod source;
pub mod yaml;

pub use compile::{compile, compile_as, write};
use model::Model;
use report::Report;
use source::Sources;

/// Reads and checks specs: the model, or what is wrong with them.
pub fn check(sources: &Sources) -> Result<Model, Report> {
    let mut report = Report::default();
    let documents = decl::read(sources, &mut report);
    // A document that could not be read may be the one that another one needs: what rests on names is reported behind it.
    if report.misses() || report.has("E0001") || (!report.is_empty() && documents.services.is_empty()) {
        let mut behind = report.clone();
        resolve::resolve(&documents, sources, &mut behind);
        report.take_certain(&behind);
        return Err(report);
    }
    let mut model = resolve::resolve(&documents, sources, &mut report);
    if let Some(model) = &mut model {
        check::check(&documents, model, sources, &mut report);
        // Some are told by the graphs.
        model.warnings = report.warnings();
    }
    model.filter(|_| report.is_empty()).ok_or(report)
}
