//! What to write instead of something that is no word here: in words, and as a change where that is one.

use crate::source::Span;

/// What to write instead.
pub(crate) struct Advice {
    /// In words.
    pub(crate) help: String,
    /// What to replace, and by what, where that is one change.
    pub(crate) patch: Option<(Span, String)>,
}

impl Advice {
    pub(super) fn say(help: impl Into<String>) -> Option<Self> {
        Some(Self { help: help.into(), patch: None })
    }

    pub(super) fn write(place: Span, text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        Some(Self { help: format!("write `{text}`"), patch: Some((place, text)) })
    }
}
