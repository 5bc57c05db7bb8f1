//! From the words of a field to its type.

use crate::decl::field::FieldDecl;
use crate::decl::{Documents, ResourceDecl, TypeDoc};
use crate::decode::{self, of_fields};
use crate::expr::is_now;
use crate::keys::types::{EMAIL, ENUM_MAX, SCALE, STRING, TEXT, URL, words};
use crate::report::{Diagnostic, Report};
use crate::resolve::bounds::{bounds, length, sizes, whole};
use crate::resolve::json::json;
use crate::resolve::place::Place;
use crate::resolve::{faults, foreign, former, keys};
use crate::yaml::{Node, Text, Value as Yaml};
use opwright_values::decimal::{SCALE_MAX, UNITS_MAX, parse_units};
use opwright_values::fault::Faults;
use opwright_values::moment::is_any_moment;
use opwright_values::read::Reader;
use opwright_values::schema::{Default as FieldDefault, Field, Type};
use opwright_values::time::{DAYS, Date, Duration, MICROS, Timestamp};
use opwright_values::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The largest whole number that JSON numbers keep: 2^53 − 1.
pub use opwright_values::words::{INT_MAX, counted};

/// What a field may name.
pub struct Types<'d> {
    documents: &'d Documents,
    /// The documents of kind `type`, by name.
    docs: BTreeMap<&'d str, &'d TypeDoc>,
    /// Types that hold themselves: reported already.
    broken: BTreeSet<String>,
}

impl<'d> Types<'d> {
    /// The types of all documents, and which of them cannot be looked into.
    pub fn new(documents: &'d Documents, broken: BTreeSet<String>) -> Self {
        // Of two with one name, which is reported, the first counts.
        let docs = documents.types.iter().rev().map(|doc| (doc.header.name.value.as_str(), doc)).collect();
        Self { documents, docs, broken }
    }

