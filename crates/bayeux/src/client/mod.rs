//! The client: a connection, commands, and the life of the page, tied together here.
//!
//! | file | holds |
//! |---|---|
//! | `config` | what can be set |
//! | `event`, `outcome`, `status` | what goes in and comes out, and what can be seen |
//! | `connection/` | handshakes and connects, and what their failures lead to |
//! | `command_lane` | the request for everything else |
//! | `subscriptions`, `publishes` | what that request is to carry |
//! | `response` | splitting a response into messages |
//! | `page` | what a change of the page means |
//! | `outputs` | what has yet to be sent and reported |

mod command_lane;
mod config;
mod connection;
mod event;
mod outcome;
mod outputs;
mod page;
mod publishes;
mod response;
mod status;
mod subscriptions;

use serde_json::value::RawValue;

pub use self::config::Config;
pub use self::event::{Event, Gap, Incoming, Input, Output};
pub use self::outcome::{NotSent, Outcome, Token};
pub use self::page::{Absence, Page};
pub(crate) use self::response::event;
pub use self::status::{Counters, Phase, Reason, Status};

use self::command_lane::{CommandLane, CommandRequest, Consequence};
use self::connection::{Connection, Session};
use self::page::{PageLife, Reaction};
use self::response::{Batch, RequestError};
use crate::body::Body;
use crate::channel::{Channel, Pattern};
use crate::exchange::{ExchangeId, Failure, Response};
use crate::time::Instant;

/// A Bayeux client for one server.
///
/// It keeps one request outstanding by which the server can send events (the *poll*), and at most
/// one more for everything else. It recovers from every failure that may pass, and names the reason
/// when it stops.
#[derive(Debug)]
pub struct Client {
    connection: Connection,
    commands: CommandLane,
    page: PageLife,
    /// Whether it was closed, and not opened since.
    is_closed: bool,
    max_network_delay: core::time::Duration,
}

impl Client {
    /// A client that does nothing yet. `seed` spreads its retries: give each client another.
    pub fn new(config: Config, seed: u64) -> Self {
        Self {
            commands: CommandLane::new(&config, !seed),
            page: PageLife::default(),
            is_closed: false,
            max_network_delay: config.max_network_delay,
            connection: Connection::new(config, seed),
        }
    }

    /// Takes what happened.
    pub fn handle(&mut self, input: Input, now: Instant) {
        let has_slept = page::has_slept(self.wake_at(), now);
        match input {
            Input::Response { id, response } => self.take_response(id, response, now),
            Input::Progress { id } => {
                let deadline = now + self.max_network_delay;
                self.connection.extend_poll(id, deadline);
                self.commands.extend(id, deadline);
            }
            Input::Failed { id, failure } => self.take_failure(id, failure, now),
            Input::Wake => self.check_deadlines(now),
            Input::Page(page) => self.take_page(page, now),
        }
        if has_slept {
            // First, so that what is overdue does not count as a sleep again.
            self.check_deadlines(now);
            if self.status().phase != Phase::Suspended {
                self.check_connection(true, now);
            }
        }
        self.proceed(now);
    }

    /// Returns what to do next. To be called until it returns [`Output::Idle`].
    pub fn poll(&mut self, now: Instant) -> Output {
        self.proceed(now);
        let output = self.connection.outputs().pop();
        output.unwrap_or_else(|| Output::Idle {
            wake_at: self.wake_at(),
        })
    }

    // Commands

    /// Begins to connect, and keeps at it. Does nothing if that was done already; begins anew after
    /// [`close`](Self::close) or a stop. Commands may be given before: they wait for it.
    pub fn open(&mut self, now: Instant) {
        self.is_closed = false;
        if matches!(self.status().phase, Phase::Idle | Phase::Stopped) {
            self.commands.reset();
            self.connection.open(now);
        }
    }

    /// Ends the session with a disconnect that outlives the page. Commands that wait are settled as
    /// not sent, and so are later ones until [`open`](Self::open). Subscriptions are kept, and made
    /// again then.
    pub fn close(&mut self, now: Instant) {
        self.is_closed = true;
        // A second close must not abort the disconnect of the first.
        if self.status().phase != Phase::Idle {
            self.abort_commands();
        }
        if let Some(session) = self.connection.close(now) {
            let outputs = self.connection.outputs();
            self.commands.disconnect(&session, outputs, now);
        }
    }

