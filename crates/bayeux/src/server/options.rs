//! CometD's options, by CometD's names: as fields for Rust, and as text for whoever has a
//! configuration of a real server at hand.
//!
//! Source: the CometD reference, *Java server configuration*.

use core::fmt;
use core::time::Duration;

use super::cookie::{BrowserCookie, SameSite};

/// How a server behaves. The defaults are CometD's.
#[derive(Clone, Debug)]
pub struct Options {
    /// `timeout`: for how long a connect is held. Default 30 s.
    pub timeout: Duration,
    /// `interval`: how long a client should wait between connects. Default 0.
    pub interval: Duration,
    /// `maxInterval`: for how long, after `interval`, a session is kept without a connect.
    /// Default 10 s.
    pub max_interval: Duration,
    /// `maxProcessing`: for how long a session may be busy with one connect before it is swept;
    /// less than `timeout` makes no sense. Default: any time.
    pub max_processing: Option<Duration>,
    /// `metaConnectDeliverOnly`: messages ride on replies to connects alone. Default no.
    pub meta_connect_deliver_only: bool,
    /// `maxQueue`: how many messages may wait for a client, unacknowledged ones included. Default: any
    /// number.
    ///
    /// Assumption: CometD leaves it to the application what becomes of one more and, if there is none to
    /// ask, queues on. Here the session ends, and the client learns by its next handshake that it
    /// missed something.
    pub max_queue: Option<usize>,
    /// `maxSessionsPerBrowser`: how many sessions with one cookie may have a connect held at once;
    /// negative: any number. Default 1.
    pub max_sessions_per_browser: i32,
    /// `http2MaxSessionsPerBrowser`: the same over HTTP/2. Default any number.
    pub http2_max_sessions_per_browser: i32,
    /// `multiSessionInterval`: the interval advised to sessions beyond that. 0 (or less, in
    /// CometD): they are told not to come back. Default 2 s.
    pub multi_session_interval: Duration,
    /// `trustClientSession`: whether a client id is enough without the browser's cookie. Default
    /// no.
    pub trust_client_session: bool,
    /// `duplicateMetaConnectHttpResponseCode`: how a held connect ends when the client sends
    /// another. 400 to 599. Default 500.
    pub duplicate_meta_connect_http_response_code: u16,
    /// `validateMessageFields`: whether a message's `id` is held to the grammar. Channels are in
    /// any case. Default yes.
    pub validate_message_fields: bool,
    /// `broadcastToPublisher`: whether who publishes gets its own message, if it subscribed.
    /// Default yes.
    pub broadcast_to_publisher: bool,
    /// `handshakeReconnect`: whether clients are advised of `maxInterval`, so that they know when
    /// a connect is in vain. Default no.
    pub handshake_reconnect: bool,
    /// `allowMessageDeliveryDuringHandshake`: whether messages ride on the reply to a handshake.
    /// Default no.
    pub allow_message_delivery_during_handshake: bool,
    /// `sweepPeriod`: how often sessions are looked for that nobody connects for; a session ends
    /// up to so much later than it might. 0: at once. Default 997 ms.
    pub sweep_period: Duration,
    /// `browserCookieName` and the other options of the cookie.
    pub browser_cookie: BrowserCookie,
    /// Whether the *ack* extension is installed: it is used with clients that ask for it. Default
    /// no, as in CometD.
    pub acknowledged_messages: bool,
    /// How much clients may have; not CometD's, which leaves that to a policy of the application.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            interval: Duration::ZERO,
            max_interval: Duration::from_secs(10),
            max_processing: None,
            meta_connect_deliver_only: false,
            max_queue: None,
            max_sessions_per_browser: 1,
            http2_max_sessions_per_browser: -1,
            multi_session_interval: Duration::from_secs(2),
            trust_client_session: false,
            duplicate_meta_connect_http_response_code: 500,
            validate_message_fields: true,
            broadcast_to_publisher: true,
            handshake_reconnect: false,
            allow_message_delivery_during_handshake: false,
            sweep_period: Duration::from_millis(997),
            browser_cookie: BrowserCookie::default(),
            acknowledged_messages: false,
            limits: Limits::default(),
        }
    }
}

/// How much clients may have. Default any number of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sessions. A handshake beyond is refused with `403::handshake_denied` and the advice to try
    /// again after 10 s.
    pub sessions: usize,
    /// Subscriptions of one session. One beyond is refused with
    /// `403:too_many_subscriptions:subscribe_denied`.
    pub subscriptions: usize,
    /// Bytes of a channel's name. A longer one is refused with
    /// `403:channel_name_too_long:create_denied`, or, to a publish, `…:channel_create_denied`.
    pub channel_name: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: usize::MAX,
            subscriptions: usize::MAX,
            channel_name: usize::MAX,
        }
    }
}

/// Text that sets no option.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidOption {
    /// CometD has no such option, or it has no meaning here.
    Unknown(String),
    /// The option has no such value.
    Value {
        /// The option.
        name: String,
        /// What was given.
        value: String,
        /// What it must be.
        expected: &'static str,
    },
}

impl fmt::Display for InvalidOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "there is no option ‘{name}’"),
            Self::Value {
                name,
                value,
                expected,
            } => write!(f, "‘{name}’ must be {expected}, not ‘{value}’"),
        }
    }
}

impl core::error::Error for InvalidOption {}

