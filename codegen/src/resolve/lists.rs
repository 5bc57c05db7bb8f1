//! `load` of a list: all rows up to a bound, or the first of them, and behind a cursor those that follow.
//!
//! ```text
//! load: ticket, max: 100                          more are refused
//! load: ticket, order: …, limit: 20               the first
//! … limit: 20, after: input.cursor                and so on: the outcome has `next`
//! ```

use crate::decl::step::LoadDecl;
use crate::expr::facts;
use crate::expr::typed::{Kind, Ty, Typed};
use crate::model::{Beyond, Query, StepKind};
use crate::report::Diagnostic;
use crate::resolve::steps::Resolver;
use crate::yaml::Text;
use opwright_values::schema::{Field, Resource, Type};

impl Resolver<'_, '_> {
    pub(super) fn load_many(
        &mut self,
        load: &LoadDecl,
        name: &Text,
        query: Query,
        top: bool,
    ) -> Option<StepKind> {
        let rows = Ty::List(Box::new(Ty::Row(query.resource)));
        self.bind_row(&load.resource, load.alias.as_ref(), rows);
        self.led_to(&name.value, &query.filter);
        self.finds(&name.value, name.span, query.finds);
        self.is_found(&facts::element(&name.value), query.filter.as_ref());
        self.different.insert(name.value.clone());
        if load.optional || load.refuse.is_some() {
            self.report
                .add(Diagnostic::new("E0106", load.resource.span, "a list is never absent").help(
                    "leave `optional` and `refuse` out, or leave `max` or `limit` out to load one row",
                ));
        }
        if let (Some(_), Some(limit)) = (&load.max, &load.limit) {
            self.report.add(
                Diagnostic::new("E0106", limit.span, "`max` and `limit` are two ways to bound one list")
                    .help("`max` refuses more rows than that, `limit` takes the first; keep one"),
            );
        }
        let (key, bound) =
            load.max.as_ref().map(|max| ("max", max)).or(load.limit.as_ref().map(|it| ("limit", it)))?;
        let max = self.bound(key, bound);
        let name = name.value.clone();
        let beyond = match (&load.after, &load.max) {
            (Some(after), _) => Beyond::Next(self.cursor(load, after, &query, top)?),
            (None, Some(_)) => Beyond::Refused,
            (None, None) => Beyond::LeftOut,
        };
        Some(StepKind::LoadMany { name, query, max: max?, beyond })
    }

    fn bound(&mut self, key: &str, text: &Text) -> Option<u32> {
        let number = text.value.replace('_', "").parse::<u32>().ok();
        let fits = number.filter(|number| (1..=10_000).contains(number));
        if fits.is_none() {
            let fault = format!("`{key}` is a whole number from 1 to 10_000");
            let help =
                "it is written out: the path has a bound that people see; what callers ask for is a `where`";
            self.report.add(Diagnostic::new("E0106", text.span, fault).help(help));
        }
        fits
    }

    /// The argument that takes the cursor: a text that may be absent, and has room for every cursor of the list.
    fn cursor(&mut self, load: &LoadDecl, after: &Text, query: &Query, top: bool) -> Option<Typed> {
        if load.limit.is_none() {
            let fault = Diagnostic::new(
                "E0105",
                after.span,
                "a cursor goes through a list, so `after` needs `limit`",
            );
            self.report.add(fault.help("write `limit` instead of `max`: the most rows of one answer"));
        }
        if !top {
            let fault = Diagnostic::new(
                "E0106",
                after.span,
                "only a list of the operation itself goes on behind a cursor",
            );
            self.report.add(fault.help("move the `load` out of the block: the outcome has one `next`"));
        }
        if let Some(first) = self.paged.replace(after.span) {
            let fault = Diagnostic::new("E0106", after.span, "two lists go on behind a cursor");
            self.report
                .add(fault.other(first, "the first").help("the outcome has one `next`; make two operations"));
        }
        let cursor = crate::expr::any(after, self.env, self.report)?;
        let resource = self.resource(query.resource)?;
        self.shown_keys(query, resource, after);
        let field = match &cursor.kind {
            Kind::Input(index) => self.env.inputs.get(*index),
            _ => None,
        };
        let Some((field, Type::Text { min, max, pattern, .. })) = field.map(|field| (field, &field.ty))
        else {
            let fault = Diagnostic::new("E0106", after.span, "`after` is an argument that takes a text");
            self.report.add(
                fault.help(
                    "declare `cursor: { type: text, optional: true }`, and write `after: input.cursor`",
                ),
            );
            return None;
        };
        let longest = longest(query, resource);
        let whole = if *max < longest {
            format!("`{}` takes {max} characters, a cursor of this list has up to {longest}", field.key)
        } else if !field.optional || field.default.is_some() {
            format!("`{}` is always there, and the first call has no cursor", field.key)
        } else if pattern.is_some() || *min > 1 {
            format!("`{}` does not take every cursor", field.key)
        } else {
            return Some(cursor);
        };
        let declared = format!(
            "declare it as `{{ type: text, optional: true }}`{}",
            if longest > 10_000 { format!(" with `length: ..{longest}`") } else { String::new() }
        );
        self.report.add(Diagnostic::new("E0106", after.span, whole).help(declared));
        None
    }

    /// A cursor can be read by who has it, so it says nothing that is hidden.
    fn shown_keys(&mut self, query: &Query, resource: &Resource, after: &Text) {
        let hidden = query
            .order
            .iter()
            .filter_map(|key| resource.fields.get(key.field))
            .find(|field| field.hidden && field.key != "_id");
        if let Some(field) = hidden {
            let fault = format!("a cursor would tell `{}`, which is hidden", field.name);
            self.report.add(Diagnostic::new("E0106", after.span, fault).help("sort by another field"));
        }
    }
}

/// The most characters of a cursor, see `runtime/src/cx/cursor.rs`: the keys as JSON and a sum, four characters for three bytes.
fn longest(query: &Query, resource: &Resource) -> u32 {
    let keys = query.order.iter().map(|key| key.field).chain([resource.id]);
    let of = |field: &Field| match &field.ty {
        Type::Text { max, .. } | Type::Email { max } | Type::Url { max } => max.saturating_mul(4),
        Type::Enum { values } => {
            values.iter().map(|it| 2 * it.len()).max().and_then(|it| u32::try_from(it).ok()).unwrap_or(0)
        }
        _ => 64,
    };
    let bytes = keys
        .filter_map(|field| resource.fields.get(field))
        .fold(10_u32, |sum, field| sum.saturating_add(of(field)).saturating_add(3));
    bytes.saturating_add(2).div_ceil(3).saturating_mul(4)
}
