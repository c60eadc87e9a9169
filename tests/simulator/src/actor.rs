//! A client with whoever drives it: its clock, its timer, and what waits while it is frozen.

use core::time::Duration;

use bayeux::{Client, Config, Input, Instant};

use crate::watch::Watch;

/// A client and its driver.
#[derive(Debug)]
pub(crate) struct Actor {
    pub(crate) client: Client,
    pub(crate) watch: Watch,
    pub(crate) owner: String,
    pub(crate) browser: String,
    /// How long whatever it sends or is sent is under way at least.
    pub(crate) distance: Duration,
    /// How far its clock is ahead of the world's: it was set right, or ran on while the machine
    /// slept.
    pub(crate) ahead: Duration,
    /// When its timer goes off, by the world's clock.
    pub(crate) timer: Option<Instant>,
    /// Until when nothing of it runs.
    pub(crate) frozen_until: Option<Instant>,
    /// What arrived meanwhile.
    pub(crate) inbox: Vec<Input>,
    /// A hidden page's timers go off late.
    pub(crate) is_hidden: bool,
    pub(crate) is_offline: bool,
    /// Whether the application has closed it.
    pub(crate) is_closed: bool,
    /// What the application has subscribed to, by channel.
    pub(crate) subscriptions: Vec<usize>,
    /// The channels that the server refused, with the session in which it did.
    pub(crate) refused: Vec<(usize, u64)>,
    pub(crate) acknowledged: u64,
    /// Until when its connects are answered at once, by somebody's ill will.
    pub(crate) hurried_until: Instant,
    /// Until when something on the way answers everything, always with that HTTP status.
    pub(crate) walled_off: Option<(Instant, u16)>,
    /// Until then it is not told that a subscription begins or ends.
    pub(crate) kept_quiet_until: Instant,
}

impl Actor {
    pub(crate) fn new(number: usize, browser: usize, channels: usize, seed: u64) -> Self {
        Self {
            client: Client::new(Config::default(), seed),
            watch: Watch::new(channels, Instant::default()),
            owner: format!("owner-{number}"),
            browser: format!("browser-{browser}"),
            distance: Duration::ZERO,
            ahead: Duration::ZERO,
            timer: None,
            frozen_until: None,
            inbox: Vec::new(),
            is_hidden: false,
            is_offline: false,
            is_closed: false,
            subscriptions: Vec::new(),
            refused: Vec::new(),
            acknowledged: 0,
            hurried_until: Instant::default(),
            walled_off: None,
            kept_quiet_until: Instant::default(),
        }
    }

    /// The time on this client's clock.
    pub(crate) fn clock(&self, now: Instant) -> Instant {
        now + self.ahead
    }

    /// Whether the application has a subscription to the channel.
    pub(crate) fn wants(&self, channel: usize) -> bool {
        self.subscriptions.contains(&channel)
    }
}
