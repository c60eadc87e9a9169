//! Where a fault strikes: a kind of event, and its filters.

use bayeux::{Channel, Pattern};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// Where a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum At {
    /// Requests below `/api/v2`, before the session is checked.
    Request,
    /// Operations of signed-in users.
    Operation,
    /// Requests to the notification server, except for handshakes.
    Poll,
    /// Single notifications on their way to the notification server.
    Notification,
}

impl At {
    /// The fields of [`Match`] that can limit a fault here.
    pub fn matches(self) -> &'static [&'static str] {
        match self {
            Self::Request => &["path"],
            Self::Operation => &["operation"],
            Self::Poll => &["to"],
            Self::Notification => &["channel", "to"],
        }
    }
}

/// The events to which a fault is limited. Default all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Match {
    /// Notifications on this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelPattern>,
    /// Polls of, or notifications for, the user with this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// This operation.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "operation"
    )]
    pub operation: Option<String>,
    /// Requests whose path below `/api/v2` has this prefix.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "path")]
    pub path: Option<String>,
}

/// The name of a channel, or a pattern of names such as `/v2/me/*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChannelPattern(Pattern);

impl ChannelPattern {
    pub(super) fn matches(&self, channel: &Channel) -> bool {
        self.0.matches(channel)
    }
}

impl TryFrom<String> for ChannelPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Pattern::new(text.as_str())
            .map(Self)
            .map_err(|_| format!("`{text}` is no channel; `/v2/me/calls` is, and `/v2/me/*`"))
    }
}

impl From<ChannelPattern> for String {
    fn from(pattern: ChannelPattern) -> Self {
        pattern.0.as_str().to_owned()
    }
}

fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let path = String::deserialize(deserializer)?;
    if path.starts_with('/') && !path.starts_with("/api") {
        return Ok(Some(path));
    }
    Err(D::Error::custom(format!(
        "`{path}` is no path below /api/v2; `/notifications` is, and `/me/devices`"
    )))
}

fn operation<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = String::deserialize(deserializer)?;
    if OPERATIONS.contains(&name.as_str()) {
        return Ok(Some(name));
    }
    let known = OPERATIONS.join(", ");
    Err(D::Error::custom(format!(
        "there is no operation `{name}`; there are {known}"
    )))
}

/// The operations on devices and calls in `http::operations`.
#[rustfmt::skip]
pub(crate) const OPERATIONS: &[&str] = &[
    "ListenIn", "Coach", "BargeIn", "CancelSupervisorMonitoring", "DoNotDisturbOn",
    "DoNotDisturbOff", "Dial", "Answer", "Hangup", "ClearCall", "Hold", "Retrieve", "SwapCalls",
    "MuteCall", "UnmuteCall", "SwitchToBargeIn", "SwitchToListenIn", "MuteMonitoredUser",
    "UnmuteMonitoredUser", "SingleStepTransfer", "SingleStepConference", "InitiateTransfer",
    "InitiateConference", "CompleteTransfer", "CompleteConference",
    "RemoveParticipantFromConference",
];
