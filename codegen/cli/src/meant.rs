//! What was probably meant by a command line that says nothing that can be done.
//!
//! ```text
//! opwright chek specs          did you mean `check`? There are check, graph, emit, new, reference, schema, help
//! opwright specs/shop          write `opwright check specs/shop`
//! ```

use crate::commands::{COMMANDS, Command, Opt, command};
use opwright_values::suggest::closest;
use std::ffi::OsString;
use std::path::Path;

/// What to do instead, in a line.
pub(crate) fn fix(words: &[OsString]) -> String {
    let words: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    let usual = "`opwright help` shows what there is";
    let Some((first, rest)) = words.split_first() else { return usual.to_owned() };
    let Some(command) = command(first) else { return another(first) };
    let name = command.name;
    if let Some(fix) = option(command, rest) {
        return fix;
    }
    if command.of_specs && places(command, rest) > 1 {
        let out = if name == "check" { "" } else { " --out DIR" };
        return format!("`opwright {name} DIR{out}` takes one folder, and goes through all operations in it");
    }
    usual.to_owned()
}

/// What to do instead of a command that there is not.
fn another(first: &str) -> String {
    let names = || COMMANDS.iter().map(|command| command.name);
    let all = format!("there are {}", names().collect::<Vec<_>>().join(", "));
    if Path::new(first).is_dir() {
        return format!("write `opwright check {first}`");
    }
    match elsewhere(first).or_else(|| closest(first, names())) {
        Some(meant) => format!("did you mean `opwright {meant}`? {all}"),
        None => all,
    }
}

/// What to do instead of an option that a command does not take, if one is there.
fn option(command: &Command, rest: &[&str]) -> Option<String> {
    let names = || command.options.iter().map(Opt::name);
    let mut given = rest.iter().filter_map(|word| word.strip_prefix("--"));
    let unknown = given.find_map(|word| {
        let word = word.split('=').next().unwrap_or(word);
        names().all(|name| name != word).then_some(word)
    })?;
    let all: Vec<String> = names().map(|name| format!("--{name}")).collect();
    Some(match closest(unknown, names()) {
        Some(meant) => format!("did you mean `--{meant}`?"),
        None if all.is_empty() => format!("`opwright {}` takes no options", command.name),
        None => format!("`opwright {}` takes {}", command.name, all.join(", ")),
    })
}

/// How many places are named: what follows an option that takes a value is none.
fn places(command: &Command, rest: &[&str]) -> usize {
    let takes_next = |word: &str| {
        let name = word.strip_prefix("--");
        command.options.iter().any(|it| matches!(it, Opt::Valued(known) if name == Some(known)))
    };
    let mut words = rest.iter();
    let mut count = 0;
    while let Some(word) = words.next() {
        if takes_next(word) {
            words.next();
        } else if !word.starts_with('-') {
            count += 1;
        }
    }
    count
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
            ("check specs --explain E9999", "`opwright help` shows what there is"),
            ("graph specs --out pictures", "`opwright help` shows what there is"),
            ("graph specs more --out pictures", "takes one folder"),
        ] {
            let words: Vec<_> = line.split(' ').map(Into::into).collect();
            assert!(fix(&words).contains(said), "{line}: {}", fix(&words));
        }
    }
}
