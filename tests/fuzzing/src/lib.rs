//! Arbitrary input for the CometD client and server. One driver for the fuzz targets in `fuzz/` and for the
//! tests of this crate.
//!
//! | file | holds |
//! |---|---|
//! | `script` | the steps of a script, up to the limit |
//! | `step` | one step, as a line of text |
//! | `generate` | steps from bytes, by `arbitrary` |
//! | `body` | bodies of responses, with placeholders |
//! | `run` | drives a client through steps, and checks the invariants after each |
//! | `ending` | the invariants after the last step |
//! | `growth` | checks that a client does not grow over repeated scripts |
//! | `decoding` | one body in every place where client and server read one |
//!
//! A script is a text of lines, one step each; other lines are ignored. So the fuzzer's findings are
//! readable, and their files in `fuzz/corpus/` are tests.

#![forbid(unsafe_code)]

mod body;
mod decoding;
mod ending;
mod generate;
mod growth;
mod run;
mod script;
mod step;

pub use self::decoding::decode;
pub use self::growth::play_again_and_again;
pub use self::run::play;
pub use self::step::{Request, Step};
