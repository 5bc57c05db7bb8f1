//! What a page says: the sentences of its paragraphs and lists, and the rows of its tables, under their headings.

use regex::Regex;
use std::sync::LazyLock;

static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[([^\]]+)\]\([^)]*\)").unwrap_or_else(|error| panic!("{error}")));

/// A paragraph, an item of a list, or a row of a table.
pub struct Block {
    /// The heading that it stands under, without markup.
    pub section: String,
    /// Its words, without line breaks and markup.
    pub words: String,
    /// Whether it is a row of a table, which is one sentence.
    pub row: bool,
}

impl Block {
    /// Where each sentence begins and ends.
    pub fn sentences(&self) -> Vec<(usize, usize)> {
        let (mut sentences, mut start) = (Vec::new(), 0);
        let bytes = self.words.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let ends = *byte == b'.'
                && bytes.get(at + 1) == Some(&b' ')
                && !bytes.get(at + 2).is_some_and(u8::is_ascii_digit);
            if ends && !self.row {
                sentences.push((start, at + 1));
                start = at + 2;
            }
        }
        sentences.push((start, bytes.len()));
        sentences
    }

    /// A sentence.
    pub fn sentence(&self, (start, end): (usize, usize)) -> &str {
        self.words.get(start..end).unwrap_or_default()
    }
}

/// Words as they are compared: without line breaks, links, code and stress.
pub fn plain(markdown: &str) -> String {
    let text = LINK.replace_all(markdown, "$1").replace(['`', '*'], "").replace("<br>", " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a page says, but for what is fenced, the heads of tables, and what comes behind the heading `end`.
pub fn blocks(markdown: &str, end: Option<&str>) -> Vec<Block> {
    let (mut blocks, mut section) = (Vec::new(), String::new());
    let (mut fenced, mut open, mut table) = (false, Vec::new(), 0);
    let close = |open: &mut Vec<&str>, section: &str, blocks: &mut Vec<Block>| {
        if !open.is_empty() {
            let words = plain(&open.join(" "));
            blocks.push(Block { section: section.to_owned(), words, row: false });
            open.clear();
        }
    };
    for line in markdown.lines() {
        let trimmed = line.trim_start();
        table = if trimmed.starts_with('|') { table + 1 } else { 0 };
        if trimmed.starts_with("```") {
            fenced = !fenced;
            close(&mut open, &section, &mut blocks);
        } else if fenced {
        } else if trimmed.starts_with('#') {
            close(&mut open, &section, &mut blocks);
            section = plain(trimmed.trim_start_matches(['#', ' ']));
            if end == Some(&section) {
                break;
            }
        } else if table > 0 {
            close(&mut open, &section, &mut blocks);
            if table > 2 {
                let words = plain(trimmed.trim_matches(['|', ' ']));
                blocks.push(Block { section: section.clone(), words, row: true });
            }
        } else if trimmed.is_empty() {
            close(&mut open, &section, &mut blocks);
        } else {
            let item = trimmed.split_once(' ').is_some_and(|(mark, _)| {
                mark == "-" || mark.strip_suffix('.').is_some_and(|number| number.parse::<u8>().is_ok())
            });
            if item {
                close(&mut open, &section, &mut blocks);
            }
            open.push(if item { trimmed.split_once(' ').map_or("", |(_, rest)| rest) } else { trimmed });
        }
    }
    close(&mut open, &section, &mut blocks);
    blocks
}
