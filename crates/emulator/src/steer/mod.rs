//! How a person or a test controls the emulator, besides the API that it serves: instructions, faults
//! and scripts.
//!
//! | module | holds |
//! |---|---|
//! | [`instruction`] | one vocabulary for [`Control`](crate::Control), HTTP and scripts |
//! | [`fault`] | faults: where, what, how often and for how long |
//! | [`script`] | instructions at given times, from a file |
//!
//! Nothing here changes the state: `state::carry_out` carries instructions out, `state::play` plays
//! scripts, `state::publish`, `http::faults` and `http::broken` are where faults strike.

pub mod fault;
pub mod instruction;
pub mod script;
