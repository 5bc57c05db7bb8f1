//! What an expression can name where it stands.

use super::ranges::Compared;
use super::shape::{Shapes, T};
use std::collections::BTreeSet;

/// A name, or an argument.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) ty: T,
    pub(super) optional: bool,
}

/// A path: a value or a row that has a name.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) text: String,
    pub(super) ty: T,
    pub(super) optional: bool,
}

/// What can be named.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) names: Vec<Name>,
    /// Optional paths that are known to be present.
    pub(super) present: BTreeSet<String>,
    /// Names of rows that are deleted: they can be read, and restored, but not written.
    pub(super) gone: BTreeSet<String>,
    /// Names of rows, and of lists of them, whose states something has said.
    pub(super) stated: BTreeSet<String>,
    /// Numbers of which something has said how large they are.
    pub(super) compared: Vec<Compared>,
}

impl Scope {
    pub(super) fn add(&mut self, text: impl Into<String>, ty: T, optional: bool) {
        self.names.push(Name { text: text.into(), ty, optional });
    }

    /// A field was written: what was known of paths through fields is not known any more.
    pub(super) fn forget(&mut self) {
        self.present.retain(|path| !path.trim_start_matches("input.").contains('.'));
    }

    /// All paths, two fields deep.
    pub(super) fn paths(&self, shapes: &Shapes) -> Vec<Path> {
        let mut paths = Vec::new();
        for name in &self.names {
            self.walk(
                Path { text: name.text.clone(), ty: name.ty.clone(), optional: name.optional },
                2,
                shapes,
                &mut paths,
            );
        }
        paths
    }

    fn walk(&self, path: Path, depth: u32, shapes: &Shapes, paths: &mut Vec<Path>) {
        let Path { text, ty, optional } = path;
        let optional = optional && !self.present.contains(&text);
        if !optional && depth > 0 {
            let mut inside = |name: &str, ty: T, optional: bool| {
                self.walk(Path { text: format!("{text}.{name}"), ty, optional }, depth - 1, shapes, paths);
            };
            match &ty {
                T::Row(of) => {
                    let Some(resource) = shapes.resources.get(*of) else { return };
                    for field in &resource.fields {
                        inside(&field.name, field.ty.clone(), field.optional);
                    }
                    for (name, of) in &resource.collections {
                        inside(name, T::Row(*of).list(), false);
                    }
                }
                T::Pair => {
                    inside("x", T::Int, false);
                    inside("y", T::Text, true);
                }
                _ => {}
            }
        }
        paths.push(Path { text, ty, optional });
    }
}
