//! Shared components. Each `view!` expands to code, so repeated markup is repeated bytes.

use core::ops::Range;
use core::sync::atomic::{AtomicU32, Ordering};
use std::cell::Cell;
use std::rc::Rc;

use crate::listener::EventListener;
use crate::reactive::{self, Call, Handle, Memo, NodeRef, Owner, Signal, StoredValue};
use tolerant_json::text::{self, decimal};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::view::markup::{IntoViews, List, Markup, Value, view};

use super::texts::{self, Message, Text};

/// A derived text: computed once for all readers; the page is updated only when it differs. All texts have one
/// type.
pub(super) fn text(text: impl Fn() -> Text + 'static) -> Signal<Text> {
    boxed_text(Box::new(text))
}

/// A text that a function without captured values derives from one copied value, such as the state's parts.
pub(super) fn text_of<T: Copy + Send + Sync + 'static>(
    of: T,
    write: fn(T) -> Text,
) -> Signal<Text> {
    text(move || write(of))
}

/// A text without placeholders, in the language in use.
pub(super) fn label(message: Message<0>) -> Signal<Text> {
    text(move || message.owned())
}

fn boxed_text(text: Box<dyn Call<Text>>) -> Signal<Text> {
    Memo::new(move || text.call()).into()
}

/// A text within markup.
impl IntoViews for Signal<Text> {
    fn into_views(self) -> Value {
        list(move || self.with(|text| sentence(text))).into_views()
    }
}

/// A text whose telephone numbers do not break, at a hyphen for example.
pub(super) fn sentence(text: &str) -> Vec<Markup> {
    let mut views = Vec::new();
    let mut rest = text;
    while let Some(Range { start, end }) = texts::number_within(rest) {
        views.push(Markup::text(rest[..start].into()));
        let number = Text::from(&rest[start..end]);
        views.push(view! { <span class="unbroken">{number}</span> });
        rest = &rest[end..];
    }
    views.push(Markup::text(rest.into()));
    views
}

/// Like [`text`], for a boolean.
pub(super) fn flag(flag: impl Fn() -> bool + 'static) -> Signal<bool> {
    boxed_flag(Box::new(flag))
}

/// Like [`text_of`], for a boolean.
pub(super) fn flag_of<T: Copy + 'static>(of: T, is: fn(T) -> bool) -> Signal<bool> {
    flag(move || is(of))
}

/// Whether another one is not.
pub(super) fn not(of: Signal<bool>) -> Signal<bool> {
    flag(move || !of.get())
}

/// Whether a text is empty.
pub(super) fn is_empty(text: Signal<Text>) -> Signal<bool> {
    flag(move || text.with(Text::is_empty))
}

/// The value of an attribute that is `true` or `false`.
pub(super) fn word(of: Signal<bool>) -> Signal<Text> {
    text(move || if of.get() { "true" } else { "false" }.into())
}

fn boxed_flag(flag: Box<dyn Call<bool>>) -> Signal<bool> {
    Memo::new(move || flag.call()).into()
}

/// Derived views. All have one type.
pub(super) fn list(list: impl Fn() -> Vec<Markup> + 'static) -> List {
    List::new(list)
}

/// A line, or nothing where its text is empty. `class` is `detail`, `pending` or `problem`.
pub(super) fn line(class: &'static str, text: Signal<Text>) -> Markup {
    view! {
        <p class=class>{text}</p>
    }
}

/// The emphasised text of a line.
pub(super) fn strong(text: Signal<Text>) -> Markup {
    view! {
        <strong class="headline">{text}</strong>
    }
}

/// A button. It stays focusable while it is disabled: otherwise it would lose the focus when it is disabled,
/// and nobody could read the reason.
pub(super) struct Button {
    /// Its text.
    pub(super) label: Message<0>,
    /// Its accessible name, if the text is not enough.
    pub(super) name: Option<Signal<Text>>,
    /// Its part, by which an embedder may style it.
    pub(super) part: &'static str,
    pub(super) variant: Variant,
    /// Why it is disabled; empty if it is not. None: it never is.
    pub(super) obstacle: Option<Signal<Text>>,
    /// Whether it is hidden. None: it never is.
    pub(super) is_absent: Option<Signal<bool>>,
    /// The part of the button that replaces it, as *Unmute* replaces *Mute*: the focus goes there.
    pub(super) counterpart: Option<&'static str>,
    /// Runs when it is pressed.
    pub(super) press: Box<dyn Call<()>>,
}

/// How long a button ignores presses after it has appeared, in milliseconds: a press that soon was meant for
/// what was there before.
const SETTLING: f64 = 500.0;

/// The look of a button.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    Plain,
    /// The most likely action.
    Primary,
    /// Lets the customer hear the supervisor, or leads to that.
    Speaks,
    Link,
}

impl Variant {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button primary",
            Self::Speaks => "button speaks",
            Self::Link => "link",
        }
    }
}

