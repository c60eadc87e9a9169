//! The names of faults: each stands for a place and an action.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::place::At;
use super::short::{InvalidFault, parameters};

/// A row of [`FAULTS`].
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultKind {
    /// The name.
    pub name: &'static str,
    /// Where it strikes.
    pub at: At,
    pub(super) action: &'static str,
    /// The action's optional parameters, with their defaults.
    pub defaults: &'static str,
    /// An example of the other parameters, or of limits.
    pub(super) example: &'static str,
    /// A description.
    pub what: &'static str,
}

/// All faults.
#[rustfmt::skip]
pub const FAULTS: &[FaultKind] = &[
    kind("delayNotifications", At::Notification, "delay", "", "by=2s,channel=/v2/me/calls",
        "notifications come late; with every=2 others overtake them"),
    kind("dropNotifications", At::Notification, "drop", "", "every=3",
        "notifications are lost; CometD's ack does not help"),
    kind("duplicateNotifications", At::Notification, "copy", "copies=2", "to=5005",
        "notifications come more than once"),
    kind("cutOffNotifications", At::Poll, "cut", "", "times=1",
        "the reply to a poll breaks off; without CometD's ack its notifications are lost"),
    kind("cutPolls", At::Poll, "timeOut", "after=60s,with=gatewayTimeout", "after=20s,with=close",
        "a proxy ends polls that are held too long, by HTTP 504 or by closing the connection"),
    kind("loseStickiness", At::Poll, "forget", "", "every=3",
        "polls are answered by a node that does not know the session (402)"),
    kind("holdReplies", At::Operation, "delay", "", "by=3s,operation=ListenIn",
        "the reply to an operation comes after its notifications"),
    kind("refuseOperations", At::Operation, "status",
        "http=500,statusCode=4,statusMessage=The operation failed.", "operation=ListenIn,http=503",
        "operations are refused and not carried out"),
    kind("failLater", At::Operation, "fail", "after=0s", "after=1s,message=Out of licences.,times=1",
        "operations are accepted, then fail with an ErrorMessage, with or without text"),
    kind("ignoreOperations", At::Operation, "ignore", "", "operation=CancelSupervisorMonitoring",
        "operations are accepted and not carried out"),
    kind("garbleReplies", At::Operation, "garble", "", "times=1",
        "operations are carried out, and their replies are not JSON"),
    kind("bufferReplies", At::Request, "delay", "", "by=5s,path=/notifications",
        "a proxy holds replies back"),
    kind("cutOffReplies", At::Request, "cut", "", "path=/me,times=1",
        "the connection breaks off in the middle of a reply"),
    kind("loseReplies", At::Request, "drop", "", "path=/me/devices/,times=1",
        "requests are carried out, and the connection ends without a reply"),
    kind("webPage", At::Request, "status", "http=200", "path=/notifications",
        "a proxy answers with its sign-in page and HTTP 200"),
    kind("unavailable", At::Request, "status", "http=503", "retryAfter=5s,for=20s",
        "a load balancer without a node answers with HTTP 503"),
];

const fn kind(
    name: &'static str,
    at: At,
    action: &'static str,
    defaults: &'static str,
    example: &'static str,
    what: &'static str,
) -> FaultKind {
    FaultKind {
        name,
        at,
        action,
        defaults,
        example,
        what,
    }
}

impl FaultKind {
    /// An example in short form, as for `--fault`.
    pub fn flag(&self) -> String {
        format!("{}:{}", self.name, self.example)
    }

    /// Its possible limits.
    pub fn limits(&self) -> impl Iterator<Item = &'static str> {
        self.at.matches().iter().copied().chain(LIMITS)
    }

    pub(super) fn default_fields(&self) -> Map<String, Value> {
        parameters(self.defaults).expect("a test reads the defaults")
    }
}

/// How often and how long.
pub(super) const LIMITS: [&str; 3] = ["every", "times", "for"];

/// The name of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultName(pub(super) &'static FaultKind);

impl FaultName {
    /// The name.
    pub fn as_str(self) -> &'static str {
        self.0.name
    }
}

impl FromStr for FaultName {
    type Err = InvalidFault;

    fn from_str(name: &str) -> Result<Self, InvalidFault> {
        let found = FAULTS.iter().find(|kind| kind.name == name);
        found.map(Self).ok_or_else(|| {
            let names: Vec<_> = FAULTS.iter().map(|kind| kind.name).collect();
            let names = names.join(", ");
            InvalidFault(format!("there is no fault `{name}`; there are {names}"))
        })
    }
}

impl<'de> Deserialize<'de> for FaultName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(D::Error::custom)
    }
}

impl Serialize for FaultName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for FaultName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
