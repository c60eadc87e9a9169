//! The machines, in virtual time.

mod client;
mod harness;
mod pair;
mod server;
