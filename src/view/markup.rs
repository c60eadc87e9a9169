//! Markup as the `view!` macro produces it (`crates/markup`): a text with one instruction a line, and the
//! values that some of the lines take. One function interprets the lines, instead of code for each element and
//! attribute as in Leptos' own views.
//!
//! | line | does |
//! |---|---|
//! | `<name` … `/` | an element, and its contents |
//! | `name=value` | a constant attribute |
//! | `=name` | an attribute with a value; none: absent |
//! | `+name` | a constant class |
//! | `.name` | a class that is present if there is a value |
//! | `!name` | a property that is `true` if there is a value |
//! | `~name` | a property of the element's style |
//! | `'` | the text of the element, which has nothing else in it |
//! | `@` | a function is called with the element |
//! | `"text` | a constant text |
//! | `{` | another view |

mod views;

use std::cell::RefCell;
use std::rc::Rc;
use std::vec;

use crate::property;
use crate::reactive::{Call, NodeRef, Owner, RenderEffect, Signal};
pub(crate) use ::markup::view;
use leptos::prelude::{AnyView, IntoAny, IntoRender, document};
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, Node};

pub(crate) use self::views::List;
use self::views::View;
use super::texts::Message;

const SVG: &str = "http://www.w3.org/2000/svg";

/// A piece of markup.
pub(crate) struct Markup(SendWrapper<Source>);

struct Source {
    lines: &'static str,
    values: Vec<Value>,
    /// The owner of what is created with it, if not the current one.
    owner: Option<Owner>,
}

/// The value that a line takes.
pub(crate) enum Value {
    Fixed(Option<String>),
    Changing(Box<dyn Call<Option<String>>>),
    Call(Box<dyn FnOnce(&Element)>),
    View(AnyView),
    Views(List),
}

impl Markup {
    pub(crate) fn new(lines: &'static str) -> Self {
        Self(SendWrapper::new(Source {
            lines,
            values: Vec::new(),
            owner: None,
        }))
    }

    /// A view that `owner` owns, which ends with it.
    pub(crate) fn owned(owner: Owner, view: AnyView) -> Self {
        let mut markup = Self::new("{");
        markup.add(Value::View(view));
        markup.0.owner = Some(owner);
        markup
    }

    /// A view within markup.
    pub(crate) fn child(&mut self, view: impl IntoRender<Output: RenderHtml>) {
        self.add(Value::View(view.into_render().into_owned().into_any()));
    }

    /// The value of an attribute, class or property.
    pub(crate) fn value(&mut self, value: impl IntoValue) {
        self.add(value.into_value());
    }

    /// A reference that is set to the element.
    pub(crate) fn reference(&mut self, reference: NodeRef) {
        self.add(Value::Call(Box::new(move |element| {
            reference.load(element);
        })));
    }

    /// A function that is called with the element.
    pub(crate) fn apply<P: 'static>(&mut self, run: fn(Element, P), parameter: P) {
        self.add(Value::Call(Box::new(move |element| {
            run(element.clone(), parameter);
        })));
    }

    fn add(&mut self, value: Value) {
        self.0.values.push(value);
    }
}

/// A possible value of an attribute, class or property. `true` is an empty text, `false` none.
pub(crate) trait IntoValue {
    fn into_value(self) -> Value;
}

/// A constant value.
pub(crate) trait IntoFixed {
    fn into_fixed(self) -> Option<String>;
}

impl IntoFixed for bool {
    fn into_fixed(self) -> Option<String> {
        self.then(String::new)
    }
}

impl IntoFixed for String {
    fn into_fixed(self) -> Option<String> {
        Some(self)
    }
}

impl IntoFixed for &'static str {
    fn into_fixed(self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl<T: IntoFixed> IntoFixed for Option<T> {
    fn into_fixed(self) -> Option<String> {
        self.and_then(T::into_fixed)
    }
}

macro_rules! fixed {
    ($($of:ty),*) => {$(
        impl IntoValue for $of {
            fn into_value(self) -> Value {
                Value::Fixed(self.into_fixed())
            }
        }
    )*};
}

fixed!(
    bool,
    String,
    &'static str,
    Option<String>,
    Option<&'static str>
);

impl<F: Fn() -> T + 'static, T: IntoFixed> IntoValue for F {
    fn into_value(self) -> Value {
        Value::Changing(Box::new(move || self().into_fixed()))
    }
}

