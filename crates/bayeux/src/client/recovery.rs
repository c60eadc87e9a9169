//! What happens when something fails. One place decides for handshakes and connects alike: try
//! again (when?), begin a new session, ask for credentials, or stop and say why.

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
            self.retry(Reason::Refused(error), Duration::ZERO, now);
        }
    }

    /// A handshake or connect got no usable reply.
    pub(super) fn poll_failed(&mut self, request: &PollRequest, trouble: Trouble, now: Instant) {
        // The last moment at which nothing can have been missed is when this request began.
        if !request.is_handshake {
            self.missed_since.get_or_insert(request.sent_at);
        }
        match trouble {
            Trouble::Passing(reason) => {
                self.refusals = 0;
                self.retry(reason, Duration::ZERO, now);
            }
            Trouble::Busy(reason, retry_after) => {
                let patience = retry_after.unwrap_or_default();
                self.retry(reason, patience.min(self.config.max_retry_after), now);
            }
            Trouble::Rejected(reason) => {
                self.refusals += 1;
                if self.refusals >= self.config.max_refusals {
                    self.stop(reason, now);
                } else {
                    self.retry(reason, Duration::ZERO, now);
                }
            }
            Trouble::Credentials(response) => self.ask_for_credentials(response, now),
        }
    }

    /// Waits until the application has made the server know us again.
    pub(super) fn ask_for_credentials(&mut self, response: Response, now: Instant) {
        self.announced = false;
        self.abort_poll();
        self.next_poll = None;
        let reason = Reason::Credentials(response.status);
        self.set_phase(Phase::CredentialsNeeded, Some(reason), now);
        self.events.push_back(Event::CredentialsNeeded { response });
    }

    /// Tries again after a back-off, and not before `at_least` has passed.
    fn retry(&mut self, reason: Reason, at_least: Duration, now: Instant) {
        self.announced = false;
        let delay = self.backoff.fail().max(at_least);
        self.resume(delay, Some(reason), now);
    }

    /// Lets the poll go on after `delay`: with the session if there is one, else with a handshake.
    pub(super) fn resume(&mut self, delay: Duration, reason: Option<Reason>, now: Instant) {
        let outage = self.missed_since.map(|since| now.since(since));
        let kept = self.advice.max_interval.map(crate::advice::span);
        if let (Some(outage), Some(kept)) = (outage, kept)
            && outage + delay > kept + self.config.timeout
        {
            // By its own word the server has dropped the session: save the round trip.
            self.drop_session();
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

    /// Gives up a connect that is out for a while, and sends one that is answered at once. What the
    /// old one would have brought may be lost.
    pub(super) fn replace_poll(&mut self, now: Instant) {
        const YOUNG: Duration = Duration::from_secs(2);
        let old = self.poll.as_ref().map(|request| request.sent_at);
        if let Some(sent_at) = old.filter(|sent_at| now.since(*sent_at) >= YOUNG) {
            self.abort_poll();
            self.missed_since.get_or_insert(sent_at);
            self.announced = false;
            self.resume(Duration::ZERO, None, now);
        }
    }

    /// The server does not know the session any more: begin a new one, as soon as the advised
    /// interval and the budget allow.
    pub(super) fn lose_session(&mut self, reason: Reason, now: Instant) {
        let from = self.status.last_heard.unwrap_or(now);
        self.missed_since.get_or_insert(from);
        self.announced = false;
        self.drop_session();
        self.abort_poll();
        if self.advice.reconnect == Some(Reconnect::None) {
            return self.stop(reason, now);
        }
        let interval = self
            .advice
            .interval
            .map_or(Duration::ZERO, crate::advice::span);
        self.schedule_handshake(interval, now);
        self.set_phase(Phase::Waiting, Some(reason), now);
    }

    fn drop_session(&mut self) {
        self.session = None;
        self.want_all_subscriptions();
    }

    /// Ends all attempts. Waiting commands are settled.
    pub(super) fn stop(&mut self, reason: Reason, now: Instant) {
        self.announced = false;
        self.abort_poll();
        self.next_poll = None;
        self.drop_session();
        self.settle_waiting();
        self.set_phase(Phase::Stopped, Some(reason), now);
    }
}
