//! What becomes of the columns of a table.

use crate::schema::checks::{Check, Mends};
use crate::schema::kept::Kept;
use crate::schema::plan::Work;
use crate::schema::step::Step;
use crate::schema::tables::{Column, Table, all_names, place};
use crate::schema::types::{alike, become_one, scale, stored_alike, within};
use opwright_values::schema::{Default, Type};
use opwright_values::words::expected;

impl Work {
    /// A column for a field that is new.
    pub(super) fn added(&mut self, table: &str, before: &Table, wanted: &Table, column: &Column) {
        let here = place(table, &column.name);
        // What its history says under this name is of the other field: nobody could tell the two apart any more.
        if let Some(now) = before.columns.iter().find(|it| it.was.contains(&column.name)) {
            return self.refuse(
                here,
                format!("`{}` was called so, and its history is read under this name", now.name),
                "call the new field otherwise, and leave `was` with the field that was called so",
            );
        }
        if column.required && column.default.is_none() {
            let meant = self.meant(table, before, wanted, column);
            let ((table, id), column) = (self.named(table, before), column.name.clone());
            self.plan.checks.push(Check::NoRows { place: here.clone(), table, id, column, meant });
            self.alone(format!("{here} is required, and a service of another version gives no value for it"));
        } else if let Some(object) = &column.needed_by {
            let parts = self.parts(table, before, wanted, object);
            if !parts.is_empty() {
                if column.fill.is_some() {
                    let parts = tell(before, wanted, object).iter().map(|it| it.name.clone()).collect();
                    let (table, column) = (table.to_owned(), column.clone());
                    self.step(Step::Fill { table, column, parts, there: false });
                } else {
                    let ((table, id), object) = (self.named(table, before), object.clone());
                    let (place, column) = (here.clone(), column.name.clone());
                    self.plan.checks.push(Check::NoObject { place, table, id, column, object, parts });
                }
                self.alone(format!(
                    "{here} is a required part, and a service of another version gives no value for it"
                ));
            }
        }
        self.step(Step::AddColumn { table: table.to_owned(), column: column.clone() });
        self.after(table, column);
    }

    /// A column that is there already.
    pub(super) fn changed(
        &mut self,
        table: &str,
        before: &Table,
        all: &Table,
        (stored, wanted): (&Column, &Column),
    ) {
        if !alike(&stored.ty, &wanted.ty) {
            self.refuse(
                place(table, &stored.name),
                format!("it holds {} and would hold {}", stored.words(), wanted.words()),
                "keep the type, or add a field with a new name (optional or with a default)",
            );
            return;
        }
        self.values(table, before, stored, wanted);
        self.presence(table, before, all, stored, wanted);
        let was = all_names(&wanted.was, &stored.was, &wanted.name);
        let mut after = Column { was, ..wanted.clone() };
        // A service that does not know the column goes on writing rows, so a default stays; but it would make up a
        // value where none is a value as well.
        if wanted.default.is_none() && wanted.required {
            after.default = stored.default.as_ref().and_then(|it| still(it, &stored.ty, &wanted.ty));
        }
        if after.default != stored.default {
            self.step(Step::SetDefault { table: table.to_owned(), column: after.clone() });
        }
        self.after(table, &after);
    }

    fn values(&mut self, table: &str, before: &Table, stored: &Column, wanted: &Column) {
        let here = place(table, &stored.name);
        if !within(&stored.ty, &wanted.ty) {
            let (narrow, column) = (expected(&wanted.ty), self.names.column(table, &stored.name).to_owned());
            let (named, id) = self.named(table, before);
            let (from, to) = (stored.ty.clone(), wanted.ty.clone());
            self.plan.checks.push(Check::Fits { place: here.clone(), table: named, id, column, from, to });
            self.alone(format!(
                "{here} holds {narrow}, and a service of another version writes other values"
            ));
        }
        if stored_alike(&stored.ty, &wanted.ty) {
            return;
        }
        let (table, column) = (table.to_owned(), stored.name.clone());
        self.step(match (&stored.ty, &wanted.ty) {
            (Type::Int { .. } | Type::Decimal { .. }, from) => {
                Step::Rescale { table, column, from: scale(&stored.ty), to: scale(from) }
            }
            (from, to) => Step::Rewrite { table, column, from: from.clone(), to: to.clone() },
        });
    }

    fn presence(&mut self, table: &str, before: &Table, all: &Table, stored: &Column, wanted: &Column) {
        if stored.required == wanted.required && stored.needed_by == wanted.needed_by {
            return;
        }
        let here = place(table, &stored.name);
        self.alone(other_presence(&here, stored, wanted));
        if let Some(object) = wanted.needed_by.as_ref().filter(|_| !stored.required) {
            let mut parts = tell(before, all, object);
            parts.retain(|part| part.name != stored.name);
            // An object of which this is all that tells is there where this is.
            if !parts.is_empty() {
                self.needs_value(table, before, all, (stored, wanted), &parts);
            }
        } else if wanted.required && !stored.required {
            self.needs_value(table, before, all, (stored, wanted), &[]);
        }
        if stored.required != wanted.required {
            let (table, column, required) = (table.to_owned(), stored.name.clone(), wanted.required);
            self.step(Step::Constrain { table, column, required });
        }
    }

