//! The world as GWS resources: what a device or a call looks like right now. (People are in
//! `directory`.)
//!
//! How they are written is decided in [`wire`].

use gws::call::{CallCapability, LegMonitoring};
use gws::device::{AgentState, TelephonyNetwork, WorkMode};
use gws::{
    CallState, Capability, Device, DeviceState, Monitoring, MonitoringState, Participant, Toggle,
    UserState,
};

use super::World;
use super::calls::{Call, Leg, LegState, Part};
use super::monitoring::Supervision;
use super::people::Presence;
use crate::wire;
use crate::world::ids::PersonId;

/// The switch that all numbers are on.
pub(super) const SWITCH: &str = "SIP_Switch";

impl World {
    /// The address that URIs begin with.
    pub fn base(&self) -> &str {
        &self.config.base
    }

    /// The device of a user, as it is now.
    pub fn device(&self, owner: PersonId) -> wire::Device {
        let person = &self.people[owner.0];
        let active = person.is_active();
        let resource = Device {
            id: person.device.clone(),
            device_state: Some(if active {
                DeviceState::Active
            } else {
                DeviceState::Inactive
            }),
            user_state: self.user_state(person.presence),
            phone_number: person.number.clone(),
            e164_number: self.config.style.e164(&person.number),
            telephony_network: Some(TelephonyNetwork::Private),
            do_not_disturb: Some(toggle(person.do_not_disturb)),
            forward_to: None,
            voice_environment_uri: None,
            capabilities: self.capabilities(owner),
            supervisor_monitoring_state: self.monitoring_state(owner),
        };
        wire::Device::new(resource, self.config.style)
    }

    /// How the server speaks.
    pub fn style(&self) -> wire::Style {
        self.config.style
    }

    /// The calls of a user, as that user sees them now, the oldest first.
    pub fn own_calls(&self, owner: PersonId) -> Vec<wire::Call> {
        let calls = self.people[owner.0].calls.iter();
        let calls = calls.filter_map(|key| self.calls.get(key));
        calls
            .filter_map(|call| Some(self.call_as_seen(call, call.leg(owner)?)))
            .collect()
    }

    /// A call as the owner of a leg sees it.
    pub(super) fn call_as_seen(&self, call: &Call, leg: &Leg) -> wire::Call {
        let person = &self.people[leg.person.0];
        let offers = self.offers(call, leg);
        let now = i64::try_from(self.now).unwrap_or(i64::MAX);
        let parent = call.parent.and_then(|key| self.calls.get(&key));
        let resource = gws::Call {
            id: call.id.clone(),
            state: match leg.state {
                LegState::Dialing => CallState::Dialing,
                LegState::Ringing => CallState::Ringing,
                LegState::Established => CallState::Established,
                LegState::Held => CallState::Held,
            },
            device_uri: Some(person.device.to_uri(self.base())),
            participants: self.participants(call, leg),
            ani: Some(call.ani.clone()),
            dnis: Some(call.dnis.clone()),
            call_type: Some(call.kind.clone()),
            capabilities: offers.into_iter().map(CallCapability::from).collect(),
            duration: Some(u32::try_from((now - leg.began) / 1_000).unwrap_or(0)),
            mute: Some(toggle(match leg.part {
                Part::Talks { muted } => muted,
                // Assumption: whoever coaches is heard, so is not muted.
                Part::Monitors { how, .. } => how == Supervision::ListenIn,
            })),
            // Assumption: it is the agent's call that says a supervisor listens, and the
            // supervisor's that says it is for monitoring and that the agent is muted.
            supervisor_listening_in: !leg.monitors() && call.is_heard(),
            monitored_user_muted: leg.monitors() && call.agents_are_muted(),
            monitoring: leg.monitors(),
            supervisor_monitoring_state: leg.supervision().map(|how| LegMonitoring {
                state: how.to_kind(),
            }),
        };
        wire::Call {
            resource,
            uuid: call.uuid.clone(),
            conn_id: call.conn_id,
            previous_conn_id: leg.previous,
            parent: parent
                .filter(|parent| parent.leg(leg.person).is_some())
                .map(|parent| parent.id.clone()),
            base: self.base().to_owned(),
            number: person.number.clone(),
            style: self.config.style,
        }
    }

