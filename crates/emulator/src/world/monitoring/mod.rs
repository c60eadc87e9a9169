//! Who monitors whom, and which calls are monitored: T-Server's options (*CallSupervision*), the restrictions of
//! routing-point monitoring in a SIP Cluster (ListenIn page), and callers who opted out.
//!
//! | module | decides |
//! |---|---|
//! | [`request`] | whether a request for monitoring is allowed, and when monitoring ends |
//! | [`legs`] | when a supervisor's leg begins, and the consequences of its end |

mod legs;
mod request;

use std::collections::{BTreeMap, HashSet};

use gws::{CallType, Mode, Scope};

use super::calls::{Call, Leg};
use super::ids::PersonId;
use super::options::TServerOptions;
use super::refusal::Refusal;
use super::supervision::Supervision;

pub use self::request::MonitoringRequest;

/// The maximum number of customers who opted out.
const OPTED_OUT: usize = 10_000;

/// A supervisor's subscription to an agent's calls.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Subscription {
    pub(super) target: PersonId,
    pub(super) how: Supervision,
    pub(super) mode: Mode,
    pub(super) scope: Scope,
    /// The number of calls that had begun when it was set up.
    since: u64,
}

/// Supervisors' subscriptions, and T-Server's options.
#[derive(Clone, Debug)]
pub(super) struct Monitoring {
    options: TServerOptions,
    subscriptions: BTreeMap<PersonId, Subscription>,
    /// Customers who opted out of monitoring.
    opted_out: HashSet<String>,
}

impl Monitoring {
    pub(super) fn new(options: TServerOptions) -> Self {
        Self {
            options,
            subscriptions: BTreeMap::new(),
            opted_out: HashSet::new(),
        }
    }

    pub(super) fn options(&self) -> &TServerOptions {
        &self.options
    }

    /// A supervisor's subscription.
    pub(super) fn of(&self, supervisor: PersonId) -> Option<&Subscription> {
        self.subscriptions.get(&supervisor)
    }

    /// The supervisor who monitors `agent`.
    pub(super) fn supervisor_of(&self, agent: PersonId) -> Option<PersonId> {
        let mut all = self.subscriptions.iter();
        let found = all.find(|(_, found)| found.target == agent);
        found.map(|(&supervisor, _)| supervisor)
    }

    /// The customer with this number opts out of monitoring.
    ///
    /// # Errors
    /// Too many have opted out already.
    fn opt_out(&mut self, customer: &str) -> Result<(), Refusal> {
        if self.opted_out.len() >= OPTED_OUT && !self.opted_out.contains(customer) {
            return Err(Refusal::TooMany {
                what: "customers who opted out",
                limit: OPTED_OUT,
            });
        }
        self.opted_out.insert(customer.to_owned());
        Ok(())
    }

    /// Whether a supervisor may be called to a call of the monitored agent.
    fn covers(&self, call: &Call, subscription: &Subscription) -> bool {
        let mut outside = call.outside.iter();
        let opted_out = outside.any(|party| self.opted_out.contains(&party.number));
        // T-Server's default of `monitor-consult-calls`.
        let is_consult = call.kind == CallType::Consult;
        // "No intrusion": calls that were queued when monitoring was set up are not joined.
        let queued_before =
            self.options.routing_point_monitoring && !call.began_after(subscription.since);
        !opted_out && !is_consult && !queued_before
    }

    /// Whether the state of the agent's leg allows a supervisor to join: once the agent has answered (*MonitoringCalls*,
    /// "Service Observing on Agent"), and with routing-point monitoring in a SIP Cluster from the beginning of the call.
    pub(super) fn can_join(&self, leg: &Leg) -> bool {
        leg.state.is_answered() || self.options.routing_point_monitoring
    }

    /// In a SIP Cluster with routing-point monitoring: only scope `Call`, only silent supervision.
    ///
    /// Assumption: anything else is refused rather than replaced.
    fn cluster_allows(&self, scope: &Scope, how: Supervision) -> Result<(), Refusal> {
        if !self.options.routing_point_monitoring {
            Ok(())
        } else if *scope != Scope::Call {
            Err(Refusal::ClusterScope)
        } else if how != Supervision::ListenIn {
            Err(Refusal::ClusterSilent)
        } else {
            Ok(())
        }
    }
}
