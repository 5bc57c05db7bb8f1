//! The catalogue of mistakes: each with what it means, what is said of one, and the lines that mend it.

use crate::report::codes::{CODES, Code};
use crate::report::explain::mended;

/// The chapter.
pub(super) fn codes() -> String {
    let mut text = "## Mistakes\n\n`opwright check --explain CODE` says the same.\n".to_owned();
    for Code { code, title, explanation, example } in CODES {
        let (report, mended) = (example.report.trim_end(), mended(example));
        text += &format!(
            "\n### {code}: {title}\n\n{explanation}\n\n```text\n{report}\n```\n\nMended:\n\n```text\n{}\n```\n",
            mended.trim_end()
        );
    }
    text
}
