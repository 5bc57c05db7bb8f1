//! What contains itself: types through their fields, rows through their owners. And types that hold too much.
//!
//! ```text
//! type: leg  fields: { next: leg }          `leg` holds `leg`
//! order.owner: parcel, parcel.owner: order  `order` owns `parcel` owns `order`
//! ```

use crate::decl::field::FieldDecl;
use crate::decl::{Documents, TypeDoc};
use crate::report::{Diagnostic, Report};
use opwright_values::schema::{Resource, Type};
use std::collections::{BTreeMap, BTreeSet};

/// The most values that a type may hold, those of its parts included: tables have no more columns.
pub(crate) const PARTS_MAX: usize = 500;

/// How deep types may be nested in each other.
const NESTED_MAX: usize = 16;

/// Reports types that hold themselves or too much; they are not to be looked into.
pub(crate) fn types(documents: &Documents, report: &mut Report) -> BTreeSet<String> {
    let docs: BTreeMap<&str, &TypeDoc> =
        documents.types.iter().map(|doc| (doc.header.name.value.as_str(), doc)).collect();
    let mut walk = Walk { docs: &docs, known: BTreeMap::new(), path: Vec::new(), broken: BTreeSet::new() };
    for name in docs.keys() {
        walk.held(name, report);
    }
    walk.broken.into_iter().map(str::to_owned).collect()
}

/// What a type holds: how many values, and how deeply nested.
#[derive(Clone, Copy, Default)]
struct Held {
    values: usize,
    depth: usize,
}

struct Walk<'d> {
    docs: &'d BTreeMap<&'d str, &'d TypeDoc>,
    /// How much each type holds, as far as known.
    known: BTreeMap<&'d str, Held>,
    path: Vec<&'d str>,
    broken: BTreeSet<&'d str>,
}

impl<'d> Walk<'d> {
    fn held(&mut self, name: &'d str, report: &mut Report) -> Held {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let one = Held { values: 1, depth: 0 };
        let Some(doc) = self.docs.get(name) else { return one };
        if let Some(first) = self.path.iter().position(|it| *it == name) {
            self.circle(first, doc, report);
            return one;
        }
        if self.path.len() > NESTED_MAX {
            self.refuse(doc, name, format!("is nested more than {NESTED_MAX} deep"), report);
            return one;
        }
        self.path.push(name);
        let mut held = Held::default();
        for field in doc.fields.iter().flatten().chain(doc.is.iter()) {
            let inside = self.held(word(field), report);
            held.values = held.values.saturating_add(inside.values);
            held.depth = held.depth.max(inside.depth + 1);
        }
        self.path.pop();
        if held.values > PARTS_MAX {
            self.refuse(doc, name, format!("holds more than {PARTS_MAX} values"), report);
        } else if held.depth > NESTED_MAX {
            self.refuse(doc, name, format!("holds types more than {NESTED_MAX} deep"), report);
        }
        // Said once: what contains a broken type is not blamed for it.
        let held = if self.broken.contains(name) { one } else { held };
        self.known.insert(name, held);
        held
    }

    fn refuse(&mut self, doc: &'d TypeDoc, name: &'d str, why: String, report: &mut Report) {
        let fault = Diagnostic::new("E0106", doc.header.name.span, format!("type `{name}` {why}"));
        report.add(fault.help("make a resource of a part, and refer to it"));
        self.broken.insert(name);
    }

    fn circle(&mut self, first: usize, doc: &'d TypeDoc, report: &mut Report) {
        let circle: Vec<&str> = self.path.iter().skip(first).copied().collect();
        let all = circle.iter().copied().chain(circle.first().copied());
        let said = all.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" holds ");
        let fault = Diagnostic::new("E0503", doc.header.name.span, said);
        report.add(fault.help("a value is finite: let a row refer to another row instead"));
        self.broken.extend(circle);
    }
}

/// The word that names the type of a field, or of what a list or map holds in the end.
fn word(field: &FieldDecl) -> &str {
    let mut field = field;
    while let (Some(of), "list" | "map") = (&field.of, field.ty.value.as_str()) {
        field = of;
    }
    &field.ty.value
}

/// No row owns itself, however far around.
pub(crate) fn owners(documents: &Documents, resources: &[Resource], report: &mut Report) {
    let owner_of = |id: usize| {
        let resource = resources.get(id)?;
        let Type::Id { of, .. } = &resource.fields.get(resource.owner?)?.ty else { return None };
        resources.iter().position(|it| &it.name == of)
    };
    for (id, decl) in documents.resources.iter().enumerate() {
        let (mut path, mut here) = (vec![decl.header.name.value.as_str()], owner_of(id));
        let mut first = id;
        while let Some(owner) = here.filter(|_| path.len() <= resources.len()) {
            path.push(resources.get(owner).map_or("", |it| it.name.as_str()));
            first = first.min(owner);
            if owner == id && first < id {
                break; // said at the first of the circle
            }
            if owner == id {
                path.reverse();
                let said = path.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" owns ");
                let fault = Diagnostic::new("E0503", decl.header.name.span, said);
                report.add(fault.help("an owner is not owned by what it owns"));
                break;
            }
            here = owner_of(owner);
        }
    }
}
