//! The client: a connection, commands, and the life of the page, tied together here.
//!
//! | file | holds |
//! |---|---|
//! | `config` | settings |
//! | `event`, `status` | inputs and outputs, and the observable state |
//! | `connection/` | handshakes and connects, and reactions to their failures |
//! | `command_lane`, `subscriptions` | the request for everything else, and its contents |
//! | `request`, `response` | writing messages; splitting a response into them |
//! | `page` | reactions to events of the page |
//! | `outputs` | pending requests and events |

mod command_lane;
mod config;
mod connection;
mod event;
mod outputs;
mod page;
mod request;
mod response;
mod status;
mod subscriptions;

pub use self::config::Config;
pub use self::event::{Event, Gap, Incoming, Input, Output};
pub use self::page::{Absence, Page};
pub(crate) use self::response::event;
pub use self::status::{Counters, Phase, Reason, Status};

use self::command_lane::{Answer, CommandLane, CommandRequest, Consequence};
use self::connection::{Connection, Session};
use self::page::{PageLife, Reaction};
use self::response::{Batch, RequestError};
use crate::body::Body;
use crate::channel::Pattern;
use crate::duration::Duration;
use crate::exchange::{ExchangeId, Failure, Response};
use crate::time::Instant;

/// A Bayeux client for one server.
///
/// It keeps one request outstanding with which the server can send events (the *poll*), and at most
/// one more for everything else. It recovers from every temporary failure, and names the reason
/// when it stops.
#[derive(Debug)]
pub struct Client {
    connection: Connection,
    commands: CommandLane,
    page: PageLife,
}

impl Client {
    /// A client that was not opened. `seed` spreads its retries: give each client a different one.
    pub fn new(config: Config, seed: u64) -> Self {
        Self {
            commands: CommandLane::new(&config, !seed),
            page: PageLife::default(),
            connection: Connection::new(config, seed),
        }
    }

    /// Handles an input.
    pub fn handle(&mut self, input: Input, now: Instant) {
        let has_slept = page::has_slept(self.wake_at(), now);
        match input {
            Input::Response { id, response } => self.take_response(id, response, now),
            Input::Progress { id } => {
                let deadline = self.connection.outputs().deadline(Duration::ZERO, now);
                self.connection.extend_poll(id, deadline);
                self.commands.extend(id, deadline);
            }
            Input::Failed { id, failure } => self.take_failure(id, failure, now),
            Input::Wake => self.check_deadlines(now),
            Input::Page(page) => self.take_page(page, now),
        }
        if has_slept {
            // First, so that an overdue deadline does not count as a sleep again.
            self.check_deadlines(now);
            if self.status().phase != Phase::Suspended {
                self.check_connection(true, now);
            }
        }
        self.proceed(now);
    }

    /// Returns the next output. Call it until it returns [`Output::Idle`].
    pub fn poll(&mut self, now: Instant) -> Output {
        self.proceed(now);
        let output = self.connection.outputs().pop();
        output.unwrap_or_else(|| Output::Idle {
            wake_at: self.wake_at(),
        })
    }

    // Commands

    /// Begins to connect, and keeps trying. Does nothing if the client is open; starts over after
    /// [`close`](Self::close) or a stop.
    pub fn open(&mut self, now: Instant) {
        if matches!(self.status().phase, Phase::Idle | Phase::Stopped) {
            self.commands.reset();
            self.connection.open(now);
        }
    }

    /// Ends the session with a disconnect that outlives the page. Subscriptions are kept, and made
    /// again after the next [`open`](Self::open).
    pub fn close(&mut self, now: Instant) {
        // A second close must not abort the disconnect of the first.
        if self.status().phase != Phase::Idle {
            self.abort_commands();
        }
        if let Some(session) = self.connection.close(now) {
            let outputs = self.connection.outputs();
            self.commands.disconnect(&session, outputs, now);
        }
    }

    /// Ends without a disconnect: a browser does not keep a page with a request out.
    pub(crate) fn abandon(&mut self, now: Instant) {
        self.abort_commands();
        self.connection.close(now);
    }

    /// Subscribes, now and again in every later session. A refusal is reported as
    /// [`Event::SubscriptionRefused`].
    pub fn subscribe(&mut self, pattern: Pattern) {
        self.commands.subscribe(pattern);
    }

