//! The widget put together: a machine at work in the page, and the view that shows it.

use std::cell::Ref;
use std::rc::Rc;

use gws::{CallId, DeviceId, Mode, Scope};
use leptos::prelude::*;
use supervision::{Config, Event, Instant, Machine, Obstacle, State};

use crate::browser::{self, Driver, Ticker};
use crate::view::{self, Desk, DeskHandle, Parts, Triggers};

/// What an embedder can set.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The address of the GWS API, such as `/api/v2`; absolute or relative to the page.
    pub base_url: String,
    /// The supervisor's device to listen with; otherwise the first that can.
    pub device_id: Option<String>,
}

/// Starts a machine, and makes the view of it. Dropping the reactive owner ends both.
pub(crate) fn widget(
    options: Options,
    on_event: impl Fn(&State, &Event) + 'static,
) -> impl IntoView {
    // 2⁵³ possible seeds are plenty to spread retries.
    let seed = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
    let mut config = Config::new(browser::absolute(&options.base_url), seed);
    config.device = options
        .device_id
        .filter(|id| !id.is_empty())
        .map(DeviceId::new);
    let triggers = Triggers::new(browser::now());
    let driver = Driver::start(config, on_event, move |changes| {
        triggers.notify(changes, browser::now());
    });
    // Kept, as the desk is, until the reactive owner goes.
    StoredValue::new_local(Ticker::start(move |now| triggers.tick(now)));
    let desk = DeskHandle::new(Rc::new(Clerk(driver)));
    view::panel(Parts::new(triggers, desk), desk)
}

/// Carries the view's wishes to the machine.
struct Clerk(Driver);

impl Clerk {
    /// A wish that can't be granted any more, because the state changed between the look and the
    /// click, is no error: the view already shows why.
    fn wish(&self, command: impl FnOnce(&mut Machine, Instant) -> Result<(), Obstacle>) {
        let _ = self.0.command(command);
    }
}

impl Desk for Clerk {
    fn listen_in(&self, target: DeviceId, scope: Scope, mode: Mode) {
        self.wish(|machine, now| machine.listen_in(target, scope, mode, now));
    }

    fn stop(&self) {
        self.wish(Machine::stop);
    }

    fn answer(&self, call: &CallId) {
        self.wish(|machine, now| machine.answer(call, now));
    }

    fn leave(&self, call: &CallId) {
        self.wish(|machine, now| machine.leave(call, now));
    }

    fn retry_now(&self) {
        self.0.command(Machine::retry_now);
    }

    fn look_at_directory(&self) {
        self.0.command(Machine::look_at_directory);
    }

    fn choose_device(&self, device: DeviceId) {
        self.0
            .command(|machine, now| machine.choose_device(device, now));
    }

    fn dismiss_problem(&self) {
        self.0.command(|machine, _| machine.dismiss_problem());
    }

    fn state(&self) -> Ref<'_, State> {
        self.0.state()
    }

    fn wall(&self, at: Instant) -> f64 {
        browser::wall(at)
    }
}
