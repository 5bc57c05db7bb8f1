//! What a function takes, and how it is called.

use crate::emit::ident::ident;
use crate::emit::rust::Used;
use crate::emit::types::is_copy;
use crate::emit::types::of_parameter;
use crate::model::Model;
use crate::rows::scope::{Local, LocalKind, Scope};
use proc_macro2::TokenStream;
use quote::quote;

/// The parameters of a function besides the call.
pub(super) struct Params {
    input: bool,
    locals: Vec<(Local, TokenStream)>,
}

impl Params {
    pub(super) fn of(used: &Used, scope: &Scope, model: &Model) -> Self {
        let mut locals: Vec<(Local, TokenStream)> = Vec::new();
        for (path, handle) in &used.locals {
            let Some(local) = scope.get(path) else { continue };
            let ty = of_parameter(model, &local.kind, *handle);
            match locals.iter_mut().find(|(known, _)| known.rust == local.rust) {
                Some(known) if *handle => known.1 = ty,
                Some(_) => {}
                None => locals.push((local.clone(), ty)),
            }
        }
        Self { input: used.input, locals }
    }

    /// As they are declared.
    pub(super) fn declarations(&self) -> Vec<TokenStream> {
        let input = self.input.then(|| quote!(input: &Input));
        let locals = self.locals.iter().map(|(local, ty)| {
            let name = ident(&local.rust);
            quote!(#name: #ty)
        });
        input.into_iter().chain(locals).collect()
    }

    /// As they are given, where `input` is what the arguments are called.
    pub(super) fn arguments(&self, input: &TokenStream) -> Vec<TokenStream> {
        let input = self.input.then(|| input.clone());
        let locals = self.locals.iter().map(|(local, _)| {
            let name = ident(&local.rust);
            match &local.kind {
                LocalKind::Value(ty) if is_copy(ty) => quote!(#name),
                _ => quote!(&#name),
            }
        });
        input.into_iter().chain(locals).collect()
    }
}
