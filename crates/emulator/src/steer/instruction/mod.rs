//! What can be asked of the emulator beside the API it serves: one vocabulary, for
//! [`Control`](crate::Control), for the control API over HTTP, and for scripts.
//!
//! | file | holds |
//! |---|---|
//! | this one | the instructions |
//! | `words` | a line and an example for each, for people |

#[cfg(test)]
mod tests;
mod words;

use bayeux::Channel;
use gws::{Mode, Scope};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::json::{Object, raw};
use crate::span::Span;
use crate::steer::fault::{FaultName, FaultOn};
use crate::world::{Presence, Reason, Refusal};

pub use self::words::{InstructionWords, VOCABULARY};

/// Something that is to happen. As JSON and in scripts its name is the value of `do`, and what it
/// needs stands beside it: `{"do":"callArrives","agent":"6001","from":"555-1234"}`. People are
/// named by their numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "do",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[non_exhaustive]
pub enum Instruction {
    /// A customer calls an agent, who answers at once.
    CallArrives {
        /// The agent.
        agent: String,
        /// The customer.
        from: String,
    },
    /// A customer calls an agent, whose telephone rings until somebody answers.
    CallRings {
        /// The agent.
        agent: String,
        /// The customer.
        from: String,
    },
    /// A customer hangs up.
    CustomerHangsUp {
        /// The customer.
        from: String,
    },
    /// A customer objects to being monitored: supervisors are released from calls with the
    /// customer, and are not called to those to come.
    OptOut {
        /// The customer.
        from: String,
    },
    /// A customer has no objection any more. Calls under way stay as they are.
    OptIn {
        /// The customer.
        from: String,
    },
    /// An agent dials a number, inside or outside.
    Dial {
        /// The agent.
        agent: String,
        /// The number.
        to: String,
    },
    /// An agent puts the call on hold.
    Hold {
        /// The agent.
        agent: String,
    },
    /// An agent goes back to the call on hold.
    Retrieve {
        /// The agent.
        agent: String,
    },
    /// An agent puts the call on hold and asks a colleague, whose telephone rings.
    Consult {
        /// The agent.
        agent: String,
        /// The colleague.
        to: String,
    },
    /// An agent hands the call on to the colleague who was asked.
    CompleteTransfer {
        /// The agent.
        agent: String,
    },
    /// An agent takes the colleague who was asked into the call.
    CompleteConference {
        /// The agent.
        agent: String,
    },
    /// An agent takes a colleague into the call, whose telephone rings.
    Conference {
        /// The agent.
        agent: String,
        /// The colleague.
        to: String,
    },
    /// An agent's call ends.
    EndCall {
        /// The agent.
        agent: String,
    },
    /// A call ends, whoever is in it.
    ClearCall {
        /// Its id, as the state of the contact centre has it.
        call: String,
    },
    /// An agent transfers the call to another, who answers at once.
    Transfer {
        /// The agent.
        agent: String,
        /// The other.
        to: String,
    },
    /// An agent changes state; logging out ends the call and the monitoring of the agent.
    SetState {
        /// The agent.
        agent: String,
        /// The state.
        state: AgentState,
        /// Why, with `NotReady`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<NotReadyReason>,
    },
    /// An agent logs in, and is ready.
    LogIn {
        /// The agent.
        agent: String,
    },
    /// An agent logs out.
    LogOut {
        /// The agent.
        agent: String,
    },
    /// A supervisor begins to listen to an agent, as from a desktop of the supervisor's own.
    ListenIn(MonitoringWanted),
    /// A supervisor begins to coach an agent: is heard by the agent only.
    Coach(MonitoringWanted),
    /// A supervisor begins to take part in an agent's calls, heard by everyone.
    BargeIn(MonitoringWanted),
    /// A supervisor who listens or coaches is heard by everyone in this call from now on.
    SwitchToBargeIn {
        /// The supervisor.
        supervisor: String,
    },
    /// A supervisor who coaches or has barged in only listens to this call from now on.
    SwitchToListenIn {
        /// The supervisor.
        supervisor: String,
    },
    /// A supervisor ceases to monitor.
    CancelMonitoring {
        /// The supervisor.
        supervisor: String,
    },
    /// Somebody answers the own ringing call.
    Answer {
        /// An agent or a supervisor.
        who: String,
    },
    /// Somebody leaves the own call: an agent ends it, a supervisor only stops listening.
    HangUp {
        /// An agent or a supervisor.
        who: String,
    },
    /// A supervisor's device goes out of use, which ends monitoring.
    DeviceOff {
        /// The supervisor.
        supervisor: String,
    },
    /// A supervisor's device comes back.
    DeviceOn {
        /// The supervisor.
        supervisor: String,
    },
    /// Something goes wrong from now on.
    FaultOn(FaultOn),
    /// A fault is over.
    FaultOff {
        /// Which. All of that name, whatever they are limited to.
        fault: FaultName,
    },
    /// All faults are over.
    FaultsOff {},
    /// The notification server forgets its clients, as when another node takes over.
    ForgetNotificationSessions {},
    /// Everybody is signed out: the next request finds no session.
    ForgetSignIns {},
    /// Every session gets another CSRF token; the old ones are refused.
    ChangeCsrfTokens {},
    /// The server restarts: it closes its socket and all connections, and begins again without any
    /// session. Must be the last of a list.
    Restart {
        /// For how long nobody listens, as the contact centre's clock has it. Default not at all.
        #[serde(default, skip_serializing_if = "is_zero")]
        down_for: Span,
        /// What becomes of the contact centre. Default it goes on, as the telephone system does.
        #[serde(default)]
        world: AfterRestart,
    },
    /// The server's connection to T-Server breaks, and comes back: with T-Server's option
    /// `cancel-monitor-on-disconnect` all monitoring is over.
    TServerDisconnects {},
    /// Any JSON is published to a user.
    SendRaw {
        /// The user.
        to: String,
        /// On which channel.
        channel: ChannelName,
        /// What.
        data: AnyJson,
    },
}

