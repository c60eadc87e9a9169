//! Deliberate faults, to see that the invariants catch them: a net is worth what it holds.
//!
//! Each is one replacement in a file of `crates/bayeux/src`. The machines and this simulator are
//! copied to `target/mutations`, the fault is put into the copy, and storms run until one fails. A
//! fault that no storm reveals, or whose text is not to be found exactly once any more, is a failure
//! of the simulator.

mod bench;

pub use self::bench::{Bench, Verdict};

/// A fault to be caught.
#[derive(Clone, Copy, Debug)]
pub struct Mutation {
    /// What goes wrong.
    pub name: &'static str,
    /// Where, below `crates/bayeux/src`.
    pub file: &'static str,
    /// The text that is replaced; it occurs once.
    pub find: &'static str,
    /// By what.
    pub replace: &'static str,
}

const fn fault(
    name: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
) -> Mutation {
    Mutation {
        name,
        file,
        find,
        replace,
    }
}

/// The faults.
pub const MUTATIONS: &[Mutation] = &[
    fault(
        "the reply to a command of a former session ends the present one",
        "client/commands.rs",
        "session.is_some_and(|session| session.number == request.session)",
        "session.is_some() && request.session > 0",
    ),
    fault(
        "events that were lost with the reply to a command are not told",
        "client/commands.rs",
        "        self.may_miss_since(request.complete_until);\n        self.announced",
        "        self.announced",
    ),
    fault(
        "a subscribe that nobody answers is sent again at once",
        "client/commands.rs",
        "self.commands_held_until = now + self.command_backoff.fail();",
        "self.commands_held_until = now;",
    ),
    fault(
        "a subscribe that was sent and lost waits for ever",
        "client/subscriptions.rs",
        "(_, None) => (Standing::Absent, Vec::new(), Outcome::Done),",
        "(_, None) => (Standing::Beginning, Vec::new(), Outcome::Done),",
    ),
    fault(
        "advice outlives open",
        "client/mod.rs",
        "            self.backoff.reset();\n            self.advice = Advice::default();",
        "            self.backoff.reset();",
    ),
    fault(
        "the advised interval is ignored",
        "client/due.rs",
        "at.max(self.connect_ended + interval)",
        "at.max(self.connect_ended + interval / 1000)",
    ),
    fault(
        "a negative interval is ignored",
        "client/connect.rs",
        "u64::try_from(interval).ok().map(Duration::from_millis)",
        "Some(crate::advice::span(interval))",
    ),
    fault(
        "the advice not to come back is ignored",
        "client/connect.rs",
        "self.advice.reconnect == Some(Reconnect::None) || self.advised_interval()",
        "self.advised_interval()",
    ),
    fault(
        "the poll goes on after close",
        "client/disconnect.rs",
        "self.is_closed = true;\n        self.abort_poll();",
        "self.is_closed = true;",
    ),
    fault(
        "a publish is settled twice",
        "client/commands.rs",
        "SentWhat::Publish(token) if done => self.settle(token, Outcome::Done),",
        "SentWhat::Publish(token) if done => {\n                self.settle(token, Outcome::Done);\n                self.settle(token, Outcome::Done);\n            }",
    ),
    fault(
        "a publish without a reply is not settled",
        "client/commands.rs",
        "SentWhat::Publish(token) => self.settle(token, Outcome::Unknown),",
        "SentWhat::Publish(_) => {}",
    ),
    fault(
        "a publish is sent again",
        "client/commands.rs",
        "        let session = session.number;\n",
        "        for publish in publishes.iter().filter(|_| self.counters.requests % 16 == 7) {\n            self.queue.push_back(Publish {\n                token: publish.token,\n                channel: publish.channel.clone(),\n                data: publish.data.clone(),\n                ext: None,\n                answer_by: None,\n            });\n        }\n        let session = session.number;\n",
    ),
    fault(
        "nothing is subscribed in a new session",
        "client/subscriptions.rs",
        "        for topic in &mut self.topics {\n            topic.standing = Standing::Absent;",
        "        for topic in self.topics.iter_mut().filter(|t| t.standing != Standing::Active) {\n            topic.standing = Standing::Absent;",
    ),
    fault(
        "a subscribe without a reply is taken for done",
        "client/subscriptions.rs",
        "(_, None) => (Standing::Absent, Vec::new(), Outcome::Done),",
        "(_, None) => (Standing::Active, Vec::new(), Outcome::Done),",
    ),
    fault(
        "handshakes are not bounded",
        "client/handshake.rs",
        "        self.handshakes.spend(now);\n",
        "",
    ),
    fault(
        "the back-off never grows",
        "backoff.rs",
        "        self.failures = (self.failures + 1).min(31);\n",
        "",
    ),
    fault(
        "the back-off is never reset",
        "client/connect.rs",
        "        self.backoff.reset();\n",
        "",
    ),
    fault(
        "connects that are answered at once have no floor",
        "client/connect.rs",
        "self.floor.after(held, took, interval, events),",
        "self.floor.after(held, took, interval, events) / 1000,",
    ),
    fault(
        "over a slow network connects that are answered at once have no floor",
        "client/pace.rs",
        "(asked / 2).clamp(Self::EASY, Self::HELD)",
        "Duration::from_millis(200).min(asked)",
    ),
    fault(
        "any reply in the body of an HTTP refusal goes before its status",
        "client/lanes.rs",
        "any(Message::says_how_to_go_on)",
        "any(Message::is_meta)",
    ),
    fault(
        "the section of advice for long polling is ignored",
        "client/connect.rs",
        "self.advice = advice.for_long_polling();",
        "self.advice = *advice;",
    ),
    fault(
        "what is commanded after a close waits",
        "client/mod.rs",
        "if self.is_closed || self",
        "if self",
    ),
    fault(
        "Retry-After is ignored",
        "client/lanes.rs",
        "let retry_after = response.retry_after;",
        "let retry_after = response.retry_after.filter(|span| span.is_zero());",
    ),
    fault(
        "HTTP refusals never stop it",
        "client/recovery.rs",
        "self.refusals += 1;",
        "self.refusals = 1;",
    ),
    fault(
        "credentials are not asked for",
        "client/lanes.rs",
        "        401 | 403 => Trouble::Credentials(response.clone()),\n",
        "        401 | 403 => Trouble::Passing(Reason::Http(status)),\n",
    ),
    fault(
        "the end of a response is dropped",
        "client/lanes.rs",
        "self.events.reserve(batch.len());\n        for message in batch {",
        "for message in batch.into_iter().take(1) {",
    ),
    fault(
        "nothing follows a response without the connect reply",
        "client/lanes.rs",
        "(None, _) => self.poll_failed(request, Trouble::Passing(Reason::NoReply), now),",
        "(None, _) => {}",
    ),
    fault(
        "a poll never times out",
        "client/lanes.rs",
        "self.poll.take_if(|request| request.deadline <= now)",
        "self.poll.take_if(|request| request.deadline == Instant::default())",
    ),
    fault(
        "the response to a request that was given up is taken for another's",
        "client/lanes.rs",
        "if let Some(request) = self.poll.take_if(|request| request.id == id) {\n            match",
        "if let Some(request) = self.poll.take_if(|request| request.id >= id) {\n            match",
    ),
    fault(
        "a page that comes back is left alone",
        "client/page.rs",
        "Phase::Suspended => self.resume(Duration::ZERO, None, now),",
        "Phase::Suspended => {}",
    ),
    fault(
        "no gap is told when a session is lost",
        "client/recovery.rs",
        "            self.missed_from(command.map_or(from, |request| request.complete_until.min(from)));\n",
        "            let _ = (command, from);\n",
    ),
    fault(
        "a gap begins when the request left that failed",
        "client/recovery.rs",
        "self.complete_until.unwrap_or(sent_at)",
        "sent_at",
    ),
    fault(
        "a gap does not reach back to a command that the session has left behind",
        "client/recovery.rs",
        "request.complete_until.min(from)",
        "from.max(request.complete_until)",
    ),
    fault(
        "events without the connect reply are taken",
        "client/lanes.rs",
        "            None => !self.has_ack(),",
        "            None => true,",
    ),
    fault(
        "batches are never acknowledged",
        "client/connect.rs",
        "*last = batch.max(*last);",
        "*last = batch.min(*last);",
    ),
    fault(
        "a batch is acknowledged that was not seen",
        "client/connect.rs",
        "ack: session.batch,",
        "ack: session.batch.map(|batch| batch + 1),",
    ),
    fault(
        "a probe acknowledges nothing",
        "client/connect.rs",
        "ack: session.batch,",
        "ack: session.batch.filter(|_| !probe),",
    ),
    fault(
        "the batch of the handshake's reply is forgotten",
        "client/handshake.rs",
        "ext.first_batch().unwrap_or(-1)",
        "-1",
    ),
    fault(
        "the response to a poll that was given up is taken",
        "client/lanes.rs",
        "        if let Some(request) = self.poll.take_if(|request| request.id == id) {\n            match",
        "        if let Some(request) = self.poll.take_if(|request| !request.is_handshake || request.id == id) {\n            match",
    ),
    fault(
        "the server forgets what it has sent",
        "server/queue.rs",
        "let all = self.messages.iter().map(|m| m.json.clone()).collect();",
        "let all = self.messages.drain(..).map(|m| m.json).collect();",
    ),
    fault(
        "the server sends again what was acknowledged",
        "server/queue.rs",
        "is_some_and(|m| m.batch <= seen)",
        "is_some_and(|m| m.batch < seen)",
    ),
    fault(
        "the server lets acknowledged messages ride on any response",
        "server/handshake.rs",
        "            session.queue.acknowledge_from_now();\n            session.connect_only = true;",
        "            session.queue.acknowledge_from_now();",
    ),
    fault(
        "messages don't end a held connect",
        "server/sessions.rs",
        "is_awake: held.is_some() && has_news,",
        "is_awake: held.is_some() && has_news && options.max_interval.is_zero(),",
    ),
    fault(
        "among tabs, a leader that begins anew is not noticed",
        "shared/follower.rs",
        "Some(_) => !news.is_first || self.session.is_none() || self.session != news.session,",
        "Some(_) => !news.is_first,",
    ),
    fault(
        "among tabs, what a leader had not told yet is forgotten with it",
        "shared/election.rs",
        "        self.missing.begins_at(follower.missing_since);\n",
        "",
    ),
    fault(
        "among tabs, no gap is told by a leader that begins anew",
        "shared/election.rs",
        "        if session.is_none() {\n            self.may",
        "        if false {\n            self.may",
    ),
    fault(
        "among tabs, a lock is taken, or used, though nothing could be heard",
        "shared/election.rs",
        "self.put_off < if is_late { most } else { at_least };",
        "self.put_off < if is_late { 0 } else { at_least };",
    ),
    fault(
        "among tabs, one that was robbed goes on",
        "shared/election.rs",
        "        self.client.close(now);\n        self.ask(Ask::Hello, now);",
        "        self.ask(Ask::Hello, now);",
    ),
    fault(
        "among tabs, a session without acknowledgement is passed on",
        "shared/leader.rs",
        "if self.client.has_ack() {",
        "if self.client.status().last_heard.is_some() {",
    ),
    fault(
        "among tabs, a leader does not answer",
        "shared/leader.rs",
        "        self.asked.push(question);\n",
        "        drop(question);\n",
    ),
    fault(
        "among tabs, a new session for all is no gap",
        "shared/group.rs",
        "                self.may_miss_the_rest(now);\n                self.client.close(now);",
        "                self.client.close(now);",
    ),
    fault(
        "among tabs, a page that was put away missed nothing",
        "shared/follower.rs",
        "            None => was_connected,",
        "            None => false,",
    ),
    fault(
        "among tabs, words are as old as they are when they are heard",
        "shared/group.rs",
        "let said = now.before(age);",
        "let said = now.before(age.min(age / 1_000));",
    ),
    fault(
        "among tabs, a leader does not learn that nobody listens to it",
        "shared/leader.rs",
        "if term > self.term {",
        "if false {",
    ),
    fault(
        "among tabs, a page that is frozen keeps the lead",
        "shared/group.rs",
        "            (Role::Leader(_), Page::Frozen) if self.others.is_empty() => {}",
        "            (_, Page::Frozen) => {}",
    ),
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_fault_is_to_be_found_exactly_once() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/bayeux/src");
        let stale: Vec<&str> = MUTATIONS
            .iter()
            .filter(|mutation| {
                let text = fs::read_to_string(sources.join(mutation.file)).unwrap();
                text.matches(mutation.find).count() != 1
            })
            .map(|mutation| mutation.name)
            .collect();
        assert!(stale.is_empty(), "stale: {stale:?}");
    }
}
