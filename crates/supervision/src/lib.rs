//! Voice supervision as one state machine: who the supervisor is, whom they may monitor, what
//! they asked for, what the server confirmed, and what happens in the call.
//!
//! [`Machine`] is driven like [`bayeux::Client`], which it contains: inputs and commands go in, and
//! [`Machine::poll`] says what to send, what has changed, and when to wake it. [`State`] is what a
//! supervisor may be shown; it never says more than is known:
//!
//! * *requested*: sent, or accepted by the server ([`Request`]),
//! * *confirmed*: the supervisor's device says so ([`Monitoring`]),
//! * *in a call*: there is a leg on that device ([`Leg`]).
//!
//! | file | holds |
//! |---|---|
//! | `identity` | who is signed in |
//! | `my_device` | the supervisor's devices, and the one in use |
//! | `monitoring` | whom each device monitors |
//! | `calls` | the calls on them, and who hears the supervisor |
//! | `directory` | the people who can be monitored |
//! | `requests/` | from the click to the confirmation, with the table of transitions |
//! | `connection/` | the connection: outages that are hidden, and whether notifications arrive |
//! | `limit`, `sip_cluster` | a time limit; the restrictions of a SIP Cluster |
//! | `history` | what happened, as receipts |
//! | `sort` | sorting, compiled once for all types |
//! | `state`, `claim`, `obstacle` | all parts together: what may be claimed, what may be requested |
//! | `machine/` | ties the parts together: inputs, commands, outputs |

#![forbid(unsafe_code)]

mod calls;
mod changes;
mod claim;
mod connection;
mod directory;
mod history;
mod identity;
mod limit;
mod machine;
mod monitoring;
mod my_device;
mod obstacle;
mod operation;
mod requests;
mod sip_cluster;
mod sort;
mod state;
mod time;

pub use bayeux::shared::{TabAction, TabEvent};
pub use bayeux::{Duration, ExchangeId, Failure, Instant, Page};

pub use self::calls::{Audience, Leg, LegRole};
pub use self::changes::Changes;
pub use self::claim::{Claim, Effect, Elsewhere, Forecast, Freshness, Headline, Meaning, Stage};
pub use self::connection::{Connection, LinkPhase, LinkTrouble, Resource};
pub use self::directory::{
    Agent, Directory, Entry, EntryId, Found, Groups, Listing, Presence, PresenceKind, Shortlist,
    Show, Sort, Thresholds,
};
pub use self::history::{AskedBy, Certainty, EndReason, History, Receipt, Step};
pub use self::identity::{Identity, SignInNeed};
pub use self::limit::Limit;
pub use self::machine::{
    Config, Event, HttpRequest, Input, Machine, Output, RESPONSE_HEADERS, RequestStage, Response,
};
pub use self::monitoring::{Monitored, Monitoring, Source};
pub use self::my_device::MyDevice;
pub use self::obstacle::Obstacle;
pub use self::operation::{MonitoringChoice, Operation, Target};
pub use self::requests::{
    Outcome, Problem, Request, RequestId, Requests, Stage as RequestProgress, Why,
};
pub use self::sip_cluster::SipCluster;
pub use self::state::State;
pub use self::time::{Bound, Lasted, Moment, Since, WallTime};

/// The example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
