//! The connection: first the server must know who is signed in, then the CometD client connects,
//! then everything is read. Only then is it *live*. The same order holds after every failure.
//!
//! Live is earned by notifications: what a read shows and no notification told of is evidence that
//! they do not arrive. Then a new session is begun, and devices and calls are read by time until a
//! notification arrives. They are read by time, too, where the server lets us in but for
//! notifications. Because nothing may happen for long, devices and calls are read now and then all
//! the same: what is shown is wrong for a minute at most while somebody is monitored, and
//! for five while nobody is ([`Config::look_again`](super::Config::look_again)).

use core::time::Duration;
use std::collections::VecDeque;

use bayeux::shared::{self, SharedClient};
use bayeux::{
    Backoff, Channel, Event as BayeuxEvent, ExchangeId, Instant, Output as BayeuxOutput, Pattern,
    Phase, ProtocolError, Reason,
};
use gws::{ReplyError, notification};

use super::{Config, Event, Machine};
use crate::changes::Changes;
use crate::connection::calm::{Assessment, Calm};
use crate::connection::delivery::Kind;
use crate::connection::{Connection, LinkPhase, LinkTrouble, Resource};
use crate::history::{Certainty, Step};
use crate::identity::Standing;

/// Where the CometD endpoint is, below the base address. Source: three independent clients of GWS.
const NOTIFICATIONS: &str = "/notifications";
/// How long ago it may have been asked who is signed in when the first session begins.
const JUST_NOW: Duration = Duration::from_secs(5);

/// The CometD client, and what is remembered of the connection.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) bayeux: SharedClient,
    bayeux_wake: Option<Instant>,
    /// What the client has told and was not looked at yet.
    told: VecDeque<BayeuxEvent>,
    calm: Calm,
    actual: Assessment,
    was_live: bool,
    /// Whether the history says that the connection was lost.
    is_loss_noted: bool,
    /// Whether it says that a message could not be read, and none could be since.
    pub(super) is_unreadable_noted: bool,
    /// Why the server gives us no notifications, although it lets us connect.
    refusal: Option<ProtocolError>,
    /// Refusals in a row of the CometD endpoint, although `GET /me` was granted.
    refusals: Backoff,
    /// The HTTP status of the last one.
    refused_by: u16,
    connected_at: Option<Instant>,
    /// For how long the poll was held that has just ended by itself.
    poll_held: Option<Duration>,
    /// When the page, or its network, was last away.
    away_at: Option<Instant>,
    /// How many sessions there had been when it was last asked who is signed in.
    sessions: u64,
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
            bayeux: SharedClient::new(settings, patterns, config.seed),
            bayeux_wake: None,
            told: VecDeque::new(),
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
            refusals: Backoff::new(base, cap, config.seed),
            refused_by: 0,
            connected_at: None,
            poll_held: None,
            away_at: None,
            sessions: 0,
        }
    }

    /// Whether all that the client has told was looked at.
    pub(super) fn is_drained(&self) -> bool {
        self.told.is_empty()
    }

    pub(super) fn wake_at(&self) -> Option<Instant> {
        let calm = self.calm.wake_at(&self.actual);
        self.bayeux_wake.into_iter().chain(calm).min()
    }

    /// A person wants to go on; whether there was a refusal to get over.
    pub(super) fn forget_refusals(&mut self) -> bool {
        self.refusals.reset();
        self.refusal.take().is_some()
    }

    pub(super) fn is_connected(&self) -> bool {
        self.bayeux.status().phase == Phase::Connected
    }

    /// Whether the server lets us in but for notifications: again and again it asked for a sign-in
    /// there, although it knows who is signed in.
    pub(super) fn is_refused(&self) -> bool {
        self.refusals.failures() > 1 && !self.is_connected()
    }

    /// Whether changes are told: every subscription was in force when the connection began.
    pub(super) fn is_told(&self) -> bool {
        self.connected_at.is_some()
    }

    /// An exchange ends by itself; `since` is when it was sent, if it is a poll. One that was out
    /// while the page or the machine was away says nothing of what is on the way.
    pub(super) fn poll_ends(&mut self, since: Option<Instant>, now: Instant) {
        const LATE: Duration = Duration::from_secs(10);
        let has_slept = self.bayeux_wake.is_some_and(|at| now.since(at) >= LATE);
        let since = since.filter(|since| !has_slept && self.away_at.is_none_or(|at| at < *since));
        self.poll_held = since.map(|since| now.since(since));
    }

    /// Something happened to the page by which requests may die.
    pub(super) fn page_was_away(&mut self, now: Instant) {
        self.away_at = Some(now);
    }

    /// What is shown goes on from nothing.
    pub(super) fn forget(&mut self) {
        self.connected_at = None;
        self.calm = Calm::default();
        self.was_live = false;
        self.is_loss_noted = false;
        self.refusal = None;
    }
}

