//! What happens when something fails. One place decides for handshakes and connects alike: try
//! again (when?), begin a new session, ask for credentials, or stop and say why.
//!
//! | what came of the poll | client |
//! |---|---|
//! | advice `retry` | MAY connect again, after the advised interval |
//! | advice `handshake`, or a session that is unknown | MUST handshake, and MUST NOT just connect: so it does, as fast as the budget allows |
//! | advice `none`, or a negative interval | MUST NOT do either: it stops |
//! | `successful: false` without advice | SHOULD back off: so it does |
//! | no response, HTTP 408 or 5xx, a web page, no reply | backs off |
//! | HTTP 429 or 503 | backs off for `Retry-After`, and some more, so that not everybody comes back at once |
//! | HTTP 401 or 403 | asks for credentials, and waits for them; asks for the next ones only after a back-off |
//! | any other HTTP 4xx | backs off, and stops after a few |
//! | HTTP 4xx with a message that says that the session is unknown, or advises `reconnect` | goes by the messages |
//!
//! Source: Bayeux 1.0, *advice*; the rows about HTTP are our own.

use core::time::Duration;

use super::lanes::{PollRequest, Trouble};
use super::{Client, Event, Phase, Reason};
use crate::advice::Reconnect;
use crate::exchange::Response;
use crate::message::Message;
use crate::time::Instant;

impl Client {
    /// A handshake or connect was answered with `successful: false`. Advice decides first, then the
    /// error.
    pub(super) fn poll_refused(&mut self, reply: &Message<'_>, now: Instant) {
        let error = reply.protocol_error();
        let unknown =
            self.advice.reconnect == Some(Reconnect::Handshake) || error.is_session_unknown();
        if self.advice.reconnect == Some(Reconnect::None) {
            self.stop(Reason::Refused(error), now);
        } else if unknown && self.session.is_some() {
            self.lose_session(Reason::SessionUnknown, now);
        } else {
            self.retry(Reason::Refused(error), now);
        }
    }

    /// A handshake or connect got no usable reply.
    pub(super) fn poll_failed(&mut self, request: &PollRequest, trouble: Trouble, now: Instant) {
        self.counters.failures += 1;
        self.connect_ended = now;
        if !request.is_handshake {
            self.may_miss_since(self.complete_until_or(request.sent_at));
        }
        match trouble {
            Trouble::Passing(reason) => {
                self.refusals = 0;
                self.retry(reason, now);
            }
            Trouble::Busy(reason, retry_after) => {
                let asked = retry_after.unwrap_or_default();
                let delay = self
                    .backoff
                    .fail_after(asked.min(self.config.max_retry_after));
                if !asked.is_zero() {
                    self.busy_until = now + delay;
                }
                self.announced = false;
                self.resume(delay, Some(reason), now);
            }
            Trouble::Rejected(reason) => {
                self.refusals += 1;
                if self.refusals >= self.config.max_refusals {
                    self.stop(reason, now);
                } else {
                    self.retry(reason, now);
                }
            }
            Trouble::Credentials(response) => self.ask_for_credentials(response, now),
        }
    }

    /// Waits until the application has made the server know us again.
    pub(super) fn ask_for_credentials(&mut self, response: Response, now: Instant) {
        if self.status.phase == Phase::CredentialsNeeded {
            // It was asked already: both requests found out.
            return;
        }
        self.announced = false;
        if let Some(request) = &self.poll {
            self.may_miss_since(self.complete_until_or(request.sent_at));
            self.connect_ended = now;
        }
        self.abort_poll();
        self.next_poll = None;
        let reason = Reason::Credentials(response.status);
        self.set_phase(Phase::CredentialsNeeded, Some(reason), now);
        self.events.push_back(Event::CredentialsNeeded { response });
    }

    /// Tries again after a back-off.
    pub(super) fn retry(&mut self, reason: Reason, now: Instant) {
        self.announced = false;
        let delay = self.backoff.fail();
        self.resume(delay, Some(reason), now);
    }

