//! `/meta/handshake`: requests a session.
//!
//! | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|
//! | channel, version, supportedConnectionTypes | minimumVersion, ext, id | channel, successful; with success version, supportedConnectionTypes, clientId; without it error | advice, ext, id, minimumVersion |
//!
//! It is sent alone, and not before the advised interval has passed. A server that names another
//! version is never tried again; one that names none is accepted.

use serde::Serialize;

use crate::advice::Advice;
use crate::client::config::Config;
use crate::client::status::Reason;
use crate::message::{self, ClientId, HANDSHAKE, LONG_POLLING, Message, VERSION};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    id: String,
    channel: &'static str,
    version: &'static str,
    minimum_version: &'static str,
    supported_connection_types: [&'static str; 1],
    advice: Advice,
    #[serde(skip_serializing_if = "Option::is_none")]
    ext: Option<Offer>,
}

#[derive(Serialize)]
struct Offer {
    ack: bool,
}

/// The body of a request.
pub(super) fn request(id: u64, config: &Config) -> Vec<u8> {
    message::body(&[Request {
        id: id.to_string(),
        channel: HANDSHAKE,
        version: VERSION,
        minimum_version: VERSION,
        supported_connection_types: [LONG_POLLING],
        advice: Advice {
            interval: Some(0),
            timeout: i64::try_from(config.timeout.as_millis()).ok(),
            ..Advice::default()
        },
        ext: config.ack.then_some(Offer { ack: true }),
    }])
}

/// The client id, if the reply grants a session.
pub(super) fn granted(reply: &mut Message<'_>) -> Option<ClientId> {
    let is_granted = reply.successful == Some(true);
    reply.client_id.take().filter(|_| is_granted)
}

/// Why a session that was granted can't be used.
pub(super) fn mismatch(reply: &Message<'_>) -> Option<Reason> {
    if reply.is_of_another_version {
        return Some(Reason::OtherVersion);
    }
    let types = reply.supported_connection_types.as_deref();
    let offers =
        types.is_none_or(|types| types.is_empty() || types.iter().any(|name| name == LONG_POLLING));
    (!offers).then_some(Reason::NoCommonTransport)
}

/// The number of the first batch, if messages will be acknowledged; -1 by the extension's convention.
pub(super) fn first_batch(reply: &Message<'_>, config: &Config) -> Option<i64> {
    let ext = reply.ext();
    let has_ack = config.ack && ext.offers_ack();
    has_ack.then(|| ext.first_batch().unwrap_or(-1))
}
