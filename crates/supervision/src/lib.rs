//! Voice supervision as one state machine: who the supervisor is, whom they may listen to, what
//! they asked for, what the server confirmed, and what happens in the call.
//!
//! [`Machine`] is driven as [`bayeux::Client`] is, which it contains: inputs and commands go in,
//! [`Machine::poll`] says what to send, what changed, and when to wake. [`State`] is what a
//! supervisor may be shown; it never says more than is known:
//!
//! * *requested*: sent, or taken by the server ([`Pending`]),
//! * *confirmed*: the supervisor's device says so ([`Monitoring`]),
//! * *in a call*: there is a leg on that device ([`Leg`]).
//!
//! | folder | holds |
//! |---|---|
//! | `state/` | what can be seen, one file a part |
//! | `machine/` | what is done: signing in, reading, operating, listening to notifications |

#![forbid(unsafe_code)]

mod machine;
mod state;

pub use bayeux::shared::{TabAction, TabEvent};
pub use bayeux::{ExchangeId, Failure, Instant, Page};
pub use machine::{Config, Event, Input, Machine, Output, Request, RequestStage, Response};
pub use state::{
    Changes, Connection, Directory, Entry, Happening, Journal, JournalEntry, Leg, LinkPhase,
    LinkTrouble, Monitored, Monitoring, Obstacle, Operation, Pending, PendingStage, Presence,
    Problem, Since, State, Why,
};
