//! `DIR --out DIR [--watch]`: from where, and to where.

use lexopt::prelude::*;
use std::path::PathBuf;

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
        let folder = folder.ok_or_else(|| format!("say which folder: `opwright {command} DIR --out DIR`"))?;
        let out = out.ok_or("say where it is written: `--out DIR`")?;
        Ok(Self { folder, out, watch })
    }
}
