//! A patch: what it does and why somebody might have done it, the tests that are run first, and the change.
//!
//! ```text
//! A deletion leaves the version as it was. Plausible: nobody reads the version of a row that is gone.
//!
//! first: --test databases -- deletes
//!
//! --- a/runtime/src/store/unit/deletes.rs
//! +++ b/runtime/src/store/unit/deletes.rs
//! @@ …
//! ```

use crate::Failed;
use crate::tools::root;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the patches are.
pub(super) const FOLDER: &str = "tests/xtask/sabotage";

/// What to do about one that does not apply.
pub(super) const MEND: &str = "  The code has changed beneath it. Make the same mistake in the code as it is now, put the output of\n  \
     `git diff -U2` behind the first lines of the patch, and take the mistake out again; if it cannot be made any more,\n  \
     plant another one of its kind.";

/// A bug to plant.
pub(super) struct Patch {
    /// The name of the file without its ending.
    pub(super) name: String,
    /// What it does, and why it is plausible.
    pub(super) why: String,
    /// What `cargo test --workspace` is given to run the tests that are likely to fail.
    pub(super) first: String,
    /// The files that it changes.
    pub(super) files: Vec<PathBuf>,
    file: PathBuf,
}

impl Patch {
    fn read(file: PathBuf) -> Result<Self, Failed> {
        let wrong = |what: &str| format!("{}: {what}", file.display());
        let text = std::fs::read_to_string(&file).map_err(|error| wrong(&error.to_string()))?;
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let (head, change) =
            text.split_once("\n--- a/").ok_or_else(|| wrong("there is no change in it (`--- a/…`)"))?;
        let (why, first) = head
            .split_once("\nfirst: ")
            .ok_or_else(|| wrong("it does not say which tests are run `first: `"))?;
        if !why.contains("Plausible") {
            return Err(wrong("it does not say why the bug is plausible"));
        }
        let others = change.lines().filter_map(|line| line.strip_prefix("--- a/"));
        let files = change.lines().take(1).chain(others).map(PathBuf::from).collect();
        Ok(Self { name, why: why.trim().to_owned(), first: first.trim().to_owned(), files, file })
    }

    /// The number with which its name begins.
    pub(super) fn number(&self) -> &str {
        self.name.split('_').next().unwrap_or_default()
    }

    /// Whether it could be applied to a tree.
    pub(super) fn applies_to(&self, tree: &Path) -> Result<(), Failed> {
        self.git_apply(tree, &["--check"])
    }

    /// Applies it.
    pub(super) fn apply_to(&self, tree: &Path) -> Result<(), Failed> {
        self.git_apply(tree, &[])
    }

    /// A tree within another one is not to be taken for a folder of that.
    fn git_apply(&self, tree: &Path, options: &[&str]) -> Result<(), Failed> {
        let above = tree.parent().unwrap_or(tree);
        let mut command = Command::new("git");
        command.arg("apply").args(options).arg("-C1").arg(&self.file).current_dir(tree);
        command.env("GIT_CEILING_DIRECTORIES", above);
        let done = command.output().map_err(|error| format!("cannot run git: {error}"))?;
        if done.status.success() {
            return Ok(());
        }
        Err(format!("does not apply: {}", String::from_utf8_lossy(&done.stderr).trim()))
    }
}

/// All patches, in the order of their numbers.
pub(super) fn all() -> Result<Vec<Patch>, Failed> {
    let folder = root().join(FOLDER);
    let found = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = found.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "patch"));
    files.sort();
    files.into_iter().map(Patch::read).collect()
}
