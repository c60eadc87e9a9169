//! Where customers' calls come in, wait, and are given to agents: routing points, the virtual
//! queues behind them, and the routing.
//!
//! A customer dials a service's number, which is a routing point. If an agent with the skill is
//! free, the one who has waited longest gets the call at once. If not, the call waits in the
//! service's virtual queue: for an agent with the skill, after [`WIDENS_AFTER`] for any agent, and
//! until the customer's patience ends. An agent who becomes free gets the call that came first
//! among those that may be theirs.
//!
//! All this costs the logarithm of the number of agents, whatever that is.

use std::collections::{BTreeMap, BTreeSet};

use super::calls::CallKey;
use super::life::Due;
use super::people::{PersonId, Presence, Role};
use super::{Refusal, World};

/// Names a service by place in [`SERVICES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ServiceId(pub(crate) usize);

/// Something customers call about.
#[derive(Debug)]
pub(crate) struct Service {
    /// What it is called; also the name of the skill it takes.
    pub(crate) name: &'static str,
    /// The routing point: what customers dial.
    pub(crate) number: &'static str,
    /// The virtual queue behind it.
    pub(crate) queue: &'static str,
    /// The queue's id.
    pub(crate) id: &'static str,
    /// How many of all customers call about this.
    pub(crate) share: f64,
}

/// The services. Their shares add up to 1.
pub(crate) const SERVICES: [Service; 4] = [
    Service {
        name: "Service",
        number: "8005550100",
        queue: "VQ_Service",
        id: "3d1a5c0e-6f0b-4c6e-9a4e-0b8f2d7c1100",
        share: 0.40,
    },
    Service {
        name: "Billing",
        number: "8005550101",
        queue: "VQ_Billing",
        id: "3d1a5c0e-6f0b-4c6e-9a4e-0b8f2d7c1101",
        share: 0.25,
    },
    Service {
        name: "Sales",
        number: "8005550102",
        queue: "VQ_Sales",
        id: "3d1a5c0e-6f0b-4c6e-9a4e-0b8f2d7c1102",
        share: 0.20,
    },
    Service {
        name: "Technical",
        number: "8005550103",
        queue: "VQ_Technical",
        id: "3d1a5c0e-6f0b-4c6e-9a4e-0b8f2d7c1103",
        share: 0.15,
    },
];

/// How long a call waits for the right skill before it may go to anyone, in milliseconds.
pub(crate) const WIDENS_AFTER: u64 = 20_000;
/// Calls answered within this time count as answered in time, in milliseconds: "80/20".
pub(crate) const SERVICE_LEVEL: u64 = 20_000;

/// How many customers may wait before nobody can be made to call any more.
const WAITING: usize = 10_000;

/// Names a customer who waits, by the order in which customers called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CustomerId(u64);

/// The queues, and who is free to serve them.
#[derive(Clone, Debug, Default)]
pub(super) struct Queues {
    lines: [Line; SERVICES.len()],
    customers: BTreeMap<CustomerId, Customer>,
    so_far: u64,
    /// Customers who may be served by anyone.
    wide: BTreeSet<CustomerId>,
    /// All agents who are free, by when they became so.
    free: BTreeSet<(u64, PersonId)>,
    /// Calls that ring at the agent they were given to.
    offered: BTreeMap<CallKey, Customer>,
}

/// What there is of one service.
#[derive(Clone, Debug, Default)]
struct Line {
    waiting: BTreeSet<CustomerId>,
    /// Agents with the skill who are free, by when they became so.
    free: BTreeSet<(u64, PersonId)>,
    counts: Counts,
}

/// A customer who has called and talks to nobody yet.
#[derive(Clone, Debug)]
struct Customer {
    number: String,
    service: ServiceId,
    since: u64,
    gives_up: u64,
}