/// Whom a supervisor is to monitor, and in what extent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MonitoringWanted {
    /// The supervisor.
    pub supervisor: String,
    /// The agent.
    pub agent: String,
    /// `supervisorMonitoringScope`. Default as T-Server's option `default-monitor-scope` has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<MonitoringScope>,
    /// `supervisorMonitoringMode`. Default `AllCalls`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<MonitoringMode>,
}

/// What an agent can be put into, by GWS's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AgentState {
    /// Takes calls.
    Ready,
    /// Takes none.
    NotReady,
    /// Writes up the last call.
    AfterCallWork,
    /// Is not there.
    LoggedOut,
}

/// Why an agent takes no calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NotReadyReason(pub Reason);

/// Any JSON. Over HTTP it is kept as it came, with its order and its spaces; TOML has neither.
#[derive(Clone, Debug)]
pub struct AnyJson(pub Box<RawValue>);

/// What becomes of the contact centre when the server restarts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AfterRestart {
    /// It goes on meanwhile: the telephone system is another machine.
    #[default]
    Kept,
    /// Its day begins anew.
    Anew,
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

/// The name of a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChannelName(pub Channel);

/// Why an instruction can't be carried out. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The contact centre says no.
    #[error(transparent)]
    World(#[from] Refusal),
    /// A reason was given for something other than not being ready.
    #[error("`reason` goes with `NotReady` only")]
    ReasonWithoutNotReady,
    /// After a restart nobody is there to whom the rest of a list could happen.
    #[error("`restart` must be the last instruction of a list")]
    RestartNotLast,
    /// One of a list says no.
    #[error("instruction {position}: {why}")]
    InList {
        /// Which, counted from 1.
        position: usize,
        /// Why.
        why: Box<Self>,
    },
}

