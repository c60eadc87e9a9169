//! The lines of a recording. JSON Lines: the first line says what the file is, each of the others
//! holds one exchange, in the order in which exchanges were over.
//!
//! ```json
//! {"recording":"gws-emulator","version":1,"began":"2026-11-24T21:59:04.120Z"}
//! {"at":5.012,"request":{"method":"POST","path":"/api/v2/me/devices/8f1c…","headers":{"cookie":"JSESSIONID=<JSESSIONID-1>"},"body":{"operationName":"ListenIn","phoneNumber":"6001"}},"held":0.002,"reply":{"status":200,"headers":{"content-type":"application/json;charset=UTF-8"},"body":{"statusCode":0}}}
//! ```
//!
//! | property | |
//! |---|---|
//! | `at` | when the request came, in seconds since the recording began |
//! | `held` | how long it was, in seconds, until the reply began or nobody waited any more |
//! | `reply` | absent: there was none |
//! | `sent` | how long it was, in seconds, from the beginning of the reply to its end, if that is worth saying |
//! | `aborted` | `before the reply` or `in the reply`, if the exchange did not come to its end |
//! | `note` | for a person. Allowed in every line, never written by the emulator |
//!
//! A body is `body` if it is JSON (as it was sent, but for line breaks), `text` if it is other
//! text, and `base64` if it is no text; it is absent if it is empty. A header that came more than
//! once is a list.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What a file that is a recording says of itself.
pub(super) const KIND: &str = "gws-emulator";
/// The version of the format that is written, and the only one that is read.
pub(super) const VERSION: u32 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) recording: String,
    pub(super) version: u32,
    /// For a person; not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) began: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl Head {
    pub(super) fn new(began: String) -> Self {
        Self {
            recording: KIND.to_owned(),
            version: VERSION,
            began: Some(began),
            note: None,
        }
    }
}

/// Every other line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) at: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    pub(super) request: Request,
    #[serde(default)]
    pub(super) held: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reply: Option<Reply>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sent: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) aborted: Option<Aborted>,
}

impl Line {
    pub(super) fn new(at: f64, request: Request, held: f64) -> Self {
        Self {
            at,
            note: None,
            request,
            held,
            reply: None,
            sent: None,
            aborted: None,
        }
    }
}

/// Where an exchange broke off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Aborted {
    /// The client went away, or the server ended, while the request was held.
    #[serde(rename = "before the reply")]
    BeforeReply,
    /// The reply had begun.
    #[serde(rename = "in the reply")]
    InReply,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) headers: Headers,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) base64: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    pub(super) status: u16,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) headers: Headers,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) base64: Option<String>,
}

/// Headers by their names in small letters.
pub(super) type Headers = BTreeMap<String, OneOrMany>;

/// A header's value, or its values.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn push(&mut self, value: String) {
        match self {
            Self::One(first) => *self = Self::Many(vec![core::mem::take(first), value]),
            Self::Many(values) => values.push(value),
        }
    }

    pub(super) fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(value) => vec![value],
            Self::Many(values) => values,
        }
    }
}