    /// The other parties: those outside, those who talk, and supervisors who have barged in.
    ///
    /// Assumption: a supervisor who listens or coaches is not among them.
    fn participants(&self, call: &Call, seen_by: &Leg) -> Vec<Participant> {
        let outside = call.outside.iter().map(|party| party.number.as_str());
        let inside = call.legs.iter().filter(|leg| {
            let speaks = match leg.supervision() {
                None => true,
                Some(how) => how == Supervision::BargeIn && leg.state.is_answered(),
            };
            leg.person != seen_by.person && speaks
        });
        let inside = inside.map(|leg| self.people[leg.person.0].number.as_str());
        let numbers = outside.chain(inside);
        numbers
            .map(|number| Participant {
                e164_number: self.config.style.e164(number),
                ..Participant::new(number)
            })
            .collect()
    }

    /// What the owner may do with the device at this moment (*DevicesAttribs*).
    pub(super) fn capabilities(&self, owner: PersonId) -> Vec<Capability> {
        let person = &self.people[owner.0];
        // Assumption: nothing can be asked of a device that is not in use.
        if !person.is_active() {
            return Vec::new();
        }
        let mut capabilities = vec![if person.do_not_disturb {
            Capability::DoNotDisturbOff
        } else {
            Capability::DoNotDisturbOn
        }];
        capabilities.extend(self.monitoring_capabilities(owner));
        capabilities
    }

    fn monitoring_state(&self, owner: PersonId) -> Option<MonitoringState> {
        let found = self.subscriptions.get(&owner)?;
        let target = &self.people[found.target.0];
        Some(MonitoringState::Known(Monitoring {
            state: found.how.to_kind(),
            mode: found.mode.clone(),
            scope: found.scope.clone(),
            target_device_uri: target.device.to_uri(self.base()),
            phone_number: Some(target.number.clone()),
            switch_name: Some(SWITCH.to_owned()),
        }))
    }
}

/// The well-known ids of system states, in the mixed case they are sent in.
const READY: &str = "9430250E-0A1B-421F-B372-F29E69366DED";
const NOT_READY: &str = "900D55CC-2BB0-431F-8BF9-D3525B383BE6";
/// Made up: captured traffic shows this state without an id.
const LOGGED_IN: &str = "5F4E4A8C-6B5B-4A3C-9D57-0B0B5C1B8A51";
const AUX_WORK: &str = "2B36138D-C564-4562-A8CB-3C32D564F296";
const AFTER_CALL_WORK: &str = "D3663509-3D82-4DD3-A82E-2EA8EFA02AEF";

const LOGGED_OUT: &str = "0F7F5003-EF26-4D13-A6Ef-D0C7EC819BEB";

impl World {
    pub(super) fn user_state(&self, presence: Presence) -> Option<UserState> {
        self.config.style.user_state(user_state(presence))
    }
}

fn user_state(presence: Presence) -> UserState {
    let named = |id: &str, name: &str, state| UserState {
        id: Some(id.to_owned()),
        display_name: Some(name.to_owned()),
        state,
        work_mode: None,
        reason: None,
    };
    match presence {
        Presence::Ready => named(READY, "Ready", AgentState::Ready),
        Presence::NotReady(None) => named(NOT_READY, "Not Ready", AgentState::NotReady),
        Presence::NotReady(Some(reason)) => UserState {
            reason: Some(reason.as_str().to_owned()),
            ..named(NOT_READY, reason.as_str(), AgentState::NotReady)
        },
        Presence::AuxWork => UserState {
            work_mode: Some(WorkMode::AuxWork),
            ..named(AUX_WORK, "Aux Work", AgentState::NotReady)
        },
        Presence::AfterCallWork => UserState {
            work_mode: Some(WorkMode::AfterCallWork),
            ..named(AFTER_CALL_WORK, "After Call Work", AgentState::NotReady)
        },
        Presence::LoggedIn => named(LOGGED_IN, "Logged In", AgentState::LoggedIn),
        Presence::LoggedOut => named(LOGGED_OUT, "Logged Out", AgentState::LoggedOut),
    }
}

fn toggle(on: bool) -> Toggle {
    if on { Toggle::On } else { Toggle::Off }
}
