//! The head of every page: it loads nothing, and says so in its own policy.

use crate::view::policy;
use maud::{Markup, PreEscaped, html};

/// The head of a page with this title, and with the one style and the one script that are in it.
pub(super) fn head(title: &str, style: &str, script: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta http-equiv="Content-Security-Policy" content=(policy::policy(style, script));
            title { (title) }
            style { (PreEscaped(style)) }
        }
    }
}
