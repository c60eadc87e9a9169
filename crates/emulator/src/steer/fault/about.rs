//! A line on each fault, for people, and what can be named of it: its name, what it strikes, what it
//! can be limited to.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::{FaultOn, InvalidFault};

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
        "requests for notifications meet a node that knows no session (402)",
        "every=3",
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
    pub(super) family: Family,
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

/// The name of a fault that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct FaultName(pub(super) &'static str);

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
