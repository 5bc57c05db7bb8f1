//! What YAML means in specs: the options of the library are pinned, serde_yaml reads every spec alike, and hostile
//! files are refused.
//!
//! serde_yaml is retired and knows no places, so the compiler does not use it; as a second opinion it is good.
#![expect(clippy::panic, reason = "a test that panics has failed")]

use opwright_codegen::report::Report;
use opwright_codegen::source::Sources;
use opwright_codegen::yaml::{self, Node, Value};
use std::path::{Path, PathBuf};

fn read(text: &str) -> (Vec<Node>, Report, Sources) {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", text);
    let mut report = Report::default();
    let documents = yaml::read(file, text, &mut report);
    (documents, report, sources)
}

/// A node on one line: plain scalars as written, others in quotes.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Scalar(text) if text.plain => text.value.clone(),
        Value::Scalar(text) => format!("{:?}", text.value),
        Value::List(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}: {}", key.value, shown(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// What a text is read as, or the code and message of what is wrong, and what is underlined.
fn outcome(text: &str) -> String {
    let (documents, report, sources) = read(text);
    match report.sorted().first() {
        None => documents.iter().map(shown).collect::<Vec<_>>().join(" --- "),
        Some(fault) => format!("{} {} @ {}", fault.code, fault.message, sources.text(fault.span)),
    }
}

#[test]
fn scalars_keep_what_was_written() {
    let cases = [
        // YAML 1.1 would make booleans, octal numbers, sexagesimal numbers and grouped numbers of these.
        ("a: [yes, no, on, off, y, True, TRUE, ~, null]", "{a: [yes, no, on, off, y, True, TRUE, ~, null]}"),
        (
            "a: [010, 0o10, 0x1F, 1_000, 1:30, 1e3, .inf, .nan, -0]",
            "{a: [010, 0o10, 0x1F, 1_000, 1:30, 1e3, .inf, .nan, -0]}",
        ),
        (
            "a: [12.50, 99999999999999999999999999, 1e999, 0.1]",
            "{a: [12.50, 99999999999999999999999999, 1e999, 0.1]}",
        ),
        (
            "a: [2026-11-25, 2026-11-25T10:00:00Z, 1..120, ..20, 0.., 10_000/d]",
            "{a: [2026-11-25, 2026-11-25T10:00:00Z, 1..120, ..20, 0.., 10_000/d]}",
        ),
        ("a: ['yes', \"010\", 'it''s', \"\\u00e9\\n\"]", "{a: [\"yes\", \"010\", \"it's\", \"é\\n\"]}"),
        ("null: a\ntrue: b\n1: c\n1.0: d\n", "{null: a, true: b, 1: c, 1.0: d}"),
        ("a:\nb: ''\n", "{a: , b: \"\"}"),
        ("a: >-\n  x\n  y\n\n  z\nb: |\n  x\n  y\n", "{a: \"x y\\nz\", b: \"x\\ny\\n\"}"),
        ("a: x\n  y\n", "{a: x y}"),
        ("a: b # no\nc: d#e\n", "{a: b, c: d#e}"),
        ("a: 1\n---\nb: 2\n...\n---\nc: 3\n", "{a: 1} --- {b: 2} --- {c: 3}"),
        ("# nothing\n", ""),
        ("", ""),
        ("\u{feff}a: b\r\nc: d\r\n", "{a: b, c: d}"),
    ];
    for (text, expected) in cases {
        assert_eq!(outcome(text), expected, "{text:?}");
    }
}

