//! The rules of supervision: who may listen to whom, what a call and a transfer do to it, and when
//! it ends by itself. Sources: the ListenIn page, *TMonitorNextCall*, *CancelSupervisorMonitoring*.

use gws::{DeviceId, Mode, Scope};

use super::calls::{CallKey, Leg, LegState};
use super::people::{PersonId, Presence, Role};
use super::{CallChange, Refusal, World};

/// How a supervisor's leg begins.
///
/// Assumption: no public text says which of the two a v2 server does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SupervisorLeg {
    /// It rings, and waits for `Answer`.
    #[default]
    Ring,
    /// It is established at once.
    Answered,
}

/// What a supervisor asks for (`ListenIn`).
#[derive(Clone, Debug, PartialEq)]
pub struct ListenIn {
    /// `targetDeviceUri`.
    pub target_device_uri: Option<String>,
    /// `phoneNumber`.
    pub phone_number: Option<String>,
    /// `supervisorMonitoringScope`.
    pub scope: Scope,
    /// `supervisorMonitoringMode`.
    pub mode: Mode,
}

/// A supervisor's standing order to listen to an agent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Subscription {
    pub(crate) target: PersonId,
    pub(crate) mode: Mode,
    pub(crate) scope: Scope,
}

impl World {
    /// Sets up monitoring. If the agent is in a call, that call is joined now (intrusion).
    ///
    /// # Errors
    /// The request is refused, and nothing has changed.
    pub fn listen_in(
        &mut self,
        supervisor: PersonId,
        device: &str,
        request: ListenIn,
    ) -> Result<(), Refusal> {
        self.may_supervise(supervisor, device)?;
        let target = self.target(&request)?;
        if target == supervisor {
            return Err(Refusal::Oneself);
        }
        let person = &self.people[target.0];
        if person.role != Role::Agent {
            return Err(Refusal::NotAnAgent(person.number.clone()));
        }
        if !person.is_active() {
            return Err(Refusal::LoggedOut(person.number.clone()));
        }
        if !self.may_act_on(supervisor, target) {
            return Err(Refusal::NotManaged(person.number.clone()));
        }
        // One supervisor an agent (*TMonitorNextCall*).
        if self
            .supervisor_of(target)
            .is_some_and(|other| other != supervisor)
        {
            return Err(Refusal::MonitoredByAnother(person.number.clone()));
        }
        // One agent a supervisor: another request cancels the first (*TMonitorNextCall*).
        // Assumption: the cancellation is published like any other, before the new monitoring is.
        let before = self.subscriptions.get(&supervisor);
        if before.is_some_and(|before| before.target != target) {
            self.end_monitoring(supervisor);
        }
        let subscription = Subscription {
            target,
            mode: request.mode,
            scope: request.scope,
        };
        self.subscriptions.insert(supervisor, subscription);
        self.device_changed(supervisor);
        self.call_supervisor_of(target);
        Ok(())
    }

    /// Ends monitoring.
    ///
    /// # Errors
    /// The device is not the supervisor's, or monitors nobody.
    pub fn cancel_monitoring(&mut self, supervisor: PersonId, device: &str) -> Result<(), Refusal> {
        self.may_supervise(supervisor, device)?;
        if !self.subscriptions.contains_key(&supervisor) {
            let number = self.people[supervisor.0].number.clone();
            return Err(Refusal::NotMonitoring(number));
        }
        self.end_monitoring(supervisor);
        Ok(())
    }

    /// The subscription goes, and the leg with it.
    ///
    /// Assumption: cancelling releases the supervisor from a call in progress.
    pub(super) fn end_monitoring(&mut self, supervisor: PersonId) {
        if self.subscriptions.remove(&supervisor).is_some() {
            self.leave(supervisor);
            self.device_changed(supervisor);
        }
    }

    /// Brings the supervisor of `agent` into the agent's call, if there is one to be heard.
    ///
    /// Assumption: a supervisor who still listens to another call (one that was transferred) is
    /// not called; monitoring goes on with the agent's next call.
    pub(super) fn call_supervisor_of(&mut self, agent: PersonId) {
        let Some(supervisor) = self.supervisor_of(agent) else {
            return;
        };
        let Some(key) = self.people[agent.0].call else {
            return;
        };
        let began = i64::try_from(self.now).unwrap_or(i64::MAX);
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        if call.agent.state != LegState::Established || self.people[supervisor.0].call.is_some() {
            return;
        }
        call.supervisors.push(Leg {
            person: supervisor,
            state: match self.config.supervisor_leg {
                SupervisorLeg::Ring => LegState::Ringing,
                SupervisorLeg::Answered => LegState::Established,
            },
            began,
        });
        self.people[supervisor.0].call = Some(key);
        self.call_changed(supervisor, CallChange::Status);
        if self.config.supervisor_leg == SupervisorLeg::Answered {
            self.agent_is_heard(key);
        }
    }

