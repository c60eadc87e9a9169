//! The run loop around the machine. After every input and every command it does what the machine
//! says, in that order: requests leave first, then events are told, then changes are shown.

use std::cell::{Cell, Ref, RefCell};
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use supervision::{
    Changes, Config, Event, Input, Instant, Machine, Output, Page, Request, State, TabEvent,
};
use wasm_bindgen_futures::spawn_local;

use super::tabs::Tabs;
use super::{clock, fetch, page, tabs};

/// A machine at work in a page. Clones drive the same one; when the last is dropped, it says
/// good-bye.
#[derive(Clone)]
pub(crate) struct Driver(Rc<Inner>);

struct Inner {
    machine: RefCell<Machine>,
    timer: RefCell<Option<Timeout>>,
    /// How far the wall clock was ahead when it was last looked at.
    drift: Cell<f64>,
    aborts: fetch::Aborts,
    tabs: Tabs,
    on_event: Box<EventListenerFn>,
    on_change: Box<ChangeListenerFn>,
    listeners: RefCell<Vec<EventListener>>,
}

/// Told of each event, with the state after all that happened together.
type EventListenerFn = dyn Fn(&State, &Event);

/// Told which parts have changed.
type ChangeListenerFn = dyn Fn(Changes);

impl Driver {
    /// Starts a machine. `on_change` is called at most once a response.
    pub(crate) fn start(
        mut config: Config,
        on_event: impl Fn(&State, &Event) + 'static,
        on_change: impl Fn(Changes) + 'static,
    ) -> Self {
        config.can_share = tabs::can_share();
        let driver = Self(Rc::new_cyclic(|inner: &Weak<Inner>| {
            let inner = inner.clone();
            Inner {
                machine: RefCell::new(Machine::new(config)),
                timer: RefCell::default(),
                drift: Cell::new(clock::drift()),
                aborts: fetch::Aborts::default(),
                tabs: Tabs::new(move |event| {
                    if let Some(inner) = inner.upgrade() {
                        inner.command(|machine, now| machine.handle(Input::Tabs(event), now));
                    }
                }),
                on_event: Box::new(on_event),
                on_change: Box::new(on_change),
                listeners: RefCell::default(),
            }
        }));
        let inner = Rc::downgrade(&driver.0);
        let listeners = page::listen(move |page| {
            if let Some(inner) = inner.upgrade() {
                inner.command(|machine, now| machine.page(page, now));
            }
        });
        driver.0.listeners.replace(listeners);
        let inner = Rc::downgrade(&driver.0);
        let visited = page::when_visited(move || {
            if let Some(inner) = inner.upgrade() {
                inner.command(Machine::start);
            }
        });
        driver.0.listeners.borrow_mut().extend(visited);
        driver
    }

    /// Gives the machine a command, and does what follows from it.
    pub(crate) fn command<T>(&self, command: impl FnOnce(&mut Machine, Instant) -> T) -> T {
        self.0.command(command)
    }

    /// What there is to see.
    pub(crate) fn state(&self) -> Ref<'_, State> {
        Ref::map(self.0.machine.borrow(), Machine::state)
    }
}

impl Inner {
    fn command<T>(self: &Rc<Self>, command: impl FnOnce(&mut Machine, Instant) -> T) -> T {
        let result = command(&mut self.machine.borrow_mut(), clock::now());
        self.notice_clock_jump();
        self.pump();
        result
    }

    /// A machine that slept may have kept its requests, and not the connections they were on.
    fn notice_clock_jump(&self) {
        const JUMP: f64 = 2_000.0;
        let drift = clock::drift();
        if (drift - self.drift.replace(drift)).abs() >= JUMP {
            let mut machine = self.machine.borrow_mut();
            machine.page(Page::ClockJumped, clock::now());
        }
    }

    /// Does what the machine says until it says that there is nothing to do. Nobody is called back
    /// while the machine is borrowed: whoever is may give it a command.
    fn pump(self: &Rc<Self>) {
        let now = clock::now();
        let mut events = Vec::new();
        let mut changes = Changes::default();
        let wake_at = loop {
            let output = self.machine.borrow_mut().poll(now);
            match output {
                Output::Abort(id) => {
                    if let Some(abort) = self.aborts.take(id) {
                        abort.abort();
                    }
                }
                Output::Tabs(action) => {
                    if self.tabs.carry_out(action).is_err() {
                        let event = Input::Tabs(TabEvent::Unavailable);
                        self.machine.borrow_mut().handle(event, now);
                    }
                }
                Output::Send(request) => self.send(request),
                Output::Event(event) => events.push(event),
                Output::Changed(changed) => changes |= changed,
                Output::Idle { wake_at } => break wake_at,
            }
        };
        self.wake_at(wake_at, now);
        if !events.is_empty() {
            let state = self.machine.borrow().state().clone();
            for event in &events {
                (self.on_event)(&state, event);
            }
        }
        if !changes.is_empty() {
            (self.on_change)(changes);
        }
    }

    fn send(self: &Rc<Self>, request: Request) {
        let id = request.id;
        let fetch = fetch::begin(&request);
        self.aborts.note(id, &fetch);
        let inner = Rc::downgrade(self);
        spawn_local(async move {
            let result = fetch.response().await;
            let Some(inner) = inner.upgrade() else {
                return;
            };
            inner.aborts.take(id);
            let input = match result {
                Ok(response) => Input::Response { id, response },
                Err(failure) => Input::Failed { id, failure },
            };
            inner.command(|machine, now| machine.handle(input, now));
        });
    }

    /// Sets the one timer.
    fn wake_at(self: &Rc<Self>, at: Option<Instant>, now: Instant) {
        let timer = at.map(|at| {
            let span = at.since(now).as_millis();
            let inner: Weak<Self> = Rc::downgrade(self);
            // A span beyond what a timer takes is cut: waking early does no harm.
            let millis = u32::try_from(span).unwrap_or(u32::MAX).min(i32::MAX as u32);
            Timeout::new(millis, move || {
                if let Some(inner) = inner.upgrade() {
                    inner.command(|machine, now| machine.handle(Input::Wake, now));
                }
            })
        });
        self.timer.replace(timer);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let now = clock::now();
        let machine = self.machine.get_mut();
        machine.close(now);
        loop {
            match machine.poll(now) {
                Output::Abort(id) => {
                    if let Some(abort) = self.aborts.take(id) {
                        abort.abort();
                    }
                }
                // Nobody is left to be told whether it arrives.
                Output::Send(request) => drop(fetch::begin(&request)),
                // Whoever can't be told that this tab goes will notice.
                Output::Tabs(action) => drop(self.tabs.carry_out(action)),
                Output::Event(_) | Output::Changed(_) => {}
                Output::Idle { .. } => break,
            }
        }
    }
}
