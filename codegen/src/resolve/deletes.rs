//! `delete` and `restore`: what is deleted is written no more until it is restored, and an operation that deletes says why
//! agents may do it alone.

use crate::decl::operation::OperationDecl;
use crate::decl::step::{StepDecl, StepDeclKind};
use crate::expr::parts::row_of;
use crate::expr::typed::{Function, Kind, Macro, MacroKind, Typed};
use crate::model::{Finds, ResourceId, StepKind};
use crate::report::{Diagnostic, Report};
use crate::resolve::steps::Resolver;
use crate::rows::along::taken_along;
use crate::source::Span;
use crate::yaml::Text;

impl Resolver<'_, '_> {
    pub(super) fn delete(&mut self, row: &Text) -> Option<StepKind> {
        let (typed, id) = self.target(row)?;
        for resource in taken_along(self.shared.schema, id) {
            self.env.facts.forget_deleted(resource, self.shared.schema);
        }
        self.deleted.insert(typed.text.clone(), row.span);
        Some(StepKind::Delete { row: typed })
    }

    pub(super) fn restore(&mut self, row: &Text) -> Option<StepKind> {
        let typed = crate::expr::target(row, self.env, self.report)?;
        let id = row_of(&typed.ty)?;
        if self.deleted.remove(&typed.text).is_none() {
            let fault = format!("`{}` is not deleted, as far as is known here", typed.text);
            let help = "find it with `deleted: only`, as a reference among the arguments or by a `load`";
            self.report.add(Diagnostic::new("E0410", row.span, fault).help(help));
            return None;
        }
        for resource in taken_along(self.shared.schema, id) {
            self.env.facts.forget_deleted(resource, self.shared.schema);
        }
        Some(StepKind::Restore { row: typed })
    }

    /// A name that stands for a deleted row, or for a list of them.
    pub(super) fn finds(&mut self, name: &str, span: Span, finds: Finds) {
        if finds == Finds::Deleted {
            self.deleted.insert(name.to_owned(), span);
        }
    }

    /// Another name of the same row, or of a thing with rows inside; an element of what is named where `element`.
    pub(super) fn same_row(&mut self, name: &Text, of: &Typed, element: bool) {
        let path = place_of(of) + if element { "[]" } else { "" };
        let named = self.deleted.iter().filter_map(|(known, place)| {
            // The name of a list of deleted rows stands for each of them.
            let itself = *known == path || path.strip_suffix("[]") == Some(known);
            let inside = || known.strip_prefix(&path).filter(|rest| rest.starts_with(['.', '[']));
            let rest = if itself { "" } else { inside()? };
            Some((format!("{}{rest}", name.value), *place))
        });
        let named: Vec<(String, Span)> = named.collect();
        self.deleted.extend(named);
    }

    /// Keeps the first write to a field that says what somebody may do.
    pub(super) fn permissions(&mut self, id: ResourceId, set: impl Iterator<Item = (usize, Span)>) {
        let Some(marked) = self.shared.resources.get(id).map(|resource| &resource.permissions) else {
            return;
        };
        let first = set.into_iter().find(|(field, _)| marked.contains(field));
        let fields = self.shared.schema.resources.get(id).map(|resource| &resource.fields);
        if let (None, Some((field, place))) = (&self.permission, first) {
            let field = fields.and_then(|fields| fields.get(field)).map_or("", |field| field.name.as_str());
            self.permission = Some((place, field.to_owned()));
        }
    }

    /// Refuses a write to a row that is deleted under the same name.
    pub(super) fn is_there(&mut self, row: &Typed) -> Option<()> {
        let Some(place) = self.deleted.get(&row.text) else { return Some(()) };
        let fault =
            Diagnostic::new("E0409", row.span, format!("`{}` is deleted, and is written here", row.text));
        let help = "write it before it is deleted, or behind `restore`; its last values can be read";
        self.report.add(fault.other(*place, "deleted, as said here").help(help));
        None
    }
}

/// Where a row is found, whichever element it is: `input.legs[0].day` is `input.legs[].day`.
fn place_of(of: &Typed) -> String {
    match &of.kind {
        Kind::Macro(Macro { kind: MacroKind::Filter | MacroKind::SortBy, list, .. }) => place_of(list),
        Kind::Call(Function::Distinct, args) => args.first().map_or_else(String::new, place_of),
        Kind::Index(list, ..) | Kind::Lookup(list, _) => place_of(list) + "[]",
        Kind::Proved(inner) | Kind::Widen(inner) => place_of(inner),
        Kind::Part(inner, _) | Kind::Refer(inner, _) => {
            let last = of.text.rsplit('.').next().unwrap_or_default();
            format!("{}.{last}", place_of(inner))
        }
        _ => of.text.clone(),
    }
}

/// Reads `deleted`.
pub(super) fn finds(word: Option<&Text>, report: &mut Report) -> Finds {
    let Some(word) = word else { return Finds::Live };
    match word.value.as_str() {
        "only" => Finds::Deleted,
        "also" => Finds::All,
        other => {
            let fault =
                Diagnostic::new("E0106", word.span, format!("`deleted` is `only` or `also`, not `{other}`"));
            report.add(fault.help("leave it out to find rows that are there"));
            Finds::Deleted
        }
    }
}

/// Checks `tier` and `because`: gives whether the operation deletes, or changes what somebody may do, and why agents may
/// do that alone. `permission` is the first write to a field that says what somebody may do. What destroys because it is
/// much is known when there is a graph: see `check/much.rs`.
pub(super) fn reason(
    decl: &OperationDecl,
    permission: Option<(Span, String)>,
    report: &mut Report,
) -> (bool, Option<String>) {
    let deletes =
        first_delete(&decl.steps).map(|(place, what)| (place, "deletes", format!("`delete: {what}`")));
    let destroys = deletes.or_else(|| {
        let (place, field) = permission?;
        Some((place, "changes what somebody may do", format!("`{field}` is a permission")))
    });
    if let Some(tier) = &decl.tier
        && tier.value != "open"
    {
        let to_come = ["people_only", "confirm"].contains(&tier.value.as_str());
        let fault = Diagnostic::new("E0106", tier.span, format!("`{}` is no tier", tier.value));
        let to_come_help = "it is to come: nothing enforces it yet; until then an operation that destroys is `tier: open`, with `because`";
        report.add(fault.help(if to_come {
            to_come_help
        } else {
            "write `tier: open`, and why with `because`"
        }));
        return (destroys.is_some(), None);
    }
    let because = decl.because.as_ref().map(|it| it.value.trim()).filter(|it| !it.is_empty());
    let because = because.filter(|_| decl.tier.is_some()).map(str::to_owned);
    let Some((place, does, what)) = destroys else { return (false, because) };
    if because.is_none() {
        let name = &decl.header.name;
        let fault = format!("`{}` {does}, and any agent may do it alone", name.value);
        let missing =
            if decl.tier.is_some() { "`because: <why>`" } else { "`tier: open` with `because: <why>`" };
        report.add(
            Diagnostic::new("E0602", name.span, fault)
                .other(place, what)
                .help(format!("say that this is meant, and why: {missing}")),
        );
    }
    (true, because)
}

/// The first step that deletes.
fn first_delete(steps: &[StepDecl]) -> Option<(Span, &str)> {
    steps.iter().find_map(|step| match &step.kind {
        StepDeclKind::Delete { row } => Some((step.span, row.value.as_str())),
        StepDeclKind::When { then, otherwise, .. } => first_delete(then).or_else(|| first_delete(otherwise)),
        StepDeclKind::Each { body, .. } => first_delete(body),
        _ => None,
    })
}
