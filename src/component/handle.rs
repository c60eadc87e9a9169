//! The handle of a widget: its state, and commands that settle on what the device shows.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gws::{CallId, CallOperation, DeviceId, Mode, MonitoringKind, Scope};
use leptos::html;
use leptos::prelude::*;
use leptos::reactive::graph::Observer;
use leptos::wasm_bindgen::JsCast;
use supervision::{Changes, MonitoringChoice, Operation, Receipt, State, Target};

use super::ListenInError;
use super::waiting::Waiting;
use crate::control::{AskedFrom, Control, Host, LONGEST_LIMIT, Options, limit};
use crate::view::Commands;

/// The application's handle of a widget: its state, and commands. It is `Copy`, and belongs to the reactive owner that
/// created it.
///
/// Create one and pass it to [`ListenIn`](super::ListenIn), or get one without a view from
/// [`use_listen_in`](super::use_listen_in). Its widget may be mounted later, restart and be removed.
///
/// **A command follows the device, not the reply.** It returns the receipt saying that device or call show what was asked
/// for, and otherwise a [`ListenInError`]. Dropping a future does not cancel the request. There is no confirmation: the
/// caller of `coach`, `barge_in`, `switch_to` or `mute` makes sure that the supervisor wants to be heard.
///
/// ```no_run
/// # use leptos::prelude::*;
/// # use listen_in::{ListenIn, ListenInHandle, MonitorOptions};
/// #[component]
/// fn Desktop() -> impl IntoView {
///     let handle = ListenInHandle::new();
///     let listen = Action::new_local(move |number: &String| {
///         handle.listen_in(MonitorOptions::number(number).limit(30))
///     });
///     view! {
///         <button on:click=move |_| { listen.dispatch("6001".to_owned()); }>"Listen in to 6001"</button>
///         <p>{move || handle.with_state(|state| state.all_legs().len())} " calls"</p>
///         <ListenIn base_url="/api/v2" handle=handle />
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ListenInHandle(StoredValue<Rc<Inner>, LocalStorage>);

/// Whom to monitor, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct MonitorOptions {
    target: Target,
    scope: Scope,
    mode: Mode,
    limit: Option<u32>,
}

/// Whose microphone to mute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// The supervisor's own.
    Supervisor,
    /// The monitored agent's.
    Agent,
}

impl MonitorOptions {
    /// Monitors a device: whole calls, all calls, with the widget's own time limit.
    pub fn device(device: DeviceId) -> Self {
        Self::new(Target::Device(device))
    }

    /// Like [`Self::device`], for a number.
    pub fn number(number: impl Into<String>) -> Self {
        Self::new(Target::Number(number.into()))
    }

    fn new(target: Target) -> Self {
        Self {
            target,
            scope: Scope::Call,
            mode: Mode::AllCalls,
            limit: None,
        }
    }

    /// The scope. Default: the whole call.
    pub fn scope(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// The mode. Default: all calls.
    pub fn mode(self, mode: Mode) -> Self {
        Self { mode, ..self }
    }

    /// The time limit in minutes, 0 to 1440; 0: none. Applies to all calls. Default: the widget's limit.
    pub fn limit(self, minutes: u32) -> Self {
        Self {
            limit: Some(minutes),
            ..self
        }
    }
}

impl From<DeviceId> for MonitorOptions {
    fn from(device: DeviceId) -> Self {
        Self::device(device)
    }
}

impl From<Target> for MonitorOptions {
    fn from(target: Target) -> Self {
        Self::new(target)
    }
}

impl Default for ListenInHandle {
    fn default() -> Self {
        Self::new()
    }
}

impl ListenInHandle {
    /// A handle whose widget is not mounted yet.
    pub fn new() -> Self {
        Self(StoredValue::new_local(Rc::default()))
    }

    /// The state, as a signal. Each read clones all of it, the directory included: if you need only a part, or read often,
    /// use [`with_state`](Self::with_state).
    pub fn state(self) -> Signal<State> {
        Signal::derive(move || self.with_state(State::clone))
    }

