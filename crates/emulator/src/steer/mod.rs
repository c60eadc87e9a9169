//! How a person or a test steers the emulator: what can be asked of it beside the API that it
//! serves, and what can be made to go wrong.
//!
//! | module | holds |
//! |---|---|
//! | [`instruction`] | one vocabulary for [`Control`](crate::Control), HTTP and scripts |
//! | [`fault`] | what goes wrong, where, how often and for how long |
//! | [`script`] | instructions at given times, from a file |
//!
//! Nothing here changes the state: `state::carry_out` carries instructions out, `state::play` plays
//! scripts, `state::publish`, `http::faults` and `http::broken` are where faults strike.

pub mod fault;
pub mod instruction;
pub mod script;
