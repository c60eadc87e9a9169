//! The lock: one tab has it, others wait in line, and it can be stolen.

use std::collections::VecDeque;

/// A tab, as often as it has joined: it is another party each time.
pub(crate) type Party = (usize, u64);

/// Who has the lock, and who waits for it.
#[derive(Debug, Default)]
pub(crate) struct Lock {
    holder: Option<Party>,
    waiting: VecDeque<Party>,
}

impl Lock {
    /// Waits for the lock. Says who is given it now.
    pub(crate) fn queue(&mut self, party: Party) -> Option<Party> {
        self.waiting.push_back(party);
        self.next()
    }

    /// Steals the lock; says from whom.
    pub(crate) fn steal(&mut self, party: Party) -> Option<Party> {
        self.waiting.retain(|waiting| *waiting != party);
        self.holder.replace(party)
    }

    /// Lets go of it, and waits no more. Says who is given it now.
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