impl Button {
    /// A plain button that is always shown and enabled.
    pub(super) fn new(
        label: Message<0>,
        part: &'static str,
        press: impl Fn() + 'static,
    ) -> Box<Self> {
        Self::boxed(label, part, Box::new(press))
    }

    #[inline(never)]
    pub(super) fn boxed(
        label: Message<0>,
        part: &'static str,
        press: Box<dyn Call<()>>,
    ) -> Box<Self> {
        Box::new(Self {
            label,
            name: None,
            part,
            variant: Variant::Plain,
            obstacle: None,
            is_absent: None,
            counterpart: None,
            press,
        })
    }

    #[expect(clippy::boxed_local, reason = "a button is handed on as a pointer")]
    pub(super) fn view(self: Box<Self>) -> Markup {
        let press = self.press;
        let obstacle = self.obstacle;
        let obstacle = obstacle.unwrap_or_else(|| Signal::stored(Text::default()));
        let is_absent = self.is_absent;
        let is_absent = is_absent.unwrap_or_else(|| Signal::stored(false));
        let is_off = flag(move || !obstacle.with(Text::is_empty));
        let described_by = id("obstacle", unique());
        let appeared = appearance(is_absent);
        let click = move |event: &web_sys::Event| {
            let is_settled = event.time_stamp() - appeared.get() >= SETTLING;
            if is_settled && !is_off.get_untracked() {
                press.call();
            }
        };
        view! {
            <button type="button" part=self.part class=self.variant.class()
                class:absent=is_absent
                aria-label=self.name
                aria-disabled=word(is_off)
                aria-describedby={
                    let described_by = described_by.clone();
                    move || is_off.get().then(|| described_by.clone())
                }
                data-counterpart=self.counterpart
                use:on=listener("click", click) text=self.label></button>
            <span hidden id=described_by>{obstacle}</span>
        }
    }
}

/// When an element last appeared, in event time. Elements that are shown from the beginning count as always
/// shown.
fn appearance(is_absent: Signal<bool>) -> Rc<Cell<f64>> {
    let appeared = Rc::new(Cell::new(f64::NEG_INFINITY));
    let noted = Rc::clone(&appeared);
    let mut was_absent = false;
    effect(move || {
        let is_absent = is_absent.get();
        if core::mem::replace(&mut was_absent, is_absent) && !is_absent {
            // Creating an event can't fail.
            let now = web_sys::Event::new("appearance").map(|event| event.time_stamp());
            noted.set(now.unwrap_or(f64::NEG_INFINITY));
        }
    });
    appeared
}

/// Runs a function once, and again whenever its sources change. All effects have one type.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    reactive::effect(Box::new(run));
}

/// A listener of an element, for `use:on=…`. It is a pointer, because it is handed on at many places.
#[derive(Clone)]
pub(super) struct Listener(Rc<Listening>);

struct Listening {
    /// The names of the events, separated by spaces.
    events: &'static str,
    handler: Box<dyn Handle>,
}

pub(super) fn listener(
    events: &'static str,
    handler: impl Fn(&web_sys::Event) + 'static,
) -> Listener {
    boxed_listener(events, Box::new(handler))
}

#[inline(never)]
fn boxed_listener(events: &'static str, handler: Box<dyn Handle>) -> Listener {
    Listener(Rc::new(Listening { events, handler }))
}

/// Adds a listener, which may prevent the default action, until the reactive owner is dropped. It runs within
/// that owner, and so in its language.
pub(super) fn on(element: web_sys::Element, listener: Listener) {
    let owner = Owner::new();
    for event in text::split(listener.0.events, " ") {
        let (listening, owner) = (Rc::clone(&listener.0), owner.clone());
        let listener = EventListener::new(&element, event, move |event| {
            owner.with(|| listening.handler.handle(event));
        });
        StoredValue::new(listener);
    }
}

/// The value that was chosen in a select, by its event *change*.
pub(super) fn chosen(event: &web_sys::Event) -> String {
    // A select has this property of an input, too.
    let select = event.target().map(JsCast::unchecked_into);
    select.map_or_else(String::new, |select: HtmlInputElement| select.value())
}

/// Like [`on`], for an element given by a reference.
pub(super) fn listen(
    element: NodeRef,
    events: &'static str,
    run: impl Fn(&web_sys::Event) + 'static,
) {
    let listener = listener(events, run);
    listen_to(element, listener);
}

fn listen_to(element: NodeRef, listener: Listener) {
    effect(move || {
        if let Some(element) = element.get() {
            on(element.into(), listener.clone());
        }
    });
}

/// The root of the whole page.
pub(super) fn page() -> NodeRef {
    let page = NodeRef::new();
    if let Some(root) = crate::property::document().document_element() {
        page.load(&root);
    }
    page
}

/// The id of an element, by a name and a [`unique`] number.
pub(super) fn id(name: &str, number: u32) -> Text {
    ["listen-in-", name, "-", &decimal(number.into())]
        .concat()
        .into()
}

/// A unique number for the ids of this widget: without shadow roots a page may have several.
pub(super) fn unique() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
