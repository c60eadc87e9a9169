//! The timer for displayed times. It runs while they are visible.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Interval;
use supervision::Instant;
use web_sys::{Document, Element};

use super::clock;
use crate::listener::EventListener;
use crate::observer::Observer;
use crate::property;

/// The interval, in milliseconds.
const SECOND: u32 = 1_000;

/// Calls back once a second while an element is visible, and at once when it becomes visible, until
/// this is dropped.
pub(crate) struct Ticker {
    _ticking: Rc<Ticking>,
    _on_intersection: Observer,
    _on_visibility: Option<EventListener>,
}

struct Ticking {
    document: Option<Document>,
    /// Whether any of the element is within the viewport.
    is_in_view: Cell<bool>,
    interval: RefCell<Option<Interval>>,
    tick: Box<dyn Fn(Instant)>,
}

impl Ticker {
    pub(crate) fn start(element: &Element, tick: impl Fn(Instant) + 'static) -> Self {
        let ticking = Rc::new(Ticking {
            document: element.owner_document(),
            is_in_view: Cell::new(false),
            interval: RefCell::default(),
            tick: Box::new(tick),
        });
        let seen = Rc::downgrade(&ticking);
        let on_visibility = ticking.document.as_ref().map(|document| {
            EventListener::new(document, "visibilitychange", move |_| {
                if let Some(ticking) = seen.upgrade() {
                    ticking.update();
                }
            })
        });
        let seen = Rc::downgrade(&ticking);
        let on_intersection = Observer::new("IntersectionObserver", move |entries| {
            if let Some(ticking) = seen.upgrade() {
                // There is at least one entry.
                let is_in_view = property::is_true(&entries.pop(), "isIntersecting");
                ticking.is_in_view.set(is_in_view);
                ticking.update();
            }
        });
        on_intersection.observe(element);
        Self {
            _ticking: ticking,
            _on_intersection: on_intersection,
            _on_visibility: on_visibility,
        }
    }
}

impl Ticking {
    fn update(self: &Rc<Self>) {
        let is_hidden = self.document.as_ref().is_some_and(Document::hidden);
        let is_seen = self.is_in_view.get() && !is_hidden;
        if is_seen == self.interval.borrow().is_some() {
            return;
        }
        let ticking = Rc::downgrade(self);
        let interval = is_seen.then(|| {
            Interval::new(SECOND, move || {
                if let Some(ticking) = ticking.upgrade() {
                    (ticking.tick)(clock::now());
                }
            })
        });
        self.interval.replace(interval);
        if is_seen {
            (self.tick)(clock::now());
        }
    }
}
