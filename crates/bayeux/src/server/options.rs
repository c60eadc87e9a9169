//! The options of CometD that matter to a client of GWS: as fields, and by CometD's names for users who
//! have the configuration of a real server.
//!
//! Source: the CometD reference, *Java server configuration*.

use core::fmt;

use super::cookie::{BrowserCookie, SameSite};
use crate::duration::Duration;

/// The options of a server. The defaults are CometD's.
#[derive(Clone, Debug)]
pub struct Options {
    /// `timeout`: how long a connect is held. Default 30 s.
    pub timeout: Duration,
    /// `interval`: how long a client should wait between connects. Default 0.
    pub interval: Duration,
    /// `maxInterval`: how long, after `interval`, a session is kept without a connect. Default 10 s.
    pub max_interval: Duration,
    /// `maxQueue`: how many messages may wait for a client, including unacknowledged ones. Default: any
    /// number.
    ///
    /// Assumption: in CometD the application decides about further messages; without a decision they are
    /// queued. Here the session ends, and its client's next handshake reveals that it missed something.
    pub max_queue: Option<usize>,
    /// `maxSessionsPerBrowser`: how many sessions with one cookie may have a connect held at once;
    /// negative: any number. Default 1.
    pub max_sessions_per_browser: i32,
    /// `multiSessionInterval`: the interval advised to sessions beyond that. 0 (or less, in CometD):
    /// they are advised not to reconnect. Default 2 s.
    pub multi_session_interval: Duration,
    /// `handshakeReconnect`: whether clients are advised of `maxInterval`, so that they know when a
    /// connect is pointless. Default no.
    pub handshake_reconnect: bool,
    /// `allowMessageDeliveryDuringHandshake`: whether messages travel with the reply to a handshake.
    /// Default no.
    pub allow_message_delivery_during_handshake: bool,
    /// `browserCookieName`, `browserCookieSecure` and `browserCookieSameSite`.
    pub browser_cookie: BrowserCookie,
    /// Whether the *ack* extension is installed: it is used with clients that request it. Default no, as
    /// in CometD.
    pub acknowledged_messages: bool,
    /// How many subscriptions a session may have, which in CometD a policy of the application decides.
    /// More are refused with `403:too_many_subscriptions:subscribe_denied`. Default: any number.
    pub max_subscriptions: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            interval: Duration::ZERO,
            max_interval: Duration::from_secs(10),
            max_queue: None,
            max_sessions_per_browser: 1,
            multi_session_interval: Duration::from_secs(2),
            handshake_reconnect: false,
            allow_message_delivery_during_handshake: false,
            browser_cookie: BrowserCookie::default(),
            acknowledged_messages: false,
            max_subscriptions: None,
        }
    }
}

/// A text that is not a valid option.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidOption {
    /// CometD has no such option, or it is not supported here.
    Unknown(String),
    /// The option does not accept the value.
    Value {
        /// The option.
        name: String,
        /// The given value.
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
    /// Sets an option by CometD's name, such as `maxInterval` to `15000`. Durations are in milliseconds.
    /// A name may be prefixed with its transport, as in `long-polling.json.timeout`.
    ///
    /// # Errors
    /// If there is no such option, or it does not accept the value; nothing is changed.
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
            "maxQueue" => put(&mut self.max_queue, limit(value)),
            "maxSessionsPerBrowser" => put(&mut self.max_sessions_per_browser, number(value)),
            "multiSessionInterval" => put(&mut self.multi_session_interval, span_or_none(value)),
            "handshakeReconnect" => put(&mut self.handshake_reconnect, flag(value)),
            "allowMessageDeliveryDuringHandshake" => put(
                &mut self.allow_message_delivery_during_handshake,
                flag(value),
            ),
            "browserCookieName" => put(&mut cookie.name, attribute(value)),
            "browserCookieSecure" => put(&mut cookie.secure, flag(value)),
            "browserCookieSameSite" => put(&mut cookie.same_site, same_site(value)),
            _ => return Err(InvalidOption::Unknown(name.to_owned())),
        };
        set.map_err(|expected| InvalidOption::Value {
            name: name.to_owned(),
            value: value.to_owned(),
            expected,
        })
    }
}

/// A value, or a description of valid ones.
type Parsed<T> = Result<T, &'static str>;

fn put<T>(field: &mut T, value: Parsed<T>) -> Parsed<()> {
    *field = value?;
    Ok(())
}

fn span(value: &str) -> Parsed<Duration> {
    let millis = value.parse().map_err(|_| "milliseconds")?;
    Ok(Duration::from_millis(millis))
}

/// Milliseconds. Less than 0 counts as 0.
fn span_or_none(value: &str) -> Parsed<Duration> {
    let millis: i64 = value.parse().map_err(|_| "milliseconds")?;
    Ok(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
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

fn same_site(value: &str) -> Parsed<Option<SameSite>> {
    match value.to_ascii_lowercase().as_str() {
        "strict" => Ok(Some(SameSite::Strict)),
        "lax" => Ok(Some(SameSite::Lax)),
        "none" => Ok(Some(SameSite::None)),
        _ => Err("‘Strict’, ‘Lax’ or ‘None’"),
    }
}

/// A text that can't end the attribute in a cookie's header.
fn attribute(value: &str) -> Parsed<String> {
    let is_fit = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'=' | b'"');
    if !value.is_empty() && value.bytes().all(is_fit) {
        Ok(value.to_owned())
    } else {
        Err("text that may stand in a cookie")
    }
}
