//! What is wrong with values that a spec writes: rows, arguments and what events tell.

use crate::decode::elsewhere;
use crate::report::{Diagnostic, Report};
use crate::resolve::former;
use crate::yaml::pointer::{at, key_of, place_of};
use crate::yaml::{Node, Value as Yaml};
use opwright_values::fault::Fault;
use opwright_values::schema::{Field, Type};

/// What values are of.
#[derive(Clone, Copy)]
pub(super) struct Whose<'w> {
    /// Its name.
    pub(super) name: &'w str,
    /// What a key is called there.
    pub(super) noun: &'w str,
    /// What it has.
    pub(super) fields: &'w [Field],
}

impl<'w> Whose<'w> {
    /// Says what is wrong; a misspelt key is one mistake, not an unknown and a missing one.
    pub(super) fn report(self, faults: &[Fault], node: &Node, report: &mut Report) {
        let meant = |fault: &Fault| {
            let renamed = self.renamed(fault).map(|it| it.key.clone());
            renamed.or_else(|| fault.did_you_mean.clone()).or_else(|| Some(self.on_wire(fault)?.key.clone()))
        };
        let misspelt: Vec<String> = faults.iter().filter_map(meant).collect();
        for fault in faults {
            let key = fault.pointer.rsplit('/').next().unwrap_or("");
            if fault.code == "unknown" && report.is_lost(key) {
                report.add_unknown(key, Diagnostic::new("E0101", node.span, String::new()));
            } else if fault.code == "missing" && report.excuses(self.name, key) {
                report.follow();
            } else if fault.code != "missing" || !misspelt.iter().any(|it| it == key) {
                let (whose, label) = self.inside(None, &fault.pointer);
                report.add(whose.said(fault, &label, node));
            }
        }
    }

    /// What is wrong with a part of this, and no part of its parts.
    fn said(self, fault: &Fault, label: &str, node: &Node) -> Diagnostic {
        let Whose { name, noun, fields } = self;
        let key = fault.pointer.rsplit('/').next().unwrap_or("");
        match fault.code {
            "missing" => {
                Diagnostic::new("E0105", place_of(node, &fault.pointer), format!("`{name}` needs `{key}`"))
                    .help(format!("add `{key}`: {}", fault.expected))
            }
            "unknown" => {
                let place = key_of(node, &fault.pointer);
                let diagnostic = Diagnostic::new("E0101", place, format!("`{name}` has no {noun} `{key}`"));
                match (self.renamed(fault), self.on_wire(fault)) {
                    (Some(now), _) => {
                        diagnostic.help(former::called(&now.key)).patch(place, now.key.as_str())
                    }
                    (None, Some(wire)) => {
                        let wire = wire.key.as_str();
                        let said = format!("in data and calls it is `{wire}`; `{key}` is its name in specs");
                        diagnostic.help(said).patch(place, wire)
                    }
                    (None, None) => {
                        let known = fields.iter().map(|field| field.key.as_str()).filter(|key| *key != "_id");
                        diagnostic.meant_of(fault.did_you_mean.as_deref(), known)
                    }
                }
            }
            _ => {
                let unplaced = Fault { pointer: String::new(), ..fault.clone() };
                let said = unplaced.to_string().replacen("the whole: ", "", 1);
                let place = place_of(node, &fault.pointer);
                let label = if label.is_empty() { String::new() } else { format!("in `{label}`") };
                let diagnostic = Diagnostic::new("E0106", place, said).label(label);
                let absent = is_null(node, fault) && field(fields, key).is_some_and(may_be_left_out);
                match truth(node, fault) {
                    Some(meant) => diagnostic.write(place, meant),
                    None if absent => diagnostic
                        .help(format!("leave `{key}` out: what is absent is not written, and never `null`")),
                    None => diagnostic,
                }
            }
        }
    }

    /// A field that had the name before that is written.
    fn renamed(self, fault: &Fault) -> Option<&'w Field> {
        let key = fault.pointer.strip_prefix('/').filter(|_| fault.code == "unknown")?;
        former::field(self.fields, key)
    }

    /// A field that specs call by another name than the wire, where that name is written.
    fn on_wire(self, fault: &Fault) -> Option<&'w Field> {
        let key = fault.pointer.strip_prefix('/').filter(|_| fault.code == "unknown")?;
        self.fields.iter().find(|field| field.name == key && field.key != field.name)
    }

    /// What the key is of that a pointer into something of a type ends with, or into one of these: the innermost type
    /// around it. And how it is called: what stands in a list has no name of its own.
    fn inside(self, ty: Option<&'w Type>, pointer: &str) -> (Self, String) {
        let (mut whose, mut label, mut ty) = (self, String::new(), ty);
        for key in pointer.split('/').skip(1) {
            (ty, label) = match ty {
                None => (field(whose.fields, key).map(|it| &it.ty), key.to_owned()),
                Some(Type::Object { name, fields }) => {
                    whose = Whose { name, noun: "key", fields };
                    (field(fields, key).map(|it| &it.ty), key.to_owned())
                }
                Some(Type::List { of, .. }) => (Some(&**of), format!("{label}[{key}]")),
                Some(Type::Map { of, .. }) => (Some(&**of), key.to_owned()),
                Some(_) => (None, key.to_owned()),
            };
        }
        (whose, label)
    }
}

/// Says what is wrong with a value that is no part of anything.
pub(super) fn report_value(ty: &Type, faults: &[Fault], node: &Node, report: &mut Report) {
    for fault in faults {
        let whole = Whose { name: "the value", noun: "key", fields: &[] };
        let (whose, label) = whole.inside(Some(ty), &fault.pointer);
        report.add(whose.said(fault, &label, node));
    }
}

/// The field of a key; the parts of a flat object stand beside it.
fn field<'f>(fields: &'f [Field], key: &str) -> Option<&'f Field> {
    fields.iter().find_map(|it| match &it.ty {
        Type::Object { fields, .. } if it.flat => field(fields, key),
        _ => (it.key == key).then_some(it),
    })
}

fn may_be_left_out(field: &Field) -> bool {
    field.optional || field.default.is_some()
}

/// Whether `null` stands at the place of a fault.
fn is_null(node: &Node, fault: &Fault) -> bool {
    matches!(&at(node, &fault.pointer).value, Yaml::Scalar(text) if text.plain && text.value == "null")
}

/// The word for what is true or false, where another word was written: `yes`.
fn truth(node: &Node, fault: &Fault) -> Option<&'static str> {
    let Yaml::Scalar(text) = &at(node, &fault.pointer).value else { return None };
    if fault.expected != "true or false" {
        return None;
    }
    elsewhere::flag(&text.value)
}
