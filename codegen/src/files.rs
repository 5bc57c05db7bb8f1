//! Reads a folder of specs: the only part of the compiler that opens files.

use crate::source::Sources;
use std::io;
use std::path::Path;

/// Reads all `*.yaml` and `*.yml` files of a folder and the folders in it, in the order of their names. Files are
/// named by their path inside of the folder, so that reports and generated code are the same everywhere.
pub fn read(folder: &Path) -> io::Result<Sources> {
    let mut names = Vec::new();
    collect(folder, "", &mut names)?;
    names.sort();
    let mut sources = Sources::default();
    for name in names {
        let bytes = std::fs::read(folder.join(&name))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, format!("{name} is not UTF-8")))?;
        sources.add(name, text);
    }
    Ok(sources)
}

fn collect(folder: &Path, inside: &str, names: &mut Vec<String>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if inside.is_empty() { name.clone() } else { format!("{inside}/{name}") };
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, names)?;
        } else if name.ends_with(".yaml") || name.ends_with(".yml") {
            names.push(path);
        }
    }
    Ok(())
}
