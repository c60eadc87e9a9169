//! CometD's options, by CometD's names.

use core::time::Duration;

/// How a server behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// `timeout`: for how long a connect is held. Default 30 s.
    pub timeout: Duration,
    /// `interval`: how long a client should wait between connects. Default 0.
    pub interval: Duration,
    /// `maxInterval`: for how long a session is kept without a connect. Default 10 s.
    pub max_interval: Duration,
    /// `maxQueue`: how many messages wait for a client before the oldest are dropped. Default
    /// 10,000; CometD's own default is no limit.
    pub max_queue: usize,
    /// `maxSessionsPerBrowser`: how many sessions with one cookie may have a connect held at once;
    /// negative: any number. Default 1.
    pub max_sessions_per_browser: i32,
    /// `multiSessionInterval`: the interval advised to sessions beyond that. Default 2 s.
    pub multi_session_interval: Duration,
    /// `duplicateMetaConnectHttpResponseCode`: how a held connect ends when the client sends
    /// another. Default 500.
    pub duplicate_connect_status: u16,
    /// Whether clients may subscribe (CometD's `SecurityPolicy.canSubscribe`). Default yes.
    pub allow_subscribe: bool,
    /// Whether clients may publish to broadcast channels. Default yes, as CometD's own policy.
    pub allow_publish: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            interval: Duration::ZERO,
            max_interval: Duration::from_secs(10),
            max_queue: 10_000,
            max_sessions_per_browser: 1,
            multi_session_interval: Duration::from_secs(2),
            duplicate_connect_status: 500,
            allow_subscribe: true,
            allow_publish: true,
        }
    }
}
