//! Pieces that stand in every region. Each exists once: with the code that a framework makes of a
//! piece of markup, what is written again is also shipped again.

use core::ops::Range;
use core::sync::atomic::{AtomicU32, Ordering};
use std::rc::Rc;

use crate::reactive::{Memo, Signal, StoredValue};
use crate::view::markup::view;
use gloo_events::{EventListener, EventListenerOptions};
use leptos::prelude::*;

use super::texts::{self, Message};

/// A text that changes with what it is made of: made once, however many read it, and nothing is touched in the
/// page where it stays the same. All texts are of one type, whatever they are made of.
pub(super) fn text(text: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    boxed_text(Box::new(text))
}

/// A text without placeholders, in the language in use.
pub(super) fn label(message: Message<0>) -> Signal<String> {
    text(move || message.owned())
}

fn boxed_text(text: Box<dyn Fn() -> String + Send + Sync>) -> Signal<String> {
    Memo::new(text).into()
}

/// A text within markup.
impl IntoRender for Signal<String> {
    type Output = List;

    fn into_render(self) -> List {
        list(move || self.with(|text| sentence(text)))
    }
}

/// A text in which no line ends within a telephone number, at a hyphen for example.
pub(super) fn sentence(text: &str) -> Vec<AnyView> {
    let mut views = Vec::new();
    let mut rest = text;
    while let Some(Range { start, end }) = texts::number_within(rest) {
        views.push(rest[..start].to_owned().into_any());
        let number = rest[start..end].to_owned();
        views.push(view! { class = "li", <span class="unbroken">{number}</span> }.into_any());
        rest = &rest[end..];
    }
    views.push(rest.to_owned().into_any());
    views
}

/// As [`text`], for what is so or not.
pub(super) fn flag(flag: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    boxed_flag(Box::new(flag))
}

fn boxed_flag(flag: Box<dyn Fn() -> bool + Send + Sync>) -> Signal<bool> {
    Memo::new(flag).into()
}

/// Views that change with what they are made of. All are of one type.
pub(super) fn list(list: impl Fn() -> Vec<AnyView> + Send + 'static) -> List {
    Box::new(list)
}

pub(super) type List = Box<dyn FnMut() -> Vec<AnyView> + Send>;

/// A line, or nothing where its text is empty. `class` is `detail`, `pending` or `problem`.
pub(super) fn line(class: &'static str, text: Signal<String>) -> impl IntoView {
    view! { class = "li",
        <p class=class>{text}</p>
    }
}

/// What is said loudest in a line.
pub(super) fn strong(text: Signal<String>) -> impl IntoView {
    view! { class = "li",
        <strong class="headline">{text}</strong>
    }
}

/// A button. It can have the focus also when it can't be pressed: a button that can't would take
/// the focus with it when it goes out of use, and nobody could read why.
pub(super) struct Button {
    /// What it says.
    pub(super) label: Message<0>,
    /// How it is called where that says too little.
    pub(super) name: Option<Signal<String>>,
    /// The name by which an embedder may style it.
    pub(super) part: &'static str,
    pub(super) variant: Variant,
    /// Why it can't be pressed; empty if it can.
    pub(super) obstacle: Signal<String>,
    /// Whether it is not there at all.
    pub(super) is_absent: Signal<bool>,
    /// The part of the button that takes its place when it goes, as *Unmute* does that of *Mute*: the
    /// focus goes there.
    pub(super) counterpart: Option<&'static str>,
    /// What it does.
    pub(super) press: Box<dyn Fn()>,
}

/// How long a button can't be pressed after it has appeared, in milliseconds: a second press so soon
/// was meant for what stood there before.
const SETTLING: f64 = 500.0;

/// How a button looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    Plain,
    /// What one most likely wants to do.
    Primary,
    /// Lets the customer hear the supervisor, or leads to it.
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
    /// A plain button that is always there and can always be pressed.
    pub(super) fn new(label: Message<0>, part: &'static str, press: impl Fn() + 'static) -> Self {
        Self {
            label,
            name: None,
            part,
            variant: Variant::Plain,
            obstacle: Signal::stored(String::new()),
            is_absent: Signal::stored(false),
            counterpart: None,
            press: Box::new(press),
        }
    }

    pub(super) fn view(self) -> impl IntoView {
        let Self {
            obstacle, press, ..
        } = self;
        let is_off = flag(move || !obstacle.with(String::is_empty));
        let described_by = format!("listen-in-obstacle-{}", unique());
        let appeared = appearance(self.is_absent);
        let click = move |event: &web_sys::Event| {
            let is_settled = event.time_stamp() - appeared.with_value(|at| *at) >= SETTLING;
            if is_settled && !is_off.get_untracked() {
                press();
            }
        };
        view! { class = "li",
            <button type="button" part=self.part class=self.variant.class()
                class:absent=self.is_absent
                aria-label=self.name
                aria-disabled=text(move || is_off.get().to_string())
                aria-describedby={
                    let described_by = described_by.clone();
                    move || is_off.get().then(|| described_by.clone())
                }
                data-counterpart=self.counterpart
                use:on=listener(&["click"], click)>
                {label(self.label)}
            </button>
            <span hidden id=described_by>{obstacle}</span>
        }
    }
}

/// When what may be absent has last appeared, as events count time. What is there from the beginning
/// has been there always.
fn appearance(is_absent: Signal<bool>) -> StoredValue<f64> {
    let appeared = StoredValue::new(f64::NEG_INFINITY);
    let mut was_absent = false;
    effect(move || {
        let is_absent = is_absent.get();
        if core::mem::replace(&mut was_absent, is_absent) && !is_absent {
            // An event of any name can be made.
            let now = web_sys::Event::new("appearance").map(|event| event.time_stamp());
            appeared.set_value(now.unwrap_or(f64::NEG_INFINITY));
        }
    });
    appeared
}

/// Runs something once, and again whenever what it has read changes. All are of one type.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    boxed_effect(Box::new(run));
}

fn boxed_effect(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_| run());
}

/// A listener of an element's, for `use:on=…`. (Leptos' `on:…` brings event delegation along, which
/// is never used here: 3 kB.)
#[derive(Clone)]
pub(super) struct Listener {
    events: &'static [&'static str],
    run: Rc<dyn Fn(&web_sys::Event)>,
}

pub(super) fn listener(
    events: &'static [&'static str],
    run: impl Fn(&web_sys::Event) + 'static,
) -> Listener {
    let run = Rc::new(run);
    Listener { events, run }
}

/// Adds a listener, which may prevent the default action, until the reactive owner goes. It runs within that
/// owner, and so in its language.
pub(super) fn on(element: web_sys::Element, listener: Listener) {
    let owner = Owner::new();
    for event in listener.events {
        let (run, owner) = (Rc::clone(&listener.run), owner.clone());
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(&element, *event, options, move |event| {
            owner.with(|| run(event));
        });
        StoredValue::new(listener);
    }
}

/// The same for an element that is found by a reference.
pub(super) fn listen(
    element: impl Fn() -> Option<web_sys::Element> + 'static,
    events: &'static [&'static str],
    run: impl Fn(&web_sys::Event) + 'static,
) {
    let listener = listener(events, run);
    effect(move || {
        if let Some(element) = element() {
            on(element, listener.clone());
        }
    });
}

/// A number for the ids of this widget: in a page without shadow roots there may be several.
pub(super) fn unique() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
