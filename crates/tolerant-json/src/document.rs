//! Parsing a text completely.

use core::fmt;
use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::node::{Item, Node, Unreadable};

/// A parsed JSON text. Borrows strings without escapes from it.
#[derive(Clone, Debug)]
pub struct Document<'a>(Vec<Item<'a>>);

impl<'a> Document<'a> {
    /// Parses a text.
    ///
    /// # Errors
    /// It is not JSON, or nested more than 128 levels deep.
    pub fn parse(json: &'a str) -> Result<Self, Unreadable> {
        // Enough for a call with all its participants.
        let mut items = Vec::with_capacity(96);
        let mut deserializer = serde_json::Deserializer::from_str(json);
        Reader(&mut items)
            .deserialize(&mut deserializer)
            .and_then(|()| deserializer.end())
            .map_err(|error| Unreadable(error.to_string()))?;
        Ok(Self(items))
    }

    /// Parses bytes.
    ///
    /// # Errors
    /// They are not UTF-8, or not JSON, or nested more than 128 levels deep.
    pub fn parse_bytes(json: &'a [u8]) -> Result<Self, Unreadable> {
        let text = core::str::from_utf8(json).map_err(|error| Unreadable(error.to_string()))?;
        Self::parse(text)
    }

    /// The value of the whole text.
    pub fn root(&self) -> Node<'_> {
        Node::new(&self.0)
    }
}

/// Appends a value.
struct Reader<'v, 'a>(&'v mut Vec<Item<'a>>);

impl<'de> DeserializeSeed<'de> for Reader<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.push(Item::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.push(Item::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.push(Item::Whole(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.push(Item::Whole(i64::try_from(number).unwrap_or(i64::MAX)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.push(Item::Fraction(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.push(Item::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.push(Item::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let place = self.0.len();
        self.0.push(Item::List(0));
        while list.next_element_seed(Reader(self.0))?.is_some() {}
        self.0[place] = Item::List(self.0.len() - place - 1);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let place = self.0.len();
        self.0.push(Item::Object(0));
        while map.next_key_seed(Reader(self.0))?.is_some() {
            map.next_value_seed(Reader(self.0))?;
        }
        self.0[place] = Item::Object(self.0.len() - place - 1);
        Ok(())
    }
}

impl<'a> Reader<'_, 'a> {
    fn push<E>(self, item: Item<'a>) -> Result<(), E> {
        self.0.push(item);
        Ok(())
    }
}
