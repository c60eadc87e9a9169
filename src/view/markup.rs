//! The widget's views: markup as the `view!` macro produces it (`crates/markup`). It is a text with one instruction a
//! line, and the values that some of the lines take. One function interprets the lines, instead of code for each
//! element and attribute as in Leptos' views.
//!
//! | line | does |
//! |---|---|
//! | `<name` … `/` | an element, and its contents; `<name class` with a class |
//! | `name=value` | a constant attribute |
//! | `=name` | an attribute with a value; none: absent |
//! | `+` | the classes, by a value |
//! | `.name` | a class that is present if there is a value |
//! | `!name` | a property that is `true` if there is a value |
//! | `~name` | a property of the element's style |
//! | `@` | a function is called with the element |
//! | `"text` | a constant text |
//! | `'` | a text with a value |
//! | `{` | other views |

use std::cell::RefCell;
use std::rc::Rc;

use crate::property;
use crate::reactive::{Call, NodeRef, RenderEffect, Signal};
pub(crate) use ::markup::view;
use tolerant_json::text;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement, Node};

use super::texts::{Message, Text};

const SVG: &str = "http://www.w3.org/2000/svg";

/// A piece of markup. It is a pointer, because it is handed on at many places.
pub(crate) struct Markup(Box<Source>);

struct Source {
    lines: &'static str,
    values: Vec<Value>,
}

/// The value that a line takes.
pub(crate) enum Value {
    Fixed(Content),
    Changing(Box<dyn Call<Content>>),
    Call(Box<dyn FnOnce(&Element)>),
}

/// What is written or shown.
pub(crate) enum Content {
    Text(Option<Text>),
    Views(Vec<Markup>),
}

impl Markup {
    pub(crate) fn new(lines: &'static str) -> Self {
        let values = Vec::new();
        Self(Box::new(Source { lines, values }))
    }

    /// A text.
    pub(crate) fn text(text: Text) -> Self {
        Self::new("'").value(text)
    }

    /// Views within an element.
    pub(crate) fn child(self, child: impl IntoViews) -> Self {
        self.with(child.into_views())
    }

    /// The value of an attribute, class, property or text.
    pub(crate) fn value(self, value: impl IntoValue) -> Self {
        self.with(value.into_value())
    }

    /// A reference that is set to the element.
    pub(crate) fn reference(self, reference: NodeRef) -> Self {
        self.call(Box::new(move |element| reference.load(element)))
    }

    /// A function that is called with the element.
    pub(crate) fn apply<P: 'static>(self, run: fn(Element, P), parameter: P) -> Self {
        self.call(Box::new(move |element| run(element.clone(), parameter)))
    }

    fn call(self, call: Box<dyn FnOnce(&Element)>) -> Self {
        self.with(Value::Call(call))
    }

    fn with(mut self, value: Value) -> Self {
        self.0.values.push(value);
        self
    }
}

/// Views that change.
pub(crate) struct List(Box<dyn Call<Content>>);

impl List {
    pub(crate) fn new(views: impl Fn() -> Vec<Markup> + 'static) -> Self {
        Self(Box::new(move || Content::Views(views())))
    }
}

/// What can stand within an element. A closure can't: it would not say whether its views change.
pub(crate) trait IntoViews {
    fn into_views(self) -> Value;
}

impl IntoViews for Vec<Markup> {
    fn into_views(self) -> Value {
        Value::Fixed(Content::Views(self))
    }
}

impl IntoViews for Markup {
    fn into_views(self) -> Value {
        vec![self].into_views()
    }
}

impl IntoViews for Option<Markup> {
    fn into_views(self) -> Value {
        self.map_or_else(Vec::new, |markup| vec![markup])
            .into_views()
    }
}

impl IntoViews for Text {
    fn into_views(self) -> Value {
        Markup::text(self).into_views()
    }
}

impl IntoViews for List {
    fn into_views(self) -> Value {
        Value::Changing(self.0)
    }
}

/// A possible value of an attribute, class or property. `true` is an empty text, `false` none.
pub(crate) trait IntoValue {
    fn into_value(self) -> Value;
}

