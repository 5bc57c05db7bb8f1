//! Records a run while it happens, cheaply: a few buffers that are reused, and texts only when it is stored.
//!
//! The stored form is JSON by position in the graph, so that it stays small: `[[3,"next",120,null,[["customer.status",
//! "banned"]]], …]`, each visit with node, way, microseconds since the start, item, and values.

use crate::cursor::Shape;
use crate::graph::Way;
use crate::run::Visit;
use opwright_values::decimal::Decimal;
use opwright_values::json::write_text;
use opwright_values::time::{Date, Duration, Timestamp};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The most values that are recorded at one visit.
pub const VALUES_MAX: usize = 24;

/// The most visits that are recorded; a run that is longer is recorded up to there.
pub const VISITS_MAX: usize = 20_000;

/// The most characters of one recorded value.
pub const VALUE_LENGTH_MAX: usize = 200;

/// The most bytes of values that are recorded of one run; the visits behind them are recorded without values.
pub const TEXT_MAX: usize = 1024 * 1024;

/// A value that can be shown to people.
pub trait Show {
    /// Writes it.
    fn show(&self, out: &mut String);
}

/// A run as it happens.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    visits: Vec<Moment>,
    values: Vec<(&'static str, u32)>,
    text: String,
    /// Whether the run went on behind the last visit that is recorded.
    full: bool,
}

#[derive(Debug, Clone, Copy)]
struct Moment {
    node: u16,
    way: Way,
    at_us: u32,
    item: Option<u32>,
    values_end: u32,
}

impl Trace {
    /// Forgets everything, keeping the buffers.
    pub fn clear(&mut self) {
        self.visits.clear();
        self.values.clear();
        self.text.clear();
        self.full = false;
    }

    /// Enters a node.
    pub fn visit(&mut self, node: u16, at_us: u32) {
        if self.visits.len() < VISITS_MAX {
            let values_end = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
            self.visits.push(Moment { node, way: Way::Next, at_us, item: None, values_end });
        } else {
            self.full = true;
        }
    }

    /// Says by which way the node that was entered last is left.
    pub fn leave(&mut self, way: Way, item: Option<u32>) {
        if let Some(last) = self.visits.last_mut().filter(|_| !self.full) {
            last.way = way;
            last.item = item;
        }
    }

    /// Records a value that is read at the node that was entered last.
    pub fn read<T: Show + ?Sized>(&mut self, expression: &'static str, value: &T) {
        let Some(last) = self.visits.last() else { return };
        let before = usize::try_from(last.values_end).unwrap_or(usize::MAX);
        let full = self.full || self.text.len() >= TEXT_MAX;
        if full || self.values.len().saturating_sub(before) >= VALUES_MAX {
            return;
        }
        let start = self.text.len();
        value.show(&mut self.text);
        self.shorten(start);
        self.values.push((expression, u32::try_from(self.text.len()).unwrap_or(u32::MAX)));
    }

    /// Of a value that was written from `start` on, as much is kept as is stored, and one character that says that
    /// there was more.
    fn shorten(&mut self, start: usize) {
        if self.text.len().saturating_sub(start) > VALUE_LENGTH_MAX
            && let Some((end, _)) =
                self.text.get(start..).and_then(|it| it.char_indices().nth(VALUE_LENGTH_MAX + 1))
        {
            self.text.truncate(start + end);
        }
    }

    /// How many nodes were visited.
    pub fn len(&self) -> usize {
        self.visits.len()
    }

    /// Whether nothing was visited.
    pub fn is_empty(&self) -> bool {
        self.visits.is_empty()
    }

    /// The positions of the nodes that were visited.
    pub fn nodes(&self) -> impl Iterator<Item = u16> {
        self.visits.iter().map(|visit| visit.node)
    }

    /// The form that is stored.
    pub fn encode(&self) -> String {
        let mut out = String::with_capacity(16 + self.visits.len() * 24 + self.text.len());
        out.push('[');
        let ends = self.visits.iter().skip(1).map(|next| next.values_end).chain([u32::MAX]);
        for (position, (visit, end)) in self.visits.iter().zip(ends).enumerate() {
            if position > 0 {
                out.push(',');
            }
            self.encode_visit(*visit, end, &mut out);
        }
        out.push(']');
        out
    }

    fn encode_visit(&self, visit: Moment, end: u32, out: &mut String) {
        let way = way_name(visit.way);
        let item = visit.item.map_or_else(|| "null".to_owned(), |item| item.to_string());
        // Writing to a String cannot fail.
        let _ = write!(out, "[{},\"{way}\",{},{item},[", visit.node, visit.at_us);
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX).min(self.values.len());
        let values = self.values.get(place(visit.values_end)..place(end)).unwrap_or_default();
        let mut start =
            place(visit.values_end).checked_sub(1).and_then(|at| self.values.get(at)).map_or(0, |it| it.1);
        for (position, (expression, end)) in values.iter().enumerate() {
            if position > 0 {
                out.push(',');
            }
            let text = self.text.get(usize::try_from(start).unwrap_or(0)..usize::try_from(*end).unwrap_or(0));
            out.push('[');
            write_text(expression, out);
            out.push(',');
            write_text(&shortened(text.unwrap_or_default()), out);
            out.push(']');
            start = *end;
        }
        out.push_str("]]");
    }
}

