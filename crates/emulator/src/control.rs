//! The contact centre by remote control, for tests and demonstrations: carries instructions out and
//! reads the state. Everything takes effect at once and is published like anything else.

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

    /// Carries instructions out, in order: all, or none if one of them can't be.
    ///
    /// # Errors
    /// Which one can't be, and why.
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

    /// Puts the agent into any state.
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
    /// As for any `ListenIn`.
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
    /// As for any `CancelSupervisorMonitoring`.
    pub fn cancel_other(&self) -> Result<(), Refused> {
        let supervisor = OTHER_SUPERVISOR.to_owned();
        self.carry_out(&[Instruction::CancelMonitoring { supervisor }])
    }

    /// The demo supervisor's device becomes inactive, which ends monitoring, or active again.
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

    /// Switches a fault on that is written as in the flag `--fault`.
    ///
    /// # Errors
    /// There is no such fault, or it is limited to a user who is not there.
    pub fn fault(&self, flag: &str) -> Result<(), Refused> {
        let fault: Fault = flag.parse()?;
        self.carry_out(&[Instruction::FaultOn(fault)])
    }

    /// [`Instruction::FaultsOff`].
    pub fn faults_off(&self) {
        self.shared.lock().faults.clear();
    }

    /// Publishes any JSON to the demo supervisor, as it is written.
    ///
    /// # Errors
    /// `channel` is no channel, or `data` is no JSON.
    pub fn send_raw(&self, channel: &str, data: &str) -> Result<(), SendError> {
        let channel = Channel::new(channel).map_err(|_| SendError::Channel)?;
        let data = RawValue::from_string(data.to_owned())?;
        self.shared.lock().publish(DEMO_SUPERVISOR, channel, data);
        Ok(())
    }

    /// Plays a script from now on, in the place of one that is being played. If it wants a contact
    /// centre of its own, the server restarts with that.
    ///
    /// # Errors
    /// It names somebody who is not there.
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

    /// Whom the supervisor monitors.
    pub fn monitoring(&self, supervisor: &str) -> Option<MonitoringSummary> {
        self.shared.lock().world.monitoring(supervisor)
    }

    /// How many `ListenIn`, `Coach` and `BargeIn` have come over HTTP, refused ones included.
    pub fn monitoring_requests(&self) -> u64 {
        self.shared.lock().monitoring_requests
    }

    /// How many notification sessions there are: pages that are connected, or were until just now.
    pub fn notification_sessions(&self) -> usize {
        self.shared.lock().notification_sessions()
    }

    /// How many sessions of signed-in users there are, those that have just expired perhaps
    /// included.
    pub fn sign_ins(&self) -> usize {
        self.shared.lock().sessions.count()
    }

    /// The faults that are on.
    pub fn faults(&self) -> Vec<FaultStatus> {
        self.shared.lock().faults.list()
    }

    /// The script that is being played, or was played last.
    pub fn script(&self) -> Option<ScriptStatus> {
        self.shared.lock().script()
    }
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
