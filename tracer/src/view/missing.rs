//! The page for an address at which there is nothing: what was looked for, and where to go.

use crate::view::head::head;
use maud::{DOCTYPE, html};

const STYLE: &str = concat!(include_str!("html/css/base.css"), "main { padding: 14px 16px 40px; }\n");

/// The page. `meant` is the operation that was probably meant.
pub fn page(service: &str, said: &str, meant: Option<&str>) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("{service}: not found"), STYLE, ""))
            body {
                header { h1 { b { (service) } } p { "not found" } }
                main {
                    p { (said) }
                    @if let Some(meant) = meant {
                        p { "Did you mean " a href={ "/tracer/" (meant) } { (meant) } "?" }
                    }
                    p { a href="/tracer/" { "All operations" } }
                }
            }
        }
    }
    .into_string()
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn what_was_asked_for_is_text_only() {
        let page = page("shop", "there is no operation `<script>`", Some("pay"));
        assert!(page.contains("`&lt;script&gt;`") && !page.contains("<script"), "{page}");
        assert!(page.contains(r#"<a href="/tracer/pay">pay</a>"#), "{page}");
        assert!(page.contains(r#"<a href="/tracer/">All operations</a>"#), "{page}");
    }
}