impl IntoValue for Signal<String> {
    fn into_value(self) -> Value {
        Value::Changing(Box::new(move || Some(self.get())))
    }
}

impl IntoValue for Option<Signal<String>> {
    fn into_value(self) -> Value {
        self.map_or(Value::Fixed(None), Signal::into_value)
    }
}

impl IntoValue for Signal<bool> {
    fn into_value(self) -> Value {
        Value::Changing(Box::new(move || self.get().into_fixed()))
    }
}

/// A text in the language in use.
impl IntoValue for Message<0> {
    fn into_value(self) -> Value {
        Value::Changing(Box::new(move || Some(self.owned())))
    }
}

impl IntoValue for Option<Signal<bool>> {
    fn into_value(self) -> Value {
        self.map_or(Value::Fixed(None), Signal::into_value)
    }
}

/// Markup in the page.
pub(crate) struct MarkupState {
    lines: &'static str,
    elements: Vec<Element>,
    views: Vec<View>,
    roots: Vec<Root>,
    /// The last text written, for each instruction that takes a value.
    written: Vec<Written>,
    /// Effects that write values when they change.
    effects: Vec<RenderEffect>,
    owner: Option<Owner>,
}

/// The last value written; none: nothing was.
type Written = Rc<RefCell<Option<Option<String>>>>;

/// A node outside of all elements of the markup, by its number.
#[derive(Clone, Copy)]
enum Root {
    Element(usize),
    View(usize),
}

impl MarkupState {
    /// Interprets the lines. If that was done before, the elements exist, and only the values are new.
    fn carry_out(&mut self, values: Vec<Value>) {
        let is_new = self.roots.is_empty();
        self.effects.clear();
        let mut values = values.into_iter();
        let mut last_views = core::mem::take(&mut self.views).into_iter();
        let (mut elements, mut views, mut taken) = (0, 0, 0);
        let mut open: Vec<usize> = Vec::new();
        for line in self.lines.split('\n') {
            let (kind, rest) = line.split_at(1);
            match kind {
                "<" => {
                    if is_new {
                        self.elements.push(create(rest));
                    }
                    open.push(elements);
                    elements += 1;
                }
                "/" => {
                    let at = open.pop();
                    let at = at.expect("an element that ends has begun");
                    if is_new {
                        self.put(Root::Element(at), open.last().copied());
                    }
                }
                "{" => {
                    let last = last_views.next();
                    let view = values.next().and_then(|view| View::new(view, last));
                    if let Some(view) = view {
                        self.views.push(view);
                        if is_new {
                            self.put(Root::View(views), open.last().copied());
                        }
                        views += 1;
                    }
                }
                _ => {
                    let element = open.last().map(|&at| &self.elements[at]);
                    let element = element.expect("these lines are within elements");
                    let written = || {
                        if is_new {
                            self.written.push(Written::default());
                        }
                        taken += 1;
                        Rc::clone(&self.written[taken - 1])
                    };
                    let effect = set(element, line, &mut values, is_new, written);
                    self.effects.extend(effect);
                }
            }
        }
    }

    /// Puts a node into the open element, or outside of all.
    fn put(&mut self, what: Root, open: Option<usize>) {
        match open {
            Some(at) => {
                let parent = self.elements[at].clone();
                self.mountable(what).mount(&parent, None);
            }
            None => self.roots.push(what),
        }
    }

    fn mountable(&mut self, what: Root) -> &mut dyn Mountable {
        match what {
            Root::Element(at) => &mut self.elements[at],
            Root::View(at) => self.views[at].mountable(),
        }
    }
}

fn create(name: &str) -> Element {
    let document = document();
    let element = match name {
        "svg" | "path" => document.create_element_ns(Some(SVG), name),
        _ => document.create_element(name),
    };
    element.expect("the names in markup are names of elements")
}

