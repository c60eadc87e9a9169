//! The world as GWS resources: what a device or a call looks like right now. (People are
//! in `directory`.)
//!
//! The oddities of captured traffic are kept: `e164Number` is empty, an inactive device has no
//! `userState` and no capabilities, `LoggedIn` comes without id and name.

use gws::call::{CallCapability, LegMonitoring};
use gws::device::{AgentState, MonitoringKind, TelephonyNetwork, WorkMode};
use gws::{
    CallState, CallType, Capability, Device, DeviceState, Monitoring, MonitoringState, Participant,
    Toggle, UserState,
};

use super::World;
use super::calls::LegState;
use super::people::{PersonId, Presence, Role};
use crate::features::Feature;
use crate::wire;

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
            user_state: user_state(person.presence),
            phone_number: person.number.clone(),
            e164_number: String::new(),
            telephony_network: Some(TelephonyNetwork::Private),
            do_not_disturb: Some(toggle(person.do_not_disturb)),
            forward_to: None,
            voice_environment_uri: Some(format!(
                "{}/voice-environments/{}",
                self.base(),
                self.voice_environment
            )),
            capabilities: self.capabilities(owner),
            supervisor_monitoring_state: self.monitoring_state(owner),
        };
        wire::Device::new(resource)
    }

    /// The call of a user, as that user sees it now, if there is one.
    pub fn call(&self, owner: PersonId) -> Option<wire::Call> {
        let person = &self.people[owner.0];
        let call = self.calls.get(&person.call?)?;
        let leg = call.leg(owner)?;
        let supervises = person.role == Role::Supervisor;
        let mut participants = vec![Participant::new(&call.customer)];
        if supervises {
            let agent = &self.people[call.agent.person.0];
            participants.push(Participant::new(&agent.number));
        }
        let now = i64::try_from(self.now).unwrap_or(i64::MAX);
        let resource = gws::Call {
            id: call.id.clone(),
            state: match leg.state {
                LegState::Ringing => CallState::Ringing,
                LegState::Established => CallState::Established,
            },
            device_uri: Some(person.device.to_uri(self.base())),
            participants,
            ani: Some(call.customer.clone()),
            dnis: Some(call.dialled.clone()),
            call_type: Some(CallType::Inbound),
            capabilities: call_capabilities(leg.state, supervises),
            duration: Some(u32::try_from((now - leg.began) / 1_000).unwrap_or(0)),
            mute: Some(toggle(supervises)),
            // Assumption: it is the agent's call that says a supervisor listens, and the
            // supervisor's that says it is for monitoring.
            supervisor_listening_in: !supervises && call.is_heard(),
            monitored_user_muted: false,
            monitoring: supervises,
            supervisor_monitoring_state: supervises.then_some(LegMonitoring {
                state: MonitoringKind::ListenIn,
            }),
        };
        Some(wire::Call::new(
            resource,
            self.base(),
            &call.conn_id,
            &person.number,
        ))
    }

    /// What the owner may do with the device at this moment (*DevicesAttribs*).
    fn capabilities(&self, owner: PersonId) -> Vec<Capability> {
        let person = &self.people[owner.0];
        if !person.is_active() {
            return Vec::new();
        }
        let mut capabilities = vec![
            Capability::ForwardCallsOn,
            if person.do_not_disturb {
                Capability::DoNotDisturbOff
            } else {
                Capability::DoNotDisturbOn
            },
        ];
        if person.role == Role::Supervisor {
            if self.config.features.has(Feature::SupervisorMonitoring) {
                capabilities.extend([Capability::ListenIn, Capability::Coach, Capability::BargeIn]);
            }
            if self.subscriptions.contains_key(&owner) {
                capabilities.push(Capability::CancelSupervisorMonitoring);
            }
        }
        capabilities
    }

    fn monitoring_state(&self, owner: PersonId) -> Option<MonitoringState> {
        let found = self.subscriptions.get(&owner)?;
        let target = &self.people[found.target.0];
        Some(MonitoringState::Known(Monitoring {
            state: MonitoringKind::ListenIn,
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
const AFTER_CALL_WORK: &str = "D3663509-3D82-4DD3-A82E-2EA8EFA02AEF";

pub(super) fn user_state(presence: Presence) -> Option<UserState> {
    let named = |id: &str, name: &str, state| UserState {
        id: Some(id.to_owned()),
        display_name: Some(name.to_owned()),
        state,
        work_mode: None,
        reason: None,
    };
    match presence {
        Presence::Ready => Some(named(READY, "Ready", AgentState::Ready)),
        Presence::NotReady(None) => Some(named(NOT_READY, "Not Ready", AgentState::NotReady)),
        Presence::NotReady(Some(reason)) => Some(UserState {
            reason: Some(reason.as_str().to_owned()),
            ..named(NOT_READY, reason.as_str(), AgentState::NotReady)
        }),
        Presence::AfterCallWork => Some(UserState {
            work_mode: Some(WorkMode::AfterCallWork),
            ..named(AFTER_CALL_WORK, "After Call Work", AgentState::NotReady)
        }),
        Presence::LoggedIn => Some(UserState {
            id: None,
            display_name: None,
            state: AgentState::LoggedIn,
            work_mode: None,
            reason: None,
        }),
        Presence::LoggedOut => None,
    }
}

fn call_capabilities(state: LegState, supervises: bool) -> Vec<CallCapability> {
    let other = |name: &str| CallCapability::Other(name.to_owned());
    let data = [
        "AttachUserData",
        "UpdateUserData",
        "DeleteUserData",
        "DeleteUserDataPair",
    ];
    let mut capabilities = match state {
        LegState::Ringing => vec![CallCapability::Answer],
        LegState::Established => vec![CallCapability::Hangup],
    };
    match (state, supervises) {
        (LegState::Ringing, _) => {}
        (LegState::Established, true) => capabilities.push(CallCapability::SwitchToBargeIn),
        (LegState::Established, false) => capabilities.extend(
            [
                "Hold",
                "SendDtmf",
                "InitiateTransfer",
                "InitiateConference",
                "SingleStepTransfer",
                "SingleStepConference",
            ]
            .map(other),
        ),
    }
    capabilities.extend(data.map(other));
    capabilities
}

fn toggle(on: bool) -> Toggle {
    if on { Toggle::On } else { Toggle::Off }
}