impl Machine {
    /// Carries out what the CometD client wants, and keeps what it tells.
    pub(super) fn drive_bayeux(&mut self, now: Instant) {
        loop {
            match self.link.bayeux.poll(now) {
                shared::Output::Tabs(action) => self.to_tabs.push_back(action),
                shared::Output::Client(BayeuxOutput::Send(exchange)) => {
                    self.exchanges.send_bayeux(exchange, now);
                }
                shared::Output::Client(BayeuxOutput::Abort(id)) => self.exchanges.abort_bayeux(id),
                shared::Output::Client(BayeuxOutput::Event(event)) => {
                    self.link.told.push_back(event);
                }
                shared::Output::Client(BayeuxOutput::Idle { wake_at }) => {
                    self.link.bayeux_wake = wake_at;
                    return;
                }
            }
        }
    }

    pub(super) fn tell_bayeux(&mut self, input: bayeux::Input, now: Instant) {
        self.link.bayeux.handle(shared::Input::Client(input), now);
    }

    /// The CometD client knows no redirects. To be sent elsewhere is to be asked for credentials.
    pub(super) fn bayeux_was_redirected(&mut self, id: ExchangeId, now: Instant) {
        let response = bayeux::Response {
            status: 401,
            retry_after: None,
            body: Vec::new(),
        };
        self.tell_bayeux(bayeux::Input::Response { id, response }, now);
    }

    pub(super) fn take_bayeux_events(&mut self, now: Instant) {
        while let Some(event) = self.link.told.pop_front() {
            self.take_bayeux_event(event, now);
        }
        if let Some(held) = self.link.poll_held.take()
            && self.link.is_connected()
        {
            self.link.calm.poll_was_answered(held);
        }
    }

    fn take_bayeux_event(&mut self, event: BayeuxEvent, now: Instant) {
        match event {
            BayeuxEvent::Connected { .. } => self.notifications_begin(now),
            BayeuxEvent::CredentialsNeeded { response } => {
                let refusal = gws::reply::operation(response.status, &response.body);
                if matches!(refusal, Err(ReplyError::CsrfRejected { .. })) {
                    self.exchanges.forget_csrf_token();
                }
                if self.is_password_asked_for() {
                    return;
                }
                // At once the first time, later only if `GET /me` goes on saying that all is well.
                let is_first = self.link.refusals.failures() == 0;
                let pause = self.link.refusals.fail();
                self.link.refused_by = response.status;
                if is_first {
                    self.ask_who_is_signed_in(now);
                } else {
                    // Everything but notifications is let in: it is read by time meanwhile.
                    self.reads.want(Resource::Me, now + pause);
                    self.reads.want_missing(now);
                }
            }
            BayeuxEvent::StatusChanged if !self.link.is_connected() => {
                self.notifications_end(now);
            }
            BayeuxEvent::SubscriptionRefused { error, .. } => self.link.refusal = Some(error),
            BayeuxEvent::Message(message) => self.take_notification(&message, now),
            BayeuxEvent::Unreadable { excerpt } => self.take_unreadable(excerpt, now),
            // The status itself is looked at after every step.
            _ => {}
        }
    }

    /// From now on everything is told: what was read before no longer counts.
    fn notifications_begin(&mut self, now: Instant) {
        self.link.refusals.reset();
        self.link.connected_at = Some(now);
        self.reads.want_current(now);
        self.read_what_is_missing(now);
        // Someone else may have signed in, unless the session is the same as before.
        let sessions = self.link.bayeux.counters().sessions;
        let is_same = core::mem::replace(&mut self.link.sessions, sessions) == sessions;
        let was_asked_just_now = self
            .reads
            .was_read_since(Resource::Me, now.before(JUST_NOW));
        let may_be_another = self.link.was_live || !was_asked_just_now;
        if may_be_another && !(is_same && sessions > 0 && self.is_calm()) {
            self.reads.want(Resource::Me, now);
        }
    }

