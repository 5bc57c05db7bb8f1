//! Expressions of a type. What is made of parts stands in brackets, so that shrinking can cut it out.

use super::Generator;
use super::shape::T;

/// Comparisons.
const ORDERS: &[&str] = &["==", "!=", "<", "<=", ">", ">="];

impl Generator {
    /// An expression of a type; `None` if there is nothing of that type.
    pub(super) fn expr(&mut self, ty: &T, depth: u32) -> Option<String> {
        let leaf = depth == 0 || self.random.one_in(3);
        if leaf && let Some(leaf) = self.leaf(ty) {
            return Some(leaf);
        }
        let inner = depth.saturating_sub(1);
        if depth > 0 && self.random.one_in(5) {
            // A condition that asks whether something is there would make `orValue` needless behind it.
            let condition = self.comparison(inner)?;
            let (a, b) = (self.expr(ty, inner)?, self.expr(ty, inner)?);
            return Some(format!("({condition} ? {a} : {b})"));
        }
        if depth > 0
            && self.random.one_in(4)
            && let Some(path) = self.optional(ty)
        {
            let other = self.expr(ty, inner)?;
            let other = match self.optional(ty) {
                Some(between) if between != path && self.random.one_in(4) => {
                    return Some(format!("{path}.or({between}).orValue({other})"));
                }
                _ => other,
            };
            return Some(format!("{path}.orValue({other})"));
        }
        if depth == 0 {
            return self.leaf(ty);
        }
        if self.random.one_in(12)
            && let Some(field) = self.field_of_either(ty)
        {
            return Some(field);
        }
        match ty {
            T::Bool => Some(self.condition(depth)),
            T::Int => self.int(inner),
            T::Dec(scale) => self.decimal(*scale, inner),
            T::Text => self.text(inner),
            T::Time if self.random.one_in(4) => Some(format!("timestamp({})", self.expr(&T::Day, inner)?)),
            T::Time => {
                let (time, op) = (self.expr(&T::Time, inner)?, self.random.word(&["+", "-"]));
                Some(format!("({time} {op} {})", self.expr(&T::Span, inner)?))
            }
            T::Day => Some(format!("date({})", self.expr(&T::Time, inner)?)),
            T::Span => self.span(inner),
            T::List(of) => self.list(of, inner),
            _ => self.leaf(ty),
        }
    }

    /// A field of one of two rows.
    fn field_of_either(&mut self, ty: &T) -> Option<String> {
        let T::Row(of) = self.row_type()? else { return None };
        let fields = self.shapes.resources.get(of)?.fields.iter();
        let names: Vec<String> =
            fields.filter(|it| it.ty == *ty && !it.optional).map(|it| it.name.clone()).collect();
        let name = self.random.pick(&names)?.clone();
        let (a, b) = (self.leaf(&T::Row(of))?, self.leaf(&T::Row(of))?);
        if self.random.one_in(3)
            && let Some(path) = self.optional(&T::Row(of))
        {
            return Some(format!("{path}.orValue({a}).{name}"));
        }
        Some(format!("({} ? {a} : {b}).{name}", self.comparison(0)?))
    }

    /// A path or a literal.
    pub(super) fn leaf(&mut self, ty: &T) -> Option<String> {
        let paths = self.scope.paths(&self.shapes);
        let known: Vec<String> =
            paths.into_iter().filter(|path| !path.optional && path.ty == *ty).map(|path| path.text).collect();
        let literal = self.literal(ty);
        match (self.random.pick(&known).cloned(), literal) {
            (Some(path), Some(literal)) => Some(if self.random.one_in(4) { literal } else { path }),
            (path, literal) => path.or(literal),
        }
    }

    /// A path that may be absent.
    pub(super) fn optional(&mut self, ty: &T) -> Option<String> {
        let paths = self.scope.paths(&self.shapes);
        let known: Vec<String> =
            paths.into_iter().filter(|path| path.optional && path.ty == *ty).map(|path| path.text).collect();
        self.random.pick(&known).cloned()
    }