/// A constant value.
pub(crate) trait IntoFixed {
    fn into_fixed(self) -> Option<Text>;
}

impl IntoFixed for bool {
    fn into_fixed(self) -> Option<Text> {
        self.then(Text::default)
    }
}

impl IntoFixed for Text {
    fn into_fixed(self) -> Option<Text> {
        Some(self)
    }
}

impl IntoFixed for &'static str {
    fn into_fixed(self) -> Option<Text> {
        Some(self.into())
    }
}

impl<T: IntoFixed> IntoFixed for Option<T> {
    fn into_fixed(self) -> Option<Text> {
        self.and_then(T::into_fixed)
    }
}

macro_rules! fixed {
    ($($of:ty),*) => {$(
        impl IntoValue for $of {
            fn into_value(self) -> Value {
                Value::Fixed(Content::Text(self.into_fixed()))
            }
        }
    )*};
}

fixed!(bool, Text, &'static str, Option<Text>, Option<&'static str>);

impl<F: Fn() -> T + 'static, T: IntoFixed> IntoValue for F {
    fn into_value(self) -> Value {
        Value::Changing(Box::new(move || Content::Text(self().into_fixed())))
    }
}

impl IntoValue for Signal<Text> {
    fn into_value(self) -> Value {
        Value::Changing(Box::new(move || Content::Text(Some(self.get()))))
    }
}

impl IntoValue for Option<Signal<Text>> {
    fn into_value(self) -> Value {
        self.map_or(Value::Fixed(Content::Text(None)), Signal::into_value)
    }
}

impl IntoValue for Signal<bool> {
    fn into_value(self) -> Value {
        Value::Changing(Box::new(move || Content::Text(self.get().into_fixed())))
    }
}

/// A text in the language in use.
impl IntoValue for Message<0> {
    fn into_value(self) -> Value {
        Value::Changing(Box::new(move || Content::Text(Some(self.owned()))))
    }
}

impl IntoValue for Option<Signal<bool>> {
    fn into_value(self) -> Value {
        self.map_or(Value::Fixed(Content::Text(None)), Signal::into_value)
    }
}

/// Markup in the page. It changes until it is dropped, and stays there until it is removed.
pub(crate) struct Shown {
    lines: &'static str,
    /// The nodes outside of all elements of the markup.
    roots: Vec<Node>,
    /// What takes values, in the order of the lines.
    slots: Vec<Rc<Slot>>,
    /// Effects that write values when they change.
    effects: Vec<RenderEffect>,
}

/// What takes a value.
struct Slot {
    line: &'static str,
    /// The element, the text, or the end of the views.
    node: Node,
    /// The last value written; none: nothing was.
    written: RefCell<Option<Option<Text>>>,
    views: RefCell<Vec<Shown>>,
}

impl Markup {
    /// Puts it into an element, before a node of it or at its end.
    pub(crate) fn show(self, parent: &Node, before: Option<&Node>) -> Shown {
        let document = parent.owner_document();
        let document = document.expect("an element is of a document");
        let Source { lines, values } = *self.0;
        let mut shown = Shown {
            lines,
            roots: Vec::new(),
            slots: Vec::new(),
            effects: Vec::new(),
        };
        let mut values = values.into_iter();
        let mut open: Vec<Node> = Vec::new();
        for line in text::split(lines, "\n") {
            let (kind, rest) = line.split_at(1);
            let done = match kind {
                "<" => {
                    open.push(create(&document, rest).into());
                    continue;
                }
                "/" => open.pop(),
                "\"" | "'" | "{" => Some(document.create_text_node(rest).into()),
                _ => None,
            };
            match (&done, open.last()) {
                (Some(node), Some(parent)) => insert(parent, node, None),
                (Some(node), None) => shown.roots.push(node.clone()),
                (None, _) => {}
            }
            let node = match kind {
                "/" | "\"" => continue,
                "'" | "{" => done,
                _ => open.last().cloned(),
            };
            let node = node.expect("attributes are within elements");
            match kind {
                "=" | "+" | "." | "!" | "~" | "@" | "'" | "{" => {
                    let slot = Rc::new(Slot {
                        line,
                        node,
                        written: RefCell::default(),
                        views: RefCell::default(),
                    });
                    if let Some(value) = values.next() {
                        slot.take(value, &mut shown.effects);
                    }
                    shown.slots.push(slot);
                }
                _ => {
                    let (name, value) = text::split_once(line, "=").unwrap_or_default();
                    write(&node, "=", name, Some(value));
                }
            }
        }
        for root in &shown.roots {
            insert(parent, root, before);
        }
        shown
    }
}

