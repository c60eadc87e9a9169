//! What gives commands to the machine of a widget: for the view, and for the page.

use core::time::Duration;
use std::cell::Ref;

use gws::{CallId, CallOperation, DeviceId};
use supervision::{
    Event, Instant, Machine, MonitoringChoice, Obstacle, Operation, RequestId, State,
};

use crate::browser::{self, Dispatch, Driver, Fetch, Lasting};
use crate::view::{Commands, Keep};

/// What the page around does for the widget. The default is what no page is needed for.
#[derive(Default)]
pub(crate) struct Host {
    /// Makes of an event what dispatches it. Must not give commands; what it returns may.
    pub(crate) on_event: Option<Box<EventFn>>,
    /// Makes of what is to be asked for what dispatches the event before it, and says whether the page lets
    /// it happen.
    pub(crate) before: Option<Box<BeforeFn>>,
    /// Sends requests.
    pub(crate) fetch: Fetch,
}

type EventFn = dyn Fn(&State, &Event) -> Option<Dispatch>;
pub(crate) type BeforeFn = dyn Fn(&State, &Operation, AskedFrom) -> Box<dyn FnOnce() -> bool>;

/// Who asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AskedFrom {
    /// A person, in the panel.
    Supervisor,
    /// The page, by a method of the element.
    Page,
}

/// Why something was not asked for.
#[derive(Debug)]
pub(crate) enum NotAsked {
    Obstacle(Obstacle),
    /// The page prevented it.
    Prevented,
}

/// The device of an option; empty is none.
pub(crate) fn device(id: Option<String>) -> Option<DeviceId> {
    id.filter(|id| !id.is_empty()).map(DeviceId::new)
}

/// Gives commands to the machine: those of the view, and those of the page.
pub(crate) struct Control {
    pub(crate) driver: Driver,
    pub(crate) before: Option<Box<BeforeFn>>,
}

impl Control {
    /// Asks for something, if nothing is in the way and the page lets it happen. A way out it can't prevent.
    pub(crate) fn ask(
        &self,
        operation: Operation,
        limit: Option<Duration>,
        from: AskedFrom,
    ) -> Result<Option<RequestId>, NotAsked> {
        if let Some(obstacle) = self.driver.state().obstacle(&operation, limit) {
            return Err(NotAsked::Obstacle(obstacle));
        }
        // The state is not borrowed any more when the page is called.
        let before = self.before.as_ref();
        let is_let = before.map(|before| before(&self.driver.state(), &operation, from));
        let is_let = is_let.is_none_or(|is_let| is_let());
        if !is_let && !operation.is_way_out() {
            self.driver
                .command(|machine, now| machine.note_prevented(operation, now));
            return Err(NotAsked::Prevented);
        }
        self.driver
            .command(|machine, now| machine.ask_for(operation, limit, now))
            .map_err(NotAsked::Obstacle)
    }

    /// Uses that device of the supervisor's; see [`Machine::want_device`].
    pub(crate) fn want_device(&self, id: Option<String>) {
        self.driver
            .command(|machine, _| machine.want_device(device(id)));
    }
}

/// A command that is refused because the state changed since the last render is not an error: the
/// view already shows why.
impl Commands for Control {
    fn monitor(&self, choice: MonitoringChoice, limit: Option<Duration>) {
        let _ = self.ask(Operation::Monitor(choice), limit, AskedFrom::Supervisor);
    }

    fn stop(&self) {
        let _ = self.ask(Operation::Stop, None, AskedFrom::Supervisor);
    }

    fn operate_call(&self, call: &CallId, operation: CallOperation) {
        let call = call.clone();
        let operation = Operation::Call { call, operation };
        let _ = self.ask(operation, None, AskedFrom::Supervisor);
    }

    fn retry_now(&self) {
        self.driver.command(Machine::retry_now);
    }

    fn refresh_directory(&self) {
        self.driver.command(Machine::look_at_directory);
    }

    fn choose_device(&self, device: DeviceId) {
        self.driver
            .command(|machine, now| machine.choose_device(device, now));
    }

    fn dismiss_problem(&self) {
        self.driver.command(|machine, _| machine.dismiss_problem());
    }

    fn kept(&self, keep: Keep) -> Option<String> {
        let (lasting, name) = place(keep);
        browser::kept(lasting, name)
    }

    fn keep(&self, keep: Keep, text: Option<&str>) {
        let (lasting, name) = place(keep);
        browser::keep(lasting, name, text);
    }

    fn state(&self) -> Ref<'_, State> {
        self.driver.state()
    }

    fn wall(&self, at: Instant) -> f64 {
        browser::wall(at)
    }
}

/// Where the browser keeps something. Whom somebody monitored is nothing for the next at a shared
/// workstation: it goes with the tab.
fn place(keep: Keep) -> (Lasting, &'static str) {
    match keep {
        Keep::Pinned => (Lasting::Browser, "listen-in.pinned"),
        Keep::Recent => (Lasting::Tab, "listen-in.recent"),
    }
}
