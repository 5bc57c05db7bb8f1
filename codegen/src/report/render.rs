//! Reports as text, plain or coloured, and as JSON. The only file that knows the renderer.

use crate::report::{Diagnostic, codes};
use crate::source::{Sources, Span};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use opwright_values::json::Json;
use opwright_values::words::counted;
use std::ops::Range;

/// How many other places of the same file are drawn.
const OTHERS_MAX: usize = 5;

/// One fault as rustc would show it.
pub fn text(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let file = sources.file(diagnostic.span.file);
    let (name, source) =
        file.map_or((String::new(), ""), |file| (sources.shown(&file.name), file.text.as_str()));
    let primary = AnnotationKind::Primary.span(range(diagnostic.span, source));
    let primary =
        if diagnostic.label.is_empty() { primary } else { primary.label(diagnostic.label.as_str()) };
    let here = diagnostic.others.iter().filter(|(span, _)| span.file == diagnostic.span.file);
    let left_out = here.clone().count().saturating_sub(OTHERS_MAX);
    let others = here
        .take(OTHERS_MAX)
        .map(|(span, label)| AnnotationKind::Context.span(range(*span, source)).label(label.as_str()));
    let snippet = Snippet::source(source).path(name).annotation(primary).annotations(others);
    let title = if diagnostic.is_warning() {
        Level::WARNING.primary_title(diagnostic.message.as_str())
    } else {
        Level::ERROR.primary_title(diagnostic.message.as_str()).id(diagnostic.code)
    };
    let mut group = title.element(snippet);
    for (span, label) in diagnostic.others.iter().filter(|(span, _)| span.file != diagnostic.span.file) {
        group = group.element(elsewhere(*span, label, sources));
    }
    if left_out > 0 {
        group = group
            .element(Level::NOTE.message(format!("and in {} of this file", counted(left_out, "more place"))));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let mut groups = vec![group];
    if let Some((span, replacement)) = &diagnostic.patch
        && !is_long(*span, sources)
    {
        groups.push(patched(*span, replacement, sources));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&groups)
}

/// How long a line may be to be shown as it would be, which is all of it.
const LINE_MAX: usize = 1_000;

/// Whether a place stands in a line that is too long to be shown whole.
fn is_long(span: Span, sources: &Sources) -> bool {
    let source = sources.file(span.file).map_or("", |file| file.text.as_str());
    let Range { start, end } = range(span, source);
    let before = source.get(..start).and_then(|text| text.rsplit('\n').next()).map_or(0, str::len);
    let behind = source.get(end..).and_then(|text| text.split('\n').next()).map_or(0, str::len);
    before + (end - start) + behind > LINE_MAX
}

/// The line as it would be.
fn patched<'s>(span: Span, replacement: &'s str, sources: &'s Sources) -> Group<'s> {
    let file = sources.file(span.file);
    let (name, source) =
        file.map_or((String::new(), ""), |file| (sources.shown(&file.name), file.text.as_str()));
    let patch = Patch::new(range(span, source), replacement);
    Level::HELP.secondary_title("like this").element(Snippet::source(source).path(name).patch(patch))
}

fn elsewhere<'s>(span: Span, label: &'s str, sources: &'s Sources) -> Snippet<'s, Annotation<'s>> {
    let file = sources.file(span.file);
    let (name, source) =
        file.map_or((String::new(), ""), |file| (sources.shown(&file.name), file.text.as_str()));
    Snippet::source(source)
        .path(name)
        .annotation(AnnotationKind::Context.span(range(span, source)).label(label))
}

/// The bytes of a span, kept inside of the text and on character borders.
fn range(span: Span, source: &str) -> Range<usize> {
    let border = |at: u32| {
        let mut at = usize::try_from(at).unwrap_or(usize::MAX).min(source.len());
        while !source.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (border(span.start), border(span.end));
    // A whole document is not drawn: its first line shows where it is.
    let line = source.get(start..end).and_then(|text| text.find('\n')).map_or(end, |line| start + line);
    start..line.max(start)
}

/// All faults as JSON, one object a line: code, level, title, message, place, label, other places, help, and a change that
/// mends it.
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    diagnostics.iter().map(|diagnostic| format!("{}\n", object(diagnostic, sources))).collect()
}

/// What went wrong that has no place in the specs, as JSON with the same keys: it has no code and no place.
pub fn plain(message: &str, help: &str) -> String {
    let json = Json::object([
        ("code", text_of("")),
        ("level", text_of("error")),
        ("title", text_of("")),
        ("message", text_of(message)),
        ("place", Json::Null),
        ("others", Json::List(Vec::new())),
        ("help", Json::List(vec![text_of(help)])),
    ]);
    format!("{json}\n")
}

fn object(diagnostic: &Diagnostic, sources: &Sources) -> Json {
    let help = diagnostic.help.iter().map(|help| text_of(help)).collect();
    let others = diagnostic.others.iter().map(|(span, label)| place(*span, label, sources)).collect();
    let mut keys = vec![
        ("code", text_of(diagnostic.code)),
        ("level", text_of(if diagnostic.is_warning() { "warning" } else { "error" })),
        ("title", text_of(codes::title(diagnostic.code))),
        ("message", text_of(&diagnostic.message)),
        ("place", place(diagnostic.span, &diagnostic.label, sources)),
        ("others", Json::List(others)),
        ("help", Json::List(help)),
    ];
    if let Some((span, replacement)) = &diagnostic.patch {
        keys.push(("patch", place(*span, "", sources)));
        keys.push(("replacement", text_of(replacement)));
    }
    Json::object(keys)
}

fn place(span: Span, label: &str, sources: &Sources) -> Json {
    let src = sources.place(span);
    let end = sources.place(Span { start: span.end, ..span });
    Json::object([
        ("file", text_of(&src.file)),
        ("line", Json::int(src.line.into())),
        ("column", Json::int(src.column.into())),
        ("end_line", Json::int(end.line.into())),
        ("end_column", Json::int(end.column.into())),
        ("start", Json::int(span.start.into())),
        ("end", Json::int(span.end.into())),
        ("underlined", text_of(sources.text(span))),
        ("label", text_of(label)),
    ])
}

fn text_of(text: &str) -> Json {
    Json::text(text.to_owned())
}
