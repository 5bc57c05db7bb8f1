//! Functions and names that CEL or other languages have and specs have not, and what to write instead.

/// What to write instead of a function of this name, called on `of` if that is known.
pub(super) fn instead(name: &str, of: Option<&str>, args: &[&str]) -> Option<String> {
    let x = of.unwrap_or("x");
    Some(match (name, args) {
        ("count", []) | ("length" | "len" | "size", []) => format!("write `{x}.size()`"),
        ("count" | "len" | "length", [x]) if of.is_none() => format!("write `{x}.size()`"),
        ("count", [xs, var, what]) if of.is_none() => format!("write `{xs}.filter({var}, {what}).size()`"),
        ("count", [var, what]) if of.is_some() => format!("write `{x}.filter({var}, {what}).size()`"),
        ("isEmpty" | "empty" | "is_empty", _) => format!("write `{x}.size() == 0`"),
        ("sum" | "min" | "max", [var, what]) if of.is_some() => {
            format!("write `{x}.map({var}, {what}).{name}()`")
        }
        ("sum" | "min" | "max", []) if of.is_some() => {
            format!("say of which field: `{x}.map(it, it.<field>).{name}()`")
        }
        ("max" | "greatest", [a, b]) => format!("write `math.greatest({a}, {b})`"),
        ("min" | "least", [a, b]) => format!("write `math.least({a}, {b})`"),
        ("today", []) => "write `date(now)`".to_owned(),
        ("days" | "hours" | "minutes" | "seconds" | "weeks", [number]) => {
            let unit = match name {
                "days" => "d",
                "hours" => "h",
                "minutes" => "min",
                "weeks" => "w",
                _ => "s",
            };
            format!("write `duration('{number}{unit}')`")
        }
        ("coalesce" | "ifnull" | "ifNull" | "nvl" | "default", [a, b]) => format!("write `{a}.orValue({b})`"),
        ("unwrap_or" | "unwrapOr" | "getOrElse" | "orElse" | "or_else" | "default", [other]) => {
            format!("write `{x}.orValue({other})`")
        }
        ("if" | "iif" | "cond", [condition, a, b]) => format!("write `{condition} ? {a} : {b}`"),
        ("concat", [a, b]) if of.is_none() => format!("write `{a} + {b}`"),
        ("concat" | "append" | "plus", [a]) => format!("write `{x} + {a}`"),
        ("exists" | "defined" | "isset" | "is_set" | "present" | "notNull", [path]) if of.is_none() => {
            format!("write `has({path})`")
        }
        ("isNull" | "is_null" | "isnull" | "missing" | "absent", [path]) if of.is_none() => {
            format!("write `!has({path})`")
        }
        ("hasValue" | "isPresent" | "is_present" | "is_some" | "exists", []) => format!("write `has({x})`"),
        ("isNull" | "is_null" | "is_none" | "isAbsent", []) => format!("write `!has({x})`"),
        ("between", [x, low, high]) => format!("write `{low} <= {x} && {x} <= {high}`"),
        ("not", [x]) => format!("write `!({x})`"),
        _ => return by_name(name).map(str::to_owned),
    })
}

