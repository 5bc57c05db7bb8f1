//! Steps, in the order that the language asks for: rules first.

use super::Generator;
use super::shape::{Field, T, id};
use std::collections::BTreeSet;
use std::fmt::Write as _;

impl Generator {
    /// A list of steps; what it names ends with it, but at the top.
    pub(super) fn steps(&mut self, indent: usize, depth: u32) -> String {
        let mut out = String::new();
        let mut used = BTreeSet::new();
        for _ in 0..self.random.below(4) {
            let step = match self.random.below(6) {
                0 if self.random.one_in(3) => self.proved(indent),
                1 if self.random.one_in(2) => self.state_rule(indent),
                0 | 1 if self.random.one_in(2) => self.ordered_rule(indent),
                0 | 1 => self.require(indent),
                2 | 3 => self.let_(indent),
                _ => self.load(indent),
            };
            out.push_str(&step.unwrap_or_default());
        }
        if self.random.one_in(3) {
            let before = self.scope.clone();
            match self.plan(indent, &mut used) {
                Some(plan) => out.push_str(&format!("{}{}", plan.rules, plan.effects)),
                None => self.scope = before,
            }
        }
        for _ in 0..1 + self.random.below(if depth == 0 { 2 } else { 4 }) {
            let step = match self.random.below(15) {
                0..=3 => self.update(indent, &mut used),
                12 => self.delete(indent, &mut used),
                13 | 14 => self.restore(indent, &mut used),
                4 | 5 => self.create(indent),
                6 => self.emit(indent, &mut used),
                7 => self.let_(indent),
                8 => self.load(indent),
                9 if depth > 0 => self.when(indent, depth - 1),
                10 if depth > 0 => self.each(indent, depth - 1),
                _ => self.update(indent, &mut used),
            };
            out.push_str(&step.unwrap_or_default());
        }
        out
    }

    fn require(&mut self, indent: usize) -> Option<String> {
        let pad = " ".repeat(indent);
        let condition = self.condition(3);
        let code = self.fresh("no");
        if let Some(path) = condition.strip_prefix("has(").and_then(|rest| rest.strip_suffix(')')) {
            self.scope.present.insert(path.to_owned());
        }
        Some(format!("{pad}- require: \"{condition}\"\n{pad}  refuse: {code}\n"))
    }

    fn let_(&mut self, indent: usize) -> Option<String> {
        let pad = " ".repeat(indent);
        let ty = match self.random.below(5) {
            0 => self.row_type()?,
            1 => self.row_type()?.list(),
            2 => self.scalar().list(),
            _ => self.scalar(),
        };
        // A choice between rows has no name to follow.
        let compared = if self.random.one_in(3) { self.of_compared(&ty) } else { None };
        let be = compared.or_else(|| self.expr(&ty, 2))?;
        let name = self.fresh("n");
        if self.scope.gone.contains(&be) {
            self.scope.gone.insert(name.clone());
        }
        self.scope.add(name.clone(), ty, false);
        Some(format!("{pad}- let: {name}\n{pad}  be: \"{be}\"\n"))
    }

