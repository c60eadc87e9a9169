//! The machines, in virtual time.
//!
//! A test that stands for one of CometD's own JavaScript test suite has its name. Left out of that suite
//! is what this client does not speak or leaves to its driver: other transports, services, binary data,
//! clocks, pluggable extensions, listeners that throw, cross-origin requests.

mod acknowledged;
mod connect;
mod gaps;
mod handshake;
mod harness;
mod page;
mod pair;
mod patience;
mod recovery;
mod server;
mod server_acknowledged;
mod server_options;
mod server_refusals;
mod sessions;
mod stubborn;
mod subscriptions;
