//! The widget in a Leptos application: the component [`ListenIn`], its handle, and a hook without a view.
//!
//! | file | holds |
//! |---|---|
//! | `options` | the options; `model`: values that both sides set |
//! | `session` | the machine that is started with them, and [`use_listen_in`] |
//! | `handle` | the state, and commands; `waiting`: futures that wait for an outcome; `error`: why a command failed |
//! | `events` | events for the application, and the question before a request |
//! | `fetch` | how requests are sent |
//! | `panel` | the widget as a view of Leptos' |
//! | `device` | the device in use, chosen by either side |
//! | `style` | the style sheet in the page |

mod device;
mod error;
mod events;
mod fetch;
mod handle;
mod model;
mod options;
mod panel;
mod session;
mod style;
mod waiting;

use gws::{Device, DeviceId};
use leptos::html;
use leptos::prelude::*;
use leptos::tachys::view::{Mountable, Render};
use supervision::{Leg, LinkPhase, Monitoring, Receipt, Thresholds};
use web_sys::Element;

pub use self::error::ListenInError;
use self::events::Callbacks;
pub use self::events::{AskedFrom, BeforeRequest, RequestEvent};
pub use self::fetch::Fetch;
pub use self::handle::{ListenInHandle, MonitorOptions, Party};
pub use self::model::Model;
pub use self::options::ListenInOptions;
use self::panel::Panel;
use self::session::Session;
pub use self::session::use_listen_in;
use crate::browser;
use crate::control::{LONGEST_LIMIT, is_moment};
use crate::reactive::{self, ArcRwSignal};
use crate::view::{self, Mistake, OwnTexts, Triggers};
use crate::widget::{Limits, Settings, widget};

/// Content above the panel, such as a legal notice: `<Notice slot>…</Notice>` within [`ListenIn`](ListenIn()).
#[slot]
pub struct Notice {
    /// The content.
    children: Children,
}

/// Content below *Nobody is monitored* while that is known: `<Empty slot>…</Empty>`. It is created again when `base_url`
/// changes.
#[slot]
pub struct Empty {
    /// The content.
    children: ChildrenFn,
}

/// Content below the panel: `<Footer slot>…</Footer>`.
#[slot]
pub struct Footer {
    /// The content.
    children: Children,
}

