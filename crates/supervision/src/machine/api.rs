//! The machine's inputs and outputs.

use std::sync::Arc;

use bayeux::shared::{TabAction, TabEvent};
use bayeux::{Duration, ExchangeId, Failure, Instant};
use gws::{DeviceId, Method};
use tolerant_json::text;

use crate::changes::Changes;
use crate::history::Receipt;
use crate::operation::Operation;
use crate::requests::{Outcome, RequestId};
use crate::sip_cluster::SipCluster;
use crate::time::WallTime;

/// The configuration of a machine.
#[derive(Clone, Debug)]
pub struct Config {
    /// The API's absolute address, such as `http://localhost:8090/api/v2`, without a trailing
    /// slash.
    pub base_url: String,
    /// The supervisor's device to use; by default the one that monitors somebody, or the first that
    /// can.
    pub device: Option<DeviceId>,
    /// Whether the contact centre is a SIP Cluster with routing-point monitoring. Default: learnt
    /// from refusals.
    pub sip_cluster: SipCluster,
    /// When monitoring that is found at the start must end: a limit that was set before the page
    /// was reloaded.
    pub limit_until: Option<WallTime>,
    /// The page is in a frame of another site, or the server is of another site than the page.
    pub is_third_party: bool,
    /// Spreads retries: give each machine a different one.
    pub seed: u64,
    /// How long a response may take without any progress. Default 15 s.
    pub reply_within: Duration,
    /// How long the confirmation of an accepted request may take. Default 10 s.
    pub confirm_within: Duration,
    /// How long after a request of unknown outcome device or calls are read a second time. Default
    /// 5 s.
    pub second_read_after: Duration,
    /// How old the directory may become while it is in use, plus 10 ms for each of its entries.
    /// Default 15 s.
    pub directory_age: Duration,
    /// How old the directory may become while somebody is monitored, plus 10 ms for each of its
    /// entries and up to 8 s: others may be at the monitored telephone. Default 300 s.
    pub names_age: Duration,
    /// How often the machine checks whether someone has signed in. Default 30 s.
    pub sign_in_again: Duration,
    /// How often devices and calls are read while somebody is monitored, plus up to 8 s, because
    /// missing notifications may go unnoticed. Default 36 s, so that the displayed state is wrong
    /// for no longer than a minute, responses included.
    pub read_every: Duration,
    /// Like [`read_every`](Self::read_every), while nobody is monitored. Default 240 s.
    pub read_every_idle: Duration,
    /// Like [`read_every`](Self::read_every), while notifications are known to be missing. Default
    /// 15 s.
    pub read_every_silent: Duration,
    /// The configuration of the CometD client; its address follows from `base_url`.
    pub bayeux: bayeux::Config,
    /// Whether there is a lock and a channel with which tabs can share one connection
    /// ([`Output::Tabs`]). Default no.
    pub can_share: bool,
}

impl Config {
    /// The defaults for this address.
    pub fn new(base_url: impl Into<String>, seed: u64) -> Self {
        Self {
            base_url: text::trim_end(&base_url.into(), "/").to_owned(),
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

/// An input.
#[derive(Debug)]
pub enum Input {
    /// A complete response.
    Response {
        /// The request.
        id: ExchangeId,
        /// The response.
        response: Response,
    },
    /// Bytes of a response have arrived, and more will come: its deadline is extended.
    Progress {
        /// The request.
        id: ExchangeId,
    },
    /// The request was redirected, and the redirect was not followed.
    Redirected {
        /// The request.
        id: ExchangeId,
    },
    /// A request ended without a response.
    Failed {
        /// The request.
        id: ExchangeId,
        /// The reason.
        failure: Failure,
    },
    /// The time of [`Output::Idle`] has come. Harmless at any other time.
    Wake,
    /// What the wall clock shows now. Must be the first input, and is repeated when the clock was
    /// set.
    WallClock(WallTime),
    /// An event between this tab and the others.
    Tabs(TabEvent),
}

/// An output.
#[derive(Debug)]
pub enum Output {
    /// Abort this request. Its end need not be reported.
    Abort(ExchangeId),
    /// Send this request, now and before anything is shown.
    Send(HttpRequest),
    /// Carry this out, now and before anything is shown.
    Tabs(TabAction),
    /// An event for the embedder.
    Event(Event),
    /// These parts of [`Machine::state`](super::Machine::state) have changed. Returned at most once
    /// before `Idle`.
    Changed(Changes),
    /// Nothing to do until an input, a command, or this time.
    Idle {
        /// When to call `handle(Input::Wake, now)`, if ever.
        wake_at: Option<Instant>,
    },
}

/// An HTTP request, with the page's credentials. Redirects are not followed.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpRequest {
    /// To be returned with the response.
    pub id: ExchangeId,
    /// The method.
    pub method: Method,
    /// The absolute address.
    pub url: String,
    /// Headers besides those that the body needs.
    pub headers: Vec<(String, String)>,
    /// A JSON body.
    pub body: Option<String>,
    /// Whether the request must outlive the page.
    pub keepalive: bool,
    /// The response may be large: report [`Input::Progress`] while it arrives.
    pub reports_progress: bool,
    /// It is a connect, which waits for notifications. Sending one again does no harm.
    pub is_poll: bool,
}

/// The response headers that are read, besides the one that `X-CSRF-HEADER` names.
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

/// A server's response.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The readable headers, at least those of [`RESPONSE_HEADERS`].
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

    /// Whether the server requires a password for which a browser may show its own dialog.
    pub(super) fn asks_for_password(&self) -> bool {
        const DIALOGS: [&str; 4] = ["basic", "digest", "ntlm", "negotiate"];
        let challenge = self.header(CHALLENGE).unwrap_or_default();
        let challenge = challenge.to_ascii_lowercase();
        self.status == 401
            && DIALOGS
                .iter()
                .any(|scheme| text::contains(&challenge, scheme))
    }
}

/// An event for the embedder. The state has the details.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The connection changed its phase.
    Connection,
    /// A device of the supervisor has changed, or another one is used.
    Device,
    /// Monitoring began, changed or ended.
    Monitoring,
    /// A call on a device of the supervisor has begun, changed or ended.
    Call,
    /// A request has reached another stage.
    Request {
        /// The request.
        id: RequestId,
        /// The operation.
        operation: Operation,
        /// The stage.
        stage: RequestStage,
    },
    /// A step of what happened.
    Receipt(Arc<Receipt>),
}

/// How far a request has come. The last four stages end it; each request ends once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestStage {
    /// It was sent.
    Sent,
    /// The server has accepted it.
    Accepted,
    /// Device or call show that it is done.
    Confirmed,
    /// The server refused it, at once or later.
    Refused,
    /// The server has accepted it, but nothing shows it.
    Unconfirmed,
    /// It is unknown whether it arrived; nothing shows it.
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
    /// The stage's keyword in events.
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
