//! Icons: shape means what a step is, so that colour can mean how it went.

use crate::graph::Kind;
use maud::{Markup, PreEscaped, html};

const SHAPES: [(&str, &str); 9] = [
    ("gate", r#"<path d="M8 1.500 14 4v4c0 3.500-2.500 5.700-6 6.500C4.500 13.700 2 11.500 2 8V4z"/>"#),
    (
        "lookup",
        r#"<ellipse cx="8" cy="4" rx="5.500" ry="2.200"/><path d="M2.500 4v8c0 1.200 2.500 2.200 5.500 2.200s5.500-1 5.500-2.200V4M2.500 8c0 1.200 2.500 2.200 5.500 2.200s5.500-1 5.500-2.200"/>"#,
    ),
    ("rule", r#"<path d="M8 2v12M4 14h8M2.500 5h11M2.500 5 1 9.500h3.500zM13.500 5 12 9.500h3z"/>"#),
    ("value", r#"<path d="M3 6h10M3 10h10"/>"#),
    ("effect", r#"<path d="M3 13h3l7-7-3-3-7 7z"/>"#),
    ("event", r#"<path d="M9 1.500 3.500 9H8l-1 5.500L12.500 7H8z"/>"#),
    ("choice", r#"<path d="M8 1.500 14.500 8 8 14.500 1.500 8z"/>"#),
    ("loop", r#"<path d="M13 8a5 5 0 1 1-1.500-3.500M12 1.500v3.500H8.500"/>"#),
    ("outcome", r#"<path d="M3 14V2h9l-2 3.500L12 9H3"/>"#),
];

/// What the icons of the legend stand for.
pub(super) const LEGEND: [(&str, &str); 9] = [
    ("gate", "gate"),
    ("lookup", "rows are read"),
    ("rule", "rule"),
    ("value", "value"),
    ("effect", "row is written"),
    ("event", "event"),
    ("choice", "choice"),
    ("loop", "loop"),
    ("outcome", "outcome"),
];

/// The icon of a kind of node.
pub(super) fn of(kind: &Kind) -> Markup {
    named(match kind {
        Kind::Gate(_) => "gate",
        Kind::Lookup => "lookup",
        Kind::Rule => "rule",
        Kind::Value => "value",
        Kind::Effect(_) => "effect",
        Kind::Event => "event",
        Kind::Branch => "choice",
        Kind::Loop => "loop",
        Kind::Exit(_) | Kind::Outcome => "outcome",
    })
}

/// An icon by its name.
pub(super) fn named(name: &str) -> Markup {
    html! { svg aria-hidden="true" { use href={ "#i-" (name) } {} } }
}

/// The definitions that [`named`] refers to.
pub(super) fn definitions() -> Markup {
    html! {
        svg .sr aria-hidden="true" {
            @for (name, shape) in SHAPES {
                symbol id={ "i-" (name) } viewBox="0 0 16 16" {
                    g fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round" { (PreEscaped(shape)) }
                }
            }
        }
    }
}