    /// Reads the state, and tracks it in a tracking context. Without a widget it is [`State::default`].
    pub fn with_state<T>(self, read: impl FnOnce(&State) -> T) -> T {
        let inner = self.inner();
        // An event handler tracks nothing.
        if let Some(inner) = inner.as_ref().filter(|_| Observer::get().is_some()) {
            inner.changed.track();
        }
        match inner.and_then(|inner| inner.control()) {
            Some(control) => read(&control.state()),
            None => read(&State::default()),
        }
    }

    /// Asks to listen in to somebody. If only the time limit changes, nothing is sent, and the receipt is that of the limit.
    ///
    /// # Errors
    /// It is not possible now, or failed.
    pub async fn listen_in(
        self,
        whom: impl Into<MonitorOptions>,
    ) -> Result<Receipt, ListenInError> {
        self.monitor(MonitoringKind::ListenIn, whom.into()).await
    }

    /// Like [`Self::listen_in`], heard by the agent.
    ///
    /// # Errors
    /// Those of [`listen_in`](Self::listen_in).
    pub async fn coach(self, whom: impl Into<MonitorOptions>) -> Result<Receipt, ListenInError> {
        self.monitor(MonitoringKind::Coach, whom.into()).await
    }

    /// Like [`Self::listen_in`], heard by everyone in the call.
    ///
    /// # Errors
    /// Those of [`listen_in`](Self::listen_in).
    pub async fn barge_in(self, whom: impl Into<MonitorOptions>) -> Result<Receipt, ListenInError> {
        self.monitor(MonitoringKind::BargeIn, whom.into()).await
    }

    /// Asks to stop monitoring.
    ///
    /// # Errors
    /// It is not possible now, or failed.
    pub async fn stop(self) -> Result<Receipt, ListenInError> {
        self.ask(Operation::Stop, None).await
    }

    /// Asks to answer a ringing call.
    ///
    /// # Errors
    /// It is not possible now, or failed.
    pub async fn answer(self, call: CallId) -> Result<Receipt, ListenInError> {
        self.operate(call, CallOperation::Answer).await
    }

    /// Asks to leave a call.
    ///
    /// # Errors
    /// It is not possible now, or failed.
    pub async fn leave(self, call: CallId) -> Result<Receipt, ListenInError> {
        self.operate(call, CallOperation::Hangup).await
    }

    /// Asks to be heard by everyone in a call (`BargeIn`), or to go back to listening (`ListenIn`).
    ///
    /// # Errors
    /// The kind is another one, the switch is not possible now, or it failed.
    pub async fn switch_to(
        self,
        call: CallId,
        kind: MonitoringKind,
    ) -> Result<Receipt, ListenInError> {
        let operation = match kind {
            MonitoringKind::ListenIn => CallOperation::SwitchToListenIn,
            MonitoringKind::BargeIn => CallOperation::SwitchToBargeIn,
            _ => return Err(ListenInError::BadArgument("kind")),
        };
        self.operate(call, operation).await
    }

    /// Asks to mute or unmute a party of a call.
    ///
    /// # Errors
    /// It is not possible now, or failed.
    pub async fn mute(
        self,
        call: CallId,
        party: Party,
        muted: bool,
    ) -> Result<Receipt, ListenInError> {
        let operation = match (party, muted) {
            (Party::Supervisor, true) => CallOperation::MuteCall,
            (Party::Supervisor, false) => CallOperation::UnmuteCall,
            (Party::Agent, true) => CallOperation::MuteMonitoredUser,
            (Party::Agent, false) => CallOperation::UnmuteMonitoredUser,
        };
        self.operate(call, operation).await
    }

    /// Retries now whatever is waiting to be retried.
    pub fn retry(self) {
        if let Some(control) = self.inner().and_then(|inner| inner.control()) {
            control.retry_now();
        }
    }

