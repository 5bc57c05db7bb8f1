//! Reports as text and as JSON: the only file that knows annotate-snippets.

use super::{Diagnostic, Report};
use crate::source::{Sources, Span};
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use serde_json::{Value, json};
use std::ops::Range;

/// For logs and files.
pub fn plain(report: &Report, sources: &Sources) -> String {
    text(report, sources, &Renderer::plain())
}

/// For terminals.
pub fn colour(report: &Report, sources: &Sources) -> String {
    text(report, sources, &Renderer::styled())
}

fn text(report: &Report, sources: &Sources, renderer: &Renderer) -> String {
    let rendered = report.sorted().into_iter().map(|found| renderer.render(&groups(found, sources)) + "\n\n");
    let mut text: String = rendered.collect();
    let count = report.sorted().len();
    if count > 0 {
        text.push_str(&format!("{count} {}\n", if count == 1 { "mistake" } else { "mistakes" }));
    }
    text
}

fn groups<'s>(found: &'s Diagnostic, sources: &'s Sources) -> Vec<Group<'s>> {
    let mut snippet = snippet(found.span, sources)
        .annotation(AnnotationKind::Primary.span(range(found.span, sources)).label(label(&found.label)));
    let mut elsewhere = Vec::new();
    for (span, text) in &found.secondary {
        let annotation = AnnotationKind::Context.span(range(*span, sources)).label(label(text));
        if span.file == found.span.file {
            snippet = snippet.annotation(annotation);
        } else {
            elsewhere.push(self::snippet(*span, sources).annotation(annotation));
        }
    }
    let title = Level::ERROR.primary_title(found.message.as_str()).id(found.code.entry().code);
    let helps = found.help.iter().map(|help| Level::HELP.message(help.as_str()));
    let mut groups = vec![title.element(snippet).elements(elsewhere).elements(helps)];
    if let Some((span, replacement)) = &found.patch {
        let patch = Patch::new(range(*span, sources), replacement.as_str());
        let source = Snippet::source(sources.text(span.file)).path(sources.name(span.file)).patch(patch);
        groups.push(Level::HELP.secondary_title("like this").element(source));
    }
    groups
}

fn snippet<'s, T: Clone>(span: Span, sources: &'s Sources) -> Snippet<'s, T> {
    Snippet::source(sources.text(span.file)).path(sources.name(span.file))
}

fn label(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// The bytes to underline: at most to the end of the first line, so that a whole document is not drawn.
fn range(span: Span, sources: &Sources) -> Range<usize> {
    let (start, end) = (span.start as usize, span.end as usize);
    let line = sources.slice(span).find('\n').map_or(end, |line| start + line);
    start..line
}

/// For editors and other programs: a list of objects, sorted by place.
pub fn json(report: &Report, sources: &Sources) -> String {
    let found: Vec<Value> = report.sorted().into_iter().map(|found| object(found, sources)).collect();
    Value::Array(found).to_string()
}

fn object(found: &Diagnostic, sources: &Sources) -> Value {
    let secondary: Vec<Value> =
        found.secondary.iter().map(|(span, text)| place(*span, text, sources)).collect();
    let patch = found
        .patch
        .as_ref()
        .map(|(span, replacement)| json!({"place": place(*span, "", sources), "replacement": replacement}));
    json!({
        "code": found.code.entry().code,
        "title": found.code.entry().title,
        "message": found.message,
        "primary": place(found.span, &found.label, sources),
        "secondary": secondary,
        "help": found.help,
        "patch": patch,
    })
}

fn place(span: Span, label: &str, sources: &Sources) -> Value {
    let (start, end) = (sources.position(span.file, span.start), sources.position(span.file, span.end));
    json!({
        "file": sources.name(span.file),
        "start": {"byte": span.start, "line": start.line, "column": start.column},
        "end": {"byte": span.end, "line": end.line, "column": end.column},
        "label": label,
    })
}
