//! The machine in virtual time.

mod audience;
mod calls;
mod clocks;
mod connection;
mod delivery;
mod directory;
mod groups;
mod harness;
mod kept;
mod limits;
mod limits_in_tabs;
mod monitoring;
mod my_device;
mod not_let_in;
mod reading;
mod requests;
mod search;
mod server_errors;
mod sign_in;
mod tabs;
mod unnamed;