    /// Ends without a disconnect: with a request out, a browser would not keep the page.
    pub(crate) fn abandon(&mut self, now: Instant) {
        self.is_closed = true;
        self.abort_commands();
        self.connection.close(now);
    }

    /// Subscribes, now and again in every later session, until
    /// [`unsubscribe`](Self::unsubscribe). Settles when the server has first answered, or at once,
    /// as not sent, after [`close`](Self::close) or a stop. The token also names the subscription.
    pub fn subscribe(&mut self, pattern: Pattern) -> Token {
        let (token, events) = self.commands.subscribe(pattern);
        self.connection.outputs().events(events);
        token
    }

    /// Ends a subscription, named by the token that [`subscribe`](Self::subscribe) gave. Settles
    /// as done when the server has answered, or need not; ending what is not there is done at once.
    pub fn unsubscribe(&mut self, subscription: Token) -> Token {
        let (token, events) = self.commands.unsubscribe(subscription);
        self.connection.outputs().events(events);
        token
    }

    /// Publishes. Never sent a second time by the client: if no reply comes the outcome is unknown.
    /// While there is no session it waits for one, also before [`open`](Self::open); after
    /// [`close`](Self::close) or a stop it is not sent.
    pub fn publish(&mut self, channel: Channel, data: Box<RawValue>) -> Token {
        let (token, refusal) = self.commands.publish(channel, data);
        self.connection.outputs().events(refusal);
        token
    }

    /// Goes on after [`Event::CredentialsNeeded`]: at once, if there was a successful connect since
    /// the last time, else after a back-off, so that an application which always calls this makes
    /// no hot loop.
    pub fn credentials_renewed(&mut self, now: Instant) {
        self.connection.credentials_renewed(now);
    }

    /// Tries again now, on a person's request, instead of when the back-off or the server's
    /// `Retry-After` ends.
    pub fn retry_now(&mut self, now: Instant) {
        self.commands.end_pause(now);
        self.connection.retry_now(now);
    }

    // Getters

    /// The state of the connection.
    pub fn status(&self) -> &Status {
        self.connection.status()
    }

    /// What has happened so far.
    pub fn counters(&self) -> &Counters {
        self.connection.counters()
    }

    /// Whether there is a session whose messages are acknowledged.
    pub fn has_ack(&self) -> bool {
        self.connection.session().is_some_and(Session::has_ack)
    }

    // What is due

    /// Sends what is due, the poll first, and brings the status up to date.
    fn proceed(&mut self, now: Instant) {
        self.connection.send_poll(now);
        self.enter_session(now);
        if self.is_closed || self.status().phase == Phase::Stopped {
            let events = self.commands.settle_waiting();
            self.connection.outputs().events(events);
        }
        self.send_commands(now);
        if self.commands.is_settled() {
            self.connection.announce(now);
        }
        let commands_due = self.commands_due();
        let reason = self.commands.reason();
        let next_try = commands_due.filter(|_| reason.is_some());
        self.connection.update_status(reason, next_try);
    }

    /// Lets commands know the session there is now.
    fn enter_session(&mut self, now: Instant) {
        let (session, outputs) = self.connection.session_and_outputs();
        if let Some(complete_until) = self.commands.enter(session, outputs, now) {
            self.connection.missed_from(complete_until);
        }
    }

    fn send_commands(&mut self, now: Instant) {
        if self.commands_due().is_some_and(|due| due <= now) {
            let complete_until = self.connection.complete_until_or(now);
            let (session, outputs) = self.connection.session_and_outputs();
            if let Some(session) = session {
                self.commands.send(session, complete_until, outputs, now);
            }
        }
    }

    /// When commands are to be sent, if any wait and may be.
    fn commands_due(&self) -> Option<Instant> {
        let due = self.commands.due()?.max(self.connection.busy_until());
        self.connection.takes_commands().then_some(due)
    }

    fn wake_at(&self) -> Option<Instant> {
        let times = [
            self.connection.wake_at(),
            self.commands.deadline(),
            self.commands_due(),
        ];
        times.into_iter().flatten().min()
    }

    // Responses

