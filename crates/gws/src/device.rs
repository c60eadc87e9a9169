//! A device: a telephone that a user is logged in on, as `GET /me/devices`, `GET /users` and
//! `DeviceStateChangeMessage` describe it. Source: *CallsDeviceResource*, *DevicesAttribs*.

use serde::Serialize;

use crate::ids::DeviceId;
use crate::monitoring::{Mode, MonitoringKind, Scope};
use crate::words::open_enum;
use tolerant_json::{Node, Read};

/// A device and its state.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Whether a session uses it. Absent counts as inactive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_state: Option<DeviceState>,
    /// Its user's state. An inactive device has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_state: Option<UserState>,
    /// Its number, such as `5005`.
    pub phone_number: String,
    /// The same in E.164 form; often empty.
    #[serde(rename = "e164Number")]
    pub e164_number: String,
    /// The network it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephony_network: Option<TelephonyNetwork>,
    /// Whether do-not-disturb is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub do_not_disturb: Option<Toggle>,
    /// Where calls are forwarded to, if they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_to: Option<String>,
    /// The voice environment (switch) it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_environment_uri: Option<String>,
    /// The operations that it allows at this moment.
    pub capabilities: Vec<Capability>,
    /// Whom it monitors. Absent, not `null`, when it monitors nobody (*CancelSupervisorMonitoring*).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervisor_monitoring_state: Option<MonitoringState>,
}

impl Device {
    /// Whether the device allows `capability` at this moment.
    pub fn can(&self, capability: &Capability) -> bool {
        self.capabilities.contains(capability)
    }

    /// Whether a session uses the device. Assumption: if the server does not say, a device with any
    /// capability is in use.
    pub fn is_active(&self) -> bool {
        match &self.device_state {
            Some(state) => *state == DeviceState::Active,
            None => !self.capabilities.is_empty(),
        }
    }
}

open_enum! {
    /// Whether a session uses a device.
    pub enum DeviceState {
        /// In use.
        Active = "Active",
        /// Not in use.
        Inactive = "Inactive",
    }
}

open_enum! {
    /// The network a device is in.
    pub enum TelephonyNetwork {
        /// Behind the contact centre's own switch.
        Private = "Private",
        /// In the public telephone network.
        Public = "Public",
    }
}

open_enum! {
    /// A switch in GWS's spelling.
    pub enum Toggle {
        /// On.
        On = "On",
        /// Off.
        Off = "Off",
    }
}

open_enum! {
    /// An operation that a device allows at this moment.
    pub enum Capability {
        /// Listen to an agent's calls without being heard.
        ListenIn = "ListenIn",
        /// Speak to the agent only.
        Coach = "Coach",
        /// Speak to agent and customer.
        BargeIn = "BargeIn",
        /// End the monitoring.
        CancelSupervisorMonitoring = "CancelSupervisorMonitoring",
        /// Reject calls.
        DoNotDisturbOn = "DoNotDisturbOn",
        /// Accept calls again.
        DoNotDisturbOff = "DoNotDisturbOff",
        /// Forward calls.
        ForwardCallsOn = "ForwardCallsOn",
        /// Stop forwarding.
        ForwardCallsOff = "ForwardCallsOff",
    }
}

/// The state of a device's user.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserState {
    /// The configured state's id; system states have well-known ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The configured name. Only for display: decisions use [`state`](Self::state) and
    /// [`work_mode`](Self::work_mode).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The state itself.
    pub state: AgentState,
    /// Details of being not ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_mode: Option<WorkMode>,
    /// The reason given for not being ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

open_enum! {
    /// The state of an agent.
    pub enum AgentState {
        /// Takes calls.
        Ready = "Ready",
        /// Logged in, takes no calls.
        NotReady = "NotReady",
        /// Logged in; nothing more is known yet.
        LoggedIn = "LoggedIn",
        /// Logged out.
        LoggedOut = "LoggedOut",
        /// Logged out, in the spelling of the list of agent states.
        Logout = "Logout",
    }
}

open_enum! {
    /// Why an agent is not ready.
    pub enum WorkMode {
        /// Other work.
        AuxWork = "AuxWork",
        /// Work after a call.
        AfterCallWork = "AfterCallWork",
    }
}

/// Whom a device monitors.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum MonitoringState {
    /// The object of 8.5.2 and later.
    Known(Monitoring),
    /// Something else, such as the plain string of 8.5.1: somebody is monitored, but it is unknown
    /// who. Holds the value as a text.
    Unrecognised(String),
}

/// A monitoring subscription, as the supervisor's device reports it. Mode and scope may be empty if
/// the server does not say.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Monitoring {
    /// How the supervisor takes part.
    pub state: MonitoringKind,
    /// Which calls.
    pub mode: Mode,
    /// Which part of a call.
    pub scope: Scope,
    /// The monitored device. Compare by [`target`](Self::target).
    pub target_device_uri: String,
    /// The monitored number; newer servers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The switch of that number; newer servers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub switch_name: Option<String>,
}

impl Monitoring {
    /// The monitored device.
    pub fn target(&self) -> Option<DeviceId> {
        DeviceId::from_uri(&self.target_device_uri)
    }
}

impl Read for Device {
    const WHAT: &'static str = "device";

    fn read(node: Node<'_>) -> Option<Self> {
        Some(Self {
            id: DeviceId::new(node.some_string("id")?),
            device_state: node.word("deviceState"),
            user_state: UserState::read(node.field("userState")),
            phone_number: node.string("phoneNumber"),
            // The attribute page spells it with a lower-case n.
            e164_number: node
                .some_string("e164Number")
                .unwrap_or_else(|| node.string("e164number")),
            telephony_network: node.word("telephonyNetwork"),
            do_not_disturb: node.word("doNotDisturb"),
            forward_to: node.some_string("forwardTo"),
            voice_environment_uri: node.some_string("voiceEnvironmentUri"),
            capabilities: node.words("capabilities"),
            supervisor_monitoring_state: MonitoringState::read(
                node.field("supervisorMonitoringState"),
            ),
        })
    }
}

impl Read for UserState {
    const WHAT: &'static str = "user state";

    fn read(node: Node<'_>) -> Option<Self> {
        Some(Self {
            id: node.some_string("id"),
            display_name: node.some_string("displayName"),
            state: node.word("state")?,
            work_mode: node.word("workMode"),
            reason: node
                .some_string("reason")
                .or_else(|| node.some_string("reasonCode")),
        })
    }
}

impl Read for MonitoringState {
    const WHAT: &'static str = "monitoring state";

    fn read(node: Node<'_>) -> Option<Self> {
        if node.is_null() {
            return None;
        }
        if let Some(text) = node.text() {
            return Some(Self::Unrecognised(text.into_owned()));
        }
        Some(match Monitoring::read(node) {
            Some(monitoring) => Self::Known(monitoring),
            None if node.is_list() => Self::Unrecognised("a list".to_owned()),
            None => Self::Unrecognised("an object".to_owned()),
        })
    }
}

impl Read for Monitoring {
    const WHAT: &'static str = "monitoring";

    fn read(node: Node<'_>) -> Option<Self> {
        Some(Self {
            state: node.word("state")?,
            mode: node.word("mode").unwrap_or_else(|| "".into()),
            scope: node.word("scope").unwrap_or_else(|| "".into()),
            target_device_uri: node.string("targetDeviceUri"),
            phone_number: node.some_string("phoneNumber"),
            switch_name: node.some_string("switchName"),
        })
    }
}
