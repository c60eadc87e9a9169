//! The CometD client, and the history of its connection: whether it delivers, how often it was
//! refused, since when it is lost. The phase of the connection is assessed here.

use std::collections::VecDeque;
use std::sync::Arc;

use bayeux::shared::{self, SharedClient, TabAction};
use bayeux::{
    Backoff, Duration, Event, Exchange, ExchangeId, Instant, Output, Pattern, Phase, ProtocolError,
    Reason, Status,
};
use gws::notification;

use super::Config;
use super::reads::Reads;
use crate::connection::calm::{Assessment, Calm};
use crate::connection::{LinkPhase, LinkTrouble, Resource};
use crate::history::Step;
use crate::identity::Standing;
use crate::time::Moment;

/// The CometD endpoint, below the base address. Source: three independent clients of GWS.
const NOTIFICATIONS: &str = "/notifications";

/// When a client that HTTP rejections have stopped is retried, plus up to a quarter.
const STOPPED_AGAIN: Duration = Duration::from_secs(300);

/// The CometD client, and the history of its connection.
#[derive(Debug)]
pub(super) struct Link {
    client: SharedClient,
    client_wakes_at: Option<Instant>,
    /// Events of the client that were not taken yet.
    events: VecDeque<Event>,
    calm: Calm,
    actual: Assessment,
    was_live: bool,
    /// Whether the history says that the connection was lost.
    is_loss_noted: bool,
    /// Whether it says that a message could not be parsed, and none could be parsed since.
    is_unreadable_noted: bool,
    /// Why the server sends no notifications, although it allows connecting.
    refusal: Option<ProtocolError>,
    /// HTTP rejections stopped the client. Kept during a retry, until that has another result.
    stop: Option<Stop>,
    /// Spreads those retries.
    stops: Backoff,
    /// Consecutive refusals of the CometD endpoint, although `GET /me` succeeded.
    refusals: Backoff,
    /// The HTTP status of the last refusal.
    refused_by: u16,
    is_subscribed: bool,
    /// How long the server held the poll that has just ended by itself.
    poll_held: Option<Duration>,
    /// When the page, or its network, was last away.
    away_at: Option<Instant>,
    /// The number of sessions when it was last asked who is signed in.
    sessions: u64,
}

/// HTTP rejections stopped the client. An address may be wrong for a while, such as during a
/// deployment, so it is retried. A refusal in the Bayeux protocol is final.
#[derive(Debug)]
struct Stop {
    /// The HTTP status.
    http: u16,
    /// When it is retried; none during the retry.
    again_at: Option<Instant>,
}

/// The client's next output.
#[derive(Debug)]
pub(super) enum LinkOutput {
    Tabs(TabAction),
    Send(Exchange),
    Abort(ExchangeId),
}

/// Details of a lost connection.
#[derive(Debug)]
pub(super) struct Disconnected {
    /// The time after which something in between cuts each poll, when it is detected for the first
    /// time.
    pub(super) polls_cut_after: Option<Duration>,
    /// A web page came instead of data.
    pub(super) is_web_page: bool,
}

impl Link {
    pub(super) fn new(config: &Config) -> Self {
        let settings = bayeux::Config {
            url: [&*config.base_url, NOTIFICATIONS].concat(),
            ..config.bayeux.clone()
        };
        // Both are valid names, as a test in `gws` shows.
        let mut patterns = Vec::new();
        for channel in [notification::DEVICES, notification::CALLS] {
            if let Ok(pattern) = Pattern::new(channel) {
                patterns.push(pattern);
            }
        }
        let (base, cap) = (Duration::from_secs(2), Duration::from_secs(30));
        Self {
            client: SharedClient::new(settings, patterns, config.seed),
            client_wakes_at: None,
            events: VecDeque::new(),
            calm: Calm::default(),
            actual: Assessment {
                phase: LinkPhase::Idle,
                trouble: None,
                next_try: None,
            },
            was_live: false,
            is_loss_noted: false,
            is_unreadable_noted: false,
            refusal: None,
            stop: None,
            stops: Backoff::new(Duration::ZERO, Duration::ZERO, config.seed),
            refusals: Backoff::new(base, cap, config.seed),
            refused_by: 0,
            is_subscribed: false,
            poll_held: None,
            away_at: None,
            sessions: 0,
        }
    }

