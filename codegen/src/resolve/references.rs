//! References among the arguments, and inside of objects that are sent: rows to be loaded.
//!
//! ```text
//! order_id: { type: ref, to: order, as: order }      the row `order`
//! legs: { type: list, of: leg }                      in each `leg` the row `leg.flight`
//! type: leg, fields: { flight_number: { type: ref, to: flight, as: flight } }
//! ```

use crate::decl::Documents;
use crate::decl::field::FieldDecl;
use crate::decl::operation::OperationDecl;
use crate::expr::env::{Bound, Env, Over};
use crate::expr::parts::walk;
use crate::expr::typed::{Kind, Ty, Typed};
use crate::model::{Finds, Inside, Reference};
use crate::report::{Diagnostic, Report};
use crate::resolve::deletes;
use crate::resolve::follow::named;
use crate::resolve::place::Place;
use crate::resolve::types::Types;
use crate::source::Sources;
use crate::yaml::Text;
use opwright_values::schema::{Field, Schema, Type};

/// Whether an argument is a reference, or a list of them: its rows have its name.
pub(super) fn refers(ty: &Type) -> bool {
    match ty {
        Type::Id { .. } => true,
        Type::List { of, .. } => matches!(**of, Type::Id { .. }),
        _ => false,
    }
}

/// The references of all arguments, in order. Those that are arguments are bound.
pub(super) fn references(
    decl: &OperationDecl,
    inputs: &[Field],
    types: &Types<'_>,
    env: &mut Env<'_>,
    sources: &Sources,
    report: &mut Report,
) -> Vec<Reference> {
    let mut references = Vec::new();
    for (index, field) in inputs.iter().enumerate() {
        let Some(written) = decl.input.iter().find(|it| it.name.value == field.key) else { continue };
        if refers(&field.ty) && field.optional && matches!(field.ty, Type::List { .. }) {
            report.add(
                Diagnostic::new("E0101", written.span, "an optional list of references is to come")
                    .help("give it a default: `default: []`"),
            );
            continue;
        }
        for found in found(field, written, types) {
            let whole = refers(&field.ty);
            let Some(reference) = found.resolve(index, whole, env, sources, report) else { continue };
            if whole {
                bind(&reference, field, written, env, report);
            } else {
                apart(&reference, field, written, env, report);
            }
            references.push(reference);
        }
    }
    references
}

/// Refuses what narrows a reference of a type, where the type is used for something else than arguments.
pub(super) fn narrowed(
    decl: &FieldDecl,
    field: &Field,
    place: Place<'_>,
    types: &Types<'_>,
    report: &mut Report,
) {
    for found in found(field, decl, types) {
        let keys = found.decl.keys.iter().filter(|key| matches!(key.value.as_str(), "where" | "deleted"));
        for key in keys.filter(|_| !found.way.is_empty()) {
            let name = &key.value;
            let fault = format!("`{}` says `{name}`, which says nothing in {}", decl.ty.value, place.words());
            let fault = Diagnostic::new("E0108", decl.span, fault).other(key.span, "here");
            report
                .add(fault.help(format!("`{name}` is for arguments of an operation: use a type without it")));
        }
    }
}

/// Checks what narrows a reference inside of a type: whether anything sends the type or not, it says what it says, and
/// knows nothing of an operation.
pub(super) fn of_types(documents: &Documents, schema: &Schema, report: &mut Report) {
    let env = Env::of(schema);
    for doc in &documents.types {
        doc.fields.iter().flatten().chain(&doc.is).for_each(|decl| of_type(decl, &env, report));
    }
}

fn of_type(decl: &FieldDecl, env: &Env<'_>, report: &mut Report) {
    let to = decl.to.as_ref().filter(|_| decl.ty.value == "ref");
    let to = to.and_then(|to| env.schema.resources.iter().position(|resource| resource.name == to.value));
    if let Some(to) = to {
        narrow(decl, to, env, report);
    }
    decl.of.iter().for_each(|of| of_type(of, env, report));
}

/// The condition of a reference, if it has one, and which rows it finds; `None` if the condition is wrong.
fn narrow(decl: &FieldDecl, to: usize, env: &Env<'_>, report: &mut Report) -> Option<(Option<Typed>, Finds)> {
    let finds = deletes::finds(decl.deleted.as_ref(), report);
    let Some(text) = &decl.filter else { return Some((None, finds)) };
    let filter = crate::expr::filter(text, &env.with_row(to, Over::Argument), report)?;
    if !named(&filter, env, report) {
        return None;
    }
    reads_itself(&filter, text, report).then_some((Some(filter), finds))
}

/// A reference, and the way to it.
struct FoundReference<'d> {
    decl: &'d FieldDecl,
    to: String,
    path: String,
    pointer: String,
    way: Vec<Inside>,
    list: bool,
    optional: bool,
    /// Whether a `type` says it: what narrows it there reads nothing of the operation.
    of_type: bool,
}

/// The references of an argument.
fn found<'d>(field: &Field, decl: &'d FieldDecl, types: &Types<'d>) -> Vec<FoundReference<'d>> {
    let begin = FoundReference {
        decl,
        to: String::new(),
        path: format!("input.{}", field.name),
        pointer: if field.flat { String::new() } else { format!("/{}", field.key) },
        way: Vec::new(),
        list: false,
        optional: field.optional,
        of_type: false,
    };
    let mut all = Vec::new();
    begin.visit(&field.ty, types, &mut all);
    all
}

