//! Calls: a publish to a service channel that is answered by a message on the same channel with the
//! same id, on whichever response. Source: CometD's *remote call* API; the protocol knows only the
//! publish.
//!
//! | channel | request MUST | request MAY | answer MUST | answer MAY |
//! |---|---|---|---|---|
//! | `/service/…` | channel, data | clientId, id, ext | channel, the request's id | data, successful, error, ext |

use core::mem;
use core::time::Duration;

use serde_json::value::RawValue;

use super::commands::{NotSent, Outcome, Publish};
use super::{Client, Event, Token};
use crate::body::Body;
use crate::channel::Channel;
use crate::message::Message;
use crate::time::Instant;

/// A call that was sent and waits for its answer.
#[derive(Debug)]
pub(super) struct Call {
    token: Token,
    message: u64,
    channel: Channel,
    answer_by: Instant,
}

impl Call {
    /// The call that a message makes, if it makes one.
    pub(super) fn of(publish: &Publish, message: u64) -> Option<Self> {
        Some(Self {
            token: publish.token,
            message,
            channel: publish.channel.clone(),
            answer_by: publish.answer_by?,
        })
    }
}

impl Client {
    /// Publishes to a service channel and waits for the answer, which comes with
    /// [`Event::Settled`]. If there is none within `timeout`, the outcome is unknown; one that
    /// comes later is an ordinary message.
    pub fn call(
        &mut self,
        channel: Channel,
        data: Box<RawValue>,
        timeout: Duration,
        now: Instant,
    ) -> Token {
        self.enqueue(channel, data, None, Some(now + timeout))
    }

    /// Calls with an `ext` field, which says to extensions of the server how to take the message; see
    /// [`Binary`](crate::Binary) for one.
    pub fn call_with_ext(
        &mut self,
        channel: Channel,
        data: Box<RawValue>,
        ext: Box<RawValue>,
        timeout: Duration,
        now: Instant,
    ) -> Token {
        self.enqueue(channel, data, Some(ext), Some(now + timeout))
    }

    /// The server would not take the call that this message made.
    pub(super) fn call_refused(&mut self, message: u64, outcome: Outcome) {
        if let Some(position) = self.calls.iter().position(|call| call.message == message) {
            let call = self.calls.remove(position);
            self.settle(call.token, outcome);
        }
    }

    /// Settles a call if that is the answer to one.
    pub(super) fn take_answer(
        &mut self,
        channel: &Channel,
        message: &Message<'_>,
        body: &Body,
    ) -> bool {
        let call = message
            .number()
            .filter(|_| channel.is_service())
            .and_then(|number| {
                self.calls
                    .iter()
                    .position(|call| call.message == number && call.channel == *channel)
            })
            .map(|position| self.calls.remove(position));
        let Some(call) = call else {
            return false;
        };
        let outcome = match message.successful {
            Some(false) => Outcome::Refused(message.protocol_error()),
            _ => Outcome::Done,
        };
        self.events.push_back(Event::Settled {
            token: call.token,
            outcome,
            data: message.data.map(|data| body.part(data)),
        });
        true
    }

    /// Gives up calls that got no answer in time, sent or not.
    pub(super) fn check_calls(&mut self, now: Instant) {
        while let Some(position) = self.calls.iter().position(|call| call.answer_by <= now) {
            let call = self.calls.remove(position);
            self.settle(call.token, Outcome::Unknown);
        }
        let is_late = |publish: &Publish| publish.answer_by.is_some_and(|at| at <= now);
        while let Some(position) = self.queue.iter().position(is_late) {
            if let Some(publish) = self.queue.remove(position) {
                self.settle(publish.token, Outcome::NotSent(NotSent::TimedOut));
            }
        }
    }

    pub(super) fn next_answer_due(&self) -> Option<Instant> {
        let sent = self.calls.iter().map(|call| call.answer_by);
        let waiting = self.queue.iter().filter_map(|publish| publish.answer_by);
        sent.chain(waiting).min()
    }

    /// Nobody will answer calls of a session that is gone.
    pub(super) fn give_up_calls(&mut self) {
        for call in mem::take(&mut self.calls) {
            self.settle(call.token, Outcome::Unknown);
        }
    }
}
