//! What a screen reader is told: what is urgent at once, everything else in turn. The two regions are
//! there from the beginning, empty, and never replaced: otherwise they would not be heard.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::html;
use leptos::prelude::*;

/// How long a text stays before the next one, in milliseconds: two at once would be heard as one.
const SPACE: u32 = 1_000;
/// How long a region is empty before the next text. A text that is there already is not heard.
const GAP: u32 = 100;
/// When more texts than that are waiting, they are told as one.
const MOST: usize = 3;
/// What changes while one types is told when nothing has changed for so long.
const PAUSE: u32 = 600;

/// Tells a screen reader what happens.
#[derive(Clone)]
pub(super) struct Announcer(Rc<Inner>);

struct Inner {
    polite: Lane,
    assertive: Lane,
    pause: RefCell<Option<Timeout>>,
}

/// Texts of one urgency, and the region in which one after another stands.
#[derive(Default)]
struct Lane {
    region: NodeRef<html::Div>,
    queue: RefCell<Queue>,
}

#[derive(Default)]
struct Queue {
    texts: VecDeque<String>,
    /// The region has been emptied for this one.
    next: Option<String>,
    /// Until the next text may be told; none: at once.
    timer: Option<Timeout>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Urgency {
    Polite,
    Assertive,
}

impl Announcer {
    pub(super) fn new() -> Self {
        Self(Rc::new(Inner {
            polite: Lane::default(),
            assertive: Lane::default(),
            pause: RefCell::default(),
        }))
    }

    /// The regions. They have to be in the page once.
    pub(super) fn view(&self) -> impl IntoView + use<> {
        view! { class = "li",
            <div class="unseen" role="status" node_ref=self.0.polite.region></div>
            <div class="unseen" role="alert" node_ref=self.0.assertive.region></div>
        }
    }

    /// Tells it when the screen reader has nothing else to say.
    pub(super) fn polite(&self, text: String) {
        self.say(Urgency::Polite, text);
    }

    /// Tells it at once: for what makes wrong what a supervisor believes.
    pub(super) fn assertive(&self, text: String) {
        self.say(Urgency::Assertive, text);
    }

    /// Tells it when nothing else of the kind has come for a while; with none, nothing is told.
    pub(super) fn after_pause(&self, text: Option<String>) {
        let timer = text.map(|text| {
            let announcer = self.clone();
            Timeout::new(PAUSE, move || announcer.polite(text))
        });
        self.0.pause.replace(timer);
    }

    fn say(&self, urgency: Urgency, text: String) {
        if text.is_empty() {
            return;
        }
        let mut queue = self.lane(urgency).queue.borrow_mut();
        queue.texts.push_back(text);
        if queue.timer.is_none() {
            // The regions may not be in the page yet.
            self.go_on(urgency, &mut queue, 0);
        }
    }

    fn lane(&self, urgency: Urgency) -> &Lane {
        match urgency {
            Urgency::Polite => &self.0.polite,
            Urgency::Assertive => &self.0.assertive,
        }
    }

    /// After so long looks for the next text.
    fn go_on(&self, urgency: Urgency, queue: &mut Queue, millis: u32) {
        let weak = Rc::downgrade(&self.0);
        queue.timer = Some(Timeout::new(millis, move || {
            if let Some(inner) = weak.upgrade() {
                Self(inner).step(urgency);
            }
        }));
    }

    fn step(&self, urgency: Urgency) {
        let lane = self.lane(urgency);
        let mut queue = lane.queue.borrow_mut();
        queue.timer = None;
        let Some(text) = queue.next.take().or_else(|| queue.take()) else {
            return;
        };
        let Some(region) = lane.region.try_get_untracked().flatten() else {
            return;
        };
        if region.text_content().is_some_and(|shown| !shown.is_empty()) {
            region.set_text_content(None);
            queue.next = Some(text);
            self.go_on(urgency, &mut queue, GAP);
            return;
        }
        region.set_text_content(Some(&text));
        self.go_on(urgency, &mut queue, SPACE);
        if urgency == Urgency::Assertive {
            // What is told in turn would break it off, or be lost.
            let mut polite = self.0.polite.queue.borrow_mut();
            self.go_on(Urgency::Polite, &mut polite, SPACE);
        }
    }
}

impl Queue {
    /// Takes the next text out. Where many wait, it is all of them.
    fn take(&mut self) -> Option<String> {
        let first = self.texts.pop_front()?;
        if self.texts.len() < MOST {
            return Some(first);
        }
        let join = |text: String, next: String| format!("{}. {next}", text.trim_end_matches('.'));
        Some(self.texts.drain(..).fold(first, join))
    }
}
