//! Faults in the CometD client and server.

use super::{Mutation, fault};

pub(super) const MUTATIONS: &[Mutation] = &[
    fault(
        "the reply to a command of a former session ends the present one",
        "client/command_lane.rs",
        "session.is_some_and(|session| session.number == self.session)",
        "session.is_some() && self.session > 0",
    )
    .with_seed(468)
    .in_storms("hostile"),
    fault(
        "events lost with the reply to a command are not reported as missed",
        "client/mod.rs",
        "        self.connection.gaps().command_lost(complete_until);\n",
        "        let _ = complete_until;\n",
    )
    .with_seed(153),
    fault(
        "a subscribe without a reply is sent again at once",
        "client/command_lane.rs",
        "self.held_until = now + self.backoff.fail();",
        "self.held_until = now;",
    ),
    fault(
        "a subscribe that was lost is never sent again",
        "client/subscriptions.rs",
        "self.subscribing(pattern) {\n            *state = State::Inactive;",
        "self.subscribing(pattern) {\n            *state = State::Subscribing;",
    ),
    fault(
        "advice outlives open",
        "client/connection/mod.rs",
        "        self.poll.reset(now);\n        self.session.reset_advice();",
        "        self.poll.reset(now);",
    ),
    fault(
        "the advised interval is ignored",
        "client/connection/poll_lane.rs",
        "at.max(self.ended_at + interval)",
        "at.max(self.ended_at + interval / 1000)",
    ),
    fault(
        "a negative interval is ignored",
        "client/connection/session.rs",
        "u64::try_from(interval).ok().map(Duration::from_millis)",
        "Some(crate::advice::span(interval))",
    ),
    fault(
        "advice not to reconnect is ignored",
        "client/connection/session.rs",
        "self.forbids_reconnect() || self.interval().is_none()",
        "self.interval().is_none()",
    ),
    fault(
        "the poll goes on after close",
        "client/connection/mod.rs",
        "        self.stop_polling();\n        self.gaps.closed();",
        "        self.gaps.closed();",
    ),
    fault(
        "nothing is subscribed in a new session",
        "client/subscriptions.rs",
        "        for (_, state) in &mut self.0 {\n            *state = State::Inactive;",
        "        for (_, state) in self.0.iter_mut().filter(|(_, state)| *state != State::Active) {\n            *state = State::Inactive;",
    ),
    fault(
        "a subscribe without a reply is taken for done",
        "client/subscriptions.rs",
        "self.subscribing(pattern) {\n            *state = State::Inactive;",
        "self.subscribing(pattern) {\n            *state = State::Active;",
    ),
    fault(
        "handshakes are not bounded",
        "client/connection/poll_lane.rs",
        "            self.handshakes.spend(now);\n",
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
        "client/connection/poll_lane.rs",
        "        self.backoff.reset();\n        self.refusals = 0;",
        "        self.refusals = 0;",
    ),
    fault(
        "connects that are answered at once have no floor",
        "client/connection/poll_lane.rs",
        "self.floor.after(held, took, interval, has_events),",
        "self.floor.after(held, took, interval, has_events) / 1000,",
    ),
    fault(
        "over a slow network connects that are answered at once have no floor",
        "client/connection/pace.rs",
        "(asked / 2).clamp(Self::EASY, Self::HELD)",
        "Duration::from_millis(200).min(asked)",
    )
    .in_storms("far"),
    fault(
        "any reply in the body of an HTTP refusal goes before its status",
        "client/response.rs",
        "is_ok_and(Message::says_how_to_go_on)",
        "is_ok_and(Message::is_meta)",
    ),
    fault(
        "the section of advice for long polling is ignored",
        "client/connection/session.rs",
        "self.advice = advice.for_long_polling();",
        "self.advice = advice;",
    ),
    fault(
        "Retry-After is ignored",
        "client/response.rs",
        "let retry_after = response.retry_after;",
        "let retry_after = response.retry_after.filter(|span| span.is_zero());",
    ),
    fault(
        "HTTP refusals never stop it",
        "client/connection/poll_lane.rs",
        "self.refusals += 1;",
        "self.refusals = 1;",
    ),
    fault(
        "credentials are not asked for",
        "client/response.rs",
        "        401 | 403 => RequestError::Unauthorized(response.clone()),\n",
        "        401 | 403 => RequestError::Transient(Reason::Http(status)),\n",
    ),
    fault(
        "the end of a response is dropped",
        "client/connection/mod.rs",
        "self.outputs.reserve_events(batch.len());\n        for message in batch {",
        "for message in batch.into_iter().take(1) {",
    ),
    fault(
        "nothing follows a response without the connect reply",
        "client/connection/mod.rs",
        "            return self.poll_failed(request, error, now);\n        };",
        "            let _ = error;\n            return;\n        };",
    ),
    fault(
        "a poll never times out",
        "client/connection/poll_lane.rs",
        "self.request.take_if(|request| request.deadline <= now)",
        "self.request.take_if(|request| request.deadline == Instant::default())",
    ),
    fault(
        "the response to an aborted request is taken for another's",
        "client/connection/poll_lane.rs",
        "self.request.take_if(|request| request.id == id)",
        "self.request.take_if(|request| request.id >= id)",
    ),
    fault(
        "a page that comes back is not resumed",
        "client/connection/mod.rs",
        "            return self.resume(Duration::ZERO, None, now);\n        }\n        let is_spared",
        "            return;\n        }\n        let is_spared",
    ),
    fault(
        "no gap is reported when a session is lost",
        "client/connection/mod.rs",
        "        self.gaps.session_ended(now);\n",
        "",
    ),
    fault(
        "a gap begins when the failed request was sent",
        "client/connection/gaps.rs",
        "self.complete_until.unwrap_or(sent_at)",
        "sent_at",
    ),
    fault(
        "a gap does not include the command that was out when the session ended",
        "client/mod.rs",
        "            self.connection.gaps().missed_from(complete_until);\n",
        "            let _ = complete_until;\n",
    )
    .with_seed(582)
    .in_storms("restarts"),
    fault(
        "events without the connect reply are taken",
        "client/connection/session.rs",
        "            (Some(_), None) => false,",
        "            (Some(_), None) => true,",
    ),
    fault(
        "batches are never acknowledged",
        "client/connection/session.rs",
        "*last = batch.max(*last);",
        "*last = batch.min(*last);",
    ),
    fault(
        "a batch is acknowledged that was not received",
        "client/connection/connect.rs",
        "if let Some(ack) = session.batch() {",
        "if let Some(ack) = session.batch().map(|ack| ack + 1) {",
    ),
    fault(
        "a probe acknowledges nothing",
        "client/connection/connect.rs",
        "if let Some(ack) = session.batch() {",
        "if let Some(ack) = session.batch().filter(|_| !is_probe) {",
    ),
    fault(
        "the batch of the handshake's reply is forgotten",
        "client/connection/handshake.rs",
        "ext.first_batch().unwrap_or(-1)",
        "-1",
    ),
    fault(
        "the response to an aborted poll is taken",
        "client/connection/poll_lane.rs",
        "self.request.take_if(|request| request.id == id)",
        "self.request.take_if(|request| request.step != Step::Handshake || request.id == id)",
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
        "server/session.rs",
        "            true => Vec::new(),\n            false => self.queue.close_batch().0,",
        "            _ => self.queue.close_batch().0,",
    ),
    fault(
        "messages don't end a held connect",
        "server/sessions.rs",
        "is_urgent: held.is_some() && session.is_urgent(),",
        "is_urgent: false,",
    ),
    fault(
        "among tabs, another connection is not noticed",
        "shared/view.rs",
        "Some(number) if self.number != Some(number) => {",
        "Some(number) if self.number.is_none() => {",
    ),
    fault(
        "among tabs, a later connection has no gap",
        "shared/view.rs",
        "let missed = self.complete_until.map(|from| Gap { from, to: now });",
        "let missed = self.complete_until.filter(|at| *at > now).map(|from| Gap { from, to: now });",
    ),
    fault(
        "among tabs, a lock is stolen though answers may be queued",
        "shared/roles.rs",
        "if is_late { 2 * UNANSWERED }",
        "if is_late { 1 }",
    )
    .with_seed(99),
    fault(
        "among tabs, a leader that does not answer is kept",
        "shared/roles.rs",
        "else { UNANSWERED };",
        "else { 1_000 };",
    ),
    fault(
        "among tabs, one whose lock is stolen goes on",
        "shared/mod.rs",
        "                self.client.close(now);\n                self.follow(Phase::Connecting",
        "                self.follow(Phase::Connecting",
    ),
    fault(
        "among tabs, a leader does not answer",
        "shared/mod.rs",
        "                leader.is_due = true;",
        "                leader.is_due |= false;",
    ),
    fault(
        "among tabs, the events of a response are not posted",
        "shared/roles.rs",
        "let body = if brings_events { &body[..] } else { &[] };",
        "let body = if brings_events { &[] } else { &body[..] };",
    ),
    fault(
        "among tabs, queued messages count as recent",
        "shared/mod.rs",
        "self.take_message(&data, now.before(age), now);",
        "self.take_message(&data, now.before(age.min(age / 1_000)), now);",
    ),
    fault(
        "among tabs, a page that is frozen keeps the lock",
        "shared/mod.rs",
        "(Role::Follower(_) | Role::Leader(_), Page::Frozen | Page::Leaving { kept: true })",
        "(Role::Follower(_) | Role::Leader(_), Page::Leaving { kept: true })",
    ),
];
