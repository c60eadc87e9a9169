//! The faults there are.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::{FaultOn, InvalidFault};
use crate::span::{Skew, Span};

/// Something that can go wrong, with its parameters. As JSON and in scripts its name is the value
/// of `fault`, and the parameters stand beside it: `{"fault":"delayNotifications","by":"2s"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "fault",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[non_exhaustive]
pub enum Fault {
    /// Notifications come later than what they tell of, in their order.
    DelayNotifications {
        /// By how much.
        by: Span,
    },
    /// Notifications are lost on their way to the notification server: *ack* does not help.
    DropNotifications {},
    /// Notifications come more than once.
    DuplicateNotifications {
        /// How often each comes. Default 2.
        #[serde(default = "twice")]
        copies: Copies,
    },
    /// Notifications overtake one another: one waits until another for the same user has gone
    /// ahead.
    ReorderNotifications {
        /// How long it waits for another. Default 2 s.
        #[serde(default = "two_seconds")]
        within: Span,
    },
    /// An operation is carried out, and the reply sent this long after: notifications of what it
    /// changed come before it.
    HoldReplies {
        /// By how much.
        by: Span,
    },
    /// An operation is refused, and not carried out.
    RefuseOperations {
        /// The HTTP status. Default 500.
        #[serde(default = "internal_server_error")]
        http: HttpStatus,
        /// GWS's `statusCode`. Default 4.
        #[serde(default = "internal_error")]
        status_code: u32,
        /// GWS's `statusMessage`.
        #[serde(default = "refused")]
        status_message: String,
    },
    /// An operation is accepted, not carried out, and then fails with an `ErrorMessage` on
    /// `/v2/me/devices` (*ErrorHandling*).
    FailLater {
        /// How long after the request. Default at once.
        #[serde(default)]
        after: Span,
        /// The `errorMessage`. Default none, as in captured traffic.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// An operation is accepted, and nothing comes of it.
    IgnoreOperations {},
    /// An operation is carried out, and the reply breaks off in the middle of its JSON.
    GarbleReplies {},
    /// The response that carries notifications breaks off in the middle of its body. Without *ack*
    /// they are lost.
    CutOffNotifications {},
    /// A proxy cuts polls that are held for too long.
    CutPolls {
        /// How long is too long. Default 60 s, as nginx has it; CometD's `timeout` must be longer
        /// for that to matter.
        #[serde(default = "a_minute")]
        after: Span,
        /// How it ends them. Default with HTTP 504.
        #[serde(default)]
        with: CutWith,
    },
    /// The balancer sends requests for notifications to another node, which knows no session of
    /// the first one (402). With `every=2` each second one; without it all of them, as after a
    /// failover.
    LoseStickiness {},
    /// Another page is open in the same browser, with a poll of its own (`multiple-clients`).
    SecondTab {},
    /// The server's clock is wrong: `Date`, and the times in messages.
    ClockSkew {
        /// By how much: `1h` or `+1h` for ahead, `-1h` for behind.
        by: Skew,
    },
    /// A proxy holds replies back until it has buffered them for a while; then they come whole.
    BufferReplies {
        /// For how long.
        by: Span,
    },
    /// Bodies of replies come slowly, bit by bit.
    Trickle {
        /// How slowly.
        bytes_per_second: NonZeroU32,
    },
    /// The connection breaks off in the middle of a reply.
    CutOffReplies {},
    /// A request is carried out, and the connection ends without a reply.
    LoseReplies {},
    /// A login page comes with HTTP 200, as from a proxy whose session has ended.
    WebPage {},
    /// HTTP 503, as from a balancer without a node behind it.
    Unavailable {
        /// `Retry-After`, in whole seconds. Default none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<Span>,
    },
}

/// What a fault strikes, and so what it can be limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// Single notifications.
    Notifications,
    /// Operations.
    Operations,
    /// Responses that carry notifications.
    Deliveries,
    /// Polls that have been held for too long.
    HeldPolls,
    /// Requests to the notification server.
    Polls,
    /// Nothing: it is so, for as long as it is on.
    Standing,
    /// Requests below `/api/v2`.
    Requests,
}

