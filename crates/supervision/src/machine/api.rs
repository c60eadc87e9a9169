//! What goes into the machine and what comes out.

use core::time::Duration;
use std::sync::Arc;

use bayeux::shared::{TabAction, TabEvent};
use bayeux::{ExchangeId, Failure, Instant};
use gws::{DeviceId, Method};

use crate::changes::Changes;
use crate::history::Receipt;
use crate::operation::Operation;
use crate::requests::{Outcome, RequestId};
use crate::sip_cluster::SipCluster;
use crate::time::WallTime;

/// What a machine is told at the beginning.
#[derive(Clone, Debug)]
pub struct Config {
    /// The API's absolute address, such as `http://localhost:8090/api/v2`, without a slash behind.
    pub base_url: String,
    /// The supervisor's device to use; otherwise the one that monitors somebody, or the first that
    /// can.
    pub device: Option<DeviceId>,
    /// Whether the contact centre is a SIP Cluster with routing-point monitoring. Default: learnt
    /// from refusals.
    pub sip_cluster: SipCluster,
    /// Until when the monitoring that is found at the start may go on: a limit that was set before
    /// the page was loaded anew.
    pub limit_until: Option<WallTime>,
    /// The page is in a frame of another site, or the server is of another site than the page.
    pub is_third_party: bool,
    /// Spreads retries: give each machine another.
    pub seed: u64,
    /// How long a reply may take without any sign of it. Default 15 s.
    pub reply_within: Duration,
    /// How long the confirmation of an accepted request may take. Default 10 s.
    pub confirm_within: Duration,
    /// How long after a request of unknown outcome device or calls are read a second time. Default
    /// 5 s.
    pub second_read_after: Duration,
    /// How old the directory may become while it is in use, and 10 ms more for each of its
    /// entries. Default 15 s.
    pub directory_age: Duration,
    /// How old the directory may become while somebody is monitored, and 10 ms more for each of its
    /// entries, up to 8 s more: others may be at the monitored telephone. Default 300 s.
    pub names_age: Duration,
    /// How often it is tried whether someone has signed in meanwhile. Default 30 s.
    pub sign_in_again: Duration,
    /// How often devices and calls are read while somebody is monitored, and up to 8 s more:
    /// notifications may stay away unnoticed. Default 36 s, so that nothing that is shown is wrong
    /// for longer than a minute, replies included.
    pub read_every: Duration,
    /// The same while nobody is monitored. Default 240 s.
    pub read_every_idle: Duration,
    /// The same while notifications are known to stay away. Default 15 s.
    pub read_every_silent: Duration,
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
            sip_cluster: SipCluster::default(),
            limit_until: None,
            is_third_party: false,
            seed,
            reply_within: Duration::from_secs(15),
            confirm_within: Duration::from_secs(10),
            second_read_after: Duration::from_secs(5),
            directory_age: Duration::from_secs(15),
            names_age: Duration::from_secs(300),
            sign_in_again: Duration::from_secs(30),
            read_every: Duration::from_secs(36),
            read_every_idle: Duration::from_secs(240),
            read_every_silent: Duration::from_secs(15),
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
    /// Bytes of a response have come, and more will: it gets the time it needs.
    Progress {
        /// To which request.
        id: ExchangeId,
    },
    /// The server sent us to another address, and nobody went there.
    Redirected {
        /// In answer to which request.
        id: ExchangeId,
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
    /// What the wall clock shows now. To be told first of all, and when it was set.
    WallClock(WallTime),
    /// Something between this tab and the others.
    Tabs(TabEvent),
}

/// What is to be done.
#[derive(Debug)]
pub enum Output {
    /// End that request. Nothing more needs to be said of it.
    Abort(ExchangeId),
    /// Make that request, now and before anything is shown.
    Send(HttpRequest),
    /// Do that, now and before anything is shown.
    Tabs(TabAction),
    /// Something an embedder may want to know.
    Event(Event),
    /// These parts of [`Machine::state`](super::Machine::state) have changed. Given at most once
    /// before `Idle`.
    Changed(Changes),
    /// Nothing until an input, a command, or that time.
    Idle {
        /// When to call `handle(Input::Wake, now)`, if ever.
        wake_at: Option<Instant>,
    },
}

/// An HTTP request, with the page's credentials. Redirects are not followed.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpRequest {
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
    /// The response may be large: [`Input::Progress`] is wanted while it comes.
    pub reports_progress: bool,
}

/// The headers of responses that are read, besides the one that `X-CSRF-HEADER` names.
pub const RESPONSE_HEADERS: [&str; 5] = [
    RETRY_AFTER,
    DATE,
    CHALLENGE,
    gws::Csrf::NAMES_HEADER,
    gws::Csrf::TOKEN,
];
pub(super) const RETRY_AFTER: &str = "retry-after";
pub(super) const DATE: &str = "date";
const CHALLENGE: &str = "www-authenticate";

/// What a server answered.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers that could be read; of [`RESPONSE_HEADERS`] at least.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether the server wants a password for which a browser may ask in a dialog of its own.
    pub(super) fn asks_for_password(&self) -> bool {
        const DIALOGS: [&str; 4] = ["basic", "digest", "ntlm", "negotiate"];
        let challenge = self.header(CHALLENGE).unwrap_or_default();
        let challenge = challenge.to_ascii_lowercase();
        self.status == 401 && DIALOGS.iter().any(|scheme| challenge.contains(scheme))
    }
}

/// Something an embedder may want to know. The state tells the rest.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The connection changed its phase.
    Connection,
    /// One of the supervisor's devices changed, or another one is used.
    Device,
    /// Monitoring began, changed or ended.
    Monitoring,
    /// A call on the supervisor's device began, changed or ended.
    Call,
    /// Something that was asked for came a step further.
    Request {
        /// The request.
        id: RequestId,
        /// What was asked for.
        operation: Operation,
        /// How far it has come.
        stage: RequestStage,
    },
    /// A step of what happened.
    Receipt(Arc<Receipt>),
}

/// How far something that was asked for has come. The last four end it; each request ends once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestStage {
    /// It was sent.
    Sent,
    /// The server took it.
    Accepted,
    /// Device or call say that it is done.
    Confirmed,
    /// The server refused it, at once or later.
    Refused,
    /// The server took it, and nothing shows it.
    Unconfirmed,
    /// Nobody knows whether it arrived; nothing shows it.
    Unknown,
}

impl From<&Outcome> for RequestStage {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Confirmed => Self::Confirmed,
            Outcome::Refused(_) => Self::Refused,
            Outcome::Unconfirmed(_) => Self::Unconfirmed,
            Outcome::Unknown(_) => Self::Unknown,
        }
    }
}

impl RequestStage {
    /// The stage as events know it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Unconfirmed => "unconfirmed",
            Self::Unknown => "unknown",
        }
    }
}
