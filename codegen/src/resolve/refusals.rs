//! Refusals: what the spec leaves out is derived from the condition.

use crate::decl::refuse::RefuseDecl;
use crate::expr::env::Env;
use crate::expr::facts::Facts;
use crate::expr::typed::Typed;
use crate::expr::{advice, message};
use crate::model::Refusal;
use crate::names;
use crate::report::{Diagnostic, Report};
use crate::resolve::follow::named_in;

/// Codes that the runtime gives a meaning of its own.
const BUILTIN: &[&str] = &[
    "invalid_input",
    "not_found",
    "wrong_state",
    "not_unique",
    "circular",
    "out_of_range",
    "too_many",
    "in_use",
    "cannot_compute",
    "not_held",
    "conflict",
    "unauthenticated",
];

/// Resolves a refusal. Its texts see what the condition saw, with the condition false.
pub(crate) fn resolve(
    decl: &RefuseDecl,
    condition: &Typed,
    env: &Env<'_>,
    operations: &[&str],
    report: &mut Report,
) -> Option<Refusal> {
    let known = env.facts.with(&Facts::when_false(condition, env.schema));
    let env = Env { facts: known, ..env.clone() };
    let code = code(decl, report);
    next(decl, operations, report);
    let next: Vec<String> = decl.next.iter().map(|next| next.value.clone()).collect();
    let message = match &decl.message {
        Some(text) => named_in(text, &env, report),
        None => Some(message::derive(condition, &env)),
    };
    let fix = match &decl.fix {
        Some(text) => named_in(text, &env, report),
        None => Some(advice::derive(condition, &next, &env)),
    };
    Some(Refusal { code: code?, message: message?, fix: fix?, next })
}

/// Looks at a refusal whose condition is faulty: what that would have proved is not known.
pub(crate) fn beside(decl: &RefuseDecl, env: &Env<'_>, operations: &[&str], report: &mut Report) {
    code(decl, report);
    next(decl, operations, report);
    let before = report.mark();
    for text in [&decl.message, &decl.fix].into_iter().flatten() {
        named_in(text, env, report);
    }
    report.forget_presence(before);
}

/// A refusal of a `load` that finds no row of a resource.
pub(crate) fn of_load(
    decl: &RefuseDecl,
    resource: &str,
    env: &Env<'_>,
    operations: &[&str],
    report: &mut Report,
) -> Option<Refusal> {
    let code = code(decl, report);
    next(decl, operations, report);
    let text = |words: &str| crate::expr::typed::Template {
        pieces: vec![crate::expr::typed::Piece::Text(words.to_owned())],
    };
    let message = match &decl.message {
        Some(message) => named_in(message, env, report),
        None => Some(text(&format!("no {} matches", resource.replace('_', " ")))),
    };
    let fix = match &decl.fix {
        Some(fix) => named_in(fix, env, report),
        None => Some(text("check the arguments that the search reads")),
    };
    let next = decl.next.iter().map(|next| next.value.clone()).collect();
    Some(Refusal { code: code?, message: message?, fix: fix?, next })
}

fn code(decl: &RefuseDecl, report: &mut Report) -> Option<String> {
    if BUILTIN.contains(&decl.code.value.as_str()) {
        let fault =
            Diagnostic::new("E0107", decl.code.span, format!("the code `{}` is built in", decl.code.value));
        report.add(fault.help("choose a code that says what is wrong here"));
        return None;
    }
    names::check(&decl.code, "a refusal", report).then(|| decl.code.value.clone())
}

fn next(decl: &RefuseDecl, operations: &[&str], report: &mut Report) {
    for next in &decl.next {
        if !operations.contains(&next.value.as_str()) {
            let fault =
                Diagnostic::new("E0204", next.span, format!("there is no operation `{}`", next.value));
            report.add(fault.meant(report.meant(&next.value, operations.iter().copied())));
        }
    }
}
