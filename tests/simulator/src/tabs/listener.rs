//! What a tab must be told: every message that was published while it was connected, once and, if the
//! server acknowledges messages, in order; or that there is a gap. What was given a moment before that
//! may come again after it: two sessions overlap when the lead is taken from one who still runs.

use std::collections::BTreeSet;

use bayeux::{Event, Gap};

use crate::watch::Violation;

/// What a tab was told so far.
#[derive(Debug, Default)]
pub(crate) struct Listener {
    /// Whether messages must come in order. Without acknowledgement they come by two connections.
    is_in_order: bool,
    /// The numbers of the messages that came.
    given: BTreeSet<u64>,
    /// Messages up to this may be missing: they were published before it was connected, or in a gap.
    excused: u64,
    is_connected: bool,
    /// A message that came again, or after a later one, without a gap so far.
    out_of_order: Option<String>,
}

impl Listener {
    pub(crate) fn new(is_in_order: bool) -> Self {
        Self {
            is_in_order,
            ..Self::default()
        }
    }

    /// Takes what a tab says to its application, when that many messages have been published, and
    /// that many a while ago.
    pub(crate) fn said(
        &mut self,
        event: &Event,
        published: u64,
        a_while_ago: u64,
    ) -> Result<(), Violation> {
        match event {
            Event::Connected { missed } => self.connected(*missed, published, a_while_ago),
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
        published: u64,
        a_while_ago: u64,
    ) -> Result<(), Violation> {
        if missed.is_some_and(|gap| gap.from > gap.to) {
            return Err(Violation(format!(
                "a gap that ends before it begins: {missed:?}"
            )));
        }
        if !self.is_connected || missed.is_some() {
            self.excused = published;
            self.given.split_off(&(a_while_ago + 1));
            self.out_of_order = None;
        }
        self.is_connected = true;
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
