//! The faults that are on, and what they strike.

use std::fmt;

use bayeux::Channel;
use serde::Serialize;
use tokio::time::Instant;

use super::about::{Family, FaultName};
use super::kinds::Fault;
use super::switch::FaultOn;

/// How many faults may be on.
const MOST: usize = 100;

/// The faults that are on. None is at first.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    active: Vec<Active>,
    /// Those that have struck as often as they should, and nobody was told yet.
    spent: Vec<FaultName>,
}

#[derive(Debug)]
struct Active {
    on: FaultOn,
    /// When it is over by itself.
    until: Option<Instant>,
    /// How many things have come that it is for.
    seen: u32,
    /// How many of them it has struck.
    struck: u32,
}

/// What a fault may strike.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    /// A notification for the user with that number.
    Notification {
        /// On which channel.
        channel: &'a Channel,
        /// For whom.
        to: &'a str,
    },
    /// A response with notifications for the user with that number.
    Delivery {
        /// For whom.
        to: &'a str,
    },
    /// A poll of the user with that number, held for too long.
    HeldPoll {
        /// Whose.
        to: &'a str,
    },
    /// A request to the notification server of the user with that number.
    Poll {
        /// Whose.
        to: &'a str,
    },
    /// An operation, by its name.
    Operation(&'a str),
    /// A request, by its path below `/api/v2`.
    Request(&'a str),
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Notification { channel, to } => write!(f, "{channel} for {to}"),
            Self::Delivery { to } => write!(f, "notifications for {to}"),
            Self::HeldPoll { to } => write!(f, "a poll of {to}"),
            Self::Poll { to } => write!(f, "a request of {to} for notifications"),
            Self::Operation(name) => f.write_str(name),
            Self::Request(path) => f.write_str(path),
        }
    }
}

/// A fault that is on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaultStatus {
    /// What goes wrong, on what, how often.
    #[serde(flatten)]
    pub on: FaultOn,
    /// How often it has struck.
    pub struck: u32,
}

impl Faults {
    /// Switches a fault on, until then if it is to be over by itself. One of the same name with the
    /// same limits is replaced. If too many are on, the one that was first is over.
    pub(crate) fn switch_on(&mut self, on: FaultOn, until: Option<Instant>) {
        let name = on.fault.name();
        self.active
            .retain(|other| other.on.fault.name() != name || other.on.scope != on.scope);
        if self.active.len() >= MOST {
            self.active.remove(0);
        }
        self.active.push(Active {
            on,
            until,
            seen: 0,
            struck: 0,
        });
    }

    /// Switches all faults of this name off.
    pub(crate) fn switch_off(&mut self, name: FaultName) {
        self.active.retain(|found| found.on.fault.name() != name);
    }

    /// Switches all faults off.
    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    /// Those that are on.
    pub(crate) fn list(&self) -> Vec<FaultStatus> {
        let active = self.active.iter();
        active
            .map(|found| FaultStatus {
                on: found.on.clone(),
                struck: found.struck,
            })
            .collect()
    }

    /// Whether any is on.
    pub(crate) fn is_empty(&self) -> bool {
        self.active.is_empty()
    }

    /// Ends those whose time is over, and names all that are over by themselves.
    pub(crate) fn expire(&mut self, now: Instant) -> Vec<FaultName> {
        let mut over = std::mem::take(&mut self.spent);
        self.active.retain(|found| {
            let is_over = found.until.is_some_and(|until| until <= now);
            if is_over {
                over.push(found.on.fault.name());
            }
            !is_over
        });
        over
    }

    /// When the next one is over by itself.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.active.iter().filter_map(|found| found.until).min()
    }

    /// Those that are so for as long as they are on.
    pub(crate) fn standing(&self) -> impl Iterator<Item = &Fault> {
        let active = self.active.iter().map(|found| &found.on.fault);
        active.filter(|fault| fault.family() == Family::Standing)
    }

    /// The first fault that may strike this, without counting it.
    pub(crate) fn may_strike(&self, target: Target<'_>) -> Option<&Fault> {
        let found = self.active.iter().find(|found| found.is_for(target));
        found.map(|found| &found.on.fault)
    }

    /// The faults that strike this, in the order in which they were switched on. Those that have
    /// struck as often as they should are over by that.
    pub(crate) fn strike(&mut self, target: Target<'_>, now: Instant) -> Vec<Fault> {
        let mut struck = Vec::new();
        self.active.retain_mut(|found| {
            let is_over = found.until.is_some_and(|until| until <= now);
            if is_over || !found.is_for(target) {
                return true;
            }
            found.seen = found.seen.wrapping_add(1);
            if !found.seen.is_multiple_of(found.on.extent.every.get()) {
                return true;
            }
            found.struck = found.struck.saturating_add(1);
            struck.push(found.on.fault.clone());
            let times = found.on.extent.times;
            let is_spent = times.is_some_and(|times| found.struck >= times.get());
            if is_spent {
                self.spent.push(found.on.fault.name());
            }
            !is_spent
        });
        struck
    }
}

impl Active {
    fn is_for(&self, target: Target<'_>) -> bool {
        let scope = &self.on.scope;
        match (self.on.fault.family(), target) {
            (Family::Notifications, Target::Notification { channel, to }) => {
                let channels = scope.channel.as_ref();
                channels.is_none_or(|channels| channels.matches(channel))
                    && scope.to.as_ref().is_none_or(|whom| whom == to)
            }
            (Family::Deliveries, Target::Delivery { to })
            | (Family::HeldPolls, Target::HeldPoll { to })
            | (Family::Polls, Target::Poll { to }) => {
                scope.to.as_ref().is_none_or(|whom| whom == to)
            }
            (Family::Operations, Target::Operation(name)) => scope
                .operation
                .is_none_or(|operation| operation.as_str() == name),
            (Family::Requests, Target::Request(path)) => {
                let paths = scope.path.as_ref();
                paths.is_none_or(|paths| paths.matches(path))
            }
            _ => false,
        }
    }
}
