//! The machine. This file is its face: what goes in, what comes out, and the order in which things
//! are done. The work is in the files beside it.
//!
//! | file | holds |
//! |---|---|
//! | `exchanges` | requests under way: sending, timing out, matching responses |
//! | `retry_after` | for how long a server asks to be left alone |
//! | `link` | signing in, the CometD client, and what the connection amounts to |
//! | `reads` | who am I, my devices, my calls, the directory: reading, and reading again |
//! | `operations` | listen in, stop, answer, leave: from the click to the confirmation |
//! | `facts` | what reads and notifications say, put into the state |
//! | `page` | the life of the page around it |

mod exchanges;
mod facts;
mod link;
mod operations;
mod page;
mod reads;
mod retry_after;

use core::time::Duration;
use std::collections::VecDeque;

use bayeux::shared::{self, SharedClient, TabAction, TabEvent};
use bayeux::{Absence, Backoff, Channel, ExchangeId, Failure, Instant, Pattern};
use gws::{DeviceId, Method, notification};

use self::exchanges::{Flight, HeldBack};
use self::link::{NOTIFICATIONS, SignIn};
use self::reads::{Read, Reads};
use crate::state::{Changes, Happening, JournalEntry, Operation, State};

/// Voice supervision of one supervisor.
#[derive(Debug)]
pub struct Machine {
    config: Config,
    state: State,
    changes: Changes,

    bayeux: SharedClient,
    csrf: gws::Csrf,
    sign_in: SignIn,
    /// Refusals in a row of the CometD endpoint, although `GET /me` was granted.
    refusals: Backoff,
    absence: Absence,
    reads: Reads,
    /// When to compare the device with what was asked for.
    check: Option<operations::Check>,

    flights: Vec<Flight>,
    next_exchange: u64,
    /// What the CometD client has told and was not looked at yet.
    told: VecDeque<bayeux::Event>,
    aborts: VecDeque<ExchangeId>,
    sends: VecDeque<Request>,
    to_tabs: VecDeque<TabAction>,
    events: VecDeque<Event>,
}

/// What a machine is told at the beginning.
#[derive(Clone, Debug)]
pub struct Config {
    /// The API's absolute address, such as `http://localhost:8090/api/v2`, without a slash behind.
    pub base_url: String,
    /// The supervisor's device to use; otherwise the first that can listen in, or is active.
    pub device: Option<DeviceId>,
    /// Spreads retries: give each machine another.
    pub seed: u64,
    /// How long a reply may take. Default 15 s.
    pub reply_within: Duration,
    /// How long the confirmation of an accepted request may take. Default 10 s.
    pub confirm_within: Duration,
    /// How long after a request of unknown outcome the device is read a second time. Default 5 s.
    pub second_look_after: Duration,
    /// How old the directory may become while it is looked at, and 10 ms more for each of its
    /// entries. Default 15 s.
    pub directory_age: Duration,
    /// How often it is tried whether someone has signed in meanwhile. Default 30 s.
    pub sign_in_again: Duration,
    /// How the CometD client behaves; its address follows from `base_url`.
    pub bayeux: bayeux::Config,
    /// Whether there is a lock and a channel by which tabs can share one connection
    /// ([`Output::Tabs`]). Default no.
    pub can_share: bool,
}

impl Config {
    /// The defaults for that address.
    pub fn new(base_url: impl Into<String>, seed: u64) -> Self {
        Self {
            base_url: base_url.into().trim_end_matches('/').to_owned(),
            device: None,
            seed,
            reply_within: Duration::from_secs(15),
            confirm_within: Duration::from_secs(10),
            second_look_after: Duration::from_secs(5),
            directory_age: Duration::from_secs(15),
            sign_in_again: Duration::from_secs(30),
            bayeux: bayeux::Config::default(),
            can_share: false,
        }
    }
}

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// A response has come, whole.
    Response {
        /// To which request.
        id: ExchangeId,
        /// What it is.
        response: Response,
    },
    /// A request ended without a response.
    Failed {
        /// Which.
        id: ExchangeId,
        /// Why.
        failure: Failure,
    },
    /// The time named by [`Output::Idle`] has come. Harmless at any other time.
    Wake,
    /// Something between this tab and the others.
    Tabs(TabEvent),
}

/// What is to be done.
#[derive(Debug)]
pub enum Output {
    /// End that request. Nothing more needs to be said of it.
    Abort(ExchangeId),
    /// Make that request, now and before anything is shown.
    Send(Request),
    /// Do that, now and before anything is shown.
    Tabs(TabAction),
    /// Something an embedder may want to know.
    Event(Event),
    /// These parts of [`Machine::state`] have changed. Given at most once before `Idle`.
    Changed(Changes),
    /// Nothing until an input, a command, or that time.
    Idle {
        /// When to call `handle(Input::Wake, now)`, if ever.
        wake_at: Option<Instant>,
    },
}

/// An HTTP request, with the page's credentials.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// To be given back with the response.
    pub id: ExchangeId,
    /// The method.
    pub method: Method,
    /// The absolute address.
    pub url: String,
    /// Headers beside what the body needs.
    pub headers: Vec<(String, String)>,
    /// A JSON body.
    pub body: Option<Vec<u8>>,
    /// Let the request outlive the page.
    pub keepalive: bool,
    /// It is one of the CometD client's, which follow one another without end.
    pub is_poll: bool,
}

