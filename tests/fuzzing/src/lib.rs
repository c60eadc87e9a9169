//! What the Bayeux machines must bear: anything. One driver for the fuzz targets in `fuzz/` and for
//! the tests of this crate.
//!
//! | file | holds |
//! |---|---|
//! | `script` | the steps of a script, as far as they are played |
//! | `step` | one thing that happens, as a line of text |
//! | `generate` | steps made up from bytes, by `arbitrary` |
//! | `body` | bodies of responses: what stands for what in them |
//! | `run` | a client that is driven through steps, and what must hold after each |
//! | `ending` | what must hold after the last, from wherever it left the client |
//! | `growth` | that a client does not grow by what happens to it |
//! | `decoding` | one body, given to client and server in every place where one can come |
//!
//! A script is a text of lines, one step each; a line that is no step is passed over. That makes a
//! finding of the fuzzer something to read, and its file, put into `fuzz/corpus/`, a test.

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
