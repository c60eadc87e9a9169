//! The client's settings, with defaults that suit GWS.

use crate::duration::Duration;

/// The settings of a client.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where messages are sent, absolute or relative to the driver's base. The type of a message is
    /// appended (`…/connect`), unless the address has a query, a fragment, or a dot in its last segment.
    /// Default empty.
    pub url: String,

    /// How long a server may hold a connect if its advice does not say. Default 60 s.
    pub timeout: Duration,
    /// How much longer than a connect is held a response may take before the request is aborted
    /// (CometD's `maxNetworkDelay`). Default 10 s.
    pub max_network_delay: Duration,
    /// The longest wait before the first retry; it doubles with each further one. Default 1 s.
    pub backoff: Duration,
    /// The longest wait before any retry, unless `Retry-After`, the advised `interval` or the budget
    /// of handshakes demands more. Default 30 s.
    pub max_backoff: Duration,
    /// The longest `Retry-After` that is obeyed; a random wait is added. Default 10 min.
    pub max_retry_after: Duration,
    /// How many handshakes may follow one another without a pause; 0 counts as 1. Default 5.
    pub handshake_burst: u32,
    /// How long it takes until one more may follow. Default 10 s.
    pub handshake_refill: Duration,
    /// After how many HTTP rejections (such as 404) in a row, of polls or of subscribes, the client stops.
    /// Default 5.
    pub max_refusals: u32,

    /// Whether to request acknowledged messages: delivered in order and exactly once while the
    /// session lasts. Default yes.
    pub ack: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            url: String::new(),
            timeout: Duration::from_secs(60),
            max_network_delay: Duration::from_secs(10),
            backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(30),
            max_retry_after: Duration::from_secs(600),
            handshake_burst: 5,
            handshake_refill: Duration::from_secs(10),
            max_refusals: 5,
            ack: true,
        }
    }
}