/// What a server answered.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers that could be read.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Something an embedder may want to know. The state tells the rest.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The connection changed its phase.
    Connection,
    /// The supervisor's device changed.
    Device,
    /// Monitoring began, changed or ended.
    Monitoring,
    /// A call on the supervisor's device began, changed or ended.
    Call,
    /// Something that was asked for came a step further.
    Request {
        /// What was asked for.
        operation: Operation,
        /// How far it has come.
        stage: RequestStage,
    },
    /// Something happened that a person should read.
    Journal(JournalEntry),
}

/// How far something that was asked for has come. The last four end it; each request ends once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestStage {
    /// It was sent.
    Sent,
    /// The server took it.
    Accepted,
    /// The device, or the reply where nothing more is to come, says that it is done.
    Confirmed,
    /// The server refused it, at once or later.
    Refused,
    /// The server took it, and the device does not show it.
    Unconfirmed,
    /// Nobody knows whether it arrived; the device does not show it.
    Unknown,
}

impl Machine {
    /// A machine that does nothing yet.
    pub fn new(config: Config) -> Self {
        let settings = bayeux::Config {
            url: format!("{}{NOTIFICATIONS}", config.base_url),
            ..config.bayeux.clone()
        };
        // Both are valid names, as a test in `gws` shows.
        let channels = [notification::DEVICES, notification::CALLS];
        let channels = channels
            .into_iter()
            .filter_map(|name| Channel::new(name).ok());
        let bayeux = SharedClient::new(settings, channels.map(Pattern::from), config.seed);
        Self {
            state: State::default(),
            changes: Changes::default(),
            bayeux,
            csrf: gws::Csrf::default(),
            sign_in: SignIn::default(),
            refusals: Backoff::new(Duration::from_secs(2), Duration::from_secs(30), config.seed),
            absence: Absence::default(),
            reads: Reads::new(config.seed),
            check: None,
            flights: Vec::new(),
            next_exchange: 1,
            told: VecDeque::new(),
            aborts: VecDeque::new(),
            sends: VecDeque::new(),
            to_tabs: VecDeque::new(),
            events: VecDeque::new(),
            config,
        }
    }

    /// Takes what happened.
    pub fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Response { id, response } => self.take_response(id, response, now),
            Input::Failed { id, failure } => self.take_failure(id, failure, now),
            Input::Wake => {
                self.tell_bayeux(bayeux::Input::Wake, now);
                self.check_deadlines(now);
            }
            Input::Tabs(event) => self.bayeux.handle(shared::Input::Tabs(event), now),
        }
    }

    /// Says what is to be done next. To be called until it says [`Output::Idle`].
    ///
    /// What has come is applied only when the requests that follow from it have left: the next
    /// connect is not kept waiting by two thousand notifications.
    pub fn poll(&mut self, now: Instant) -> Output {
        self.drive_bayeux(now);
        if self.aborts.is_empty() && self.sends.is_empty() {
            self.proceed(now);
        }
        if let Some(id) = self.aborts.pop_front() {
            return Output::Abort(id);
        }
        if let Some(request) = self.sends.pop_front() {
            return Output::Send(request);
        }
        if let Some(action) = self.to_tabs.pop_front() {
            return Output::Tabs(action);
        }
        if let Some(event) = self.events.pop_front() {
            return Output::Event(event);
        }
        let changes = core::mem::take(&mut self.changes);
        if !changes.is_empty() {
            return Output::Changed(changes);
        }
        Output::Idle {
            wake_at: self.wake_at(),
        }
    }

    /// What a supervisor may be shown.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Applies what has come, and does whatever may be done now.
    fn proceed(&mut self, now: Instant) {
        loop {
            self.take_bayeux_events(now);
            self.proceed_with_check(now);
            self.proceed_with_reads(now);
            // A read or a check may have let the CometD client go on.
            self.drive_bayeux(now);
            if self.told.is_empty() {
                break;
            }
        }
        self.weigh_connection(now);
    }

    fn wake_at(&mut self) -> Option<Instant> {
        let flights = self.flights.iter().filter_map(|flight| flight.deadline);
        let check = self.check.as_ref().and_then(operations::Check::due);
        flights
            .chain(check)
            .chain(self.next_read_due())
            .chain(self.bayeux_wake())
            .min()
    }

    /// Says that a part has changed, once for however many changes are taken together.
    fn say_once(&mut self, event: Event) {
        if !self.events.contains(&event) {
            self.events.push_back(event);
        }
    }

    fn note(&mut self, what: Happening, now: Instant) {
        let entry = JournalEntry { at: now, what };
        self.state.journal.push(now, entry.what.clone());
        self.changes |= Changes::JOURNAL;
        self.events.push_back(Event::Journal(entry));
    }
}

/// What a request was made for.
#[derive(Clone, Debug, PartialEq)]
enum Purpose {
    /// An exchange of the CometD client, which numbers its own.
    Bayeux(ExchangeId),
    Read(Read),
    Operation(Operation, HeldBack),
}