    /// Continues after [`Event::CredentialsNeeded`]: at once, if a connect has succeeded since the
    /// last time, else after a back-off, so that an application which always calls this causes no
    /// hot loop.
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

    /// Counts since the client was created.
    pub fn counters(&self) -> &Counters {
        self.connection.counters()
    }

    /// Whether there is a session whose messages are acknowledged.
    pub fn has_ack(&self) -> bool {
        self.connection.session().is_some_and(Session::has_ack)
    }

    // What is due

    /// Sends what is due, the poll first, and updates the status.
    fn proceed(&mut self, now: Instant) {
        self.connection.send_poll(now);
        self.enter_session(now);
        self.send_commands(now);
        self.connection.announce(self.commands.is_settled(), now);
        let commands_due = self.commands_due();
        let reason = self.commands.reason();
        let next_try = commands_due.filter(|_| reason.is_some());
        self.connection.update_status(reason, next_try);
    }

    /// Tells the command lane the current session.
    fn enter_session(&mut self, now: Instant) {
        let (session, outputs) = self.connection.session_and_outputs();
        if let Some(complete_until) = self.commands.enter(session, outputs, now) {
            self.connection.gaps().missed_from(complete_until);
        }
    }

    fn send_commands(&mut self, now: Instant) {
        if self.commands_due().is_some_and(|due| due <= now) {
            let complete_until = self.connection.gaps().complete_until_or(now);
            let (session, outputs) = self.connection.session_and_outputs();
            if let Some(session) = session {
                self.commands.send(session, complete_until, outputs, now);
            }
        }
    }

    /// When waiting commands are to be sent, if they may.
    fn commands_due(&self) -> Option<Instant> {
        let due = self.commands.due()?.max(self.connection.busy_until());
        self.connection.takes_commands().then_some(due)
    }

    fn wake_at(&self) -> Option<Instant> {
        Instant::earliest(&[
            self.connection.wake_at(),
            self.commands.deadline(),
            self.commands_due(),
        ])
    }

    // Responses

    /// Takes a response. A response to an aborted exchange is dropped, because the failure was
    /// reported.
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
                Err(error) => self.commands_failed(&request, error, now),
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
            self.commands_failed(&request, error, now);
        }
    }

    fn check_deadlines(&mut self, now: Instant) {
        self.connection.check_deadline(now);
        if let Some(request) = self.commands.take_overdue(now) {
            self.connection.outputs().abort(request.id);
            let error = RequestError::Transient(Reason::TimedOut);
            self.commands_failed(&request, error, now);
        }
    }

    fn commands_answered(
        &mut self,
        mut request: Box<CommandRequest>,
        body: &Body,
        batch: Batch<'_>,
        now: Instant,
    ) {
        let is_current = request.is_of(self.connection.session());
        let mut is_session_unknown = false;
        for message in batch {
            let answered = match &message {
                Ok(message) => request.take_answered(message),
                Err(_) => None,
            };
            match (message, answered) {
                (Ok(reply), Some(pattern)) if is_current => {
                    self.connection.advise(&reply);
                    match self.commands.answered(pattern, &reply) {
                        Answer::Handled(Some(event)) => self.connection.outputs().event(event),
                        Answer::Handled(None) => {}
                        Answer::SessionUnknown => is_session_unknown = true,
                    }
                }
                (message, None) if is_current => {
                    self.connection.accept(message, body, now);
                }
                // It does not concern the current session.
                _ => {}
            }
        }
        self.commands.completed(&request, now);
        if is_current
            && self.connection.session().is_some()
            && self.connection.obey_advice(now)
            && is_session_unknown
        {
            self.connection.lose_session(now);
        }
    }

    fn commands_failed(&mut self, request: &CommandRequest, error: RequestError, now: Instant) {
        let is_current = request.is_of(self.connection.session());
        self.connection.outputs().count_failure();
        if !is_current {
            return;
        }
        let complete_until = request.complete_until;
        self.connection.gaps().command_lost(complete_until);
        let is_renewed = self.connection.has_newer_credentials(request.sent_at);
        match self.commands.failed(request, error, is_renewed, now) {
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

    /// Checks the connection, or brings a pending retry forward.
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
            self.connection.gaps().may_miss_since(complete_until);
        }
    }
}