/// What has become of a service's calls so far. Every call that came in is answered, abandoned,
/// waiting or ringing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that came in.
    pub arrived: u64,
    /// Calls an agent has answered.
    pub answered: u64,
    /// Of those, calls answered within 20 seconds.
    pub answered_in_time: u64,
    /// Calls that ended before anybody answered.
    pub abandoned: u64,
    /// How long the answered ones waited, altogether, in milliseconds.
    pub waited: u64,
}

/// A queue, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueSummary {
    /// The service.
    pub name: &'static str,
    /// The routing point's number: what customers dial.
    pub number: &'static str,
    /// The virtual queue.
    pub queue: &'static str,
    /// How many calls wait.
    pub waiting: usize,
    /// How long the first of them has waited, in milliseconds.
    pub longest_wait: u64,
    /// How many calls ring at an agent.
    pub ringing: usize,
    /// How many agents with the skill wait for a call.
    pub free_agents: usize,
    /// What has become of the calls so far.
    pub counts: Counts,
}

impl World {
    /// The queues, one a service.
    pub fn queues(&self) -> Vec<QueueSummary> {
        let lines = SERVICES.iter().zip(&self.queues.lines).enumerate();
        lines
            .map(|(index, (service, line))| QueueSummary {
                name: service.name,
                number: service.number,
                queue: service.queue,
                waiting: line.waiting.len(),
                longest_wait: line.waiting.first().map_or(0, |first| {
                    let since = self.queues.customers.get(first).map(|found| found.since);
                    self.now - since.unwrap_or(self.now)
                }),
                ringing: {
                    let offered = self.queues.offered.values();
                    offered.filter(|found| found.service.0 == index).count()
                },
                free_agents: line.free.len(),
                counts: line.counts,
            })
            .collect()
    }

    /// A customer dials a service, and will wait for `patience` milliseconds.
    ///
    /// # Errors
    /// No service has that number, or too many customers wait already.
    pub fn dial_service(&mut self, number: &str, from: &str, patience: u64) -> Result<(), Refusal> {
        let found = SERVICES.iter().position(|service| service.number == number);
        let service = found.ok_or_else(|| Refusal::NoSuchNumber(number.to_owned()))?;
        if self.queues.customers.len() >= WAITING {
            return Err(Refusal::TooMany {
                what: "customers who wait",
                limit: WAITING,
            });
        }
        self.customer_calls(ServiceId(service), from.to_owned(), patience);
        Ok(())
    }

    /// A customer calls, and gets an agent or waits.
    pub(super) fn customer_calls(&mut self, service: ServiceId, number: String, patience: u64) {
        let gives_up = self.now.saturating_add(patience);
        let customer = Customer {
            number,
            service,
            since: self.now,
            gives_up,
        };
        self.queues.lines[service.0].counts.arrived += 1;
        if let Some(agent) = self.longest_free(Some(service)) {
            self.offer(customer, agent);
            return;
        }
        let id = CustomerId(self.queues.so_far);
        self.queues.so_far += 1;
        self.queues.lines[service.0].waiting.insert(id);
        self.queues.customers.insert(id, customer);
        self.agenda.insert((gives_up, Due::Abandon(id)));
        self.agenda
            .insert((self.now + WIDENS_AFTER, Due::Widen(id)));
    }

    /// A customer has waited too long.
    pub(super) fn abandon(&mut self, id: CustomerId) {
        if let Some(customer) = self.take_customer(id) {
            self.queues.lines[customer.service.0].counts.abandoned += 1;
        }
    }

    /// A customer who waits gives up; tells whether there is one with that number.
    pub(super) fn leaves_queue(&mut self, number: &str) -> bool {
        let mut customers = self.queues.customers.iter();
        let found = customers.find(|(_, customer)| customer.number == number);
        let Some(id) = found.map(|(id, _)| *id) else {
            return false;
        };
        self.abandon(id);
        true
    }