    // The client

    pub(super) fn handle(&mut self, input: shared::Input, now: Instant) {
        self.client.handle(input, now);
    }

    /// The client's next output; none when it waits. Its events are kept for
    /// [`next_event`](Self::next_event).
    pub(super) fn poll(&mut self, now: Instant) -> Option<LinkOutput> {
        loop {
            return Some(match self.client.poll(now) {
                shared::Output::Tabs(action) => LinkOutput::Tabs(action),
                shared::Output::Client(Output::Send(exchange)) => LinkOutput::Send(exchange),
                shared::Output::Client(Output::Abort(id)) => LinkOutput::Abort(id),
                shared::Output::Client(Output::Event(event)) => {
                    self.events.push_back(event);
                    continue;
                }
                shared::Output::Client(Output::Idle { wake_at }) => {
                    self.client_wakes_at = wake_at;
                    return None;
                }
            });
        }
    }

    pub(super) fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Whether all events of the client were taken.
    pub(super) fn is_drained(&self) -> bool {
        self.events.is_empty()
    }

    pub(super) fn wake_at(&self) -> Option<Instant> {
        let calm = self.calm.wake_at(&self.actual);
        let again = self.stop.as_ref().and_then(|stop| stop.again_at);
        Instant::earliest(&[self.client_wakes_at, calm, again])
    }

    pub(super) fn status(&self) -> &Status {
        self.client.status()
    }

    pub(super) fn is_connected(&self) -> bool {
        self.status().phase == Phase::Connected
    }

    /// Connects, if it has not yet: with the other tabs of this user, or alone.
    pub(super) fn connect(&mut self, shared_by: Option<&str>, now: Instant) {
        match (self.status().phase, shared_by) {
            (Phase::Idle, Some(user)) => self.client.join(user, now),
            (Phase::Idle, None) => self.client.open(now),
            (Phase::CredentialsNeeded, _) => self.client.credentials_renewed(now),
            _ => {}
        }
    }

    /// Begins a new session.
    pub(super) fn restart(&mut self, now: Instant) {
        self.client.restart(now);
    }

    /// Retries now whatever is waiting.
    pub(super) fn retry_now(&mut self, now: Instant) {
        self.client.retry_now(now);
    }

    /// Ends the session, and forgets the displayed connection.
    pub(super) fn close(&mut self, now: Instant) {
        self.is_subscribed = false;
        self.calm = Calm::default();
        self.was_live = false;
        self.is_loss_noted = false;
        self.refusal = None;
        self.stop = None;
        self.client.close(now);
    }

    /// Tries nothing more until somebody has signed in: then [`connect`](Self::connect) starts again.
    pub(super) fn rest(&mut self, now: Instant) {
        self.is_subscribed = false;
        self.stop = None;
        self.client.close(now);
    }

    // Events of the client

    /// Notifications begin to arrive. Returns whether somebody else may have signed in: not if the
    /// session continues, or if it was just checked who is signed in.
    pub(super) fn connected(&mut self, was_asked_just_now: bool) -> bool {
        self.refusals.reset();
        self.stop = None;
        self.is_subscribed = true;
        let sessions = self.client.counters().sessions;
        let is_same = core::mem::replace(&mut self.sessions, sessions) == sessions;
        let may_be_another = self.was_live || !was_asked_just_now;
        may_be_another && !(is_same && sessions > 0 && self.calm.is_usable())
    }

    /// From now on notifications may be missed.
    pub(super) fn disconnected(&mut self) -> Disconnected {
        let reason = &self.status().reason;
        let is_web_page = matches!(reason, Some(Reason::WebPage));
        let is_cut = matches!(
            reason,
            Some(
                Reason::Network(_)
                    | Reason::Http(408 | 502 | 504)
                    | Reason::NotBayeux
                    | Reason::NoReply
            )
        );
        self.refusal = None;
        let held = self.poll_held.take().filter(|_| is_cut);
        let was_subscribed = core::mem::take(&mut self.is_subscribed);
        let held = held.filter(|_| was_subscribed);
        Disconnected {
            polls_cut_after: held.and_then(|held| self.calm.poll_was_cut(held)),
            is_web_page,
        }
    }