    /// The supervisor's leg ends. With `NextCall` monitoring ends with it.
    ///
    /// Assumptions: leaving one call ends `NextCall` monitoring, answered or not, and leaves
    /// `AllCalls` monitoring in place; the end is published as a device without
    /// `supervisorMonitoringState`, as after a cancellation.
    pub(super) fn leave(&mut self, supervisor: PersonId) {
        let Some(key) = self.people[supervisor.0].call else {
            return;
        };
        self.release(supervisor);
        let mut was_heard = false;
        if let Some(call) = self.calls.get_mut(&key) {
            was_heard = call.is_heard();
            call.supervisors.retain(|leg| leg.person != supervisor);
        }
        if was_heard {
            self.agent_is_heard(key);
        }
        let mode = self.subscriptions.get(&supervisor).map(|found| &found.mode);
        if mode == Some(&Mode::NextCall) {
            self.subscriptions.remove(&supervisor);
            self.device_changed(supervisor);
        }
    }

    /// Whether, when `agent` leaves the call, so does `supervisor`: with scope `Agent`.
    pub(super) fn leaves_with(&self, supervisor: PersonId, agent: PersonId) -> bool {
        self.subscriptions
            .get(&supervisor)
            .is_none_or(|found| found.scope == Scope::Agent && found.target == agent)
    }

    /// The agent's own view of the call changes when supervisors begin or cease to listen.
    pub(super) fn agent_is_heard(&mut self, key: CallKey) {
        let agent = self.calls.get(&key).map(|call| call.agent.person);
        if let Some(agent) = agent.filter(|agent| self.people[agent.0].call == Some(key)) {
            self.call_changed(agent, CallChange::Status);
        }
    }

    /// Who monitors `agent`.
    pub(crate) fn supervisor_of(&self, agent: PersonId) -> Option<PersonId> {
        self.subscriptions
            .iter()
            .find(|(_, found)| found.target == agent)
            .map(|(&supervisor, _)| supervisor)
    }

    /// The supervisor goes away from the device, or comes back to it. Going ends monitoring
    /// (*TMonitorNextCall*: "when either the supervisor or the agent logs out").
    pub fn set_supervisor_active(&mut self, supervisor: PersonId, active: bool) {
        let person = &self.people[supervisor.0];
        if person.role != Role::Supervisor || person.is_active() == active {
            return;
        }
        if active {
            self.change_presence(supervisor, Presence::LoggedIn);
            self.change_presence(supervisor, Presence::NotReady(None));
        } else {
            self.change_presence(supervisor, Presence::LoggedOut);
        }
    }

    fn may_supervise(&self, supervisor: PersonId, device: &str) -> Result<(), Refusal> {
        let person = &self.people[supervisor.0];
        if person.device.as_str() != device {
            return Err(Refusal::NoSuchDevice(device.to_owned()));
        }
        if person.role != Role::Supervisor {
            return Err(Refusal::NotASupervisor(person.user_name.clone()));
        }
        if !person.is_active() {
            return Err(Refusal::NotRegistered(person.number.clone()));
        }
        Ok(())
    }

    /// The device a request names.
    ///
    /// Assumption: `phoneNumber` alone names a target too; with both, they must agree.
    fn target(&self, request: &ListenIn) -> Result<PersonId, Refusal> {
        let by_uri = request.target_device_uri.as_deref().map(|uri| {
            let device = device_of(uri).ok_or_else(|| Refusal::MalformedTarget(uri.to_owned()))?;
            self.people
                .by_device(&device)
                .ok_or_else(|| Refusal::NoSuchDevice(device.to_string()))
        });
        let by_number = request.phone_number.as_deref().map(|number| {
            self.people
                .by_number(number)
                .ok_or_else(|| Refusal::NoSuchNumber(number.to_owned()))
        });
        match (by_uri.transpose()?, by_number.transpose()?) {
            (Some(uri), Some(number)) if uri != number => Err(Refusal::TargetsDiffer),
            (Some(target), _) | (None, Some(target)) => Ok(target),
            (None, None) => Err(Refusal::Missing("targetDeviceUri")),
        }
    }
}

/// The device an absolute URI names, whatever its host.
fn device_of(uri: &str) -> Option<DeviceId> {
    let rest = uri
        .strip_prefix("http://")
        .or_else(|| uri.strip_prefix("https://"))?;
    let (host, _) = rest.split_once('/')?;
    if host.is_empty() {
        return None;
    }
    DeviceId::from_uri(uri)
}