    /// A customer has waited for the right skill; anyone will do from now on.
    pub(super) fn widen(&mut self, id: CustomerId) {
        if !self.queues.customers.contains_key(&id) {
            return;
        }
        match self.longest_free(None) {
            Some(agent) => {
                if let Some(customer) = self.take_customer(id) {
                    self.offer(customer, agent);
                }
            }
            None => {
                self.queues.wide.insert(id);
            }
        }
    }

    /// Somebody's state or calls have changed: free agents get the next call, or wait for it.
    pub(super) fn consider(&mut self, person: PersonId) {
        let found = &self.people[person.0];
        if found.role != Role::Agent {
            return;
        }
        if !self.is_free(person) {
            self.no_longer_free(person);
        } else if found.free_since.is_none() {
            match self
                .next_customer_for(person)
                .and_then(|id| self.take_customer(id))
            {
                Some(customer) => self.offer(customer, person),
                None => self.becomes_free(person),
            }
        }
    }

    /// Whether an agent could take a call now.
    pub(super) fn is_free(&self, agent: PersonId) -> bool {
        let person = &self.people[agent.0];
        person.presence == Presence::Ready && person.calls.is_empty() && !person.do_not_disturb
    }

    /// The agent who has been free longest, of those with the skill for `service` or of all.
    pub(super) fn longest_free(&self, service: Option<ServiceId>) -> Option<PersonId> {
        let free = match service {
            Some(service) => &self.queues.lines[service.0].free,
            None => &self.queues.free,
        };
        free.first().map(|&(_, agent)| agent)
    }

    /// A call was answered, by whichever way.
    pub(super) fn offered_call_answered(&mut self, call: CallKey) {
        if let Some(customer) = self.queues.offered.remove(&call) {
            let waited = self.now - customer.since;
            let counts = &mut self.queues.lines[customer.service.0].counts;
            counts.answered += 1;
            counts.waited += waited;
            counts.answered_in_time += u64::from(waited <= SERVICE_LEVEL);
        }
    }

    /// A call is over. If it was still ringing, the customer was not served.
    pub(super) fn offered_call_over(&mut self, call: CallKey) {
        if let Some(customer) = self.queues.offered.remove(&call) {
            self.queues.lines[customer.service.0].counts.abandoned += 1;
        }
    }

    /// The customer's call rings at the agent.
    fn offer(&mut self, customer: Customer, agent: PersonId) {
        self.no_longer_free(agent);
        let dialled = SERVICES[customer.service.0].number;
        let call = self.ring(agent, customer.number.clone(), dialled);
        self.queues.offered.insert(call, customer);
        self.plan_answer(agent);
    }

    fn next_customer_for(&self, agent: PersonId) -> Option<CustomerId> {
        let skills = self.people[agent.0].skills.iter();
        let own = skills.filter_map(|skill| self.queues.lines[skill.service.0].waiting.first());
        own.chain(self.queues.wide.first()).min().copied()
    }

    fn take_customer(&mut self, id: CustomerId) -> Option<Customer> {
        let customer = self.queues.customers.remove(&id)?;
        self.queues.lines[customer.service.0].waiting.remove(&id);
        self.queues.wide.remove(&id);
        self.agenda.remove(&(customer.gives_up, Due::Abandon(id)));
        let widens = customer.since + WIDENS_AFTER;
        self.agenda.remove(&(widens, Due::Widen(id)));
        Some(customer)
    }

    fn becomes_free(&mut self, agent: PersonId) {
        let person = &mut self.people[agent.0];
        person.free_since = Some(self.now);
        let place = (self.now, agent);
        for skill in &person.skills {
            self.queues.lines[skill.service.0].free.insert(place);
        }
        self.queues.free.insert(place);
    }

    fn no_longer_free(&mut self, agent: PersonId) {
        let person = &mut self.people[agent.0];
        let Some(since) = person.free_since.take() else {
            return;
        };
        for skill in &person.skills {
            self.queues.lines[skill.service.0]
                .free
                .remove(&(since, agent));
        }
        self.queues.free.remove(&(since, agent));
    }
}
