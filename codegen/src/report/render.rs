//! Reports as text, plain or coloured, and as JSON. The only file that knows the renderer.

use crate::report::Diagnostic;
use crate::source::{Sources, Span};
use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};
use std::ops::Range;

/// One fault as rustc would show it.
pub fn text(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let file = sources.file(diagnostic.span.file);
    let (name, source) = file.map_or(("", ""), |file| (file.name.as_str(), file.text.as_str()));
    let primary = AnnotationKind::Primary.span(range(diagnostic.span, source));
    let primary =
        if diagnostic.label.is_empty() { primary } else { primary.label(diagnostic.label.as_str()) };
    let here = diagnostic.others.iter().filter(|(span, _)| span.file == diagnostic.span.file);
    let others =
        here.map(|(span, label)| AnnotationKind::Context.span(range(*span, source)).label(label.as_str()));
    let snippet = Snippet::source(source).path(name).annotation(primary).annotations(others);
    let mut group =
        Level::ERROR.primary_title(diagnostic.message.as_str()).id(diagnostic.code).element(snippet);
    for (span, label) in diagnostic.others.iter().filter(|(span, _)| span.file != diagnostic.span.file) {
        group = group.element(elsewhere(*span, label, sources));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

fn elsewhere<'s>(span: Span, label: &'s str, sources: &'s Sources) -> Snippet<'s, Annotation<'s>> {
    let file = sources.file(span.file);
    let (name, source) = file.map_or(("", ""), |file| (file.name.as_str(), file.text.as_str()));
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
    start..end.max(start)
}

/// All faults as JSON lines: code, message, file, line, column, label, help.
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    use opwright_values::json::Json;
    let lines = diagnostics.iter().map(|diagnostic| {
        let place = sources.place(diagnostic.span);
        let text = |text: &str| Json::text(text.to_owned());
        let help = diagnostic.help.iter().map(|help| text(help)).collect();
        let line = Json::object([
            ("code", text(diagnostic.code)),
            ("message", text(&diagnostic.message)),
            ("file", text(&place.file)),
            ("line", Json::int(place.line.into())),
            ("column", Json::int(place.column.into())),
            ("underlined", text(sources.text(diagnostic.span))),
            ("label", text(&diagnostic.label)),
            ("help", Json::List(help)),
        ]);
        format!("{line}\n")
    });
    lines.collect()
}
