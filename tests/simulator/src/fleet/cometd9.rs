//! cometd.js 9, as far as a restart of the server matters to it:
//!
//! - the back-off grows by a second with each failure, up to 60 s, and has no jitter;
//! - a failed handshake is retried at once the first time, a failed connect after one second;
//! - a session that the server does not know is replaced by a handshake at once.

use super::Answer;

/// A client of that kind. Times are in milliseconds.
#[derive(Default)]
pub(super) struct Model {
    backoff: u64,
    pub(super) next: Option<(u64, bool)>,
    pub(super) outstanding: Option<(u64, bool)>,
    pub(super) exchanges: u64,
}

impl Model {
    /// An exchange has ended.
    pub(super) fn ended(&mut self, exchange: u64, answer: Answer, now: u64) {
        const STEP: u64 = 1_000;
        const MOST: u64 = 60_000;
        let Some((_, is_handshake)) = self.outstanding.take_if(|(id, _)| *id == exchange) else {
            return;
        };
        let delay = match answer {
            Answer::Granted | Answer::Connected => {
                self.backoff = 0;
                self.next = Some((now, false));
                return;
            }
            Answer::Unknown => {
                self.next = Some((now, true));
                return;
            }
            Answer::Busy | Answer::Cut if is_handshake => {
                let delay = self.backoff;
                self.backoff = (self.backoff + STEP).min(MOST);
                delay
            }
            Answer::Busy | Answer::Cut => {
                self.backoff = (self.backoff + STEP).min(MOST);
                self.backoff
            }
        };
        self.next = Some((now + delay, is_handshake));
    }
}
