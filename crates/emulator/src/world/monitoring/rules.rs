//! Which calls are monitored: what T-Server's options say (*CallSupervision*), the limits of
//! routing-point monitoring in a SIP Cluster (ListenIn page), and callers who opted out.

use gws::{CallType, Capability, Scope};

use super::{Subscription, Supervision};
use crate::world::Feature;
use crate::world::calls::{Call, Leg};
use crate::world::ids::PersonId;
use crate::world::options::MonitorConsultCalls;
use crate::world::people::Role;
use crate::world::{Refusal, World};

/// How many customers may have opted out.
const OPTED_OUT: usize = 10_000;

impl World {
    /// The customer with this number does not want to be listened to: supervisors are released
    /// from calls with them, and are not called to those to come.
    ///
    /// Assumption: the agents and their desktops are told nothing beyond that nobody listens.
    ///
    /// # Errors
    /// Too many have opted out already.
    pub fn opt_out(&mut self, customer: &str) -> Result<(), Refusal> {
        if self.opted_out.len() >= OPTED_OUT && !self.opted_out.contains(customer) {
            return Err(Refusal::TooMany {
                what: "customers who opted out",
                limit: OPTED_OUT,
            });
        }
        self.opted_out.insert(customer.to_owned());
        let calls = self.calls.values().filter(|call| is_with(call, customer));
        for key in calls.map(|call| call.key).collect::<Vec<_>>() {
            self.alter(key, |call| call.legs.retain(|leg| !leg.monitors()));
        }
        Ok(())
    }

    /// The customer with this number has no objection any more. Calls under way stay as they are.
    pub fn opt_in(&mut self, customer: &str) {
        self.opted_out.remove(customer);
    }

    /// Whether a supervisor may be called to a call of the monitored agent.
    pub(super) fn may_be_monitored(
        &self,
        call: &Call,
        agent: PersonId,
        subscription: &Subscription,
    ) -> bool {
        let options = &self.config.t_server;
        let opted_out = call
            .outside
            .iter()
            .any(|party| self.opted_out.contains(&party.number));
        let made_by_agent = call.owner == Some(agent);
        let consult = call.kind != CallType::Consult
            || match options.monitor_consult_calls {
                MonitorConsultCalls::None => false,
                MonitorConsultCalls::Dest => !made_by_agent,
                MonitorConsultCalls::Orig => made_by_agent,
                MonitorConsultCalls::All => true,
            };
        // "No intrusion": calls that were queued when monitoring was set up are not joined.
        let queued_before =
            options.routing_point_monitoring && !call.began_after(subscription.since);
        !opted_out && self.parties_are_monitored(call) && consult && !queued_before
    }

    /// Whether calls with such parties are monitored: with `monitor-internal-calls=false` only those
    /// in which somebody outside takes part.
    ///
    /// Assumption: a supervisor is called when somebody outside joins a call, and stays when they
    /// leave it.
    pub(in crate::world) fn parties_are_monitored(&self, call: &Call) -> bool {
        self.config.t_server.monitor_internal_calls || call.is_external()
    }

    /// What a device offers its owner for monitoring. In a SIP Cluster with routing-point monitoring
    /// there is silent monitoring only (ListenIn page).
    ///
    /// "Only one supervisor can monitor a device; the capabilities are then not offered"
    /// (*DevicesAttribs*). Assumption: they name no device, so they are offered whoever is monitored,
    /// and a request for a device that has a supervisor is refused.
    pub(in crate::world) fn monitoring_capabilities(&self, owner: PersonId) -> Vec<Capability> {
        let mut capabilities = Vec::new();
        if self.people[owner.0].role != Role::Supervisor {
            return capabilities;
        }
        if self.config.features.has(Feature::SupervisorMonitoring) {
            capabilities.push(Capability::ListenIn);
            if !self.config.t_server.routing_point_monitoring {
                capabilities.extend([Capability::Coach, Capability::BargeIn]);
            }
        }
        if self.subscriptions.contains_key(&owner) {
            capabilities.push(Capability::CancelSupervisorMonitoring);
        }
        capabilities
    }

    /// Whether a supervisor can be called to a call where the agent's leg is like this: once the
    /// agent has answered (*MonitoringCalls*, "Service Observing on Agent"), and with
    /// routing-point monitoring in a SIP Cluster from the beginning.
    pub(in crate::world) fn can_be_joined(&self, leg: &Leg) -> bool {
        leg.state.is_answered() || self.config.t_server.routing_point_monitoring
    }

    /// In a SIP Cluster with routing-point monitoring: only scope `Call`, only silent supervision.
    ///
    /// Assumption: anything else is refused rather than changed into what is possible.
    pub(super) fn cluster_allows(&self, scope: &Scope, how: Supervision) -> Result<(), Refusal> {
        if !self.config.t_server.routing_point_monitoring {
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

fn is_with(call: &Call, customer: &str) -> bool {
    call.outside.iter().any(|party| party.number == customer)
}
