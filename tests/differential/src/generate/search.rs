//! Conditions of searches: what both databases can say.

use super::Generator;
use super::shape::{Field, T};

impl Generator {
    /// A condition over `row` of a resource.
    pub(super) fn filter(&mut self, of: usize, depth: u32, hops: u32) -> Option<String> {
        if depth > 0 {
            match self.random.below(6) {
                0 => {
                    return Some(format!(
                        "({} && {})",
                        self.filter(of, depth - 1, hops)?,
                        self.filter(of, depth - 1, hops)?
                    ));
                }
                1 => {
                    return Some(format!(
                        "({} || {})",
                        self.filter(of, depth - 1, hops)?,
                        self.filter(of, depth - 1, hops)?
                    ));
                }
                2 => return Some(format!("!({})", self.filter(of, depth - 1, hops)?)),
                3 if hops > 0 => {
                    if let Some(filter) = self.over_collection(of) {
                        return Some(filter);
                    }
                }
                _ => {}
            }
        }
        self.about("row", of, hops)
    }

    fn over_collection(&mut self, of: usize) -> Option<String> {
        let resource = self.shapes.resources.get(of)?;
        let (name, of) = self.random.pick(&resource.collections).cloned()?;
        let (function, var) = (self.random.word(&["all", "exists"]), self.fresh("x"));
        let body = self.about(&var, of, 0)?;
        Some(format!("row.{name}.{function}({var}, {body})"))
    }

    /// One comparison of a field of a row.
    fn about(&mut self, row: &str, of: usize, hops: u32) -> Option<String> {
        let fields = self.shapes.resources.get(of)?.fields.clone();
        let fields: Vec<Field> =
            fields.into_iter().filter(|field| !matches!(field.ty, T::List(_) | T::Map | T::Pair)).collect();
        let Some(field) = self.random.pick(&fields).cloned() else {
            let nameless = self.shapes.resources.get(of).is_some_and(|it| it.nameless);
            return (!nameless).then(|| format!("{row}.id != ''"));
        };
        let path = format!("{row}.{}", field.name);
        let said = match &field.ty {
            T::Row(to) if hops > 0 && self.random.one_in(2) => self.about(&path, *to, hops - 1)?,
            ty => self.compared(&path, ty)?,
        };
        Some(match (field.optional, self.random.below(4)) {
            (false, _) => said,
            (true, 0) => format!("(!has({path}) || {said})"),
            (true, 1) if !matches!(field.ty, T::Row(_)) => format!("has({path})"),
            (true, _) => format!("(has({path}) && {said})"),
        })
    }

    fn compared(&mut self, path: &str, ty: &T) -> Option<String> {
        match ty {
            T::Text if self.random.one_in(6) => {
                Some(format!("({path}.lowerAscii() == {})", self.expr(&T::Text, 0)?))
            }
            T::Bool => Some(path.to_owned()),
            T::Enum => match self.random.below(2) {
                0 => Some(format!("({path} == '{}')", self.random.word(&["a", "b", "c"]))),
                _ => Some(format!("({path} in ['a', '{}'])", self.random.word(&["b", "c"]))),
            },
            T::Row(_) => Some(format!("({path} {} {})", self.random.word(&["==", "!="]), self.expr(ty, 0)?)),
            T::Text if self.random.one_in(2) => {
                let function = self.random.word(&["contains", "startsWith", "endsWith"]);
                Some(format!("{path}.{function}({})", self.expr(&T::Text, 1)?))
            }
            ty if self.random.one_in(4) => Some(format!("({path} in {})", self.expr(&ty.clone().list(), 1)?)),
            ty => {
                let order = self.random.word(&["==", "!=", "<", "<=", ">", ">="]);
                let depth = u32::from(self.random.one_in(2));
                Some(format!("({path} {order} {})", self.expr(ty, depth)?))
            }
        }
    }
}
