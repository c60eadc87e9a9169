//! The view of a machine.

use core::mem;
use std::rc::Rc;

use web_sys::{HtmlElement, Node};

use crate::browser::Ticker;
use crate::control::Control;
use crate::language;
use crate::reactive::{ArcRwSignal, ArcTrigger, NodeRef, Owner, Signal, provide_context};
pub(crate) use crate::view::Limits;
use crate::view::markup::{Markup, Shown};
use crate::view::{self, Commands, Fill, InUse, OwnTexts, Parts, Triggers};

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
    let panel = NodeRef::new();
    // Kept, like the commands, until the reactive owner is dropped.
    let mut ticker = None;
    let moves = moved.clone();
    view::effect(move || {
        moves.track();
        let clock = Rc::clone(&clock);
        let tick = move |now| {
            clock.check_clock();
            triggers.tick(now);
        };
        let now = panel.get().map(|panel| Ticker::start(&panel, tick));
        drop(mem::replace(&mut ticker, now));
    });
    let (mut language, not_used) = (None, in_use.clone());
    view::effect(move || {
        moved.track();
        let own = texts.get();
        let follow = |panel: HtmlElement| language::follow(&panel, in_use.clone(), own);
        let now = panel.get().map(follow);
        drop(mem::replace(&mut language, now));
    });
    let parts = Parts::new(triggers, control as Rc<dyn Commands>, limits);
    view::panel(panel, parts, not_used, empty)
}