    /// All documents.
    pub(super) fn documents(&self) -> &'d Documents {
        self.documents
    }

    /// Whether there is such a type: what is said of one that there is not follows from that mistake.
    fn is_type(&self, decl: &FieldDecl) -> bool {
        let word = decl.ty.value.as_str();
        words().any(|known| known == word) || self.docs.contains_key(word)
    }

    /// The fields of an object, as they are written.
    pub(super) fn parts(&self, name: &str) -> &'d [FieldDecl] {
        self.docs.get(name).and_then(|doc| doc.fields.as_deref()).unwrap_or_default()
    }

    /// What says of which type a value is: of a constrained one, its `type` document.
    pub(super) fn written(&self, mut decl: &'d FieldDecl) -> &'d FieldDecl {
        while let Some(is) = self.docs.get(decl.ty.value.as_str()).and_then(|doc| doc.is.as_ref()) {
            decl = is;
        }
        decl
    }

    /// A constrained value, or what a list holds.
    pub fn value(&self, decl: &FieldDecl, report: &mut Report) -> Option<Type> {
        if self.is_type(decl) {
            keys::of_type(decl, Place::Type, report);
        }
        self.ty(decl, Place::Type, report)
    }

    /// A stored field, a part of an object, an argument, or what an event carries.
    pub fn field(&self, decl: &FieldDecl, place: Place<'_>, report: &mut Report) -> Option<Field> {
        if self.is_type(decl) {
            keys::of_field(decl, place, report);
        }
        let Some(ty) = self.ty(decl, place, report) else {
            let names = decl.transitions.iter().map(|it| &it.name).chain(&decl.alias).chain([&decl.name]);
            names.for_each(|name| report.lose(&name.value));
            return None;
        };
        let default = self.default(decl, &ty, report);
        let alias = decl.alias.as_ref().unwrap_or(&decl.name);
        if decl.flat && !(place == Place::Input && matches!(ty, Type::Object { .. })) {
            report.add(Diagnostic::new("E0106", decl.span, "`flat` is for an object among the arguments"));
        }
        Some(Field {
            name: alias.value.clone(),
            key: decl.name.value.clone(),
            optional: decl.optional,
            default,
            pii: decl.pii
                || matches!(&ty, Type::Object { fields, .. } if fields.iter().all(|field| field.pii)),
            secret: decl.secret,
            // What is kept and secret never leaves; an argument is sent by whoever knows it.
            hidden: decl.hidden || decl.secret && matches!(place, Place::Resource(_)),
            flat: decl.flat,
            describe: decl.describe.clone(),
            was: decl.was.iter().map(|it| it.value.clone()).collect(),
            ty,
        })
    }

    fn ty(&self, decl: &FieldDecl, place: Place<'_>, report: &mut Report) -> Option<Type> {
        Some(match decl.ty.value.as_str() {
            "id" => self.id(decl, place, report)?,
            "ref" => Type::Id { of: self.target(decl, report)?, pattern: None },
            "string" => self.text(decl, STRING, false, report)?,
            "text" => self.text(decl, TEXT, true, report)?,
            "email" => Type::Email { max: length(decl, EMAIL, report)?.1 },
            "url" => Type::Url { max: length(decl, URL, report)?.1 },
            "int" => {
                let (min, max) = bounds(decl.range.as_ref(), -INT_MAX, INT_MAX, whole, report)?;
                Type::Int { min, max }
            }
            "decimal" => decimal(decl, report)?,
            "bool" => Type::Bool,
            "date" => {
                let day = |text: &str| text.parse().ok().map(Date::days);
                let (min, max) = bounds(decl.range.as_ref(), *DAYS.start(), *DAYS.end(), day, report)?;
                Type::Date { min, max }
            }
            "timestamp" => {
                let at = |text: &str| text.parse().ok().map(Timestamp::micros);
                let (min, max) = bounds(decl.range.as_ref(), *MICROS.start(), *MICROS.end(), at, report)?;
                Type::Timestamp { min, max }
            }
            "duration" => {
                // As a literal is written: `90min`, or `PT1H30M`.
                let span =
                    |text: &str| Duration::short(text).or_else(|| text.parse().ok()).map(Duration::micros);
                let (min, max) = bounds(decl.range.as_ref(), i64::MIN, i64::MAX, span, report)?;
                Type::Duration { min, max }
            }
            "enum" => enumeration(decl, report)?,
            "list" => {
                let (min, max) = sizes(decl, report)?;
                let of = Box::new(self.of(decl, place, report)?);
                Type::List { of, min, max, distinct: decl.distinct }
            }
            "map" => {
                let (min, max) = sizes(decl, report)?;
                Type::Map { of: Box::new(self.of(decl, place, report)?), min, max }
            }
            "many" => {
                report.add(
                    Diagnostic::new(
                        "E0106",
                        decl.ty.span,
                        "`many` is the other side of a reference, in a resource",
                    )
                    .help("use `list` for a list of values"),
                );
                return None;
            }
            name => return self.named(name, decl, report),
        })
    }

    fn of(&self, decl: &FieldDecl, place: Place<'_>, report: &mut Report) -> Option<Type> {
        let Some(of) = &decl.of else {
            report.add(
                Diagnostic::new("E0105", decl.span, format!("a {} needs `of`", decl.ty.value))
                    .help("say what it holds: `of: string`"),
            );
            return None;
        };
        if self.is_type(of) {
            keys::of_type(of, place, report);
        }
        let back = self.refer_back(&of.ty.value, place);
        if !back.is_empty() && !self.is_type(of) {
            report.add(foreign::rows_that_refer(of, &back));
            return None;
        }
        self.ty(of, place, report)
    }

    /// The references of this resource to the one in which it is named.
    fn refer_back(&self, name: &str, place: Place<'_>) -> Vec<&FieldDecl> {
        let Place::Resource(here) = place else { return Vec::new() };
        let other = self.documents.resources.iter().filter(|it| it.header.name.value == name);
        let back = |field: &&FieldDecl| {
            field.ty.value == "ref" && field.to.as_ref().is_some_and(|to| to.value == here)
        };
        other.flat_map(|it| it.fields.iter().filter(back)).collect()
    }

    fn id(&self, decl: &FieldDecl, place: Place<'_>, report: &mut Report) -> Option<Type> {
        let Place::Resource(resource) = place else {
            report.add(
                Diagnostic::new("E0106", decl.ty.span, "`id` is the id of a row, in its resource")
                    .help("use `{ type: ref, to: … }` for the id of another row"),
            );
            return None;
        };
        let pattern = pattern(decl, report)?;
        Some(Type::Id { of: resource.to_owned(), pattern })
    }

    fn target(&self, decl: &FieldDecl, report: &mut Report) -> Option<String> {
        let Some(to) = &decl.to else {
            report.add(
                Diagnostic::new("E0105", decl.span, "a reference needs `to`")
                    .help("say which resource: `to: customer`"),
            );
            return None;
        };
        self.resource(to, report).then(|| to.value.clone())
    }

    /// Whether there is a resource of this name; reports it if not.
    pub fn resource(&self, name: &Text, report: &mut Report) -> bool {
        let names = || self.documents.resources.iter().map(|resource| resource.header.name.value.as_str());
        if names().any(|known| known == name.value) {
            return true;
        }
        let fault = Diagnostic::new("E0204", name.span, format!("there is no resource `{}`", name.value));
        let was = |decl: &&ResourceDecl| decl.was.iter().any(|was| was.value == name.value);
        let now = self.documents.resources.iter().find(was).map(|decl| decl.header.name.value.as_str());
        let meant = report.meant(&name.value, names());
        report.add_unknown(&name.value, former::meant(fault, now, meant));
        false
    }

    fn named(&self, name: &str, decl: &FieldDecl, report: &mut Report) -> Option<Type> {
        if self.broken.contains(name) {
            return None;
        }
        let Some(TypeDoc { fields, is, .. }) = self.docs.get(name) else {
            let types = self.docs.keys().copied();
            let fault = Diagnostic::new("E0204", decl.ty.span, format!("there is no type `{name}`"));
            let resources = self.documents.resources.iter().map(|it| it.header.name.value.as_str());
            if let Some(meant) = decode::types::ty(name, &resources.collect::<Vec<_>>()) {
                report.add(foreign::written_so(fault, decl, &meant));
                return None;
            }
            report.add_unknown(
                name,
                fault.meant(report.meant(name, types.chain(words().map(|word| -> &str { word })))),
            );
            return None;
        };
        match (fields, is) {
            (Some(fields), _) => {
                let fields = fields
                    .iter()
                    .map(|field| self.field(field, Place::Type, report))
                    .collect::<Option<Vec<_>>>()?;
                Some(Type::Object { name: name.to_owned(), fields })
            }
            (None, Some(is)) => self.ty(is, Place::Type, report),
            (None, None) => None,
        }
    }

    fn text(&self, decl: &FieldDecl, limits: (u32, u32), lines: bool, report: &mut Report) -> Option<Type> {
        let (min, max) = length(decl, limits, report)?;
        Some(Type::Text { min, max, pattern: pattern(decl, report)?, lines })
    }

    fn default(&self, decl: &FieldDecl, ty: &Type, report: &mut Report) -> Option<FieldDefault> {
        let node = decl.default.as_ref()?;
        if let (Yaml::Scalar(text), Type::Timestamp { .. } | Type::Date { .. }) = (&node.value, ty)
            && let word = text.value.as_str()
            && (matches!(word, "now" | "now()" | "today" | "today()") || is_now(word))
        {
            if word != "now" {
                let fault = Diagnostic::new("E0106", text.span, format!("`{word}` is no moment here"));
                report.add(fault.write(text.span, "now"));
            } else if !is_any_moment(ty) {
                let fault = format!("`now` may be outside of the range of `{}`", decl.name.value);
                let help = "a clock shows anything from 1970 to 2199: leave `range` out, and say as a `require` what has to be true";
                report.add(Diagnostic::new("E0106", text.span, fault).help(help));
            }
            return Some(FieldDefault::Now);
        }
        if let Yaml::Scalar(text) = &node.value
            && text.plain
            && text.value == "null"
        {
            let fault = Diagnostic::new(
                "E0106",
                text.span,
                "nothing begins as `null`: what is absent is not written",
            );
            report.add(if decl.optional {
                fault.help("leave `default` out")
            } else {
                fault.help("leave `default` out, and write `optional: true` if it may be absent")
            });
            return Some(FieldDefault::Now);
        }
        // That there is one is known, whatever is wrong with it: that a `create` gives no other is no second mistake.
        Some(literal(node, ty, report).map_or(FieldDefault::Now, FieldDefault::Value))
    }
}

