//! Numbers, spans and texts, computed from others: `(a + b)`, `math.div(a, b, 2)`, `names.join(', ')`.

use super::Generator;
use super::shape::{Field, T};

impl Generator {
    /// A value that is written out, and fits.
    pub(super) fn plain(&mut self, field: &Field) -> Option<String> {
        Some(match &field.ty {
            T::Bool => self.random.word(&["true", "false"]).to_owned(),
            T::Int => self.random.word(&["1", "2", "3", "7"]).to_owned(),
            T::Dec(2) => self.random.word(&["1.50", "12.34", "-0.05"]).to_owned(),
            T::Dec(_) => self.random.word(&["1.5000", "0.3333"]).to_owned(),
            T::Text => format!("'{}'", self.random.word(field.words())),
            T::Enum => format!("'{}'", self.random.word(&["a", "b", "c"])),
            T::Day => self.random.word(&["date('2023-11-14')", "date('2024-02-29')"]).to_owned(),
            _ => return None,
        })
    }

    pub(super) fn span(&mut self, inner: u32) -> Option<String> {
        match self.random.below(5) {
            0 => Some(format!("({} - {})", self.expr(&T::Time, inner)?, self.expr(&T::Time, inner)?)),
            1 => {
                let op = self.random.word(&["+", "-"]);
                Some(format!("({} {op} {})", self.expr(&T::Span, inner)?, self.expr(&T::Span, inner)?))
            }
            2 => {
                let op = self.random.word(&["*", "/"]);
                Some(format!("({} {op} {})", self.expr(&T::Span, inner)?, self.expr(&T::Int, inner)?))
            }
            3 => {
                let function = self.random.word(&["sum", "min", "max"]);
                Some(format!("{}.{function}()", self.expr(&T::Span.list(), inner)?))
            }
            _ => self.leaf(&T::Span),
        }
    }

    pub(super) fn int(&mut self, inner: u32) -> Option<String> {
        match self.random.below(9) {
            8 if self.random.one_in(2) => Some(format!("(-{})", self.expr(&T::Int, inner)?)),
            8 => Some(format!("{}.size()", self.expr(&T::Map, 0)?)),
            0 | 1 => {
                let op = self.random.word(&["+", "-", "*"]);
                Some(format!("({} {op} {})", self.expr(&T::Int, inner)?, self.expr(&T::Int, inner)?))
            }
            2 => {
                let op = self.random.word(&["/", "%"]);
                Some(format!("({} {op} {})", self.expr(&T::Int, inner)?, self.expr(&T::Int, inner)?))
            }
            3 => Some(format!("{}.size()", self.any_list(inner)?.0)),
            4 => Some(format!("{}.size()", self.expr(&T::Text, inner)?)),
            5 => {
                let function = self.random.word(&["sum", "min", "max"]);
                Some(format!("{}.{function}()", self.expr(&T::Int.list(), inner)?))
            }
            6 => {
                let function = self.random.word(&["greatest", "least"]);
                Some(format!(
                    "math.{function}({}, {})",
                    self.expr(&T::Int, inner)?,
                    self.expr(&T::Int, inner)?
                ))
            }
            _ => match self.random.below(4) {
                3 => {
                    let function = self.random.word(&["getHours", "getMinutes", "getSeconds"]);
                    Some(format!("{}.{function}()", self.expr(&T::Span, inner)?))
                }
                0 => Some(format!("math.abs({})", self.expr(&T::Int, inner)?)),
                1 => Some(format!("{}[{}]", self.expr(&T::Int.list(), inner)?, self.expr(&T::Int, 0)?)),
                _ => Some(format!("{}['{}']", self.expr(&T::Map, 0)?, self.random.word(&["k", "a"]))),
            },
        }
    }

    pub(super) fn decimal(&mut self, scale: u8, inner: u32) -> Option<String> {
        let ty = T::Dec(scale);
        match self.random.below(7) {
            6 => Some(format!("(-{})", self.expr(&ty, inner)?)),
            0 => {
                let op = self.random.word(&["+", "-"]);
                Some(format!("({} {op} {})", self.expr(&ty, inner)?, self.expr(&ty, inner)?))
            }
            1 => Some(format!("({} * {})", self.expr(&ty, inner)?, self.expr(&T::Int, inner)?)),
            2 => {
                let (a, b) = (self.expr(&T::Dec(2), inner)?, self.expr(&T::Int, inner)?);
                Some(format!("math.div({a}, {b}, {scale})"))
            }
            3 => Some(format!("math.round({}, {scale})", self.expr(&T::Dec(4), inner)?)),
            4 => Some(format!(
                "{}.{}()",
                self.expr(&ty.list(), inner)?,
                self.random.word(&["sum", "min", "max"])
            )),
            _ => Some(format!("math.abs({})", self.expr(&ty, inner)?)),
        }
    }

    pub(super) fn text(&mut self, inner: u32) -> Option<String> {
        match self.random.below(5) {
            0 | 1 => Some(format!("({} + {})", self.expr(&T::Text, inner)?, self.expr(&T::Text, inner)?)),
            2 => {
                let function = self.random.word(&["lowerAscii", "upperAscii", "trim"]);
                Some(format!("{}.{function}()", self.expr(&T::Text, inner)?))
            }
            3 => Some(format!("{}.join({})", self.expr(&T::Text.list(), inner)?, self.expr(&T::Text, 0)?)),
            _ => {
                let row = self.named_row()?;
                Some(format!("({}.id + '')", self.leaf(&row)?))
            }
        }
    }
}
