//! The widget within the view of a Leptos application.

use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use send_wrapper::SendWrapper;
use web_sys::{Element, Node};

use crate::widget::Widget;

/// A widget, and its element.
pub(super) struct Panel {
    element: SendWrapper<Element>,
    widget: SendWrapper<Widget>,
}

impl Panel {
    pub(super) fn new(element: Element, widget: Widget) -> Self {
        Self {
            element: SendWrapper::new(element),
            widget: SendWrapper::new(widget),
        }
    }
}

impl Render for Panel {
    type State = Self;

    fn build(self) -> Self {
        self
    }

    /// Another widget has its own element.
    fn rebuild(mut self, state: &mut Self) {
        state.insert_before_this(&mut self);
        state.unmount();
        *state = self;
    }
}

impl Mountable for Panel {
    fn unmount(&mut self) {
        self.widget.remove();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.element.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.element.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.element.elements()
    }
}

/// Attributes of the component are those of the element around it.
impl AddAnyAttr for Panel {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self {
        self
    }
}

/// The widget exists only in browsers: it is never rendered to HTML on a server.
impl RenderHtml for Panel {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        _: &mut String,
        _: &mut Position,
        _: bool,
        _: bool,
        _: Vec<AnyAttribute>,
    ) {
    }

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Self {
        self
    }

    fn into_owned(self) -> Self {
        self
    }
}
