//! Why a call stops before its outcome, and rules that rows break.

use crate::refusal::Refusal;
use crate::store::link::Fault;
use opwright_tracer::trace::Show;
use opwright_values::arith::CannotCompute;

/// A step that has nothing to say if it goes on.
pub type Checked = Result<(), Stop>;

/// Why a call stops.
#[derive(Debug)]
pub enum Stop {
    /// It is refused, by an exit of its graph.
    Refused(Box<Refusal>),
    /// Something has no value.
    CannotCompute(CannotCompute),
    /// It wanted to leave its graph.
    OffGraph(String),
    /// Something broke.
    Fault(Fault),
}

impl From<CannotCompute> for Stop {
    fn from(why: CannotCompute) -> Self {
        Stop::CannotCompute(why)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Stop::Fault(fault)
    }
}

/// Why a row cannot stay as it is.
#[derive(Debug)]
pub enum Broken {
    /// It breaks a rule of its resource.
    Rule {
        /// The code of the rule.
        code: &'static str,
        /// What its texts show: expression and value.
        operands: Vec<(&'static str, String)>,
    },
    /// A rule could not be asked.
    Unasked(Stop),
}

impl Broken {
    /// A broken rule, with the values that its texts show.
    pub fn new(code: &'static str, operands: &[(&'static str, &dyn Show)]) -> Self {
        let shown = operands.iter().map(|(text, value)| {
            let mut out = String::new();
            value.show(&mut out);
            (*text, out)
        });
        Self::Rule { code, operands: shown.collect() }
    }
}

impl From<CannotCompute> for Broken {
    fn from(why: CannotCompute) -> Self {
        Self::Unasked(why.into())
    }
}

impl From<Stop> for Broken {
    fn from(stop: Stop) -> Self {
        Self::Unasked(stop)
    }
}
