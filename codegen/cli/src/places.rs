//! `DIR --out DIR [--watch]`: from where, and to where.

use crate::slip::Slip;
use lexopt::prelude::*;
use std::path::{Path, PathBuf};

/// What a command that writes is told.
pub(crate) struct Places {
    /// The folder of the specs.
    pub(crate) folder: PathBuf,
    /// Where it writes.
    pub(crate) out: PathBuf,
    /// Whether it does so again at every edit.
    pub(crate) watch: bool,
}

impl Places {
    /// Reads the arguments behind the name of a command.
    pub(crate) fn read(parser: &mut lexopt::Parser, command: &str) -> Result<Self, lexopt::Error> {
        let (mut folder, mut out, mut watch) = (None, None, false);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("watch") => watch = true,
                Long("out") => out = Some(PathBuf::from(parser.value()?)),
                Value(path) if folder.is_none() => folder = Some(PathBuf::from(path)),
                other => return Err(other.unexpected()),
            }
        }
        let folder = folder_or_specs(folder, &format!("{command} DIR --out DIR"))?;
        let out = out.ok_or_else(|| {
            let again = if watch { " --watch" } else { "" };
            let fix = format!("write `opwright {command} {} --out FOLDER{again}`", folder.display());
            Slip::new("say which folder to write to: `--out FOLDER`", fix)
        })?;
        Ok(Self { folder, out, watch })
    }
}

/// The folder where specs are looked for if none is named.
pub(crate) const USUAL: &str = "specs";

/// The folder that is named, or `specs` if there is one here.
pub(crate) fn folder_or_specs(named: Option<PathBuf>, usage: &str) -> Result<PathBuf, Slip> {
    let usual = || Path::new(USUAL).is_dir().then(|| PathBuf::from(USUAL));
    named.or_else(usual).ok_or_else(|| {
        let said = format!("no folder is named, and there is no folder `{USUAL}` here");
        Slip::new(said, format!("say which folder holds the specs: `opwright {usage}`"))
    })
}
