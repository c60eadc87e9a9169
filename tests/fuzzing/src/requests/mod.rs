//! A server that is driven through what its clients, its application and the time do to it, and what
//! must hold after each step.
//!
//! | file | holds |
//! |---|---|
//! | `step` | one thing that happens, as a line of text |
//! | `generate` | steps made up from bytes, by `arbitrary` |
//! | `run` | the server and four clients without manners; what must hold |

mod generate;
mod run;
mod step;

pub use self::run::play;
pub use self::step::Step;

pub(crate) use self::run::Run;
