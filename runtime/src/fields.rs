//! The arguments of a call: everything that is wrong with them is found in one go.

use opwright_values::convert::FromValue;
use opwright_values::envelope;
use opwright_values::fault::{Fault, Faults};
use opwright_values::json::Json;
use opwright_values::read::Reader;
use opwright_values::schema::Field;
use opwright_values::suggest::closest;
use opwright_values::time::Timestamp;
use opwright_values::value::Value;
use opwright_values::words::{counted, with_kind};

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
            _ => Err(faults.found.into_iter().map(with_envelope).collect()),
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
                beside(key, "wrong_type", "true or false".to_owned(), with_kind(other), faults);
            }
            (known, other) if envelope::TO_COME.contains(&known) => {
                let expected = format!("no `{known}`, which is to come: no call takes it yet");
                beside(key, "unknown", expected, other.kind().to_owned(), faults);
            }
            _ => rest.push((key.clone(), value.clone())),
        }
    }
    (Json::Object(rest), dry_run)
}

/// Of an argument that is not known: what may stand beside the arguments may have been meant too.
fn with_envelope(mut fault: Fault) -> Fault {
    let key = fault.pointer.strip_prefix('/').filter(|key| !key.contains('/'));
    if let Some(key) = key.filter(|key| fault.code == "unknown" && !envelope::is_reserved(key)) {
        let flag = || closest(key, [envelope::DRY_RUN]).map(str::to_owned);
        fault.did_you_mean = fault.did_you_mean.or_else(flag);
        fault.allowed.push(envelope::DRY_RUN.to_owned());
    }
    fault
}

fn beside(key: &str, code: &'static str, expected: String, got: String, faults: &mut Faults) {
    faults.inside(key, |faults| faults.add(Fault { code, expected, got, ..Fault::default() }));
}

/// Why arguments do not fit, in few words: each fault is listed by itself. What stands around or beside them is said here,
/// since it is no fault of the arguments.
pub(crate) fn reason(faults: &[Fault]) -> String {
    of_envelope(faults).unwrap_or_else(|| format!("`errors` lists {}", counted(faults.len(), "fault")))
}

/// What is said of a call in which it is not the arguments that are wrong, but what stands around or beside them.
fn of_envelope(faults: &[Fault]) -> Option<String> {
    if faults.iter().all(|fault| fault.pointer.is_empty()) {
        return Some("the body of this call is no JSON object".to_owned());
    }
    let name = |fault: &Fault| {
        let name = fault.pointer.strip_prefix('/').filter(|name| envelope::is_reserved(name))?;
        Some(format!("`{name}`"))
    };
    let names: Vec<String> = faults.iter().map(name).collect::<Option<_>>()?;
    let to_come = faults.iter().all(|fault| fault.code == "unknown");
    Some(match names.as_slice() {
        [name] if to_come => {
            format!("{name} is to come: no call takes it yet, and what it would guard is not guarded yet")
        }
        several if to_come => {
            let names = several.join(" and ");
            format!(
                "{names} are to come: no call takes them yet, and what they would guard is not guarded yet"
            )
        }
        several => format!("{} beside the arguments cannot be taken", several.join(" and ")),
    })
}
