//! A fault and its notation: as JSON with all fields side by side,
//! `{"fault":"delayNotifications","by":"2s","channel":"/v2/me/calls","times":3}`, or in the short
//! form of `--fault`: `delayNotifications:by=2s,channel=/v2/me/calls,times=3`. In JSON the short
//! form may be the value of `fault`.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::action::Action;
use super::place::Match;
use super::short::{InvalidFault, parameters};
use super::table::{FaultKind, FaultName, LIMITS};
use crate::span::Span;

/// A fault: where, what, how often, and how long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>", into = "Map<String, Value>")]
pub struct Fault {
    /// Its name, which shows where it strikes.
    pub name: FaultName,
    /// The events that it strikes there.
    pub matches: Match,
    /// Its action.
    pub action: Action,
    /// How often and how long.
    pub limits: Limits,
}

/// How often a fault strikes, and how long. Default always, until it is switched off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Strikes only every n-th time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<NonZeroU32>,
    /// Ends after striking this many times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<NonZeroU32>,
    /// Ends after this time, by the contact centre's clock.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub lasts: Option<Span>,
}

impl TryFrom<Map<String, Value>> for Fault {
    type Error = InvalidFault;

    fn try_from(mut fields: Map<String, Value>) -> Result<Self, InvalidFault> {
        let name = match fields.remove("fault") {
            Some(Value::String(name)) => name,
            Some(_) => return Err(InvalidFault("`fault` must be a name".to_owned())),
            None => return Err(InvalidFault("`fault`, its name, is missing".to_owned())),
        };
        let (name, short) = name.split_once(':').unwrap_or((&name, ""));
        let name: FaultName = name.parse()?;
        let kind = name.0;
        let refuse = |error: String| {
            let limits: Vec<_> = kind.limits().collect();
            let limits = limits.join(", ");
            InvalidFault(format!("`{name}`: {error}; it can be limited by {limits}"))
        };
        for (key, value) in parameters(short).map_err(refuse)? {
            if fields.insert(key.clone(), value).is_some() {
                return Err(refuse(format!("`{key}` is given twice")));
            }
        }
        let matches = take(&mut fields, kind.at.matches());
        let limits = take(&mut fields, &LIMITS);
        for (key, value) in kind.default_fields() {
            fields.entry(key).or_insert(value);
        }
        fields.insert("action".to_owned(), kind.action.into());
        let refuse = |error: serde_json::Error| refuse(error.to_string());
        Ok(Self {
            name,
            matches: serde_json::from_value(matches).map_err(refuse)?,
            action: serde_json::from_value(Value::Object(fields)).map_err(refuse)?,
            limits: serde_json::from_value(limits).map_err(refuse)?,
        })
    }
}

fn take(fields: &mut Map<String, Value>, names: &[&str]) -> Value {
    let found = names.iter().filter_map(|name| fields.remove_entry(*name));
    Value::Object(found.collect())
}

impl From<Fault> for Map<String, Value> {
    fn from(fault: Fault) -> Self {
        let defaults = fault.name.0.default_fields();
        let mut fields = Self::from_iter([("fault".to_owned(), fault.name.as_str().into())]);
        for part in [
            serde_json::to_value(fault.action),
            serde_json::to_value(fault.matches),
            serde_json::to_value(fault.limits),
        ] {
            if let Ok(Value::Object(part)) = part {
                fields.extend(part);
            }
        }
        fields.remove("action");
        fields.retain(|key, value| defaults.get(key) != Some(value));
        fields
    }
}

impl FaultKind {
    /// Its example as a fault.
    ///
    /// # Errors
    /// Never: a test parses all examples.
    pub fn example(&self) -> Result<Fault, InvalidFault> {
        self.flag().parse()
    }
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(short: &str) -> Result<Self, InvalidFault> {
        Self::try_from(Map::from_iter([("fault".to_owned(), short.into())]))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        let mut fields: Map<_, _> = self.clone().into();
        fields.remove("fault");
        for (position, (key, value)) in fields.iter().enumerate() {
            let mark = if position == 0 { ':' } else { ',' };
            match value {
                Value::String(text) => write!(f, "{mark}{key}={text}")?,
                other => write!(f, "{mark}{key}={other}")?,
            }
        }
        Ok(())
    }
}
