//! A call as one device sees it: `GET /me/calls`, `CallStateChangeMessage`. Source: *CallResource*.

use serde::Serialize;

use crate::device::Toggle;
use crate::ids::{CallId, DeviceId};
use crate::monitoring::MonitoringKind;
use crate::words::open_enum;
use tolerant_json::{Node, Read};

/// A call on a device.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// Its state.
    pub state: CallState,
    /// The device it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_uri: Option<String>,
    /// The other parties. GWS v2 gives them no roles.
    pub participants: Vec<Participant>,
    /// Number of the caller, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ani: Option<String>,
    /// Number that was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dnis: Option<String>,
    /// Its direction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_type: Option<CallType>,
    /// The operations that it allows at this moment.
    pub capabilities: Vec<CallCapability>,
    /// Its duration in seconds when this was written. On the wire a string.
    #[serde(serialize_with = "seconds", skip_serializing_if = "Option::is_none")]
    pub duration: Option<u32>,
    /// Whether this party is muted: `On` is listening, `Off` is speaking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mute: Option<Toggle>,
    /// On the agent's call: a supervisor is listening.
    pub supervisor_listening_in: bool,
    /// The supervisor has muted the agent.
    pub monitored_user_muted: bool,
    /// On the supervisor's call: this is the leg through which the supervisor monitors.
    pub monitoring: bool,
    /// On the supervisor's call: how the supervisor takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervisor_monitoring_state: Option<LegMonitoring>,
}

impl Call {
    /// The device it is on.
    pub fn device(&self) -> Option<DeviceId> {
        self.device_uri.as_deref().and_then(DeviceId::from_uri)
    }

    /// Whether the call allows `capability` at this moment.
    pub fn can(&self, capability: &CallCapability) -> bool {
        self.capabilities.contains(capability)
    }

    /// Whether this is the leg through which a supervisor monitors.
    ///
    /// Assumption: no public text says which of the two marks a v2 server sets, and a server may
    /// set neither until the leg is answered, so either suffices.
    pub fn is_monitoring_leg(&self) -> bool {
        self.monitoring || self.supervisor_monitoring_state.is_some()
    }
}

open_enum! {
    /// The state of a call.
    pub enum CallState {
        /// Outgoing, not answered yet.
        Dialing = "Dialing",
        /// Incoming, not answered yet.
        Ringing = "Ringing",
        /// Answered: the parties can talk.
        Established = "Established",
        /// Parked by this party.
        Held = "Held",
        /// Over for this party.
        Released = "Released",
        /// Over and closed; newer servers only.
        Completed = "Completed",
    }
}

impl CallState {
    /// Whether the call is over for this party.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Released | Self::Completed)
    }
}

open_enum! {
    /// The direction of a call.
    pub enum CallType {
        /// Between two devices of the contact centre.
        Internal = "Internal",
        /// From outside.
        Inbound = "Inbound",
        /// To outside.
        Outbound = "Outbound",
        /// A consultation between agents.
        Consult = "Consult",
    }
}

