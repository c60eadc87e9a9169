//! The view of a machine.

use std::rc::Rc;

use supervision::Thresholds;
use web_sys::{HtmlElement, Node};

use crate::browser::Ticker;
use crate::control::Control;
use crate::language;
use crate::reactive::{
    ArcRwSignal, ArcTrigger, NodeRef, Owner, Signal, StoredValue, provide_context,
};
use crate::view::markup::{Markup, Shown};
use crate::view::{self, BadAttribute, Commands, Fill, InUse, Mistake, OwnTexts, Parts, Triggers};

/// The embedder's settings that may change at any time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) limit: u32,
    pub(crate) until: Option<u64>,
    pub(crate) thresholds: Thresholds,
    pub(crate) shortcuts: String,
    /// Attributes that are not accepted.
    pub(crate) bad: Vec<BadAttribute>,
}

/// What follows the embedder while the widget is there.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) limits: ArcRwSignal<Limits>,
    pub(crate) texts: ArcRwSignal<OwnTexts>,
    /// The widget has moved within the page.
    pub(crate) moved: ArcTrigger,
}

/// The view of a machine in the page.
pub(crate) struct Widget {
    /// It ends before its owner.
    shown: Shown,
    _owner: Owner,
}

impl Widget {
    /// Takes it out of the page.
    pub(crate) fn remove(&self) {
        self.shown.remove();
    }
}

/// Puts the view of a machine, which notifies the `triggers` of the `owner`, at the end of `place`. Both end when the
/// view and the [`Control`] are dropped. `empty` puts the embedder's content in, for the time in which nobody is monitored.
pub(crate) fn widget(
    place: &Node,
    owner: Owner,
    control: Rc<Control>,
    triggers: Triggers,
    settings: Settings,
    empty: Fill,
) -> Widget {
    // The language belongs to this owner.
    let shown = owner.with(|| {
        let view = owned(control, triggers, settings, empty);
        view.show(place, None)
    });
    Widget {
        shown,
        _owner: owner,
    }
}

fn owned(control: Rc<Control>, triggers: Triggers, settings: Settings, empty: Fill) -> Markup {
    let limits = Signal::from(settings.limits);
    let texts = Signal::from(settings.texts);
    let moved = settings.moved;
    let in_use = InUse::english();
    provide_context(in_use.clone());
    let clock = Rc::clone(&control);
    let limited = Rc::clone(&control);
    view::effect(move || {
        if let Some(until) = limits.with(|limits| limits.until) {
            limited.set_limit_until(until);
        }
    });
    let limit = Signal::derive(move || limits.with(|limits| limits.limit));
    let not_used = in_use.clone();
    let bad = Signal::derive(move || {
        let mut bad = limits.with(|limits| limits.bad.clone());
        let texts = not_used.bad();
        if !texts.is_empty() {
            bad.push(Mistake::Texts.in_value(texts));
        }
        bad
    });
    let panel = NodeRef::new();
    // Kept, like the commands, until the reactive owner is dropped.
    let ticker = StoredValue::new(None);
    let moves = moved.clone();
    view::effect(move || {
        moves.track();
        let clock = Rc::clone(&clock);
        let tick = move |now| {
            clock.check_clock();
            triggers.tick(now);
        };
        ticker.set_value(panel.get().map(|panel| Ticker::start(&panel, tick)));
    });
    let language = StoredValue::new(None);
    view::effect(move || {
        moved.track();
        let own = texts.get();
        let follow = |panel: HtmlElement| language::follow(&panel, in_use.clone(), own);
        language.set_value(panel.get().map(follow));
    });
    let thresholds = Signal::derive(move || limits.with(|limits| limits.thresholds.clone()));
    let parts = Parts::new(triggers, control as Rc<dyn Commands>, thresholds);
    let shortcuts = Signal::derive(move || limits.with(|limits| limits.shortcuts.clone()));
    view::panel(panel, parts, limit, bad, shortcuts, empty)
}