/// The class of every element, by which the style sheet knows it.
const CLASS: &str = "li";

/// Creates an element by its name and constant classes.
fn create(document: &Document, line: &str) -> Element {
    let (name, class) = text::split_once(line, " ").unwrap_or((line, ""));
    let element = match name {
        "svg" | "path" => document.create_element_ns(Some(SVG), name),
        _ => document.create_element(name),
    };
    let element = element.expect("the names in markup are names of elements");
    write(&element, "+", "", Some(class));
    element
}

/// It fails only if somebody else has moved the nodes of the widget.
fn insert(parent: &Node, node: &Node, before: Option<&Node>) {
    let _ = parent.insert_before(node, before);
}

impl Shown {
    /// Replaces the values by those of the same markup.
    fn change(&mut self, values: Vec<Value>) {
        self.effects.clear();
        for (slot, value) in self.slots.iter().zip(values) {
            slot.take(value, &mut self.effects);
        }
    }

    /// Takes it out of the page.
    pub(crate) fn remove(&self) {
        for root in &self.roots {
            // A text has this method, too.
            root.unchecked_ref::<Element>().remove();
        }
    }
}

impl Slot {
    /// Writes a value, and adds what writes it again when it changes.
    fn take(self: &Rc<Self>, value: Value, effects: &mut Vec<RenderEffect>) {
        if self.line.starts_with('!') {
            // A person changes it, too.
            self.written.take();
        }
        match value {
            Value::Fixed(content) => self.put(content),
            Value::Call(call) => call(self.node.unchecked_ref()),
            Value::Changing(read) => {
                let slot = Rc::clone(self);
                effects.push(RenderEffect::new(move || slot.put(read.call())));
            }
        }
    }

    fn put(&self, content: Content) {
        match content {
            Content::Text(value) => {
                let mut written = self.written.borrow_mut();
                if written.as_ref() != Some(&value) {
                    let (kind, name) = self.line.split_at(1);
                    write(&self.node, kind, name, value.as_deref());
                    *written = Some(value);
                }
            }
            Content::Views(views) => self.show(views),
        }
    }

    /// Shows other views: each changes the one in its place if that is of the same markup, and replaces it otherwise.
    fn show(&self, views: Vec<Markup>) {
        let parent = self.node.parent_node();
        let parent = parent.expect("views are within elements");
        let mut last = self.views.take().into_iter();
        let mut now = Vec::new();
        for view in views {
            now.push(match last.next() {
                Some(mut shown) if shown.lines == view.0.lines => {
                    shown.change(view.0.values);
                    shown
                }
                Some(shown) => {
                    let new = view.show(&parent, shown.roots.first());
                    shown.remove();
                    new
                }
                None => view.show(&parent, Some(&self.node)),
            });
        }
        for shown in last {
            shown.remove();
        }
        self.views.replace(now);
    }
}

/// Writes the value of an instruction. Names in markup are valid, so nothing fails.
fn write(node: &Node, kind: &str, name: &str, value: Option<&str>) {
    let element: &Element = node.unchecked_ref();
    match kind {
        "'" => node.set_node_value(value),
        "+" => {
            let classes = [CLASS, value.unwrap_or_default()].join(" ");
            let _ = element.set_attribute("class", classes.trim());
        }
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
        _ => {
            let _ = match value {
                Some(value) => element.set_attribute(name, value),
                None => element.remove_attribute(name),
            };
        }
    }
}
