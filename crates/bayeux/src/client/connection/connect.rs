//! `/meta/connect`: the request that the server holds until it has events.
//!
//! | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|
//! | channel, clientId, connectionType | advice, ext, id | channel, successful | advice, clientId, error, ext, id, timestamp |
//!
//! Exactly one is out at a time. The next is sent when the last response has ended and the advised
//! `interval` has passed; with an interval of 0, in the step that takes the response. While not
//! connected, it is a probe: `advice.timeout` 0 asks for an immediate reply.
//!
//! With the *ack* extension a connect acknowledges the last batch of messages, and its reply numbers
//! the batch in this response; an unacknowledged batch is sent again. A batch and its number are
//! accepted together or not at all, so nothing is lost or given twice. Messages without a number are
//! accepted.

use serde::Serialize;

use super::session::Session;
use crate::advice::Advice;
use crate::message::{self, CONNECT, ClientId, LONG_POLLING};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    id: String,
    channel: &'static str,
    client_id: &'a ClientId,
    connection_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<Advice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ext: Option<Acknowledgement>,
}

#[derive(Serialize)]
struct Acknowledgement {
    ack: i64,
}

/// The body of a request.
pub(super) fn request(id: u64, session: &Session, is_probe: bool) -> Vec<u8> {
    message::body(&[Request {
        id: id.to_string(),
        channel: CONNECT,
        client_id: &session.client_id,
        connection_type: LONG_POLLING,
        advice: is_probe.then(|| Advice {
            timeout: Some(0),
            ..Advice::default()
        }),
        ext: session.batch().map(|ack| Acknowledgement { ack }),
    }])
}
