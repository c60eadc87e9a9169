//! The supervision machine against the emulator's contact centre and `bayeux::server`, in virtual time.
//!
//! A supervisor with one to three devices has one or two tabs open. The desktop, the telephone and other
//! supervisors act besides, customers call, and the network has all kinds of faults. [`watch`] compares
//! what each tab shows with the truth ([`model`]).
//!
//! | file | holds |
//! |---|---|
//! | `storm` | one run: the storm, and the calm at the end |
//! | `simulation` | tabs, network and server in virtual time |
//! | `people` | random actions of people |
//! | `page` | a tab with its clock, timer and requests: hidden, frozen, asleep, reloaded |
//! | `tab` | the only file that uses `supervision::Machine` |
//! | `gws` | GWS: sign-in, reads, operations, notifications |
//! | `network`, `faults` | the fate of requests, responses and notifications |
//! | `exchange`, `operation` | requests and responses, and operations in them |
//! | `model` | the present and past truth of the contact centre |
//! | `watch` | the invariants, which are named in [`Rule`](crate::Rule) |

mod exchange;
mod faults;
mod gws;
mod model;
mod network;
mod operation;
mod page;
mod people;
mod simulation;
mod storm;
mod tab;
mod watch;

pub(crate) use self::storm::run;
