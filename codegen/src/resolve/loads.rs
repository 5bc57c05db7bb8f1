//! `load`: one row that is fixed by something unique or by an order, or all rows up to a bound.

use crate::decl::step::LoadDecl;
use crate::expr::env::Over;
use crate::expr::typed::{BinaryOp, Kind, Ty, Typed};
use crate::model::{Finds, Query, ResourceId, StepKind};
use crate::report::Diagnostic;
use crate::resolve::steps::Resolver;
use crate::resolve::{deletes, order, refusals};
use crate::source::Span;
use crate::yaml::Text;
use opwright_values::schema::Resource;

impl Resolver<'_, '_> {
    pub(super) fn load(&mut self, load: &LoadDecl, span: Span, top: bool) -> Option<StepKind> {
        let name = load.alias.as_ref().unwrap_or(&load.resource);
        let Some(id) = self.find_resource(&load.resource) else {
            self.bind_unknown(name);
            return None;
        };
        let resource = self.resource(id)?;
        // What is faulty in a condition changes nothing of what the rest means: it is looked at as if there were none.
        let row = self.env.with_row(id, Over::Load);
        let filter = load.filter.as_ref().map(|text| crate::expr::filter(text, &row, self.report));
        let faulty = matches!(filter, Some(None));
        let filter = filter.flatten();
        filter.iter().for_each(|filter| self.named_first(filter));
        let order = order::keys(&load.order, resource, &name.value, self.report);
        self.collect_indexes(id, filter.as_ref(), &order);
        let finds = deletes::finds(load.deleted.as_ref(), self.report);
        let query = Query { resource: id, filter, order, finds };
        let many = load.max.is_some() || load.limit.is_some();
        let step = if many {
            self.load_many(load, name, query, top)
        } else {
            self.load_one(load, name, query, span)
        };
        step.filter(|_| !faulty)
    }

    fn load_one(&mut self, load: &LoadDecl, name: &Text, query: Query, span: Span) -> Option<StepKind> {
        let Query { resource: id, finds, .. } = query;
        let resource = self.resource(id)?;
        let ty = if load.optional { Ty::Optional(Box::new(Ty::Row(id))) } else { Ty::Row(id) };
        if let Some(after) = &load.after {
            let fault = Diagnostic::new(
                "E0105",
                after.span,
                "a cursor goes through a list, so `after` needs `limit`",
            );
            self.report.add(fault.help("add `limit: 50`, the most rows of one answer"));
        }
        let fixed = match (&query.filter, &load.filter) {
            (Some(filter), _) => fixes_one(filter, resource, finds),
            (None, Some(faulty)) => may_fix_one(&faulty.value, resource),
            (None, None) => false,
        };
        // Where the resource is suspected, what makes it one may be what is faulty.
        if load.order.is_empty() && !fixed && !self.report.suspects(&resource.name) {
            self.report.add(
                Diagnostic::new("E0404", span, format!("more than one `{}` can match", resource.name))
                    .help("`order` takes the first, `max` all of them"),
            );
        }
        let refuse = load.refuse.as_ref();
        let of = &resource.name;
        let refusal =
            refuse.map(|it| refusals::of_load(it, of, self.env, self.shared.operations, self.report));
        self.bind_row(&load.resource, load.alias.as_ref(), ty);
        self.env.searched.extend(load.optional.then(|| name.value.clone()));
        self.led_to(&name.value, &query.filter);
        self.finds(&name.value, name.span, finds);
        self.is_found(&name.value, query.filter.as_ref());
        let refusal = refusal.map_or(Some(None), |refusal| refusal.map(Some))?;
        Some(StepKind::LoadOne { name: name.value.clone(), query, optional: load.optional, refusal })
    }

    /// What a query looks up by value gets an index.
    pub(super) fn collect_indexes(
        &mut self,
        id: ResourceId,
        filter: Option<&Typed>,
        order: &[opwright_values::schema::Order],
    ) {
        for field in filter.map(equals).unwrap_or_default() {
            self.indexes.push((id, vec![field]));
        }
        if !order.is_empty() {
            self.indexes.push((id, order.iter().map(|key| key.field).collect()));
        }
    }
}

/// The fields of `row` that a condition fixes by `==`, whatever else it says.
fn equals(filter: &Typed) -> Vec<usize> {
    match &filter.kind {
        Kind::Binary(BinaryOp::And, a, b) => [equals(a), equals(b)].concat(),
        Kind::Binary(BinaryOp::Eq, a, b) => [(a, b), (b, a)]
            .into_iter()
            .filter(|(_, other)| !crate::expr::where_::reads_row(other))
            .filter_map(|(side, _)| field_of_row(side))
            .collect(),
        _ => Vec::new(),
    }
}

fn field_of_row(expr: &Typed) -> Option<usize> {
    match &expr.kind {
        Kind::Field(of, field) | Kind::Refer(of, field) if matches!(of.kind, Kind::Row) => Some(*field),
        Kind::Proved(inner) | Kind::Widen(inner) => field_of_row(inner),
        _ => None,
    }
}

/// Whether a condition that is faulty may be meant to fix something that occurs once: it names the id, the row itself or
/// something unique.
fn may_fix_one(written: &str, resource: &Resource) -> bool {
    let unique = resource.uniques.iter().flatten().chain([&resource.id]);
    let unique: Vec<&str> =
        unique.filter_map(|field| resource.fields.get(*field)).map(|it| it.name.as_str()).collect();
    let mut words = written.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
    words.any(|word| {
        word == "row" || word.strip_prefix("row.").is_some_and(|it| it == "id" || unique.contains(&it))
    })
}

/// Whether a condition fixes something that occurs once: the id, the row itself, or unique values.
fn fixes_one(filter: &Typed, resource: &Resource, finds: Finds) -> bool {
    fn is_row(filter: &Typed) -> bool {
        match &filter.kind {
            Kind::Binary(BinaryOp::And, a, b) => is_row(a) || is_row(b),
            Kind::Binary(BinaryOp::Eq, a, b) => [(a, b), (b, a)].into_iter().any(|(side, other)| {
                let itself = match &side.kind {
                    Kind::Row => true,
                    Kind::Id(of) => matches!(of.kind, Kind::Row),
                    _ => false,
                };
                itself && !crate::expr::where_::reads_row(other)
            }),
            _ => false,
        }
    }
    let fixed = equals(filter);
    // Only the id of a deleted row occurs once.
    is_row(filter)
        || finds == Finds::Live
            && resource.uniques.iter().any(|unique| unique.iter().all(|field| fixed.contains(field)))
}
