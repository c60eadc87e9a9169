//! Customers: when they call, about what, and how patient they are.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Due;
use super::pace::SECOND;
use crate::world::World;
use crate::world::people::Role;
use crate::world::queues::{SERVICES, ServiceId};

/// Everybody who may call, as one pair of dice.
#[derive(Clone, Debug)]
pub(in crate::world) struct Customers(ChaCha8Rng);

impl Customers {
    pub(in crate::world) fn new(seed: u64) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        dice.set_stream(u64::MAX - 1);
        Self(dice)
    }

    /// What somebody calls about.
    fn service(&mut self) -> ServiceId {
        let roll: f64 = self.0.random();
        let mut so_far = 0.0;
        let found = SERVICES.iter().position(|service| {
            so_far += service.share;
            roll < so_far
        });
        // The shares add up to 1, but for rounding.
        ServiceId(found.unwrap_or(0))
    }

    fn number(&mut self) -> String {
        format!("555-{:04}", self.0.random_range(0..10_000))
    }
}

impl World {
    /// From now on customers call. The first does so within a second, about what the first agent
    /// can help with: whoever watches that agent has not long to wait.
    pub(super) fn customers_begin(&mut self) {
        if self.people.agents().next().is_some() {
            self.agenda.insert((self.now + SECOND, Due::FirstCall));
        }
        self.await_customer();
    }

    pub(super) fn first_customer_calls(&mut self) {
        let first = self.people.iter().find(|person| person.role == Role::Agent);
        let skill = first.and_then(|agent| agent.skills.first());
        if let Some(service) = skill.map(|skill| skill.service) {
            self.one_more_call(service);
        }
    }

    /// A customer may call now; another may later.
    pub(super) fn next_customer(&mut self) {
        let time = self.time_of_day();
        if self.pace.calls_now(time, &mut self.customers.0) {
            let service = self.customers.service();
            self.one_more_call(service);
        }
        self.await_customer();
    }

    fn one_more_call(&mut self, service: ServiceId) {
        let number = self.customers.number();
        let patience = self.pace.patience(&mut self.customers.0);
        self.customer_calls(service, number, patience);
    }

    fn await_customer(&mut self) {
        if let Some(gap) = self.pace.until_next(&mut self.customers.0) {
            self.agenda.insert((self.now + gap, Due::Customer));
        }
    }
}
