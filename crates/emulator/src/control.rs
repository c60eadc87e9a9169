//! The contact centre by remote control, for tests and demonstrations: calls come and go, agents
//! change state, things go wrong. Everything takes effect at once and is published like anything
//! else that happens.

use std::sync::Arc;

use bayeux::{Channel, RawValue};

use crate::state::Shared;
use crate::steer::fault::{FaultOn, FaultStatus, InvalidFault};
use crate::steer::instruction::{Instruction, Refused};
use crate::steer::script::{Script, ScriptError, ScriptStatus};
use crate::world::{
    AgentSummary, DEMO_SUPERVISOR, MonitoringRequest, MonitoringSummary, OTHER_SUPERVISOR,
    Presence, Refusal, Supervision,
};

/// A handle on a running emulator. Agents and supervisors are named by their numbers.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

impl Control {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// All agents, by number.
    pub fn agents(&self) -> Vec<AgentSummary> {
        self.shared.lock().world.agents()
    }

    /// The agent with that number.
    pub fn agent(&self, number: &str) -> Option<AgentSummary> {
        let mut agents = self.agents();
        let found = agents.iter().position(|agent| agent.number == number)?;
        Some(agents.swap_remove(found))
    }

    /// A customer calls the agent, who answers at once.
    ///
    /// # Errors
    /// There is no such agent, or the agent is logged out or in a call.
    pub fn call_arrives(&self, agent: &str, from: &str) -> Result<(), Refusal> {
        self.shared.lock().world.call_arrives(agent, from)
    }

    /// The agent's call ends.
    ///
    /// # Errors
    /// There is no such agent, or the agent is not in a call.
    pub fn end_call(&self, agent: &str) -> Result<(), Refusal> {
        self.shared.lock().world.end_call(agent)
    }

    /// The agent transfers the call to another, who answers at once.
    ///
    /// # Errors
    /// There are no such agents, the first is not in a call, or the second can't take one.
    pub fn transfer(&self, agent: &str, to: &str) -> Result<(), Refusal> {
        self.shared.lock().world.transfer(agent, to)
    }

    /// Puts the agent into a state.
    ///
    /// # Errors
    /// There is no such agent.
    pub fn set_state(&self, agent: &str, state: Presence) -> Result<(), Refusal> {
        self.shared.lock().world.set_state(agent, state)
    }

    /// Logs the agent out. That ends the call and the monitoring of the agent.
    ///
    /// # Errors
    /// There is no such agent.
    pub fn log_out(&self, agent: &str) -> Result<(), Refusal> {
        self.set_state(agent, Presence::LoggedOut)
    }

    /// Logs the agent in; the agent is ready.
    ///
    /// # Errors
    /// There is no such agent.
    pub fn log_in(&self, agent: &str) -> Result<(), Refusal> {
        self.set_state(agent, Presence::Ready)
    }

    /// The other supervisor (5006) begins to listen to the agent.
    ///
    /// # Errors
    /// As for any `ListenIn`.
    pub fn monitored_by_other(&self, agent: &str) -> Result<(), Refusal> {
        let world = &mut self.shared.lock().world;
        let device = world.device_id(OTHER_SUPERVISOR).to_string();
        let request = MonitoringRequest::of(agent, Supervision::ListenIn);
        world.monitor(OTHER_SUPERVISOR, &device, request)
    }

    /// The other supervisor ceases to listen.
    ///
    /// # Errors
    /// As for any `CancelSupervisorMonitoring`.
    pub fn cancel_other(&self) -> Result<(), Refusal> {
        let world = &mut self.shared.lock().world;
        let device = world.device_id(OTHER_SUPERVISOR).to_string();
        world.cancel_monitoring(OTHER_SUPERVISOR, &device)
    }

    /// Whom the supervisor monitors.
    pub fn monitoring(&self, supervisor: &str) -> Option<MonitoringSummary> {
        self.shared.lock().world.monitoring(supervisor)
    }

