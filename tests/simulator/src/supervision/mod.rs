//! The supervision machine against the emulator's contact centre and `bayeux::server`, in virtual time.
//!
//! A supervisor with one to three devices has one or two tabs open; the desktop, the telephone and
//! other supervisors act beside them, customers call, and on the way between tabs and server
//! everything goes wrong that can. At every step [`watch`] compares what each tab shows and says with
//! what is true ([`model`]).
//!
//! | file | holds |
//! |---|---|
//! | `storm` | time, and what happens when; the calm at the end |
//! | `actor` | what the people do, by chance |
//! | `page` | a tab with its clock, its timer and its requests: hidden, frozen, asleep, reloaded |
//! | `tab` | the only place that knows `supervision::Machine` |
//! | `gws` | GWS: sign-in, reads, operations, notifications |
//! | `network`, `faults` | what becomes of requests, replies and notifications on their way |
//! | `model` | what is true in the contact centre, and was |
//! | `watch` | the invariants, which are named in [`Rule`](crate::Rule) |

mod actor;
mod asked;
mod faults;
mod gws;
mod model;
mod network;
mod page;
mod storm;
mod tab;
mod watch;

pub(crate) use self::storm::run;
