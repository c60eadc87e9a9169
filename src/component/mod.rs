//! The widget in a Leptos application: the component [`ListenIn`], its handle, and the same without a view.
//!
//! | file | holds |
//! |---|---|
//! | `options` | what is given; `model`: what both sides set |
//! | `session` | the machine that is started with it, and [`use_listen_in`] |
//! | `handle` | the state, and commands; `waiting`: who waits for their end; `error`: why one did not come about |
//! | `events` | what the application is told, and asked before |
//! | `fetch` | how requests are sent |
//! | `device` | the device in use, chosen by either side |
//! | `style` | the style sheet in the page |

mod device;
mod error;
mod events;
mod fetch;
mod handle;
mod model;
mod options;
mod session;
mod style;
mod waiting;

use gws::{Device, DeviceId};
use leptos::either::Either;
use leptos::html;
use leptos::prelude::*;
use supervision::{Leg, LinkPhase, Monitoring, Receipt, Thresholds};

pub use self::error::ListenInError;
use self::events::Callbacks;
pub use self::events::{AskedFrom, BeforeRequest, RequestEvent};
pub use self::fetch::Fetch;
pub use self::handle::{ListenInHandle, MonitorOptions, Party};
pub use self::model::Model;
pub use self::options::ListenInOptions;
use self::session::Session;
pub use self::session::use_listen_in;
use crate::browser;
use crate::control::{LONGEST_LIMIT, is_moment};
use crate::reactive;
use crate::view::{self, BadAttribute, OwnTexts, Triggers};
use crate::widget::{Limits, widget};

/// What stands above the panel, such as a legal notice: `<Notice slot>…</Notice>` within [`ListenIn`](ListenIn()).
#[slot]
pub struct Notice {
    /// What it says.
    children: Children,
}

/// What stands below *Nobody is monitored* while that is known: `<Empty slot>…</Empty>`. It is made anew with another
/// `base_url`.
#[slot]
pub struct Empty {
    /// What it says.
    children: ChildrenFn,
}

/// What stands below the panel: `<Footer slot>…</Footer>`.
#[slot]
pub struct Footer {
    /// What it says.
    children: Children,
}

