//! The widget put together: a machine at work in the page, and the view that shows it.

use core::time::Duration;
use std::cell::Ref;
use std::rc::Rc;

use gws::{CallId, CallOperation, DeviceId, GroupId};
use leptos::html;
use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use supervision::{
    Config, Event, Instant, Machine, MonitoringChoice, Obstacle, Operation, RequestId, SipCluster,
    State, Thresholds, WallTime,
};

use crate::browser::{self, Dispatch, Driver, Fetch, Lasting, Ticker};
use crate::language;
use crate::view::{self, BadAttribute, Commands, Handle, InUse, Keep, OwnTexts, Parts, Triggers};

/// What an embedder can set.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The address of the GWS API, such as `/api/v2`; absolute or relative to the page.
    pub base_url: String,
    /// The supervisor's device to listen with; otherwise the one that monitors somebody, or the first
    /// that can.
    pub device_id: Option<String>,
    /// Whether the contact centre is a SIP Cluster with routing-point monitoring; otherwise that is
    /// learnt from refusals.
    pub sip_cluster: Option<bool>,
    /// The time limit for *All calls* that is chosen at first, in minutes; 0: none.
    pub limit: u32,
    /// Until when monitoring that is found at the start may go on, in milliseconds since 1970: the
    /// `until` of a receipt that the page has kept over a reload.
    pub limit_until: Option<u64>,
    /// After how long in a state agents are marked.
    pub thresholds: Thresholds,
    /// Keys for what is done most, such as `listen-in=Alt+L stop=Alt+S answer=Alt+A mute=Alt+M help=?`. Empty:
    /// none.
    pub shortcuts: String,
}

/// Those of the options that may change without starting anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) limit: u32,
    pub(crate) until: Option<u64>,
    pub(crate) thresholds: Thresholds,
    pub(crate) shortcuts: String,
    /// What was set to something else.
    pub(crate) bad: Vec<BadAttribute>,
}

impl Limits {
    pub(crate) fn of(options: &Options) -> Self {
        Self {
            limit: options.limit,
            until: options.limit_until,
            thresholds: options.thresholds.clone(),
            shortcuts: options.shortcuts.clone(),
            bad: view::bad_shortcuts(&options.shortcuts),
        }
    }
}

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
type BeforeFn = dyn Fn(&State, &Operation, AskedFrom) -> Box<dyn FnOnce() -> bool>;

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

/// Starts a machine, and makes the view of it. Both end when the reactive owner and the [`Control`] are
/// dropped. The `limits` are those of the options, and may change, as `texts` may; `moved` says that it stands elsewhere in the
/// page.
pub(crate) fn widget(
    options: Options,
    limits: Signal<Limits>,
    texts: Signal<OwnTexts>,
    moved: ArcTrigger,
    host: Host,
) -> (Rc<Control>, impl IntoView) {
    // The language is that of what this owns.
    let owner = Owner::new();
    let (control, view) = owner.with(|| owned(options, limits, texts, moved, host));
    let view = OwnedView::new_with_owner(view.into_any(), owner);
    (control, view.into_any())
}

fn owned(
    options: Options,
    limits: Signal<Limits>,
    texts: Signal<OwnTexts>,
    moved: ArcTrigger,
    host: Host,
) -> (Rc<Control>, impl IntoView) {
    let in_use = InUse::english();
    provide_context(in_use.clone());
    // 2⁵³ possible seeds are plenty to spread retries.
    let seed = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
    let mut config = Config::new(browser::absolute(&options.base_url), seed);
    config.device = device(options.device_id);
    config.sip_cluster = match options.sip_cluster {
        None => SipCluster::Detect,
        Some(true) => SipCluster::Yes,
        Some(false) => SipCluster::No,
    };
    config.limit_until = options.limit_until.map(WallTime);
    let triggers = Triggers::new(browser::now());
    let on_event = host.on_event.unwrap_or_else(|| Box::new(|_, _| None));
    let driver = Driver::start(config, host.fetch, on_event, move |changes| {
        triggers.notify(changes, browser::now());
    });
    // Kept, as the commands are, until the reactive owner goes.
    let clock = driver.clone();
    StoredValue::new_local(Ticker::start(move |now| {
        clock.check_clock();
        triggers.tick(now);
    }));
    let limited = driver.clone();
    view::effect(move || {
        if let Some(until) = limits.with(|limits| limits.until) {
            limited.command(|machine, now| machine.set_limit_until(WallTime(until), now));
        }
    });
    let control = Rc::new(Control {
        driver,
        before: host.before,
    });
    let commands = Handle::new(Rc::clone(&control) as Rc<dyn Commands>);
    let limit = Signal::derive(move || limits.with(|limits| limits.limit));
    let not_used = in_use.clone();
    let bad = Signal::derive(move || {
        let mut bad = limits.with(|limits| limits.bad.clone());
        let texts = not_used.bad();
        if !texts.is_empty() {
            bad.push(BadAttribute::Texts(texts));
        }
        bad
    });
    let panel = NodeRef::<html::Div>::new();
    let language = StoredValue::new_local(None);
    view::effect(move || {
        moved.track();
        let own = texts.get();
        let follow = |panel: web_sys::HtmlDivElement| language::follow(&panel, in_use.clone(), own);
        language.set_value(panel.get().map(follow));
    });
    let thresholds = Signal::derive(move || limits.with(|limits| limits.thresholds.clone()));
    let parts = Parts::new(triggers, commands, thresholds);
    let shortcuts = Signal::derive(move || limits.with(|limits| limits.shortcuts.clone()));
    let view = view::panel(panel, parts, commands, limit, bad, shortcuts);
    (control, view)
}

/// The device of an option; empty is none.
fn device(id: Option<String>) -> Option<DeviceId> {
    id.filter(|id| !id.is_empty()).map(DeviceId::new)
}

/// Gives commands to the machine: those of the view, and those of the page.
pub(crate) struct Control {
    driver: Driver,
    before: Option<Box<BeforeFn>>,
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

    fn search_people(&self, typed: &str) {
        self.driver
            .command(|machine, now| machine.search_people(typed, now));
    }

    fn find_more_people(&self) {
        self.driver.command(Machine::find_more_people);
    }

    fn list_group(&self, group: Option<GroupId>) {
        self.driver
            .command(|machine, now| machine.list_group(group, now));
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
