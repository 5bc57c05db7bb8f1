//! The functions of `load … where`: a query in both dialects, what it is given, and what is said if it finds nothing.

use crate::emit::function::{Body, Functions, operands};
use crate::emit::rust::Rust;
use crate::emit::sql::{Dialect, select};
use crate::emit::types;
use crate::expr::typed::Ty;
use crate::lower::hops::{Vars, row_of};
use crate::model::{Query, Refusal};
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

    pub(super) fn load_many(&self, mut rust: Rust<'_>, id: &str, query: &Query, max: u32) -> Body {
        let (statics, binds) = self.query(&mut rust, query, max.saturating_add(1));
        let row = types::of_resource(self.model, query.resource);
        let max = Literal::u32_unsuffixed(max);
        let statements = quote! {
            #statics
            cx.at(#id)?;
            cx.find_many(&QUERY, &[#(#binds),*], #max)
        };
        Body { store: true, result: quote!(Result<Vec<Live<#row>>, Stop>), statements, used: rust.used }
    }

    pub(super) fn query(
        &self,
        rust: &mut Rust<'_>,
        query: &Query,
        limit: u32,
    ) -> (TokenStream, Vec<TokenStream>) {
        let sqlite = select(query, limit, self.model, Dialect::Sqlite);
        let postgres = select(query, limit, self.model, Dialect::Postgres);
        let row = types::of_resource(self.model, query.resource);
        let (sqlite_text, postgres_text) = (&sqlite.text, &postgres.text);
        let reads = sqlite.reads.iter().map(|read| Literal::usize_unsuffixed(*read));
        let statics = quote! {
            static QUERY: Query<#row> = Query::new(#sqlite_text, #postgres_text, &[#(#reads),*]);
        };
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
            if crate::lower::hops::is_rows(&expr.ty) {
                let ids = rust.ids(expr, &vars);
                return quote!(bind(&#ids));
            }
            let value = rust.borrowed(expr, &vars);
            quote!(bind(#value))
        });
        (statics, binds.collect())
    }
}