    /// Takes a response. One to an exchange that was aborted is dropped: its failure was reported.
    fn take_response(&mut self, id: ExchangeId, response: Response, now: Instant) {
        let status = response::check_status(&response);
        let body = Body::new(response.body);
        let batch = response::split(status, &body);
        if let Some(request) = self.connection.take_poll(id) {
            match batch {
                Ok(batch) => self.connection.poll_answered(&request, &body, batch, now),
                Err(error) => self.connection.poll_failed(&request, error, now),
            }
        } else if let Some(request) = self.commands.take(id) {
            match batch {
                Ok(batch) => self.commands_answered(request, &body, batch, now),
                Err(error) => self.commands_failed(request, error, now),
            }
        }
    }

    fn take_failure(&mut self, id: ExchangeId, failure: Failure, now: Instant) {
        let reason = match self.page.is_offline() {
            true => Reason::Offline,
            false => Reason::Network(failure.detail),
        };
        let error = RequestError::Transient(reason);
        if let Some(request) = self.connection.take_poll(id) {
            self.connection.poll_failed(&request, error, now);
        } else if let Some(request) = self.commands.take(id) {
            self.commands_failed(request, error, now);
        }
    }

    fn check_deadlines(&mut self, now: Instant) {
        self.connection.check_deadline(now);
        if let Some(request) = self.commands.take_overdue(now) {
            self.connection.outputs().abort(request.id);
            let error = RequestError::Transient(Reason::TimedOut);
            self.commands_failed(request, error, now);
        }
    }

    fn commands_answered(
        &mut self,
        mut request: CommandRequest,
        body: &Body,
        batch: Batch<'_>,
        now: Instant,
    ) {
        let is_current = request.is_of(self.connection.session());
        let mut is_session_unknown = false;
        for message in batch {
            let position = match &message {
                Ok(message) if message.is_reply() => request.position(message),
                _ => None,
            };
            match (message, position) {
                (Ok(mut reply), Some(position)) => {
                    // Advice to a former session does not concern this one.
                    if is_current {
                        self.connection.advise(reply.advice.take());
                    }
                    let (is_unknown, events) =
                        self.commands.answered(&mut request, position, &reply);
                    is_session_unknown |= is_unknown;
                    self.connection.outputs().events(events);
                }
                (message, _) if is_current => {
                    self.connection.accept(message, body, now);
                }
                _ => {}
            }
        }
        let events = self.commands.completed(request, now);
        self.connection.outputs().events(events);
        if is_current
            && self.connection.session().is_some()
            && self.connection.obey_advice(now)
            && is_session_unknown
        {
            self.connection.lose_session(now);
        }
    }

    fn commands_failed(&mut self, request: CommandRequest, error: RequestError, now: Instant) {
        let is_current = request.is_of(self.connection.session());
        let (sent_at, complete_until) = (request.sent_at, request.complete_until);
        let has_subscriptions = request.has_subscriptions();
        let events = self.commands.give_up(request);
        self.connection.outputs().count_failure();
        self.connection.outputs().events(events);
        if !is_current {
            return;
        }
        self.connection.command_failed(complete_until);
        let is_renewed = self.connection.has_newer_credentials(sent_at);
        match self
            .commands
            .failed(has_subscriptions, error, is_renewed, now)
        {
            Some(Consequence::AskForCredentials(response)) => {
                self.connection.ask_for_credentials(response, now);
            }
            Some(Consequence::Stop(reason)) => self.connection.stop(reason, now),
            None => {}
        }
    }

    // The page

    fn take_page(&mut self, page: Page, now: Instant) {
        let is_suspended = self.status().phase == Phase::Suspended;
        match self.page.handle(page, is_suspended, now) {
            Reaction::Ignore => {}
            Reaction::Check { spare_young } => self.check_connection(spare_young, now),
            Reaction::Suspend => self.suspend(now),
            Reaction::Close => self.close(now),
        }
    }

    /// Makes sure of the connection, or makes a retry that is waited for sooner.
    fn check_connection(&mut self, spare_young: bool, now: Instant) {
        match self.connection.planned_retry() {
            Some(planned) => {
                if let Some(at) = self.page.bring_forward(planned, now) {
                    self.connection.retry_at(at, now);
                }
            }
            None => self.connection.check(spare_young, now),
        }
    }

    /// Keeps the session, and aborts every request but a disconnect.
    fn suspend(&mut self, now: Instant) {
        if self.status().phase != Phase::Idle {
            self.connection.suspend(now);
            self.abort_commands();
        }
    }

    fn abort_commands(&mut self) {
        let complete_until = self.commands.abort(self.connection.outputs());
        if let Some(complete_until) = complete_until {
            self.connection.may_miss_since(complete_until);
        }
    }
}
