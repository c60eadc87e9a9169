//! The control API for tests and demonstrations: carries instructions out and reads the state.
//! Changes take effect at once and are published like any others.

use std::sync::Arc;

use bayeux::{Channel, RawValue};

use crate::state::Shared;
use crate::steer::fault::{Fault, FaultStatus};
use crate::steer::instruction::{Instruction, MonitoringWanted, Refused};
use crate::steer::script::{Script, ScriptError, ScriptStatus};
use crate::world::{AgentSummary, DEMO_SUPERVISOR, MonitoringSummary, Presence, Refusal};

/// The second supervisor's number.
const OTHER_SUPERVISOR: &str = "5006";

/// A handle on a running emulator. Agents and supervisors are named by their numbers.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

impl Control {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Carries out instructions, in order: all, or none if one of them is refused.
    ///
    /// # Errors
    /// Which one is refused, and why.
    pub fn carry_out(&self, instructions: &[Instruction]) -> Result<(), Refused> {
        self.shared.lock().carry_out(instructions)
    }

    /// [`Instruction::CallArrives`].
    ///
    /// # Errors
    /// There is no such agent, or the agent is logged out or in a call.
    pub fn call_arrives(&self, agent: &str, from: &str) -> Result<(), Refused> {
        let (agent, from) = (agent.to_owned(), from.to_owned());
        self.carry_out(&[Instruction::CallArrives { agent, from }])
    }

    /// [`Instruction::EndCall`].
    ///
    /// # Errors
    /// There is no such agent, or the agent is not in a call.
    pub fn end_call(&self, agent: &str) -> Result<(), Refused> {
        let agent = agent.to_owned();
        self.carry_out(&[Instruction::EndCall { agent }])
    }

    /// [`Instruction::Transfer`].
    ///
    /// # Errors
    /// There are no such agents, the first is not in a call, or the second can't take one.
    pub fn transfer(&self, agent: &str, to: &str) -> Result<(), Refused> {
        let (agent, to) = (agent.to_owned(), to.to_owned());
        self.carry_out(&[Instruction::Transfer { agent, to }])
    }

    /// Sets the agent's state.
    ///
    /// # Errors
    /// There is no such agent.
    pub fn set_state(&self, agent: &str, state: Presence) -> Result<(), Refusal> {
        self.shared.lock().world.set_state(agent, state)
    }

    /// [`Instruction::LogOut`].
    ///
    /// # Errors
    /// There is no such agent.
    pub fn log_out(&self, agent: &str) -> Result<(), Refused> {
        let agent = agent.to_owned();
        self.carry_out(&[Instruction::LogOut { agent }])
    }

    /// [`Instruction::LogIn`].
    ///
    /// # Errors
    /// There is no such agent.
    pub fn log_in(&self, agent: &str) -> Result<(), Refused> {
        let agent = agent.to_owned();
        self.carry_out(&[Instruction::LogIn { agent }])
    }

    /// The other supervisor (5006) begins to listen to the agent.
    ///
    /// # Errors
    /// Those of any `ListenIn`.
    pub fn monitored_by_other(&self, agent: &str) -> Result<(), Refused> {
        self.carry_out(&[Instruction::ListenIn(MonitoringWanted {
            supervisor: OTHER_SUPERVISOR.to_owned(),
            agent: agent.to_owned(),
            scope: None,
            mode: None,
        })])
    }

    /// The other supervisor stops listening.
    ///
    /// # Errors
    /// Those of any `CancelSupervisorMonitoring`.
    pub fn cancel_other(&self) -> Result<(), Refused> {
        let supervisor = OTHER_SUPERVISOR.to_owned();
        self.carry_out(&[Instruction::CancelMonitoring { supervisor }])
    }

    /// Makes the demo supervisor's device inactive, which ends monitoring, or active again.
    pub fn set_supervisor_active(&self, active: bool) {
        let world = &mut self.shared.lock().world;
        world.set_supervisor_active(DEMO_SUPERVISOR, active);
    }

    /// [`Instruction::ForgetNotificationSessions`].
    pub fn forget_notification_sessions(&self) {
        self.shared.lock().forget_notification_sessions();
    }

    /// [`Instruction::ForgetSignIns`].
    pub fn forget_sign_ins(&self) {
        self.shared.lock().sessions.forget();
    }

    /// Switches on a fault in the form of the flag `--fault`.
    ///
    /// # Errors
    /// There is no such fault, or it is limited to an unknown user.
    pub fn fault(&self, flag: &str) -> Result<(), Refused> {
        let fault: Fault = flag.parse()?;
        self.carry_out(&[Instruction::FaultOn(fault)])
    }

    /// [`Instruction::FaultsOff`].
    pub fn faults_off(&self) {
        self.shared.lock().faults.clear();
    }

    /// Publishes any JSON to the demo supervisor, unchanged.
    ///
    /// # Errors
    /// `channel` is not a channel, or `data` is not JSON.
    pub fn send_raw(&self, channel: &str, data: &str) -> Result<(), SendError> {
        let channel = Channel::new(channel).map_err(|_| SendError::Channel)?;
        let data = RawValue::from_string(data.to_owned())?;
        self.shared.lock().publish(DEMO_SUPERVISOR, channel, data);
        Ok(())
    }

    /// Plays a script from now on, replacing the current one. If it has its own contact centre, the
    /// server restarts with that.
    ///
    /// # Errors
    /// It names an unknown person.
    pub fn play(&self, script: Script) -> Result<(), ScriptError> {
        self.shared.lock().play(script)
    }

    /// All agents, by number.
    pub fn agents(&self) -> Vec<AgentSummary> {
        self.shared.lock().world.agents()
    }

    /// The agent with that number.
    pub fn agent(&self, number: &str) -> Option<AgentSummary> {
        let agents = self.agents();
        agents.into_iter().find(|agent| agent.number == number)
    }

    /// The supervisor's monitoring, if there is any.
    pub fn monitoring(&self, supervisor: &str) -> Option<MonitoringSummary> {
        self.shared.lock().world.monitoring(supervisor)
    }

    /// The number of `ListenIn`, `Coach` and `BargeIn` over HTTP, refused ones included.
    pub fn monitoring_requests(&self) -> u64 {
        self.shared.lock().monitoring_requests
    }

    /// The number of notification sessions: pages that are connected, or were until recently.
    pub fn notification_sessions(&self) -> usize {
        self.shared.lock().notification_sessions()
    }

    /// The number of sessions of signed-in users; may include expired ones.
    pub fn sign_ins(&self) -> usize {
        self.shared.lock().sessions.count()
    }

    /// The active faults.
    pub fn faults(&self) -> Vec<FaultStatus> {
        self.shared.lock().faults.list()
    }

    /// The current script, or the last one.
    pub fn script(&self) -> Option<ScriptStatus> {
        self.shared.lock().script()
    }
}

/// Why data can't be published.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Not a valid channel.
    #[error("not a valid channel")]
    Channel,
    /// Not JSON.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
}
