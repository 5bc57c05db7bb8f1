//! A service and the calls that are made of it: generated, checked and interpreted.

use crate::arguments::Asked;
use crate::expected::expected;
use crate::generate;
use crate::interpret::broken_rules;
use crate::random::Random;
use crate::seen::{Call, Seen};
use opwright_codegen::model::Model;
use opwright_codegen::report::render;
use opwright_codegen::source::Sources;

/// How many calls are made of each operation.
const CALLS: u64 = 7;

/// What the compiler takes, with what it should do.
pub(crate) struct Case {
    /// The spec.
    pub(crate) yaml: String,
    /// The same, checked.
    pub(crate) model: Model,
    /// The calls that are asked for.
    pub(crate) asked: Vec<Asked>,
    /// The same, as they are sent.
    pub(crate) calls: Vec<Call>,
    /// What should be seen.
    pub(crate) expected: Seen,
}

/// Why there is no case.
pub(crate) enum No {
    /// `check` refuses it: what it says.
    Refused(String),
    /// The interpreter does not know what to do.
    Strange(String),
}

impl Case {
    /// The case of a seed.
    pub(crate) fn of_seed(seed: u64) -> Result<Self, No> {
        let yaml = generate::service(seed);
        let mut random = Random::new(seed ^ 0x5eed_ca11);
        let mut asked: Vec<Asked> = Vec::new();
        for operation in 0..generate::OPERATIONS {
            for _ in 0..CALLS {
                let at = random.below(u64::try_from(asked.len()).unwrap_or(0) + 1);
                let call = Asked {
                    operation: format!("op{operation}"),
                    seed: random.next(),
                    dry_run: random.one_in(12),
                };
                asked.insert(usize::try_from(at).unwrap_or(0), call);
            }
        }
        Self::of(yaml, asked)
    }

    /// A spec and its calls.
    pub(crate) fn of(yaml: String, asked: Vec<Asked>) -> Result<Self, No> {
        let mut sources = Sources::default();
        sources.add("random.yaml".to_owned(), yaml.clone());
        let model = opwright_codegen::check(&sources).map_err(|report| {
            let said: Vec<String> =
                report.sorted().iter().map(|it| render::text(it, &sources, false)).collect();
            No::Refused(said.join("\n"))
        })?;
        let broken = broken_rules(&model);
        if !broken.is_empty() {
            return Self::of(without_rules(&yaml, &broken), asked);
        }
        let (calls, expected) = expected(&model, &asked).map_err(No::Strange)?;
        Ok(Self { yaml, model, asked, calls, expected })
    }
}

/// A spec without the rules at some lines: each is two lines, and without any their heading goes too.
fn without_rules(yaml: &str, broken: &[u32]) -> String {
    let gone = |line: usize| u32::try_from(line).is_ok_and(|line| broken.contains(&line));
    let mut kept: Vec<&str> = Vec::new();
    for (line, text) in (1..).zip(yaml.lines()) {
        if gone(line) || gone(line - 1) {
            continue;
        }
        if kept.last() == Some(&"rules:") && !text.starts_with("  - ") {
            kept.pop();
        }
        kept.push(text);
    }
    kept.join("\n") + "\n"
}