/// The widget. It brings its style sheet along. What is a signal may change at any time; a closure, a signal or a plain value
/// does for it. A limit, shortcut, threshold or text that is not accepted is reported in the widget and has no effect.
///
/// ```no_run
/// use leptos::prelude::*;
/// use listen_in::ListenIn;
///
/// leptos::mount::mount_to_body(|| view! { <ListenIn base_url="/api/v2" /> });
/// ```
#[component]
#[allow(
    unreachable_pub,
    reason = "it is exported by the crate; the macro's own items are not"
)]
pub fn ListenIn(
    /// The address of the GWS API, such as `/api/v2`; absolute or relative to the page. Another one begins anew.
    #[prop(into)]
    base_url: Signal<String>,
    /// The supervisor's device to listen with, both ways: a value, an `RwSignal`, or both halves of a signal. Default: the one
    /// that monitors somebody, or the first that can. What the application sets counts as soon as nothing is monitored, heard
    /// or asked for with the one in use; the model follows when a person chooses another, or the device in use goes.
    #[prop(optional, into)]
    device: Model<Option<DeviceId>>,
    /// Whether the contact centre is a SIP Cluster with routing-point monitoring, which allows only silent monitoring of whole
    /// calls. Default: learnt from refusals. Another word begins anew.
    #[prop(optional, into)]
    sip_cluster: Signal<Option<bool>>,
    /// The time limit for *All calls* that is chosen at first, in minutes, 0 to 1440; 0: none. Changes apply until a person
    /// chooses one.
    #[prop(optional, into)]
    limit: Signal<u32>,
    /// Until when monitoring that is found at the start may go on, in milliseconds since 1970: what the application has kept
    /// over a reload. It never replaces a limit in force.
    #[prop(optional, into)]
    limit_until: Signal<Option<u64>>,
    /// Keys for what is done most, such as `listen-in=Alt+L stop=Alt+S answer=Alt+A mute=Alt+M help=?`. Default: none.
    #[prop(optional, into)]
    shortcuts: Signal<String>,
    /// After how long in a state agents are marked, such as `not-ready:10m after-call-work:3m`. Marks nobody if a part is not
    /// accepted.
    #[prop(optional, into)]
    thresholds: Signal<String>,
    /// The language, such as `de` or `pt-BR`. Default: that of the closest ancestor with `lang`, or else of the browser.
    #[prop(optional, into)]
    lang: Signal<Option<String>>,
    /// Makes the panel a region with this name, among which people move by screen reader. Default: it is none, and the
    /// regions in it are.
    #[prop(optional, into)]
    label: Signal<Option<String>>,
    /// Texts in place of the widget's, by their keys: see docs/texts.md.
    #[prop(optional, into)]
    texts: Signal<Vec<(String, String)>>,
    /// Sends the requests to GWS, polls and the last disconnect included, in place of the browser's `fetch`: a function of a
    /// `web_sys::Request` that gives a promise of a response. There, headers can be set, such as a token.
    #[prop(optional, into)]
    fetch: Fetch,
    /// Before something is asked for, by a person or the application: whether it may be sent. False keeps it from being sent,
    /// where [`can_prevent`](BeforeRequest::can_prevent); the history says so.
    #[prop(optional, into)]
    before_request: Option<Callback<BeforeRequest, bool>>,
    /// The connection has changed its phase.
    #[prop(optional, into)]
    on_connection: Option<Callback<LinkPhase>>,
    /// A device of the supervisor's has changed, or another one is used: the one in use.
    #[prop(optional, into)]
    on_device: Option<Callback<Option<Device>>>,
    /// Monitoring with the device in use, or its time limit, has begun, changed or ended.
    #[prop(optional, into)]
    on_monitoring: Option<Callback<Monitoring>>,
    /// A call on one of the supervisor's devices has begun, changed or ended: all that are not over.
    #[prop(optional, into)]
    on_calls: Option<Callback<Vec<Leg>>>,
    /// Something that was asked for has come a step further.
    #[prop(optional, into)]
    on_request: Option<Callback<RequestEvent>>,
    /// A step of what happened, to be kept.
    #[prop(optional, into)]
    on_receipt: Option<Callback<Receipt>>,
    /// The handle by which the application reads the state and gives commands.
    #[prop(optional)]
    handle: Option<ListenInHandle>,
    /// What stands above the panel.
    #[prop(optional)]
    notice: Option<Notice>,
    /// What stands below *Nobody is monitored* while that is known.
    #[prop(optional)]
    empty: Option<Empty>,
    /// What stands below the panel.
    #[prop(optional)]
    footer: Option<Footer>,
) -> impl IntoView {
    let options = ListenInOptions {
        base_url,
        device,
        sip_cluster,
        limit,
        limit_until,
        fetch,
        callbacks: Callbacks {
            connection: on_connection,
            device: on_device,
            monitoring: on_monitoring,
            calls: on_calls,
            request: on_request,
            receipt: on_receipt,
            before_request,
        },
    };
    let limits =
        reactive::Signal::derive(move || limits(limit, limit_until, shortcuts, thresholds));
    let texts = reactive::Signal::derive(move || OwnTexts(texts.get()));
    let handle = handle.and_then(ListenInHandle::inner).unwrap_or_default();
    let place = NodeRef::<html::Div>::new();
    handle.panel.set(Some(place));
    view::effect(move || {
        if let Some(place) = place.get() {
            style::adopt(&place);
        }
    });
    let session = StoredValue::new_local(Session::new(options, handle));
    let name = move || label.get().filter(|label| !label.is_empty());
    let mut is_other = false;
    let panel = move || {
        let triggers = Triggers::new(browser::now());
        let control = session.with_value(|session| {
            session.start(move |changes| triggers.notify(changes, browser::now()))
        });
        let view = untrack(|| {
            let empty = empty.as_ref().map(|empty| (empty.children)());
            let moved = ArcTrigger::new();
            widget(control, triggers, limits, texts, moved, empty.into_any())
        });
        // Not the same elements with other contents: it begins anew.
        is_other = !is_other;
        match is_other {
            true => Either::Left(view),
            false => Either::Right(view),
        }
    };
    view! { class = "li",
        <div lang=move || lang.get() role=move || name().map(|_| "region") aria-label=name node_ref=place>
            {notice.map(|notice| (notice.children)())} {panel}
            {footer.map(|footer| (footer.children)())}
        </div>
    }
}

/// What may change at any time, as far as it is accepted.
fn limits(
    limit: Signal<u32>,
    limit_until: Signal<Option<u64>>,
    shortcuts: Signal<String>,
    thresholds: Signal<String>,
) -> Limits {
    let shortcuts = shortcuts.get();
    let mut bad = view::bad_shortcuts(&shortcuts);
    let mut limit = limit.get();
    if limit > LONGEST_LIMIT {
        bad.push(BadAttribute::Limit(limit.to_string()));
        limit = 0;
    }
    let (until, not_until) = match limit_until.get() {
        Some(until) if !is_moment(&until) => (None, Some(until)),
        until => (until, None),
    };
    bad.extend(not_until.map(|until| BadAttribute::LimitUntil(until.to_string())));
    let thresholds = Thresholds::parse(&thresholds.get()).unwrap_or_else(|part| {
        bad.push(BadAttribute::Thresholds(part.to_owned()));
        Thresholds::default()
    });
    Limits {
        limit,
        until,
        thresholds,
        shortcuts,
        bad,
    }
}
