//! The machine at work, in virtual time.

mod connection;
mod desk;
mod monitoring;
mod requests;
mod tabs;
