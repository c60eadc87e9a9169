//! The machine: it ties the parts together. Inputs and commands change parts, the consequences for
//! other parts are decided here, and [`Machine::poll`] returns the outputs.
//!
//! | file | holds |
//! |---|---|
//! | `api` | inputs and outputs |
//! | `commands` | the commands of a person |
//! | `facts` | applies reads and notifications to the parts |
//! | `directory` | parses the directory in pieces |
//! | `groups` | the supervisor's groups, and their members |
//! | `kept` | people who are always listed |
//! | `search` | searching people on the server |
//! | `requests` | the progress of requests |
//! | `receipts` | writing receipts |
//! | `limits` | time limits |
//! | `connection` | reactions to the CometD client's events |
//! | `link` | the CometD client, and the assessment of the connection |
//! | `sign_in` | finding out who is signed in |
//! | `exchanges` | HTTP requests under way |
//! | `reads` | what to read, and when |
//! | `retry_after` | how long a server asks to wait |
//! | `page` | the life of the page |

mod api;
mod commands;
mod connection;
mod directory;
mod exchanges;
mod facts;
mod groups;
mod kept;
mod limits;
mod link;
mod page;
mod reads;
mod receipts;
mod requests;
mod retry_after;
mod search;
mod sign_in;

use core::mem::discriminant;
use std::collections::VecDeque;
use std::sync::Arc;

use bayeux::shared::{self, TabAction};
use bayeux::{Absence, Instant};

pub use self::api::{
    Config, Event, HttpRequest, Input, Output, RESPONSE_HEADERS, RequestStage, Response,
};
use self::directory::Outdated;
use self::exchanges::{Answer, Exchanges, Purpose};
use self::groups::GroupReads;
use self::kept::Kept;
use self::link::Link;
use self::reads::Reads;
use self::retry_after::retry_after;
use self::search::Search;
use crate::changes::Changes;
use crate::connection::delivery::Delivery;
use crate::connection::{LinkTrouble, Resource};
use crate::limit::shared::SharedLimits;
use crate::my_device::MyDevice;
use crate::requests::Times;
use crate::state::State;
use crate::time::{Clock, Moment};

/// The machine for the voice supervision of one supervisor.
#[derive(Debug)]
pub struct Machine {
    config: Config,
    clock: Clock,
    state: State,
    link: Link,
    delivery: Delivery,
    exchanges: Exchanges,
    reads: Reads,
    group_reads: GroupReads,
    search: Search,
    kept: Kept,
    outdated: Option<Outdated>,
    absence: Absence,
    changes: Changes,
    events: VecDeque<Event>,
    to_tabs: Vec<TabAction>,
    shared_limits: SharedLimits,
}

/// What an event without details is about.
#[derive(Clone, Copy)]
enum Topic {
    Connection,
    Device,
    Monitoring,
    Call,
}

impl Machine {
    /// A machine that was not started.
    pub fn new(config: Config) -> Self {
        let mut state = State {
            my_device: MyDevice::new(config.device.clone()),
            sip_cluster: config.sip_cluster,
            ..State::default()
        };
        state.connection.is_third_party = config.is_third_party;
        Self {
            clock: Clock::default(),
            state,
            link: Link::new(&config),
            delivery: Delivery::default(),
            exchanges: Exchanges::new(config.base_url.clone(), config.reply_within),
            reads: Reads::new(config.seed, config.reply_within),
            group_reads: GroupReads::default(),
            search: Search::default(),
            kept: Kept::default(),
            outdated: None,
            absence: Absence::default(),
            changes: Changes::default(),
            events: VecDeque::new(),
            to_tabs: Vec::new(),
            shared_limits: SharedLimits::new(config.seed),
            config,
        }
    }

    /// Handles an input.
    pub fn handle(&mut self, input: Input, now: Instant) {
        if let Input::Response { id, .. } | Input::Failed { id, .. } = &input {
            self.link.poll_ends(self.exchanges.polls_since(*id), now);
        }
        match input {
            Input::Response { id, response } => self.take_response(id, response, now),
            Input::Progress { id } => {
                if let Some(Purpose::Bayeux(id)) = self.exchanges.progressed(id, now) {
                    self.tell_client(bayeux::Input::Progress { id }, now);
                }
            }
            Input::Redirected { id } => {
                if let Some(purpose) = self.exchanges.ended(id) {
                    self.take_answer(purpose, Answer::Redirected, now);
                }
            }
            Input::Failed { id, failure } => match self.exchanges.ended(id) {
                Some(Purpose::Bayeux(id)) => {
                    self.tell_client(bayeux::Input::Failed { id, failure }, now);
                }
                Some(purpose) => {
                    let trouble = LinkTrouble::Network(failure.detail);
                    self.take_answer(purpose, Answer::Nothing(Arc::new(trouble)), now);
                }
                None => {}
            },
            Input::Wake => {
                self.tell_client(bayeux::Input::Wake, now);
                self.read_piece(now);
                self.outdated.take_if(|outdated| outdated.ends_at <= now);
                while let Some(purpose) = self.exchanges.timed_out(now) {
                    let answer = Answer::Nothing(Arc::new(LinkTrouble::TimedOut));
                    self.take_answer(purpose, answer, now);
                }
            }
            Input::WallClock(wall) => {
                self.clock.set(wall, now);
                self.clock_was_set();
            }
            Input::Tabs(event) => {
                if let Some(event) = self.take_limit_message(event, now) {
                    self.link.handle(shared::Input::Tabs(event), now);
                }
            }
        }
    }

