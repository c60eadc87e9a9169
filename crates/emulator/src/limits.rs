//! How much of everything there may be, so that no client can take it all. What is refused is
//! refused in words where HTTP allows it.

use std::time::Duration;

/// How much of everything there may be.
///
/// The queues of notifications are bounded by CometD's own options,
/// [`bayeux::server::Options`].
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at once; more are turned away with HTTP 503. Default 4,096.
    pub connections: usize,
    /// How many header lines a request may have; more are answered with HTTP 431. Default 100.
    pub header_lines: usize,
    /// How many bytes the request line and the headers may have together; more are answered with
    /// HTTP 431. Default 32 KiB.
    pub header_bytes: usize,
    /// For how long a connection may take to send the next request's headers, or send nothing,
    /// before it is closed. Default 75 s.
    pub header_timeout: Duration,
    /// How many bytes a body may have; more are answered with HTTP 413. Default 64 KiB.
    pub body_bytes: usize,
    /// How long a body may take to come; longer is answered with HTTP 408. Default 10 s.
    pub body_timeout: Duration,
    /// Sessions (cookies `JSESSIONID`) at once, at least one; beyond that the one that was not
    /// used for the longest time goes. Default 10,000.
    pub sessions: usize,
    /// Notification sessions (CometD's) at once; beyond that handshakes are refused, with the advice
    /// to try again later. Default 10,000.
    pub notification_sessions: usize,
    /// To how many channels a notification session may be subscribed at once; more are refused.
    /// Default 100.
    pub subscriptions: usize,
    /// How many bytes the name of a channel may have; longer ones are refused. Default 255.
    pub channel_name: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            header_lines: 100,
            header_bytes: 32 * 1024,
            header_timeout: Duration::from_secs(75),
            body_bytes: 64 * 1024,
            body_timeout: Duration::from_secs(10),
            sessions: 10_000,
            notification_sessions: 10_000,
            subscriptions: 100,
            channel_name: 255,
        }
    }
}
