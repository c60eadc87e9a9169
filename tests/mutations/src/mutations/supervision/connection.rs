//! Faults in the connection, its reads and their pauses.

use super::{fault, tested};
use crate::mutations::Mutation;

pub(super) const MUTATIONS: &[Mutation] = &[
    fault(
        "any reply counts as heard",
        "machine/connection.rs",
        "(status.last_heard, status.multiple_clients);",
        "(status.last_heard.map(|_| now), status.multiple_clients);",
    ),
    fault(
        "an outage is not shown",
        "connection/calm.rs",
        "Some(_) if !self.recurs(lost) => OUTAGE,",
        "Some(_) if !self.recurs(lost) => 1_000 * OUTAGE,",
    ),
    fault(
        "nothing is read after a reconnect",
        "machine/connection.rs",
        "        self.reads.want_current(now);\n        self.read_what_is_missing(now);\n",
        "",
    ),
    fault(
        "nothing is read again by time",
        "machine/connection.rs",
        "self.reads.refresh(is_current.then_some(after), now);",
        "self.reads.refresh(is_current.then_some(after * 1_000), now);",
    ),
    fault(
        "while somebody is monitored nothing is read sooner",
        "machine/connection.rs",
        "(false, true) => self.config.read_every,",
        "(false, true) => self.config.read_every_idle,",
    ),
    tested(
        "a read that failed is tried again at once",
        "machine/reads.rs",
        "            let after = after.filter(|_| slot.backoff.failures() == 0);\n",
        "",
    ),
    tested(
        "what can't be read is shown as live",
        "machine/reads.rs",
        "            slot.is_current = false;\n        }\n        self.want(",
        "        }\n        self.want(",
    ),
    fault(
        "reads never time out",
        "machine/exchanges.rs",
        "exchange.deadline.is_some_and(|at| at <= now);",
        "exchange.deadline.is_some_and(|at| at < now.before(Duration::from_secs(3_600)));",
    ),
    fault(
        "Retry-After is ignored",
        "machine/reads.rs",
        "slot.backoff.fail_after(asked_for.unwrap_or_default());",
        "slot.backoff.fail();",
    ),
    fault(
        "Retry-After is for one reason to read only",
        "machine/reads.rs",
        "min()?;\n        Some(at.max(self.patience_until.unwrap_or_default()))",
        "min()?;\n        Some(at)",
    ),
    fault(
        "an outage of a moment is shown",
        "connection/calm.rs",
        "Some(_) if !self.recurs(lost) => OUTAGE,",
        "Some(_) if !self.recurs(lost) => 0 * OUTAGE,",
    )
    .with_seed(700),
    tested(
        "a read that began too early counts as current",
        "machine/reads.rs",
        "slot.is_current = is_told && slot.wanted_at.is_none();",
        "slot.is_current = is_told;",
    ),
    tested(
        "making sure of the connection is shown",
        "connection/calm.rs",
        "_ => MAKING_SURE,",
        "_ => Duration::ZERO,",
    ),
    tested(
        "polls that are cut off are told each time",
        "connection/calm.rs",
        "        self.is_told = true;\n",
        "",
    ),
    tested(
        "every poll that fails was cut off on the way",
        "machine/link.rs",
        "self.poll_held.take().filter(|_| is_cut);",
        "self.poll_held.take().filter(|_| is_cut || true);",
    ),
    tested(
        "outages that recur are told each time",
        "connection/calm.rs",
        "Some(_) if !self.recurs(lost) => OUTAGE,",
        "Some(_) => OUTAGE,",
    ),
    tested(
        "each message that can't be read is told",
        "machine/link.rs",
        "core::mem::replace(&mut self.is_unreadable_noted, true)",
        "core::mem::take(&mut self.is_unreadable_noted)",
    ),
    tested(
        "a loss stands before what was noted after it",
        "machine/link.rs",
        "lost.at.max(latest));",
        "lost.at.max(latest.min(lost.at)));",
    ),
    tested(
        "what arrives on one channel is evidence for the other",
        "connection/delivery.rs",
        "self.channels.iter().any(|channel| channel.is_silent)",
        "self.channels.iter().all(|channel| channel.is_silent)",
    ),
    tested(
        "a switch that was not told is no evidence",
        "calls.rs",
        "!matches!(self, Self::Changed)",
        "matches!(self, Self::Rings | Self::Joined | Self::Left)",
    ),
    tested(
        "a connection that HTTP rejections stopped is never tried again",
        "machine/link.rs",
        "                stop.again_at = None;\n                self.client.retry_now(now);",
        "                stop.again_at = None;",
    ),
    tested(
        "each try of a stopped connection is shown",
        "machine/link.rs",
        "            (Phase::Handshaking | Phase::Connecting | Phase::Connected, _, Some(stop)) => {\n                stop.again_at = None;",
        "            (Phase::Handshaking | Phase::Connecting | Phase::Connected, _, Some(_)) => {\n                self.stop = None;",
    ),
    tested(
        "that notifications stay away is not noticed",
        "connection/delivery.rs",
        "if channel.suspect.is_none() && !channel.is_silent {",
        "if channel.suspect.is_none() && channel.is_silent {",
    ),
    tested(
        "a notification that comes a little later is missed",
        "connection/delivery.rs",
        "self.seen + GRACE",
        "self.seen",
    ),
    tested(
        "notifications stay away for ever",
        "connection/delivery.rs",
        "let was_silent = core::mem::take(&mut channel.is_silent);",
        "let was_silent = channel.is_silent;",
    ),
    tested(
        "a server that is slow to begin gets no more time",
        "machine/reads.rs",
        "(2 * slot.reply_within).min(MOST_REPLY_WITHIN);",
        "slot.reply_within.min(MOST_REPLY_WITHIN);",
    ),
    tested(
        "Retry-After of an operation is ignored by its check",
        "machine/requests.rs",
        "            self.reads\n                .put_off(what_shows(request), trouble, now + after);\n",
        "            let _ = (request, after, trouble);\n",
    ),
    tested(
        "nothing is read where only notifications are refused",
        "machine/link.rs",
        "self.refusals.failures() > 1 && !self.is_connected()",
        "self.refusals.failures() > 1_000 && !self.is_connected()",
    ),
    tested(
        "bytes of a poll's response buy no time",
        "machine/mod.rs",
        "                    self.tell_client(bayeux::Input::Progress { id }, now);\n",
        "                    let _ = id;\n",
    ),
    tested(
        "bytes that come buy no time",
        "machine/exchanges.rs",
        "            *deadline = (*deadline).max(now + self.reply_within);\n",
        "            let _ = (deadline, now);\n",
    ),
    tested(
        "a refused read does not say what is refused",
        "machine/facts.rs",
        "LinkTrouble::Refused { what, http, words }",
        "LinkTrouble::Refused {\n        what: if what == Resource::Calls { Resource::Devices } else { what },\n        http,\n        words,\n    }",
    ),
    tested(
        "what was put off for long is shown as live",
        "machine/reads.rs",
        "                good_until.before(reply_within)\n",
        "                good_until.max(until)\n",
    ),
    tested(
        "a server is left alone for as long as it wants",
        "machine/retry_after.rs",
        "asked_for(response, now).map(|asked| asked.min(MOST))",
        "asked_for(response, now)",
    ),
    tested(
        "what waited for the end of an outage happened then",
        "machine/facts.rs",
        "            (false, _) => connection.live_until,\n",
        "            (false, _) => None,\n",
    ),
    tested(
        "a device of somebody else in a message is one's own",
        "machine/facts.rs",
        "if self.state.my_device.is_unknown(&device.id) {",
        "if false && self.state.my_device.is_unknown(&device.id) {",
    ),
];