impl Instruction {
    /// Reads one.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn read(json: &RawValue) -> Result<Self, serde_json::Error> {
        let value: Value = serde_json::from_str(json.get())?;
        let mut instruction = serde_json::from_value(value)?;
        if let Self::SendRaw { data, .. } = &mut instruction {
            let object: Object = serde_json::from_str(json.get())?;
            let mut properties = object.0.into_iter();
            // Of two of the same name the last counts, as above.
            if let Some((_, text)) = properties.rfind(|(name, _)| name == "data") {
                *data = AnyJson(text);
            }
        }
        Ok(instruction)
    }

    /// The numbers of the people it names.
    pub(crate) fn people(&self) -> Vec<&str> {
        match self {
            Self::CallArrives { agent, .. }
            | Self::CallRings { agent, .. }
            | Self::Dial { agent, .. }
            | Self::Hold { agent }
            | Self::Retrieve { agent }
            | Self::CompleteTransfer { agent }
            | Self::CompleteConference { agent }
            | Self::EndCall { agent }
            | Self::SetState { agent, .. }
            | Self::LogIn { agent }
            | Self::LogOut { agent } => vec![agent],
            Self::Transfer { agent, to }
            | Self::Consult { agent, to }
            | Self::Conference { agent, to } => vec![agent, to],
            Self::ListenIn(wanted) | Self::Coach(wanted) | Self::BargeIn(wanted) => {
                vec![&wanted.supervisor, &wanted.agent]
            }
            Self::CancelMonitoring { supervisor }
            | Self::SwitchToBargeIn { supervisor }
            | Self::SwitchToListenIn { supervisor }
            | Self::DeviceOff { supervisor }
            | Self::DeviceOn { supervisor } => vec![supervisor],
            Self::Answer { who } | Self::HangUp { who } => vec![who],
            Self::FaultOn(on) => on.scope.to.as_deref().into_iter().collect(),
            Self::SendRaw { to, .. } => vec![to],
            Self::CustomerHangsUp { .. }
            | Self::ClearCall { .. }
            | Self::OptOut { .. }
            | Self::OptIn { .. }
            | Self::FaultOff { .. }
            | Self::FaultsOff {}
            | Self::ForgetNotificationSessions {}
            | Self::ForgetSignIns {}
            | Self::ChangeCsrfTokens {}
            | Self::Restart { .. }
            | Self::TServerDisconnects {} => Vec::new(),
        }
    }
}

impl PartialEq for AnyJson {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

impl<'de> Deserialize<'de> for AnyJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(raw(&Value::deserialize(deserializer)?)))
    }
}

impl Serialize for AnyJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

fn is_zero(span: &Span) -> bool {
    *span == Span::ZERO
}

impl TryFrom<String> for NotReadyReason {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        let found = Reason::ALL.into_iter().find(|known| known.as_str() == word);
        found.map(Self).ok_or_else(|| {
            let known = Reason::ALL.map(Reason::as_str).join(", ");
            format!("there is no reason `{word}`; there are {known}")
        })
    }
}

impl From<NotReadyReason> for String {
    fn from(reason: NotReadyReason) -> Self {
        reason.0.as_str().to_owned()
    }
}

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

impl From<MonitoringScope> for Scope {
    fn from(scope: MonitoringScope) -> Self {
        match scope {
            MonitoringScope::Call => Self::Call,
            MonitoringScope::Agent => Self::Agent,
        }
    }
}

impl From<MonitoringMode> for Mode {
    fn from(mode: MonitoringMode) -> Self {
        match mode {
            MonitoringMode::NextCall => Self::NextCall,
            MonitoringMode::AllCalls => Self::AllCalls,
        }
    }
}

impl AgentState {
    /// The same for the contact centre.
    ///
    /// # Errors
    /// A reason goes with `NotReady` only.
    pub(crate) fn presence(self, reason: Option<NotReadyReason>) -> Result<Presence, Refused> {
        match (self, reason) {
            (Self::NotReady, reason) => Ok(Presence::NotReady(reason.map(|reason| reason.0))),
            (_, Some(_)) => Err(Refused::ReasonWithoutNotReady),
            (Self::Ready, None) => Ok(Presence::Ready),
            (Self::AfterCallWork, None) => Ok(Presence::AfterCallWork),
            (Self::LoggedOut, None) => Ok(Presence::LoggedOut),
        }
    }
}