/// As much of a value as is stored.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(VALUE_LENGTH_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

const WAYS: [(Way, &str); 5] =
    [(Way::Next, "next"), (Way::Then, "then"), (Way::Else, "else"), (Way::Item, "item"), (Way::Exit, "exit")];

fn way_name(way: Way) -> &'static str {
    WAYS.iter().find(|(known, _)| *known == way).map_or("next", |(_, name)| name)
}

/// Reads the stored form again, with ids for positions. `None` if it is not one.
pub fn decode(stored: &str, shape: &Shape) -> Option<Vec<Visit>> {
    type Stored = (u16, Way, u32, Option<u32>, Vec<(String, String)>);
    let visits: Vec<Stored> = serde_json::from_str(stored).ok()?;
    let named = visits.into_iter().map(|(node, way, at_us, item, values)| Visit {
        node: shape.id(node).to_owned(),
        way,
        at_us,
        item,
        values,
    });
    Some(named.collect())
}

macro_rules! show_display {
    ($([$($generics:tt)*] $ty:ty),* $(,)?) => {$(
        impl<$($generics)*> Show for $ty {
            fn show(&self, out: &mut String) {
                let _ = write!(out, "{self}");
            }
        }
    )*};
}

show_display!([] i64, [] usize, [] u64, [] u32, [] bool, [] Date, [] Timestamp, [] Duration, [const S: u8] Decimal<S>);

impl Show for str {
    fn show(&self, out: &mut String) {
        out.push_str(self);
    }
}

impl Show for String {
    fn show(&self, out: &mut String) {
        out.push_str(self);
    }
}

impl<T: Show> Show for Option<T> {
    fn show(&self, out: &mut String) {
        match self {
            Some(value) => value.show(out),
            None => out.push_str("absent"),
        }
    }
}

impl<T: Show + ?Sized> Show for &T {
    fn show(&self, out: &mut String) {
        (**self).show(out);
    }
}

impl<T: Show> Show for [T] {
    fn show(&self, out: &mut String) {
        const SHOWN: usize = 4;
        out.push('[');
        for (position, item) in self.iter().take(SHOWN).enumerate() {
            if position > 0 {
                out.push_str(", ");
            }
            item.show(out);
        }
        if self.len() > SHOWN {
            let _ = write!(out, ", … {} in all", self.len());
        }
        out.push(']');
    }
}

impl<T: Show> Show for Vec<T> {
    fn show(&self, out: &mut String) {
        self.as_slice().show(out);
    }
}

impl<T: Show> Show for BTreeMap<String, T> {
    fn show(&self, out: &mut String) {
        out.push('{');
        for (position, (key, value)) in self.iter().enumerate() {
            if position > 0 {
                out.push_str(", ");
            }
            let _ = write!(out, "{key}: ");
            value.show(out);
        }
        out.push('}');
    }
}

/// Stands for a value that must not be shown: its name in angle quotes, `‹masked›` for what is computed.
#[derive(Debug, Clone, Copy)]
pub struct Masked(pub &'static str);

impl Show for Masked {
    fn show(&self, out: &mut String) {
        out.push_str(&masked(self.0));
    }
}

/// What stands for the value of a path or an expression that must not be shown.
pub fn masked(expression: &str) -> String {
    let last = expression.rsplit('.').next().unwrap_or(expression);
    let is_path = expression.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    format!("‹{}›", if is_path { last } else { "masked" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_recorded_up_to_there() {
        let mut trace = Trace::default();
        for round in 0..VISITS_MAX + 5 {
            trace.visit(0, 0);
            trace.read("text", &"é".repeat(VALUE_LENGTH_MAX * 2));
            trace.leave(Way::Item, u32::try_from(round).ok());
        }
        trace.leave(Way::Exit, None);
        assert_eq!(trace.len(), VISITS_MAX);
        assert!(trace.text.len() < TEXT_MAX + VALUE_LENGTH_MAX * 2 + 2);
        let last = trace.visits.last().map(|last| (last.way, last.item));
        assert_eq!(last, Some((Way::Item, u32::try_from(VISITS_MAX - 1).ok())), "it stays as it was left");
        let stored = trace.encode();
        let shown = format!("{}…", "é".repeat(VALUE_LENGTH_MAX));
        assert!(stored.starts_with(&format!(r#"[[0,"item",0,0,[["text","{shown}"]]],[0,"#)));
        assert!(stored.ends_with(&format!(r#"[0,"item",0,{},[]]]"#, VISITS_MAX - 1)));
    }
}
