//! A fault that is on, or is to be: which, on what, how often and for how long.
//!
//! As JSON and in scripts all of it stands side by side:
//! `{"fault":"delayNotifications","by":"2s","channel":"/v2/me/calls","times":3,"for":"1m"}`.

use std::num::NonZeroU32;

use bayeux::{Channel, Pattern};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::about::{About, FAULTS};
use super::kinds::Fault;
use super::operation::OperationName;
use crate::span::Span;

/// A fault, with what it is limited to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct FaultOn {
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// On what.
    #[serde(flatten)]
    pub scope: Scope,
    /// How often and for how long.
    #[serde(flatten)]
    pub extent: Extent,
}

/// What a fault is limited to. What can be named depends on the fault: `channel` and `to` for
/// notifications, `operation` for operations, `path` for requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Notifications on this channel. Default all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelPattern>,
    /// Notifications for the user with this number. Default everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// This operation. Default all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<OperationName>,
    /// Requests whose path below `/api/v2` begins so. Default all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathPrefix>,
}

/// How often and for how long. Default always and until it is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extent {
    /// It strikes each so many-th time only. Default 1: each time.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub every: NonZeroU32,
    /// After it has struck so many times it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<NonZeroU32>,
    /// After this time, as the contact centre's clock has it, it is over.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub lasts: Option<Span>,
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            every: one(),
            times: None,
            lasts: None,
        }
    }
}

impl From<Fault> for FaultOn {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            scope: Scope::default(),
            extent: Extent::default(),
        }
    }
}

const EXTENT: [&str; 3] = ["every", "times", "for"];
const SCOPE: [&str; 4] = ["channel", "to", "operation", "path"];

/// Why something is no fault that can be switched on, in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidFault(pub(super) String);

impl InvalidFault {
    pub(super) fn no_such(name: &str) -> Self {
        let names: Vec<_> = FAULTS.iter().map(|about| about.name).collect();
        Self(format!(
            "there is no fault `{name}`; there are {}",
            names.join(", ")
        ))
    }
}

impl TryFrom<Map<String, Value>> for FaultOn {
    type Error = InvalidFault;

    fn try_from(mut fields: Map<String, Value>) -> Result<Self, InvalidFault> {
        let about = match fields.get("fault") {
            Some(Value::String(name)) => {
                About::named(name).ok_or_else(|| InvalidFault::no_such(name))?
            }
            Some(_) => return Err(InvalidFault("`fault` must be a name".to_owned())),
            None => return Err(InvalidFault("`fault`, its name, is missing".to_owned())),
        };
        let limits = about.limits();
        let fail = |error: serde_json::Error| {
            let error = error.to_string();
            let also = if error.starts_with("unknown field") {
                format!("; beside its own parameters it takes {}", limits.join(", "))
            } else {
                String::new()
            };
            InvalidFault(format!("`{}`: {error}{also}", about.name))
        };
        let extent = take(&mut fields, &EXTENT);
        let scope = take(&mut fields, &SCOPE);
        let unfit = extent
            .keys()
            .chain(scope.keys())
            .find(|&key| !limits.contains(&key.as_str()));
        if let Some(unfit) = unfit {
            return Err(InvalidFault(format!(
                "`{}` takes no `{unfit}`; beside its own parameters it takes {}",
                about.name,
                limits.join(", ")
            )));
        }
        Ok(Self {
            fault: serde_json::from_value(Value::Object(fields)).map_err(fail)?,
            scope: serde_json::from_value(Value::Object(scope)).map_err(fail)?,
            extent: serde_json::from_value(Value::Object(extent)).map_err(fail)?,
        })
    }
}

fn take(fields: &mut Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    names
        .iter()
        .filter_map(|name| fields.remove_entry(*name))
        .collect()
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

/// The beginning of a path below `/api/v2`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PathPrefix(String);

impl PathPrefix {
    pub(super) fn matches(&self, path: &str) -> bool {
        path.starts_with(&self.0)
    }
}

impl TryFrom<String> for PathPrefix {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.starts_with('/') && !text.starts_with("/api") {
            Ok(Self(text))
        } else {
            Err(format!(
                "`{text}` is no path below /api/v2; `/notifications` is, and `/me/devices`"
            ))
        }
    }
}

impl From<PathPrefix> for String {
    fn from(path: PathPrefix) -> Self {
        path.0
    }
}

const fn one() -> NonZeroU32 {
    NonZeroU32::MIN
}

fn is_one(number: &NonZeroU32) -> bool {
    *number == one()
}
