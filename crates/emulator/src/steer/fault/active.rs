//! The active faults, and which of them apply.

use std::fmt;

use bayeux::Channel;
use serde::Serialize;
use tokio::time::Instant;

use super::action::Action;
use super::place::At;
use super::table::FaultName;
use super::written::Fault;

/// The maximum number of active faults.
const MAX: usize = 100;

/// The active faults.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    active: Vec<Active>,
    /// Those that have reached their `times` since the last [`Faults::expire`].
    spent: Vec<FaultName>,
}

#[derive(Debug)]
struct Active {
    fault: Fault,
    /// When it expires.
    until: Option<Instant>,
    /// The number of events that it has matched.
    seen: u32,
    /// The number of events that it has struck.
    struck: u32,
}

/// An event that faults may strike.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    /// A notification for the user with that number.
    Notification { channel: &'a Channel, to: &'a str },
    /// A request to the notification server by the user with that number.
    Poll { to: &'a str },
    /// An operation, by its name.
    Operation(&'a str),
    /// A request, by its path below `/api/v2`.
    Request(&'a str),
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Notification { channel, to } => write!(f, "{channel} for {to}"),
            Self::Poll { to } => write!(f, "a poll of {to}"),
            Self::Operation(name) => f.write_str(name),
            Self::Request(path) => f.write_str(path),
        }
    }
}

/// An active fault.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaultStatus {
    /// The fault.
    #[serde(flatten)]
    pub fault: Fault,
    /// How often it has struck.
    pub struck: u32,
}

impl Faults {
    /// Switches a fault on, and off again at `until`. It replaces one of the same name that is
    /// limited to the same events; beyond the maximum it replaces the oldest.
    pub(crate) fn switch_on(&mut self, fault: Fault, until: Option<Instant>) {
        let key = |fault: &Fault| (fault.name, fault.matches.clone());
        let replaced = key(&fault);
        self.active.retain(|other| key(&other.fault) != replaced);
        if self.active.len() >= MAX {
            self.active.remove(0);
        }
        self.active.push(Active {
            fault,
            until,
            seen: 0,
            struck: 0,
        });
    }

    /// Switches all faults of this name off.
    pub(crate) fn switch_off(&mut self, name: FaultName) {
        self.active.retain(|found| found.fault.name != name);
    }

    /// Switches all faults off.
    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    /// The active faults.
    pub(crate) fn list(&self) -> Vec<FaultStatus> {
        let status = |found: &Active| FaultStatus {
            fault: found.fault.clone(),
            struck: found.struck,
        };
        self.active.iter().map(status).collect()
    }

    /// Removes expired faults, and returns the names of all that have ended since the last call.
    pub(crate) fn expire(&mut self, now: Instant) -> Vec<FaultName> {
        let mut over = std::mem::take(&mut self.spent);
        let expired = |found: &mut Active| found.until.is_some_and(|until| until <= now);
        over.extend(self.active.extract_if(.., expired).map(|it| it.fault.name));
        over
    }

    /// When the next one expires.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.active.iter().filter_map(|found| found.until).min()
    }

    /// The actions of the faults that strike `target`, in the order in which they were switched on.
    /// Those that reach their `times` are removed.
    pub(crate) fn strike(&mut self, target: Target<'_>, now: Instant) -> Vec<(FaultName, Action)> {
        let mut struck = Vec::new();
        self.active.retain_mut(|found| {
            let is_over = found.until.is_some_and(|until| until <= now);
            if is_over || !found.fault.matches(target) {
                return true;
            }
            let limits = found.fault.limits;
            found.seen = found.seen.wrapping_add(1);
            if limits
                .every
                .is_some_and(|n| !found.seen.is_multiple_of(n.get()))
            {
                return true;
            }
            found.struck = found.struck.saturating_add(1);
            struck.push((found.fault.name, found.fault.action.clone()));
            let is_spent = limits
                .times
                .is_some_and(|times| found.struck >= times.get());
            if is_spent {
                self.spent.push(found.fault.name);
            }
            !is_spent
        });
        struck
    }
}

impl Fault {
    fn matches(&self, target: Target<'_>) -> bool {
        let wanted = &self.matches;
        let is_to = |user: &str| wanted.to.as_ref().is_none_or(|to| to == user);
        match (self.name.0.at, target) {
            (At::Notification, Target::Notification { channel, to }) => {
                let pattern = wanted.channel.as_ref();
                pattern.is_none_or(|pattern| pattern.matches(channel)) && is_to(to)
            }
            (At::Poll, Target::Poll { to }) => is_to(to),
            (At::Operation, Target::Operation(name)) => {
                let operation = wanted.operation.as_ref();
                operation.is_none_or(|operation| operation == name)
            }
            (At::Request, Target::Request(path)) => {
                let prefix = wanted.path.as_ref();
                prefix.is_none_or(|prefix| path.starts_with(prefix))
            }
            _ => false,
        }
    }
}
