//! What one client got of what the server published. Messages are numbered by channel, so a loss is
//! a jump, and a repetition is a number seen before.
//!
//! Nothing is given twice. With acknowledged messages nothing comes out of order, either, and
//! nothing is lost while a session lasts. A jump from one session to the next must have been told
//! as a gap, and so must a message that is still missing when the storm is over, because without
//! acknowledgement messages may overtake one another. Excused is a session in which the network
//! has repeated a request: what was the answer to the repetition, no client can know of.

use std::collections::HashSet;

use crate::watch::Violation;

/// What one client got, by channel.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    channels: Vec<Line>,
    /// How often the client said that it may have missed something.
    gaps: u64,
    /// The session in which a request was repeated by the network.
    repeated_in: Option<u64>,
}

#[derive(Debug, Default)]
struct Line {
    seen: HashSet<u64>,
    newest: Option<u64>,
    /// The last message that was published before the subscription was known to be in force; none
    /// when somebody has ended it since. What was published before may come yet, or not: it is of a
    /// former subscription.
    steady_after: Option<u64>,
    last: Option<Last>,
    /// A jump that nobody has explained yet.
    unexplained: Option<(u64, u64)>,
    /// Messages that were left out within a session, since the last gap that was told.
    missing: HashSet<u64>,
    /// The last message that may be missing by the client's own word.
    excused: u64,
}

/// The last message while the subscription was steady.
#[derive(Clone, Copy, Debug)]
struct Last {
    number: u64,
    session: u64,
    gaps: u64,
}

impl Deliveries {
    pub(crate) fn new(channels: usize) -> Self {
        Self {
            channels: std::iter::repeat_with(Line::default)
                .take(channels)
                .collect(),
            gaps: 0,
            repeated_in: None,
        }
    }

    /// The network has repeated a request of that session.
    pub(crate) fn repeated(&mut self, session: u64) {
        self.repeated_in = Some(session);
    }

    /// How often the client has said that it may have missed something.
    pub(crate) fn gaps(&self) -> u64 {
        self.gaps
    }

    pub(crate) fn has_seen(&self, channel: usize, number: u64) -> bool {
        self.channels[channel].seen.contains(&number)
    }

    /// The server has said yes to a subscription.
    pub(crate) fn subscribed(&mut self, channel: usize, published: u64) {
        let line = &mut self.channels[channel];
        if line.steady_after.is_none() {
            line.steady_after = Some(published);
            line.last = None;
        }
    }

    /// The application has ended its last subscription to a channel.
    pub(crate) fn unsubscribed(&mut self, channel: usize) {
        let line = &mut self.channels[channel];
        line.steady_after = None;
        line.last = None;
        line.unexplained = None;
        line.missing.clear();
    }

    /// The application has ended the session itself: it knows that it misses something.
    pub(crate) fn closed(&mut self) {
        for line in &mut self.channels {
            line.last = None;
            line.unexplained = None;
            line.missing.clear();
        }
    }

    /// The client is connected. If it says that it may have missed something, that goes for
    /// everything that was published by then.
    pub(crate) fn connected(
        &mut self,
        has_missed: bool,
        published: &[u64],
    ) -> Result<(), Violation> {
        if has_missed {
            self.gaps += 1;
            for (line, published) in self.channels.iter_mut().zip(published) {
                line.excused = *published;
                line.missing.clear();
            }
        }
        for (channel, line) in self.channels.iter_mut().enumerate() {
            if let Some((from, to)) = line.unexplained.take_if(|_| !has_missed) {
                return Err(Violation(format!(
                    "channel {channel} went from message {from} to {to}, and the client says that nothing was missed"
                )));
            }
            line.unexplained = None;
        }
        Ok(())
    }

    pub(crate) fn message(
        &mut self,
        channel: usize,
        number: u64,
        session: u64,
        has_ack: bool,
    ) -> Result<(), Violation> {
        let gaps = self.gaps;
        let line = &mut self.channels[channel];
        if !line.seen.insert(number) {
            return Err(Violation(format!(
                "message {number} of channel {channel} was given twice"
            )));
        }
        if let Some(newest) = line.newest.filter(|newest| has_ack && *newest > number) {
            return Err(Violation(format!(
                "message {number} of channel {channel} was given after {newest}"
            )));
        }
        line.newest = line.newest.max(Some(number));
        line.missing.remove(&number);
        if line.steady_after.is_some_and(|after| number > after) {
            if let Some(last) = line.last
                && number > last.number + 1
            {
                if last.session == session && has_ack {
                    return Err(Violation(format!(
                        "channel {channel} went from message {} to {number} within one session",
                        last.number
                    )));
                }
                if last.session != session && last.gaps == gaps {
                    line.unexplained = Some((last.number, number));
                }
                let is_excused = self.repeated_in == Some(session);
                if last.session == session && last.gaps == gaps && !is_excused {
                    let left_out = last.number.max(line.excused) + 1..number;
                    let left_out = left_out.filter(|number| !line.seen.contains(number));
                    line.missing.extend(left_out);
                }
            }
            line.last = Some(Last {
                number,
                session,
                gaps,
            });
        }
        Ok(())
    }

    /// Everything has arrived that is going to.
    pub(crate) fn are_explained(&self) -> Result<(), Violation> {
        for (channel, line) in self.channels.iter().enumerate() {
            if let Some(number) = line.missing.iter().min() {
                return Err(Violation(format!(
                    "message {number} of channel {channel} never came, and the client has not said that it may have missed something"
                )));
            }
        }
        Ok(())
    }
}
