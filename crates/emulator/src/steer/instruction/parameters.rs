//! Parameters of instructions, except for texts and faults.

use bayeux::Channel;
use gws::{Mode, Scope};
use serde::{Deserialize, Serialize};

use super::Refused;
use crate::world::{MonitoringRequest, Presence, Reason, Refusal, Supervision, World};

/// Parameters of `listenIn`, `coach` and `bargeIn`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MonitoringWanted {
    /// The supervisor.
    pub supervisor: String,
    /// The agent.
    pub agent: String,
    /// `supervisorMonitoringScope`. Default `Call`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<MonitoringScope>,
    /// `supervisorMonitoringMode`. Default `AllCalls`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<MonitoringMode>,
}

impl MonitoringWanted {
    pub(super) fn example() -> Self {
        Self {
            supervisor: "5006".to_owned(),
            agent: "6001".to_owned(),
            scope: Some(MonitoringScope::Call),
            mode: Some(MonitoringMode::AllCalls),
        }
    }
}

pub(super) fn begin_monitoring(
    world: &mut World,
    how: Supervision,
    wanted: &MonitoringWanted,
) -> Result<(), Refusal> {
    let supervisor = world.person_with_number(&wanted.supervisor)?;
    let device = world.device_id(supervisor).to_string();
    let request = MonitoringRequest {
        scope: wanted.scope.map(|scope| match scope {
            MonitoringScope::Call => Scope::Call,
            MonitoringScope::Agent => Scope::Agent,
        }),
        mode: match wanted.mode {
            Some(MonitoringMode::NextCall) => Mode::NextCall,
            Some(MonitoringMode::AllCalls) | None => Mode::AllCalls,
        },
        ..MonitoringRequest::of(&wanted.agent, how)
    };
    world.monitor(supervisor, &device, request)
}

/// `supervisorMonitoringScope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MonitoringScope {
    /// The whole call, wherever it goes.
    Call,
    /// The agent's part only.
    Agent,
}

/// `supervisorMonitoringMode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MonitoringMode {
    /// The next call only.
    NextCall,
    /// Every call until it is cancelled.
    AllCalls,
}

/// A state of an agent, by GWS's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AgentState {
    /// Ready for calls.
    Ready,
    /// Not ready for calls.
    NotReady,
    /// After-call work.
    AfterCallWork,
    /// Logged out.
    LoggedOut,
}

/// The contact centre's form of a state and its reason.
pub(super) fn presence(state: AgentState, reason: Option<Reason>) -> Result<Presence, Refused> {
    match (state, reason) {
        (AgentState::NotReady, reason) => Ok(Presence::NotReady(reason)),
        (_, Some(_)) => Err(Refused::ReasonWithoutNotReady),
        (AgentState::Ready, None) => Ok(Presence::Ready),
        (AgentState::AfterCallWork, None) => Ok(Presence::AfterCallWork),
        (AgentState::LoggedOut, None) => Ok(Presence::LoggedOut),
    }
}

/// What happens to the contact centre when the server restarts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AfterRestart {
    /// It continues: the telephone system is another machine.
    #[default]
    Kept,
    /// A new one begins its day.
    Anew,
}

/// The name of a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChannelName(pub Channel);

impl TryFrom<String> for ChannelName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Channel::new(name.as_str())
            .map(Self)
            .map_err(|_| format!("`{name}` is no channel; `/v2/me/calls` is"))
    }
}

impl From<ChannelName> for String {
    fn from(name: ChannelName) -> Self {
        name.0.as_str().to_owned()
    }
}
