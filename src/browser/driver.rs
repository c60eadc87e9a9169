//! The run loop around the machine. After every input and every command it carries out the machine's outputs in this
//! order: requests leave first, then events are dispatched, then changes are shown.

use std::cell::{Cell, RefCell, RefMut};
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use supervision::{
    Changes, Config, Duration, Event, HttpRequest, Input, Instant, Machine, Output, Page, State,
    TabEvent,
};

use super::clock::{self, Reading};
use super::tabs::Tabs;
use super::{http, page, site, tabs};
use crate::listener::EventListener;
use crate::timer::later;

/// A running machine. Clones share it; when the last is dropped, it disconnects from the server.
#[derive(Clone)]
pub(crate) struct Driver(Rc<Inner>);

struct Inner {
    this: Weak<Self>,
    /// Shared only while its state is read.
    machine: RefCell<Rc<Machine>>,
    /// The one timer, and when it fires.
    timer: RefCell<Option<(Instant, Timeout)>>,
    /// When the machine wants to be woken.
    due_at: Cell<Option<Instant>>,
    clock: clock::Told,
    fetch: http::Fetch,
    aborts: http::Aborts,
    tabs: Tabs,
    on_event: Box<EventListenerFn>,
    on_change: Box<ChangeListenerFn>,
    listeners: RefCell<Vec<EventListener>>,
}

/// The longest time between two readings of the clocks: timers stop during sleep, and what is due afterwards must not
/// wait until somebody uses the page.
const CHECK: Duration = Duration::from_secs(30);
/// How long the machine may work without a pause. Together with the work that follows it takes half a frame.
const SLICE: Duration = Duration::from_millis(3);
/// The same in a hidden page, where timers are late.
const LONG_SLICE: Duration = Duration::from_millis(100);

/// Returns the function that dispatches an event to the page, given the state after the whole input. It must not give
/// the machine commands; the returned function may.
pub(crate) type EventListenerFn = dyn Fn(&State, &Event) -> Option<Dispatch>;

/// Dispatches an event to the embedding page.
pub(crate) type Dispatch = Box<dyn FnOnce()>;

/// Called with the changed parts.
type ChangeListenerFn = dyn Fn(Changes);