impl Fault {
    /// Its name.
    pub fn name(&self) -> FaultName {
        FaultName(match self {
            Self::DelayNotifications { .. } => "delayNotifications",
            Self::DropNotifications {} => "dropNotifications",
            Self::DuplicateNotifications { .. } => "duplicateNotifications",
            Self::ReorderNotifications { .. } => "reorderNotifications",
            Self::HoldReplies { .. } => "holdReplies",
            Self::RefuseOperations { .. } => "refuseOperations",
            Self::FailLater { .. } => "failLater",
            Self::IgnoreOperations {} => "ignoreOperations",
            Self::GarbleReplies {} => "garbleReplies",
            Self::CutOffNotifications {} => "cutOffNotifications",
            Self::CutPolls { .. } => "cutPolls",
            Self::LoseStickiness {} => "loseStickiness",
            Self::SecondTab {} => "secondTab",
            Self::ClockSkew { .. } => "clockSkew",
            Self::BufferReplies { .. } => "bufferReplies",
            Self::Trickle { .. } => "trickle",
            Self::CutOffReplies {} => "cutOffReplies",
            Self::LoseReplies {} => "loseReplies",
            Self::WebPage {} => "webPage",
            Self::Unavailable { .. } => "unavailable",
        })
    }

    pub(super) fn family(&self) -> Family {
        let about = About::named(self.name().0);
        about
            .expect("every fault has its line in the table: a test sees to it")
            .family
    }
}

/// A line on each fault, for people: the help, the control API, the console.
pub const FAULTS: &[About] = &[
    about(
        "delayNotifications",
        Family::Notifications,
        "notifications come later than what they tell of",
        "by=2s,channel=/v2/me/calls",
    ),
    about(
        "dropNotifications",
        Family::Notifications,
        "notifications are lost, and nobody can tell",
        "every=3",
    ),
    about(
        "duplicateNotifications",
        Family::Notifications,
        "notifications come more than once",
        "copies=2",
    ),
    about(
        "reorderNotifications",
        Family::Notifications,
        "one notification overtakes another",
        "within=2s,to=5005",
    ),
    about(
        "holdReplies",
        Family::Operations,
        "the reply to an operation comes after its notifications",
        "by=3s,operation=ListenIn",
    ),
    about(
        "refuseOperations",
        Family::Operations,
        "operations are refused and not carried out",
        "operation=ListenIn,http=503,statusCode=4",
    ),
    about(
        "failLater",
        Family::Operations,
        "operations are accepted and then fail with an ErrorMessage",
        "after=1s,message=Out of licences.,times=1",
    ),
    about(
        "ignoreOperations",
        Family::Operations,
        "operations are accepted and nothing comes of them",
        "operation=CancelSupervisorMonitoring",
    ),
    about(
        "garbleReplies",
        Family::Operations,
        "operations are carried out, and their replies are no JSON",
        "times=1",
    ),
    about(
        "cutOffNotifications",
        Family::Deliveries,
        "the response that carries notifications breaks off",
        "times=1",
    ),
    about(
        "cutPolls",
        Family::HeldPolls,
        "a proxy cuts polls that are held for too long",
        "after=20s,with=close",
    ),
    about(
        "loseStickiness",
        Family::Polls,
        "the balancer sends polls to a node that knows no session (402)",
        "every=3",
    ),
    about(
        "secondTab",
        Family::Standing,
        "another page is open in the same browser (multiple-clients)",
        "for=1m",
    ),
    about(
        "clockSkew",
        Family::Standing,
        "the server's clock is wrong",
        "by=-1h",
    ),
    about(
        "bufferReplies",
        Family::Requests,
        "a proxy holds replies back and passes them on whole",
        "by=5s,path=/notifications",
    ),
    about(
        "trickle",
        Family::Requests,
        "replies come slowly, bit by bit",
        "bytesPerSecond=50,path=/users",
    ),
    about(
        "cutOffReplies",
        Family::Requests,
        "the connection breaks off in the middle of a reply",
        "path=/me,times=1",
    ),
    about(
        "loseReplies",
        Family::Requests,
        "requests are carried out and the connection ends without a reply",
        "path=/me/devices/,times=1",
    ),
    about(
        "webPage",
        Family::Requests,
        "a login page comes instead of data, with HTTP 200",
        "path=/notifications",
    ),
    about(
        "unavailable",
        Family::Requests,
        "HTTP 503, with or without Retry-After",
        "retryAfter=5s,for=20s",
    ),
];

