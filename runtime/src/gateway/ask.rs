//! Things that the runtime itself asks a lane to do: reading runs and tokens, loading rows.

use crate::store::batch::{End, Job};
use crate::store::link::Fault;
use crate::store::unit::{Access, Work};
use crate::store::wanted::Wanted;
use tokio::sync::oneshot;

/// A function that runs in a lane. It settles what it does.
pub(crate) struct Ask<T, F> {
    ask: F,
    access: Access,
    result: Option<T>,
    reply: Option<oneshot::Sender<Result<T, Fault>>>,
}

impl<T, F: FnMut(&mut Work) -> Result<T, Fault>> Ask<T, F> {
    pub(crate) fn new(access: Access, ask: F) -> (Self, oneshot::Receiver<Result<T, Fault>>) {
        let (reply, answer) = oneshot::channel();
        (Self { ask, access, result: None, reply: Some(reply) }, answer)
    }
}

impl<T: Send, F: FnMut(&mut Work) -> Result<T, Fault> + Send> Job for Ask<T, F> {
    fn access(&self) -> &Access {
        &self.access
    }

    fn prefetch(&self, _: &mut Wanted) {}

    fn run(&mut self, work: &mut Work, _: u32) -> Result<(), Fault> {
        self.result = Some((self.ask)(work)?);
        Ok(())
    }

    fn begins(&self) -> bool {
        true
    }

    fn answer(mut self: Box<Self>, end: End) {
        let result = match (end, self.result.take()) {
            (End::Committed, Some(result)) => Ok(result),
            (End::Failed(fault) | End::Unknown(fault), _) => {
                tracing::error!(%fault, "what the runtime itself wanted from the database failed");
                Err(fault)
            }
            _ => Err(Fault::Lost("the lane has ended".to_owned())),
        };
        if let Some(reply) = self.reply.take() {
            drop(reply.send(result));
        }
    }
}
