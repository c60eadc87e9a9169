//! The session of one client: its subscriptions, waiting messages, held connect, advice, and end.

use super::held::{Connecting, Held};
use super::incoming::Incoming;
use super::options::Options;
use super::queue::{Json, Queue};
use super::replies::{Ack, Reply, gone};
use crate::advice::{self, Advice, Reconnect};
use crate::channel::{Channel, Pattern};
use crate::duration::Duration;
use crate::exchange::ExchangeId;
use crate::message::ClientId;
use crate::time::Instant;

/// Sessions end at multiples of this (CometD's `sweepPeriod`).
const SWEEP: Duration = Duration::from_millis(997);
/// The longest interval that a client may ask for.
const MOST_INTERVAL: Duration = Duration::from_secs(300);

#[derive(Debug)]
pub(super) struct Session {
    client: ClientId,
    owner: String,
    browser: String,
    subscriptions: Vec<Pattern>,
    queue: Queue,
    held: Option<Held>,
    /// When the session ends. None while a connect is handled or held.
    expires_at: Option<Instant>,
    /// Whether there was a connect: the first is never held.
    has_connected: bool,
    /// Whether the client knows the advice in force.
    knows_advice: bool,
    /// Whether its browser has the maximum number of other connects held.
    is_crowded: bool,
    /// The interval that the client announced in the advice of its connect.
    own_interval: Option<Duration>,
}

/// Whether the browser of a session has the maximum number of other connects held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crowd {
    /// Irrelevant: the connect is answered at once anyway.
    Unknown,
    No,
    Yes,
}

/// Why a session ends, as far as its held connect is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The client has disconnected.
    Disconnected,
    /// The application has ended it.
    Ended,
    /// Too many messages are waiting.
    QueueFull,
    /// The server has forgotten everything.
    Forgotten,
    /// No connect came in time.
    Expired,
}

impl Session {
    /// `/meta/handshake`: a session begins.
    ///
    /// | request MUST | request MAY | reply MUST | reply MAY |
    /// |---|---|---|---|
    /// | channel, version, supportedConnectionTypes | minimumVersion, ext, id | channel, successful; with success version, supportedConnectionTypes, clientId; without it error | advice, ext, id, minimumVersion |
    ///
    /// Messages travel with the reply only with `allowMessageDeliveryDuringHandshake`; its `x-messages` then has their
    /// number.
    ///
    /// Assumption: like CometD's servers this one ignores `version`, and accepts a client without connection types. Unlike
    /// them it refuses, as the protocol demands, a client that names no supported type.
    pub(super) fn new(
        client: ClientId,
        owner: &str,
        browser: &str,
        is_acknowledged: bool,
        options: &Options,
        now: Instant,
    ) -> Self {
        let mut session = Self {
            client,
            owner: owner.to_owned(),
            browser: browser.to_owned(),
            subscriptions: Vec::new(),
            queue: Queue::new(is_acknowledged),
            held: None,
            expires_at: None,
            has_connected: false,
            knows_advice: true,
            is_crowded: false,
            own_interval: None,
        };
        session.expect_connect(options, now);
        session
    }

    pub(super) fn client(&self) -> &ClientId {
        &self.client
    }

    pub(super) fn owner(&self) -> &str {
        &self.owner
    }

    pub(super) fn browser(&self) -> &str {
        &self.browser
    }

    pub(super) fn held(&self) -> Option<&Held> {
        self.held.as_ref()
    }

