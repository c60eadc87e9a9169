//! The connection: first the server says who is signed in, then the CometD client connects, then
//! everything is read. Only then is it *live*. The same order applies after every failure.
//!
//! A live connection needs notifications: a change that a read shows and no notification reported is
//! evidence that they do not arrive. Then a new session is begun, and devices and calls are read at
//! intervals until a notification arrives. They are also read at intervals if the server refuses only
//! notifications. As a backstop, devices and calls are always read now and then: the displayed state
//! is wrong for at most a minute while somebody is monitored, and for five while nobody is
//! ([`Config::read_every`](super::Config::read_every)).

use bayeux::shared;
use bayeux::{Duration, Event as BayeuxEvent, ExchangeId, Instant};
use gws::ReplyError;

use super::link::LinkOutput;
use super::{Machine, Topic};
use crate::changes::Changes;
use crate::connection::delivery::Kind;
use crate::connection::{LinkPhase, Resource};
use crate::history::{Certainty, Step};
use crate::identity::Standing;

/// How recently it must have been asked who is signed in when the first session begins.
const JUST_NOW: Duration = Duration::from_secs(5);

impl Machine {
    /// Carries out the CometD client's outputs.
    pub(super) fn drive_client(&mut self, now: Instant) {
        while let Some(output) = self.link.poll(now) {
            match output {
                LinkOutput::Tabs(action) => self.act_with_tabs(action, now),
                LinkOutput::Send(exchange) => self.exchanges.send_bayeux(exchange, now),
                LinkOutput::Abort(id) => self.exchanges.abort_bayeux(id),
            }
        }
    }

    pub(super) fn tell_client(&mut self, input: bayeux::Input, now: Instant) {
        self.link.handle(shared::Input::Client(input), now);
    }

    /// The CometD client knows no redirects. A redirect counts as a request for credentials.
    pub(super) fn client_was_redirected(&mut self, id: ExchangeId, now: Instant) {
        let response = bayeux::Response {
            status: 401,
            retry_after: None,
            body: Vec::new(),
        };
        self.tell_client(bayeux::Input::Response { id, response }, now);
    }

    /// Takes the CometD client's events.
    pub(super) fn take_client_events(&mut self, now: Instant) {
        while let Some(event) = self.link.next_event() {
            self.take_client_event(event, now);
        }
        self.link.poll_was_taken();
    }

