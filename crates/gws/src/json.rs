//! Reading JSON tolerantly: first into a [`Node`], a value of whatever kind, and then by asking the
//! node for what is needed. A field of an unexpected kind is as good as absent; numbers and strings
//! stand for one another. Only what makes a resource meaningless, such as a missing id, is an
//! error.
//!
//! A node borrows from the text it was read from, and there is one reader for all resources: in a
//! widget that counts its kilobytes, a derived one for each would be the largest part of this
//! crate.

use core::fmt;
use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value.
#[derive(Debug)]
pub(crate) enum Node<'a> {
    Null,
    Bool(bool),
    /// Fractions are cut off: nothing in the contract has one.
    Number(i64),
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Object(Vec<(Cow<'a, str>, Self)>),
}

/// What is wrong with something that can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub(crate) String);

/// Something that can be read from a node.
pub(crate) trait Read: Sized {
    /// What it is, in a word.
    const WHAT: &'static str;

    /// Reads it; nothing if the node lacks what makes it meaningful.
    fn read(node: &Node<'_>) -> Option<Self>;
}

impl<'a> Node<'a> {
    pub(crate) fn parse(json: &'a [u8]) -> Result<Self, Unreadable> {
        // As text: the CometD client's way of reading, so that it exists once in a widget.
        let text = core::str::from_utf8(json).map_err(|error| Unreadable(error.to_string()))?;
        serde_json::from_str(text).map_err(|error| Unreadable(error.to_string()))
    }

    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// The field of that name; `Null` if there is none.
    pub(crate) fn field(&self, name: &str) -> &Self {
        let fields = match self {
            Self::Object(fields) => fields.as_slice(),
            _ => &[],
        };
        let found = fields.iter().find(|(key, _)| key == name);
        found.map_or(&Self::Null, |(_, value)| value)
    }

    /// The value as text: a string, or a number or a truth value in letters.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            Self::Null | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// The text of a field; empty if there is none.
    pub(crate) fn string(&self, name: &str) -> String {
        self.field(name).text().unwrap_or_default().into_owned()
    }

    /// The text of a field, if there is one that is not empty.
    pub(crate) fn some_string(&self, name: &str) -> Option<String> {
        Some(self.string(name)).filter(|text| !text.is_empty())
    }

    /// The word in a field.
    pub(crate) fn word<T: for<'b> From<&'b str>>(&self, name: &str) -> Option<T> {
        self.field(name).text().map(|text| T::from(&text))
    }

    /// The whole number in a field, or in a string there.
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        self.field(name).text()?.trim().parse().ok()
    }

    /// Whether a field says so.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.field(name).text().as_deref() == Some("true")
    }

    /// What a field lists.
    pub(crate) fn list(&self, name: &str) -> &[Self] {
        match self.field(name) {
            Self::List(list) => list,
            _ => &[],
        }
    }

    /// The words a field lists.
    pub(crate) fn words<T: for<'b> From<&'b str>>(&self, name: &str) -> Vec<T> {
        let texts = self.list(name).iter().filter_map(Self::text);
        texts.map(|text| T::from(&text)).collect()
    }

    /// What can be read of the things that a field lists.
    pub(crate) fn readable<T: Read>(&self, name: &str) -> Vec<T> {
        self.list(name).iter().filter_map(T::read).collect()
    }

    /// What a field holds.
    pub(crate) fn one<T: Read>(&self, name: &str) -> Result<T, Unreadable> {
        T::read(self.field(name)).ok_or_else(|| Unreadable(format!("there is no {}", T::WHAT)))
    }

    /// Everything a field lists; an error if it is no list, or if one thing can't be read.
    pub(crate) fn all<T: Read>(&self, name: &str) -> Result<Vec<T>, Unreadable> {
        let wrong = || Unreadable(format!("‘{name}’ does not list {}s", T::WHAT));
        match self.field(name) {
            Self::List(list) => list
                .iter()
                .map(|node| T::read(node).ok_or_else(wrong))
                .collect(),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Unreadable {}

impl<'de: 'a, 'a> Deserialize<'de> for Node<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Node<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Node::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Node::Bool(value))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Node::Number(number))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Node::Number(i64::try_from(number).unwrap_or(i64::MAX)))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                // The conversion saturates.
                Ok(Node::Number(number as i64))
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Node::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Node::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut nodes = Vec::new();
                while let Some(node) = list.next_element()? {
                    nodes.push(node);
                }
                Ok(Node::List(nodes))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(key) = map.next_key::<Node<'de>>()? {
                    if let Node::Text(key) = key {
                        fields.push((key, map.next_value()?));
                    }
                }
                Ok(Node::Object(fields))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
