//! CEL's own conformance vectors: which are inside of the language, and why the others are not.

use opwright_codegen::expr::env::{Bound, Env};
use opwright_codegen::expr::typed::Typed;
use opwright_codegen::expr::{self, facts::Facts};
use opwright_codegen::report::Report;
use opwright_codegen::source::{FileId, Span};
use opwright_codegen::yaml::Text;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

/// One of the vectors.
pub struct Vector {
    /// File, section and name.
    pub name: String,
    /// The expression.
    pub expr: String,
    /// What it gives; `None`: an error.
    pub value: Option<Json>,
    /// The names that it reads, and their values.
    pub given: Vec<(String, Json)>,
}

/// Where the vectors are, if they are there: beside the repository.
pub fn path() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = path.ancestors().find(|folder| folder.join("Cargo.lock").exists())?;
    Some(root.parent()?.join("shared/vectors/cel/simple.jsonl")).filter(|path| path.exists())
}

/// Reads the vectors.
pub fn read(path: &Path) -> Vec<Vector> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).map(|line: Json| vector(&line)).collect()
}

fn vector(line: &Json) -> Vector {
    let text = |key: &str| line.get(key).and_then(Json::as_str).unwrap_or("").to_owned();
    let given = line.get("bindings").and_then(Json::as_object);
    Vector {
        name: format!("{}/{}/{}", text("file"), text("section"), text("test")),
        expr: text("expr"),
        value: line.get("value").cloned(),
        given: given.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect(),
    }
}

/// A vector inside of the language.
pub struct Inside {
    /// The expression.
    pub typed: Typed,
    /// The names that it reads.
    pub given: Vec<(String, Typed)>,
}

impl Vector {
    /// The vector with its types, or why it is outside of the language.
    pub fn place(&self, env: &Env<'_>) -> Result<Inside, &'static str> {
        if let Some(reason) = self.differs() {
            return Err(reason);
        }
        let mut env = Env { facts: Facts::default(), ..env.clone() };
        let span = Span { file: FileId(0), start: 0, end: 0 };
        let mut given = Vec::new();
        for (name, value) in &self.given {
            let Some(literal) = literal(value) else { continue };
            let text = Text::made(literal, span);
            if let Some(value) = expr::any(&text, &env, &mut Report::default()) {
                env.names.insert(name.clone(), Bound::new(value.ty.clone(), span));
                given.push((name.clone(), value));
            }
        }
        let mut report = Report::default();
        match expr::any(&Text::made(self.expr.as_str(), span), &env, &mut report) {
            Some(typed) => Ok(Inside { typed, given }),
            None => Err(self.reason(&report)),
        }
    }

    /// What is typed here, but means something else on purpose.
    fn differs(&self) -> Option<&'static str> {
        let failing = ["/ 0", "1/0", "/ (2 - e)"].iter().any(|part| self.expr.contains(part));
        if failing
            && self.value.is_some()
            && !self.expr.starts_with("false &&")
            && !self.expr.starts_with("true ||")
        {
            return Some("`&&`, `||`, `all` and `exists` go from left to right, errors are not absorbed");
        }
        if self.name.starts_with("timestamps/duration_range/") {
            return Some("times outside of what can be kept");
        }
        if self.expr.contains("\\u0301") || self.expr.contains('\u{301}') {
            return Some("texts are kept in NFC");
        }
        None
    }

    fn reason(&self, report: &Report) -> &'static str {
        let refused =
            Refused { vector: self, messages: report.sorted().iter().map(|it| it.message.clone()).collect() };
        REASONS.iter().find(|(_, fits)| fits(&refused)).map_or("", |(reason, _)| reason)
    }
}

/// A vector that is refused, and what is said about it.
struct Refused<'v> {
    vector: &'v Vector,
    messages: Vec<String>,
}