/// Applies an instruction to an element. Returns a function that applies it again when the value changes.
fn set(
    element: &Element,
    line: &'static str,
    values: &mut vec::IntoIter<Value>,
    is_new: bool,
    written: impl FnOnce() -> Written,
) -> Option<RenderEffect> {
    let (kind, rest) = line.split_at(1);
    match kind {
        "\"" => {
            if is_new {
                // An element is a node, too.
                let _ = element.append_child(document().create_text_node(rest).as_ref());
            }
            return None;
        }
        "+" => {
            write(element, ".", rest, Some(""));
            return None;
        }
        "=" | "." | "!" | "~" | "'" | "@" => {}
        _ => {
            if is_new && let Some((name, value)) = line.split_once('=') {
                write(element, "=", name, Some(value));
            }
            return None;
        }
    }
    let (own, written) = (element.clone(), written());
    if kind == "!" {
        // A person changes it, too.
        written.take();
    }
    let put = move |value: Option<String>| {
        let mut written = written.borrow_mut();
        if written.as_ref() != Some(&value) {
            write(&own, kind, rest, value.as_deref());
            *written = Some(value);
        }
    };
    match values.next()? {
        Value::Fixed(value) => put(value),
        Value::Call(call) => call(element),
        Value::Changing(read) => return Some(RenderEffect::new(move || put(read.call()))),
        Value::View(_) | Value::Views(_) => {}
    }
    None
}

/// Writes the value of an instruction. Names in markup are valid, so nothing fails.
fn write(element: &Element, kind: &str, name: &str, value: Option<&str>) {
    match kind {
        "." => {
            let classes = element.class_list();
            let _ = classes.toggle_with_force(name, value.is_some());
        }
        "!" => {
            let set = JsValue::from_bool(value.is_some());
            property::set(element, name, &set);
        }
        "~" => {
            let style = element.unchecked_ref::<HtmlElement>().style();
            let _ = style.set_property(name, value.unwrap_or_default());
        }
        // Replacing the text node would cost more.
        "'" => match element.first_child() {
            Some(text) => text.set_node_value(value),
            None => element.set_text_content(value),
        },
        _ => {
            let _ = match value {
                Some(value) => element.set_attribute(name, value),
                None => element.remove_attribute(name),
            };
        }
    }
}

impl Render for Markup {
    type State = MarkupState;

    fn build(self) -> MarkupState {
        let Source {
            lines,
            values,
            owner,
        } = self.0.take();
        let mut state = MarkupState {
            lines,
            elements: Vec::new(),
            views: Vec::new(),
            roots: Vec::new(),
            written: Vec::new(),
            effects: Vec::new(),
            owner,
        };
        match state.owner.clone() {
            Some(owner) => owner.with(|| state.carry_out(values)),
            None => state.carry_out(values),
        }
        state
    }

    fn rebuild(self, state: &mut MarkupState) {
        if self.0.lines == state.lines && self.0.owner.is_none() {
            state.carry_out(self.0.take().values);
        } else {
            let mut other = self.build();
            state.insert_before_this(&mut other);
            state.unmount();
            *state = other;
        }
    }
}

impl Mountable for MarkupState {
    fn unmount(&mut self) {
        for root in self.roots.clone() {
            self.mountable(root).unmount();
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        for root in self.roots.clone() {
            self.mountable(root).mount(parent, marker);
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.roots.first() {
            Some(&Root::Element(at)) => self.elements[at].insert_before_this(child),
            Some(&Root::View(at)) => self.views[at].as_mountable().insert_before_this(child),
            None => false,
        }
    }

    fn elements(&self) -> Vec<Element> {
        let elements = self.roots.iter().flat_map(|&root| match root {
            Root::Element(at) => vec![self.elements[at].clone()],
            Root::View(at) => self.views[at].as_mountable().elements(),
        });
        elements.collect()
    }
}

impl AddAnyAttr for Markup {
    type Output<A: Attribute> = <AnyView as AddAnyAttr>::Output<A>;

    fn add_any_attr<A: Attribute>(self, attribute: A) -> Self::Output<A> {
        self.into_any().add_any_attr(attribute)
    }
}

/// The widget exists only in browsers: it is never rendered to HTML on a server.
impl RenderHtml for Markup {
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

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> MarkupState {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