    fn literal(&mut self, ty: &T) -> Option<String> {
        let text = match ty {
            T::Bool => self.random.word(&["true", "false"]),
            T::Int => self.random.word(&["0", "1", "2", "3", "7", "-1", "20", "9007199254740991"]),
            T::Dec(2) => self.random.word(&["0.00", "1.50", "-0.05", "12.34", "99.99"]),
            T::Dec(_) => self.random.word(&["0.0000", "1.5000", "-0.0050", "0.3333"]),
            T::Text => {
                self.random.word(&["''", "'a'", "'ab'", "'b'", "'B'", "'é'", "'i\u{307}'", "'a b'", "'x'"])
            }
            T::Day => self.random.word(&["date('2023-11-14')", "date('2024-02-29')"]),
            T::Span => self.random.word(&[
                "duration('1h')",
                "duration('7d')",
                "duration('30min')",
                "duration('90s')",
            ]),
            T::Time => self.random.word(&["now", "timestamp('2023-11-14T22:13:20Z')"]),
            T::List(of) => {
                let items: Option<Vec<String>> =
                    (0..1 + self.random.below(3)).map(|_| self.literal(of)).collect();
                return items.map(|items| format!("[{}]", items.join(", ")));
            }
            _ => return None,
        };
        Some(text.to_owned())
    }

    /// A condition; there is always one.
    pub(super) fn condition(&mut self, depth: u32) -> String {
        let made = if depth == 0 { None } else { self.try_condition(depth - 1) };
        let made = made.or_else(|| self.comparison(0)).or_else(|| self.leaf(&T::Bool));
        made.unwrap_or_else(|| "true".to_owned())
    }

    fn try_condition(&mut self, inner: u32) -> Option<String> {
        match self.random.below(11) {
            0 => Some(format!("!{}", bracketed(self.condition(inner)))),
            1 => Some(format!("({} && {})", self.condition(inner), self.condition(inner))),
            2 => Some(format!("({} || {})", self.condition(inner), self.condition(inner))),
            3 => self.asked(inner),
            4 => self.over_list(inner),
            5 => {
                let of = self.scalar();
                let (item, list) = (self.expr(&of, inner)?, self.expr(&of.list(), inner)?);
                Some(format!("({item} in {list})"))
            }
            6 => {
                let function = self.random.word(&["contains", "startsWith", "endsWith"]);
                let text = self.expr(&T::Text, inner)?;
                if self.random.one_in(5) {
                    let pattern = self.random.word(&["^a", "b$", "a"]);
                    return Some(format!("{text}.matches('{pattern}')"));
                }
                let part = self.expr(&T::Text, inner)?;
                Some(format!("{text}.{function}({part})"))
            }
            8 if self.random.one_in(2) => {
                Some(format!("('{}' in {})", self.random.word(&["k", "a"]), self.leaf(&T::Map)?))
            }
            8 => {
                let ty = self.random.pick(&[T::Pair, T::Map, T::Int.list(), T::Text.list()]).cloned()?;
                let (a, b) = (self.expr(&ty, inner)?, self.expr(&ty, inner)?);
                Some(format!("({a} {} {b})", self.random.word(&["==", "!="])))
            }
            7 => {
                let row = self.row_type()?;
                let (a, b) = (self.expr(&row, 0)?, self.expr(&row, inner)?);
                Some(format!("({a} {} {b})", self.random.word(&["==", "!="])))
            }
            _ => self.comparison(inner),
        }
    }

    /// A condition that asks first whether something is there.
    fn asked(&mut self, inner: u32) -> Option<String> {
        let paths = self.scope.paths(&self.shapes);
        let optional: Vec<String> =
            paths.into_iter().filter(|path| path.optional).map(|path| path.text).collect();
        let path = self.random.pick(&optional).cloned()?;
        let before = self.scope.clone();
        self.scope.present.insert(path.clone());
        let condition = self.condition(inner);
        self.scope = before;
        if condition.contains(&format!("{path}.or")) {
            return None;
        }
        Some(match self.random.below(4) {
            0 => format!("has({path})"),
            1 => format!("(!has({path}) || {condition})"),
            _ => format!("(has({path}) && {condition})"),
        })
    }

    fn comparison(&mut self, inner: u32) -> Option<String> {
        let ty = self.scalar();
        let orders = if ty == T::Enum || ty == T::Bool { &["==", "!="][..] } else { ORDERS };
        let a = self.expr(&ty, inner)?;
        let b = if ty == T::Enum {
            self.random.word(&["'a'", "'b'", "'c'"]).to_owned()
        } else {
            self.expr(&ty, inner)?
        };
        Some(format!("({a} {} {b})", self.random.word(orders)))
    }

    /// A type that has literals, or values in the shapes.
    pub(super) fn scalar(&mut self) -> T {
        let all = [
            T::Int,
            T::Int,
            T::Dec(2),
            T::Dec(4),
            T::Text,
            T::Text,
            T::Bool,
            T::Time,
            T::Enum,
            T::Day,
            T::Span,
        ];
        self.random.pick(&all).cloned().unwrap_or(T::Int)
    }