#[test]
fn what_specs_do_without_is_refused_with_its_place() {
    let cases = [
        ("a: &x b\n", "E0001 an anchor is not used in specs @ &x"),
        ("a: *x\n", "E0001 an alias is not used in specs @ *x"),
        ("a: &x b\nc: *x\n", "E0001 an anchor is not used in specs @ &x"),
        ("<<: { a: b }\n", "E0001 a merge key is not used in specs @ <<"),
        ("a: !!str b\n", "E0001 a tag is not used in specs @ !!str"),
        ("a: !local b\n", "E0001 a tag is not used in specs @ !local"),
        ("!!str a: b\n", "E0001 a tag is not used in specs @ !!str"),
        ("a: !!binary aGk=\n", "E0001 a tag is not used in specs @ !!binary"),
        ("a: 1\na: 2\n", "E0104 `a` is defined twice @ a"),
        ("{ a: { b: 1, b: 2 } }\n", "E0104 `b` is defined twice @ b"),
        ("a: x ? y : z\n", "E0103 this is not one text to YAML @ x ? y : z"),
        ("a: !has(x) || y\n", "E0103 this is not one text to YAML @ !has(x) || y"),
        ("a: !has(x)\n", "E0103 this is not one text to YAML @ !has(x)"),
        ("a: 'b' == c\n", "E0103 this is not one text to YAML @ 'b' == c"),
        ("a: [b] + c\n", "E0103 this is not one text to YAML @ [b] + c"),
        ("a: *b + c\n", "E0103 this is not one text to YAML @ *b + c"),
    ];
    for (text, expected) in cases {
        assert_eq!(outcome(text), expected, "{text:?}");
    }
}

#[test]
fn hostile_files_are_refused() {
    let long = format!("a: {}\n", "x".repeat(yaml::FILE_MAX));
    let many = format!("a: [{}]\n", "1,".repeat(yaml::NODES_MAX + 1));
    let cases = [
        (long.as_str(), "has 1048580 bytes"),
        (many.as_str(), "more than 100000 keys and values"),
        ("a: b\0c\n", "a NUL character"),
        ("a: \u{7}\n", "unexpected character"),
    ];
    for (text, expected) in cases {
        let (_, report, _) = read(text);
        let said = report.sorted().first().map_or_else(String::new, |fault| fault.message.clone());
        assert!(said.contains(expected), "{said}");
    }
    let nested = [
        format!("a: {}{}\n", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a: {}\n", "[".repeat(500_000)),
        format!("a: {}\n", "{a: ".repeat(200_000)),
        format!("{}\n", "- ".repeat(300_000)),
        (0..600).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<String>(),
        format!("a: {}\n", "? ".repeat(300_000)),
    ];
    for text in nested {
        assert!(!read(&text).1.is_empty(), "{} bytes", text.len());
    }
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n";
    assert!(!read(bomb).1.is_empty());
}

/// Nothing of a line is read again for each of its values: with 40,000 of them that would not end.
#[test]
fn long_lines_are_read_once() {
    let line = |value: &str| {
        let entries: Vec<String> = (0..40_000).map(|number| format!("k{number}: {value}")).collect();
        format!("a: {{ {} }}\n", entries.join(", "))
    };
    for value in ["(", "x", "f(\"", "(b", "!b(c)", "!b(", "!b"] {
        let (documents, report, _) = read(&line(value));
        assert!(documents.len() == 1 || !report.is_empty(), "{value}");
        assert!(report.sorted().len() <= 5, "{value}: {} are told", report.sorted().len());
    }
}

/// However deep, and however written.
#[test]
fn too_many_levels_are_called_that() {
    for depth in [65, 300, 5_000] {
        for text in ["[".repeat(depth) + &"]".repeat(depth), "{a: ".repeat(depth) + "x" + &"}".repeat(depth)]
        {
            let said = outcome(&text);
            assert!(said.starts_with("E0001 this file has more than 64 levels"), "{depth}: {said:.200}");
        }
    }
}

#[test]
fn a_file_full_of_mistakes_is_answered() {
    let keys: String = (0..40_000).map(|number| format!("key_{number}: x\n")).collect();
    let twice = "a: b\n".repeat(40_000);
    let types: String = (0..5_000)
        .map(|number| format!("type: t{number}\nfields: {{ a: t{} }}\n---\n", number + 1))
        .collect();
    let wide: String = (0..60)
        .map(|number| format!("type: t{number}\nfields: {{ a: t{0}, b: t{0}, c: t{0} }}\n---\n", number + 1))
        .collect();
    // Each name would be looked for among all others.
    let lets: String =
        (0..3_000).map(|number| format!("  - let: a{number}\n    be: usr{number}\n")).collect();
    let service = "service: s\nsummary: x\ncapabilities: { a.b: c }\n---\n";
    let steps = format!("{service}operation: act\nsummary: x\nrequires: a.b\nsteps:\n{lets}");
    for text in [format!("operation: a\n{keys}"), twice, types, wide, steps] {
        let mut sources = Sources::default();
        sources.add("a.yaml", text);
        let Err(report) = opwright_codegen::check(&sources) else { panic!("nothing is reported") };
        assert!(!report.is_empty());
    }
}

#[test]
fn a_folder_that_holds_something_else_is_refused() {
    let folder = std::env::temp_dir().join(format!("opwright-files-{}", std::process::id()));
    let write = |name: &str, bytes: &[u8]| {
        let written =
            std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join(name), bytes));
        written.unwrap_or_else(|error| panic!("{name}: {error}"));
    };
    let said = || opwright_codegen::files::read(&folder).map(|_| ()).map_err(|error| error.to_string());
    write("a.yaml", b"a: b\n");
    write("notes.txt", b"\xff");
    assert_eq!(said(), Ok(()));
    write("b.yaml", b"a: \xff\n");
    assert_eq!(said(), Err("b.yaml: not UTF-8 text, at byte 3".to_owned()));
    write("b.yaml", &vec![b'a'; 10 << 20]);
    assert_eq!(said(), Err("b.yaml: longer than 1 MiB; split it into several files".to_owned()));
    std::fs::remove_dir_all(&folder).unwrap_or_else(|error| panic!("{error}"));
}

