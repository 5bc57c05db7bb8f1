//! `load`: one row that is fixed by something unique or by an order, or all rows up to a bound.

use crate::decl::step::LoadDecl;
use crate::expr::env::Over;
use crate::expr::typed::{BinaryOp, Kind, Ty, Typed};
use crate::model::{Finds, Query, ResourceId, StepKind};
use crate::report::Diagnostic;
use crate::resolve::steps::Resolver;
use crate::resolve::{deletes, order, refusals};
use crate::source::Span;
use opwright_values::schema::Resource;

impl Resolver<'_, '_> {
    pub(super) fn load(&mut self, load: &LoadDecl, span: Span, top: bool) -> Option<StepKind> {
        let name = load.alias.as_ref().unwrap_or(&load.resource);
        let Some(id) = self.find_resource(&load.resource) else {
            self.bind_unknown(name);
            return None;
        };
        let resource = self.resource(id)?;
        let filter = match &load.filter {
            Some(text) => match crate::expr::filter(text, &self.env.with_row(id, Over::Load), self.report) {
                Some(filter) => Some(filter),
                None => {
                    order::keys(&load.order, resource, self.report);
                    if let Some(refuse) = &load.refuse {
                        refusals::beside(refuse, self.env, self.shared.operations, self.report);
                    }
                    self.bind_unknown(name);
                    return None;
                }
            },
            None => None,
        };
        filter.iter().for_each(|filter| self.named_first(filter));
        let order = order::keys(&load.order, resource, self.report);
        self.collect_indexes(id, filter.as_ref(), &order);
        let finds = deletes::finds(load.deleted.as_ref(), self.report);
        let query = Query { resource: id, filter, order, finds };
        if load.max.is_some() || load.limit.is_some() {
            return self.load_many(load, name, query, top);
        }
        if let Some(after) = &load.after {
            let fault = Diagnostic::new(
                "E0105",
                after.span,
                "a cursor goes through a list, so `after` needs `limit`",
            );
            self.report.add(fault.help("add `limit: 50`, the most rows of one answer"));
        }
        let ordered = !load.order.is_empty();
        if self.report.suspects(&resource.name) {
            // What makes it one may be what is faulty.
        } else if !ordered && !query.filter.as_ref().is_some_and(|filter| fixes_one(filter, resource, finds))
        {
            self.report.add(
                Diagnostic::new("E0404", span, format!("more than one `{}` can match", resource.name))
                    .help("`order` takes the first, `max` all of them"),
            );
        }
        let refusal = match &load.refuse {
            Some(refuse) => Some(refusals::of_load(refuse, self.env, self.shared.operations, self.report)?),
            None => None,
        };
        let ty = if load.optional { Ty::Optional(Box::new(Ty::Row(id))) } else { Ty::Row(id) };
        self.bind(name, ty);
        self.led_to(&name.value, &query.filter);
        self.finds(&name.value, name.span, finds);
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
