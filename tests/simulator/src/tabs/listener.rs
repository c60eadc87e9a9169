//! The events that a tab must get: every message that was published while it was connected, once and, if
//! the server acknowledges messages, in order; or a connection with a gap. Messages from shortly before
//! that may be repeated after it: two sessions overlap when the lock is stolen from a running tab.

use std::collections::BTreeSet;

use bayeux::{Duration, Event, Instant};

use crate::violation::Violation;

/// How long two sessions may overlap: as long as anything is on its way, and back.
const OVERLAP: Duration = Duration::from_secs(20);

/// The events of a tab so far.
#[derive(Debug, Default)]
pub(crate) struct Listener {
    /// Whether messages must be in order. Without acknowledgement they come over two connections.
    is_in_order: bool,
    /// The numbers of the delivered messages.
    given: BTreeSet<u64>,
    /// Messages up to this one may be missing: they were published before it was connected, or in a gap.
    excused: u64,
    is_connected: bool,
    /// A repeated message, or one that came after a later one, without a gap so far.
    out_of_order: Option<String>,
}

impl Listener {
    pub(crate) fn new(is_in_order: bool) -> Self {
        Self {
            is_in_order,
            ..Self::default()
        }
    }

    /// Takes what a tab says to its application, when that was published, each message then.
    pub(crate) fn take(
        &mut self,
        event: &Event,
        published: &[Instant],
        now: Instant,
    ) -> Result<(), Violation> {
        match event {
            Event::Connected { missed } => {
                if missed.is_some_and(|gap| gap.from > gap.to) {
                    let text = format!("a gap that ends before it begins: {missed:?}");
                    return Err(Violation(text));
                }
                if self.is_connected && missed.is_none() {
                    return Err(Violation("a later connection without a gap".to_owned()));
                }
                self.excused = published.len() as u64;
                let before = published.iter().filter(|at| **at + OVERLAP <= now);
                self.given.split_off(&(before.count() as u64 + 1));
                self.out_of_order = None;
                self.is_connected = true;
            }
            Event::Message(message) => {
                let number = message.data.get().parse().unwrap_or_default();
                self.message(number);
            }
            _ => {}
        }
        Ok(())
    }

    fn message(&mut self, number: u64) {
        let last = self.given.last().copied().unwrap_or_default();
        let is_new = self.given.insert(number);
        if !is_new || (self.is_in_order && number <= last) {
            // A gap may still follow with the next connection.
            let what = format!("message {number} was given after message {last}, without a gap");
            self.out_of_order.get_or_insert(what);
        }
    }

    /// In calm: nothing is missing without a gap.
    pub(crate) fn is_at_rest(&self, published: u64) -> Result<(), Violation> {
        if let Some(what) = &self.out_of_order {
            return Err(Violation(what.clone()));
        }
        let mut expected = self.excused + 1..=published;
        match expected.find(|number| !self.given.contains(number)) {
            Some(number) => Err(Violation(format!(
                "message {number} is missing, without a gap"
            ))),
            None => Ok(()),
        }
    }
}
