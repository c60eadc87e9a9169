//! What can be set, with the defaults that suit GWS.

use core::time::Duration;

/// How a client behaves.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where messages are sent: an address, absolute or as the driver understands it. Default
    /// empty.
    pub url: String,

    /// For how long a server may hold a connect when its advice does not say. Default 60 s.
    pub timeout: Duration,
    /// How much longer than expected a response may take before the request is given up (CometD's
    /// `maxNetworkDelay`). Default 10 s.
    pub max_network_delay: Duration,
    /// The most the first retry waits; each further one may wait twice as long. Default 1 s.
    pub backoff: Duration,
    /// The most any retry waits of itself. The server's `Retry-After` and `interval`, and the budget
    /// of handshakes, may make it wait longer. Default 30 s.
    pub max_backoff: Duration,
    /// The longest `Retry-After` that is obeyed; the client waits for that and, so that clients come
    /// back one by one, for a back-off besides. Default 10 min.
    pub max_retry_after: Duration,
    /// How many handshakes may follow one another without a pause; 0 counts as 1. Default 5.
    pub handshake_burst: u32,
    /// How long it takes until one more may follow. Default 10 s.
    pub handshake_refill: Duration,
    /// With which HTTP refusal (4xx) in a row, of polls or of subscriptions, the client stops.
    /// Default the 5th.
    pub max_refusals: u32,

    /// Whether to ask for acknowledged messages: in order, each at least once from the server and
    /// exactly once to the application, whatever the network does while the session lasts.
    /// Default yes.
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
