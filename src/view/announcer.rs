//! Announcements by a screen reader: urgent ones at once, others in turn. The two live regions exist
//! from the beginning, empty, and are never replaced, because screen readers would miss changes
//! otherwise. Only the latest text stays, in one of them: an earlier one may no longer be true. While the page is
//! hidden, screen readers announce nothing: its last texts are repeated as one when it is seen again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::reactive::{Call, NodeRef, Owner, Run};
use crate::timer;
use crate::view::markup::{Markup, view};
use gloo_timers::callback::Timeout;

use super::pieces::effect;
use super::texts::{self, Text};

/// How long a text stays before the next one, in milliseconds: two texts at once would be announced as
/// one.
const SPACE: u32 = 1_000;
/// How long a region stays empty before the next text: the same text again would not be announced, nor a text
/// that comes with its region.
const GAP: u32 = 100;
/// If more texts than this are waiting, they are announced as one. And how many are repeated: the history has the
/// others, and another tab may have announced them.
const MOST: usize = 3;
/// How long typing must pause before the matches are announced.
const PAUSE: u32 = 600;

/// Announces texts by a screen reader.
#[derive(Clone)]
pub(super) struct Announcer(Rc<Inner>);

struct Inner {
    polite: Lane,
    assertive: Lane,
    pause: RefCell<Option<Timeout>>,
    /// Timers run within it, and so in its language.
    owner: Owner,
}

/// The texts of one urgency, and the region that shows them in turn.
#[derive(Default)]
struct Lane {
    region: NodeRef,
    queue: RefCell<Queue>,
    /// Whether the region has been in the page for a while.
    is_noticed: Cell<bool>,
    /// The number of the text that was last put into the region.
    latest: Cell<u32>,
}

