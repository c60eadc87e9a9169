//! The commands of the view, which does nothing itself.

use core::ops::Deref;
use std::rc::Rc;

use gws::{CallId, CallOperation, DeviceId, GroupId, UserId};
use supervision::{Duration, Instant, Machine, MonitoringChoice, State};

/// Carries out the supervisor's clicks.
pub(crate) trait Commands {
    fn monitor(&self, choice: MonitoringChoice, limit: Option<Duration>);
    fn stop(&self);
    fn operate_call(&self, call: &CallId, operation: CallOperation);
    fn retry_now(&self);
    fn refresh_directory(&self);
    /// Searches people by the typed text; empty: no search.
    fn search_people(&self, typed: &str);
    /// Reads more of the people that the server has found.
    fn find_more_people(&self);
    /// Lists these people even if the directory does not.
    fn keep_people(&self, people: &[UserId]);
    /// Lists the people of a group, or everyone.
    fn list_group(&self, group: Option<GroupId>);
    fn choose_device(&self, device: DeviceId);
    fn dismiss_problem(&self);
    /// Reads what the browser has stored for the supervisor.
    fn kept(&self, keep: Keep) -> Option<String>;
    /// Stores a text in the browser, or removes it.
    fn keep(&self, keep: Keep, text: Option<&str>);
    /// The state.
    fn state(&self) -> Reading;
    /// What the wall clock shows at `at`, in milliseconds since 1970.
    fn wall(&self, at: Instant) -> f64;
}

/// The state while it is read. It is a pointer, because it is read at many places.
pub(crate) struct Reading(Rc<Machine>);

impl Reading {
    pub(crate) fn of(machine: Rc<Machine>) -> Self {
        Self(machine)
    }
}

impl Deref for Reading {
    type Target = State;

    fn deref(&self) -> &State {
        self.0.state()
    }
}

/// Lists of people that the browser stores for a supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The pinned people, stored beyond the end of the browser session.
    Pinned,
    /// The people who were monitored last, stored for as long as the tab.
    Recent,
}
