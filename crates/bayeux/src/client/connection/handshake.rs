//! `/meta/handshake`: requests a session.
//!
//! | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|
//! | channel, version, supportedConnectionTypes | minimumVersion, ext, id | channel, successful; with success version, supportedConnectionTypes, clientId; without it error | advice, ext, id, minimumVersion |
//!
//! It is sent alone, and not before the advised interval has passed. A server that names another version is never retried;
//! one that names none is accepted.

use tolerant_json::text::decimal;

use super::poll_lane::{PollLane, Step};
use crate::client::config::Config;
use crate::client::outputs::Outputs;
use crate::client::request::Request;
use crate::client::status::Reason;
use crate::duration::Duration;
use crate::exchange::Endpoint;
use crate::message::{ClientId, HANDSHAKE, LONG_POLLING, Message, VERSION};
use crate::time::Instant;

/// Sends a handshake.
pub(super) fn send(config: &Config, poll: &mut PollLane, outputs: &mut Outputs, now: Instant) {
    let message = outputs.next_message();
    let id = outputs.send(Endpoint::Handshake, body(message, config));
    let deadline = outputs.deadline(Duration::ZERO, now);
    poll.sent(id, Step::Handshake, message, deadline, now);
}

fn body(message: u64, config: &Config) -> String {
    let mut request = Request::new(message, HANDSHAKE);
    request.text("version", VERSION);
    request.text("minimumVersion", VERSION);
    request.json("supportedConnectionTypes", r#"["long-polling"]"#);
    let timeout = decimal(config.timeout.as_millis());
    let advice = [r#"{"interval":0,"timeout":"#, &timeout, "}"].concat();
    request.json("advice", &advice);
    if config.ack {
        request.json("ext", r#"{"ack":true}"#);
    }
    request.into_body()
}

/// The client id, if the reply grants a session.
pub(super) fn granted(reply: &Message<'_>) -> Option<ClientId> {
    let is_granted = reply.successful == Some(true);
    reply.client_id().filter(|_| is_granted)
}

/// Why a granted session can't be used.
pub(super) fn mismatch(reply: &Message<'_>) -> Option<Reason> {
    if reply.is_of_another_version() {
        return Some(Reason::OtherVersion);
    }
    let types = reply.connection_types();
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
