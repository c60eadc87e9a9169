//! The contact centre's behaviour, in virtual time.

mod any_order;
mod calls;
mod devices;
mod life;
mod options;
mod rules;
mod several_calls;
mod taking_part;

use gws::{CallState, Capability, Mode, Scope, StatusCode};

use super::*;

const ME: PersonId = DEMO_SUPERVISOR;
const OTHER: PersonId = OTHER_SUPERVISOR;

fn quiet() -> World {
    world(4, false, SupervisorLeg::Ring, 1)
}

fn world(agents: usize, life: bool, supervisor_leg: SupervisorLeg, seed: u64) -> World {
    World::new(WorldConfig {
        agents,
        life,
        supervisor_leg,
        ..config(seed)
    })
}

/// A quiet contact centre with other T-Server options.
fn with_options(t_server: TServerOptions) -> World {
    World::new(WorldConfig {
        t_server,
        ..config(1)
    })
}

fn config(seed: u64) -> WorldConfig {
    WorldConfig {
        seed,
        agents: 4,
        life: false,
        supervisor_leg: SupervisorLeg::Ring,
        t_server: TServerOptions::default(),
        supervisor_user_name: "supervisor".to_owned(),
        features: Features::default(),
        settings: Settings::default(),
    }
}

/// A supervisor listens to a call of 6001 with 555-1234; earlier notifications are drained.
fn listening(scope: Scope, mode: Mode) -> World {
    let mut world = quiet();
    world.listen(ME, "6001", scope, mode).expect("accepted");
    world.arrives("6001");
    world.answer_mine();
    world.drain_changes();
    world
}

impl World {
    fn listen(
        &mut self,
        who: PersonId,
        number: &str,
        scope: Scope,
        mode: Mode,
    ) -> Result<(), Refusal> {
        let request = MonitoringRequest {
            scope: Some(scope),
            mode,
            ..MonitoringRequest::of(number, Supervision::ListenIn)
        };
        self.ask(who, request)
    }

    fn ask(&mut self, who: PersonId, request: MonitoringRequest) -> Result<(), Refusal> {
        let device = self.device_id(who).to_string();
        self.monitor(who, &device, request)
    }

    /// The demo supervisor monitors the agent: all calls, whole calls.
    fn begin(&mut self, how: Supervision, number: &str) {
        self.ask(ME, MonitoringRequest::of(number, how))
            .expect("accepted");
    }

    /// The other supervisor listens to the agent: all calls, whole calls.
    fn other_listens(&mut self, number: &str) -> Result<(), Refusal> {
        self.ask(OTHER, MonitoringRequest::of(number, Supervision::ListenIn))
    }

    fn listen_to_all(&mut self, number: &str) {
        self.begin(Supervision::ListenIn, number);
    }

    fn cancel(&mut self, who: PersonId) -> Result<(), Refusal> {
        let device = self.device_id(who).to_string();
        self.cancel_monitoring(who, &device)
    }

    /// The notifications to `owner` since the last call, in short form.
    fn notified(&mut self, owner: PersonId) -> Vec<String> {
        let changes = self.drain_changes();
        changes
            .iter()
            .filter(|change| change.owner == owner)
            .map(|change| match &change.what {
                What::Device(device) => match &device.monitoring {
                    Some(found) => {
                        let number = &found.target_number;
                        format!("device: {number} {} {}", found.scope, found.mode)
                    }
                    None => format!("device: {}", state_of(device.presence)),
                },
                What::Call(call, change) => {
                    let kind = match change {
                        CallChange::Status => "",
                        CallChange::Participants => " (participants)",
                        CallChange::MonitoredUserMuted => " (muted)",
                    };
                    let heard = if call.is_monitored { " heard" } else { "" };
                    format!("call: {}{kind}{heard}", in_short(call))
                }
                What::Channel(_) => "channel".to_owned(),
            })
            .collect()
    }

    /// A customer, 555-1234, calls somebody, who answers at once.
    #[track_caller]
    fn arrives(&mut self, number: &str) {
        self.arrives_from(number, "555-1234");
    }

    #[track_caller]
    fn arrives_from(&mut self, number: &str, customer: &str) {
        let arrived = self.call_arrives(number, customer);
        arrived.expect("somebody who is free");
    }

    #[track_caller]
    fn ends(&mut self, number: &str) {
        self.end_call(number).expect("a call");
    }

    #[track_caller]
    fn monitored_by_me(&self) -> MonitoringSummary {
        self.monitoring("5005").expect("monitoring")
    }

    /// Carries out an operation on the person's only call, which allows it.
    #[track_caller]
    fn does(&mut self, who: PersonId, operation: CallOperation) {
        self.operate_on_mine(who, operation).expect("offered");
    }

    /// The person's only call.
    #[track_caller]
    fn call(&self, owner: PersonId) -> Option<CallSnapshot> {
        let mut calls = self.own_calls(owner);
        assert!(calls.len() <= 1, "one call at most");
        calls.pop()
    }

    /// The person's calls, in short form.
    fn calls_of(&self, owner: PersonId) -> Vec<String> {
        self.own_calls(owner).iter().map(in_short).collect()
    }

    /// Carries out an operation on the person's only call, or else on the active one.
    fn operate_on_mine(&mut self, who: PersonId, operation: CallOperation) -> Result<(), Refusal> {
        let calls = self.own_calls(who);
        let active = calls
            .iter()
            .find(|call| call.state == CallState::Established);
        let call = active.or_else(|| calls.first()).expect("a call");
        let id = call.id.to_string();
        self.call_operation(who, &id, operation)
    }

    /// The capabilities of the person's calls, oldest first.
    fn offers_to(&self, who: PersonId) -> Vec<Vec<&'static str>> {
        let calls = self.own_calls(who);
        calls.into_iter().map(|call| call.offers).collect()
    }

    /// Checks that every call has two parties, and nobody has two active ones.
    fn is_consistent(&self) {
        for person in self.people.ids() {
            let legs: Vec<_> = self.calls.of(person).map(|(_, leg)| leg.state).collect();
            let is_active = self.people[person].is_active();
            assert!(
                is_active || legs.is_empty(),
                "somebody who is away has a call"
            );
            let active = legs.iter().filter(|state| state.is_active()).count();
            assert!(active <= 1, "somebody talks on two calls");
        }
        for call in self.calls.iter() {
            assert!(call.parties() >= 2, "two at least: {call:?}");
            for leg in &call.legs {
                let mut own = self.calls.of(leg.person);
                assert!(own.any(|(found, _)| found.key == call.key));
                assert!(
                    !leg.monitors() || self.monitoring.of(leg.person).is_some(),
                    "whoever listens has asked for it"
                );
            }
        }
    }

    fn answer_mine(&mut self) {
        let ringing = |call: &&CallSnapshot| call.state == CallState::Ringing;
        let calls = self.own_calls(ME);
        let call = calls.iter().find(ringing).expect("a call that rings");
        self.call_operation(ME, call.id.as_str(), CallOperation::Answer)
            .expect("answered");
    }
}

fn in_short(call: &CallSnapshot) -> String {
    format!("{} {}", call.state, call.participants.join(" "))
}

fn state_of(presence: Presence) -> &'static str {
    match presence {
        Presence::Ready => "Ready",
        Presence::NotReady(_) => "NotReady",
        Presence::AuxWork => "AuxWork",
        Presence::AfterCallWork => "AfterCallWork",
        Presence::LoggedIn => "LoggedIn",
        Presence::LoggedOut => "inactive",
    }
}

impl DeviceSnapshot {
    fn can(&self, capability: &Capability) -> bool {
        self.capabilities.contains(capability)
    }
}
