//! The queue: customers who wait for an agent, and agents who wait for a call.

use crate::world::ids::PersonId;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Its name in the directory.
pub(crate) const QUEUE: &str = "VQ_Service";
/// The number of its routing point, which customers dial.
pub(crate) const SERVICE_NUMBER: &str = "8005550100";
/// Its id in the directory.
pub(crate) const QUEUE_ID: &str = "3d1a5c0e-6f0b-4c6e-9a4e-0b8f2d7c1100";

/// Waiting customers and free agents.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    /// The customers' numbers, first come, first served.
    customers: VecDeque<String>,
    /// Free agents, by the time at which they became free.
    free: BTreeSet<(u64, PersonId)>,
    free_since: BTreeMap<PersonId, u64>,
}

impl Queue {
    /// The number of waiting customers.
    pub(super) fn waiting(&self) -> usize {
        self.customers.len()
    }

    pub(super) fn join(&mut self, customer: String) {
        self.customers.push_back(customer);
    }

    /// A customer gives up. Returns whether there was one with that number.
    pub(super) fn leave(&mut self, customer: &str) -> bool {
        let found = self.customers.iter().position(|known| known == customer);
        found.is_some_and(|index| self.customers.remove(index).is_some())
    }

    /// An agent is free from now on.
    pub(super) fn is_free(&mut self, agent: PersonId, now: u64) {
        let since = *self.free_since.entry(agent).or_insert(now);
        self.free.insert((since, agent));
    }

    /// An agent is no longer free.
    pub(super) fn is_busy(&mut self, agent: PersonId) {
        if let Some(since) = self.free_since.remove(&agent) {
            self.free.remove(&(since, agent));
        }
    }

    /// The next customer and the agent who has been free longest, if there are both.
    pub(super) fn next(&mut self) -> Option<(String, PersonId)> {
        let &(_, agent) = self.free.first()?;
        let customer = self.customers.pop_front()?;
        self.is_busy(agent);
        Some((customer, agent))
    }
}
