//! The functions of the language, each declared once: what is not here is not known to the checker, and the reference is
//! made from here.

/// Functions of one kind of value.
#[derive(Debug)]
pub(crate) struct Group {
    /// What they are for.
    pub(crate) title: &'static str,
    /// The functions.
    pub(crate) functions: &'static [Function],
}

/// A function or macro.
#[derive(Debug)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it takes and gives.
    pub(crate) signature: &'static str,
    /// What it means: Markdown.
    pub(crate) about: &'static str,
    /// A use of it, which a test checks.
    pub(crate) example: &'static str,
}

const fn function(
    name: &'static str,
    signature: &'static str,
    about: &'static str,
    example: &'static str,
) -> Function {
    Function { name, signature, about, example }
}

/// Whether there is a function of this name.
pub(super) fn knows(name: &str) -> bool {
    all().any(|it| it.name == name)
}

/// The functions that are written behind a value.
pub(super) fn methods() -> impl Iterator<Item = &'static str> {
    let written = |it: &&Function| it.signature.split('(').next().is_some_and(|it| it.contains('.'));
    all().filter(written).filter(|it| !it.signature.starts_with("math.")).map(|it| it.name)
}

fn all() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.iter().flat_map(|group| group.functions)
}

/// All functions, in the order of the reference.
pub(crate) static FUNCTIONS: &[Group] = &[
    Group {
        title: "Presence",
        functions: &[
            function("has", "has(path) → bool", "Whether what may be absent is there.", "has(input.note)"),
            function(
                "orValue",
                "x.orValue(y) → T",
                "`x`, or `y` where it is absent.",
                "input.note.orValue('none')",
            ),
            function(
                "or",
                "x.or(y) → T",
                "`x`, or `y` where it is absent; `y` may be absent too.",
                "input.note.or(input.other)",
            ),
        ],
    },
    Group {
        title: "Lists",
        functions: &[
            function(
                "all",
                "list.all(x, condition) → bool, list.all(i, x, condition) → bool",
                "Whether it is true of every element; of none, yes.",
                "input.numbers.all(n, n > 0)",
            ),
            function(
                "exists",
                "list.exists(x, condition) → bool, list.exists(i, x, condition) → bool",
                "Whether it is true of an element.",
                "input.numbers.exists(i, n, n > i)",
            ),
            function(
                "exists_one",
                "list.exists_one(x, condition) → bool, list.exists_one(i, x, condition) → bool",
                "Whether it is true of exactly one.",
                "input.numbers.exists_one(n, n == 7)",
            ),
            function(
                "existsOne",
                "list.existsOne(x, condition) → bool",
                "The same as `exists_one`.",
                "input.numbers.existsOne(n, n == 7)",
            ),
            function(
                "filter",
                "list.filter(x, condition) → list",
                "The elements of which it is true.",
                "input.numbers.filter(n, n > 0)",
            ),
            function(
                "map",
                "list.map(x, value) → list, list.map(x, condition, value) → list",
                "A value for each element, or for each of which the condition is true.",
                "input.numbers.map(n, n > 0, n * 2)",
            ),
            function(
                "transformList",
                "list.transformList(i, x, value) → list",
                "`map` with the position, from 0.",
                "input.numbers.transformList(i, n, n * i)",
            ),
            function(
                "sortBy",
                "list.sortBy(x, key) → list",
                "Sorted by a number, a text or a time.",
                "input.numbers.sortBy(n, -n)",
            ),
            function(
                "size",
                "list.size() → int, map.size() → int, text.size() → int, size(x) → int",
                "How many elements, or characters.",
                "input.numbers.size()",
            ),
            function(
                "sum",
                "list.sum() → T",
                "The sum of numbers or durations; of none, 0.",
                "input.numbers.sum()",
            ),
            function(
                "min",
                "list.min() → T",
                "The least; of none, the call is refused with `cannot_compute`.",
                "input.numbers.min()",
            ),
            function(
                "max",
                "list.max() → T",
                "The greatest; of none, the call is refused with `cannot_compute`.",
                "input.numbers.max()",
            ),
            function("sort", "list.sort() → list", "In order.", "input.words.sort()"),
            function(
                "distinct",
                "list.distinct() → list",
                "Each once, where it first stands.",
                "input.words.distinct()",
            ),
            function(
                "flatten",
                "list.flatten() → list",
                "A list of lists as one.",
                "[[1, 2], [3]].flatten()",
            ),
            function(
                "join",
                "list.join(text) → text",
                "Texts as one, with a text between.",
                "input.words.join(', ')",
            ),
        ],
    },
    Group {
        title: "Text",
        functions: &[
            function(
                "contains",
                "text.contains(text) → bool",
                "Whether it occurs.",
                "input.word.contains('a')",
            ),
            function(
                "startsWith",
                "text.startsWith(text) → bool",
                "Whether it begins so.",
                "input.word.startsWith('a')",
            ),
            function(
                "endsWith",
                "text.endsWith(text) → bool",
                "Whether it ends so.",
                "input.word.endsWith('a')",
            ),
            function(
                "matches",
                "text.matches('pattern') → bool",
                "Whether the pattern is found in it: a regular expression as the crate `regex` reads it, written out.",
                "input.word.matches('[a-z]+')",
            ),
            function(
                "lowerAscii",
                "text.lowerAscii() → text",
                "A to Z in lower case.",
                "input.word.lowerAscii()",
            ),
            function(
                "upperAscii",
                "text.upperAscii() → text",
                "a to z in upper case.",
                "input.word.upperAscii()",
            ),
            function("trim", "text.trim() → text", "Without blanks at both ends.", "input.word.trim()"),
        ],
    },
    Group {
        title: "Numbers",
        functions: &[
            function(
                "div",
                "math.div(a, b, scale) → decimal",
                "The quotient with so many digits behind the point, rounded half away from zero; the scale is written out.",
                "math.div(input.amount, 3, 2)",
            ),
            function(
                "round",
                "math.round(a, scale) → decimal",
                "Rounded half away from zero to so many digits; the scale is written out.",
                "math.round(input.amount, 1)",
            ),
            function("abs", "math.abs(a) → T", "Without its sign.", "math.abs(input.amount)"),
            function(
                "greatest",
                "math.greatest(a, b) → T",
                "The greater of two.",
                "math.greatest(input.amount, 0)",
            ),
            function("least", "math.least(a, b) → T", "The lesser of two.", "math.least(input.amount, 0)"),
        ],
    },
    Group {
        title: "Time",
        functions: &[
            function(
                "timestamp",
                "timestamp('…') → timestamp, timestamp(date) → timestamp",
                "A moment that is written out, or the one at which a day begins in UTC.",
                "timestamp('2026-11-25T17:00:00Z')",
            ),
            function(
                "date",
                "date('…') → date, date(timestamp) → date",
                "A day that is written out, or the one of a moment in UTC.",
                "date('2026-11-25')",
            ),
            function(
                "duration",
                "duration('…') → duration",
                "A span that is written out: a number with one of `ms s min h d w`.",
                "duration('7d')",
            ),
            function(
                "getHours",
                "duration.getHours() → int",
                "The whole hours of it.",
                "input.span.getHours()",
            ),
            function(
                "getMinutes",
                "duration.getMinutes() → int",
                "The whole minutes of it.",
                "input.span.getMinutes()",
            ),
            function(
                "getSeconds",
                "duration.getSeconds() → int",
                "The whole seconds of it.",
                "input.span.getSeconds()",
            ),
        ],
    },
    Group {
        title: "In `returns` only",
        functions: &[function(
            "pick",
            "row.pick(name, …), list.pick(name, …)",
            "Parts of a row, or of each row of a list, and what its references and objects lead to: each by its last key on the wire.",
            "customer.pick(id, name)",
        )],
    },
];
