//! Pieces that stand in every region. Each exists once: with the code that a framework makes of a
//! piece of markup, what is written again is also shipped again.

use leptos::prelude::*;

/// A text that changes with what it is made of. All texts are of one type, whatever they are made
/// of.
pub(super) fn text(text: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(text)
}

/// As [`text`], for what is so or not.
pub(super) fn flag(flag: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(flag)
}

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

/// A button.
pub(super) struct Button {
    /// What it says.
    pub(super) label: &'static str,
    /// The name by which an embedder may style it.
    pub(super) part: &'static str,
    pub(super) look: Look,
    /// Whether it can't be pressed.
    pub(super) is_off: Signal<bool>,
    /// Whether it is not there at all.
    pub(super) is_absent: Signal<bool>,
    /// The element that says why it can't be pressed, if there is one.
    pub(super) described_by: Option<String>,
    /// What it does.
    pub(super) press: Box<dyn Fn()>,
}

/// How a button looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    /// What one most likely wants to do.
    Primary,
    Link,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button primary",
            Self::Link => "link",
        }
    }
}

impl Button {
    /// A plain button that is always there and can always be pressed.
    pub(super) fn new(label: &'static str, part: &'static str, press: impl Fn() + 'static) -> Self {
        Self {
            label,
            part,
            look: Look::Plain,
            is_off: Signal::stored(false),
            is_absent: Signal::stored(false),
            described_by: None,
            press: Box::new(press),
        }
    }

    pub(super) fn view(self) -> impl IntoView {
        let press = self.press;
        view! { class = "li",
            <button type="button" part=self.part class=self.look.class()
                class:absent=self.is_absent
                disabled=self.is_off
                aria-describedby=self.described_by
                on:click=move |_| press()>
                {self.label}
            </button>
        }
    }
}
