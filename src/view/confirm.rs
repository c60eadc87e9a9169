//! The confirmation before others hear the supervisor: a group *Confirm* that says who will.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::promise::soon;
use crate::reactive::{Call, NodeRef, RwSignal, Signal, StoredValue, untrack};
use crate::view::markup::{Markup, view};
use wasm_bindgen::JsCast;

use super::pieces::{Button, Variant, effect, flag_of, id, listener, on, text_of, unique};
use super::texts::{Text, message};

/// A copyable handle of a question that a person has to confirm.
#[derive(Clone, Copy)]
pub(super) struct Confirm(StoredValue<Inner>);

struct Inner {
    question: RwSignal<Text>,
    /// Runs when they confirm.
    act: RefCell<Rc<dyn Call<()>>>,
    group: NodeRef,
    /// The element that had the focus when the question was asked.
    asked_by: Cell<Option<web_sys::HtmlElement>>,
}

impl Confirm {
    pub(super) fn new() -> Self {
        Self(StoredValue::new(Inner {
            question: RwSignal::new(Text::default()),
            act: RefCell::new(Rc::new(|| {})),
            group: NodeRef::new(),
            asked_by: Cell::new(None),
        }))
    }

    fn inner(self) -> Rc<Inner> {
        self.0.get()
    }

    /// Asks the question. The focus goes to the group, where a second press does nothing, and returns
    /// when the question is answered.
    pub(super) fn ask(self, question: Text, act: impl Fn() + 'static) {
        let inner = self.inner();
        inner.asked_by.set(inner.focused());
        inner.act.replace(Rc::new(act));
        inner.question.set(question);
        let group = inner.group;
        // After the effects that show the group, and before the next key. Waiting for a frame would
        // take the focus back from a person who has already moved to a button.
        soon(move || {
            // The widget may be gone by then.
            focus(group.get_untracked());
        });
    }

    /// Withdraws the question. The focus returns only if it is in the group: it stays with a person
    /// who has moved on.
    pub(super) fn cancel(self) {
        let inner = self.inner();
        if inner.question.with_untracked(Text::is_empty) {
            return;
        }
        inner.question.set(Text::default());
        let asked_by = inner.asked_by.take();
        let group = inner.group.get_untracked();
        let has_focus = |focused: &web_sys::HtmlElement| {
            group.is_some_and(|group| group.contains(Some(focused)))
        };
        if inner.focused().as_ref().is_some_and(has_focus) {
            focus(asked_by);
        }
    }

    /// Whether a question is shown.
    pub(super) fn is_asked(self) -> bool {
        !self.inner().question.with(Text::is_empty)
    }

    /// Rewords the question.
    pub(super) fn reword(self, question: Text) {
        let shown = self.inner().question;
        if shown.with_untracked(|now| !now.is_empty() && *now != question) {
            shown.set(question);
        }
    }

    /// The group. While there is an `obstacle`, *Yes* is disabled; when it `is_moot`, the question is
    /// withdrawn. `speaks`: the customer will hear the supervisor.
    pub(super) fn view(
        self,
        obstacle: Signal<Text>,
        is_moot: Signal<bool>,
        speaks: Signal<bool>,
    ) -> Markup {
        effect(move || {
            if is_moot.get() {
                untrack(|| self.cancel());
            }
        });
        let is_absent = flag_of(self, |it| !it.is_asked());
        let mut yes = Button::new(message!("yes"), "confirm", move || {
            let act = Rc::clone(&self.inner().act.borrow());
            self.cancel();
            act.call();
        });
        yes.variant = Variant::Primary;
        yes.obstacle = Some(obstacle);
        yes.is_absent = Some(is_absent);
        let mut no = Button::new(message!("cancel"), "cancel", move || self.cancel());
        no.is_absent = Some(is_absent);
        let asks = id("question", unique());
        let keydown = move |event: &web_sys::Event| {
            let key: Option<&web_sys::KeyboardEvent> = event.dyn_ref();
            if key.is_some_and(|key| key.key() == "Escape") {
                event.prevent_default();
                self.cancel();
            }
        };
        let group = self.inner().group;
        let question = text_of(self, |it| it.inner().question.get());
        view! {
            <div class="confirm" part="confirm-group" role="group" aria-label=message!("confirm")
                aria-describedby=asks.clone() tabindex="-1" node_ref=group class:absent=is_absent class:speaks=speaks use:on=listener("keydown", keydown)>
                <p class="detail" id=asks>{question}</p>
                <div class="line">{yes.view()} {no.view()}</div>
            </div>
        }
    }
}

impl Inner {
    /// The element that has the focus.
    fn focused(&self) -> Option<web_sys::HtmlElement> {
        let group = self.group.get_untracked()?;
        let root: web_sys::Node = group.get_root_node();
        let within = root.dyn_ref::<web_sys::ShadowRoot>();
        let within = within.and_then(|root| root.active_element());
        // A shortcut may ask while the focus is anywhere in the page.
        let active = within.or_else(|| crate::property::document().active_element());
        active?.dyn_into().ok()
    }
}

fn focus(element: Option<web_sys::HtmlElement>) {
    if let Some(element) = element {
        // An element that can't be focused leaves the focus as it is.
        let _ = element.focus();
    }
}
