//! Every sentence of the pages of the language is held by a test, or stands among those that only explain.
//!
//! ```text
//! LANGUAGE.md            A deleted row is found by nothing, and gives up its unique values, but not its id.
//! tests/promises.yaml    - says: gives up its unique values
//!                          held: [opwright-tests::deletes values_that_occur_once_are_free_again]
//! ```

use crate::pages::{Block, blocks, plain};
use crate::tests::{Tests, text};
use serde::Deserialize;
use std::collections::BTreeMap;

const LIST: &str = "tests/promises.yaml";

/// The pages, and the heading behind which they are held by other tests: every code has goldens, which the reference
/// shows, and what is to come is refused by `golden 0101_…`.
const PAGES: &[(&str, Option<&str>)] = &[("LANGUAGE.md", None), ("docs/REFERENCE.md", Some("Mistakes"))];

/// Sections of this name hold for the whole page.
const EVERYWHERE: &str = "everywhere";

/// How much of the list may be sentences that only explain, in percent.
const EXPLAIN_MAX: usize = 15;

/// Words of a page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Promise {
    /// The words, as they stand there.
    says: String,
    /// The tests that fail if they are not true.
    #[serde(default)]
    held: Vec<String>,
    /// Why there is nothing to hold.
    explains: Option<String>,
}

/// Pages, sections and promises.
type List = BTreeMap<String, BTreeMap<String, Vec<Promise>>>;

fn list() -> List {
    serde_yaml::from_str(&text(LIST)).unwrap_or_else(|error| panic!("{LIST}: {error}"))
}

#[test]
fn every_sentence_is_held_by_a_test() {
    let (list, mut wrong) = (list(), Vec::new());
    for (page, end) in PAGES {
        let blocks = blocks(&text(page), *end);
        assert!(blocks.len() > 50, "{page} says next to nothing: {} paragraphs", blocks.len());
        let Some(sections) = list.get(*page) else { panic!("{LIST} has no `{page}`") };
        for block in &blocks {
            let of = |name: &str| sections.get(name).into_iter().flatten();
            let promises: Vec<&Promise> = of(&block.section).chain(of(EVERYWHERE)).collect();
            bare(page, block, &promises, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}\n\n{}", wrong.join("\n"), WHAT_TO_DO);
}

const WHAT_TO_DO: &str = "For each sentence: find the test that fails if it is not true, or write one (on both databases \
     where it touches one; tests/specs/language is made for it), and add under its page and section in tests/promises.yaml\n\
     \x20   - says: <words of the sentence, as they stand there>\n\
     \x20     held: [<crate>::<binary> <test>]          # or: golden NNNN_x, scenario <its sentence>, flow <its heading>\n\
     If it only leads to others, `explains: <why>` takes the place of `held`.";

/// The sentences of a paragraph that nothing holds.
fn bare(page: &str, block: &Block, promises: &[&Promise], wrong: &mut Vec<String>) {
    let mut held = Vec::new();
    for promise in promises {
        let words = plain(&promise.says);
        held.extend(block.words.match_indices(&words).map(|(at, words)| (at, at + words.len())));
    }
    for sentence in block.sentences() {
        if !held.iter().any(|(start, end)| *start < sentence.1 && *end > sentence.0) {
            wrong.push(format!("{page}, {}: no test holds: {}", block.section, block.sentence(sentence)));
        }
    }
}

#[test]
fn every_promise_is_made_and_its_tests_are_there() {
    let (tests, mut wrong, mut all, mut explain) = (Tests::new(), Vec::new(), 0, 0);
    for (page, sections) in &list() {
        let Some((_, end)) = PAGES.iter().find(|(known, _)| known == page) else {
            panic!("{LIST}: `{page}` is none of {PAGES:?}")
        };
        let blocks = blocks(&text(page), *end);
        for (section, promises) in sections {
            let here = |block: &&Block| section == EVERYWHERE || block.section == plain(section);
            let here: Vec<&Block> = blocks.iter().filter(here).collect();
            if here.is_empty() {
                wrong.push(format!("{page} has no section `{section}`: name it as the page does"));
                continue;
            }
            for promise in promises {
                let words = plain(&promise.says);
                all += 1;
                explain += usize::from(promise.explains.is_some());
                if words.is_empty() || !here.iter().any(|block| block.words.contains(&words)) {
                    wrong.push(format!(
                        "{page}, {section}, does not say `{}`: see what it says now, and whether the tests hold that",
                        promise.says
                    ));
                }
                let missing = promise.held.iter().filter_map(|test| tests.missing(test));
                wrong.extend(missing.map(|why| format!("{page}, {section}, `{}`: {why}", promise.says)));
                if promise.held.is_empty() == promise.explains.is_none() {
                    wrong.push(format!("{page}, {section}, `{}`: either `held` or `explains`", promise.says));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{LIST}:\n{}", wrong.join("\n"));
    assert!(explain * 100 <= all * EXPLAIN_MAX, "{explain} of {all} only explain");
}
