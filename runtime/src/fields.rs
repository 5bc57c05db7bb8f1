//! The arguments of a call: everything that is wrong with them is found in one go.

use opwright_values::convert::FromValue;
use opwright_values::envelope;
use opwright_values::fault::{Fault, Faults};
use opwright_values::json::Json;
use opwright_values::read::Reader;
use opwright_values::schema::Field;
use opwright_values::time::Timestamp;
use opwright_values::value::Value;

/// The arguments that were sent, checked.
#[derive(Debug)]
pub struct Fields {
    values: Vec<(String, Value)>,
    /// Whether nothing is to be kept.
    pub dry_run: bool,
}

impl Fields {
    /// Reads the body of a call: one object of arguments, `dry_run` among them.
    pub fn read(inputs: &[Field], body: &Json, now: Timestamp) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let (body, dry_run) = arguments_of(body, &mut faults);
        let values = Reader { now: Some(now), ..Reader::default() }.fields(inputs, &body, &mut faults);
        match values {
            Some(values) if faults.found.is_empty() => {
                let values = inputs.iter().map(|field| field.key.clone()).zip(values).collect();
                Ok(Self { values, dry_run })
            }
            _ => Err(faults.found),
        }
    }

    /// Takes an argument by its key.
    pub fn take<T: FromValue>(&mut self, key: &str) -> Option<T> {
        let (_, value) = self.values.iter_mut().find(|(name, _)| name == key)?;
        T::from_value(std::mem::replace(value, Value::Null))
    }
}

/// The arguments without what stands beside them, which is read here.
fn arguments_of(body: &Json, faults: &mut Faults) -> (Json, bool) {
    let Json::Object(entries) = body else { return (body.clone(), false) };
    let mut dry_run = false;
    let mut rest = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        match (key.as_ref(), value) {
            (envelope::DRY_RUN, Json::Bool(flag)) => dry_run = *flag,
            (envelope::DRY_RUN, other) => {
                beside(key, "wrong_type", "true or false".to_owned(), other, faults)
            }
            (known, other) if envelope::TO_COME.contains(&known) => {
                let expected = format!("no `{known}`, which is to come: no call takes it yet");
                beside(key, "unknown", expected, other, faults);
            }
            _ => rest.push((key.clone(), value.clone())),
        }
    }
    (Json::Object(rest), dry_run)
}

fn beside(key: &str, code: &'static str, expected: String, found: &Json, faults: &mut Faults) {
    let got = found.kind().to_owned();
    faults.inside(key, |faults| faults.add(Fault { code, expected, got, ..Fault::default() }));
}

/// What is said of a call in which it is not the arguments that are wrong, but what stands around or beside them.
pub(crate) fn of_envelope(faults: &[Fault]) -> Option<(String, String)> {
    let mut names = Vec::new();
    for fault in faults {
        let name = fault.pointer.strip_prefix('/').unwrap_or("");
        if !name.is_empty() && !envelope::is_reserved(name) {
            return None;
        }
        names.push(name);
    }
    let names: Vec<String> =
        names.into_iter().filter(|name| !name.is_empty()).map(|name| format!("`{name}`")).collect();
    let to_come = faults.iter().all(|fault| fault.code == "unknown");
    Some(match names.as_slice() {
        [] => ("the body of this call is no JSON object".to_owned(), "send the arguments as one".to_owned()),
        [name] if to_come => (
            format!("{name} is to come: no call takes it yet"),
            "call again without it: what it would guard is not guarded yet".to_owned(),
        ),
        several if to_come => (
            format!("{} are to come: no call takes them yet", several.join(" and ")),
            "call again without them: what they would guard is not guarded yet".to_owned(),
        ),
        several => (
            format!("{} beside the arguments cannot be taken", several.join(" and ")),
            "mend what `errors` lists and call again".to_owned(),
        ),
    })
}