    /// Lets the poll go on after `delay`: with the session if there is one, else with a handshake.
    pub(super) fn resume(&mut self, delay: Duration, reason: Option<Reason>, now: Instant) {
        match self.advice.reconnect {
            Some(Reconnect::None) => {
                return self.stop(reason.unwrap_or(Reason::ToldToStop), now);
            }
            Some(Reconnect::Handshake) => self.drop_session(now),
            Some(Reconnect::Retry) | None => {}
        }
        let outage = self.status.last_heard.map(|heard| now.since(heard));
        let kept = self.advice.max_interval.map(crate::advice::span);
        let (timeout, interval) = (self.poll_timeout(), self.advised_interval());
        if let (Some(outage), Some(kept)) = (outage, kept)
            && outage + delay > timeout + interval.unwrap_or_default() + kept
        {
            // By its own word the server has dropped the session: save the round trip.
            self.drop_session(now);
        }
        if self.session.is_some() {
            self.schedule_connect(delay, now);
        } else {
            self.schedule_handshake(delay, now);
        }
        // Advice may forbid another connect.
        if self.status.phase != Phase::Stopped {
            self.set_phase(Phase::Waiting, reason, now);
        }
    }

    /// The server does not know the session any more: begin a new one, as soon as the advised
    /// interval and the budget allow.
    pub(super) fn lose_session(&mut self, reason: Reason, now: Instant) {
        self.announced = false;
        self.drop_session(now);
        self.abort_poll();
        if self.status.phase == Phase::CredentialsNeeded {
            // A new one is begun when they are there.
            return;
        }
        if self.advice.reconnect == Some(Reconnect::None) {
            return self.stop(reason, now);
        }
        self.schedule_handshake(Duration::ZERO, now);
        if self.status.phase != Phase::Stopped {
            self.set_phase(Phase::Waiting, Some(reason), now);
        }
    }

    /// Forgets the session, and with it what the server may have kept for us.
    fn drop_session(&mut self, now: Instant) {
        if let Some(session) = self.session.take() {
            let command = self.command.as_ref();
            let command = command.filter(|request| request.session == session.number);
            // What may come with its response is not taken any more.
            let command = command.filter(|_| session.batch.is_none());
            let from = self.complete_until_or(now);
            self.missed_from(command.map_or(from, |request| request.complete_until.min(from)));
        }
        self.want_all_subscriptions();
        if self.advice.reconnect == Some(Reconnect::Handshake) {
            // It is done with this.
            self.advice.reconnect = None;
        }
    }

    /// From then on events may be missing; not with acknowledged messages, as long as the session
    /// lasts.
    pub(super) fn may_miss_since(&mut self, from: Instant) {
        if self.session.is_some() && !self.has_ack() {
            self.missed_from(from);
        }
    }

    fn missed_from(&mut self, from: Instant) {
        self.missed_since = Some(self.missed_since.map_or(from, |since| since.min(from)));
    }

    /// Until when nothing can have been missed if a request that was sent then gets no response:
    /// what had been published when the poll left that was answered last came with its response, or
    /// before. How old that response was when it was heard, nobody can tell: the machine may have
    /// slept. What was published since may ride on any response, however late the request: no poll
    /// may have been out, or the server may have kept the message back (CometD's lazy ones).
    pub(super) fn complete_until_or(&self, sent_at: Instant) -> Instant {
        self.complete_until.unwrap_or(sent_at)
    }

    /// Whether there is a session whose messages are acknowledged.
    pub fn has_ack(&self) -> bool {
        self.session.as_ref().is_some_and(|s| s.batch.is_some())
    }

    /// For how long a connect may be held: as advised, but not so long that one whose connection
    /// has died would never be missed.
    pub(super) fn poll_timeout(&self) -> Duration {
        const MOST: Duration = Duration::from_secs(600);
        let advised = self.advice.timeout.map(crate::advice::span);
        advised.unwrap_or(self.config.timeout).min(MOST)
    }

    /// The server has answered a poll with success: whatever it asked for before, it has the time.
    pub(super) fn heard(&mut self, now: Instant) {
        self.status.last_heard = Some(now);
        self.busy_until = now;
    }

    /// Ends all attempts. Waiting commands are settled.
    pub(super) fn stop(&mut self, reason: Reason, now: Instant) {
        self.announced = false;
        self.abort_poll();
        self.next_poll = None;
        self.drop_session(now);
        self.settle_waiting();
        self.set_phase(Phase::Stopped, Some(reason), now);
    }
}
