//! A client with its driver: clock, timer, and the inputs that wait while it is frozen.

use bayeux::{Client, Config, Duration, Event, Input, Instant};

use crate::deliveries::CHANNELS;
use crate::violation::Violation;
use crate::watch::Watch;

/// A client and its driver.
#[derive(Debug)]
pub(crate) struct Actor {
    pub(crate) client: Client,
    pub(crate) watch: Watch,
    pub(crate) owner: String,
    pub(crate) browser: String,
    /// How far its clock is ahead of the world's.
    pub(crate) ahead: Duration,
    /// When its timer fires, by the world's clock.
    pub(crate) timer: Option<Instant>,
    /// Whether it is stopped.
    pub(crate) is_frozen: bool,
    /// What has arrived since.
    pub(crate) inbox: Vec<Input>,
    /// Timers of hidden pages fire late.
    pub(crate) is_hidden: bool,
    pub(crate) is_offline: bool,
    /// Whether the application has closed it.
    pub(crate) is_closed: bool,
    /// The application's subscriptions, by channel.
    pub(crate) subscriptions: Vec<usize>,
    /// The channels that the server refused, with the session.
    pub(crate) refused: Vec<(usize, u64)>,
    /// Sessions whose messages were acknowledged.
    pub(crate) acknowledged: u64,
}

impl Actor {
    pub(crate) fn new(number: usize, browser: usize, channels: usize, seed: u64) -> Self {
        Self {
            client: Client::new(Config::default(), seed),
            watch: Watch::new(channels, Instant::default()),
            owner: format!("owner-{number}"),
            browser: format!("browser-{browser}"),
            ahead: Duration::ZERO,
            timer: None,
            is_frozen: false,
            inbox: Vec::new(),
            is_hidden: false,
            is_offline: false,
            is_closed: false,
            subscriptions: Vec::new(),
            refused: Vec::new(),
            acknowledged: 0,
        }
    }

    /// The time on this client's clock.
    pub(crate) fn clock(&self, now: Instant) -> Instant {
        now + self.ahead
    }

    /// Passes an input to the client. It must be polled afterwards.
    pub(crate) fn hand_over(&mut self, input: Input, clock: Instant) {
        let session = self.client.counters().sessions;
        let ended = match &input {
            Input::Response { id, response } => Some((*id, Some(response))),
            Input::Failed { id, .. } => Some((*id, None)),
            Input::Progress { .. } | Input::Wake | Input::Page(_) => None,
        };
        if let Some((id, response)) = ended {
            self.watch.ended(id, response, &self.client, clock);
        }
        self.client.handle(input, clock);
        if self.client.counters().sessions > session {
            self.watch.has_ack = self.client.has_ack();
            self.acknowledged += u64::from(self.client.has_ack());
        }
    }

    /// The client has an event for its application; `published` are the numbers of published
    /// messages by channel.
    pub(crate) fn take_event(&mut self, event: &Event, published: &[u64]) -> Result<(), Violation> {
        let channel_of = |name: &str| CHANNELS.iter().position(|channel| *channel == name);
        let session = self.client.counters().sessions;
        match event {
            Event::SubscriptionRefused { pattern, .. } => {
                let channel = channel_of(pattern.as_str());
                self.refused
                    .extend(channel.map(|channel| (channel, session)));
            }
            Event::Connected { .. } => {
                for channel in self.subscriptions.iter().copied() {
                    if !self.refused.contains(&(channel, session)) {
                        let deliveries = &mut self.watch.deliveries;
                        deliveries.subscribed(channel, published[channel]);
                    }
                }
            }
            _ => {}
        }
        self.watch.take_event(event, &self.client, channel_of)
    }

    /// The client is idle until this time, by its clock.
    pub(crate) fn is_idle(
        &mut self,
        wake_at: Option<Instant>,
        now: Instant,
    ) -> Result<(), Violation> {
        let clock = self.clock(now);
        self.watch.is_idle(&self.client, wake_at, clock)?;
        let due = wake_at.map(|at| at.before(self.ahead).max(now));
        // Timers of hidden pages fire once a second.
        self.timer = due.map(|at| match self.is_hidden {
            true => Instant::from_millis(at.as_millis().next_multiple_of(1_000)),
            false => at,
        });
        Ok(())
    }

    /// Whether the application has a subscription to the channel.
    pub(crate) fn wants(&self, channel: usize) -> bool {
        self.subscriptions.contains(&channel)
    }
}
