//! Serves a recording to a client: who asks as the recorded client asked is answered as it was
//! answered, and is told in words where it asks otherwise.
//!
//! | what | is answered |
//! |---|---|
//! | a read (GET, HEAD, OPTIONS) | as at the same point of the story, as often as it is asked for |
//! | a change | in the recorded order; another is refused with 409 and what was expected |
//! | a handshake, a subscription, … | in the recorded order, each kind by itself |
//! | a connect | with the next recorded answer, when it is due |
//! | anything else | with 404 and what the recording has |
//!
//! The story is told at the client's pace. Its *marks* are the handshakes and the changes; what a
//! connect brings is due as long after the mark before it as it was in the recording (times
//! `--replay-speed`), and not before the client has come to that mark. A connect that waits for the
//! client, or for nothing more, is held and answered empty.
//!
//! Another client has other ids: message ids are its own, client ids are new, numbers of
//! acknowledgements and clocks are left out for whom has not asked for them. Cookies are the
//! replayer's. Each client without a cookie plays the part of the next client in the recording; after
//! the last comes the first again, from its beginning.
//!
//! | file | holds |
//! |---|---|
//! | [`messages`] | Bayeux messages, as far as they must be understood |
//! | [`story`] | a recording in parts, one a client |
//! | [`changes`] | whether a change is the recorded one |
//! | [`player`] | how far a client has come in its part, in virtual time |
//! | [`mod@service`] | requests and replies |

mod changes;
pub(crate) mod messages;
mod player;
mod service;
mod story;
#[cfg(test)]
mod tests;

pub(crate) use self::service::{Replayer, service};
