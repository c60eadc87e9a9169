//! A Genesys Web Services (GWS) v2 server for one machine: a contact centre in memory, its REST
//! API, and its CometD notifications. For developing and testing voice supervision without a
//! contact centre at hand.
//!
//! ```no_run
//! # async fn example() -> Result<(), gws_emulator::StartError> {
//! use gws_emulator::{Config, start};
//!
//! let emulator = start(Config { port: 0, life: false, ..Config::default() }).await?;
//! println!("{}", emulator.url());
//! let agents = emulator.control().agents();
//! emulator.control().call_arrives(&agents[0].number, "555-1234").expect("a free agent");
//! emulator.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! Without the feature `server` there are only [`world`] and [`wire`]: a contact centre for model
//! tests in virtual time, without sockets.
//!
//! # Where to look
//!
//! | file | holds |
//! |---|---|
//! | [`world`] | the contact centre: people, calls, supervision. Pure, in virtual time |
//! | [`wire`] | resources and messages as JSON, in the shapes of a version, with oddities |
//! | `http` | the API: a file for each resource |
//! | `har` | replay of a HAR |
//! | `state` | the state behind the API, and its driver |
//! | [`steer`] | instructions, faults, scripts |
//! | [`control`] | the control API for tests |
//! | `config` | the configuration |
//! | `notifications` | the notification server, and the requests that wait for it |
//! | `log` | the latest requests, notifications and instructions |
//! | [`span`] | spans of time, written as `1m 30s` |
//! | `listener` | starts and stops an emulator on a socket |
//! | `connections` | accepts connections |
//!
//! A request goes `listener` → `http::gate` (session, CSRF) → a resource → `world`; its changes go
//! `world` → `state` → `bayeux::server` → `http::notifications`.
//!
//! What is inferred about GWS rather than known is marked with the word *Assumption* in the code, and
//! listed in `ASSUMPTIONS.md`.

#![forbid(unsafe_code)]
// Without the server, parts of `world` and `wire` are unused.
#![cfg_attr(not(feature = "server"), allow(dead_code, unused_imports))]

// Pure: needed for model tests.
mod json;
pub mod wire;
pub mod world;

// The server.
#[cfg(feature = "server")]
mod config;
#[cfg(feature = "server")]
mod connections;
#[cfg(feature = "server")]
pub mod control;
#[cfg(feature = "server")]
mod har;
#[cfg(feature = "server")]
mod http;
#[cfg(feature = "server")]
mod listener;
#[cfg(feature = "server")]
mod log;
#[cfg(feature = "server")]
mod notifications;
#[cfg(feature = "server")]
pub mod span;
#[cfg(feature = "server")]
mod state;
#[cfg(feature = "server")]
pub mod steer;

#[cfg(feature = "server")]
pub use self::{
    config::{CentreOptions, Config, CrossOriginSettings, NotAnOrigin, OriginPattern, SameSite},
    control::Control,
    har::HarError,
    http::app,
    listener::{Emulator, StartError, start},
    steer::fault::Fault,
    steer::instruction::Instruction,
    steer::script::Script,
    steer::{fault, instruction, script},
};

pub use self::wire::{Dialect, Format, Style};
pub use self::world::{
    AgentSummary, Feature, Features, MonitoringSummary, Presence, Reason, Refusal, Settings,
    Supervision, SupervisorLeg, TServerOptions,
};
