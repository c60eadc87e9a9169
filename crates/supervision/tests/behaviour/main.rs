//! The machine at work, in virtual time.

mod calls;
mod clocks;
mod connection;
mod delivery;
mod harness;
mod limits;
mod monitoring;
mod reading;
mod requests;
mod sign_in;
mod tabs;
mod unnamed;
