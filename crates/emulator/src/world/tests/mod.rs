//! The contact centre's behaviour, in virtual time.

mod calls;
mod day;
mod rules;

use gws::{CallState, Capability, Mode, MonitoringState, Scope, StatusCode};

use super::*;

const ME: PersonId = DEMO_SUPERVISOR;
const OTHER: PersonId = OTHER_SUPERVISOR;

fn quiet() -> World {
    world(4, false, SupervisorLeg::Ring, 1)
}

fn world(agents: usize, life: bool, supervisor_leg: SupervisorLeg, seed: u64) -> World {
    World::new(WorldConfig {
        seed,
        agents,
        life,
        begins_at: 10 * life::HOUR,
        supervisor_leg,
        base: "http://127.0.0.1:8090/api/v2".to_owned(),
        supervisor_user_name: "supervisor".to_owned(),
        features: Features::default(),
        supervised: Supervised::default(),
    })
}

fn by_number(number: &str, scope: Scope, mode: Mode) -> ListenIn {
    ListenIn {
        target_device_uri: None,
        phone_number: Some(number.to_owned()),
        scope,
        mode,
    }
}

impl World {
    fn listen(
        &mut self,
        who: PersonId,
        number: &str,
        scope: Scope,
        mode: Mode,
    ) -> Result<(), Refusal> {
        let device = self.device_id(who).to_string();
        self.listen_in(who, &device, by_number(number, scope, mode))
    }

    fn listen_to_all(&mut self, number: &str) {
        self.listen(ME, number, Scope::Call, Mode::AllCalls)
            .expect("accepted");
    }

    fn cancel(&mut self, who: PersonId) -> Result<(), Refusal> {
        let device = self.device_id(who).to_string();
        self.cancel_monitoring(who, &device)
    }

    /// What `owner` was told since the last time, in short.
    fn told(&mut self, owner: PersonId) -> Vec<String> {
        let changes = self.drain_changes();
        changes
            .iter()
            .filter(|change| change.owner == owner)
            .map(|change| match &change.what {
                What::Device(device) => match &device.resource.supervisor_monitoring_state {
                    Some(MonitoringState::Known(found)) => format!(
                        "device: {} {} {}",
                        found.phone_number.as_deref().unwrap_or("?"),
                        found.scope,
                        found.mode
                    ),
                    Some(MonitoringState::Unrecognised(_)) => "device: ?".to_owned(),
                    None => match &device.resource.user_state {
                        Some(state) => format!("device: {}", state.state),
                        None => "device: inactive".to_owned(),
                    },
                },
                What::Call(call, change) => {
                    let participants: Vec<&str> = call
                        .resource
                        .participants
                        .iter()
                        .map(|participant| participant.phone_number.as_str())
                        .collect();
                    let kind = match change {
                        CallChange::Status => "",
                        CallChange::Participants => " (participants)",
                    };
                    let heard = if call.resource.supervisor_listening_in {
                        " heard"
                    } else {
                        ""
                    };
                    format!(
                        "call: {} {}{kind}{heard}",
                        call.resource.state,
                        participants.join(" ")
                    )
                }
            })
            .collect()
    }

    fn answer_mine(&mut self) {
        let call = self.call(ME).expect("a leg").resource.id;
        self.answer(ME, call.as_str()).expect("answered");
    }
}
