//! The arguments of a call: everything that is wrong with them is found in one go.

use opwright_values::convert::FromValue;
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
        let (body, dry_run) = without_dry_run(body, &mut faults);
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

fn without_dry_run(body: &Json, faults: &mut Faults) -> (Json, bool) {
    let Json::Object(entries) = body else { return (body.clone(), false) };
    let mut dry_run = false;
    let mut rest = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        match (key.as_ref(), value) {
            ("dry_run", Json::Bool(flag)) => dry_run = *flag,
            ("dry_run", other) => faults.inside("dry_run", |faults| {
                faults.add(Fault {
                    code: "wrong_type",
                    expected: "true or false".to_owned(),
                    got: other.kind().to_owned(),
                    ..Fault::default()
                });
            }),
            _ => rest.push((key.clone(), value.clone())),
        }
    }
    (Json::Object(rest), dry_run)
}