    /// The CometD endpoint requires a sign-in. Returns how long to wait before it is checked who is
    /// signed in; none the first time.
    pub(super) fn credentials_needed(&mut self, status: u16) -> Option<Duration> {
        let is_first = self.refusals.failures() == 0;
        let pause = self.refusals.fail();
        self.refused_by = status;
        (!is_first).then_some(pause)
    }

    pub(super) fn subscription_refused(&mut self, error: ProtocolError) {
        self.refusal = Some(error);
    }

    /// A person wants to continue; returns whether there was a refusal to forget.
    pub(super) fn forget_refusals(&mut self) -> bool {
        self.refusals.reset();
        self.stop = None;
        self.refusal.take().is_some()
    }

    /// Whether the server refuses only notifications: it required a sign-in there repeatedly, although
    /// it knows who is signed in.
    pub(super) fn is_refused(&self) -> bool {
        self.refusals.failures() > 1 && !self.is_connected()
    }

    /// Retries a client that HTTP rejections have stopped, from time to time.
    pub(super) fn watch_stop(&mut self, now: Instant) {
        let status = self.client.status();
        match (status.phase, &status.reason, &mut self.stop) {
            (Phase::Stopped, Some(Reason::Http(_)), Some(stop))
                if stop.again_at.is_some_and(|at| at <= now) =>
            {
                stop.again_at = None;
                self.client.retry_now(now);
            }
            (
                Phase::Stopped,
                Some(Reason::Http(_)),
                Some(Stop {
                    again_at: Some(_), ..
                }),
            ) => {}
            (Phase::Stopped, Some(Reason::Http(http)), _) => {
                self.stop = Some(Stop {
                    http: *http,
                    again_at: Some(now + self.stops.fail_after(STOPPED_AGAIN)),
                });
            }
            (Phase::Handshaking | Phase::Connecting | Phase::Connected, _, Some(stop)) => {
                stop.again_at = None;
            }
            (Phase::Waiting, Some(Reason::Http(http)), Some(stop)) if *http == stop.http => {
                stop.again_at = None;
            }
            // Now something else is wrong.
            _ => self.stop = None,
        }
    }

    /// Whether changes are notified: every subscription was in force when the connection began.
    pub(super) fn is_subscribed(&self) -> bool {
        self.is_subscribed
    }

    /// A message could not be parsed. Returns whether to record that: once until one can be parsed.
    pub(super) fn message_is_unreadable(&mut self) -> bool {
        self.is_connected() && !core::mem::replace(&mut self.is_unreadable_noted, true)
    }

    pub(super) fn message_was_read(&mut self) {
        self.is_unreadable_noted = false;
    }

    /// An exchange ends by itself; `since` is when it was sent, if it is a poll. A poll during which
    /// the page or the computer was away is no evidence of cuts.
    pub(super) fn poll_ends(&mut self, since: Option<Instant>, now: Instant) {
        const LATE: Duration = Duration::from_secs(10);
        let has_slept = self.client_wakes_at.is_some_and(|at| now.since(at) >= LATE);
        let since = since.filter(|since| !has_slept && self.away_at.is_none_or(|at| at < *since));
        self.poll_held = since.map(|since| now.since(since));
    }

    /// Everything that came with the poll was taken: if the connection stands, the poll was answered.
    pub(super) fn poll_was_taken(&mut self) {
        if let Some(held) = self.poll_held.take()
            && self.is_connected()
        {
            self.calm.poll_was_answered(held);
        }
    }

    /// An event of the page may have ended requests.
    pub(super) fn page_was_away(&mut self, now: Instant) {
        self.away_at = Some(now);
    }

    // Assessment

    /// The state of the connection to display: short outages are hidden.
    pub(super) fn shown(
        &mut self,
        standing: Standing,
        reads: &Reads,
        is_silent: bool,
        now: Moment,
    ) -> Assessment {
        self.actual = self.assess(standing, reads, is_silent, now.at);
        self.calm.shown(self.actual.clone(), now)
    }

    /// When the connection was lost, if it is.
    pub(super) fn lost(&self) -> Option<Moment> {
        self.calm.lost()
    }

