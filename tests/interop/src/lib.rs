//! The harness of the interoperability tests: our client with third-party servers, and third-party clients
//! with the emulator, over real sockets on this machine. Every wait fails after [`wait::TIMEOUT`].
//!
//! Servers and clients are npm packages, pinned in `package-lock.json`. Each runs in a separate process,
//! driven by lines of JSON: the servers by the scripts in `servers/`, the clients by those in `clients/`.
//!
//! | file | holds |
//! |---|---|
//! | [`driver`] | [`bayeux::Client`] with real requests and a real clock: an example of a native run loop |
//! | [`story`] | commands to a driven client, and conditions to wait for |
//! | [`seen`] | observations of a driven client |
//! | [`server`] | a third-party Bayeux server |
//! | [`client`] | a third-party Bayeux client |
//! | [`peer`] | the process in which either runs |
//! | [`link`] | a network between client and server that can be cut |
//! | [`wait`] | waiting for conditions |

#![forbid(unsafe_code)]

pub mod client;
pub mod driver;
pub mod link;
pub mod peer;
pub mod seen;
pub mod server;
pub mod story;
pub mod wait;

pub use self::client::JsClient;
pub use self::driver::{Browser, Driver};
pub use self::link::Link;
pub use self::seen::Seen;
pub use self::server::Server;
pub use self::story::{numbers, probes_then_handshakes, subscribed};
