//! A copy of the work tree. A file is written only if it differs, so that what was built before stays good.

use super::patch::Patch;
use crate::Failed;
use crate::tools::{files, root};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The copy.
pub(super) struct Copy {
    /// Where it is.
    pub(super) tree: PathBuf,
    /// Where cargo puts what it builds of it.
    pub(super) built: PathBuf,
    /// Where the output of the tests goes.
    pub(super) logs: PathBuf,
}

/// Files as they were before a patch.
pub(super) type Planted = Vec<(PathBuf, Vec<u8>)>;

impl Copy {
    /// Makes it, or brings it to what the work tree is.
    pub(super) fn new() -> Result<Self, Failed> {
        let folder = root().join("target").join("sabotage");
        let (tree, built, logs) = (folder.join("tree"), folder.join("build"), folder.join("logs"));
        for folder in [&tree, &built, &logs] {
            std::fs::create_dir_all(folder).map_err(|error| wrong(folder, &error))?;
        }
        let wanted: BTreeSet<PathBuf> =
            files()?.into_iter().filter(|file| root().join(file).is_file()).collect();
        for file in &wanted {
            let bytes = std::fs::read(root().join(file)).map_err(|error| wrong(file, &error))?;
            write(&tree.join(file), &bytes)?;
        }
        remove_others(&tree, &tree, &wanted)?;
        Ok(Self { tree, built, logs })
    }

    /// Applies a patch; what its files were before.
    pub(super) fn plant(&self, patch: &Patch) -> Result<Planted, Failed> {
        let read = |file: &PathBuf| {
            let path = self.tree.join(file);
            std::fs::read(&path).map(|bytes| (path, bytes)).map_err(|error| wrong(file, &error))
        };
        let before = patch.files.iter().map(read).collect::<Result<Planted, Failed>>()?;
        patch.apply_to(&self.tree)?;
        Ok(before)
    }

    /// Takes a patch out again.
    pub(super) fn restore(&self, planted: &Planted) -> Result<(), Failed> {
        planted.iter().try_for_each(|(path, bytes)| write(path, bytes))
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failed> {
    if std::fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| wrong(folder, &error))?;
    }
    std::fs::write(path, bytes).map_err(|error| wrong(path, &error))
}

/// Removes what the work tree has no more.
fn remove_others(tree: &Path, folder: &Path, wanted: &BTreeSet<PathBuf>) -> Result<(), Failed> {
    for entry in std::fs::read_dir(folder).map_err(|error| wrong(folder, &error))? {
        let path = entry.map_err(|error| wrong(folder, &error))?.path();
        let Ok(file) = path.strip_prefix(tree) else { continue };
        let removed = if !path.is_dir() {
            if wanted.contains(file) { Ok(()) } else { std::fs::remove_file(&path) }
        } else if wanted.iter().any(|wanted| wanted.starts_with(file)) {
            remove_others(tree, &path, wanted)?;
            Ok(())
        } else {
            // A folder without files would be a case without specs.
            std::fs::remove_dir_all(&path)
        };
        removed.map_err(|error| wrong(&path, &error))?;
    }
    Ok(())
}

fn wrong(path: &Path, error: &std::io::Error) -> Failed {
    format!("{}: {error}", path.display())
}
