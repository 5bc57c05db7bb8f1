//! Rows to begin with.

use super::shape::{Field, Shapes, T};
use crate::arguments::TEXTS;
use crate::random::Random;
use std::fmt::Write as _;

/// How many rows of each resource there are.
const ROWS: u64 = 4;

/// The `data` document.
pub(super) fn yaml(shapes: &Shapes, random: &mut Random) -> String {
    let mut out = "data: some\nsummary: S.\nrows:\n".to_owned();
    for resource in &shapes.resources {
        let _ = writeln!(out, "  {}:", resource.name);
        for row in 1..=ROWS {
            let mut entries = vec![format!("id: {}_{row}", resource.name)];
            for field in resource.fields.iter().filter(|field| !field.machine) {
                if field.optional && random.one_in(2) {
                    continue;
                }
                entries.push(format!("{}: {}", field.name, value(field, row, shapes, random)));
            }
            let _ = writeln!(out, "    - {{ {} }}", entries.join(", "));
        }
    }
    out
}

fn value(field: &Field, row: u64, shapes: &Shapes, random: &mut Random) -> String {
    if field.once {
        return if field.ty == T::Int { row.to_string() } else { format!("u{row}") };
    }
    match &field.ty {
        T::Bool => random.word(&["true", "false"]).to_owned(),
        T::Int => random.below(9).to_string(),
        T::Dec(2) => format!("{}.{}0", random.below(9), random.below(9)),
        T::Dec(_) => format!("{}.{}005", random.below(3), random.below(9)),
        T::Text => format!("\"{}\"", random.word(TEXTS)),
        T::Enum => random.word(&["a", "b", "c"]).to_owned(),
        T::Time => format!("2023-11-14T22:1{}:00Z", random.below(9)),
        T::Day => format!("2023-11-1{}", random.below(9)),
        T::Span => random.word(&["PT1H", "PT30M", "P7D", "PT0.5S"]).to_owned(),
        T::Pair => format!("{{ x: {}, y: q }}", random.below(9)),
        T::Map => random.word(&["{}", "{ k: 2 }", "{ a: 1, k: 0 }"]).to_owned(),
        T::List(of) if **of == T::Int => random.word(&["[]", "[1]", "[3, 1, 2]"]).to_owned(),
        T::List(of) if **of == T::Pair => {
            random.word(&["[]", "[{ x: 1, y: q }]", "[{ x: 1 }, { x: 2 }]"]).to_owned()
        }
        T::List(_) => random.word(&["[]", "[a]", "[b, a]"]).to_owned(),
        T::Row(to) => {
            let name = shapes.resources.get(*to).map_or("", |resource| resource.name.as_str());
            format!("{name}_{}", 1 + random.below(ROWS))
        }
    }
}