impl<'d> FoundReference<'d> {
    fn visit(self, ty: &Type, types: &Types<'d>, all: &mut Vec<Self>) {
        match ty {
            Type::Id { of, .. } => {
                let decl = types.written(self.decl);
                let of_type = self.of_type || !std::ptr::eq(decl, self.decl);
                all.push(Self { to: of.clone(), decl, of_type, ..self });
            }
            Type::List { of, .. } => self.each(of, Inside::Elements, types, all),
            Type::Map { of, .. } => self.each(of, Inside::Values, types, all),
            Type::Object { name, fields } => {
                let parts = types.parts(name);
                for part in fields {
                    let Some(decl) = parts.iter().find(|decl| decl.name.value == part.key) else { continue };
                    let mut way = self.way.clone();
                    way.push(Inside::Part(part.key.clone(), part.optional));
                    let inside = Self {
                        decl,
                        to: String::new(),
                        path: format!("{}.{}", self.path, part.name),
                        pointer: format!("{}/{}", self.pointer, part.key),
                        way,
                        list: self.list,
                        optional: self.optional || part.optional,
                        of_type: true,
                    };
                    inside.visit(&part.ty, types, all);
                }
            }
            _ => {}
        }
    }

    fn each(mut self, of: &Type, inside: Inside, types: &Types<'d>, all: &mut Vec<Self>) {
        let written = types.written(self.decl);
        let Some(decl) = written.of.as_deref() else { return };
        self.of_type |= !std::ptr::eq(written, self.decl);
        self.way.push(inside);
        let (path, pointer) = (format!("{}[]", self.path), format!("{}/*", self.pointer));
        Self { decl, path, pointer, list: true, ..self }.visit(of, types, all);
    }

    fn resolve(
        self,
        input: usize,
        whole: bool,
        env: &Env<'_>,
        sources: &Sources,
        report: &mut Report,
    ) -> Option<Reference> {
        let to = env.schema.resources.iter().position(|resource| resource.name == self.to)?;
        let argument = env.inputs.get(input).filter(|_| whole);
        let alone = Env::of(env.schema);
        let narrow = narrow(self.decl, to, if self.of_type { &alone } else { env }, report);
        if narrow.is_none() {
            argument.into_iter().for_each(|field| report.lose(&field.name));
        }
        let (filter, finds) = narrow?;
        Some(Reference {
            name: argument.map_or(self.path, |field| field.name.clone()),
            input,
            // A list that is an argument is loaded as it was sent.
            way: if whole { Vec::new() } else { self.way },
            pointer: self.pointer,
            to,
            list: self.list,
            optional: self.optional,
            filter,
            finds,
            src: sources.place(self.decl.name.span),
        })
    }
}

/// Whether a condition of a reference reads the row itself: it is asked of the row, not of the database.
fn reads_itself(filter: &Typed, text: &Text, report: &mut Report) -> bool {
    let mut leaves = false;
    walk(filter, &mut |part| {
        if let Kind::Field(of, _) | Kind::Refer(of, _) = &part.kind {
            let mut of: &Typed = of;
            while let Kind::Proved(inner) | Kind::Widen(inner) = &of.kind {
                of = inner;
            }
            leaves |= matches!(&of.kind, Kind::Refer(inner, _) if matches!(inner.kind, Kind::Row));
        }
        leaves |= matches!(&part.kind, Kind::Collection(of, _) if matches!(of.kind, Kind::Row));
    });
    if leaves {
        let fault = Diagnostic::new("E0307", text.span, "the `where` of an argument reads the row itself");
        report.add(fault.help("check further rows with `require`"));
    }
    !leaves
}

fn bind(reference: &Reference, field: &Field, written: &FieldDecl, env: &mut Env<'_>, report: &mut Report) {
    let row = Ty::Row(reference.to);
    let ty = match (reference.list, reference.optional) {
        (true, _) => Ty::List(Box::new(row)),
        (false, true) => Ty::Optional(Box::new(row)),
        (false, false) => row,
    };
    let span = written.alias.as_ref().unwrap_or(&written.name).span;
    if let Some(first) = env.names.get(&field.name) {
        let fault = format!("`{}` already means {}", field.name, env.meaning(&field.name));
        let fault = Diagnostic::new("E0205", span, fault);
        report.add(fault.other(first.span, "this").help("choose another name with `as`"));
        return;
    }
    env.names.insert(field.name.clone(), Bound::new(ty, span));
}

/// In the picture, rows inside of an argument stand beside what rows of that name lead to.
fn apart(reference: &Reference, field: &Field, written: &FieldDecl, env: &Env<'_>, report: &mut Report) {
    if let Some((key, _)) = env.references.iter().find(|(_, name)| *name == field.name) {
        let fault = format!("`{}` is what the row of `{key}` is called, too", field.name);
        let fault = Diagnostic::new("E0205", written.name.span, fault);
        let what = format!("`{}` is a row inside of this one", reference.name.replace("[]", ""));
        report.add(fault.label(what).help("choose another name with `as`"));
    }
}
