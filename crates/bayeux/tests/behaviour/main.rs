//! The machines, in virtual time.

mod acknowledged;
mod client;
mod commands;
mod faults;
mod gaps;
mod handover;
mod harness;
mod page;
mod pair;
mod patience;
mod scenarios;
mod server;
mod server_acknowledged;
mod server_options;
mod server_refusals;
mod stubborn;