impl Refused<'_> {
    /// Whether the expression has one of these parts.
    fn has(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.vector.expr.contains(part))
    }

    /// Whether one of these is said.
    fn says(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.messages.iter().any(|message| message.contains(part)))
    }

    /// Whether the value, or one that is given, is of this kind.
    fn holds(&self, kind: &str) -> bool {
        let given = self.vector.given.iter().map(|(_, value)| value);
        given.chain(&self.vector.value).any(|value| value.get(kind).is_some())
    }

    fn unsigned(&self) -> bool {
        let mut words = self.vector.expr.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.ends_with(['u', 'U']))
    }
}

/// A reason, and whether it is one.
type Reason = (&'static str, fn(&Refused<'_>) -> bool);

/// Why vectors are outside of the language: the first that fits.
const REASONS: &[Reason] = &[
    ("dynamic values, and types as values", |it| it.has(&["dyn(", "type("]) || it.holds("type")),
    ("optionals as values", |it| it.has(&["optional.", "[?", ".?"])),
    ("unsigned numbers", |it| it.unsigned() || it.has(&["uint("]) || it.holds("uint")),
    ("bytes", |it| {
        it.says(&["texts with `b", "texts with `B", "texts with `rb", "texts with `Rb"])
            || it.has(&["bytes("])
    }),
    ("texts with other quotes and escapes", |it| {
        it.says(&["in front", "three quotes", "escape means nothing"])
    }),
    ("floats", |it| {
        it.has(&["double(", "0.0/0.0", ".0/0.0", "isNaN", "isInf", "isFinite"])
            || it.says(&["too many digits"])
            || it.says(&["not a number"]) && !it.has(&["0x"])
    }),
    ("null", |it| it.has(&["null"])),
    ("maps that are written out, or read by name", |it| it.has(&["{"]) || it.holds("map")),
    ("conversions", |it| it.has(&["int(", "string(", "bool(", "duration(duration("])),
    ("hexadecimal numbers, and whole numbers beyond 53 bits", |it| {
        it.has(&["0x"]) || it.says(&["too large"])
    }),
    ("`cel.bind`: a step names a value", |it| it.has(&["cel.bind"])),
    ("names in backquotes", |it| it.has(&["`"])),
    ("empty lists of no type", |it| it.says(&["what this list holds"])),
    ("`greatest` and `least` of one, of many, or of a list", |it| it.says(&["`greatest`", "`least`"])),
    ("functions of numbers that specs do not have", |it| it.has(&["math."])),
    ("parts of times", |it| it.says(&["timestamp has no `get"]) || it.has(&["getMilliseconds"])),
    ("times outside of what can be kept", |it| it.says(&["this is no timestamp", "this is no duration"])),
    ("`transformList` with a filter: `map` has one", |it| it.has(&["transformList"])),
    ("functions of texts that specs do not have", |it| {
        let functions =
            ["format", "charAt", "indexOf", "lastIndexOf", "replace", "split", "substring", "reverse"];
        functions.iter().any(|name| it.has(&[&format!(".{name}(")])) || it.has(&["strings.quote", ".join()"])
    }),
    ("types that never meet", |it| {
        let never = [
            "never equal",
            "do not go together",
            "wanted is",
            "true or false, this",
            "has no order",
            "has no `",
        ];
        it.says(&never) || it.says(&["is not for", "looks into", "goes over a list", "is for numbers"])
    }),
    ("names that nothing declares", |it| it.says(&["there is no", "has no field"])),
];

/// A value as an expression.
fn literal(value: &Json) -> Option<String> {
    let (kind, value) = value.as_object()?.iter().next()?;
    match kind.as_str() {
        "int" => value.as_str().map(str::to_owned),
        "bool" => value.as_bool().map(|value| value.to_string()),
        "string" => value.as_str().map(|text| format!("{text:?}")),
        "list" => {
            let items = value.as_array()?.iter().map(literal).collect::<Option<Vec<_>>>()?;
            Some(format!("[{}]", items.join(", ")))
        }
        _ => None,
    }
}