    /// A column that is there and needs a value, in every object that has one of some parts, or in every row. What the
    /// version that migrated last did not know is filled like what is new.
    fn needs_value(
        &mut self,
        table: &str,
        before: &Table,
        all: &Table,
        (stored, wanted): (&Column, &Column),
        parts: &[&Column],
    ) {
        let clashes = all.uniques.iter().any(|set| set.contains(&wanted.name));
        let known: Vec<&Column> = parts.iter().copied().filter(|part| !part.gone).collect();
        let mends = match (stored.gone, known.is_empty() && !parts.is_empty() || clashes) {
            (false, _) => Mends::Operation,
            (true, false) => Mends::Default,
            (true, true) => Mends::Nothing,
        };
        if mends == Mends::Default && wanted.filled_with().is_some() {
            let parts = known.iter().map(|part| part.name.clone()).collect();
            let (table, column) = (table.to_owned(), wanted.clone());
            return self.step(Step::Fill { table, column, parts, there: true });
        }
        let old = |name: &str| self.names.column(table, name).to_owned();
        let (column, parts) = (old(&stored.name), parts.iter().map(|part| old(&part.name)).collect());
        let (place, (table, id)) = (place(table, &stored.name), self.named(table, before));
        self.plan.checks.push(Check::Filled { place, table, id, column, parts, mends });
    }

    /// A field that is gone stays as a column. Rows are written without it from now on, and must not clash there.
    pub(super) fn left_out(&mut self, table: &str, before: &Table, wanted: &Table, stored: &Column) {
        let mut after = Column { needed_by: None, gone: true, ..stored.clone() };
        if !stored.gone {
            self.plan.kept.push(kept(table, before, wanted, stored));
        }
        let alike = before.uniques.iter().any(|set| set.contains(&stored.name));
        if stored.required && (stored.default.is_none() || alike) {
            (after.required, after.default) = (false, None);
            let (table, column, required) = (table.to_owned(), stored.name.clone(), false);
            self.step(Step::Constrain { table, column, required });
        } else if alike {
            after.default = None;
        }
        if after.default != stored.default {
            self.step(Step::SetDefault { table: table.to_owned(), column: after.clone() });
        }
        if after.required != stored.required || after.needed_by != stored.needed_by {
            let here = place(table, &stored.name);
            self.alone(format!("{here} is not filled any more, and a service of another version needs it"));
        }
        self.after(table, &after);
    }

    /// What a new column may be meant as: one whose name is a slip, or one that nobody uses any more and that would fit.
    fn meant(&self, table: &str, before: &Table, wanted: &Table, column: &Column) -> Vec<String> {
        let here = format!("{}: ", place(table, &column.name));
        let slips = self.plan.unknown.iter().filter_map(|it| it.strip_prefix(&here));
        let mut meant: Vec<String> = slips.map(|it| format!("mend its former name, {it}")).collect();
        let unused = before.columns.iter().filter(|it| wanted.column(&it.name).is_none());
        let like = unused.filter(|it| it.inside == column.inside && within(&it.ty, &column.ty));
        let like: Vec<&str> = like.map(Column::key).collect();
        if !like.is_empty() {
            let (was, or) = (like.join("` or `"), like.join("` or `was: "));
            meant.push(format!("if it is what `{was}` was until now, say `was: {or}` there"));
        }
        meant
    }

    /// The columns that say whether an object is there, as they are called before.
    pub(super) fn parts(&self, table: &str, before: &Table, wanted: &Table, object: &String) -> Vec<String> {
        let tell = tell(before, wanted, object);
        tell.iter().map(|column| self.names.column(table, &column.name).to_owned()).collect()
    }

    /// What a table and its id are called before.
    pub(super) fn named(&self, table: &str, before: &Table) -> (String, String) {
        (self.names.table(table).to_owned(), self.names.column(table, &before.id).to_owned())
    }
}

/// The columns that say whether an object is there: those that every one of them has, as others may have been left by a
/// service that did not know them.
fn tell<'t>(before: &'t Table, wanted: &Table, object: &String) -> Vec<&'t Column> {
    let parts = wanted.columns.iter().filter(|column| column.inside.contains(object));
    let there: Vec<&Column> = parts.filter_map(|column| before.column(&column.name)).collect();
    let always = |column: &&&Column| column.required || column.needed_by.as_ref() == Some(object);
    let needed: Vec<&Column> = there.iter().filter(always).copied().collect();
    if needed.is_empty() { there } else { needed }
}

/// Why a service that takes a value for something that may be absent, or the other way round, has to be stopped.
fn other_presence(here: &str, stored: &Column, wanted: &Column) -> String {
    let another = "a service of another version";
    match (&stored.needed_by, &wanted.needed_by) {
        _ if wanted.required => format!("{another} may leave {here} empty, which is not allowed any more"),
        (_, Some(object)) if !stored.required => {
            format!(
                "{another} may leave {here} empty where there is `{object}`, which is not allowed any more"
            )
        }
        _ => format!("{here} may be empty, and {another} takes it that there is a value"),
    }
}

/// A column that nobody uses any more: perhaps only its name was meant to change.
fn kept(table: &str, before: &Table, wanted: &Table, stored: &Column) -> Kept {
    let is_like = |column: &&Column| {
        let new = before.column(&column.name).is_none() && column.inside == stored.inside;
        new && within(&stored.ty, &column.ty)
    };
    let like = wanted.columns.iter().filter(is_like).map(|it| it.key().to_owned()).collect();
    Kept::column(place(table, &stored.name), stored.key(), like)
}

/// A default of one type as one of another. One that is none there is dropped, and a service that does not know the column
/// cannot write rows any more.
fn still(default: &Default, from: &Type, to: &Type) -> Option<Default> {
    match default {
        Default::Now => Some(Default::Now),
        Default::Value(value) => become_one(from, to, value.clone()).ok().map(Default::Value),
    }
}