    /// Wants whatever should have been read while changes are told, and neither was nor will be:
    /// where a password was asked for, reads were given up.
    pub(super) fn read_what_is_missing(&mut self, now: Instant) {
        if !self.link.is_told() {
            return;
        }
        self.reads.want_missing(now);
        if self.state.directory.read_at.is_none() && self.reads.is_idle(Resource::Directory) {
            self.reads.want(Resource::Directory, now);
        }
    }

    /// From now on something may be missed.
    fn notifications_end(&mut self, now: Instant) {
        let status = self.link.bayeux.status();
        let is_web_page = status.reason == Some(Reason::WebPage);
        if !self.link.is_refused() {
            self.reads.outdate();
        }
        self.delivery.interrupted();
        self.link.refusal = None;
        let is_cut = matches!(
            status.reason,
            Some(
                Reason::Network(_)
                    | Reason::Http(408 | 502 | 504)
                    | Reason::NotBayeux
                    | Reason::NoReply
            )
        );
        let held = self.link.poll_held.take().filter(|_| is_cut);
        if self.link.connected_at.take().is_some()
            && let Some(held) = held
            && let Some(after) = self.link.calm.poll_was_cut(held)
        {
            self.state.connection.polls_cut_after = Some(after);
            self.note(Step::PollsCut(after), Certainty::Own, now);
        }
        if is_web_page && self.is_signed_in() {
            self.ask_who_is_signed_in(now);
        }
    }

    /// Whether an outage, if there is one, is too short to be shown.
    fn is_calm(&self) -> bool {
        self.state.connection.phase.is_usable()
    }

    /// A notification about that device or call has come.
    pub(super) fn notification_arrived(&mut self, kind: Kind, id: &str, now: Instant) {
        let read = match kind {
            Kind::Device => Resource::Devices,
            Kind::Call => Resource::Calls,
        };
        self.reads.told(read, id);
        self.link.is_unreadable_noted = false;
        if self.delivery.told(kind, id) {
            self.note(Step::Audible, Certainty::Own, now);
        }
    }

    /// Draws conclusions from what was read and not told, and has devices and calls read again by
    /// time.
    pub(super) fn watch_delivery(&mut self, now: Instant) {
        if self.delivery.has_become_silent(now) {
            self.note(Step::Silent, Certainty::Own, now);
            self.link.bayeux.restart(now);
        }
        // The names of those who are at the monitored telephones are shown meanwhile.
        let is_monitoring = self.state.monitoring.active().next().is_some();
        let age = self.state.directory.age(self.config.names_age);
        self.reads.refresh_directory(is_monitoring.then_some(age));
        let is_watched = self.state.requests.pending().next().is_some()
            || self.state.monitoring.active().next().is_some()
            || !self.state.all_legs().is_empty();
        self.reads.lapse(now);
        let is_refused = self.link.is_refused();
        let after = match (self.delivery.is_silent() || is_refused, is_watched) {
            (true, _) => self.config.look_again_silent,
            (false, true) => self.config.look_again,
            (false, false) => self.config.look_again_idle,
        };
        let is_current = (self.link.is_connected() || is_refused) && self.reads.is_current();
        self.reads.refresh(is_current.then_some(after), now);
    }

    /// Puts together what the connection amounts to.
    pub(super) fn update_connection(&mut self, now: Instant) {
        let moment = self.moment(now);
        self.link.actual = self.assess(now);
        let shown = self.link.calm.shown(self.link.actual.clone(), moment);
        let status = self.link.bayeux.status();
        let (heard, is_crowded) = (status.last_heard, status.multiple_clients);
        let old = self.state.connection.clone();
        let was_usable = old.phase.is_usable();
        let live_until = if was_usable && !shown.phase.is_usable() {
            // What is shown was known to be so when the server was last heard.
            let lost = self.link.calm.lost().unwrap_or(moment);
            Some(
                old.heard
                    .map_or(lost, |heard| lost.before(lost.at.since(heard))),
            )
        } else {
            old.live_until
        };
        let new = Connection {
            phase: shown.phase,
            heard,
            live_until,
            next_try: shown.next_try.filter(|at| *at > now),
            trouble: shown.trouble,
            is_crowded,
            ..old.clone()
        };
        if old == new {
            return;
        }
        let (before, after) = (old.phase, new.phase);
        self.state.connection = new;
        self.changes |= Changes::CONNECTION;
        if before != after {
            self.emit_once(Event::Connection);
            self.note_phase(before, after, now);
        }
    }

