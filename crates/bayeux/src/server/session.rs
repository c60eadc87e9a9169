//! What the server keeps of a client.

use core::time::Duration;

use super::connect::Held;
use super::options::Options;
use super::queue::Queue;
use crate::advice::{Advice, Reconnect};
use crate::channel::{Channel, Pattern};
use crate::message::ClientId;
use crate::time::Instant;

/// A client's session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) client: ClientId,
    pub(super) owner: String,
    pub(super) browser: String,
    pub(super) subscriptions: Vec<Pattern>,
    pub(super) queue: Queue,
    pub(super) held: Option<Held>,
    /// When the session ends; none while a connect is being dealt with or held.
    expires_at: Option<Instant>,
    /// When the last message came.
    heard_at: Instant,
    /// The first connect is never held.
    pub(super) has_connected: bool,
    /// Whether the client has been told the advice in force.
    pub(super) knows_advice: bool,
    /// Whether the client was last told that its browser has other sessions.
    pub(super) is_one_of_many: bool,
    /// The interval that the client itself means to keep, from the advice in its connect.
    pub(super) own_interval: Option<Duration>,
    /// Whether messages ride on replies to connects alone.
    pub(super) connect_only: bool,
}

impl Session {
    pub(super) fn new(client: ClientId, owner: &str, browser: &str, now: Instant) -> Self {
        Self {
            client,
            owner: owner.to_owned(),
            browser: browser.to_owned(),
            subscriptions: Vec::new(),
            queue: Queue::new(),
            held: None,
            expires_at: None,
            heard_at: now,
            has_connected: false,
            knows_advice: false,
            is_one_of_many: false,
            own_interval: None,
            connect_only: false,
        }
    }

    pub(super) fn wants(&self, channel: &Channel) -> bool {
        self.subscriptions
            .iter()
            .any(|pattern| pattern.matches(channel))
    }

    /// A message has come, other than a connect: the time until the session ends begins anew.
    pub(super) fn heard(&mut self, options: &Options, now: Instant) {
        self.heard_at = now;
        if self.expires_at.is_some() {
            self.expect_connect(options, now);
        }
    }

    /// A connect has come: the session does not end while it is dealt with.
    pub(super) fn heard_connect(&mut self, now: Instant) {
        self.heard_at = now;
        self.expires_at = None;
    }

    /// Lets the time run after which the session ends.
    pub(super) fn expect_connect(&mut self, options: &Options, now: Instant) {
        let interval = self.interval(options) + options.max_interval;
        self.expires_at = Some(now + interval);
    }

    fn interval(&self, options: &Options) -> Duration {
        if self.is_one_of_many {
            // Assumption: CometD doesn't count this; a longer interval than `maxInterval` would
            // then end every such session.
            return options.multi_session_interval;
        }
        self.own_interval.unwrap_or(options.interval)
    }

    /// When something is to be done of itself.
    pub(super) fn due(&self, options: &Options) -> Option<Instant> {
        let swept = |at| next_sweep(at, options.sweep_period);
        match &self.held {
            None => self.expires_at.map(swept),
            Some(held) => {
                let stuck = options
                    .max_processing
                    .map(|span| swept(self.heard_at + span));
                Some(stuck.map_or(held.until, |stuck| stuck.min(held.until)))
            }
        }
    }

    /// Whether a connect is held that has waited long enough; otherwise what is due is the
    /// session's end.
    pub(super) fn is_answer_due(&self, now: Instant) -> bool {
        self.held.as_ref().is_some_and(|held| held.until <= now)
    }

    /// The advice in force for this client.
    pub(super) fn advice(&self, options: &Options) -> Advice {
        let millis = |span: Duration| i64::try_from(span.as_millis()).ok();
        Advice {
            reconnect: Some(Reconnect::Retry),
            interval: millis(self.interval(options)),
            timeout: millis(options.timeout),
            max_interval: options
                .handshake_reconnect
                .then(|| millis(options.max_interval))
                .flatten(),
            multiple_clients: self.is_one_of_many.then_some(true),
            ..Advice::default()
        }
    }
}

/// The first sweep at which a time is over. Sweeps are at multiples of their period.
fn next_sweep(at: Instant, period: Duration) -> Instant {
    let period = u64::try_from(period.as_millis()).unwrap_or(u64::MAX);
    if period == 0 {
        return at;
    }
    let sweeps = at.as_millis() / period + 1;
    Instant::from_millis(sweeps.saturating_mul(period))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_swept_at_the_first_sweep_after_its_end() {
        let check = |at, period, expect| {
            let swept = next_sweep(Instant::from_millis(at), Duration::from_millis(period));
            assert_eq!(swept.as_millis(), expect, "{at} {period}");
        };
        check(500, 0, 500);
        check(500, 997, 997);
        check(997, 997, 1_994);
        check(998, 997, 1_994);
        check(u64::MAX, 2, u64::MAX);
    }
}
