//! The machines in virtual time.
//!
//! A test that corresponds to one of CometD's JavaScript test suite names it. Left out are features that
//! the client does not have: publishing, other transports, further extensions, cross-origin requests.

mod acknowledged;
mod connect;
mod failures;
mod gaps;
mod handshake;
mod harness;
mod hostile;
mod pace;
mod page;
mod server;
mod server_acknowledged;
mod server_options;
mod server_refusals;
mod sessions;
mod subscriptions;
