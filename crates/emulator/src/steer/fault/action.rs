//! The actions of faults.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::span::Span;

/// The action of a fault, with its parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "action",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[non_exhaustive]
pub enum Action {
    /// A notification or a reply comes later.
    Delay {
        /// By how much.
        by: Span,
    },
    /// A notification is lost; or a connection ends without a reply, after the request was carried
    /// out.
    Drop {},
    /// A notification comes more than once.
    Copy {
        /// The number of copies.
        #[serde(deserialize_with = "in_range::<2, 100, _>")]
        copies: u16,
    },
    /// The connection breaks in the middle of a reply.
    Cut {},
    /// A reply ends in the middle of its JSON, over an intact connection.
    Garble {},
    /// A request is not carried out, but answered with a GWS error if there is a `statusCode`, and
    /// otherwise with an HTML page.
    Status {
        /// The HTTP status. With 200 the page asks to sign in.
        #[serde(deserialize_with = "in_range::<200, 599, _>")]
        http: u16,
        /// `Retry-After`, in whole seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<Span>,
        /// GWS's `statusCode`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status_code: Option<u32>,
        /// GWS's `statusMessage`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status_message: Option<String>,
    },
    /// A request is accepted but not carried out.
    Ignore {},
    /// A request is accepted but not carried out, and an `ErrorMessage` follows (*ErrorHandling*).
    Fail {
        /// How long after the request.
        after: Span,
        /// `errorMessage`. Without it there is none, as in captured traffic.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// A request that is not answered in time is aborted.
    TimeOut {
        /// The time limit.
        after: Span,
        /// How it ends.
        with: TimeOut,
    },
    /// A request for notifications is answered with 402, as by a node that does not know the session.
    Forget {},
}

/// How a proxy aborts a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TimeOut {
    /// With HTTP 504 and the proxy's own page.
    GatewayTimeout,
    /// By closing the connection.
    Close,
}

fn in_range<'de, const LEAST: u16, const MOST: u16, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<u16, D::Error> {
    let number = u16::deserialize(deserializer)?;
    if (LEAST..=MOST).contains(&number) {
        return Ok(number);
    }
    let refusal = format!("{number} is out of range; {LEAST} to {MOST} are possible");
    Err(D::Error::custom(refusal))
}