    fn load(&mut self, indent: usize) -> Option<String> {
        let pad = " ".repeat(indent);
        let T::Row(of) = self.row_type()? else { return None };
        let resource = self.shapes.resources.get(of)?.clone();
        let name = self.fresh("n");
        let mut out = format!("{pad}- load: {}\n", resource.name);
        if !self.random.one_in(6) {
            let filter = self.narrowed(of, 2, 1)?;
            self.scope.stated.extend(filter.contains(".state").then(|| name.clone()));
            let _ = writeln!(out, "{pad}  where: \"{filter}\"");
        }
        let sortable: Vec<&Field> = resource
            .fields
            .iter()
            .filter(|field| {
                let listed = matches!(field.ty, T::List(_) | T::Map | T::Pair | T::Row(_));
                // A cursor would tell what is hidden.
                !listed && !field.hidden
            })
            .collect();
        let key = self.random.pick(&sortable).map(|field| field.name.clone());
        let deleted = match self.random.below(8) {
            0 => "only",
            1 if self.deletes => "only",
            2 => "also",
            _ => "",
        };
        if !deleted.is_empty() {
            let _ = writeln!(out, "{pad}  deleted: {deleted}");
        }
        let (many, mut ordered) = (self.random.one_in(2), false);
        if let Some(key) = key
            && (!many || self.random.one_in(2))
        {
            ordered = true;
            let _ = writeln!(out, "{pad}  order: row.{key}{}", self.random.word(&["", " desc"]));
        }
        match self.random.below(3) {
            _ if !many => {}
            0 if indent == 2 && !std::mem::replace(&mut self.paged, true) => {
                let _ = writeln!(
                    out,
                    "{pad}  limit: {}\n{pad}  after: input.cursor",
                    self.random.word(&["1", "2"])
                );
            }
            0 => {
                let _ = writeln!(out, "{pad}  limit: {}", self.random.word(&["1", "2", "5"]));
            }
            _ => {
                let _ = writeln!(out, "{pad}  max: {}", self.random.word(&["2", "5", "100"]));
            }
        }
        if !many && !ordered {
            return None;
        }
        let optional = !many && self.random.one_in(2);
        if optional {
            let _ = writeln!(out, "{pad}  optional: true");
        }
        let _ = writeln!(out, "{pad}  as: {name}");
        if deleted == "only" {
            self.scope.gone.insert(name.clone());
        }
        if !many && !optional {
            self.compared_in(&name, of);
        }
        self.scope.add(name, if many { T::Row(of).list() } else { T::Row(of) }, optional);
        Some(out)
    }

    /// A row that can be written: its text.
    pub(super) fn target(&mut self) -> Option<(String, usize)> {
        let paths = self.scope.paths(&self.shapes);
        let rows: Vec<(String, usize)> = paths
            .into_iter()
            .filter(|path| !path.optional && path.text.matches('.').count() < 2)
            .filter(|path| !self.scope.gone.contains(&path.text))
            .filter_map(|path| if let T::Row(of) = path.ty { Some((path.text, of)) } else { None })
            .collect();
        let stated: Vec<(String, usize)> =
            rows.iter().filter(|(row, _)| self.scope.stated.contains(row)).cloned().collect();
        let some = if self.random.one_in(2) { self.random.pick(&stated) } else { None };
        some.or_else(|| self.random.pick(&rows)).cloned()
    }

    fn update(&mut self, indent: usize, used: &mut BTreeSet<String>) -> Option<String> {
        let pad = " ".repeat(indent);
        let (row, of) = self.target()?;
        let fields = self.shapes.resources.get(of)?.fields.clone();
        let often = if self.scope.stated.contains(&row) { 1 } else { 3 };
        let moves = self.has_states(of) && self.random.one_in(often);
        let step = if moves {
            format!("{}_{row}", self.random.word(&["go", "end", "back"]))
        } else {
            format!("update_{row}")
        };
        if !used.insert(step.replace('.', "_")) {
            return None;
        }
        let mut out = match step.strip_prefix("update_") {
            Some(row) => format!("{pad}- update: {row}\n"),
            None => format!("{pad}- transition: {row}.{}\n", step.split('_').next()?),
        };
        let count = 1 + self.random.below(2);
        let wanted: BTreeSet<String> =
            (0..count).filter_map(|_| self.random.pick(&fields).map(|field| field.name.clone())).collect();
        let set: Vec<Field> =
            fields.into_iter().filter(|field| !field.machine && wanted.contains(&field.name)).collect();
        if set.is_empty() && !moves {
            return None;
        }
        self.set("set", &set, indent, &mut out)?;
        self.scope.forget();
        Some(out)
    }

