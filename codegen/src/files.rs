//! Reads a folder of specs: the only part of the compiler that opens files.

use crate::source::Sources;
use crate::yaml::FILE_MAX;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How deep folders may be nested; deeper ones are somebody's mistake, not specs.
const FOLDERS_MAX: usize = 16;

/// Reads all `*.yaml` and `*.yml` files of a folder and the folders in it, in the order of their names; links are
/// followed. Files are named by their path inside of the folder, so that reports and generated code are the same
/// everywhere. Folders of tools are left out: `.github`, `node_modules`, `target` of cargo.
pub fn read(folder: &Path) -> io::Result<Sources> {
    let mut names = Vec::new();
    collect(folder, "", &mut Vec::new(), &mut names)?;
    names.sort();
    let mut sources = Sources::default();
    for name in names {
        let text = text(&folder.join(&name))
            .map_err(|error| io::Error::new(error.kind(), format!("{name}: {error}")))?;
        sources.add(name, text);
    }
    Ok(sources)
}

/// The text of a file; no more of it is read than a spec may have.
fn text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(FILE_MAX).unwrap_or(u64::MAX);
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() > FILE_MAX {
        let said = "longer than 1 MiB; split it into several files";
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, said));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        io::Error::new(io::ErrorKind::InvalidData, format!("not UTF-8 text, at byte {at}"))
    })
}

/// The files of a folder; `above` are those that it is in, as they are without links.
fn collect(folder: &Path, inside: &str, above: &mut Vec<PathBuf>, names: &mut Vec<String>) -> io::Result<()> {
    if above.len() == FOLDERS_MAX {
        return Err(io::Error::other(format!("{inside}: folders are nested too deeply")));
    }
    let real = folder.canonicalize()?;
    if above.contains(&real) {
        return Err(wrong(inside, "this link leads to a folder that it is in itself; remove it"));
    }
    above.push(real);
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if inside.is_empty() { name.clone() } else { format!("{inside}/{name}") };
        let (at, spec) = (entry.path(), name.ends_with(".yaml") || name.ends_with(".yml"));
        if at.is_dir() {
            if !is_of_tools(&at, &name) {
                collect(&at, &path, above, names)?;
            }
        } else if spec && at.is_file() {
            names.push(path);
        } else if !at.exists() && spec && !name.starts_with('.') {
            // Editors keep links of hidden names that lead nowhere beside what they change.
            return Err(wrong(&path, "this link leads to nothing; mend or remove it"));
        } else if looks_like_a_spec(&name) && at.is_file() {
            // Whether it is one would depend on the machine, and what is left out silently is missed late.
            return Err(wrong(
                &path,
                "a file of specs ends with `.yaml` or `.yml`, in lower case; rename it",
            ));
        }
    }
    above.pop();
    Ok(())
}

fn wrong(path: &str, why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("{path}: {why}"))
}

/// Whether a folder is that of a tool, which writes YAML of its own there: hidden, packages of node, or one that says
/// of itself that it is a cache, as `target` of cargo does.
fn is_of_tools(folder: &Path, name: &str) -> bool {
    name.starts_with('.') || name == "node_modules" || folder.join("CACHEDIR.TAG").is_file()
}

/// Whether a name ends as those of specs do, but for the case of its letters.
fn looks_like_a_spec(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["yaml", "yml"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_ends_in_upper_case_is_not_left_out_silently() {
        let folder = std::env::temp_dir().join(format!("opwright-files-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("q.yaml"), "service: q\n").unwrap();
        assert_eq!(read(&folder).unwrap().files().count(), 1);
        std::fs::write(folder.join("Q.YAML"), "service: q\n").unwrap();
        std::fs::write(folder.join("notes.md"), "").unwrap();
        let said = read(&folder).unwrap_err().to_string();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(said, "Q.YAML: a file of specs ends with `.yaml` or `.yml`, in lower case; rename it");
    }

    #[test]
    fn folders_of_tools_are_left_out_and_others_are_not() {
        let folder = std::env::temp_dir().join(format!("opwright-tools-{}", std::process::id()));
        for name in
            [".github/workflows/ci.yml", "node_modules/a/b.yaml", "target/c.yaml", "specs/target/d.yaml"]
        {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "name: ci\n").unwrap();
        }
        std::fs::write(folder.join("target/CACHEDIR.TAG"), "").unwrap();
        let sources = read(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let names: Vec<_> = sources.files().map(|(_, file)| file.name.as_str()).collect();
        assert_eq!(names, ["specs/target/d.yaml"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_told_where_they_lead_nowhere() {
        use std::os::unix::fs::symlink;
        let folder = std::env::temp_dir().join(format!("opwright-links-{}", std::process::id()));
        let (specs, other) = (folder.join("specs"), folder.join("other"));
        std::fs::create_dir_all(&specs).unwrap();
        std::fs::create_dir_all(&other).unwrap();
        std::fs::write(other.join("b.yaml"), "type: b\n").unwrap();
        symlink(other.join("b.yaml"), specs.join("a.yaml")).unwrap();
        symlink(&other, specs.join("linked")).unwrap();
        symlink("nobody@nowhere", specs.join(".#a.yaml")).unwrap();
        let names = || {
            let sources = read(&specs).map_err(|error| error.to_string())?;
            Ok::<_, String>(sources.files().map(|(_, file)| file.name.clone()).collect::<Vec<_>>())
        };
        let found = names();
        symlink(folder.join("nothing"), specs.join("x.yaml")).unwrap();
        let broken = names();
        std::fs::remove_file(specs.join("x.yaml")).unwrap();
        symlink(&specs, other.join("back")).unwrap();
        let circle = names();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, Ok(vec!["a.yaml".to_owned(), "linked/b.yaml".to_owned()]));
        assert_eq!(broken, Err("x.yaml: this link leads to nothing; mend or remove it".to_owned()));
        let said = "linked/back: this link leads to a folder that it is in itself; remove it";
        assert_eq!(circle, Err(said.to_owned()));
    }
}
