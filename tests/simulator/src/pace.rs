//! Limits on a client's requests, whatever the responses.

use std::collections::{HashMap, VecDeque};

use bayeux::{Duration, Endpoint, Instant};

use crate::violation::Violation;

/// The number of handshakes that may follow one another at once.
const HANDSHAKE_BURST: u64 = 5;
/// After that, one handshake is allowed per this interval.
pub(crate) const HANDSHAKE_REFILL: Duration = Duration::from_secs(10);
/// The maximum number of requests in any second. Scripts send at most a few commands a second, and a
/// server that answers connects at once gets a few more. Anything more is a loop.
const REQUESTS_A_SECOND: usize = 30;
/// The maximum number of subscribes to one channel within [`REPEATED`]: by the application, in new
/// sessions, and repeated with back-off while unanswered.
const SUBSCRIBES: usize = 25;
const REPEATED: Duration = Duration::from_secs(10);
/// The maximum number of connects within [`EMPTY`] that were answered early and empty, without an
/// advised interval: a few are free, then the client slows down. Each other response allows for more.
const EMPTY_CONNECTS: usize = 18;
const EMPTY_MORE: usize = 4;
const EMPTY: Duration = Duration::from_secs(10);
/// A connect that takes longer was held.
const HELD: Duration = Duration::from_secs(1);
/// From this advised interval up, the server controls the rate.
const EASY: Duration = Duration::from_millis(250);
/// The maximum number of polls within [`UNHEARD`] without a usable response between them. With a
/// back-off of 1, 2, 4 … seconds and full jitter, more are next to impossible. Each event that lets the
/// client retry at once (a command, an event of the page) allows for one more.
const POLLS_UNHEARD: usize = 14;
const UNHEARD: Duration = Duration::from_secs(10);

/// Whether a request is a poll, which follow one another as long as a client is open.
pub(crate) fn is_poll(endpoint: Endpoint) -> bool {
    matches!(endpoint, Endpoint::Handshake | Endpoint::Connect)
}

/// When a client sent requests that are limited.
#[derive(Debug)]
pub(crate) struct Pace {
    /// The rest of the budget for handshakes, in milliseconds of refill.
    handshake_budget: u64,
    handshake_budget_at: Instant,
    recent: VecDeque<Instant>,
    /// Polls since a usable response, and events that let the client retry at once.
    unheard: VecDeque<Instant>,
    nudges: VecDeque<Instant>,
    /// When connects were answered early and empty, and when other polls were answered.
    empty: VecDeque<Instant>,
    others: VecDeque<Instant>,
    /// When subscribes were sent, by their channel.
    subscribes: HashMap<String, VecDeque<Instant>>,
}

/// A poll that was answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answered {
    pub(crate) endpoint: Endpoint,
    /// How long it took, and how long the server would hold it by its advice.
    pub(crate) took: Duration,
    pub(crate) held: Duration,
    /// The advised interval.
    pub(crate) interval: Duration,
    pub(crate) is_empty: bool,
}

impl Pace {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            handshake_budget: full_budget(),
            handshake_budget_at: now,
            recent: VecDeque::new(),
            unheard: VecDeque::new(),
            nudges: VecDeque::new(),
            empty: VecDeque::new(),
            others: VecDeque::new(),
            subscribes: HashMap::new(),
        }
    }

    /// An event that lets the client retry at once, whatever its back-off.
    pub(crate) fn nudged(&mut self, now: Instant) {
        self.nudges.push_back(now);
    }

    /// A usable response.
    pub(crate) fn usable(&mut self) {
        self.unheard.clear();
    }

    pub(crate) fn answered(&mut self, poll: Answered, now: Instant) {
        let is_early = poll.took < (poll.held / 2).clamp(EASY, HELD);
        let is_paced = poll.interval >= EASY;
        let is_connect = poll.endpoint == Endpoint::Connect;
        if is_connect && is_early && poll.is_empty && !is_paced {
            self.empty.push_back(now);
        } else {
            self.others.push_back(now);
        }
    }

    pub(crate) fn sent(&mut self, endpoint: Endpoint, now: Instant) -> Result<(), Violation> {
        self.check_rate(now)?;
        if is_poll(endpoint) {
            self.check_back_off(now)?;
        }
        if endpoint == Endpoint::Handshake {
            self.check_handshakes(now)?;
        }
        Ok(())
    }

    fn check_back_off(&mut self, now: Instant) -> Result<(), Violation> {
        self.unheard.push_back(now);
        forget_before(&mut self.unheard, now, UNHEARD);
        forget_before(&mut self.nudges, now, UNHEARD);
        if self.unheard.len() > POLLS_UNHEARD + self.nudges.len() {
            return Err(Violation(format!(
                "{} polls without a usable response within {UNHEARD:?}",
                self.unheard.len()
            )));
        }
        Ok(())
    }

    fn check_rate(&mut self, now: Instant) -> Result<(), Violation> {
        forget_before(&mut self.empty, now, EMPTY);
        forget_before(&mut self.others, now, EMPTY);
        if self.empty.len() > EMPTY_CONNECTS + EMPTY_MORE * self.others.len() {
            return Err(Violation(format!(
                "{} empty connects within {EMPTY:?}",
                self.empty.len()
            )));
        }
        self.recent.push_back(now);
        forget_before(&mut self.recent, now, Duration::from_secs(1));
        if self.recent.len() > REQUESTS_A_SECOND {
            return Err(Violation(format!(
                "a hot loop: {} requests within a second",
                self.recent.len()
            )));
        }
        Ok(())
    }

    fn check_handshakes(&mut self, now: Instant) -> Result<(), Violation> {
        let refilled = now.since(self.handshake_budget_at).as_millis();
        self.handshake_budget_at = now;
        self.handshake_budget = self
            .handshake_budget
            .saturating_add(refilled)
            .min(full_budget());
        match self
            .handshake_budget
            .checked_sub(HANDSHAKE_REFILL.as_millis())
        {
            Some(left) => self.handshake_budget = left,
            None => {
                return Err(Violation(format!(
                    "more handshakes than {HANDSHAKE_BURST} and one every {HANDSHAKE_REFILL:?}"
                )));
            }
        }
        Ok(())
    }

    /// A channel is subscribed to.
    pub(crate) fn subscribes(&mut self, channel: &str, now: Instant) -> Result<(), Violation> {
        let times = self.subscribes.entry(channel.to_owned()).or_default();
        times.push_back(now);
        forget_before(times, now, REPEATED);
        if times.len() > SUBSCRIBES {
            return Err(Violation(format!(
                "{channel} was subscribed to {} times within {REPEATED:?}",
                times.len()
            )));
        }
        Ok(())
    }
}

fn forget_before(times: &mut VecDeque<Instant>, now: Instant, span: Duration) {
    while times.front().is_some_and(|at| now.since(*at) >= span) {
        times.pop_front();
    }
}

fn full_budget() -> u64 {
    HANDSHAKE_BURST * HANDSHAKE_REFILL.as_millis()
}