    fn delete(&mut self, indent: usize, used: &mut BTreeSet<String>) -> Option<String> {
        let (row, _) = self.target().filter(|_| self.deletes)?;
        if !used.insert(format!("delete_{}", row.replace('.', "_"))) {
            return None;
        }
        self.scope.gone.insert(row.clone());
        self.scope.forget();
        Some(format!("{}- delete: {row}\n", " ".repeat(indent)))
    }

    fn restore(&mut self, indent: usize, used: &mut BTreeSet<String>) -> Option<String> {
        let paths = self.scope.paths(&self.shapes);
        let rows = paths.into_iter().filter(|path| !path.optional && matches!(path.ty, T::Row(_)));
        let gone: Vec<String> =
            rows.map(|path| path.text).filter(|text| self.scope.gone.contains(text)).collect();
        let row = self.random.pick(&gone)?.clone();
        if !used.insert(format!("restore_{}", row.replace('.', "_"))) {
            return None;
        }
        self.scope.gone.remove(&row);
        self.scope.forget();
        Some(format!("{}- restore: {row}\n", " ".repeat(indent)))
    }

    fn create(&mut self, indent: usize) -> Option<String> {
        let pad = " ".repeat(indent);
        let T::Row(of) = self.row_type()? else { return None };
        let resource = self.shapes.resources.get(of)?.clone();
        let name = self.fresh("n");
        let mut out = format!("{pad}- create: {}\n{pad}  as: {name}\n", resource.name);
        let mut set = Vec::new();
        for field in resource.fields.into_iter().filter(|field| !field.machine) {
            if !field.free || self.random.one_in(2) {
                set.push(field);
            }
        }
        set.extend(resource.given.then(id));
        self.set("set", &set, indent, &mut out)?;
        self.scope.stated.extend(self.has_states(of).then(|| name.clone()));
        self.scope.add(name, T::Row(of), false);
        Some(out)
    }

    fn emit(&mut self, indent: usize, used: &mut BTreeSet<String>) -> Option<String> {
        if !used.insert("emit".to_owned()) {
            return None;
        }
        let mut out = format!("{}- emit: it.happened\n", " ".repeat(indent));
        let fields = self.shapes.event.clone();
        self.set("with", &fields, indent, &mut out)?;
        Some(out)
    }

    /// `set` or `with`, a line a field.
    fn set(&mut self, key: &str, fields: &[Field], indent: usize, out: &mut String) -> Option<()> {
        let pad = " ".repeat(indent);
        if !fields.is_empty() {
            let _ = writeln!(out, "{pad}  {key}:");
        }
        for field in fields {
            let value = self.value(field)?;
            let _ = writeln!(out, "{pad}    {}: {value}", field.name);
        }
        Some(())
    }

    fn value(&mut self, field: &Field) -> Option<String> {
        if field.optional {
            match self.random.below(5) {
                0 => return Some("null".to_owned()),
                1 => {
                    // An argument that is absent never clears.
                    let path = self.optional(&field.ty).filter(|path| !path.starts_with("input."));
                    if let Some(path) = path {
                        return Some(format!("\"{path}\""));
                    }
                }
                _ => {}
            }
        }
        if self.random.one_in(2)
            && let Some(value) = self.of_compared(&field.ty)
        {
            return Some(format!("\"{value}\""));
        }
        if self.random.one_in(4)
            && let Some(literal) = self.plain(field)
        {
            return Some(format!("\"{literal}\""));
        }
        match &field.ty {
            T::Text if field.formed() && self.random.one_in(2) => {
                Some(format!("\"'{}'\"", self.random.word(field.words())))
            }
            T::Enum if self.random.one_in(2) => Some(format!("\"'{}'\"", self.random.word(&["a", "b", "c"]))),
            T::Pair if self.random.one_in(2) => {
                let (x, y) = (self.expr(&T::Int, 1)?, self.expr(&T::Text, 1)?);
                Some(format!("{{ x: \"{x}\", y: \"{y}\" }}"))
            }
            T::Map if self.random.one_in(2) => Some(format!("{{ k: \"{}\" }}", self.expr(&T::Int, 1)?)),
            ty => match self.inside_of_bounds(field) {
                Some(value) => Some(format!("\"{value}\"")),
                None if field.optional => Some("null".to_owned()),
                None if *ty == T::Enum => Some("\"'a'\"".to_owned()),
                None if *ty == T::Pair => Some("{ x: 1 }".to_owned()),
                None if *ty == T::Map => Some("{ k: 1 }".to_owned()),
                None => None,
            },
        }
    }