/// A literal of a type, as specs write it.
pub fn literal(node: &Node, ty: &Type, report: &mut Report) -> Option<Value> {
    if let (Yaml::Scalar(text), Type::Duration { .. }) = (&node.value, ty)
        && let Some(duration) = Duration::short(&text.value)
    {
        return Some(Value::Int(duration.micros()));
    }
    let json = json(node, Some(ty));
    let mut faults = Faults::default();
    let value = Reader { hidden: true, tells: true, ..Reader::default() }.read(ty, &json, &mut faults);
    faults::report_value(ty, &faults.found, node, report);
    value
}

fn decimal(decl: &FieldDecl, report: &mut Report) -> Option<Type> {
    let scale = match &decl.scale {
        None => SCALE,
        Some(text) => match text.value.parse() {
            Ok(scale) if scale <= SCALE_MAX => scale,
            _ => {
                report.add(Diagnostic::new("E0106", text.span, format!("a scale is 0 to {SCALE_MAX}")));
                return None;
            }
        },
    };
    let units = |text: &str| parse_units(&text.replace('_', ""), scale).ok();
    let (min, max) = bounds(decl.range.as_ref(), -UNITS_MAX, UNITS_MAX, units, report)?;
    Some(Type::Decimal { scale, min, max })
}

fn enumeration(decl: &FieldDecl, report: &mut Report) -> Option<Type> {
    if decl.values.is_empty() {
        report.add(
            Diagnostic::new("E0105", decl.span, "an enum needs `values`")
                .help("list them: `values: [open, closed]`"),
        );
        return None;
    }
    if decl.values.len() > ENUM_MAX {
        let fault = format!("this enum has {}", counted(decl.values.len(), "value"));
        let help = format!("an enum has at most {ENUM_MAX}; make a resource of them");
        report.add(Diagnostic::new("E0106", decl.span, fault).help(help));
        return None;
    }
    let mut values: Vec<String> = Vec::new();
    for value in &decl.values {
        if values.contains(&value.value) {
            report.add(Diagnostic::new("E0104", value.span, format!("'{}' is listed twice", value.value)));
        } else if value.value.is_empty() || value.value.contains('\n') || value.value.len() > 255 {
            report.add(Diagnostic::new("E0107", value.span, "an enum value is a line of text"));
        } else {
            values.push(value.value.clone());
        }
    }
    Some(Type::Enum { values })
}

fn pattern(decl: &FieldDecl, report: &mut Report) -> Option<Option<String>> {
    let Some(pattern) = &decl.pattern else { return Some(None) };
    match opwright_values::text::whole(&pattern.value) {
        Ok(_) => {
            if let Some(meant) = of_fields::of_format(&pattern.value) {
                let warning = format!("this pattern fits one text only, '{}'", pattern.value);
                let warning = Diagnostic::warning(pattern.span, warning);
                report.warn(warning.help(format!("write `type: {meant}`, and no `pattern`")));
            }
            Some(Some(pattern.value.clone()))
        }
        Err(error) => {
            let said = error.to_string();
            let said = said.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
            report.add(
                Diagnostic::new("E0106", pattern.span, "this is not a pattern")
                    .label(said)
                    .help("patterns are RE2"),
            );
            None
        }
    }
}