    /// Returns the next output. Call it until it returns [`Output::Idle`].
    ///
    /// Notifications are applied only after the resulting requests have left: the next connect need
    /// not wait for two thousand notifications.
    pub fn poll(&mut self, now: Instant) -> Output {
        self.drive_client(now);
        if !self.exchanges.has_output() {
            self.proceed(now);
        }
        if let Some(id) = self.exchanges.next_abort() {
            return Output::Abort(id);
        }
        if let Some(request) = self.exchanges.next_send() {
            return Output::Send(request);
        }
        if !self.to_tabs.is_empty() {
            return Output::Tabs(self.to_tabs.remove(0));
        }
        if let Some(event) = self.events.pop_front() {
            return Output::Event(event);
        }
        let changes = core::mem::take(&mut self.changes);
        if !changes.is_empty() {
            return Output::Changed(changes);
        }
        Output::Idle {
            wake_at: self.wake_at(now),
        }
    }

    /// The state that a supervisor may be shown.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Applies inputs, and does whatever is possible now.
    fn proceed(&mut self, now: Instant) {
        loop {
            self.take_client_events(now);
            self.link.watch_stop(now);
            self.watch_delivery(now);
            self.begin_due_checks(now);
            self.watch_limits(now);
            self.follow_wanted_device(now);
            self.update_connection(now);
            self.begin_due_reads(now);
            self.begin_search(now);
            self.note_put_off_checks(now);
            // A read or a check may have unblocked the CometD client.
            self.drive_client(now);
            if self.link.is_drained() {
                return;
            }
        }
    }

    fn wake_at(&self, now: Instant) -> Option<Instant> {
        Instant::earliest(&[
            self.reads.pieces_go_on_at(now),
            self.outdated.as_ref().map(|outdated| outdated.ends_at),
            self.exchanges.wake_at(),
            self.reads.wake_at(|read| self.may_begin(read)),
            self.state.requests.wake_at(self.config.reply_within),
            self.delivery.wake_at(),
            self.search_begins_at(),
            self.link.wake_at(),
            self.state.limits.wake_at(now),
        ])
    }

    fn moment(&self, now: Instant) -> Moment {
        self.clock.moment(now)
    }

    fn times(&self) -> Times {
        Times {
            confirm_within: self.config.confirm_within,
            second_read_after: self.config.second_read_after,
        }
    }

    /// Emits an event without details, once for all changes that are taken together.
    fn emit_once(&mut self, topic: Topic) {
        let event = match topic {
            Topic::Connection => Event::Connection,
            Topic::Device => Event::Device,
            Topic::Monitoring => Event::Monitoring,
            Topic::Call => Event::Call,
        };
        let is_it = |other: &Event| discriminant(other) == discriminant(&event);
        if !self.events.iter().any(is_it) {
            self.events.push_back(event);
        }
    }

    fn take_response(&mut self, id: bayeux::ExchangeId, response: Response, now: Instant) {
        let Some(purpose) = self.exchanges.ended(id) else {
            return;
        };
        self.exchanges.learn_csrf_token(&response);
        if response.asks_for_password() {
            self.password_is_asked_for(now);
        }
        match purpose {
            Purpose::Bayeux(id) => {
                let response = bayeux::Response {
                    status: response.status,
                    retry_after: retry_after(&response, self.moment(now).wall),
                    body: response.body,
                };
                self.tell_client(bayeux::Input::Response { id, response }, now);
            }
            purpose => self.take_answer(purpose, Answer::Response(response), now),
        }
    }

    fn take_answer(&mut self, purpose: Purpose, mut answer: Answer, now: Instant) {
        match purpose {
            Purpose::Bayeux(id) if matches!(answer, Answer::Redirected) => {
                self.client_was_redirected(id, now);
            }
            // The CometD client times these itself.
            Purpose::Bayeux(_) => {}
            Purpose::Read(Resource::Directory) if self.begin_directory(&mut answer, now) => {}
            Purpose::Read(read) => self.take_read(read, &answer, now),
            Purpose::Groups => self.take_groups(&answer, now),
            Purpose::Members => self.take_members(&answer, now),
            Purpose::FoundPage => self.take_found_page(&answer, now),
            Purpose::FoundPerson => self.take_found_person(&answer, now),
            Purpose::KeptPerson => self.take_kept_person(&answer, now),
            Purpose::Operation(id) => self.take_reply(id, &answer, now),
        }
    }

    /// While nobody is signed in, only `GET /me` is read.
    fn may_begin(&self, read: Resource) -> bool {
        use crate::identity::Standing;
        read == Resource::Me || self.state.identity.standing() == Standing::Known
    }

    fn begin_due_reads(&mut self, now: Instant) {
        for read in Resource::ALL {
            if self.may_begin(read) && self.reads.begin(read, now) {
                let within = self.reads.reply_within(read);
                self.exchanges.read(read, within, now);
            }
        }
    }
}
