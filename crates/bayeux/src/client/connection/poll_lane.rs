//! The poll: the one handshake or connect that is out, when the next one is sent, and the reactions to failures.
//!
//! | failure | client |
//! |---|---|
//! | no response, HTTP 402, 408 or 5xx, a web page, no reply | backs off |
//! | `successful: false` without advice | SHOULD back off: does |
//! | HTTP 429 or 503 | backs off for `Retry-After` plus a random time, so that clients don't return all at once |
//! | HTTP 401 or 403 | asks for credentials and waits for them; backs off if they don't help |
//! | HTTP 404, or another that rejects the request as such | backs off, and stops after a few |
//!
//! Source: Bayeux 1.0, *advice*; the rows about HTTP are our own.

use super::pace::{Budget, Floor};
use crate::backoff::Backoff;
use crate::client::config::Config;
use crate::client::response::RequestError;
use crate::client::status::Reason;
use crate::duration::Duration;
use crate::exchange::{ExchangeId, Response};
use crate::message::{CONNECT, HANDSHAKE};
use crate::time::Instant;

/// A kind of poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Handshake,
    /// A connect that asks for an immediate reply.
    Probe,
    Connect {
        /// How long the server may hold it.
        held: Duration,
    },
}

impl Step {
    /// The channel of the message, and of its reply.
    pub(super) fn channel(self) -> &'static str {
        match self {
            Self::Handshake => HANDSHAKE,
            Self::Probe | Self::Connect { .. } => CONNECT,
        }
    }
}

/// A poll that is out.
#[derive(Debug)]
pub(in crate::client) struct PollRequest {
    pub(super) id: ExchangeId,
    pub(super) step: Step,
    pub(super) sent_at: Instant,
    pub(super) deadline: Instant,
    /// The `id` of its message.
    pub(super) message: u64,
}

/// The reaction to a failed poll.
#[derive(Debug)]
pub(super) enum Next {
    /// Another poll after this delay.
    Retry(Duration, Reason),
    /// No further poll.
    Stop(Reason),
    /// No poll until there are credentials.
    AskForCredentials(Response),
}

/// At most one poll is out.
#[derive(Debug)]
pub(super) struct PollLane {
    request: Option<Box<PollRequest>>,
    /// When to send the next one.
    next: Option<Instant>,
    /// When the last one ended: the advised interval begins then.
    ended_at: Instant,
    /// Until when the server asked to wait.
    busy_until: Instant,
    backoff: Backoff,
    handshakes: Budget,
    floor: Floor,
    /// HTTP rejections in a row.
    refusals: u32,
    max_refusals: u32,
    max_retry_after: Duration,
}

impl PollLane {
    pub(super) fn new(config: &Config, seed: u64) -> Self {
        Self {
            request: None,
            next: None,
            ended_at: Instant::default(),
            busy_until: Instant::default(),
            backoff: Backoff::new(config.backoff, config.max_backoff, seed),
            handshakes: Budget::new(config.handshake_burst, config.handshake_refill),
            floor: Floor::default(),
            refusals: 0,
            max_refusals: config.max_refusals,
            max_retry_after: config.max_retry_after,
        }
    }

    // The next poll

    /// Schedules a connect.
    pub(super) fn schedule_connect(&mut self, delay: Duration, now: Instant) {
        self.next = Some(now + delay);
    }

    /// Schedules a handshake, as the budget allows.
    pub(super) fn schedule_handshake(&mut self, delay: Duration, now: Instant) {
        self.next = Some(self.handshakes.next(now).max(now + delay));
    }

    /// When the next one was scheduled, regardless of advice.
    pub(super) fn planned(&self) -> Option<Instant> {
        self.next
    }

    /// When the next one is due with this interval.
    pub(super) fn due(&self, interval: Duration) -> Option<Instant> {
        let at = self.planned()?;
        Some(at.max(self.ended_at + interval).max(self.busy_until))
    }

    /// Whether the next one is to be sent now; it is then no longer scheduled.
    pub(super) fn begin(&mut self, interval: Duration, now: Instant) -> bool {
        let is_due = self.due(interval).is_some_and(|at| at <= now);
        let next = self.next.take_if(|_| is_due && self.request.is_none());
        next.is_some()
    }

