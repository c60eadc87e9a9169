//! Access to the values of a document.

use core::fmt;
use std::borrow::Cow;
use std::sync::Arc;

use crate::scanner::integer;
use crate::text::{decimal, signed};

/// A value somewhere in a [`Document`](crate::Document). Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d>(
    /// First the value itself, then its contents.
    &'d [Item<'d>],
);

/// A type that can be read from a node.
pub trait Read: Sized {
    /// Its name for error messages.
    const WHAT: &'static str;

    /// Reads it; none if the node lacks something essential.
    fn read(node: Node<'_>) -> Option<Self>;
}

impl<T: Read> Read for Arc<T> {
    const WHAT: &'static str = T::WHAT;

    fn read(node: Node<'_>) -> Option<Self> {
        T::read(node).map(Self::new)
    }
}

/// A value of a document. The contents of a list or an object follow it.
#[derive(Clone, Debug)]
pub(crate) enum Item<'a> {
    Null,
    Bool(bool),
    Whole(i64),
    /// A number with a fraction or an exponent, cut off.
    Fraction(i64),
    Text(Cow<'a, str>),
    /// Contains this many of the following items.
    List(usize),
    /// Contains this many of the following items: each field's name, then its value.
    Object(usize),
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl Unreadable {
    /// What is wrong at this byte.
    pub(crate) fn at(what: &str, byte: usize) -> Self {
        Self([what, " at byte ", &decimal(byte as u64)].concat())
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Unreadable {}

impl<'d> Node<'d> {
    const NULL: Self = Self(&[Item::Null]);

    /// The value of these items.
    pub(crate) fn new(items: &'d [Item<'d>]) -> Self {
        Self(items)
    }

    /// Whether it is `null`, or absent.
    pub fn is_null(self) -> bool {
        matches!(self.0, [Item::Null, ..])
    }

    /// Whether it is a list.
    pub fn is_list(self) -> bool {
        matches!(self.0, [Item::List(_), ..])
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        matches!(self.0, [Item::Object(_), ..])
    }

    /// The value of a boolean.
    pub fn bool(self) -> Option<bool> {
        match self.0 {
            [Item::Bool(value), ..] => Some(*value),
            _ => None,
        }
    }

    /// The integer value of a number or a string; a fraction is truncated.
    pub fn integer(self) -> Option<i64> {
        match self.0 {
            [Item::Whole(number) | Item::Fraction(number), ..] => Some(*number),
            [Item::Text(text), ..] => integer(text.trim_ascii()),
            _ => None,
        }
    }

    /// The integer value of a number without a fraction; none for a string.
    pub fn exact_integer(self) -> Option<i64> {
        match self.0 {
            [Item::Whole(number), ..] => Some(*number),
            _ => None,
        }
    }

    /// The value of a string.
    pub fn str(self) -> Option<&'d str> {
        match self.0 {
            [Item::Text(text), ..] => Some(text),
            _ => None,
        }
    }

    /// The value as text: a string, a number (without its fraction) or a boolean.
    pub fn text(self) -> Option<Cow<'d, str>> {
        match self.0 {
            [Item::Text(text), ..] => Some(Cow::Borrowed(text)),
            [Item::Bool(value), ..] => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            _ => self.integer().map(|number| Cow::Owned(signed(number))),
        }
    }

    /// The field with this name, the first if there are several; `null` if there is none.
    pub fn field(self, name: &str) -> Self {
        let mut content = match self.0 {
            [Item::Object(length), content @ ..] => &content[..*length],
            _ => &[],
        };
        while let [Item::Text(key), rest @ ..] = content {
            let (value, rest) = split(rest);
            if key == name {
                return value;
            }
            content = rest;
        }
        Self::NULL
    }

    /// The elements of a list; none if it is not a list.
    pub fn elements(self) -> impl Iterator<Item = Self> {
        Content(match self.0 {
            [Item::List(length), content @ ..] => &content[..*length],
            _ => &[],
        })
    }

    /// The text of a field; empty if there is none.
    pub fn string(self, name: &str) -> String {
        self.field(name).text().unwrap_or_default().into_owned()
    }

    /// The text of a field; none if it is empty.
    pub fn some_string(self, name: &str) -> Option<String> {
        Some(self.string(name)).filter(|text| !text.is_empty())
    }

    /// The value of a field as an enumeration.
    pub fn word<T: for<'b> From<&'b str>>(self, name: &str) -> Option<T> {
        self.field(name).text().map(|text| T::from(&text))
    }

    /// The number in a field, or in a string there, unless it is negative.
    pub fn number(self, name: &str) -> Option<u32> {
        u32::try_from(self.field(name).integer()?).ok()
    }

    /// Whether a field is true.
    pub fn is(self, name: &str) -> bool {
        match self.field(name).0 {
            [Item::Bool(value), ..] => *value,
            [Item::Text(text), ..] => text == "true",
            _ => false,
        }
    }

    /// The values of a list as enumerations.
    pub fn words<T: for<'b> From<&'b str>>(self, name: &str) -> Vec<T> {
        let field = self.field(name);
        // Each is one item, if they are strings.
        let mut words = Vec::with_capacity(field.0.len() - 1);
        for element in field.elements() {
            if let Some(text) = element.text() {
                words.push(T::from(&text));
            }
        }
        words
    }

    /// The readable elements of the list in a field.
    pub fn readable<T: Read>(self, name: &str) -> Vec<T> {
        let mut things = Vec::new();
        for element in self.field(name).elements() {
            if let Some(thing) = T::read(element) {
                things.push(thing);
            }
        }
        things
    }

    /// The value of a field.
    ///
    /// # Errors
    /// It can't be read as this type.
    pub fn one<T: Read>(self, name: &str) -> Result<T, Unreadable> {
        T::read(self.field(name)).ok_or_else(|| Unreadable(["there is no ", T::WHAT].concat()))
    }

    /// All elements of the list in a field.
    ///
    /// # Errors
    /// It is not a list, or an element can't be read.
    pub fn all<T: Read>(self, name: &str) -> Result<Vec<T>, Unreadable> {
        let field = self.field(name);
        let things = self.readable(name);
        if field.is_list() && things.len() == field.elements().count() {
            return Ok(things);
        }
        Err(Unreadable(
            ["‘", name, "’ does not list ", T::WHAT, "s"].concat(),
        ))
    }
}

/// The elements of a list that were not taken yet.
struct Content<'d>(&'d [Item<'d>]);

impl<'d> Iterator for Content<'d> {
    type Item = Node<'d>;

    #[inline(never)]
    fn next(&mut self) -> Option<Node<'d>> {
        if self.0.is_empty() {
            return None;
        }
        let (value, rest) = split(self.0);
        self.0 = rest;
        Some(value)
    }
}

/// The first of several consecutive values, and the rest.
fn split<'d>(items: &'d [Item<'d>]) -> (Node<'d>, &'d [Item<'d>]) {
    let length = match items {
        [Item::List(length) | Item::Object(length), ..] => 1 + length,
        _ => 1,
    };
    let (value, rest) = items.split_at(length);
    (Node(value), rest)
}
