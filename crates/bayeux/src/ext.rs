//! The `ext` field: what the two sides agreed on beyond the protocol. Two extensions are spoken,
//! both CometD's: *ack* and *timesync*.
//!
//! | extension | handshake request | handshake reply | connect request | connect reply |
//! |---|---|---|---|---|
//! | ack | `true` | `true`, or `{enabled, batch}` | the last batch seen, -1 at first | the batch in this response |
//! | timesync | `{tc, l, o}` | `{tc, ts, p, a}` | as handshake | as handshake |
//!
//! Source: the CometD reference, *Message Acknowledgment Extension* and *Timesync Extension*.

use serde::Serialize;
use serde_json::value::RawValue;
use tolerant_json::{Document, Node};

use crate::raw;

/// What an `ext` field says of the two extensions; absent, or not to be understood, are one.
#[derive(Debug)]
pub(crate) struct Ext<'a>(Option<Document<'a>>);

/// Clocks, in milliseconds. A request has `tc`, `l` and `o`; a reply `tc`, `ts`, `p` and `a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TimeSync {
    /// The client's clock when it sent the request.
    pub(crate) tc: i64,
    /// The lag the client has found, in a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) l: Option<i64>,
    /// The offset the client has found, in a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) o: Option<i64>,
    /// The server's clock when it took the request, in a reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ts: Option<i64>,
    /// How long the server had the request, in a reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p: Option<i64>,
    /// How far off the server finds the client's offset, in a reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) a: Option<i64>,
}

impl<'a> Ext<'a> {
    /// Reads a field. What is no object says nothing.
    pub(crate) fn read(field: Option<&'a RawValue>) -> Self {
        Self(field.and_then(raw::document))
    }

    fn of(&self, extension: &str) -> Option<Node<'_>> {
        Some(self.0.as_ref()?.root().field(extension))
    }

    /// In a handshake: whether the other side speaks *ack*.
    pub(crate) fn offers_ack(&self) -> bool {
        self.of("ack").is_some_and(|ack| {
            let detailed = ack.field("enabled");
            ack.bool().or_else(|| detailed.bool()).unwrap_or_default()
        })
    }

    /// In a handshake reply: the number of the batch of messages that came with it, if it says so.
    pub(crate) fn first_batch(&self) -> Option<i64> {
        self.of("ack")?.field("batch").exact_integer()
    }

    /// In a connect: the number of a batch.
    pub(crate) fn batch(&self) -> Option<i64> {
        self.of("ack")?.exact_integer()
    }

    pub(crate) fn timesync(&self) -> Option<TimeSync> {
        let timesync = self.of("timesync")?;
        let millis = |name| timesync.field(name).exact_integer();
        Some(TimeSync {
            tc: millis("tc")?,
            l: millis("l"),
            o: millis("o"),
            ts: millis("ts"),
            p: millis("p"),
            a: millis("a"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn ack_is_agreed_on_in_either_form() {
        let check = |json, expect| {
            let field = raw(json);
            assert_eq!(Ext::read(Some(&field)).offers_ack(), expect, "{json}");
        };
        check(r#"{"ack":true}"#, true);
        check(r#"{"ack":{"enabled":true,"batch":0}}"#, true);
        check(r#"{"ack":{"enabled":false}}"#, false);
        check(r#"{"ack":false}"#, false);
        check(r#"{"ack":{}}"#, false);
        check("{}", false);
        check("[true]", false);
        check("null", false);
    }

    #[test]
    fn a_handshake_may_bring_a_batch() {
        let check = |json, expect| {
            let field = raw(json);
            assert_eq!(Ext::read(Some(&field)).first_batch(), expect, "{json}");
        };
        check(r#"{"ack":{"enabled":true,"batch":3}}"#, Some(3));
        check(r#"{"ack":{"enabled":true}}"#, None);
        check(r#"{"ack":{"enabled":true,"batch":"3"}}"#, None);
        check(r#"{"ack":true}"#, None);
        check("{}", None);
    }

    #[test]
    fn a_batch_is_a_whole_number() {
        let check = |json, expect| {
            let field = raw(json);
            assert_eq!(Ext::read(Some(&field)).batch(), expect, "{json}");
        };
        check(r#"{"ack":-1}"#, Some(-1));
        check(r#"{"ack":7}"#, Some(7));
        check(r#"{"ack":"7"}"#, None);
        check(r#"{"ack":1.5}"#, None);
        check(r#"{"ack":true}"#, None);
    }

    #[test]
    fn nonsense_is_no_timesync() {
        for json in [r#"{"timesync":[1,2]}"#, r#"{"timesync":{"tc":"x"}}"#, "{}"] {
            let field = raw(json);
            assert_eq!(Ext::read(Some(&field)).timesync(), None, "{json}");
        }
        let field = raw(r#"{"timesync":{"tc":12,"ts":20,"p":0,"a":1}}"#);
        let sync = Ext::read(Some(&field)).timesync().unwrap();
        assert_eq!((sync.tc, sync.ts, sync.p), (12, Some(20), Some(0)));
    }
}