    /// Moves the focus into the panel: to a question that waits for an answer, or to the field *Agent*. Does nothing without
    /// a view.
    pub fn focus(self) {
        let panel = self.inner().and_then(|inner| inner.panel.get());
        let Some(panel) = panel.and_then(|panel| panel.get_untracked()) else {
            return;
        };
        let mut places = [".confirm", "[role=combobox]", "button"].into_iter();
        let found = places.find_map(|place| {
            let there = format!("{place}:not(.absent, .absent *)");
            panel.query_selector(&there).ok().flatten()
        });
        if let Some(found) = found
            .as_ref()
            .and_then(JsCast::dyn_ref::<web_sys::HtmlElement>)
        {
            // An element that can't be focused leaves the focus as it is.
            let _ = found.focus();
        }
    }

    async fn monitor(
        self,
        kind: MonitoringKind,
        whom: MonitorOptions,
    ) -> Result<Receipt, ListenInError> {
        let own = self.inner().and_then(|inner| inner.limit.get());
        let minutes = whom.limit.or_else(|| own.map(|own| own.get_untracked()));
        let minutes = minutes.unwrap_or(0);
        if minutes > LONGEST_LIMIT {
            return Err(ListenInError::BadArgument("limit"));
        }
        let limit = limit(minutes, &whom.mode);
        let choice = MonitoringChoice {
            kind,
            target: whom.target,
            scope: whom.scope,
            mode: whom.mode,
        };
        self.ask(Operation::Monitor(choice), limit).await
    }

    async fn operate(
        self,
        call: CallId,
        operation: CallOperation,
    ) -> Result<Receipt, ListenInError> {
        self.ask(Operation::Call { call, operation }, None).await
    }

    async fn ask(
        self,
        operation: Operation,
        limit: Option<supervision::Duration>,
    ) -> Result<Receipt, ListenInError> {
        let inner = self.inner().ok_or(ListenInError::NotMounted)?;
        let control = inner.control().ok_or(ListenInError::NotMounted)?;
        inner.waiting.borrow_mut().asks();
        let asked = match control.ask(operation, limit, AskedFrom::Page) {
            Ok(id) => inner.waiting.borrow_mut().asked(id),
            Err(why) => {
                inner.waiting.borrow_mut().not_asked();
                return Err(why.into());
            }
        };
        // A waiting future must not keep the machine alive.
        drop((inner, control));
        asked.end().await
    }

    /// None if the owner of the handle is gone.
    pub(super) fn inner(self) -> Option<Rc<Inner>> {
        self.0.try_with_value(Rc::clone)
    }
}

/// The inner state of a handle.
#[derive(Default)]
pub(super) struct Inner {
    control: RefCell<Option<Rc<Control>>>,
    changed: ArcTrigger,
    waiting: RefCell<Waiting>,
    /// The default time limit.
    pub(super) limit: Cell<Option<Signal<u32>>>,
    pub(super) panel: Cell<Option<NodeRef<html::Div>>>,
}

impl Inner {
    /// Starts a machine, which ends with the current reactive owner.
    pub(super) fn start(
        self: &Rc<Self>,
        options: Options,
        host: Host,
        on_change: impl Fn(Changes) + 'static,
    ) -> Rc<Control> {
        let changed = self.changed.clone();
        let control = Control::start(options, host, move |changes| {
            on_change(changes);
            changed.notify();
        });
        self.control.replace(Some(Rc::clone(&control)));
        StoredValue::new_local(Running {
            handle: Rc::clone(self),
            control: Rc::clone(&control),
        });
        self.changed.notify();
        control
    }

    /// The machine, if there is one now.
    pub(super) fn control(&self) -> Option<Rc<Control>> {
        self.control.borrow().clone()
    }

    /// Records a receipt.
    pub(super) fn note(&self, receipt: &Receipt) {
        self.waiting.borrow_mut().note(receipt);
    }
}

/// The machine that a handle uses at present.
struct Running {
    handle: Rc<Inner>,
    control: Rc<Control>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let is_it = |now: &Rc<Control>| Rc::ptr_eq(now, &self.control);
        // The handle may be another widget's by now.
        if self.handle.control.borrow().as_ref().is_some_and(is_it) {
            self.handle.control.take();
            self.handle.waiting.borrow_mut().forget();
            self.handle.changed.notify();
        }
    }
}
