//! The connection: first the server must know who we are (`GET /me`, which also brings the CSRF
//! token), then the CometD client connects, then everything is read. Only then is it *live*. The
//! same order holds after every failure.

use core::time::Duration;

use bayeux::{
    Event as BayeuxEvent, Instant, Output as BayeuxOutput, Phase, ProtocolError, Reason, shared,
};
use gws::{Method, ReplyError};

use super::reads::Read;
use super::{Event, Machine, Purpose};
use crate::state::{Changes, Connection, Happening, LinkPhase, LinkTrouble, Operation};

/// Where the CometD endpoint is, below the base address. Source: three independent clients of GWS.
pub(super) const NOTIFICATIONS: &str = "/notifications";

/// Whether the server knows who we are.
#[derive(Debug, Default)]
pub(super) struct SignIn {
    pub(super) standing: Standing,
    /// When the CometD client wants to wake.
    bayeux_wake: Option<Instant>,
    was_live: bool,
    /// Whether the journal says that the connection was lost.
    is_loss_noted: bool,
    /// Why the server gives us no notifications, although it lets us connect.
    refusal: Option<ProtocolError>,
    /// Operations that wait for a new CSRF token.
    pub(super) held_back: Vec<Operation>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing was asked for.
    #[default]
    Idle,
    /// It is being found out.
    Asking,
    /// Yes.
    Known,
    /// No.
    Unknown,
}

impl Machine {
    // Commands

    /// Begins: who am I, notifications, everything there is to read. Keeps at it until
    /// [`close`](Self::close).
    pub fn start(&mut self, now: Instant) {
        if self.sign_in.standing == Standing::Idle {
            self.sign_in.standing = Standing::Asking;
            self.reads.want(Read::Me, now);
        }
    }

    /// Tries again now whatever waits for a later time, or for a person to have signed in.
    pub fn retry_now(&mut self, now: Instant) {
        match self.sign_in.standing {
            Standing::Idle => self.start(now),
            Standing::Asking | Standing::Unknown => {
                self.refusals.reset();
                self.reads.want(Read::Me, now);
            }
            Standing::Known if self.sign_in.refusal.take().is_some() => self.bayeux.restart(now),
            Standing::Known => {
                self.bayeux.retry_now(now);
                self.reads.hurry(now);
            }
        }
    }

    /// Ends: says good-bye to the CometD server by a request that outlives the page, and makes no
    /// other. What the device monitors goes on: it belongs to the supervisor, not to a page.
    pub fn close(&mut self, now: Instant) {
        self.abort_own();
        self.reads.forget();
        self.check = None;
        self.sign_in = SignIn::default();
        self.bayeux.close(now);
    }

    /// Carries out what the CometD client wants, and keeps what it tells.
    pub(super) fn drive_bayeux(&mut self, now: Instant) {
        loop {
            match self.bayeux.poll(now) {
                shared::Output::Tabs(action) => self.to_tabs.push_back(action),
                shared::Output::Client(BayeuxOutput::Send(exchange)) => {
                    let purpose = Purpose::Bayeux(exchange.id);
                    let body = Some(exchange.body);
                    let keepalive = exchange.keepalive;
                    self.fly(Method::Post, exchange.url, body, keepalive, purpose, None);
                }
                shared::Output::Client(BayeuxOutput::Abort(id)) => self.abort_bayeux(id),
                shared::Output::Client(BayeuxOutput::Event(event)) => self.told.push_back(event),
                shared::Output::Client(BayeuxOutput::Idle { wake_at }) => {
                    self.sign_in.bayeux_wake = wake_at;
                    return;
                }
            }
        }
    }

    pub(super) fn tell_bayeux(&mut self, input: bayeux::Input, now: Instant) {
        self.bayeux.handle(shared::Input::Client(input), now);
    }

    pub(super) fn bayeux_wake(&self) -> Option<Instant> {
        self.sign_in.bayeux_wake
    }

    pub(super) fn take_bayeux_events(&mut self, now: Instant) {
        while let Some(event) = self.told.pop_front() {
            self.take_bayeux_event(event, now);
        }
    }

    fn take_bayeux_event(&mut self, event: BayeuxEvent, now: Instant) {
        match event {
            BayeuxEvent::Connected { missed } => {
                self.refusals.reset();
                self.reads.want_current(now);
                if missed.is_some() || !self.sign_in.was_live {
                    self.reads.want(Read::Directory, now);
                }
                if self.sign_in.was_live {
                    // Someone else may have signed in meanwhile.
                    self.reads.want(Read::Me, now);
                }
            }
            BayeuxEvent::CredentialsNeeded { response } => {
                let refusal = gws::reply::operation(response.status, &response.body);
                if refusal == Err(ReplyError::CsrfRejected) {
                    self.csrf.forget();
                }
                // At once the first time, later only if `GET /me` goes on saying that all is well.
                let is_first = self.refusals.failures() == 0;
                let pause = self.refusals.fail();
                let delay = if is_first { Duration::ZERO } else { pause };
                self.ask_who_i_am(now + delay);
            }
            // From now on something may be missed: what was read no longer counts.
            BayeuxEvent::StatusChanged if self.bayeux.status().phase != Phase::Connected => {
                self.reads.outdate();
                self.sign_in.refusal = None;
            }
            BayeuxEvent::SubscriptionRefused { error, .. } => self.sign_in.refusal = Some(error),
            BayeuxEvent::Message(message) => self.take_notification(&message, now),
            BayeuxEvent::Unreadable { excerpt } => self.take_unreadable(excerpt, now),
            // The status itself is looked at after every step.
            _ => {}
        }
    }