fn specs(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            specs(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

/// Whether serde_yaml means the same. It types plain scalars, so those are compared by what was written where the
/// type keeps that, and as numbers otherwise.
fn same(ours: &Node, theirs: &serde_yaml::Value) -> bool {
    use serde_yaml::Value as Theirs;
    match (&ours.value, theirs) {
        (Value::Scalar(text), Theirs::String(value)) => text.value == *value,
        (Value::Scalar(text), Theirs::Bool(value)) => text.plain && text.value == value.to_string(),
        (Value::Scalar(text), Theirs::Null) => text.plain && ["", "~", "null"].contains(&text.value.as_str()),
        (Value::Scalar(text), Theirs::Number(number)) => {
            text.plain && text.value.parse::<f64>().ok() == number.as_f64()
        }
        (Value::List(items), Theirs::Sequence(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(item, other)| same(item, other))
        }
        (Value::Map(entries), Theirs::Mapping(others)) => {
            entries.len() == others.len()
                && entries.iter().zip(others).all(|((key, value), (other_key, other))| {
                    let key = Node { span: key.span, value: Value::Scalar(key.clone()) };
                    same(&key, other_key) && same(value, other)
                })
        }
        _ => false,
    }
}

#[test]
fn serde_yaml_reads_every_spec_alike() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    specs(&root.join("../specs"), &mut found);
    specs(&root.join("tests/diagnostics"), &mut found);
    let (mut alike, mut documents) = (0, 0);
    for path in found {
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (ours, report, _) = read(&text);
        // What we refuse (tags, anchors, keys that are there twice) serde_yaml may well take.
        if !report.is_empty() {
            assert!(path.to_string_lossy().contains("diagnostics"), "{} is refused", path.display());
            continue;
        }
        use serde::Deserialize;
        let theirs: Vec<serde_yaml::Value> = serde_yaml::Deserializer::from_str(&text)
            .map(serde_yaml::Value::deserialize)
            .collect::<Result<_, _>>()
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(ours.len(), theirs.len(), "{}", path.display());
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert!(same(ours, theirs), "{}: {} is not {theirs:?}", path.display(), shown(ours));
            documents += 1;
        }
        alike += 1;
    }
    assert!(alike > 60 && documents > 100, "{alike} files, {documents} documents");
}
