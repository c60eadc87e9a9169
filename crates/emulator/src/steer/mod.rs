//! Control of the emulator by a person or a test, apart from the API that it serves: instructions,
//! faults and scripts.
//!
//! | module | holds |
//! |---|---|
//! | [`instruction`] | one vocabulary for [`Control`](crate::Control), HTTP and scripts |
//! | [`fault`] | faults: where, what, how often and for how long |
//! | [`script`] | instructions at given times, from a file |
//!
//! Nothing here changes the state: `state::carry_out` carries out instructions, `state::play` plays
//! scripts, and faults strike in `state::publish`, `http::faults` and `http::broken`.

pub mod fault;
pub mod instruction;
pub mod script;