    /// A value that is no literal out of bounds: those `check` finds.
    fn inside_of_bounds(&mut self, field: &Field) -> Option<String> {
        (0..9).find_map(|_| {
            let value = self.expr(&field.ty, 2)?;
            let text = value.starts_with('\'') && value.matches('\'').count() == 2;
            let literal = field.formed() && text
                || matches!(value.as_str(), "''" | "-1" | "9007199254740991" | "99.99");
            (!literal).then_some(value)
        })
    }

    fn when(&mut self, indent: usize, depth: u32) -> Option<String> {
        let pad = " ".repeat(indent);
        let stated = match self.random.below(4) {
            0 => self.stated(),
            1 => self.ordered(),
            _ => None,
        };
        let condition = stated.unwrap_or_else(|| self.condition(2));
        let name = self.fresh("w");
        let mut out = format!("{pad}- when: \"{condition}\"\n{pad}  as: {name}\n");
        let before = self.scope.clone();
        if let Some((path, _)) =
            condition.trim_start_matches('(').strip_prefix("has(").and_then(|rest| rest.split_once(')'))
            && (condition.starts_with("has(") || !condition.contains("||"))
        {
            self.scope.present.insert(path.to_owned());
        }
        let then = self.steps(indent + 4, depth);
        self.scope = before.clone();
        let otherwise = if self.random.one_in(2) { self.steps(indent + 4, depth) } else { String::new() };
        self.scope = before;
        self.scope.forget();
        if then.is_empty() {
            return None;
        }
        let _ = write!(out, "{pad}  then:\n{then}");
        if !otherwise.is_empty() {
            let _ = write!(out, "{pad}  else:\n{otherwise}");
        }
        Some(out)
    }

    fn each(&mut self, indent: usize, depth: u32) -> Option<String> {
        let pad = " ".repeat(indent);
        let of = if self.random.one_in(3) { self.scalar() } else { self.row_type()? };
        let list = self.expr(&of.clone().list(), 1)?;
        let (name, index) = (self.fresh("e"), self.fresh("i"));
        let before = self.scope.clone();
        self.scope.forget();
        if self.scope.gone.contains(&list) {
            self.scope.gone.insert(name.clone());
        }
        if let T::Row(of) = of {
            self.compared_in(&name, of);
        }
        let stated = matches!(of, T::Row(of) if self.has_states(of)) && self.random.one_in(2);
        self.scope.stated.extend((stated || self.scope.stated.contains(&list)).then(|| name.clone()));
        self.scope.add(name.clone(), of, false);
        self.scope.add(index.clone(), T::Int, false);
        let body = self.steps(indent + 4, depth);
        let ty = if self.random.one_in(3) { self.row_type()? } else { self.scalar() };
        // Only names and paths lead to rows that are given.
        let given = self.expr(&ty, if matches!(ty, T::Row(_)) { 0 } else { 2 });
        self.scope = before;
        self.scope.forget();
        if body.is_empty() {
            return None;
        }
        let mut out =
            format!("{pad}- each: \"{list}\"\n{pad}  as: {name}\n{pad}  index: {index}\n{pad}  do:\n{body}");
        if let Some(value) = given {
            let name = self.fresh("g");
            let _ = write!(out, "{pad}  gives:\n{pad}    {name}: \"{value}\"\n");
            self.scope.add(name, ty.list(), false);
        }
        Some(out)
    }
}
