//! Refusals by HTTP status: `Retry-After`, 401, 4xx. The invariants of a client that obeys them.

use bayeux::{Endpoint, Instant, Phase, Response, Status};
use serde_json::Value;

use crate::pace::is_poll;
use crate::violation::Violation;

/// The number of consecutive HTTP refusals of polls after which a client stops.
const MAX_REFUSALS: u32 = 5;

/// The refusals.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    /// Until when to wait because of `Retry-After`, in reply to a poll and to a command.
    patience: Instant,
    command_patience: Instant,
    /// Consecutive refusals (4xx) of polls.
    in_a_row: u32,
    /// A poll was just refused without credentials.
    must_ask: bool,
}

/// Whether the HTTP status decides, and not a CometD error or advice in the body.
pub(crate) fn goes_by_status(status: u16, messages: &[Value]) -> bool {
    match status {
        200..=299 => false,
        400 | 401 | 403 | 404 | 413 => !messages.iter().any(has_instruction),
        _ => true,
    }
}

/// Whether a message tells a client what to do with its session.
fn has_instruction(message: &Value) -> bool {
    let error = message["error"].as_str().unwrap_or_default();
    let advice = &message["advice"];
    let advised = [&advice["reconnect"], &advice["long-polling"]["reconnect"]];
    error == "402::session_unknown" || advised.iter().any(|advised| advised.is_string())
}

impl Refusals {
    /// The application starts over.
    pub(crate) fn begin_anew(&mut self) {
        self.patience = Instant::default();
        self.in_a_row = 0;
    }

    /// A person wants a retry now.
    pub(crate) fn hurried(&mut self) {
        self.patience = Instant::default();
        self.command_patience = Instant::default();
    }

    /// A poll was answered successfully.
    pub(crate) fn succeeded(&mut self, endpoint: Endpoint) {
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

    /// A request of the current session that is not a poll was answered.
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
                "{endpoint:?} was sent before the end of Retry-After at {until:?}"
            ))),
            false => Ok(()),
        }
    }

    /// Whether the client obeys.
    pub(crate) fn are_obeyed(&mut self, status: &Status) -> Result<(), Violation> {
        let has_ended = matches!(status.phase, Phase::Stopped | Phase::Idle);
        if self.in_a_row >= MAX_REFUSALS && !has_ended {
            return Err(Violation(format!(
                "it continues after {} refusals by HTTP: {status:?}",
                self.in_a_row
            )));
        }
        if core::mem::take(&mut self.must_ask) && status.phase != Phase::CredentialsNeeded {
            return Err(Violation(format!(
                "credentials are needed, and not asked for: {status:?}"
            )));
        }
        Ok(())
    }
}