    /// Finds out anew who we are.
    pub(super) fn ask_who_i_am(&mut self, now: Instant) {
        self.sign_in.standing = Standing::Asking;
        self.reads.want(Read::Me, now);
    }

    /// Fetches a new CSRF token, and then sends the operation that was held back for want of it.
    pub(super) fn sign_in_again_for(&mut self, operation: Operation, now: Instant) {
        self.sign_in.held_back.push(operation);
        self.ask_who_i_am(now);
    }

    /// The server has said who we are.
    pub(super) fn signed_in(&mut self, now: Instant) {
        self.sign_in.standing = Standing::Known;
        match self.bayeux.status().phase {
            Phase::Idle => self.begin_notifications(now),
            Phase::CredentialsNeeded => self.bayeux.credentials_renewed(now),
            _ => {}
        }
    }

    /// Alone, or with the other tabs of this user: what the server tells one user is not for another.
    fn begin_notifications(&mut self, now: Instant) {
        match &self.state.me {
            Some(me) if self.config.can_share => self.bayeux.join(me.id.as_str(), now),
            _ => self.bayeux.open(now),
        }
    }

    /// The server does not know who we are. Someone may sign in elsewhere on the page, so it is
    /// asked again from time to time.
    pub(super) fn not_signed_in(&mut self, now: Instant) {
        self.sign_in.standing = Standing::Unknown;
        self.reads.want(Read::Me, now + self.config.sign_in_again);
        self.refuse_held_back(now);
    }

    /// Something came from the server.
    pub(super) fn hear(&mut self, now: Instant) {
        self.state.connection.heard = Some(now);
        self.changes |= Changes::CONNECTION;
    }

    /// Puts together what the connection amounts to.
    pub(super) fn weigh_connection(&mut self, now: Instant) {
        let status = self.bayeux.status();
        let me = self.reads.trouble(Read::Me);
        let rest = Read::NOTIFIED
            .into_iter()
            .find_map(|read| self.reads.trouble(read));
        // A doubt is no trouble yet: most connections turn out to be alive.
        let trouble = status.reason.as_ref().filter(|r| **r != Reason::Doubt);
        let notifications = || trouble.cloned().map(LinkTrouble::Notifications);
        let again = if self.sign_in.was_live || self.state.connection.live_until.is_some() {
            LinkPhase::Reconnecting
        } else {
            LinkPhase::Starting
        };
        let retrying = |trouble: &Option<LinkTrouble>| match trouble {
            Some(_) => LinkPhase::Reconnecting,
            None => again,
        };
        let (phase, trouble, next_try) = match (self.sign_in.standing, status.phase) {
            (Standing::Idle, _) => (LinkPhase::Idle, None, None),
            // Without notifications nothing that is shown can be trusted to be so.
            (Standing::Known, Phase::Connected) if self.sign_in.refusal.is_some() => {
                let refusal = self.sign_in.refusal.clone().map(Reason::Refused);
                (
                    LinkPhase::Stopped,
                    refusal.map(LinkTrouble::Notifications),
                    None,
                )
            }
            // Also while a CSRF token is fetched: notifications arrive all the same.
            (Standing::Known | Standing::Asking, Phase::Connected)
                if self.reads.is_current() && status.reason.is_none() =>
            {
                (LinkPhase::Live, None, None)
            }
            (Standing::Unknown, _) => (LinkPhase::SignInNeeded, None, self.reads.at(Read::Me)),
            (Standing::Asking, _) => {
                let trouble = me.or_else(notifications);
                (retrying(&trouble), trouble, self.reads.at(Read::Me))
            }
            (Standing::Known, Phase::Connected) => {
                let next = Read::NOTIFIED
                    .into_iter()
                    .filter_map(|read| self.reads.at(read))
                    .min();
                // Or subscriptions are not in force, and it is read when they are.
                let trouble = rest.or_else(notifications);
                (retrying(&trouble), trouble, next.or(status.next_try))
            }
            (Standing::Known, Phase::Stopped) => (LinkPhase::Stopped, notifications(), None),
            (Standing::Known, _) => {
                let trouble = notifications();
                (retrying(&trouble), trouble, status.next_try)
            }
        };
        // Another tab may have heard it.
        let heard = self.state.connection.heard.max(status.last_heard);
        let is_crowded = status.multiple_clients;
        let next_try = next_try.filter(|at| *at > now);
        let old = &mut self.state.connection;
        let phase_changed = old.phase != phase;
        let new = Connection {
            phase,
            since: if phase_changed { now } else { old.since },
            heard,
            live_until: if old.phase == LinkPhase::Live && phase != LinkPhase::Live {
                old.heard
            } else {
                old.live_until
            },
            next_try,
            trouble,
            is_crowded,
        };
        if *old != new {
            *old = new;
            self.changes |= Changes::CONNECTION;
        }
        if phase_changed {
            self.say_once(Event::Connection);
        }
        self.note_loss_or_return(now);
    }

    /// Notes that the connection was lost, once there is a reason to say so, and that it is back.
    fn note_loss_or_return(&mut self, now: Instant) {
        let connection = &self.state.connection;
        let is_live = connection.phase == LinkPhase::Live;
        let is_lost = !is_live
            && connection.phase != LinkPhase::Idle
            && (connection.trouble.is_some() || connection.phase == LinkPhase::SignInNeeded);
        if is_live && self.sign_in.is_loss_noted {
            self.sign_in.is_loss_noted = false;
            self.note(Happening::Back, now);
        } else if is_lost && self.sign_in.was_live && !self.sign_in.is_loss_noted {
            self.sign_in.is_loss_noted = true;
            self.note(Happening::Lost, now);
        }
        self.sign_in.was_live |= is_live;
    }
}