    /// Whether something is waiting for which a connect must not be held.
    pub(super) fn is_urgent(&self) -> bool {
        self.queue.is_urgent()
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
            multiple_clients: self.is_crowded.then_some(true),
            ..Advice::default()
        }
    }

    fn interval(&self, options: &Options) -> Duration {
        if self.is_crowded {
            // Assumption: CometD does not count this interval; one longer than `maxInterval` would then end every such
            // session.
            return options.multi_session_interval;
        }
        self.own_interval.unwrap_or(options.interval)
    }

    // Time

    /// When something is due: the reply to the held connect, or the end of the session.
    pub(super) fn due(&self) -> Option<Instant> {
        match &self.held {
            None => self.expires_at.map(next_sweep),
            Some(held) => Some(held.until()),
        }
    }

    /// A message other than a connect has come: the time until the session ends starts over.
    pub(super) fn heard(&mut self, options: &Options, now: Instant) {
        if self.expires_at.is_some() {
            self.expect_connect(options, now);
        }
    }

    /// Starts the time after which the session ends without a connect.
    fn expect_connect(&mut self, options: &Options, now: Instant) {
        self.expires_at = Some(now + self.interval(options) + options.max_interval);
    }

    // Connects

    /// `/meta/connect`: the request that is held until there is something to send.
    ///
    /// | request MUST | request MAY | reply MUST | reply MAY |
    /// |---|---|---|---|
    /// | channel, clientId, connectionType | advice, ext, id | channel, successful | advice, clientId, error, ext, id, timestamp |
    ///
    /// A connect is answered at once if it is the session's first, if it does not travel alone, if messages are waiting, if
    /// sent messages have not been acknowledged, if the client asks for it (`advice.timeout` 0), or if its browser has the
    /// maximum number of connects held. A second connect of a session ends the held one with an HTTP error.
    ///
    /// Advice is in the reply to a request that had advice, and when it has changed.
    ///
    /// Assumption: in CometD a client may have its connect held, and its session kept, as long as it asks for. Here a
    /// connect is held for at most `timeout`, and no interval is longer than five minutes.
    ///
    /// Assumption: CometD does not tell a session when its browser is no longer crowded, so the session keeps the longer
    /// interval until it happens to be advised; here it is told.
    ///
    /// Returns the connect to hold or answer, and the connect that it replaces.
    pub(super) fn connect(
        &mut self,
        message: &Incoming<'_>,
        options: &Options,
    ) -> (Connecting, Option<ExchangeId>) {
        let asked = message.advice();
        let own = |millis: Option<i64>, most: Duration| {
            let millis = millis.filter(|millis| *millis >= 0)?;
            Some(advice::span(millis).min(most))
        };
        let timeout = own(asked.as_ref().and_then(|a| a.timeout), options.timeout);
        self.own_interval = own(asked.as_ref().and_then(|a| a.interval), MOST_INTERVAL);
        self.expires_at = None;
        // The client may have forgotten the advice, as after a reload of its page.
        self.knows_advice &= asked.is_none();
        if let Some(seen) = message.ext().batch() {
            self.queue.acknowledge(seen);
        }
        let hold_for = match core::mem::replace(&mut self.has_connected, true) {
            false => Duration::ZERO,
            true => timeout.unwrap_or(options.timeout),
        };
        let replaced = self.held.take().map(|held| held.exchange());
        (Connecting::new(message.id(), hold_for), replaced)
    }

    /// Holds a connect. Returns the one that it replaces.
    pub(super) fn hold(&mut self, held: Held) -> Option<ExchangeId> {
        self.held.replace(held).map(|held| held.exchange())
    }

    /// Ends the wait of the held connect, if there is one.
    pub(super) fn release(&mut self) -> Option<(ExchangeId, Connecting)> {
        self.held.take().map(Held::release)
    }

    /// The client has closed the held connect.
    pub(super) fn held_is_gone(&mut self, options: &Options, now: Instant) {
        self.held = None;
        self.expect_connect(options, now);
    }

    /// The messages for a connect, and its reply. The next connect is expected from now on.
    pub(super) fn answer(
        &mut self,
        connect: Connecting,
        crowd: Crowd,
        options: &Options,
        now: Instant,
    ) -> (Vec<Json>, Reply) {
        let mut reply = connect.into_reply();
        if crowd != Crowd::Unknown {
            let is_crowded = crowd == Crowd::Yes;
            self.knows_advice &= is_crowded || !self.is_crowded;
            self.is_crowded = is_crowded;
        }
        self.expect_connect(options, now);
        let knows_advice = core::mem::replace(&mut self.knows_advice, true);
        let is_crowded = crowd == Crowd::Yes;
        if !knows_advice || is_crowded {
            let mut advice = self.advice(options);
            if knows_advice {
                advice.timeout = None;
            }
            if is_crowded && options.multi_session_interval.is_zero() {
                reply.successful = false;
                advice.reconnect = Some(Reconnect::None);
                advice.interval = None;
            }
            reply.advice = Some(advice);
        }
        let (messages, batch) = self.queue.close_batch();
        reply.ack = batch.map(Ack::Batch);
        (messages, reply)
    }

    // Messages

    pub(super) fn queue_length(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn push(&mut self, json: Json) {
        self.queue.push(json);
    }

    /// The messages for a response without a connect. None if they are acknowledged.
    pub(super) fn messages(&mut self) -> Vec<Json> {
        match self.queue.is_acknowledged() {
            true => Vec::new(),
            false => self.queue.close_batch().0,
        }
    }

    /// The messages for the reply to the handshake, which has their number, if they are allowed.
    pub(super) fn messages_for_handshake(
        &mut self,
        reply: &mut Reply,
        options: &Options,
    ) -> Vec<Json> {
        let has_ack = self.queue.is_acknowledged();
        let (messages, batch) = match options.allow_message_delivery_during_handshake {
            true => self.queue.close_batch(),
            false => (Vec::new(), None),
        };
        reply.messages = (!messages.is_empty()).then_some(messages.len());
        reply.ack = match batch {
            Some(batch) => Some(Ack::UsedFrom {
                enabled: true,
                batch,
            }),
            None => has_ack.then_some(Ack::Used(true)),
        };
        messages
    }

    // Subscriptions

    pub(super) fn subscriptions(&self) -> &[Pattern] {
        &self.subscriptions
    }

    pub(super) fn is_subscribed(&self, channel: &Channel) -> bool {
        let mut subscriptions = self.subscriptions.iter();
        subscriptions.any(|pattern| pattern.matches(channel))
    }

    /// Subscribes to all of these, or to none if there would be more than `most`.
    pub(super) fn subscribe(&mut self, patterns: &[Pattern], most: Option<usize>) -> bool {
        let mut all = self.subscriptions.clone();
        for pattern in patterns {
            if !all.contains(pattern) {
                all.push(pattern.clone());
            }
        }
        let is_new = all.len() > self.subscriptions.len();
        let is_refused = is_new && most.is_some_and(|most| all.len() > most);
        if !is_refused {
            self.subscriptions = all;
        }
        !is_refused
    }

    pub(super) fn unsubscribe(&mut self, pattern: &Pattern) {
        self.subscriptions.retain(|known| known != pattern);
    }

    // The end

    /// The messages for the held connect, if there is one.
    ///
    /// `/meta/disconnect`:
    ///
    /// | request MUST | request MAY | reply MUST | reply MAY |
    /// |---|---|---|---|
    /// | channel, clientId | ext, id | channel, successful | clientId, error, ext, id |
    ///
    /// | ended by | the held connect gets |
    /// |---|---|
    /// | the client | its reply, with the advice not to reconnect |
    /// | the application | a `/meta/disconnect` without id, and its reply, with the same advice |
    /// | the server, because too many messages are waiting | the same without advice: the new session reveals to the client that it missed something |
    ///
    /// This is the behaviour of CometD's Java server; the one for Node.js gives no advice if the application ends a session
    /// (observed on the wire).
    pub(super) fn end(mut self, ending: Ending) -> Option<(ExchangeId, Vec<Json>, Reply)> {
        let (exchange, connect) = self.release()?;
        let mut reply = connect.into_reply();
        if ending == Ending::Forgotten {
            reply.refuse_unknown_session();
            return Some((exchange, Vec::new(), reply));
        }
        let (mut messages, batch) = self.queue.close_batch();
        reply.ack = batch.map(Ack::Batch);
        if ending != Ending::Disconnected {
            messages.push(super::replies::disconnected());
        }
        if ending != Ending::QueueFull {
            reply.advice = Some(gone());
        }
        Some((exchange, messages, reply))
    }
}

/// The first sweep after a time.
fn next_sweep(at: Instant) -> Instant {
    let period = SWEEP.as_millis();
    let sweeps = at.as_millis() / period + 1;
    Instant::from_millis(sweeps.saturating_mul(period))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_ends_at_the_first_sweep_after_its_time() {
        let latest = u64::MAX - 1;
        for (at, expect) in [(500, 997), (997, 1_994), (998, 1_994), (latest, latest)] {
            assert_eq!(next_sweep(Instant::from_millis(at)).as_millis(), expect);
        }
    }
}
