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
//! With the *ack* extension a connect acknowledges the last batch of messages, and its reply numbers the batch in this
//! response; an unacknowledged batch is sent again. A batch and its number are accepted together or not at all, so nothing
//! is lost or delivered twice. Messages without a number are accepted.

use tolerant_json::text::signed;

use super::poll_lane::{PollLane, Step};
use super::session::Session;
use crate::client::outputs::Outputs;
use crate::client::request::Request;
use crate::duration::Duration;
use crate::exchange::Endpoint;
use crate::message::{CONNECT, LONG_POLLING};
use crate::time::Instant;

/// Sends a connect that the server may hold for up to `held`, or a probe.
pub(super) fn send(
    session: &Session,
    is_probe: bool,
    held: Duration,
    poll: &mut PollLane,
    outputs: &mut Outputs,
    now: Instant,
) {
    let message = outputs.next_message();
    let id = outputs.send(Endpoint::Connect, body(message, session, is_probe));
    // After two failures a probe gets that time, too: the server may not support immediate replies.
    let is_quick = is_probe && poll.failures() < 2;
    let deadline = outputs.deadline(if is_quick { Duration::ZERO } else { held }, now);
    let step = match is_probe {
        true => Step::Probe,
        false => Step::Connect { held },
    };
    poll.sent(id, step, message, deadline, now);
}

fn body(message: u64, session: &Session, is_probe: bool) -> String {
    let mut request = Request::new(message, CONNECT);
    request.text("clientId", &session.client_id.0);
    request.text("connectionType", LONG_POLLING);
    if is_probe {
        request.json("advice", r#"{"timeout":0}"#);
    }
    if let Some(ack) = session.batch() {
        request.json("ext", &[r#"{"ack":"#, &signed(ack), "}"].concat());
    }
    request.into_body()
}