fn by_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "count" => "write `xs.filter(x, …).size()`",
        "any" | "some" => "write `xs.exists(x, …)`",
        "every" => "write `xs.all(x, …)`",
        "first" => "write `xs[0]`, where a `require` says that the list is not empty",
        "last" => "write `xs[xs.size() - 1]`",
        "reduce" | "fold" => "there are `sum`, `min`, `max`, `all`, `exists` and `join`",
        "transformMap" | "transformMapEntry" => "maps are given field by field in `set`; lists have `map`",
        "reverse" | "slice" | "range" | "charAt" | "indexOf" | "lastIndexOf" | "substring" | "split"
        | "replace" | "format" | "quote" => "CEL has it, specs do not",
        "includes" | "has_value" => "write `x in xs`, or `text.contains('…')`",
        "toLowerCase" | "lower" | "toLower" => "write `x.lowerAscii()`",
        "toUpperCase" | "upper" | "toUpper" => "write `x.upperAscii()`",
        "strip" => "write `x.trim()`",
        "value" | "get" | "unwrap" => "prove it with `has(x) && …`, or write `x.orValue(…)`",
        "ceil" | "floor" | "trunc" | "round" => {
            "write `math.round(a, scale)`; `/` of whole numbers goes toward zero"
        }
        "abs" => "write `math.abs(a)`",
        "int" | "uint" | "double" | "string" | "bytes" | "bool" | "dyn" | "type" | "str" | "float"
        | "number" | "parseInt" | "parseFloat" | "toString" | "to_string" | "typeof" | "cast" => {
            "values are not converted: an int is a decimal, and an enum or id a text, wherever one is wanted"
        }
        "getFullYear" | "getMonth" | "getDate" | "getDayOfMonth" | "getDayOfWeek" | "getDayOfYear"
        | "getMilliseconds" => {
            "parts of a date are not computed; compare with `date('…')` or `timestamp('…')`"
        }
        "bind" => "name a value with a step: `- let: x`",
        _ => return None,
    })
}

/// What to write instead of a word where an operator is wanted.
pub(crate) fn operator(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "is" => "`==` compares; whether something is there is asked with `has(x)`",
        "like" | "ilike" => "write `x.contains('…')`, `x.startsWith('…')` or `x.matches('…')`",
        "matches" => "write `x.matches('…')`",
        "contains" | "includes" => "write `x.contains('…')`, or `x in xs`",
        "startswith" | "starts_with" => "write `x.startsWith('…')`",
        "endswith" | "ends_with" => "write `x.endsWith('…')`",
        "if" | "then" | "else" | "unless" | "elif" => "write `condition ? one : other`",
        "between" => "write `a <= x && x <= b`",
        "eq" => "write `==`",
        "ne" | "neq" => "write `!=`",
        "lt" => "write `<`",
        "gt" => "write `>`",
        "le" | "lte" => "write `<=`",
        "ge" | "gte" => "write `>=`",
        "mod" => "write `%`",
        "day" | "days" => "a span of time is a `duration`: `duration('1d') * n`",
        "hour" | "hours" => "a span of time is a `duration`: `duration('1h') * n`",
        "minute" | "minutes" => "a span of time is a `duration`: `duration('1min') * n`",
        "week" | "weeks" => "a span of time is a `duration`: `duration('1w') * n`",
        "implies" => "write `!a || b`",
        "for" => "write `xs.map(x, …)`, `xs.filter(x, …)`, `xs.all(x, …)`; a sum is `xs.map(x, …).sum()`",
        _ => return None,
    })
}

/// What other languages call `now`.
pub(crate) fn is_now(word: &str) -> bool {
    matches!(word, "NOW" | "NOW()" | "Now" | "CURRENT_TIMESTAMP" | "current_time")
}

/// What to write instead of a word of other languages where a value is wanted.
pub(super) fn word(name: &str) -> Option<&'static str> {
    Some(match name {
        "True" | "TRUE" | "yes" | "Yes" => "write `true`",
        "False" | "FALSE" | "no" | "No" => "write `false`",
        "None" | "nil" | "NULL" | "Null" | "undefined" | "none" => {
            "nothing is null: ask with `has(x)`; as a whole value in `set`, `null` clears"
        }
        "today" => "write `date(now)`",
        _ if is_now(name) => "write `now`",
        "user" | "caller" | "me" | "ctx" | "context" | "request" | "req" => {
            "expressions see `input`, `now`, references and what the steps above name"
        }
        "args" | "params" | "arguments" | "inputs" => "the arguments are called `input`",
        "old" | "new" => "a row is called by its name, and shows its present values; `let` keeps a value",
        _ => return None,
    })
}
