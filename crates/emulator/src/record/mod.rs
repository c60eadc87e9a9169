//! Recordings: every exchange below `/api` as a line that can be read, sent by mail, and played
//! again.
//!
//! | file | holds |
//! |---|---|
//! | [`mod@format`] | the lines, described for whoever reads or writes one |
//! | [`recorder`] | writing them |
//! | [`secrets`] | what is replaced by a placeholder |
//! | [`read`] | reading them, or saying which line is none |

pub(crate) mod format;
mod read;
mod recorder;
mod secrets;
#[cfg(test)]
pub(crate) mod tests;

pub use self::read::{NoRecording, Wrong};
pub(crate) use self::read::{Recorded, RecordedReply, Recording};
pub(crate) use self::recorder::Recorder;
