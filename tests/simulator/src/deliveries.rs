//! The published messages that one client got. They are numbered by channel, to detect losses and
//! repetitions.
//!
//! No message is delivered twice. With acknowledgement, none is out of order or lost while a session
//! lasts. Any other message that is missing after the storm must have been published in a gap that the
//! client reported. Without acknowledgement, messages may overtake one another. A session in which the
//! network repeated a request is excused: no client can know of the other response.
//!
//! All times are those of the client's clock.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use bayeux::{Duration, Gap, Instant};

use crate::violation::Violation;

/// The channels that the server publishes to.
pub(crate) const CHANNELS: [&str; 3] = ["/v2/me/devices", "/v2/me/calls", "/news/all"];
/// The channel on which every new session gets a unique number.
pub(crate) const GREETINGS: &str = "/greetings";

/// What one client got, by channel.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    channels: Vec<Line>,
    /// The reported gaps.
    gaps: Vec<Gap>,
    /// The longest round trip: the precision of a gap.
    under_way: Duration,
    /// The sessions in which the network repeated a request.
    repeated_in: BTreeSet<u64>,
}

#[derive(Debug, Default)]
struct Line {
    seen: HashSet<u64>,
    newest: Option<u64>,
    /// The last message that was published before the subscription was known to be active. Messages up
    /// to it may or may not be delivered.
    steady_after: Option<u64>,
    last: Option<Last>,
    /// When each message was published.
    published: BTreeMap<u64, Instant>,
    /// Messages that were skipped.
    missing: BTreeSet<u64>,
}

/// The last message while the subscription was steady.
#[derive(Clone, Copy, Debug)]
struct Last {
    number: u64,
    session: u64,
}

impl Deliveries {
    pub(crate) fn new(channels: usize) -> Self {
        Self {
            channels: std::iter::repeat_with(Line::default)
                .take(channels)
                .collect(),
            ..Self::default()
        }
    }

    /// The server has published a message.
    pub(crate) fn published(&mut self, channel: usize, number: u64, now: Instant) {
        self.channels[channel].published.insert(number, now);
    }

    /// A round trip may take this long.
    pub(crate) fn delayed(&mut self, span: Duration) {
        self.under_way = self.under_way.max(span);
    }

    /// The network has repeated a request of this session.
    pub(crate) fn repeated(&mut self, session: u64) {
        self.repeated_in.insert(session);
    }

    /// The number of gaps that the client has reported.
    pub(crate) fn gaps(&self) -> usize {
        self.gaps.len()
    }

    pub(crate) fn has_seen(&self, channel: usize, number: u64) -> bool {
        self.channels[channel].seen.contains(&number)
    }

    /// The client has reported a connection in which the subscription is active.
    pub(crate) fn subscribed(&mut self, channel: usize, published: u64) {
        let line = &mut self.channels[channel];
        if line.steady_after.is_none() {
            line.steady_after = Some(published);
            line.last = None;
        }
    }

    /// The application has ended the session, so a loss is expected.
    pub(crate) fn closed(&mut self) {
        for line in &mut self.channels {
            line.last = None;
            line.missing.clear();
        }
    }

    /// The client reports a gap.
    pub(crate) fn missed(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }

    pub(crate) fn message(
        &mut self,
        channel: usize,
        number: u64,
        session: u64,
        has_ack: bool,
    ) -> Result<(), Violation> {
        let line = &mut self.channels[channel];
        if !line.seen.insert(number) {
            return Err(Violation(format!(
                "message {number} of channel {channel} was delivered twice"
            )));
        }
        if let Some(newest) = line.newest.filter(|newest| has_ack && *newest > number) {
            return Err(Violation(format!(
                "message {number} of channel {channel} was delivered after {newest}"
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
                let mut repeated_in = self.repeated_in.range(last.session..=session);
                if repeated_in.next().is_none() {
                    let left_out = last.number + 1..number;
                    let left_out = left_out.filter(|number| !line.seen.contains(number));
                    line.missing.extend(left_out);
                }
            }
            line.last = Some(Last { number, session });
        }
        Ok(())
    }

    /// After the last arrival: everything missing lies in a gap.
    pub(crate) fn are_explained(&self) -> Result<(), Violation> {
        for (channel, line) in self.channels.iter().enumerate() {
            for number in &line.missing {
                let published = line.published.get(number).copied().unwrap_or_default();
                let is_covered =
                    |gap: &Gap| (gap.from.before(self.under_way)..=gap.to).contains(&published);
                if !self.gaps.iter().any(is_covered) {
                    return Err(Violation(format!(
                        "message {number} of channel {channel}, published at {published:?}, is missing outside of the reported gaps: {:?}",
                        self.gaps
                    )));
                }
            }
        }
        Ok(())
    }
}
