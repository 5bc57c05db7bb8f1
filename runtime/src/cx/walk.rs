//! Where a call stands, what it has read, and how it is refused: all that needs no store.

use crate::drawn::Drawn;
use crate::env::Env;
use crate::refusal::Refusal;
use crate::stop::{Checked, Stop};
use opwright_tracer::cursor::Cursor;
use opwright_tracer::graph::{Exit, Way};
use opwright_tracer::template::filled;
use opwright_tracer::trace::{Masked, Show, Trace};
use opwright_values::fault::Fault;
use opwright_values::time::Timestamp;
use std::sync::Arc;
use std::time::Instant;

/// What is recorded of a run.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    trace: Trace,
    /// Off the walk, nothing is recorded.
    quiet: bool,
}

impl Seen {
    /// Records a value that is read.
    pub fn read<'v, T: Show + ?Sized>(&mut self, expression: &'static str, value: &'v T) -> &'v T {
        if !self.quiet {
            self.trace.read(expression, value);
        }
        value
    }

    /// Records that a value is read which must not be shown.
    pub fn hidden<'v, T: ?Sized>(&mut self, expression: &'static str, value: &'v T) -> &'v T {
        if !self.quiet {
            self.trace.read(expression, &Masked(expression));
        }
        value
    }

    /// Records what the outcome tells people: the values of its text.
    pub fn tell(&mut self, values: &[(&'static str, &dyn Show)]) {
        for (expression, value) in values {
            self.trace.read(expression, *value);
        }
    }
}

/// A call on its way through its graph.
#[derive(Debug, Clone)]
pub struct Walk {
    seen: Seen,
    cursor: Cursor,
    drawn: Arc<Drawn>,
    /// The world of the call.
    pub(crate) env: Env,
    started: Instant,
    /// Where a step off the walk stands.
    aside: Option<&'static str>,
    refused: Vec<Refusal>,
    /// The loops that it is in, the outermost first: the position of the head, and the next item.
    rounds: Vec<(u16, u32)>,
}

impl Walk {
    /// A walk that has not begun.
    pub(crate) fn new(drawn: Arc<Drawn>, env: Env, started: Instant) -> Self {
        Self {
            seen: Seen::default(),
            cursor: Cursor::default(),
            drawn,
            env,
            started,
            aside: None,
            refused: Vec::new(),
            rounds: Vec::new(),
        }
    }

    /// The graph that it goes along.
    pub(crate) fn drawn(&self) -> &Drawn {
        &self.drawn
    }

    /// What was recorded.
    pub(crate) fn trace(&self) -> &Trace {
        &self.seen.trace
    }

    /// Goes to a node; refused if no edge leads there.
    pub fn at(&mut self, node: &'static str) -> Result<&mut Seen, Stop> {
        if self.seen.quiet {
            self.aside = Some(node);
        } else {
            self.enter(node)?;
        }
        Ok(&mut self.seen)
    }

    fn enter(&mut self, node: &str) -> Result<(), Stop> {
        let position =
            self.cursor.step(&self.drawn.shape, node).map_err(|off| Stop::OffGraph(off.to_string()))?;
        self.seen.trace.visit(position, self.elapsed_us());
        Ok(())
    }

    /// Goes to a gate.
    pub(crate) fn gate(&mut self, node: &str) -> Result<(), Stop> {
        self.enter(node)
    }

    fn elapsed_us(&self) -> u32 {
        u32::try_from(self.started.elapsed().as_micros()).unwrap_or(u32::MAX)
    }

    /// Leaves a choice by the lane that its condition says.
    pub fn branch(&mut self, holds: bool) -> Result<bool, Stop> {
        self.leave(if holds { Way::Then } else { Way::Else }, None);
        Ok(holds)
    }

    fn leave(&mut self, way: Way, item: Option<u32>) {
        if self.seen.quiet {
            return;
        }
        self.cursor.choose(way);
        self.seen.trace.leave(way, item);
    }

    /// What a loop goes over, taken where the loop begins: elsewhere it would be another list.
    pub fn each<I: IntoIterator>(&mut self, node: &'static str, items: I) -> Result<I::IntoIter, Stop> {
        self.each_tried(node, || Ok(items))
    }

    /// The same with a list that may have no value: it is refused at the head.
    pub fn each_tried<I: IntoIterator>(
        &mut self,
        node: &'static str,
        items: impl FnOnce() -> Result<I, Stop>,
    ) -> Result<I::IntoIter, Stop> {
        self.cursor.leads(&self.drawn.shape, node).map_err(|off| Stop::OffGraph(off.to_string()))?;
        match items() {
            Ok(items) => Ok(items.into_iter()),
            Err(stop) => {
                self.enter(node)?;
                Err(stop)
            }
        }
    }

    /// Visits the head of a loop, and leaves it with an item or behind it.
    pub fn item<I: Iterator>(&mut self, node: &'static str, items: &mut I) -> Result<Option<I::Item>, Stop> {
        self.enter(node)?;
        let round = self.round();
        let item = items.next();
        if item.is_some() {
            self.leave(Way::Item, Some(round));
        } else {
            self.leave(Way::Next, None);
            self.rounds.pop();
        }
        Ok(item)
    }

    /// The number of the item of the loop at whose head it stands. A loop is entered anew when it is not the innermost.
    fn round(&mut self) -> u32 {
        let here = self.cursor.here().unwrap_or(u16::MAX);
        match self.rounds.last_mut() {
            Some((head, next)) if *head == here => {
                *next = next.saturating_add(1);
                *next
            }
            _ => {
                self.rounds.push((here, 0));
                0
            }
        }
    }

    /// The rounds in which it is, counted from 1 as the page does.
    fn told_rounds(&self) -> String {
        let round = |(head, next): &(u16, u32)| {
            let each = self.drawn.each(*head).unwrap_or("item");
            format!("{each} {}", next.saturating_add(1))
        };
        self.rounds.iter().map(round).collect::<Vec<_>>().join(", ")
    }

    /// The time of the call.
    pub fn now(&self) -> Timestamp {
        self.env.now
    }

    /// Goes on if a condition holds, and refuses the call by an exit of the node where it stands if not.
    pub fn rule(&mut self, holds: bool, code: &str, operands: &[(&'static str, &dyn Show)]) -> Checked {
        if holds { Ok(()) } else { self.refuse(code, operands) }
    }

    /// Refuses the call, by an exit of the node where it stands.
    pub fn refuse<T>(&mut self, code: &str, operands: &[(&'static str, &dyn Show)]) -> Result<T, Stop> {
        let shown: Vec<(&str, String)> = operands
            .iter()
            .map(|(text, value)| {
                let mut out = String::new();
                value.show(&mut out);
                (*text, out)
            })
            .collect();
        Err(self.refusal(code, &shown, Vec::new()))
    }

    /// Refuses with texts that are made already, and with faults of single arguments.
    pub(crate) fn refusal(&mut self, code: &str, operands: &[(&str, String)], errors: Vec<Fault>) -> Stop {
        if let Some(node) = self.aside {
            return match self.drawn.exit_of(node, code) {
                Some(exit) => {
                    Stop::Refused(Box::new(refusal(exit, format!("{node}!{code}"), operands, errors)))
                }
                None => Stop::OffGraph(format!("off the graph: `{node}` has no exit `{code}`")),
            };
        }
        match self.cursor.exit(&self.drawn.shape, code) {
            Err(off) => Stop::OffGraph(off.to_string()),
            Ok(position) => {
                self.seen.trace.leave(Way::Exit, None);
                self.seen.trace.visit(position, self.elapsed_us());
                let id = self.drawn.shape.id(position).to_owned();
                match self.drawn.exit_at(position) {
                    Some(exit) => {
                        let refusal = refusal(exit, id, operands, errors);
                        Stop::Refused(Box::new(Refusal { round: self.told_rounds(), ..refusal }))
                    }
                    None => Stop::OffGraph(format!("off the graph: `{id}` is no exit")),
                }
            }
        }
    }

    /// In `input`: keeps a refusal and goes on off the walk, so that all faults are found.
    pub fn collect(&mut self, checked: Checked) -> Result<bool, Stop> {
        match checked {
            Ok(()) => Ok(true),
            Err(Stop::Refused(refusal)) => {
                self.refused.push(*refusal);
                self.seen.quiet = true;
                Ok(false)
            }
            Err(Stop::CannotCompute(why)) => {
                match self.refusal("cannot_compute", &[("reason", why.to_string())], Vec::new()) {
                    Stop::Refused(refusal) => self.collect(Err(Stop::Refused(refusal))),
                    // No exit is drawn, because what failed before excludes it.
                    Stop::OffGraph(_) if !self.holds_so_far() => Ok(false),
                    other => Err(other),
                }
            }
            Err(other) => Err(other),
        }
    }

    /// How `input` ends: a value that cannot be computed is a refusal too, and what rests on a rule that has failed
    /// is not asked any more.
    pub(crate) fn input_ended(&mut self, checked: Checked) -> Checked {
        match checked {
            Err(stop @ Stop::CannotCompute(_)) => {
                self.collect(Err(stop))?;
                self.collected()
            }
            Err(Stop::Fault(_)) if !self.holds_so_far() => self.collected(),
            ended => ended,
        }
    }

    /// In `input`: whether no rule has failed so far.
    pub fn holds_so_far(&self) -> bool {
        self.refused.is_empty()
    }

    /// The end of `input`: the first refusal, with the others in `errors`.
    pub fn collected(&mut self) -> Checked {
        (self.seen.quiet, self.aside) = (false, None);
        let mut refused = std::mem::take(&mut self.refused).into_iter();
        let Some(mut first) = refused.next() else { return Ok(()) };
        first.also.extend(refused);
        Err(Stop::Refused(Box::new(first)))
    }

    /// Computes a value of the input phase once more, without a visit.
    pub fn quiet<T>(&mut self, compute: impl FnOnce(&mut Walk) -> Result<T, Stop>) -> Result<T, Stop> {
        self.seen.quiet = true;
        let result = compute(self);
        (self.seen.quiet, self.aside) = (false, None);
        result
    }

    /// What a run shows of where it stands: the seen values of the node.
    pub(crate) fn seen(&mut self) -> &mut Seen {
        &mut self.seen
    }

    /// Whether it stands at the end of its graph.
    pub(crate) fn is_done(&self) -> bool {
        self.cursor.here().is_some_and(|here| self.drawn.is_outcome(here))
    }

    /// The id of the node where it stands.
    pub(crate) fn here(&self) -> &str {
        self.cursor.here().map_or("", |here| self.drawn.shape.id(here))
    }
}

fn refusal(exit: &Exit, node: String, operands: &[(&str, String)], errors: Vec<Fault>) -> Refusal {
    let operands: Vec<(&str, &str)> = operands.iter().map(|(text, value)| (*text, value.as_str())).collect();
    Refusal {
        code: exit.code.clone(),
        status: exit.status,
        message: filled(&exit.message, &operands),
        fix: filled(&exit.fix, &operands),
        retryable: false,
        retry_after: None,
        errors,
        also: Vec::new(),
        round: String::new(),
        node,
        next: exit.next.clone(),
    }
}
