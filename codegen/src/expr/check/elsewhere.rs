//! Functions that CEL or other languages have and specs have not, and what to write instead.

/// What to write instead of a function of this name.
pub(super) fn instead(name: &str) -> Option<&'static str> {
    Some(match name {
        "count" => "write `xs.filter(x, …).size()`",
        "length" | "len" => "write `x.size()`",
        "isEmpty" | "empty" | "is_empty" => "write `x.size() == 0`",
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
        "hasValue" | "isPresent" => "write `has(x)`",
        "value" | "get" | "unwrap" => "prove it with `has(x) && …`, or write `x.orValue(…)`",
        "ceil" | "floor" | "trunc" | "round" => {
            "write `math.round(a, scale)`; `/` of whole numbers goes toward zero"
        }
        "abs" => "write `math.abs(a)`",
        "int" | "uint" | "double" | "string" | "bytes" | "bool" | "dyn" | "type" => {
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
