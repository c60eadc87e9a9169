//! The rules of supervision: who may listen to whom, what a call and a transfer do to it, and when
//! it ends by itself.
//!
//! | module | decides |
//! |---|---|
//! | [`request`] | whether somebody may be monitored, and by whom |
//! | [`rules`] | which calls are monitored: T-Server's options, callers who opted out |
//! | [`legs`] | when a supervisor is called to a call, and what the end of that leg means |
//! | [`switching`] | how a supervisor takes part: listening, speaking, taking over |

mod legs;
mod request;
mod rules;
mod switching;

use gws::device::MonitoringKind;
use gws::{Mode, Scope};

use super::World;
use super::people::Role;
use crate::world::ids::PersonId;

pub use self::request::MonitoringRequest;

/// How a supervisor's leg begins.
///
/// Assumption: no public text says which of the two a v2 server does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SupervisorLeg {
    /// It rings, and waits for `Answer`.
    #[default]
    Ring,
    /// It is established at once, unless the supervisor talks on another call.
    Answered,
}

/// How a supervisor takes part in an agent's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supervision {
    /// Hears, is not heard. T-Server's `mute`.
    ListenIn,
    /// Is heard by the agent only. T-Server's `coach`.
    Coach,
    /// Is heard by everyone. T-Server's `connect`.
    BargeIn,
}

impl Supervision {
    /// The same as the contract has it.
    pub fn to_kind(self) -> MonitoringKind {
        match self {
            Self::ListenIn => MonitoringKind::ListenIn,
            Self::Coach => MonitoringKind::Coach,
            Self::BargeIn => MonitoringKind::BargeIn,
        }
    }
}

/// A supervisor's standing order to take part in an agent's calls.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Subscription {
    pub(crate) target: PersonId,
    pub(crate) how: Supervision,
    pub(crate) mode: Mode,
    pub(crate) scope: Scope,
    /// How many calls there had been when it was set up.
    since: u64,
}

impl World {
    /// Who monitors `agent`.
    pub(crate) fn supervisor_of(&self, agent: PersonId) -> Option<PersonId> {
        self.subscriptions
            .iter()
            .find(|(_, found)| found.target == agent)
            .map(|(&supervisor, _)| supervisor)
    }

    /// What a supervisor monitors of an agent.
    pub(super) fn scope_of(&self, supervisor: PersonId) -> Option<Scope> {
        let found = self.subscriptions.get(&supervisor);
        found.map(|found| found.scope.clone())
    }

    /// The subscription goes, and the leg with it.
    ///
    /// Assumption: cancelling releases the supervisor from a call in progress.
    pub(super) fn end_monitoring(&mut self, supervisor: PersonId) {
        if self.subscriptions.contains_key(&supervisor) {
            self.subscriptions.remove(&supervisor);
            while let Some(key) = self.call_where(supervisor, |_, leg| leg.monitors()) {
                self.leave(supervisor, key);
            }
            self.device_changed(supervisor);
        }
    }

    /// The supervisor goes away from the device, or comes back to it. Going ends monitoring
    /// (*TMonitorNextCall*: "when either the supervisor or the agent logs out").
    pub fn set_supervisor_active(&mut self, supervisor: PersonId, active: bool) {
        use super::people::Presence;
        let person = &self.people[supervisor.0];
        if person.role != Role::Supervisor || person.is_active() == active {
            return;
        }
        if active {
            self.change_presence(supervisor, Presence::LoggedIn);
            self.change_presence(supervisor, Presence::NotReady(None));
        } else {
            self.change_presence(supervisor, Presence::LoggedOut);
        }
    }

    /// The server's own connection to T-Server breaks, and comes back. With the option
    /// `cancel-monitor-on-disconnect` all monitoring is over (*CallSupervision*).
    pub fn t_server_disconnects(&mut self) {
        if !self.config.t_server.cancel_monitor_on_disconnect {
            return;
        }
        let supervisors: Vec<PersonId> = self.subscriptions.keys().copied().collect();
        for supervisor in supervisors {
            self.end_monitoring(supervisor);
        }
    }
}
