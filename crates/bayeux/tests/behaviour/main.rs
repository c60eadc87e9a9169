//! The machines, in virtual time.

mod acknowledged;
mod client;
mod commands;
mod faults;
mod handover;
mod harness;
mod page;
mod pair;
mod scenarios;
mod server;
