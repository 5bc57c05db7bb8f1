//! What a rule that reads a row proves of what was sent, and steps that read only that: they come behind the rule.
//!
//! ```text
//! - require: "(has(input.a2) && (p1.f3 > 7))"
//! - let: n5
//!   be: "input.a2"
//! ```

use super::Generator;
use super::shape::T;

/// Something of which it is proved that it is there, and what a step reads of it then.
struct Proved {
    condition: String,
    read: String,
    ty: T,
}

impl Generator {
    /// A rule that proves something, and one or two steps that rest on it.
    pub(super) fn proved(&mut self, indent: usize) -> Option<String> {
        let pad = " ".repeat(indent);
        let beside = self.of_row()?;
        let Proved { condition, read, ty } = self.provable()?;
        let condition = match self.random.below(3) {
            0 => format!("({beside} && {condition})"),
            1 => format!("({condition} && {beside})"),
            // Sometimes it is the caller's own fault after all.
            _ => condition,
        };
        let code = self.fresh("no");
        let mut out = format!("{pad}- require: \"{condition}\"\n{pad}  refuse: {code}\n");
        if self.random.one_in(2) {
            let name = self.fresh("n");
            out.push_str(&format!("{pad}- let: {name}\n{pad}  be: \"{read}\"\n"));
            self.scope.add(name, ty.clone(), false);
        }
        let other = self.expr(&ty, 1).filter(|_| self.random.one_in(2));
        if let (Some(other), false) = (other, matches!(ty, T::Enum | T::List(_) | T::Pair | T::Map)) {
            let code = self.fresh("no");
            let equal = self.random.word(&["==", "!="]);
            out.push_str(&format!("{pad}- require: \"({read} {equal} {other})\"\n{pad}  refuse: {code}\n"));
        }
        Some(out)
    }

    /// An argument that may be absent, or a list that may be empty.
    fn provable(&mut self) -> Option<Proved> {
        let paths = self.scope.paths(&self.shapes);
        let found = paths.into_iter().filter(|path| path.optional || matches!(path.ty, T::List(_)));
        let sent: Vec<_> = found.filter(|path| self.is_argument(&path.text)).collect();
        let path = self.random.pick(&sent)?.clone();
        let text = path.text;
        Some(match path.ty {
            ty if path.optional => {
                self.scope.present.insert(text.clone());
                Proved { condition: format!("has({text})"), read: text, ty }
            }
            T::List(of) => {
                Proved { condition: format!("({text}.size() > 0)"), read: format!("{text}[0]"), ty: *of }
            }
            _ => return None,
        })
    }

    /// Whether a path is one of what was sent: a value, or a list of rows.
    fn is_argument(&self, path: &str) -> bool {
        path.starts_with("input.") || (path.starts_with('p') && !path.contains('.'))
    }

    /// A comparison that reads a row.
    fn of_row(&mut self) -> Option<String> {
        let paths = self.scope.paths(&self.shapes);
        let fields = paths.into_iter().filter(|path| !path.optional && !path.text.starts_with("input."));
        let known: Vec<_> = fields.filter(|path| path.text.contains('.')).collect();
        let path = self.random.pick(&known)?.clone();
        let other = match &path.ty {
            T::Int | T::Dec(_) | T::Text | T::Time | T::Day | T::Span | T::Bool => self.leaf(&path.ty)?,
            _ => return None,
        };
        Some(format!("({} {} {other})", path.text, self.random.word(&["==", "!="])))
    }
}