    pub(super) fn row_type(&mut self) -> Option<T> {
        let count = u64::try_from(self.shapes.resources.len()).ok()?;
        usize::try_from(self.random.below(count)).ok().map(T::Row)
    }

    /// One of those whose rows have ids.
    pub(super) fn named_row(&mut self) -> Option<T> {
        let row = self.row_type()?;
        let T::Row(of) = row else { return None };
        self.shapes.resources.get(of).filter(|it| !it.nameless).map(|_| row)
    }

    /// `all`, `exists` or `exists_one` over a list.
    fn over_list(&mut self, inner: u32) -> Option<String> {
        let (list, of) = self.any_list(inner)?;
        let function = self.random.word(&["all", "exists", "exists_one"]);
        let (vars, body) = self.inside_numbered(&of, |generator| Some(generator.condition(inner)))?;
        Some(format!("{list}.{function}({vars}, {body})"))
    }

    /// A list of anything, and what it is of.
    pub(super) fn any_list(&mut self, inner: u32) -> Option<(String, T)> {
        let of = match self.random.below(9) {
            0..3 => self.row_type()?,
            3 => T::Pair,
            _ => self.scalar(),
        };
        Some((self.expr(&of.clone().list(), inner)?, of))
    }

    /// A variable of a macro, and what is said of it.
    pub(super) fn inside(
        &mut self,
        of: &T,
        body: impl FnOnce(&mut Self) -> Option<String>,
    ) -> Option<(String, String)> {
        let before = self.scope.clone();
        let var = self.fresh("x");
        self.scope.add(var.clone(), of.clone(), false);
        let body = body(self);
        self.scope = before;
        Some((var, body?))
    }

    /// The same, now and then with a variable for the position in front.
    fn inside_numbered(
        &mut self,
        of: &T,
        body: impl FnOnce(&mut Self) -> Option<String>,
    ) -> Option<(String, String)> {
        if !self.random.one_in(4) {
            return self.inside(of, body);
        }
        let before = self.scope.clone();
        let index = self.fresh("i");
        self.scope.add(index.clone(), T::Int, false);
        let made = self.inside(of, body);
        self.scope = before;
        made.map(|(var, body)| (format!("{index}, {var}"), body))
    }

    fn list(&mut self, of: &T, inner: u32) -> Option<String> {
        let ty = of.clone().list();
        let ordered = matches!(of, T::Int | T::Dec(_) | T::Text | T::Time | T::Day | T::Span);
        match self.random.below(9) {
            0 | 1 => {
                let list = self.expr(&ty, inner)?;
                let (var, body) = self.inside(of, |generator| Some(generator.of_element(inner)))?;
                Some(format!("{list}.filter({var}, {body})"))
            }
            2 => {
                let list = self.expr(&ty, inner)?;
                let key = self.random.pick(&[T::Int, T::Text, T::Dec(2)]).cloned()?;
                let (var, body) = self.inside(of, |generator| generator.expr(&key, inner))?;
                Some(format!("{list}.sortBy({var}, {body})"))
            }
            _ if matches!(of, T::Row(_) | T::Pair) => self.leaf(&ty),
            7 => {
                let (list, from) = self.any_list(inner)?;
                let (var, body) = self.inside(&from, |generator| generator.expr(&ty, inner))?;
                Some(format!("{list}.map({var}, {body}).flatten()"))
            }
            8 => {
                let (list, from) = self.any_list(inner)?;
                let (before, index) = (self.scope.clone(), self.fresh("i"));
                self.scope.add(index.clone(), T::Int, false);
                let made = self.inside(&from, |generator| generator.expr(of, inner));
                self.scope = before;
                let (var, body) = made?;
                Some(format!("{list}.transformList({index}, {var}, {body})"))
            }
            3 => Some(format!("({} + {})", self.expr(&ty, inner)?, self.expr(&ty, inner)?)),
            4 if ordered => {
                Some(format!("{}.{}()", self.expr(&ty, inner)?, self.random.word(&["sort", "distinct"])))
            }
            5 => {
                let (list, from) = self.any_list(inner)?;
                let (var, body) = self.inside(&from, |generator| {
                    let condition = generator.condition(inner);
                    Some(format!("{condition}, {}", generator.expr(of, inner)?))
                })?;
                Some(format!("{list}.map({var}, {body})"))
            }
            _ => {
                let (list, from) = self.any_list(inner)?;
                let (var, body) = self.inside(&from, |generator| generator.expr(of, inner))?;
                Some(format!("{list}.map({var}, {body})"))
            }
        }
    }
}

fn bracketed(text: String) -> String {
    if text.starts_with('(') { text } else { format!("({text})") }
}