impl Options {
    /// Sets an option by CometD's name for it, such as `maxInterval` to `15000`. Durations are in
    /// milliseconds, the cookie's `browserCookieMaxAge` in seconds. A name may have its transport
    /// in front, as in `long-polling.json.timeout`.
    ///
    /// # Errors
    /// If there is no such option, or it has no such value; nothing is changed.
    ///
    /// ```
    /// # use bayeux::server::Options;
    /// let mut options = Options::default();
    /// options.set("maxInterval", "15000").unwrap();
    /// assert_eq!(options.max_interval.as_secs(), 15);
    /// let error = options.set("maxInterval", "soon").unwrap_err();
    /// assert_eq!(error.to_string(), "‘maxInterval’ must be milliseconds, not ‘soon’");
    /// ```
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), InvalidOption> {
        let bare = name
            .strip_prefix("long-polling.json.")
            .or_else(|| name.strip_prefix("long-polling."))
            .unwrap_or(name);
        let cookie = &mut self.browser_cookie;
        let set = match bare {
            "timeout" => put(&mut self.timeout, span(value)),
            "interval" => put(&mut self.interval, span(value)),
            "maxInterval" => put(&mut self.max_interval, span(value)),
            "maxProcessing" => put(&mut self.max_processing, positive_span(value)),
            "metaConnectDeliverOnly" => put(&mut self.meta_connect_deliver_only, flag(value)),
            "maxQueue" => put(&mut self.max_queue, limit(value)),
            "maxSessionsPerBrowser" => put(&mut self.max_sessions_per_browser, number(value)),
            "http2MaxSessionsPerBrowser" => {
                put(&mut self.http2_max_sessions_per_browser, number(value))
            }
            "multiSessionInterval" => put(
                &mut self.multi_session_interval,
                positive_span(value).map(Option::unwrap_or_default),
            ),
            "trustClientSession" => put(&mut self.trust_client_session, flag(value)),
            "duplicateMetaConnectHttpResponseCode" => put(
                &mut self.duplicate_meta_connect_http_response_code,
                error_status(value),
            ),
            "validateMessageFields" => put(&mut self.validate_message_fields, flag(value)),
            "broadcastToPublisher" => put(&mut self.broadcast_to_publisher, flag(value)),
            "handshakeReconnect" => put(&mut self.handshake_reconnect, flag(value)),
            "allowMessageDeliveryDuringHandshake" => put(
                &mut self.allow_message_delivery_during_handshake,
                flag(value),
            ),
            "sweepPeriod" => put(&mut self.sweep_period, span(value)),
            "browserCookieName" => put(&mut cookie.name, attribute(value)),
            "browserCookieDomain" => put(&mut cookie.domain, attribute(value).map(Some)),
            "browserCookiePath" => put(&mut cookie.path, attribute(value).map(Some)),
            "browserCookieMaxAge" => put(&mut cookie.max_age, seconds(value)),
            "browserCookieHttpOnly" => put(&mut cookie.http_only, flag(value)),
            "browserCookieSecure" => put(&mut cookie.secure, flag(value)),
            "browserCookieSameSite" => put(&mut cookie.same_site, same_site(value)),
            "browserCookiePartitioned" => put(&mut cookie.partitioned, flag(value)),
            _ => return Err(InvalidOption::Unknown(name.to_owned())),
        };
        set.map_err(|expected| InvalidOption::Value {
            name: name.to_owned(),
            value: value.to_owned(),
            expected,
        })
    }
}

/// A value, or what it must be.
type Parsed<T> = Result<T, &'static str>;

fn put<T>(field: &mut T, value: Parsed<T>) -> Parsed<()> {
    *field = value?;
    Ok(())
}

fn span(value: &str) -> Parsed<Duration> {
    let millis = value.parse().map_err(|_| "milliseconds")?;
    Ok(Duration::from_millis(millis))
}

/// Milliseconds; none if they are 0 or less.
fn positive_span(value: &str) -> Parsed<Option<Duration>> {
    let millis: i64 = value.parse().map_err(|_| "milliseconds")?;
    let millis = u64::try_from(millis).ok().filter(|millis| *millis > 0);
    Ok(millis.map(Duration::from_millis))
}

fn seconds(value: &str) -> Parsed<Option<Duration>> {
    let seconds: i64 = value.parse().map_err(|_| "seconds")?;
    Ok(u64::try_from(seconds).ok().map(Duration::from_secs))
}

fn number(value: &str) -> Parsed<i32> {
    value.parse().map_err(|_| "a whole number")
}

/// A number of messages; none if it is 0 or less.
fn limit(value: &str) -> Parsed<Option<usize>> {
    let number: i64 = value.parse().map_err(|_| "a whole number")?;
    Ok(usize::try_from(number).ok().filter(|number| *number > 0))
}

fn flag(value: &str) -> Parsed<bool> {
    value.parse().map_err(|_| "‘true’ or ‘false’")
}

fn error_status(value: &str) -> Parsed<u16> {
    let status = value.parse().ok();
    status
        .filter(|status| (400..600).contains(status))
        .ok_or("an HTTP status from 400 to 599")
}

fn same_site(value: &str) -> Parsed<Option<SameSite>> {
    match value.to_ascii_lowercase().as_str() {
        "strict" => Ok(Some(SameSite::Strict)),
        "lax" => Ok(Some(SameSite::Lax)),
        "none" => Ok(Some(SameSite::None)),
        _ => Err("‘Strict’, ‘Lax’ or ‘None’"),
    }
}

/// What may stand in a cookie's header without ending the attribute.
fn attribute(value: &str) -> Parsed<String> {
    let is_fit = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'=' | b'"');
    if !value.is_empty() && value.bytes().all(is_fit) {
        Ok(value.to_owned())
    } else {
        Err("text that may stand in a cookie")
    }
}
