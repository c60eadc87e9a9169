//! What the view asks for. It never does anything itself.

use core::time::Duration;
use std::cell::Ref;
use std::rc::Rc;

use gws::{CallId, CallOperation, DeviceId, GroupId, UserId};
use supervision::{Instant, MonitoringChoice, State};

use crate::reactive::StoredValue;

/// Carries out what a supervisor clicks.
pub(crate) trait Commands {
    fn monitor(&self, choice: MonitoringChoice, limit: Option<Duration>);
    fn stop(&self);
    fn operate_call(&self, call: &CallId, operation: CallOperation);
    fn retry_now(&self);
    fn refresh_directory(&self);
    /// What is typed to search people by; empty: nothing.
    fn search_people(&self, typed: &str);
    /// Reads more of the people whom the server has found.
    fn find_more_people(&self);
    /// Lists these people in any case.
    fn keep_people(&self, people: &[UserId]);
    /// Lists the people of a group, or all.
    fn list_group(&self, group: Option<GroupId>);
    fn choose_device(&self, device: DeviceId);
    fn dismiss_problem(&self);
    /// What the browser keeps of the supervisor's.
    fn kept(&self, keep: Keep) -> Option<String>;
    /// Has the browser keep something instead, or nothing any more.
    fn keep(&self, keep: Keep, text: Option<&str>);
    /// What there is to see.
    fn state(&self) -> Ref<'_, State>;
    /// What the wall clock shows at `at`, in milliseconds since 1970.
    fn wall(&self, at: Instant) -> f64;
}

/// What a browser keeps of a supervisor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The people who are pinned: over the browser's end.
    Pinned,
    /// The people who were monitored lately: as long as the tab.
    Recent,
}

/// Commands that closures can copy.
#[derive(Clone, Copy)]
pub(crate) struct Handle(StoredValue<Rc<dyn Commands>>);

impl Handle {
    pub(crate) fn new(commands: Rc<dyn Commands>) -> Self {
        Self(StoredValue::new(commands))
    }

    /// Reads the state.
    pub(super) fn read<T>(self, read: impl FnOnce(&State) -> T) -> T {
        let commands = self.commands();
        let state = commands.state();
        read(&state)
    }

    /// Gives a command. Nothing is borrowed meanwhile: it may change what is shown.
    pub(super) fn run<T>(self, command: impl FnOnce(&dyn Commands) -> T) -> T {
        command(&*self.commands())
    }

    fn commands(self) -> Rc<dyn Commands> {
        self.0.with_value(Rc::clone)
    }
}
