//! A user's view of their device and calls at one moment. `change` compares the views before and
//! after a change to decide who is notified.

use gws::{CallId, CallState, CallType, Capability, DeviceId};

use super::World;
use super::calls::{Call, Leg, LegKind, LegState};
use super::features::Feature;
use super::ids::PersonId;
use super::people::{Presence, Role};
use super::summary::MonitoringSummary;
use super::supervision::Supervision;

/// A device as its owner sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceSnapshot {
    /// Its id.
    pub id: DeviceId,
    /// Its number.
    pub number: String,
    /// Its owner's state.
    pub presence: Presence,
    /// Whether it rejects calls.
    pub do_not_disturb: bool,
    /// Its capabilities at the moment.
    pub capabilities: Vec<Capability>,
    /// Whom its owner monitors.
    pub monitoring: Option<MonitoringSummary>,
}

/// A call as one of its parties sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSnapshot {
    /// Its id, a UUID.
    pub id: CallId,
    /// The device that it is on.
    pub device: DeviceId,
    /// The number of that device.
    pub number: String,
    /// The state of the party's leg.
    pub state: CallState,
    /// The numbers of the other parties.
    pub participants: Vec<String>,
    /// The caller's number.
    pub ani: String,
    /// The called number.
    pub dnis: String,
    /// Its type.
    pub kind: CallType,
    /// Its capabilities for the party at the moment.
    pub offers: Vec<&'static str>,
    /// How many seconds the party has been in it.
    pub seconds: u32,
    /// Whether the party is muted.
    pub muted: bool,
    /// How the party monitors it, if they do.
    pub supervision: Option<Supervision>,
    /// Whether a supervisor takes part; shown to talking parties only.
    pub is_monitored: bool,
    /// Whether a supervisor has muted the agents; shown to supervisors only.
    pub agents_muted: bool,
    /// The call that this one consults a third party about.
    pub parent: Option<CallId>,
    /// The call that the party came from.
    pub previous: Option<CallId>,
}

impl CallSnapshot {
    /// The same call after it has ended for the party.
    ///
    /// Assumption: it keeps whether and how the party monitored it.
    pub(super) fn released(self) -> Self {
        Self {
            state: CallState::Released,
            offers: Vec::new(),
            is_monitored: false,
            ..self
        }
    }
}

impl World {
    /// The device of a user, as it is now.
    pub fn device(&self, owner: PersonId) -> DeviceSnapshot {
        let person = &self.people[owner];
        DeviceSnapshot {
            id: person.device.clone(),
            number: person.number.clone(),
            presence: person.presence,
            do_not_disturb: person.do_not_disturb,
            capabilities: self.capabilities(owner),
            monitoring: self.monitoring_of(owner),
        }
    }

    /// The calls of a user, as that user sees them now, oldest first.
    pub fn own_calls(&self, owner: PersonId) -> Vec<CallSnapshot> {
        let calls = self.calls.of(owner);
        calls
            .map(|(call, leg)| self.call_as_seen(call, leg))
            .collect()
    }

    /// A call as the owner of a leg sees it.
    fn call_as_seen(&self, call: &Call, leg: &Leg) -> CallSnapshot {
        let person = &self.people[leg.person];
        let parent = call.parent.and_then(|key| self.calls.get(key));
        CallSnapshot {
            id: call.id.clone(),
            device: person.device.clone(),
            number: person.number.clone(),
            state: match leg.state {
                LegState::Dialing => CallState::Dialing,
                LegState::Ringing => CallState::Ringing,
                LegState::Established => CallState::Established,
                LegState::Held => CallState::Held,
            },
            participants: self.participants(call, leg),
            ani: call.ani.clone(),
            dnis: call.dnis.clone(),
            kind: call.kind.clone(),
            offers: self.offers(call, leg),
            seconds: u32::try_from((self.signed_now() - leg.began) / 1_000).unwrap_or(0),
            muted: match leg.kind {
                LegKind::Talks { muted } => muted,
                // Assumption: a supervisor who coaches is audible, so not muted.
                LegKind::Monitors { how, .. } => how == Supervision::ListenIn,
            },
            supervision: leg.supervision(),
            // Assumption: the agent's call shows that a supervisor is listening, the supervisor's
            // that it is for monitoring and that the agent is muted.
            is_monitored: !leg.monitors() && call.is_heard(),
            agents_muted: leg.monitors() && call.agents_are_muted(),
            parent: parent
                .filter(|parent| parent.leg(leg.person).is_some())
                .map(|parent| parent.id.clone()),
            previous: leg.previous.clone(),
        }
    }

    /// The other parties: those outside, those who talk, and supervisors who have barged in.
    ///
    /// Assumption: a supervisor who listens or coaches is not among them.
    fn participants(&self, call: &Call, seen_by: &Leg) -> Vec<String> {
        let outside = call.outside.iter().map(|party| &party.number);
        let inside = call.legs.iter().filter(|leg| {
            let speaks = match leg.supervision() {
                None => true,
                Some(how) => how == Supervision::BargeIn && leg.state.is_answered(),
            };
            leg.person != seen_by.person && speaks
        });
        let inside = inside.map(|leg| &self.people[leg.person].number);
        outside.chain(inside).cloned().collect()
    }

    /// The operations that are possible for the owner of a leg.
    pub(super) fn offers(&self, call: &Call, leg: &Leg) -> Vec<&'static str> {
        let routing_point = self.monitoring.options().routing_point_monitoring;
        self.calls.offers(call, leg, routing_point)
    }

    /// The operations that are possible for the owner of a device (*DevicesAttribs*). In a SIP
    /// Cluster with routing-point monitoring there is only silent monitoring (ListenIn page).
    ///
    /// "Only one supervisor can monitor a device; the capabilities are then not offered"
    /// (*DevicesAttribs*). Assumption: they are not specific to a device, so they are offered whoever
    /// is monitored, and a request for a device with a supervisor is refused.
    pub(super) fn capabilities(&self, owner: PersonId) -> Vec<Capability> {
        let person = &self.people[owner];
        // Assumption: a device that is not in use has no capabilities.
        if !person.is_active() {
            return Vec::new();
        }
        let mut capabilities = vec![if person.do_not_disturb {
            Capability::DoNotDisturbOff
        } else {
            Capability::DoNotDisturbOn
        }];
        if person.role == Role::Supervisor {
            if self.config.features.has(Feature::ApiSupervisorMonitoring) {
                capabilities.push(Capability::ListenIn);
                if !self.monitoring.options().routing_point_monitoring {
                    capabilities.extend([Capability::Coach, Capability::BargeIn]);
                }
            }
            if self.monitoring.of(owner).is_some() {
                capabilities.push(Capability::CancelSupervisorMonitoring);
            }
        }
        capabilities
    }
}
