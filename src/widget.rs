//! The widget put together: a machine at work in the page, and the view that shows it.

use core::time::Duration;
use std::cell::Ref;
use std::rc::Rc;

use gws::{CallId, CallOperation, DeviceId};
use leptos::html;
use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use supervision::{Config, Event, Instant, Machine, MonitoringChoice, SipCluster, State, WallTime};

use crate::browser::{self, Dispatch, Driver, Ticker};
use crate::language;
use crate::view::{self, BadAttribute, Commands, Handle, InUse, OwnTexts, Parts, Triggers};

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
}

/// The two of the options that may change without starting anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) limit: u32,
    pub(crate) until: Option<u64>,
    /// What was set to something else than a limit.
    pub(crate) bad: Vec<BadAttribute>,
}

impl Limits {
    pub(crate) fn of(options: &Options) -> Self {
        Self {
            limit: options.limit,
            until: options.limit_until,
            bad: Vec::new(),
        }
    }
}

/// Starts a machine, and makes the view of it. Dropping the reactive owner ends both. The `limits`
/// are those of the options, and may change, as `texts` may; `moved` says that it stands elsewhere in the
/// page.
pub(crate) fn widget(
    options: Options,
    limits: Signal<Limits>,
    texts: Signal<OwnTexts>,
    moved: ArcTrigger,
    on_event: impl Fn(&State, &Event) -> Option<Dispatch> + 'static,
) -> impl IntoView {
    // The language is that of what this owns.
    let owner = Owner::new();
    let view = owner.with(|| owned(options, limits, texts, moved, on_event));
    OwnedView::new_with_owner(view.into_any(), owner).into_any()
}

fn owned(
    options: Options,
    limits: Signal<Limits>,
    texts: Signal<OwnTexts>,
    moved: ArcTrigger,
    on_event: impl Fn(&State, &Event) -> Option<Dispatch> + 'static,
) -> impl IntoView {
    let in_use = InUse::english();
    provide_context(in_use.clone());
    // 2⁵³ possible seeds are plenty to spread retries.
    let seed = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
    let mut config = Config::new(browser::absolute(&options.base_url), seed);
    config.device = options
        .device_id
        .filter(|id| !id.is_empty())
        .map(DeviceId::new);
    config.sip_cluster = match options.sip_cluster {
        None => SipCluster::Detect,
        Some(true) => SipCluster::Yes,
        Some(false) => SipCluster::No,
    };
    config.limit_until = options.limit_until.map(WallTime);
    let triggers = Triggers::new(browser::now());
    let driver = Driver::start(config, on_event, move |changes| {
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
    let commands = Handle::new(Rc::new(ByDriver(driver)));
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
    let parts = Parts::new(triggers, commands);
    view::panel(panel, parts, commands, limit, bad)
}

/// Gives the view's commands to the machine.
///
/// A command that is refused because the state changed since the last render is not an error: the
/// view already shows why.
struct ByDriver(Driver);

impl Commands for ByDriver {
    fn monitor(&self, choice: MonitoringChoice, limit: Option<Duration>) {
        let _ = self
            .0
            .command(|machine, now| machine.monitor(choice, limit, now));
    }

    fn stop(&self) {
        let _ = self.0.command(Machine::stop);
    }

    fn operate_call(&self, call: &CallId, operation: CallOperation) {
        let _ = self
            .0
            .command(|machine, now| machine.operate_call(call, operation, now));
    }

    fn retry_now(&self) {
        self.0.command(Machine::retry_now);
    }

    fn refresh_directory(&self) {
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