    /// How many `ListenIn`, `Coach` and `BargeIn` have come over HTTP, refused ones included.
    pub fn monitoring_requests(&self) -> u64 {
        self.shared.lock().monitoring_requests
    }

    /// The demo supervisor's device goes out of use, which ends monitoring, or comes back.
    pub fn set_supervisor_active(&self, active: bool) {
        let world = &mut self.shared.lock().world;
        world.set_supervisor_active(DEMO_SUPERVISOR, active);
    }

    /// The notification server forgets its clients, as when another node takes over.
    pub fn forget_notification_sessions(&self) {
        self.shared.lock().forget_notification_sessions();
    }

    /// How many notification sessions there are: pages that are connected, or were until just now.
    pub fn notification_sessions(&self) -> usize {
        self.shared.lock().notification_sessions()
    }

    /// How many sessions of signed-in users there are, those that have just run out perhaps
    /// included.
    pub fn sign_ins(&self) -> usize {
        self.shared.lock().sessions.count()
    }

    /// Everybody is signed out: the next request finds no session.
    pub fn forget_sign_ins(&self) {
        self.shared.lock().sessions.forget();
    }

    /// Carries instructions out, in order: all, or none if one of them can't be.
    ///
    /// # Errors
    /// Which one can't be, and why.
    pub fn carry_out(&self, instructions: &[Instruction]) -> Result<(), Refused> {
        self.shared.lock().carry_out(instructions)
    }

    /// Plays a script from now on, in the place of one that is being played. If it wants a contact
    /// centre of its own, the server restarts with that.
    ///
    /// # Errors
    /// It names somebody who is not there.
    pub fn play(&self, script: Script) -> Result<(), ScriptError> {
        self.shared.lock().play(script)
    }

    /// The script that is being played, or was played last.
    pub fn script(&self) -> Option<ScriptStatus> {
        self.shared.lock().script()
    }

    /// Stops the script that is being played.
    pub fn stop_script(&self) {
        self.shared.lock().stop_script();
    }

    /// Something goes wrong from now on.
    ///
    /// # Errors
    /// The fault is limited to a user that there is not.
    pub fn fault_on(&self, fault: impl Into<FaultOn>) -> Result<(), Refused> {
        self.carry_out(&[Instruction::FaultOn(fault.into())])
    }

    /// Something goes wrong from now on, written as in the flag `--fault`.
    ///
    /// # Errors
    /// There is no such fault, or it can't be like that.
    pub fn fault(&self, flag: &str) -> Result<(), FaultError> {
        let fault: FaultOn = flag.parse()?;
        Ok(self.fault_on(fault)?)
    }

    /// Nothing goes wrong any more.
    pub fn faults_off(&self) {
        self.shared.lock().faults.clear();
    }

    /// What goes wrong at present.
    pub fn faults(&self) -> Vec<FaultStatus> {
        self.shared.lock().faults.list()
    }

    /// Publishes any JSON to the demo supervisor.
    ///
    /// # Errors
    /// `channel` is no channel, or `data` is no JSON.
    pub fn send_raw(&self, channel: &str, data: &str) -> Result<(), SendError> {
        let channel = Channel::new(channel).map_err(|_| SendError::Channel)?;
        let data = RawValue::from_string(data.to_owned())?;
        self.shared.lock().publish(DEMO_SUPERVISOR, channel, data);
        Ok(())
    }
}

/// Why a fault can't be switched on.
#[derive(Debug, thiserror::Error)]
pub enum FaultError {
    /// There is no such fault, or it can't be like that.
    #[error(transparent)]
    Invalid(#[from] InvalidFault),
    /// It makes no sense in this contact centre.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// Why something can't be published.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// That is no channel's name.
    #[error("that is no channel's name")]
    Channel,
    /// That is no JSON.
    #[error("that is no JSON: {0}")]
    Json(#[from] serde_json::Error),
}
