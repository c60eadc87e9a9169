//! The machine at work, in virtual time.

mod calls;
mod connection;
mod harness;
mod monitoring;
mod requests;
mod tabs;
