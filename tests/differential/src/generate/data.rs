//! Rows to begin with.

use super::shape::{Field, Resource, Shapes, T};
use crate::random::Random;
use std::fmt::Write as _;

/// How many rows of each resource there are.
const ROWS: u64 = 4;

/// The `data` document.
pub(super) fn yaml(shapes: &Shapes, random: &mut Random) -> String {
    let mut out = "data: some\nsummary: S.\nrows:\n".to_owned();
    for resource in shapes.resources.iter().filter(|it| !it.nameless) {
        let _ = writeln!(out, "  {}:", resource.name);
        for number in 1..=ROWS {
            let id = format!("id: {}_{number}", resource.name);
            let _ = writeln!(out, "    - {}", row(resource, number, Some(id), shapes, random));
        }
    }
    out
}

fn row(resource: &Resource, number: u64, id: Option<String>, shapes: &Shapes, random: &mut Random) -> String {
    let mut entries: Vec<String> = id.into_iter().collect();
    // Of rows that are written inside their owner, nobody says whose they are.
    let inside = |field: &Field| resource.nameless && field.owner();
    for field in resource.fields.iter().filter(|field| !field.machine && !inside(field)) {
        if field.optional && random.one_in(2) {
            continue;
        }
        entries.push(format!("{}: {}", field.name, value(field, number, shapes, random)));
    }
    let owned =
        |it: &&Resource| it.nameless && it.owned.as_ref().is_some_and(|(owner, _)| *owner == resource.name);
    for part in shapes.resources.iter().filter(owned) {
        let Some((_, collection)) = &part.owned else { continue };
        let rows = if number > ROWS { 1 } else { 1 + random.below(2) };
        let rows: Vec<String> =
            (0..rows).map(|at| row(part, number + at * ROWS, None, shapes, random)).collect();
        entries.push(format!("{collection}: [{}]", rows.join(", ")));
    }
    format!("{{ {} }}", entries.join(", "))
}

fn value(field: &Field, row: u64, shapes: &Shapes, random: &mut Random) -> String {
    if field.once {
        let word = usize::try_from(row.saturating_sub(1)).ok().and_then(|at| field.words().get(at));
        return word.filter(|_| field.ty == T::Text).map_or(row.to_string(), |word| format!("\"{word}\""));
    }
    match &field.ty {
        T::Bool => random.word(&["true", "false"]).to_owned(),
        T::Int => random.below(9).to_string(),
        T::Dec(2) => format!("{}.{}0", random.below(9), random.below(9)),
        T::Dec(_) => format!("{}.{}005", random.below(3), random.below(9)),
        T::Text => format!("\"{}\"", random.word(field.words())),
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
