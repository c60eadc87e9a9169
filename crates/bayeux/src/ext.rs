//! The `ext` field. One extension is supported, CometD's *ack*.
//!
//! | extension | handshake request | handshake reply | connect request | connect reply |
//! |---|---|---|---|---|
//! | ack | `true` | `true`, or `{enabled, batch}` | the last batch seen, -1 at first | the batch in this response |
//!
//! Source: the CometD reference, *Message Acknowledgment Extension*.

use tolerant_json::{Document, Node};

use crate::raw;

/// The `ext` field's information on *ack*; a malformed field counts as absent.
#[derive(Debug)]
pub(crate) struct Ext<'a>(Option<Document<'a>>);

impl<'a> Ext<'a> {
    /// Parses a field.
    pub(crate) fn read(field: Option<&'a str>) -> Self {
        Self(field.and_then(raw::document))
    }

    fn of(&self, extension: &str) -> Option<Node<'_>> {
        Some(self.0.as_ref()?.root().field(extension))
    }

    /// In a handshake: whether the peer supports *ack*.
    pub(crate) fn offers_ack(&self) -> bool {
        self.of("ack").is_some_and(|ack| {
            let detailed = ack.field("enabled");
            ack.bool().or_else(|| detailed.bool()).unwrap_or_default()
        })
    }

    /// In a handshake reply: the number of the batch of messages in that response, if any.
    pub(crate) fn first_batch(&self) -> Option<i64> {
        self.of("ack")?.field("batch").exact_integer()
    }

    /// In a connect: the number of a batch.
    pub(crate) fn batch(&self) -> Option<i64> {
        self.of("ack")?.exact_integer()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: PartialEq + core::fmt::Debug>(json: &str, read: fn(&Ext<'_>) -> T, expect: T) {
        assert_eq!(read(&Ext::read(Some(json))), expect, "{json}");
    }

    #[test]
    fn ack_is_offered_in_either_form() {
        for json in [r#"{"ack":true}"#, r#"{"ack":{"enabled":true,"batch":0}}"#] {
            check(json, |ext| ext.offers_ack(), true);
        }
        let others = [r#"{"ack":{"enabled":false}}"#, r#"{"ack":false}"#];
        for json in others.into_iter().chain(["{}", "[true]", "null"]) {
            check(json, |ext| ext.offers_ack(), false);
        }
    }

    #[test]
    fn a_handshake_reply_may_have_a_batch() {
        let json = r#"{"ack":{"enabled":true,"batch":3}}"#;
        check(json, |ext| ext.first_batch(), Some(3));
        for json in [r#"{"ack":{"batch":"3"}}"#, r#"{"ack":true}"#, "{}"] {
            check(json, |ext| ext.first_batch(), None);
        }
    }

    #[test]
    fn a_batch_is_a_whole_number() {
        check(r#"{"ack":-1}"#, |ext| ext.batch(), Some(-1));
        for json in [r#"{"ack":"7"}"#, r#"{"ack":1.5}"#, r#"{"ack":true}"#] {
            check(json, |ext| ext.batch(), None);
        }
    }
}
