//! A reference that leads to nothing: where it stands among the arguments, and what was probably meant.
//!
//! ```json
//! { "pointer": "/order_id", "code": "not_found", "expected": "the id of an order", "got": "#W235099",
//!   "allowed": ["#W2350991"], "did_you_mean": "#W2350991" }
//! ```

use crate::cx::Cx;
use crate::cx::deletes::Finds;
use crate::cx::typed::Resource;
use crate::stop::Stop;
use crate::store::link as store;
use opwright_values::fault::Fault;
use opwright_values::suggest::nearest;
use opwright_values::words::a;

/// How many candidates a refusal names.
const NAMED: usize = 3;

/// How many are looked at where they have to fulfil a condition.
const LOOKED_AT: usize = 12;

/// For how many elements of a list candidates are looked up: each is a statement.
const SUGGESTED: usize = 5;

/// What a row that is referred to has to fulfil.
pub(super) type Holds<'h, R> = &'h dyn Fn(&R) -> Result<bool, Stop>;

/// A reference that leads to nothing, and where among the arguments it stands.
pub(super) type Missing<'a> = (String, &'a str);

impl Cx<'_> {
    /// Where among the arguments the reference, or the cursor, that is looked for here was sent.
    pub(super) fn sent_at(&self) -> String {
        self.drawn().pointer_of(self.here()).unwrap_or_default()
    }

    /// The refusal for references that lead to nothing. All of a list are told at once.
    pub(super) fn not_found<R: Resource>(
        &mut self,
        missing: &[Missing<'_>],
        holds: Option<Holds<'_, R>>,
        finds: Finds,
    ) -> Result<Stop, Stop> {
        let resource = self.work.layout().table(R::INDEX)?.name().to_owned();
        let expected = match finds {
            Finds::Deleted => format!("the id of a deleted {resource}"),
            _ => format!("the id of {}", a(&resource)),
        };
        let mask = self.drawn().mask_of(&self.sent_at());
        let shown = |id: &str| mask.clone().unwrap_or_else(|| id.to_owned());
        let mut faults = Vec::with_capacity(missing.len());
        for (number, (pointer, id)) in missing.iter().enumerate() {
            // Who is near somebody who must not be named would say nearly the same.
            let suggested = number < SUGGESTED && mask.is_none() && finds != Finds::Deleted;
            let near = if suggested { self.candidates(id, holds)? } else { Vec::new() };
            faults.push(Fault {
                pointer: pointer.clone(),
                code: "not_found",
                expected: expected.clone(),
                got: shown(id),
                did_you_mean: near.first().cloned(),
                allowed: near,
            });
        }
        let first = missing.first().map_or_else(String::new, |(_, id)| shown(id));
        Ok(self.refusal("not_found", &[("value", first)], faults))
    }

    /// Ids that are like one. A row that does not fulfil the condition is as if it were not there: it is not named.
    fn candidates<R: Resource>(
        &mut self,
        id: &str,
        holds: Option<Holds<'_, R>>,
    ) -> Result<Vec<String>, Stop> {
        let known = self.work.near(R::INDEX, id)?;
        let most = if holds.is_some() { LOOKED_AT } else { NAMED };
        let near = nearest(id, known.iter().map(String::as_str), most);
        let Some(holds) = holds else { return Ok(near.into_iter().map(str::to_owned).collect()) };
        self.work.load_many(R::INDEX, &near)?;
        let mut fitting = Vec::new();
        for id in near {
            let row = match self.row::<R>(id) {
                // One that only a newer version can read is none that this call could go on with.
                Err(Stop::Fault(store::Fault::Outdated(_))) => None,
                row => row?,
            };
            // A condition that has no value for a row does not hold for it.
            if fitting.len() < NAMED && row.is_some_and(|row| holds(&row).unwrap_or(false)) {
                fitting.push(id.to_owned());
            }
        }
        Ok(fitting)
    }
}