/// A fault, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// Its name.
    pub name: &'static str,
    family: Family,
    /// What goes wrong.
    pub what: &'static str,
    /// Parameters as an example, as in a flag.
    pub parameters: &'static str,
}

const fn about(
    name: &'static str,
    family: Family,
    what: &'static str,
    parameters: &'static str,
) -> About {
    About {
        name,
        family,
        what,
        parameters,
    }
}

impl About {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        FAULTS.iter().find(|about| about.name == name)
    }

    /// What it takes beside its own parameters: what it can be limited to, how often it strikes,
    /// and for how long.
    pub fn limits(&self) -> &'static [&'static str] {
        match self.family {
            Family::Notifications => &["channel", "to", "every", "times", "for"],
            Family::Operations => &["operation", "every", "times", "for"],
            Family::Deliveries | Family::HeldPolls | Family::Polls => {
                &["to", "every", "times", "for"]
            }
            Family::Standing => &["for"],
            Family::Requests => &["path", "every", "times", "for"],
        }
    }

    /// The example as a flag has it: `NAME:key=value,…`.
    pub fn flag(&self) -> String {
        format!("{}:{}", self.name, self.parameters)
    }

    /// The example.
    ///
    /// # Errors
    /// None that a test has not ruled out.
    pub fn example(&self) -> Result<FaultOn, InvalidFault> {
        self.flag().parse()
    }
}

/// The name of a fault that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct FaultName(&'static str);

impl FaultName {
    /// The name.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl FromStr for FaultName {
    type Err = InvalidFault;

    fn from_str(name: &str) -> Result<Self, InvalidFault> {
        About::named(name)
            .map(|about| Self(about.name))
            .ok_or_else(|| InvalidFault::no_such(name))
    }
}

impl<'de> Deserialize<'de> for FaultName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for FaultName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// An HTTP status that says something went wrong: 400 to 599.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct HttpStatus(u16);

impl HttpStatus {
    /// The number.
    pub fn number(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for HttpStatus {
    type Error = String;

    fn try_from(status: u16) -> Result<Self, String> {
        match status {
            400..=599 => Ok(Self(status)),
            _ => Err(format!("{status} is no HTTP error; 400 to 599 are")),
        }
    }
}

impl From<HttpStatus> for u16 {
    fn from(status: HttpStatus) -> Self {
        status.0
    }
}

/// How a proxy ends a poll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CutWith {
    /// With HTTP 504 and a page of its own.
    #[default]
    GatewayTimeout,
    /// By ending the connection.
    Close,
}

/// How often something comes that should come once: 2 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Copies(u8);

impl Copies {
    /// The number.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Copies {
    type Error = String;

    fn try_from(copies: u8) -> Result<Self, String> {
        match copies {
            2..=100 => Ok(Self(copies)),
            _ => Err(format!("{copies} copies are none; 2 to 100 are")),
        }
    }
}

impl From<Copies> for u8 {
    fn from(copies: Copies) -> Self {
        copies.0
    }
}

fn twice() -> Copies {
    Copies(2)
}

fn a_minute() -> Span {
    Span::seconds(60)
}

fn two_seconds() -> Span {
    Span::seconds(2)
}

fn internal_server_error() -> HttpStatus {
    HttpStatus(500)
}

fn internal_error() -> u32 {
    gws::StatusCode::INTERNAL_ERROR.0
}

fn refused() -> String {
    "The operation failed.".to_owned()
}
