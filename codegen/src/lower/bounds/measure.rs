//! How large the value of an expression can be.

use crate::expr::parts::row_of;
use crate::expr::typed::{BinaryOp, Function, Kind, MacroKind, Ty, Typed};
use crate::lower::bounds::extent::{Extent, ID, count};
use crate::lower::bounds::sizes::Sizes;

impl Sizes<'_> {
    /// How large a value can be.
    pub(super) fn extent(&mut self, expr: &Typed) -> Extent {
        match &expr.kind {
            Kind::Text(text) => Extent::text(count(text.chars().count())),
            Kind::Name(name) => self.names.get(name).cloned().unwrap_or_else(|| Extent::unknown(&expr.ty)),
            Kind::Var(name) => self.vars.get(name).cloned().unwrap_or_else(|| Extent::unknown(&expr.ty)),
            Kind::Input(index) => {
                self.operation.inputs.get(*index).map_or_else(Extent::default, |it| Extent::of(&it.ty))
            }
            Kind::Field(of, field) => {
                let field = self.resource(of).and_then(|it| it.fields.get(*field));
                field.map_or_else(Extent::default, |field| Extent::of(&field.ty))
            }
            Kind::Collection(of, index) => {
                let collection = self.resource(of).and_then(|it| it.collections.get(*index));
                collection
                    .map_or_else(Extent::default, |it| Extent::list(u64::from(it.size), Extent::default()))
            }
            Kind::Part(of, part) => {
                let part = self.extent(of).parts.into_iter().nth(*part);
                part.map_or_else(|| Extent::unknown(&expr.ty), |(_, part)| part)
            }
            Kind::Id(_) => Extent::text(ID),
            Kind::List(items) => {
                let each = self.all(items);
                Extent::list(count(items.len()), each)
            }
            Kind::Map(entries) => {
                let each =
                    entries.iter().map(|(_, value)| self.extent(value)).fold(Extent::default(), Extent::or);
                Extent::list(count(entries.len()), each)
            }
            Kind::Object(parts) => {
                let Ty::Object(object) = expr.ty.present() else { return Extent::unknown(&expr.ty) };
                let keys = object.fields.iter().map(|(_, key, _)| key.clone());
                let parts =
                    parts.iter().map(|part| part.as_ref().map_or_else(Extent::default, |it| self.extent(it)));
                Extent { parts: keys.zip(parts).collect(), ..Extent::default() }
            }
            Kind::Proved(inner) | Kind::Widen(inner) => self.extent(inner),
            Kind::Choose(_, a, b) => self.extent(a).or(self.extent(b)),
            Kind::Binary(BinaryOp::Add, a, b) if matches!(expr.ty.present(), Ty::Text | Ty::List(_)) => {
                self.extent(a).and(self.extent(b))
            }
            Kind::Index(of, ..) | Kind::Lookup(of, _) => self.extent(of).element(),
            Kind::Macro(mac) => {
                let list = self.extent(&mac.list);
                match mac.kind {
                    MacroKind::Filter | MacroKind::SortBy => list,
                    MacroKind::Map => {
                        let each = self.inside(mac, list.element(), |sizes| sizes.extent(&mac.body));
                        Extent::list(list.most, each)
                    }
                    MacroKind::All | MacroKind::Exists | MacroKind::ExistsOne => Extent::default(),
                }
            }
            Kind::Call(function, args) => self.of_call(*function, args),
            _ => Extent::default(),
        }
    }

    fn of_call(&mut self, function: Function, args: &[Typed]) -> Extent {
        if let Function::Or | Function::OrValue = function {
            return self.all(args);
        }
        let first = args.first().map_or_else(Extent::default, |arg| self.extent(arg));
        match function {
            Function::Sort
            | Function::Distinct
            | Function::LowerAscii
            | Function::UpperAscii
            | Function::Trim => first,
            Function::Min | Function::Max => first.element(),
            Function::Flatten => {
                let inner = first.element();
                Extent { most: first.most.saturating_mul(inner.most), ..inner }
            }
            Function::Join => {
                let between = args.get(1).map_or(0, |arg| self.extent(arg).most);
                Extent::text(first.most.saturating_mul(first.element().most.saturating_add(between)))
            }
            _ => Extent::default(),
        }
    }

    fn all(&mut self, items: &[Typed]) -> Extent {
        items.iter().map(|item| self.extent(item)).fold(Extent::default(), Extent::or)
    }

    fn resource(&self, of: &Typed) -> Option<&opwright_values::schema::Resource> {
        self.model.schema.resources.get(row_of(&of.ty)?)
    }
}
