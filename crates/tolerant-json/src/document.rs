//! Parsing a text completely.

use crate::node::{Item, Node, Unreadable};
use crate::scanner::Scanner;

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
        let mut scanner = Scanner::new(json);
        let read = scanner.read(&mut items, 0);
        match read.and_then(|()| scanner.end()) {
            Some(()) => Ok(Self(items)),
            None => Err(scanner.error()),
        }
    }

    /// Parses bytes.
    ///
    /// # Errors
    /// They are not UTF-8, or not JSON, or nested more than 128 levels deep.
    pub fn parse_bytes(json: &'a [u8]) -> Result<Self, Unreadable> {
        let text = core::str::from_utf8(json)
            .map_err(|error| Unreadable::at("it is no UTF-8", error.valid_up_to()))?;
        Self::parse(text)
    }

    /// The value of the whole text.
    pub fn root(&self) -> Node<'_> {
        Node::new(&self.0)
    }
}
