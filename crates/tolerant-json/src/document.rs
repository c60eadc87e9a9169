//! Reading a text, once and whole.

use crate::node::{Item, Node, Unreadable};
use crate::scanner::Scanner;

/// A JSON text that was read. Borrows from it whatever has no escapes.
#[derive(Clone, Debug)]
pub struct Document<'a>(Vec<Item<'a>>);

impl<'a> Document<'a> {
    /// Reads a text.
    ///
    /// # Errors
    /// It is no JSON, or nested more than 128 levels deep.
    pub fn parse(json: &'a str) -> Result<Self, Unreadable> {
        // Enough for a call with all its participants.
        let mut items = Vec::with_capacity(96);
        let mut scanner = Scanner::new(json);
        let read = scanner.value(Some(&mut items));
        match read.and_then(|()| scanner.end()) {
            Some(()) => Ok(Self(items)),
            None => Err(scanner.error()),
        }
    }

    /// Reads bytes.
    ///
    /// # Errors
    /// They are no UTF-8, or no JSON, or nested more than 128 levels deep.
    pub fn parse_bytes(json: &'a [u8]) -> Result<Self, Unreadable> {
        let text = core::str::from_utf8(json).map_err(|error| Unreadable(error.to_string()))?;
        Self::parse(text)
    }

    /// The value that is the whole text.
    pub fn root(&self) -> Node<'_> {
        Node::new(&self.0)
    }
}