/// The widget. It brings its style sheet. Props that are signals may change at any time; they accept signals, closures and
/// plain values. The widget reports a limit, shortcut, threshold or text that it does not accept, and ignores it.
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
    /// The address of the GWS API, such as `/api/v2`; absolute or relative to the page. Changing it restarts the widget.
    #[prop(into)]
    base_url: Signal<String>,
    /// The supervisor's device to listen with, as a two-way model: a value, an `RwSignal`, or both halves of a signal.
    /// Default: the one that monitors somebody, or the first that can. A device that the application sets is used as soon as
    /// nothing is monitored, heard or pending with the one in use; the model follows when a person chooses another, or when
    /// the device in use disappears.
    #[prop(optional, into)]
    device: Model<Option<DeviceId>>,
    /// Whether the contact centre is a SIP Cluster with routing-point monitoring, which allows only silent monitoring of
    /// whole calls. Default: detected from refusals. Changing it restarts the widget.
    #[prop(optional, into)]
    sip_cluster: Signal<Option<bool>>,
    /// The preselected time limit for *All calls*, in minutes, 0 to 1440; 0: none. Changes apply until a person chooses one.
    #[prop(optional, into)]
    limit: Signal<u32>,
    /// When monitoring that is found at the start must end, in milliseconds since 1970, as kept by the application over a
    /// reload. It never replaces a limit in force.
    #[prop(optional, into)]
    limit_until: Signal<Option<u64>>,
    /// Keyboard shortcuts, such as `listen-in=Alt+L stop=Alt+S answer=Alt+A mute=Alt+M help=?`. Default: none.
    #[prop(optional, into)]
    shortcuts: Signal<String>,
    /// Marks agents who have been in a state for longer than this, such as `not-ready:10m after-call-work:3m`. Marks nobody
    /// if a part is not accepted.
    #[prop(optional, into)]
    thresholds: Signal<String>,
    /// The language, such as `de` or `pt-BR`. Default: that of the closest ancestor with `lang`, or else of the browser.
    #[prop(optional, into)]
    lang: Signal<Option<String>>,
    /// Makes the panel a landmark region with this name, for navigation by screen reader. Default: the regions within the
    /// panel are landmarks instead.
    #[prop(optional, into)]
    label: Signal<Option<String>>,
    /// Texts that replace the widget's, by key: see docs/texts.md.
    #[prop(optional, into)]
    texts: Signal<Vec<(String, String)>>,
    /// Sends the requests to GWS, polls and the final disconnect included, in place of the browser's `fetch`: a function of
    /// a `web_sys::Request` that returns a promise of a response. It can set headers, such as a token.
    #[prop(optional, into)]
    fetch: Fetch,
    /// Called before a request of a person or the application; returns whether it may be sent. `false` keeps it from being
    /// sent, if [`can_prevent`](BeforeRequest::can_prevent); the history says so.
    #[prop(optional, into)]
    before_request: Option<Callback<BeforeRequest, bool>>,
    /// The phase of the connection has changed.
    #[prop(optional, into)]
    on_connection: Option<Callback<LinkPhase>>,
    /// A device of the supervisor has changed, or another one is used. The argument is the device in use.
    #[prop(optional, into)]
    on_device: Option<Callback<Option<Device>>>,
    /// Monitoring with the device in use, or its time limit, has begun, changed or ended.
    #[prop(optional, into)]
    on_monitoring: Option<Callback<Monitoring>>,
    /// A call on one of the supervisor's devices has begun, changed or ended. The argument is all calls that are not over.
    #[prop(optional, into)]
    on_calls: Option<Callback<Vec<Leg>>>,
    /// A request has reached another stage.
    #[prop(optional, into)]
    on_request: Option<Callback<RequestEvent>>,
    /// A step of what happened, for your records.
    #[prop(optional, into)]
    on_receipt: Option<Callback<Receipt>>,
    /// The handle by which the application reads the state and calls commands.
    #[prop(optional)]
    handle: Option<ListenInHandle>,
    /// Content above the panel.
    #[prop(optional)]
    notice: Option<Notice>,
    /// Content below *Nobody is monitored* while that is known.
    #[prop(optional)]
    empty: Option<Empty>,
    /// Content below the panel.
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
    let settings = StoredValue::new_local(Settings {
        limits: followed(move || limits(limit, limit_until, shortcuts, thresholds)),
        texts: followed(move || OwnTexts(texts.get())),
        moved: reactive::ArcTrigger::new(),
    });
    let handle = handle.and_then(ListenInHandle::inner).unwrap_or_default();
    let place = NodeRef::<html::Div>::new();
    handle.panel.set(Some(place));
    Effect::new(move || {
        if let Some(place) = place.get() {
            style::adopt(&place);
        }
    });
    let session = StoredValue::new_local(Session::new(options, handle));
    let name = move || label.get().filter(|label| !label.is_empty());
    let panel = move || {
        let owner = reactive::Owner::new();
        let triggers = owner.with(|| Triggers::new(browser::now()));
        let control = session.with_value(|session| {
            session.start(move |changes| triggers.notify(changes, browser::now()))
        });
        untrack(|| {
            let empty = empty.as_ref().map(|empty| (empty.children)());
            let fill = move |place: &Element| {
                let mut shown = empty.build();
                shown.mount(place, None);
                reactive::StoredValue::new(shown);
            };
            let place = document().create_element("div");
            let place = place.expect("`div` is the name of an element");
            let (settings, fill) = (settings.get_value(), Box::new(fill));
            let widget = widget(&place, owner, control, triggers, settings, fill);
            let element = place.first_element_child();
            Panel::new(element.expect("the widget has an element"), widget)
        })
    };
    view! { class = "li",
        <div lang=move || lang.get() role=move || name().map(|_| "region") aria-label=name node_ref=place>
            {notice.map(|notice| (notice.children)())} {panel}
            {footer.map(|footer| (footer.children)())}
        </div>
    }
}

/// A signal of the widget that follows signals of the application.
fn followed<T: PartialEq + Clone + 'static>(read: impl Fn() -> T + 'static) -> ArcRwSignal<T> {
    let signal = ArcRwSignal::new(untrack(&read));
    let own = signal.clone();
    Effect::new(move || {
        let value = read();
        if own.with_untracked(|own| *own != value) {
            own.set(value);
        }
    });
    signal
}

/// The options that may change at any time, as far as they are valid.
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
        bad.push(Mistake::Limit.in_value(limit.to_string()));
        limit = 0;
    }
    let (until, not_until) = match limit_until.get() {
        Some(until) if !is_moment(&until) => (None, Some(until)),
        until => (until, None),
    };
    bad.extend(not_until.map(|until| Mistake::LimitUntil.in_value(until.to_string())));
    let thresholds = Thresholds::parse(&thresholds.get()).unwrap_or_else(|part| {
        bad.push(Mistake::Thresholds.in_value(part));
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
