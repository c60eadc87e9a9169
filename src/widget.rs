//! The widget put together: a machine at work in the page, and the view that shows it.

use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use supervision::{Config, SipCluster, Thresholds, WallTime};

use crate::browser::{self, Driver, Ticker};
use crate::control::{Control, Host, device};
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
    let clock = driver.clone();
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
    // Kept, as the commands are, until the reactive owner goes.
    let ticker = StoredValue::new_local(None);
    let moves = moved.clone();
    view::effect(move || {
        moves.track();
        let clock = clock.clone();
        let tick = move |now| {
            clock.check_clock();
            triggers.tick(now);
        };
        ticker.set_value(panel.get().map(|panel| Ticker::start(&panel, tick)));
    });
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
