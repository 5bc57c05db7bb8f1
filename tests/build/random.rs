//! Random expressions without decimals, which mean the same in CEL: the `cel` crate computes them too.

/// xorshift: the same numbers for the same seed on every machine.
pub struct Random(pub u64);

/// What an expression gives.
#[derive(Clone, Copy)]
enum Kind {
    Bool,
    Int,
    Text,
    Ints,
    Texts,
}

impl Random {
    /// A number below a limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// One of some texts.
    pub fn pick<'p>(&mut self, of: &[&'p str]) -> &'p str {
        let at = self.below(of.len() as u64);
        of.get(usize::try_from(at).unwrap_or(0)).copied().unwrap_or("")
    }

    /// An expression that cannot fail: numbers stay small, and nothing is divided by what could be zero.
    pub fn expression(&mut self) -> String {
        let kind = match self.below(5) {
            0 => Kind::Int,
            1 => Kind::Text,
            2 => Kind::Ints,
            3 => Kind::Texts,
            _ => Kind::Bool,
        };
        self.of(kind, 3, &mut Vec::new())
    }

    fn of(&mut self, kind: Kind, depth: u32, vars: &mut Vec<(String, Kind)>) -> String {
        match kind {
            Kind::Bool => self.bool(depth, vars),
            Kind::Int => self.int(depth, vars),
            Kind::Text => self.text(depth, vars),
            Kind::Ints => self.list(depth, vars, Kind::Int),
            Kind::Texts => self.list(depth, vars, Kind::Text),
        }
    }

    fn bool(&mut self, depth: u32, vars: &mut Vec<(String, Kind)>) -> String {
        if depth == 0 {
            return self.pick(&["true", "false"]).to_owned();
        }
        let inner = depth - 1;
        match self.below(9) {
            0 => format!("!({})", self.bool(inner, vars)),
            1 => format!("({} && {})", self.bool(inner, vars), self.bool(inner, vars)),
            2 => format!("({} || {})", self.bool(inner, vars), self.bool(inner, vars)),
            3 => {
                let op = self.pick(&["==", "!=", "<", "<=", ">", ">="]);
                format!("({} {op} {})", self.int(inner, vars), self.int(inner, vars))
            }
            4 => {
                let op = self.pick(&["==", "!=", "<", "<=", ">", ">="]);
                format!("({} {op} {})", self.text(inner, vars), self.text(inner, vars))
            }
            5 => format!("({} in {})", self.int(inner, vars), self.list(inner, vars, Kind::Int)),
            6 => {
                let function = self.pick(&["contains", "startsWith", "endsWith"]);
                format!("{}.{function}({})", self.text(inner, vars), self.text(inner, vars))
            }
            7 => {
                let function = self.pick(&["all", "exists", "exists_one"]);
                let of = if self.below(2) == 0 { Kind::Int } else { Kind::Text };
                let list = self.list(inner, vars, of);
                let (var, body) = self.inside(of, Kind::Bool, inner, vars);
                format!("{list}.{function}({var}, {body})")
            }
            _ => {
                let op = self.pick(&["==", "!="]);
                format!("({} {op} {})", self.list(inner, vars, Kind::Int), self.list(inner, vars, Kind::Int))
            }
        }
    }

    fn int(&mut self, depth: u32, vars: &mut Vec<(String, Kind)>) -> String {
        let known =
            vars.iter().rev().find(|(_, kind)| matches!(kind, Kind::Int)).map(|(name, _)| name.clone());
        if depth == 0 {
            return known.unwrap_or_else(|| self.pick(&["0", "1", "2", "7", "-3"]).to_owned());
        }
        let inner = depth - 1;
        match self.below(6) {
            0 => format!("({} + {})", self.int(inner, vars), self.int(inner, vars)),
            1 => format!("({} - {})", self.int(inner, vars), self.int(inner, vars)),
            2 => format!("({} * {})", self.int(inner, vars), self.int(inner, vars)),
            3 => format!(
                "({} {} {})",
                self.int(inner, vars),
                self.pick(&["/", "%"]),
                self.pick(&["2", "-3", "5"])
            ),
            4 => format!("{}.size()", self.of_size(inner, vars)),
            _ => format!(
                "({} ? {} : {})",
                self.bool(inner, vars),
                self.int(inner, vars),
                self.int(inner, vars)
            ),
        }
    }

    fn of_size(&mut self, depth: u32, vars: &mut Vec<(String, Kind)>) -> String {
        match self.below(3) {
            0 => self.text(depth, vars),
            1 => self.list(depth, vars, Kind::Int),
            _ => self.list(depth, vars, Kind::Text),
        }
    }

    fn text(&mut self, depth: u32, vars: &mut Vec<(String, Kind)>) -> String {
        let known =
            vars.iter().rev().find(|(_, kind)| matches!(kind, Kind::Text)).map(|(name, _)| name.clone());
        if depth == 0 {
            return known
                .unwrap_or_else(|| self.pick(&["''", "'a'", "'ab'", "'é'", "'B\\n'", "'😀b'"]).to_owned());
        }
        let inner = depth - 1;
        match self.below(3) {
            0 => format!("({} + {})", self.text(inner, vars), self.text(inner, vars)),
            1 => format!(
                "({} ? {} : {})",
                self.bool(inner, vars),
                self.text(inner, vars),
                self.text(inner, vars)
            ),
            _ => self.text(0, vars),
        }
    }

    fn list(&mut self, depth: u32, vars: &mut Vec<(String, Kind)>, of: Kind) -> String {
        if depth == 0 {
            let items: Vec<String> = (0..=self.below(3)).map(|_| self.of(of, 0, vars)).collect();
            return format!("[{}]", items.join(", "));
        }
        let inner = depth - 1;
        match self.below(5) {
            0 => format!("({} + {})", self.list(inner, vars, of), self.list(inner, vars, of)),
            1 => {
                let list = self.list(inner, vars, of);
                let (var, body) = self.inside(of, Kind::Bool, inner, vars);
                format!("{list}.filter({var}, {body})")
            }
            2 => {
                let from = if self.below(2) == 0 { Kind::Int } else { Kind::Text };
                let list = self.list(inner, vars, from);
                let (var, body) = self.inside(from, of, inner, vars);
                format!("{list}.map({var}, {body})")
            }
            3 => {
                let list = self.list(inner, vars, of);
                let (var, filter) = self.inside(of, Kind::Bool, inner, vars);
                vars.push((var.clone(), of));
                let body = self.of(of, inner, vars);
                vars.pop();
                format!("{list}.map({var}, {filter}, {body})")
            }
            _ => self.list(0, vars, of),
        }
    }

    /// A variable, and an expression that may read it.
    fn inside(
        &mut self,
        of: Kind,
        gives: Kind,
        depth: u32,
        vars: &mut Vec<(String, Kind)>,
    ) -> (String, String) {
        let var = format!("x{}", vars.len());
        vars.push((var.clone(), of));
        let body = self.of(gives, depth, vars);
        vars.pop();
        (var, body)
    }
}
