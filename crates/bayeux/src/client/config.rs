//! What can be set, with the defaults that suit GWS.

use core::time::Duration;

/// How a client behaves.
#[derive(Clone, Debug)]
pub struct Config {
    /// For how long a server may hold a connect when its advice does not say. Default 60 s.
    pub timeout: Duration,
    /// How much longer than expected a response may take before the request is given up (CometD's
    /// `maxNetworkDelay`). Default 10 s.
    pub max_network_delay: Duration,
    /// The most the first retry waits; each further one may wait twice as long. Default 1 s.
    pub backoff: Duration,
    /// The most any retry waits. Default 30 s.
    pub max_backoff: Duration,
    /// The longest `Retry-After` that is obeyed to the letter. Default 10 min.
    pub max_retry_after: Duration,
    /// How many handshakes may follow one another without a pause. Default 5.
    pub handshake_burst: u32,
    /// How long it takes until one more may follow. Default 10 s.
    pub handshake_refill: Duration,
    /// How often in a row an HTTP refusal (4xx) is taken for an accident. Default 5.
    pub max_refusals: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(60),
            max_network_delay: Duration::from_secs(10),
            backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(30),
            max_retry_after: Duration::from_secs(600),
            handshake_burst: 5,
            handshake_refill: Duration::from_secs(10),
            max_refusals: 5,
        }
    }
}