    /// What the connection is, whatever is shown of it.
    fn assess(&self, now: Instant) -> Assessment {
        let status = self.link.bayeux.status();
        // A doubt is no trouble yet: most connections turn out to be alive.
        let reason = status.reason.as_ref().filter(|r| **r != Reason::Doubt);
        let notifications = || reason.cloned().map(LinkTrouble::Notifications);
        let reading = || {
            let mut notified = Resource::NOTIFIED.into_iter();
            notified.find_map(|read| self.reads.trouble(read))
        };
        let again = if self.link.was_live {
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
        match (self.state.identity.standing(), status.phase) {
            (Standing::Idle, _) => at_rest(LinkPhase::Idle, None, None),
            // Without notifications nothing that is shown can be trusted to be so.
            (Standing::Known, Phase::Connected) if self.link.refusal.is_some() => {
                let refusal = self.link.refusal.clone().map(Reason::Refused);
                at_rest(
                    LinkPhase::Stopped,
                    refusal.map(LinkTrouble::Notifications),
                    None,
                )
            }
            // Also while a CSRF token is fetched: notifications arrive all the same.
            (Standing::Known | Standing::Asking, Phase::Connected)
                if self.reads.is_current() && reason.is_none() =>
            {
                let phase = match self.delivery.is_silent() {
                    true => LinkPhase::Silent,
                    false => LinkPhase::Live,
                };
                at_rest(phase, None, None)
            }
            (Standing::Known | Standing::Asking, _)
                if self.link.is_refused() && self.reads.is_current() =>
            {
                let reason = Reason::Credentials(self.link.refused_by);
                let trouble = Some(LinkTrouble::Notifications(reason));
                at_rest(LinkPhase::Silent, trouble, self.reads.at(Resource::Me))
            }
            (Standing::Unknown, _) => {
                at_rest(LinkPhase::SignInNeeded, None, self.reads.at(Resource::Me))
            }
            (Standing::Asking, _) => {
                // Where devices or calls are refused, it is asked with each try.
                let trouble = self.reads.trouble(Resource::Me).or_else(reading);
                let trouble = trouble.or_else(notifications);
                retrying(trouble, self.reads.at(Resource::Me))
            }
            (Standing::Known, Phase::Connected) => {
                let notified = || Resource::NOTIFIED.into_iter();
                let next = notified().filter_map(|read| self.reads.at(read)).min();
                let trouble = reading();
                // Or subscriptions are not in force, and it is read when they are.
                let next = next.filter(|at| *at > now).or(status.next_try);
                retrying(trouble.or_else(notifications), next)
            }
            (Standing::Known, Phase::Stopped) => at_rest(LinkPhase::Stopped, notifications(), None),
            (Standing::Known, _) => retrying(notifications(), status.next_try),
        }
    }

    /// Notes what a person should know of the connection.
    fn note_phase(&mut self, before: LinkPhase, after: LinkPhase, now: Instant) {
        // Receipts stand in order: what was noted while the loss was not shown stands before it.
        let latest = self.state.history.receipts().next_back();
        let latest = latest.map_or_else(Instant::default, |receipt| receipt.at.at);
        let lost = self.link.calm.lost();
        let at = lost.map_or(now, |lost| lost.at.max(latest));
        match after {
            LinkPhase::Live | LinkPhase::Silent => {
                self.link.was_live = true;
                if after == LinkPhase::Silent && self.link.is_refused() {
                    self.link.is_loss_noted = true;
                    self.note(Step::Silent, Certainty::Own, now);
                } else if core::mem::take(&mut self.link.is_loss_noted) {
                    self.note(Step::Back, Certainty::Own, now);
                }
            }
            LinkPhase::Reconnecting if self.link.was_live && !self.link.is_loss_noted => {
                self.link.is_loss_noted = true;
                self.note(Step::Lost, Certainty::Own, at);
            }
            // Told where it was found out.
            LinkPhase::SignInNeeded => self.link.is_loss_noted |= before.is_usable(),
            LinkPhase::Stopped => {
                self.link.is_loss_noted = true;
                self.note(Step::Halted, Certainty::Own, now);
            }
            LinkPhase::Idle | LinkPhase::Starting | LinkPhase::Reconnecting => {}
        }
    }
}