impl Driver {
    /// Starts a machine that sends its requests with `fetch`. `on_change` is called at most once per response.
    pub(crate) fn start(
        mut config: Config,
        fetch: http::Fetch,
        on_event: Box<EventListenerFn>,
        on_change: impl Fn(Changes) + 'static,
    ) -> Self {
        config.can_share = tabs::can_share();
        config.is_third_party = site::is_third_party(&config.base_url);
        let driver = Self(Rc::new_cyclic(|this: &Weak<Inner>| {
            let inner = this.clone();
            Inner {
                this: this.clone(),
                machine: RefCell::new(Rc::new(Machine::new(config))),
                timer: RefCell::default(),
                due_at: Cell::default(),
                clock: clock::Told::new(&Reading::take()),
                fetch,
                aborts: http::Aborts::default(),
                tabs: Tabs::new(move |event| {
                    if let Some(inner) = inner.upgrade() {
                        inner.handle(Input::Tabs(event));
                    }
                }),
                on_event,
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

    /// Gives the machine a command, and carries out what follows.
    pub(crate) fn command<T>(&self, command: impl FnOnce(&mut Machine, Instant) -> T) -> T {
        self.0.command(command)
    }

    /// Checks whether the computer has slept, or the wall clock was set. Every command does that, too.
    pub(crate) fn check_clock(&self) {
        if self.0.clock.would_jump(&Reading::take()) {
            self.0.command(|_, _| ());
        }
    }

    /// The machine, to read its state. It must be dropped before the next command.
    pub(crate) fn machine(&self) -> Rc<Machine> {
        Rc::clone(&self.0.machine.borrow())
    }
}

impl Inner {
    fn machine(&self) -> RefMut<'_, Machine> {
        RefMut::map(self.machine.borrow_mut(), exclusive)
    }

    fn command<T>(&self, command: impl FnOnce(&mut Machine, Instant) -> T) -> T {
        let reading = Reading::take();
        self.report_wall_clock(&reading);
        let result = command(&mut self.machine(), reading.now);
        self.report_clock_jump(&reading);
        self.pump();
        result
    }

    fn report_wall_clock(&self, reading: &Reading) {
        if let Some(wall) = self.clock.wall_clock(reading) {
            let mut machine = self.machine();
            machine.handle(Input::WallClock(wall), reading.now);
        }
    }

    /// After sleep the machine may still have its requests, but not the connections they were on.
    fn report_clock_jump(&self, reading: &Reading) {
        if self.clock.jumped(reading) {
            // The timer did not run during sleep.
            self.timer.take();
            let mut machine = self.machine();
            machine.page(Page::ClockJumped, reading.now);
        }
    }

    fn handle(&self, input: Input) {
        self.command(|machine, now| machine.handle(input, now));
    }

    /// Carries out the machine's outputs until there are none. No callback runs while the machine is borrowed, because
    /// callbacks may give it commands.
    fn pump(&self) {
        let now = clock::now();
        let (events, changes, wake_at) = self.carry_out(now);
        self.wake_at(wake_at, now);
        let dispatches = self.dispatches(&events);
        // Before the events: a listener of the page may press a button that has just become enabled.
        if !changes.is_empty() {
            (self.on_change)(changes);
        }
        for dispatch in dispatches {
            dispatch();
        }
    }

    /// Carries out the outputs for the browser. Returns those for the page, and when the machine wants to be woken.
    fn carry_out(&self, now: Instant) -> (Vec<Event>, Changes, Option<Instant>) {
        let mut events = Vec::new();
        let mut changes = Changes::default();
        loop {
            let output = self.machine().poll(now);
            match output {
                Output::Abort(id) => {
                    if let Some(abort) = self.aborts.take(id) {
                        abort.abort();
                    }
                }
                Output::Tabs(action) => {
                    let is_done = self.tabs.carry_out(action).is_some();
                    // At the end it does not matter: another tab gets the lock in any case.
                    if !is_done && self.this.strong_count() > 0 {
                        let event = Input::Tabs(TabEvent::Unavailable);
                        self.machine().handle(event, now);
                    }
                }
                Output::Send(request) => self.send(request),
                Output::Event(event) => events.push(event),
                Output::Changed(changed) => changes |= changed,
                Output::Idle { wake_at } => return (events, changes, wake_at),
            }
        }
    }

    fn dispatches(&self, events: &[Event]) -> Vec<Dispatch> {
        let machine = self.machine.borrow();
        let state = machine.state();
        let mut dispatches = Vec::new();
        for event in events {
            dispatches.extend((self.on_event)(state, event));
        }
        dispatches
    }

    fn send(&self, request: HttpRequest) {
        let id = request.id;
        let inner = self.this.clone();
        let on_progress = Box::new(move || {
            if let Some(inner) = inner.upgrade() {
                inner.handle(Input::Progress { id });
            }
        });
        let exchange = http::begin(&request, &self.fetch, on_progress);
        self.aborts.note(id, &exchange);
        let inner = self.this.clone();
        exchange.outcome(move |input| {
            if let Some(inner) = inner.upgrade() {
                inner.aborts.take(id);
                inner.handle(input);
            }
        });
    }

    /// Sets the timer, unless the present one fires earlier: waking early does no harm, and most responses only defer
    /// the deadline.
    fn wake_at(&self, at: Option<Instant>, now: Instant) {
        self.due_at.set(at);
        let at = at.map(|at| at.min(now + CHECK));
        let mut timer = self.timer.borrow_mut();
        // An overdue timer may not fire at all, for example after sleep.
        let is_in_time = |at| {
            let set_to = timer.as_ref().map(|(set_to, _)| *set_to);
            set_to.is_some_and(|set_to| now <= set_to && set_to <= at)
        };
        if at.is_some_and(is_in_time) {
            return;
        }
        *timer = at.map(|at| {
            let inner = self.this.clone();
            // Half a minute fits.
            let millis = at.since(now).as_millis() as u32;
            let timeout = later(millis, move || {
                if let Some(inner) = inner.upgrade() {
                    inner.timer.take();
                    inner.wake();
                }
            });
            (at, timeout)
        });
    }

    /// Wakes the machine, repeatedly while it has more to do at once. If the page is visible, it yields to it before a
    /// frame is missed.
    fn wake(&self) {
        let slice = if page::is_visible() {
            SLICE
        } else {
            LONG_SLICE
        };
        let begun = clock::now();
        loop {
            self.handle(Input::Wake);
            let now = clock::now();
            let has_more = self.due_at.get().is_some_and(|at| at <= now);
            if !has_more || now.since(begun) >= slice {
                return;
            }
        }
    }
}

fn exclusive(machine: &mut Rc<Machine>) -> &mut Machine {
    Rc::get_mut(machine).expect("no command is given while the state is read")
}

impl Drop for Inner {
    fn drop(&mut self) {
        let now = clock::now();
        exclusive(self.machine.get_mut()).close(now);
        // What is sent has no more callbacks.
        self.carry_out(now);
    }
}