    // The request

    /// A poll was sent.
    pub(super) fn sent(
        &mut self,
        id: ExchangeId,
        step: Step,
        message: u64,
        deadline: Instant,
        now: Instant,
    ) {
        if step == Step::Handshake {
            self.handshakes.spend(now);
        }
        self.request = Some(Box::new(PollRequest {
            id,
            step,
            sent_at: now,
            deadline,
            message,
        }));
    }

    /// Takes the request with this id, if it is out.
    pub(super) fn take(&mut self, id: ExchangeId) -> Option<Box<PollRequest>> {
        self.request.take_if(|request| request.id == id)
    }

    /// Takes a request whose deadline has passed.
    pub(super) fn take_overdue(&mut self, now: Instant) -> Option<Box<PollRequest>> {
        self.request.take_if(|request| request.deadline <= now)
    }

    /// Takes the request, to be aborted, and cancels the next.
    pub(super) fn stop(&mut self) -> Option<Box<PollRequest>> {
        self.next = None;
        self.request.take()
    }

    /// When the request that is out was sent.
    pub(super) fn sent_at(&self) -> Option<Instant> {
        self.request.as_ref().map(|request| request.sent_at)
    }

    /// Moves the deadline of the request with this id.
    pub(super) fn extend(&mut self, id: ExchangeId, deadline: Instant) {
        if let Some(request) = self.request.as_mut().filter(|request| request.id == id) {
            request.deadline = request.deadline.max(deadline);
        }
    }

    /// The deadline of the request, or when the next one is due.
    pub(super) fn wake_at(&self, interval: Duration) -> Option<Instant> {
        match &self.request {
            Some(request) => Some(request.deadline),
            None => self.due(interval),
        }
    }

    // Results

    /// A poll has ended, successfully or not.
    pub(super) fn ended(&mut self, now: Instant) {
        self.ended_at = now;
    }

    /// A connect was answered successfully; returns the pause before the next.
    pub(super) fn succeeded(
        &mut self,
        request: &PollRequest,
        interval: Duration,
        has_events: bool,
        now: Instant,
    ) -> Duration {
        self.backoff.reset();
        self.refusals = 0;
        let took = now.since(request.sent_at);
        match request.step {
            Step::Connect { held } => self.floor.after(held, took, interval, has_events),
            Step::Handshake | Step::Probe => Duration::ZERO,
        }
    }

    /// A poll got no usable response.
    pub(super) fn failed(&mut self, error: RequestError, now: Instant) -> Next {
        match error {
            RequestError::Transient(reason) => {
                self.refusals = 0;
                Next::Retry(self.back_off(), reason)
            }
            RequestError::Busy(reason, retry_after) => {
                let asked = retry_after.unwrap_or_default().min(self.max_retry_after);
                let delay = self.backoff.fail_after(asked);
                if !asked.is_zero() {
                    self.busy_until = now + delay;
                }
                Next::Retry(delay, reason)
            }
            RequestError::Rejected(reason) => {
                self.refusals += 1;
                match self.refusals >= self.max_refusals {
                    true => Next::Stop(reason),
                    false => Next::Retry(self.back_off(), reason),
                }
            }
            RequestError::Unauthorized(response) => Next::AskForCredentials(response),
        }
    }

    /// The delay after one more failure.
    pub(super) fn back_off(&mut self) -> Duration {
        self.backoff.fail()
    }

    /// Failures in a row.
    pub(super) fn failures(&self) -> u32 {
        self.backoff.failures()
    }

    /// Until when no request may be sent.
    pub(super) fn busy_until(&self) -> Instant {
        self.busy_until
    }

    /// The server answered, or a person wants to retry at once.
    pub(super) fn end_wait(&mut self, now: Instant) {
        self.busy_until = now;
    }

    /// Forgets earlier failures.
    pub(super) fn reset(&mut self, now: Instant) {
        self.refusals = 0;
        self.busy_until = now;
        self.backoff.reset();
    }
}
