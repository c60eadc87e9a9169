//! Asking a document.

use core::fmt;
use std::borrow::Cow;

/// A value somewhere in a [`Document`](crate::Document). Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d>(
    /// First the value itself, then what is within it.
    &'d [Item<'d>],
);

/// Something that can be read from a node.
pub trait Read: Sized {
    /// What it is, in a word.
    const WHAT: &'static str;

    /// Reads it; nothing if the node lacks what makes it meaningful.
    fn read(node: Node<'_>) -> Option<Self>;
}

/// What stands at one place of a document. What is within a list or an object follows it.
#[derive(Clone, Debug)]
pub(crate) enum Item<'a> {
    Null,
    Bool(bool),
    Whole(i64),
    /// A number with a fraction or an exponent, cut off.
    Fraction(i64),
    Text(Cow<'a, str>),
    /// So many of the next items are within it.
    List(usize),
    /// So many of the next items are within it: each field's name, and then its value.
    Object(usize),
}

/// What is wrong with something that can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Unreadable {}

impl<'d> Node<'d> {
    const NULL: Self = Self(&[Item::Null]);

    /// The value that these items are.
    pub(crate) fn new(items: &'d [Item<'d>]) -> Self {
        Self(items)
    }

    /// Whether it is `null`, or not there at all.
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

    /// Whether it is `true` or `false`, if it is either.
    pub fn bool(self) -> Option<bool> {
        match self.0 {
            [Item::Bool(value), ..] => Some(*value),
            _ => None,
        }
    }

    /// The whole number it is, be it a number or a string; a fraction is cut off.
    pub fn integer(self) -> Option<i64> {
        match self.0 {
            [Item::Whole(number) | Item::Fraction(number), ..] => Some(*number),
            [Item::Text(text), ..] => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The number it is, if it is one without a fraction: where a string would not do.
    pub fn exact_integer(self) -> Option<i64> {
        match self.0 {
            [Item::Whole(number), ..] => Some(*number),
            _ => None,
        }
    }

    /// The string it is, if it is one.
    pub fn str(self) -> Option<&'d str> {
        match self.0 {
            [Item::Text(text), ..] => Some(text),
            _ => None,
        }
    }

    /// The value as text: a string, or a number (without its fraction) or a truth value in letters.
    pub fn text(self) -> Option<Cow<'d, str>> {
        match self.0 {
            [Item::Text(text), ..] => Some(Cow::Borrowed(text)),
            [Item::Bool(value), ..] => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            _ => self.integer().map(|number| Cow::Owned(number.to_string())),
        }
    }

    /// The field of that name, the first if there are several; `null` if there is none.
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

    /// What a list has in it; nothing if it is none.
    pub fn elements(self) -> impl Iterator<Item = Self> {
        let mut content = match self.0 {
            [Item::List(length), content @ ..] => &content[..*length],
            _ => &[],
        };
        core::iter::from_fn(move || {
            if content.is_empty() {
                return None;
            }
            let (value, rest) = split(content);
            content = rest;
            Some(value)
        })
    }

    /// The text of a field; empty if there is none.
    pub fn string(self, name: &str) -> String {
        self.field(name).text().unwrap_or_default().into_owned()
    }

    /// The text of a field, if there is one that is not empty.
    pub fn some_string(self, name: &str) -> Option<String> {
        Some(self.string(name)).filter(|text| !text.is_empty())
    }

    /// The word in a field.
    pub fn word<T: for<'b> From<&'b str>>(self, name: &str) -> Option<T> {
        self.field(name).text().map(|text| T::from(&text))
    }

    /// The number in a field, or in a string there, if it is none below zero.
    pub fn number(self, name: &str) -> Option<u32> {
        u32::try_from(self.field(name).integer()?).ok()
    }

    /// Whether a field says so.
    pub fn is(self, name: &str) -> bool {
        self.field(name).text().as_deref() == Some("true")
    }

    /// The words a field lists.
    pub fn words<T: for<'b> From<&'b str>>(self, name: &str) -> Vec<T> {
        let field = self.field(name);
        // Each is one item, if they are words.
        let mut words = Vec::with_capacity(field.0.len() - 1);
        let texts = field.elements().filter_map(Self::text);
        words.extend(texts.map(|text| T::from(&text)));
        words
    }

    /// What can be read of the things that a field lists.
    pub fn readable<T: Read>(self, name: &str) -> Vec<T> {
        self.field(name).elements().filter_map(T::read).collect()
    }

    /// What a field holds.
    ///
    /// # Errors
    /// It holds no such thing.
    pub fn one<T: Read>(self, name: &str) -> Result<T, Unreadable> {
        T::read(self.field(name)).ok_or_else(|| Unreadable(format!("there is no {}", T::WHAT)))
    }

    /// Everything a field lists.
    ///
    /// # Errors
    /// It is no list, or one thing in it can't be read.
    pub fn all<T: Read>(self, name: &str) -> Result<Vec<T>, Unreadable> {
        let wrong = || Unreadable(format!("‘{name}’ does not list {}s", T::WHAT));
        let field = self.field(name);
        if !field.is_list() {
            return Err(wrong());
        }
        let things = field.elements().map(|node| T::read(node).ok_or_else(wrong));
        things.collect()
    }
}

/// The first value of several that follow one another, and the rest of them.
fn split<'d>(items: &'d [Item<'d>]) -> (Node<'d>, &'d [Item<'d>]) {
    let length = match items {
        [Item::List(length) | Item::Object(length), ..] => 1 + length,
        _ => 1,
    };
    let (value, rest) = items.split_at(length);
    (Node(value), rest)
}
