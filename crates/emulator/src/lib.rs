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
//! # Where to look
//!
//! | file | holds |
//! |---|---|
//! | [`world`] | the contact centre: people, calls, supervision. Pure, in virtual time |
//! | [`wire`] | what a real server sends: shapes of its versions, oddities, messages |
//! | `http` | the API: one file a resource |
//! | `har` | answers from what a browser recorded |
//! | `state` | the one state behind the API, and what moves it on |
//! | [`steer`] | how it is steered: instructions, faults, scripts |
//! | [`control`] | the contact centre by remote control, for tests |
//! | `notifications` | the notification server, and the requests that wait for it |
//! | `log` | what happened lately, for whoever watches |
//! | [`span`] | spans of time as people write them |
//! | `listener` | sockets: beginning, and ending at once |
//! | `connections` | taking connections |
//!
//! A request goes `listener` → `http::gate` (session, CSRF) → a resource → `world`; what it
//! changes goes `world` → `state` → `bayeux::server` → `http::notifications`.
//!
//! What is inferred rather than known is marked with the word *Assumption* where it is decided,
//! and listed in `ASSUMPTIONS.md`.

#![forbid(unsafe_code)]

pub mod control;
pub mod span;
pub mod steer;
pub mod wire;
pub mod world;

mod config;
mod connections;
mod har;
mod http;
mod json;
mod listener;
mod log;
mod notifications;
mod state;

pub use self::config::{
    CentreOptions, Config, CrossOriginSettings, NotAnOrigin, OriginPattern, SameSite,
};
pub use self::control::Control;
pub use self::har::HarError;
pub use self::http::app;
pub use self::listener::{Emulator, StartError, start};
pub use self::steer::fault::Fault;
pub use self::steer::instruction::Instruction;
pub use self::steer::script::Script;
pub use self::steer::{fault, instruction, script};
pub use self::wire::{Dialect, Format, Style};
pub use self::world::{
    AgentSummary, Feature, Features, MonitoringSummary, Presence, Reason, Refusal, Settings,
    Supervision, SupervisorLeg, TServerOptions,
};