    /// The actual state of the connection.
    fn assess(
        &self,
        standing: Standing,
        reads: &Reads,
        is_silent: bool,
        now: Instant,
    ) -> Assessment {
        let status = self.status();
        // A doubt is no trouble yet: most connections turn out to be alive.
        let reason = status.reason.as_ref();
        let reason = reason.filter(|reason| !matches!(reason, Reason::Doubt));
        let of = |reason| Some(Arc::new(LinkTrouble::Notifications(reason)));
        let notifications = || of(reason?.clone());
        let reading = || {
            let mut notified = Resource::NOTIFIED.into_iter();
            notified.find_map(|read| reads.trouble(read))
        };
        let again = if self.was_live {
            LinkPhase::Reconnecting
        } else {
            LinkPhase::Starting
        };
        let retrying = |trouble: Option<Arc<LinkTrouble>>, next_try| Assessment {
            phase: trouble.as_ref().map_or(again, |_| LinkPhase::Reconnecting),
            trouble,
            next_try,
        };
        let at_rest = |phase, trouble, next_try| Assessment {
            phase,
            trouble,
            next_try,
        };
        if let (Standing::Known, Some(stop)) = (standing, &self.stop) {
            let trouble = of(Reason::Http(stop.http));
            return at_rest(LinkPhase::Stopped, trouble, stop.again_at);
        }
        match (standing, status.phase) {
            (Standing::Idle, _) => at_rest(LinkPhase::Idle, None, None),
            // Without notifications the displayed state can't be trusted.
            (Standing::Known, Phase::Connected) if let Some(refusal) = &self.refusal => {
                let trouble = of(Reason::Refused(refusal.clone()));
                at_rest(LinkPhase::Stopped, trouble, None)
            }
            // Also while a CSRF token is fetched: notifications arrive all the same.
            (Standing::Known | Standing::Asking, Phase::Connected)
                if reads.is_current() && reason.is_none() =>
            {
                let phase = match is_silent {
                    true => LinkPhase::Silent,
                    false => LinkPhase::Live,
                };
                at_rest(phase, None, None)
            }
            (Standing::Known | Standing::Asking, _) if self.is_refused() && reads.is_current() => {
                let trouble = of(Reason::Credentials(self.refused_by));
                at_rest(LinkPhase::Silent, trouble, reads.at(Resource::Me))
            }
            (Standing::Unknown, _) => {
                at_rest(LinkPhase::SignInNeeded, None, reads.at(Resource::Me))
            }
            (Standing::Asking, _) => {
                // If devices or calls are refused, each retry also asks who is signed in.
                let trouble = reads.trouble(Resource::Me).or_else(reading);
                let trouble = trouble.or_else(notifications);
                retrying(trouble, reads.at(Resource::Me))
            }
            (Standing::Known, Phase::Connected) => {
                let [devices, calls] = Resource::NOTIFIED;
                let next = Instant::earliest(&[reads.at(devices), reads.at(calls)]);
                let trouble = reading();
                // Or subscriptions are not in force, and reads wait for them.
                let next = next.filter(|at| *at > now).or(status.next_try);
                retrying(trouble.or_else(notifications), next)
            }
            (Standing::Known, Phase::Stopped) => at_rest(LinkPhase::Stopped, notifications(), None),
            (Standing::Known, _) => retrying(notifications(), status.next_try),
        }
    }

    /// Reports a new phase to the supervisor, with its time; `latest` is the time of the last receipt.
    /// Receipts are in order: those written during a hidden loss come before it.
    pub(super) fn note(
        &mut self,
        before: LinkPhase,
        after: LinkPhase,
        latest: Instant,
        now: Instant,
    ) -> Option<(Step, Instant)> {
        match after {
            LinkPhase::Live | LinkPhase::Silent => {
                self.was_live = true;
                if after == LinkPhase::Silent && self.is_refused() {
                    self.is_loss_noted = true;
                    return Some((Step::Silent, now));
                }
                core::mem::take(&mut self.is_loss_noted).then_some((Step::Back, now))
            }
            LinkPhase::Reconnecting if self.was_live && !self.is_loss_noted => {
                self.is_loss_noted = true;
                let at = self.lost().map_or(now, |lost| lost.at.max(latest));
                Some((Step::Lost, at))
            }
            // Recorded where it was detected.
            LinkPhase::SignInNeeded => {
                self.is_loss_noted |= before.is_usable();
                None
            }
            LinkPhase::Stopped => {
                self.is_loss_noted = true;
                Some((Step::Halted, now))
            }
            LinkPhase::Idle | LinkPhase::Starting | LinkPhase::Reconnecting => None,
        }
    }
}
