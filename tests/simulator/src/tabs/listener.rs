//! What a tab must be told: every message that was published while it was connected, once and, if the
//! server acknowledges messages, in order; or that there is a gap. What was given a moment before that
//! may come again after it: two sessions overlap when the lead is taken from one who still runs.

use core::time::Duration;
use std::collections::BTreeSet;

use bayeux::{Event, Gap, Instant};

use crate::watch::Violation;

/// For how long two sessions may overlap: as long as anything is under way, and back.
const OVERLAP: Duration = Duration::from_secs(20);
/// How exact the beginning of a gap is: to as long as anything is under way.
const EXACTLY: Duration = Duration::from_secs(10);

/// What a tab was told so far.
#[derive(Debug, Default)]
pub(crate) struct Listener {
    /// Whether messages must come in order. Without acknowledgement they come by two connections.
    is_in_order: bool,
    /// The numbers of the messages that came.
    given: BTreeSet<u64>,
    /// By how much the tab's clock is ahead.
    ahead: Duration,
    /// Messages up to this may be missing: they were published before it was connected, or in a gap.
    excused: u64,
    is_connected: bool,
    /// A message that came again, or after a later one, without a gap so far.
    out_of_order: Option<String>,
}

impl Listener {
    pub(crate) fn new(is_in_order: bool, ahead: Duration) -> Self {
        Self {
            is_in_order,
            ahead,
            ..Self::default()
        }
    }

    /// Takes what a tab says to its application, when that was published, each message then.
    pub(crate) fn said(
        &mut self,
        event: &Event,
        published: &[Instant],
        now: Instant,
    ) -> Result<(), Violation> {
        match event {
            Event::Connected { missed } => self.connected(*missed, published, now),
            Event::Message(message) => {
                let number = message.data.get().parse().unwrap_or_default();
                self.message(number);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn connected(
        &mut self,
        missed: Option<Gap>,
        published: &[Instant],
        now: Instant,
    ) -> Result<(), Violation> {
        if let Some(gap) = missed {
            if gap.from > gap.to {
                return Err(Violation(format!(
                    "a gap that ends before it begins: {missed:?}"
                )));
            }
            self.is_within(gap, published)?;
        }
        if !self.is_connected || missed.is_some() {
            self.excused = published.len() as u64;
            let before = published.iter().filter(|at| **at + OVERLAP <= now);
            self.given.split_off(&(before.count() as u64 + 1));
            self.out_of_order = None;
        }
        self.is_connected = true;
        Ok(())
    }

    /// Nothing that is missing was published before the gap began.
    fn is_within(&self, gap: Gap, published: &[Instant]) -> Result<(), Violation> {
        let began = gap.from.before(self.ahead);
        for (number, at) in (1..).zip(published) {
            let is_missing = number > self.excused && !self.given.contains(&number);
            if self.is_connected && is_missing && *at + EXACTLY < began {
                return Err(Violation(format!(
                    "message {number} of {at:?} is missing, and the gap begins at {began:?}"
                )));
            }
        }
        Ok(())
    }

    fn message(&mut self, number: u64) {
        let last = self.given.last().copied().unwrap_or_default();
        let is_new = self.given.insert(number);
        if !is_new || (self.is_in_order && number <= last) {
            // Of a gap it may be told yet, with the connection that follows.
            let what = format!("message {number} was given after message {last} without a word");
            self.out_of_order.get_or_insert(what);
        }
    }

    /// In calm: nothing is missing without a word.
    pub(crate) fn is_at_rest(&self, published: u64) -> Result<(), Violation> {
        if let Some(what) = &self.out_of_order {
            return Err(Violation(what.clone()));
        }
        let mut expected = self.excused + 1..=published;
        match expected.find(|number| !self.given.contains(number)) {
            Some(number) => Err(Violation(format!(
                "message {number} is missing without a word"
            ))),
            None => Ok(()),
        }
    }
}
