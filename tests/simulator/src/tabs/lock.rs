//! The lock: one tab has it, others wait in line, and it can be stolen.

use std::collections::VecDeque;

/// A tab and how often it has joined: it is a different party each time.
pub(crate) type Party = (usize, u64);

/// The holder of the lock, and the parties that wait for it.
#[derive(Debug, Default)]
pub(crate) struct Lock {
    holder: Option<Party>,
    waiting: VecDeque<Party>,
}

impl Lock {
    /// Waits for the lock. Returns the party that is granted it now.
    pub(crate) fn queue(&mut self, party: Party) -> Option<Party> {
        self.waiting.push_back(party);
        self.next()
    }

    /// Steals the lock; returns the previous holder.
    pub(crate) fn steal(&mut self, party: Party) -> Option<Party> {
        self.waiting.retain(|waiting| *waiting != party);
        self.holder.replace(party)
    }

    /// Releases it, or stops waiting. Returns the party that is granted it now.
    pub(crate) fn leave(&mut self, party: Party) -> Option<Party> {
        self.waiting.retain(|waiting| *waiting != party);
        self.holder.take_if(|holder| *holder == party);
        self.next()
    }

    fn next(&mut self) -> Option<Party> {
        if self.holder.is_some() {
            return None;
        }
        self.holder = self.waiting.pop_front();
        self.holder
    }
}