open_enum! {
    /// An operation that a call allows at this moment.
    pub enum CallCapability {
        /// Answer it.
        Answer = "Answer",
        /// Leave it.
        Hangup = "Hangup",
        /// End it for everyone.
        ClearCall = "ClearCall",
        /// Put it on hold.
        Hold = "Hold",
        /// Take it off hold.
        Retrieve = "Retrieve",
        /// Stop speaking.
        MuteCall = "MuteCall",
        /// Speak again.
        UnmuteCall = "UnmuteCall",
        /// Send tones.
        SendDtmf = "SendDtmf",
        /// Begin to speak to everyone.
        SwitchToBargeIn = "SwitchToBargeIn",
        /// Go back to listening.
        SwitchToListenIn = "SwitchToListenIn",
        /// Mute the agent.
        MuteMonitoredUser = "MuteMonitoredUser",
        /// Let the agent speak again.
        UnmuteMonitoredUser = "UnmuteMonitoredUser",
        /// Consult somebody before a transfer.
        InitiateTransfer = "InitiateTransfer",
        /// Transfer the call to the consulted party.
        CompleteTransfer = "CompleteTransfer",
        /// Transfer without consulting.
        SingleStepTransfer = "SingleStepTransfer",
        /// Consult somebody before a conference.
        InitiateConference = "InitiateConference",
        /// Let the consulted party join.
        CompleteConference = "CompleteConference",
        /// Add somebody without consulting.
        SingleStepConference = "SingleStepConference",
        /// Remove a party from it.
        RemoveParticipantFromConference = "RemoveParticipantFromConference",
        /// Record it.
        StartCallRecording = "StartCallRecording",
        /// Attach data.
        AttachUserData = "AttachUserData",
        /// Change attached data.
        UpdateUserData = "UpdateUserData",
        /// Delete all attached data.
        DeleteUserData = "DeleteUserData",
        /// Delete one piece of attached data.
        DeleteUserDataPair = "DeleteUserDataPair",
    }
}

/// A party of a call.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    /// The number.
    pub phone_number: String,
    /// The number, formatted; empty if the server does not say.
    pub formatted_phone_number: String,
    /// The number in E.164 form; often empty.
    #[serde(rename = "e164Number")]
    pub e164_number: String,
    /// Only the digits; often the same as the number.
    pub digits: String,
}

impl Participant {
    /// A party of which only the number is known.
    pub fn new(number: impl Into<String>) -> Self {
        let number = number.into();
        Self {
            formatted_phone_number: number.clone(),
            e164_number: String::new(),
            digits: number.clone(),
            phone_number: number,
        }
    }

    /// The formatted number, or else the plain one.
    pub fn shown(&self) -> &str {
        if self.formatted_phone_number.is_empty() {
            &self.phone_number
        } else {
            &self.formatted_phone_number
        }
    }
}

/// How a supervisor takes part in this call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LegMonitoring {
    /// The kind of monitoring.
    pub state: MonitoringKind,
}

impl Read for Call {
    const WHAT: &'static str = "call";

    fn read(node: Node<'_>) -> Option<Self> {
        Some(Self {
            id: CallId::new(node.some_string("id")?),
            state: node.word("state")?,
            device_uri: node.some_string("deviceUri"),
            participants: node.readable("participants"),
            ani: node.some_string("ani"),
            dnis: node.some_string("dnis"),
            call_type: node.word("callType"),
            capabilities: node.words("capabilities"),
            duration: node.number("duration"),
            mute: node.word("mute"),
            supervisor_listening_in: node.is("supervisorListeningIn"),
            monitored_user_muted: node.is("monitoredUserMuted"),
            monitoring: node.is("monitoring"),
            supervisor_monitoring_state: LegMonitoring::read(
                node.field("supervisorMonitoringState"),
            ),
        })
    }
}

impl Read for LegMonitoring {
    const WHAT: &'static str = "monitoring state";

    fn read(node: Node<'_>) -> Option<Self> {
        Some(Self {
            state: node.word("state")?,
        })
    }
}

impl Read for Participant {
    const WHAT: &'static str = "participant";

    /// An object since 8.5.2, a plain string before.
    fn read(node: Node<'_>) -> Option<Self> {
        if let Some(number) = node.text() {
            return Some(Self::new(number));
        }
        node.is_object().then(|| Self {
            phone_number: node.string("phoneNumber"),
            formatted_phone_number: node.string("formattedPhoneNumber"),
            e164_number: node.string("e164Number"),
            digits: node.string("digits"),
        })
    }
}

/// Writes a duration as GWS does: a string of seconds.
fn seconds<S: serde::Serializer>(duration: &Option<u32>, to: S) -> Result<S::Ok, S::Error> {
    match duration {
        Some(seconds) => to.serialize_str(&seconds.to_string()),
        None => to.serialize_none(),
    }
}
