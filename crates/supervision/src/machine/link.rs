//! The CometD client, and what is remembered of its connection: whether it delivers, how often it was
//! refused, since when it is lost. What the connection amounts to is assessed here.

use core::time::Duration;
use std::collections::VecDeque;

use bayeux::shared::{self, SharedClient, TabAction};
use bayeux::{
    Backoff, Channel, Event, Exchange, ExchangeId, Instant, Output, Pattern, Phase, ProtocolError,
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

/// Where the CometD endpoint is, below the base address. Source: three independent clients of GWS.
const NOTIFICATIONS: &str = "/notifications";

/// How long after HTTP rejections stopped the client it is tried again, and up to a quarter more.
const STOPPED_AGAIN: Duration = Duration::from_secs(300);

/// The CometD client, and what is remembered of the connection.
#[derive(Debug)]
pub(super) struct Link {
    client: SharedClient,
    client_wakes_at: Option<Instant>,
    /// What the client has reported and was not taken yet.
    events: VecDeque<Event>,
    calm: Calm,
    actual: Assessment,
    was_live: bool,
    /// Whether the history says that the connection was lost.
    is_loss_noted: bool,
    /// Whether it says that a message could not be read, and none could be since.
    is_unreadable_noted: bool,
    /// Why the server gives us no notifications, although it lets us connect.
    refusal: Option<ProtocolError>,
    /// HTTP rejections stopped the client. Kept while it is tried again, until that shows otherwise.
    stop: Option<Stop>,
    /// Spreads those tries.
    stops: Backoff,
    /// Refusals in a row of the CometD endpoint, although `GET /me` was granted.
    refusals: Backoff,
    /// The HTTP status of the last one.
    refused_by: u16,
    is_subscribed: bool,
    /// For how long the poll was held that has just ended by itself.
    poll_held: Option<Duration>,
    /// When the page, or its network, was last away.
    away_at: Option<Instant>,
    /// How many sessions there had been when it was last asked who is signed in.
    sessions: u64,
}

/// HTTP rejections stopped the client. An address may be wrong for a while, such as during a
/// deployment, so it is tried again. What the server said in the protocol's words is final.
#[derive(Debug)]
struct Stop {
    /// The HTTP status.
    http: u16,
    /// When it is tried again; none while that is being done.
    again_at: Option<Instant>,
}

/// What the client wants to be done.
#[derive(Debug)]
pub(super) enum LinkOutput {
    Tabs(TabAction),
    Send(Exchange),
    Abort(ExchangeId),
}

/// What follows from a lost connection.
#[derive(Debug)]
pub(super) struct Disconnected {
    /// Something on the way cuts each poll after that long, which is plain for the first time.
    pub(super) polls_cut_after: Option<Duration>,
    /// A web page came in place of data.
    pub(super) is_web_page: bool,
}

impl Link {
    pub(super) fn new(config: &Config) -> Self {
        let settings = bayeux::Config {
            url: format!("{}{NOTIFICATIONS}", config.base_url),
            ..config.bayeux.clone()
        };
        // Both are valid names, as a test in `gws` shows.
        let channels = [notification::DEVICES, notification::CALLS];
        let channels = channels
            .into_iter()
            .filter_map(|name| Channel::new(name).ok());
        let patterns = channels.map(Pattern::from);
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

    /// What the client wants next; none when it waits. What it reports is kept for
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

    /// Whether all that the client has reported was taken.
    pub(super) fn is_drained(&self) -> bool {
        self.events.is_empty()
    }

    pub(super) fn wake_at(&self) -> Option<Instant> {
        let calm = self.calm.wake_at(&self.actual);
        let again = self.stop.as_ref().and_then(|stop| stop.again_at);
        let wakes = self.client_wakes_at.into_iter();
        wakes.chain(calm).chain(again).min()
    }

    pub(super) fn status(&self) -> &Status {
        self.client.status()
    }

    pub(super) fn is_connected(&self) -> bool {
        self.status().phase == Phase::Connected
    }

    /// Connects, if it does not yet: with the other tabs of that user, or alone.
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

    /// Tries now what waits for a later time.
    pub(super) fn retry_now(&mut self, now: Instant) {
        self.client.retry_now(now);
    }

    /// Ends the session. What is shown goes on from nothing.
    pub(super) fn close(&mut self, now: Instant) {
        self.is_subscribed = false;
        self.calm = Calm::default();
        self.was_live = false;
        self.is_loss_noted = false;
        self.refusal = None;
        self.stop = None;
        self.client.close(now);
    }

    /// Tries nothing more until somebody has signed in: then [`connect`](Self::connect) begins anew.
    pub(super) fn rest(&mut self, now: Instant) {
        self.is_subscribed = false;
        self.stop = None;
        self.client.close(now);
    }

    // What it reports

    /// Notifications begin to arrive. Says whether somebody else may have signed in: not if the
    /// session goes on, or if it was asked just now who it is.
    pub(super) fn connected(&mut self, was_asked_just_now: bool) -> bool {
        self.refusals.reset();
        self.stop = None;
        self.is_subscribed = true;
        let sessions = self.client.counters().sessions;
        let is_same = core::mem::replace(&mut self.sessions, sessions) == sessions;
        let may_be_another = self.was_live || !was_asked_just_now;
        may_be_another && !(is_same && sessions > 0 && self.calm.is_usable())
    }

    /// From now on something may be missed.
    pub(super) fn disconnected(&mut self) -> Disconnected {
        let reason = self.status().reason.clone();
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
            is_web_page: reason == Some(Reason::WebPage),
        }
    }

    /// The CometD endpoint wants a sign-in. Says how long to wait before it is asked who is signed in;
    /// none the first time.
    pub(super) fn credentials_needed(&mut self, status: u16) -> Option<Duration> {
        let is_first = self.refusals.failures() == 0;
        let pause = self.refusals.fail();
        self.refused_by = status;
        (!is_first).then_some(pause)
    }

    pub(super) fn subscription_refused(&mut self, error: ProtocolError) {
        self.refusal = Some(error);
    }

    /// A person wants to go on; whether there was a refusal to get over.
    pub(super) fn forget_refusals(&mut self) -> bool {
        self.refusals.reset();
        self.stop = None;
        self.refusal.take().is_some()
    }

    /// Whether the server lets us in but for notifications: again and again it asked for a sign-in
    /// there, although it knows who is signed in.
    pub(super) fn is_refused(&self) -> bool {
        self.refusals.failures() > 1 && !self.is_connected()
    }

    /// Tries a client again from time to time that HTTP rejections have stopped.
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
            // Something else is the matter now.
            _ => self.stop = None,
        }
    }

    /// Whether changes are reported: every subscription was in force when the connection began.
    pub(super) fn is_subscribed(&self) -> bool {
        self.is_subscribed
    }

    /// A message could not be read. Says whether that is to be noted: once until one can be read.
    pub(super) fn message_is_unreadable(&mut self) -> bool {
        self.is_connected() && !core::mem::replace(&mut self.is_unreadable_noted, true)
    }

    pub(super) fn message_was_read(&mut self) {
        self.is_unreadable_noted = false;
    }

    /// An exchange ends by itself; `since` is when it was sent, if it is a poll. One that was out
    /// while the page or the machine was away says nothing of what is on the way.
    pub(super) fn poll_ends(&mut self, since: Option<Instant>, now: Instant) {
        const LATE: Duration = Duration::from_secs(10);
        let has_slept = self.client_wakes_at.is_some_and(|at| now.since(at) >= LATE);
        let since = since.filter(|since| !has_slept && self.away_at.is_none_or(|at| at < *since));
        self.poll_held = since.map(|since| now.since(since));
    }

    /// All that came with the poll was taken: if the connection stands, it was answered.
    pub(super) fn poll_was_taken(&mut self) {
        if let Some(held) = self.poll_held.take()
            && self.is_connected()
        {
            self.calm.poll_was_answered(held);
        }
    }

    /// Something happened to the page by which requests may die.
    pub(super) fn page_was_away(&mut self, now: Instant) {
        self.away_at = Some(now);
    }

    // What it amounts to

    /// What is to be shown of the connection: short outages are not.
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

    /// Since when it has been lost, if it is.
    pub(super) fn lost(&self) -> Option<Moment> {
        self.calm.lost()
    }

    /// What the connection is, whatever is shown of it.
    fn assess(
        &self,
        standing: Standing,
        reads: &Reads,
        is_silent: bool,
        now: Instant,
    ) -> Assessment {
        let status = self.status();
        // A doubt is no trouble yet: most connections turn out to be alive.
        let reason = status.reason.as_ref().filter(|r| **r != Reason::Doubt);
        let notifications = || reason.cloned().map(LinkTrouble::Notifications);
        let reading = || {
            let mut notified = Resource::NOTIFIED.into_iter();
            notified.find_map(|read| reads.trouble(read))
        };
        let again = if self.was_live {
            LinkPhase::Reconnecting
        } else {
            LinkPhase::Starting
        };
        let retrying = |trouble: Option<LinkTrouble>, next_try| Assessment {
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
            let trouble = LinkTrouble::Notifications(Reason::Http(stop.http));
            return at_rest(LinkPhase::Stopped, Some(trouble), stop.again_at);
        }
        match (standing, status.phase) {
            (Standing::Idle, _) => at_rest(LinkPhase::Idle, None, None),
            // Without notifications nothing that is shown can be trusted to be so.
            (Standing::Known, Phase::Connected) if self.refusal.is_some() => {
                let refusal = self.refusal.clone().map(Reason::Refused);
                at_rest(
                    LinkPhase::Stopped,
                    refusal.map(LinkTrouble::Notifications),
                    None,
                )
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
                let reason = Reason::Credentials(self.refused_by);
                let trouble = Some(LinkTrouble::Notifications(reason));
                at_rest(LinkPhase::Silent, trouble, reads.at(Resource::Me))
            }
            (Standing::Unknown, _) => {
                at_rest(LinkPhase::SignInNeeded, None, reads.at(Resource::Me))
            }
            (Standing::Asking, _) => {
                // Where devices or calls are refused, it is asked with each try.
                let trouble = reads.trouble(Resource::Me).or_else(reading);
                let trouble = trouble.or_else(notifications);
                retrying(trouble, reads.at(Resource::Me))
            }
            (Standing::Known, Phase::Connected) => {
                let notified = || Resource::NOTIFIED.into_iter();
                let next = notified().filter_map(|read| reads.at(read)).min();
                let trouble = reading();
                // Or subscriptions are not in force, and it is read when they are.
                let next = next.filter(|at| *at > now).or(status.next_try);
                retrying(trouble.or_else(notifications), next)
            }
            (Standing::Known, Phase::Stopped) => at_rest(LinkPhase::Stopped, notifications(), None),
            (Standing::Known, _) => retrying(notifications(), status.next_try),
        }
    }

    /// What a person should know of a new phase, and as of when; `latest` is when something was noted
    /// last. Receipts stand in order: what was noted while a loss was not shown stands before it.
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
            // Noted where it was found out.
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
