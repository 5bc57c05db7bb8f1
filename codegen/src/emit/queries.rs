//! The functions of `load … where`: a query in both dialects, what it is given, and what is said if it finds nothing.

use crate::emit::body::Body;
use crate::emit::function::{Functions, operands};
use crate::emit::rust::Rust;
use crate::emit::sql::{Dialect, select};
use crate::emit::types;
use crate::expr::parts::row_of;
use crate::expr::typed::{Ty, Typed};
use crate::model::{Beyond, Query, Refusal};
use crate::rows::finder::Vars;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

impl Functions<'_> {
    pub(super) fn load_one(
        &self,
        mut rust: Rust<'_>,
        id: &str,
        query: &Query,
        optional: bool,
        refusal: Option<&Refusal>,
    ) -> Body {
        let (statics, binds) = self.query(&mut rust, query, 1);
        let row = types::of_resource(self.model, query.resource);
        let found = quote!(cx.find(&QUERY, &[#(#binds),*]));
        let (result, end) = if optional {
            (quote!(Result<Option<Live<#row>>, Stop>), found)
        } else {
            let code = refusal.map_or("not_found", |refusal| refusal.code.as_str());
            let operands = refusal.map_or_else(Vec::new, |it| operands(&mut rust, [&it.message, &it.fix]).0);
            let end = quote! {
                match #found? {
                    Some(row) => Ok(row),
                    None => cx.refuse(#code, &[#(#operands),*]),
                }
            };
            (quote!(Result<Live<#row>, Stop>), end)
        };
        let statements = quote! {
            #statics
            cx.at(#id)?;
            #end
        };
        Body { store: true, result, statements, used: rust.used }
    }

    pub(super) fn load_many(
        &self,
        mut rust: Rust<'_>,
        id: &str,
        query: &Query,
        max: u32,
        beyond: &Beyond,
    ) -> Body {
        let limit = if matches!(beyond, Beyond::LeftOut) { max } else { max.saturating_add(1) };
        let (statics, binds) = self.query(&mut rust, query, limit);
        let row = types::of_resource(self.model, query.resource);
        let (more, find) = match beyond {
            Beyond::Next(cursor) => self.page(&mut rust, query, max, cursor, &binds),
            _ => {
                let max = Literal::u32_unsuffixed(max);
                (TokenStream::new(), quote!(cx.find_many(&QUERY, &[#(#binds),*], #max)))
            }
        };
        let statements = quote! {
            #statics
            #more
            cx.at(#id)?;
            #find
        };
        Body { store: true, result: quote!(Result<Vec<Live<#row>>, Stop>), statements, used: rust.used }
    }

    /// A list that goes on behind a cursor: the query that does, and the keys of which a cursor is made.
    fn page(
        &self,
        rust: &mut Rust<'_>,
        query: &Query,
        max: u32,
        cursor: &Typed,
        binds: &[TokenStream],
    ) -> (TokenStream, TokenStream) {
        let row = types::of_resource(self.model, query.resource);
        let behind = self.statement(query, max.saturating_add(1), true);
        let id = self.model.schema.resources.get(query.resource).map_or(0, |it| it.id);
        let mut keys: Vec<usize> = Vec::new();
        for key in query.order.iter().map(|key| key.field).chain([id]) {
            keys.push(key);
            if key == id {
                break;
            }
        }
        let keys = keys.into_iter().map(Literal::usize_unsuffixed);
        let max = Literal::u32_unsuffixed(max);
        let cursor = rust.borrowed(cursor, &Vars::new());
        let statics = quote! {
            static BEHIND: Query<#row> = #behind;
            static PAGES: Pages<#row> = Pages::new(&QUERY, &BEHIND, &[#(#keys),*], #max);
        };
        (statics, quote!(cx.find_page(&PAGES, &[#(#binds),*], #cursor)))
    }

    /// A query as a constant.
    fn statement(&self, query: &Query, limit: u32, behind: bool) -> TokenStream {
        let sqlite = select(query, limit, behind, self.model, Dialect::Sqlite);
        let postgres = select(query, limit, behind, self.model, Dialect::Postgres);
        let (sqlite_text, postgres_text) = (&sqlite.text, &postgres.text);
        let reads = sqlite.reads.iter().map(|read| Literal::usize_unsuffixed(*read));
        let is_masked = query.filter.as_ref().is_some_and(|filter| filter.pii);
        let new = if is_masked { quote!(masked) } else { quote!(new) };
        quote!(Query::#new(#sqlite_text, #postgres_text, &[#(#reads),*]))
    }

    pub(super) fn query(
        &self,
        rust: &mut Rust<'_>,
        query: &Query,
        limit: u32,
    ) -> (TokenStream, Vec<TokenStream>) {
        let sqlite = select(query, limit, false, self.model, Dialect::Sqlite);
        let row = types::of_resource(self.model, query.resource);
        let statement = self.statement(query, limit, false);
        let statics = quote!(static QUERY: Query<#row> = #statement;);
        let vars = Vars::new();
        let binds = sqlite.binds.iter().map(|expr| {
            if matches!(expr.ty, Ty::Optional(_)) {
                let value = match row_of(&expr.ty) {
                    Some(_) => {
                        let id = rust.row_id_owned(expr, &vars);
                        quote!(&#id)
                    }
                    None => rust.borrowed(expr, &vars),
                };
                return quote!(bind_optional(#value));
            }
            if row_of(&expr.ty).is_some() {
                let id = rust.id(expr, &vars);
                return quote!(bind(#id));
            }
            if crate::expr::parts::is_rows(&expr.ty) {
                let ids = rust.ids(expr, &vars);
                return quote!(bind(&#ids));
            }
            let value = rust.borrowed(expr, &vars);
            quote!(bind(#value))
        });
        (statics, binds.collect())
    }
}