#[derive(Default)]
struct Queue {
    texts: Vec<Text>,
    /// The text for which the region was emptied.
    next: Option<Text>,
    /// Texts of the time in which the page is hidden.
    unheard: Vec<Text>,
    /// Runs until the next text may be announced; none: at once.
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
            owner: Owner::new(),
        }))
    }

    /// The regions. They must be in the page exactly once.
    pub(super) fn view(&self) -> Markup {
        view! {
            <div class="unseen" role="status" node_ref=self.0.polite.region></div>
            <div class="unseen" role="alert" node_ref=self.0.assertive.region></div>
        }
    }

    /// Announces a text after the current one.
    pub(super) fn polite(&self, text: Text) {
        self.enqueue(Urgency::Polite, text);
    }

    /// Announces a text at once, because it contradicts what the supervisor believes.
    pub(super) fn assertive(&self, text: Text) {
        self.enqueue(Urgency::Assertive, text);
    }

    /// Announces a text unless another one follows soon; none: drops the waiting one.
    pub(super) fn after_pause(&self, text: Option<Text>) {
        let timer = text.map(|text| {
            let announcer = self.clone();
            timer::later(PAUSE, move || announcer.polite(text))
        });
        self.0.pause.replace(timer);
    }

    /// Announces a text whenever it changes, unless only its language does. None: there is nothing to announce now.
    pub(super) fn changes(&self, text: impl Fn() -> Option<Text> + 'static) {
        self.boxed_changes(Box::new(text));
    }

    fn boxed_changes(&self, text: Box<dyn Call<Option<Text>>>) {
        let announcer = self.clone();
        let (mut last, mut language) = (Text::default(), None);
        when_settled(move || {
            let before = language.replace(texts::language_tag());
            let Some(text) = text.call().filter(|text| *text != last) else {
                return;
            };
            if before.is_none() || before == language {
                announcer.polite(text.clone());
            }
            last = text;
        });
    }

    /// Takes back the last polite text if it is this one, and still waits: what follows from it is announced first.
    pub(super) fn withdraw(&self, text: &str) {
        let mut queue = self.0.polite.queue.borrow_mut();
        if queue.texts.last().is_some_and(|last| **last == *text) {
            queue.texts.pop();
        } else if queue.next.as_deref() == Some(text) {
            queue.next = None;
        }
    }

    /// Forgets announced and waiting texts, as they were another person's.
    pub(super) fn forget(&self) {
        self.after_pause(None);
        for urgency in [Urgency::Polite, Urgency::Assertive] {
            let lane = self.lane(urgency);
            let mut queue = lane.queue.borrow_mut();
            queue.texts.clear();
            queue.unheard.clear();
            queue.next = None;
            clear(lane);
        }
    }

    fn enqueue(&self, urgency: Urgency, text: Text) {
        if text.is_empty() {
            return;
        }
        let mut queue = self.lane(urgency).queue.borrow_mut();
        queue.texts.push(text);
        if queue.timer.is_none() {
            self.schedule(urgency, &mut queue, 0);
        }
    }

    fn lane(&self, urgency: Urgency) -> &Lane {
        match urgency {
            Urgency::Polite => &self.0.polite,
            Urgency::Assertive => &self.0.assertive,
        }
    }

    fn other(&self, urgency: Urgency) -> &Lane {
        match urgency {
            Urgency::Polite => &self.0.assertive,
            Urgency::Assertive => &self.0.polite,
        }
    }

    /// Continues with the next text after this delay.
    fn schedule(&self, urgency: Urgency, queue: &mut Queue, millis: u32) {
        let weak = Rc::downgrade(&self.0);
        queue.timer = Some(timer::later(millis, move || {
            if let Some(inner) = weak.upgrade() {
                let owner = inner.owner.clone();
                owner.with(|| Self(inner).advance(urgency));
            }
        }));
    }

    fn advance(&self, urgency: Urgency) {
        let lane = self.lane(urgency);
        let mut queue = lane.queue.borrow_mut();
        queue.timer = None;
        let Some(region) = lane.region.get_untracked() else {
            return;
        };
        if !lane.is_noticed.replace(true) {
            self.schedule(urgency, &mut queue, GAP);
            return;
        }
        let is_hidden = region.owner_document().is_some_and(|page| page.hidden());
        if !is_hidden && !queue.unheard.is_empty() {
            let missed = joined(core::mem::take(&mut queue.unheard));
            queue.texts.insert(0, missed);
        }
        let other = self.other(urgency);
        if lane.latest.get() > other.latest.get() {
            // The other region's text has been there for a while, so it has been announced.
            clear(other);
        }
        let Some(text) = queue.next.take().or_else(|| queue.take()) else {
            if is_hidden && !queue.unheard.is_empty() {
                self.schedule(urgency, &mut queue, SPACE);
            }
            return;
        };
        if region.text_content().is_some_and(|shown| !shown.is_empty()) {
            region.set_text_content(None);
            queue.next = Some(text);
            self.schedule(urgency, &mut queue, GAP);
            return;
        }
        // It may stay when the panel's language changes.
        region.set_lang(&texts::language_tag());
        region.set_text_content(Some(&text));
        if is_hidden {
            queue.unheard.push(text);
            if queue.unheard.len() > MOST {
                queue.unheard.remove(0);
            }
        }
        lane.latest
            .set(lane.latest.get().max(other.latest.get()) + 1);
        self.schedule(urgency, &mut queue, SPACE);
        if urgency == Urgency::Assertive {
            // A polite text would interrupt this one, or be lost.
            let mut polite = self.0.polite.queue.borrow_mut();
            self.schedule(Urgency::Polite, &mut polite, SPACE);
        }
    }
}

/// Runs a function like [`effect`], as soon as its texts are in the language that the page asks for.
pub(super) fn when_settled(run: impl FnMut() + 'static) {
    boxed_when_settled(Box::new(run));
}

fn boxed_when_settled(mut run: Box<dyn Run>) {
    effect(move || {
        if texts::is_settled() {
            run.run();
        }
    });
}

fn clear(lane: &Lane) {
    if let Some(region) = lane.region.get_untracked() {
        region.set_text_content(None);
    }
}

impl Queue {
    /// Takes the next text out of the queue, or all of them if many wait.
    fn take(&mut self) -> Option<Text> {
        match self.texts.len() > MOST {
            true => Some(joined(core::mem::take(&mut self.texts))),
            false => (!self.texts.is_empty()).then(|| self.texts.remove(0)),
        }
    }
}

/// Texts as sentences of one text.
fn joined(of: Vec<Text>) -> Text {
    let mut joined = Text::default();
    for text in of {
        if !joined.is_empty() {
            joined = texts::full_stop(&joined);
        }
        joined = texts::append(joined, text);
    }
    joined
}
