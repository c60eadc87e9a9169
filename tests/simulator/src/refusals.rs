//! What a server, or something on the way to it, says by HTTP alone: have patience, sign in, go
//! away. The invariants of a client that listens.

use bayeux::{Endpoint, Instant, Phase, Response, Status};
use serde_json::Value;

use crate::pace::is_poll;
use crate::violation::Violation;

/// HTTP refusals of polls in a row with which a client stops.
const MAX_REFUSALS: u32 = 5;

/// What was said.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    /// Until when the server has asked for patience, in answer to a poll and to a command.
    patience: Instant,
    command_patience: Instant,
    /// Refusals (4xx) of polls in a row.
    in_a_row: u32,
    /// A poll was just refused for want of credentials.
    must_ask: bool,
}

/// Whether the HTTP status decides. What a refusal says in the protocol's words goes before if it
/// says more.
pub(crate) fn goes_by_status(status: u16, messages: &[Value]) -> bool {
    match status {
        200..=299 => false,
        400 | 401 | 403 | 404 | 413 => !messages.iter().any(says_how_to_go_on),
        _ => true,
    }
}

/// Whether a message tells a client what to do with its session.
fn says_how_to_go_on(message: &Value) -> bool {
    let error = message["error"].as_str().unwrap_or_default();
    let advice = &message["advice"];
    let advised = [&advice["reconnect"], &advice["long-polling"]["reconnect"]];
    error == "402::session_unknown" || advised.iter().any(|advised| advised.is_string())
}

impl Refusals {
    /// The application begins anew.
    pub(crate) fn begin_anew(&mut self) {
        self.patience = Instant::default();
        self.in_a_row = 0;
    }

    /// A person does not want to wait.
    pub(crate) fn hurried(&mut self) {
        self.patience = Instant::default();
        self.command_patience = Instant::default();
    }

    /// A poll was answered with success.
    pub(crate) fn heard(&mut self, endpoint: Endpoint) {
        self.patience = Instant::default();
        if endpoint == Endpoint::Handshake {
            self.command_patience = Instant::default();
        }
    }

    /// A request was cut off, or failed.
    pub(crate) fn failed(&mut self) {
        self.in_a_row = 0;
    }

    /// A poll was answered.
    pub(crate) fn poll_answered(&mut self, response: &Response, by_status: bool, now: Instant) {
        let status = response.status;
        if let (429 | 503, Some(asked)) = (status, response.retry_after) {
            self.patience = now + asked;
        }
        let is_refusal = by_status && matches!(status, 400 | 404 | 413);
        self.in_a_row = if is_refusal { self.in_a_row + 1 } else { 0 };
        self.must_ask = by_status && matches!(status, 401 | 403);
    }

    /// A request of the present session was answered that is no poll.
    pub(crate) fn command_answered(&mut self, response: &Response, now: Instant) {
        if let (429 | 503, Some(asked)) = (response.status, response.retry_after) {
            self.command_patience = now + asked;
        }
    }

    /// Whether a request may leave.
    pub(crate) fn may_leave(&self, endpoint: Endpoint, now: Instant) -> Result<(), Violation> {
        let until = match endpoint {
            _ if is_poll(endpoint) => self.patience,
            Endpoint::Disconnect => Instant::default(),
            _ => self.patience.max(self.command_patience),
        };
        match now < until {
            true => Err(Violation(format!(
                "{endpoint:?} was sent though the server asked for patience until {until:?}"
            ))),
            false => Ok(()),
        }
    }

    /// Whether the client has done what it was told.
    pub(crate) fn are_heeded(&mut self, status: &Status) -> Result<(), Violation> {
        let has_ended = matches!(status.phase, Phase::Stopped | Phase::Idle);
        if self.in_a_row >= MAX_REFUSALS && !has_ended {
            return Err(Violation(format!(
                "it goes on after {} refusals by HTTP: {status:?}",
                self.in_a_row
            )));
        }
        if core::mem::take(&mut self.must_ask) && status.phase != Phase::CredentialsNeeded {
            return Err(Violation(format!(
                "the server wants credentials, and nobody is asked for them: {status:?}"
            )));
        }
        Ok(())
    }
}
