//! Views within markup: fixed ones, and lists, which change.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{AnyView, IntoRender};
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::iterators::VecState;
use leptos::tachys::view::{Mountable, Render};
use web_sys::{Element, Node};

use super::{Markup, Value};
use crate::reactive::{Call, RenderEffect};

/// Views that change.
pub(crate) struct List(Box<dyn Call<Vec<AnyView>>>);

impl List {
    pub(crate) fn new(views: impl Fn() -> Vec<AnyView> + 'static) -> Self {
        Self(Box::new(views))
    }
}

impl IntoRender for List {
    type Output = Markup;

    fn into_render(self) -> Markup {
        let mut markup = Markup::new("{");
        markup.add(Value::Views(self));
        markup
    }
}

/// A view within markup.
pub(super) enum View {
    Fixed(AnyViewState),
    Changing(Views, RenderEffect),
}

/// What a [`List`] shows; none only while its effect runs.
#[derive(Clone, Default)]
pub(super) struct Views(Rc<RefCell<Option<VecState<AnyViewState>>>>);

impl View {
    /// Builds a view; `last` is what is in its place.
    pub(super) fn new(value: Value, last: Option<Self>) -> Option<Self> {
        Some(match (value, last) {
            (Value::View(view), Some(Self::Fixed(mut state))) => {
                view.rebuild(&mut state);
                Self::Fixed(state)
            }
            (Value::View(view), _) => Self::Fixed(view.build()),
            (Value::Views(List(list)), last) => {
                let views = match last {
                    Some(Self::Changing(views, effect)) => {
                        drop(effect);
                        views
                    }
                    _ => Views::default(),
                };
                let shown = views.clone();
                let effect = RenderEffect::new(move || shown.show(list.call()));
                Self::Changing(views, effect)
            }
            _ => return None,
        })
    }

    pub(super) fn mountable(&mut self) -> &mut dyn Mountable {
        match self {
            Self::Fixed(state) => state,
            Self::Changing(views, _) => views,
        }
    }

    pub(super) fn as_mountable(&self) -> &dyn Mountable {
        match self {
            Self::Fixed(state) => state,
            Self::Changing(views, _) => views,
        }
    }
}

impl Views {
    fn show(&self, new: Vec<AnyView>) {
        let last = self.0.take();
        let state = match last {
            Some(mut state) => {
                new.rebuild(&mut state);
                state
            }
            None => new.build(),
        };
        self.0.replace(Some(state));
    }

    fn with<T: Default>(&self, run: impl FnOnce(&mut VecState<AnyViewState>) -> T) -> T {
        self.0.borrow_mut().as_mut().map(run).unwrap_or_default()
    }
}

impl Mountable for Views {
    fn unmount(&mut self) {
        self.with(Mountable::unmount);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.with(|views| views.mount(parent, marker));
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.with(|views| views.insert_before_this(child))
    }

    fn elements(&self) -> Vec<Element> {
        self.with(|views| views.elements())
    }
}
