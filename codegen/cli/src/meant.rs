//! What was probably meant by a command line that says nothing that can be done.
//!
//! ```text
//! opwright chek specs          did you mean `check`? There are check, graph, emit, new, reference, schema, help
//! opwright specs/shop          write `opwright check specs/shop`
//! ```

use opwright_values::suggest::closest;
use std::ffi::OsString;
use std::path::Path;

/// The commands, and the options of each.
const COMMANDS: &[(&str, &[&str])] = &[
    ("check", &["json", "exits", "watch", "explain"]),
    ("graph", &["out", "watch"]),
    ("emit", &["out", "watch"]),
    ("new", &["path", "runtime"]),
    ("reference", &[]),
    ("schema", &[]),
    ("help", &[]),
];

/// What to do instead, in a line.
pub(crate) fn fix(words: &[OsString]) -> String {
    let words: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    let usual = "`opwright help` shows what there is";
    let Some(first) = words.first() else { return usual.to_owned() };
    let names = || COMMANDS.iter().map(|(name, _)| *name);
    let Some((name, options)) = COMMANDS.iter().find(|(name, _)| name == first) else {
        let all = format!("there are {}", names().collect::<Vec<_>>().join(", "));
        if Path::new(first).is_dir() {
            return format!("write `opwright check {first}`");
        }
        return match elsewhere(first).or_else(|| closest(first, names())) {
            Some(meant) => format!("did you mean `opwright {meant}`? {all}"),
            None => all,
        };
    };
    let unknown = words.iter().skip(1).filter_map(|word| word.strip_prefix("--"));
    let unknown =
        unknown.map(|word| word.split('=').next().unwrap_or(word)).find(|word| !options.contains(word));
    if let Some(unknown) = unknown {
        let all: Vec<String> = options.iter().map(|option| format!("--{option}")).collect();
        return match closest(unknown, options.iter().copied()) {
            Some(meant) => format!("did you mean `--{meant}`?"),
            None if all.is_empty() => format!("`opwright {name}` takes no options"),
            None => format!("`opwright {name}` takes {}", all.join(", ")),
        };
    }
    let places = words.iter().skip(1).filter(|word| !word.starts_with('-')).count();
    if matches!(*name, "check" | "graph" | "emit") && places > 1 {
        let out = if *name == "check" { "" } else { " --out DIR" };
        return format!("`opwright {name} DIR{out}` takes one folder, and goes through all operations in it");
    }
    usual.to_owned()
}

/// Commands as other tools call them.
fn elsewhere(word: &str) -> Option<&'static str> {
    Some(match word {
        "validate" | "lint" | "verify" | "test" => "check",
        "draw" | "dot" | "diagram" | "view" => "graph",
        "build" | "compile" | "generate" | "gen" | "codegen" => "emit",
        "init" | "create" | "scaffold" => "new",
        "docs" | "doc" | "language" => "reference",
        "explain" => "check --explain CODE",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::fix;

    #[test]
    fn what_was_meant_is_told() {
        for (line, said) in [
            ("chek specs", "did you mean `opwright check`? there are check, graph, emit, new"),
            ("validate specs", "did you mean `opwright check`?"),
            ("explain E0401", "did you mean `opwright check --explain CODE`?"),
            ("open_ticket", "there are check, graph, emit, new, reference, schema, help"),
            ("src", "write `opwright check src`"),
            ("check specs --jsn", "did you mean `--json`?"),
            ("check specs --fast", "`opwright check` takes --json, --exits, --watch, --explain"),
            ("schema --json", "`opwright schema` takes no options"),
            ("check specs open_ticket", "takes one folder, and goes through all operations"),
            ("check", "`opwright help` shows what there is"),
        ] {
            let words: Vec<_> = line.split(' ').map(Into::into).collect();
            assert!(fix(&words).contains(said), "{line}: {}", fix(&words));
        }
    }
}