    fn take_client_event(&mut self, event: BayeuxEvent, now: Instant) {
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
                match self.link.credentials_needed(response.status) {
                    None => self.ask_who_is_signed_in(now),
                    // Only if `GET /me` keeps succeeding. Only notifications are refused: devices and
                    // calls are read at intervals meanwhile.
                    Some(pause) => {
                        self.reads.want(Resource::Me, now + pause);
                        self.reads.want_missing(now);
                    }
                }
            }
            BayeuxEvent::StatusChanged if !self.link.is_connected() => {
                self.notifications_end(now);
            }
            BayeuxEvent::SubscriptionRefused { error, .. } => {
                self.link.subscription_refused(error);
            }
            BayeuxEvent::Message(message) => self.take_notification(&message, now),
            BayeuxEvent::Unreadable { excerpt } => self.take_unreadable(excerpt, now),
            // The status is checked after every step anyway.
            _ => {}
        }
    }

    /// From now on every change is notified: what was read before no longer counts.
    fn notifications_begin(&mut self, now: Instant) {
        let earliest = now.before(JUST_NOW);
        let was_asked_just_now = self.reads.was_read_since(Resource::Me, earliest);
        let may_be_another = self.link.connected(was_asked_just_now);
        self.reads.want_current(now);
        self.read_what_is_missing(now);
        if may_be_another {
            self.reads.want(Resource::Me, now);
        }
    }

    /// Reads whatever should have been read since notifications began, and neither was nor will be:
    /// reads were given up when a password was required.
    pub(super) fn read_what_is_missing(&mut self, now: Instant) {
        if !self.link.is_subscribed() {
            return;
        }
        self.reads.want_missing(now);
        if self.state.directory.read_at.is_none() && self.reads.is_idle(Resource::Directory) {
            self.reads.want(Resource::Directory, now);
        }
    }

    /// From now on notifications may be missed.
    fn notifications_end(&mut self, now: Instant) {
        if !self.link.is_refused() {
            self.reads.outdate();
        }
        self.delivery.interrupted();
        let disconnected = self.link.disconnected();
        if let Some(after) = disconnected.polls_cut_after {
            self.state.connection.polls_cut_after = Some(after);
            self.note(Step::PollsCut(after), Certainty::Own, now);
        }
        match self.state.identity.standing() {
            Standing::Known if disconnected.is_web_page => self.ask_who_is_signed_in(now),
            // Most likely it is a sign-in page.
            Standing::Unknown if disconnected.is_web_page => self.link.rest(now),
            _ => {}
        }
    }

    /// A notification about this device or call has arrived.
    pub(super) fn notification_arrived(&mut self, kind: Kind, id: &str, now: Instant) {
        let read = match kind {
            Kind::Device => Resource::Devices,
            Kind::Call => Resource::Calls,
        };
        self.reads.told(read, id);
        self.link.message_was_read();
        if self.delivery.told(kind, id) {
            self.note(Step::Audible, Certainty::Own, now);
        }
    }

    /// Draws conclusions from changes without notifications, and has devices and calls read at
    /// intervals.
    pub(super) fn watch_delivery(&mut self, now: Instant) {
        if self.delivery.has_become_silent(now) {
            self.note(Step::Silent, Certainty::Own, now);
            self.link.restart(now);
        }
        // The names of the people at the monitored telephones are shown meanwhile.
        let is_monitoring = self.state.monitoring.active().next().is_some();
        let age = self.state.directory.age(self.config.names_age);
        self.reads.refresh_directory(is_monitoring.then_some(age));
        let is_watched = self.state.requests.pending().next().is_some()
            || self.state.monitoring.active().next().is_some()
            || !self.state.all_legs().is_empty();
        self.reads.lapse(now);
        let is_refused = self.link.is_refused();
        let after = match (self.delivery.is_silent() || is_refused, is_watched) {
            (true, _) => self.config.read_every_silent,
            (false, true) => self.config.read_every,
            (false, false) => self.config.read_every_idle,
        };
        let is_current = (self.link.is_connected() || is_refused) && self.reads.is_current();
        self.reads.refresh(is_current.then_some(after), now);
    }

    /// Derives the state of the connection.
    pub(super) fn update_connection(&mut self, now: Instant) {
        let moment = self.moment(now);
        let standing = self.state.identity.standing();
        let is_silent = self.delivery.is_silent();
        let shown = self.link.shown(standing, &self.reads, is_silent, moment);
        let status = self.link.status();
        let (heard, is_crowded) = (status.last_heard, status.multiple_clients);
        let connection = &mut self.state.connection;
        let (before, after) = (connection.phase, shown.phase);
        let live_until = if before.is_usable() && !after.is_usable() {
            // The displayed state was known to be true when the server was last heard.
            let lost = self.link.lost().unwrap_or(moment);
            let heard = connection.heard;
            Some(heard.map_or(lost, |heard| lost.before(lost.at.since(heard))))
        } else {
            connection.live_until
        };
        let read_at = match after {
            LinkPhase::Silent => self.reads.all_read_at(),
            _ => None,
        };
        let read_at = read_at.map(|at| moment.before(now.since(at)));
        let next_try = shown.next_try.filter(|at| *at > now);
        let is_heard = is_new(&mut connection.heard, heard);
        let is_changed = is_new(&mut connection.phase, after)
            | is_new(&mut connection.live_until, live_until)
            | is_new(&mut connection.read_at, read_at)
            | is_new(&mut connection.next_try, next_try)
            | is_new(&mut connection.trouble, shown.trouble)
            | is_new(&mut connection.is_crowded, is_crowded);
        if is_heard || is_changed {
            self.changes |= Changes::HEARD;
        }
        if !is_changed {
            return;
        }
        self.changes |= Changes::CONNECTION;
        if before != after {
            self.emit_once(Topic::Connection);
            let latest = self.state.history.receipts().next_back();
            let latest = latest.map_or_else(Instant::default, |receipt| receipt.at.at);
            if let Some((step, at)) = self.link.note(before, after, latest, now) {
                self.note(step, Certainty::Own, at);
            }
        }
    }
}

/// Replaces a value. Returns whether it is another.
fn is_new<T: PartialEq>(old: &mut T, new: T) -> bool {
    let is_new = *old != new;
    *old = new;
    is_new
}
