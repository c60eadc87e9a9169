//! Faults in the supervision machine.

use super::{Mutation, Net};

const fn fault(
    name: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
) -> Mutation {
    Mutation {
        name,
        net: Net::Supervision,
        file,
        find,
        replace,
    }
}

const fn tested(
    name: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
) -> Mutation {
    Mutation {
        net: Net::Behaviour,
        ..fault(name, file, find, replace)
    }
}

pub(super) const MUTATIONS: &[Mutation] = &[
    // Requests
    fault(
        "a reply means that it is done",
        "requests/mod.rs",
        "                request.accepted(now.at + times.confirm_within);\n                Progress::Accepted",
        "                return self.end(id, Outcome::Confirmed, now);",
    ),
    fault(
        "a request that was accepted is never looked for",
        "requests/request.rs",
        "self.check = Some(Check::after_accepted(confirm_by));",
        "self.check = Some(Check::after_accepted(confirm_by)).filter(|_| false);",
    ),
    fault(
        "a request whose reply is lost is never looked for",
        "requests/mod.rs",
        "                request.check(Check::at_once(why, now.at));\n",
        "                let _ = (why, Check::at_once);\n",
    ),
    fault(
        "a check goes on for ever",
        "requests/request.rs",
        "            check.has_begun = true;\n",
        "",
    ),
    fault(
        "a reply that leaves the outcome unknown is a refusal",
        "requests/mod.rs",
        "Err(LinkTrouble::Reading(error)) if !error.leaves_outcome_unknown() => {",
        "Err(LinkTrouble::Reading(error)) => {",
    ),
    fault(
        "a request of unknown outcome is sent again",
        "machine/settle.rs",
        "            self.read_what_shows(&change.request, now);\n",
        "            self.send_request(&change.request, now);\n            self.read_what_shows(&change.request, now);\n",
    ),
    fault(
        "a request is sent again for each CSRF token that is refused",
        "requests/request.rs",
        "let is_first = !self.was_held_back;",
        "let is_first = true;",
    ),
    fault(
        "a request is held back for ever",
        "requests/request.rs",
        "self.stage == Stage::HeldBack && self.asked.at <= earliest",
        "self.stage == Stage::HeldBack && self.asked.at < Instant::default().min(earliest)",
    ),
    fault(
        "a request is sent for the device that is used then",
        "machine/settle.rs",
        "if let Some(http) = request.to_gws(&self.config.base_url) {",
        "let mut request = request.clone();\n        request.device = self.state.my_device.id().cloned().unwrap_or(request.device);\n        if let Some(http) = request.to_gws(&self.config.base_url) {",
    ),
    fault(
        "any monitoring of the same agent confirms",
        "monitoring.rs",
        "        self.kind == choice.kind\n            && self.scope == choice.scope\n            && self.mode == choice.mode\n            && self.is_of(&choice.target, directory)",
        "        self.is_of(&choice.target, directory)",
    ),
    fault(
        "barging in where listening was asked for confirms",
        "monitoring.rs",
        "        self.kind == choice.kind\n            && self",
        "        self",
    ),
    fault(
        "the other mode confirms",
        "monitoring.rs",
        "            && self.mode == choice.mode\n",
        "",
    ),
    fault(
        "an answer is confirmed by the call that rings",
        "requests/request.rs",
        "CallOperation::Answer => leg.is_joined(),",
        "CallOperation::Answer => leg.is_ringing() || leg.is_joined(),",
    ),
    fault(
        "any call that was joined confirms a switch to barging in",
        "requests/request.rs",
        "CallOperation::SwitchToBargeIn => leg.audience() == Audience::Everyone,",
        "CallOperation::SwitchToBargeIn => leg.is_joined(),",
    ),
    fault(
        "muting the agent is confirmed by unmuting",
        "requests/request.rs",
        "CallOperation::MuteMonitoredUser => leg.call.monitored_user_muted,",
        "CallOperation::MuteMonitoredUser => !leg.call.monitored_user_muted,",
    ),
    fault(
        "what was asked of a call that is over is confirmed",
        "requests/request.rs",
        "Fulfilment::Moot => Some(Outcome::Unconfirmed(Why::CallOver)),",
        "Fulfilment::Moot => Some(Outcome::Confirmed),",
    ),
    fault(
        "an error about nothing in particular refuses the request under way",
        "requests/mod.rs",
        "        let device = device?;\n        let mut about = self.pending.iter().filter(|r| r.device == *device);",
        "        let is_of = |r: &&Request| device.is_none_or(|device| r.device == *device);\n        let mut about = self.pending.iter().filter(is_of);",
    ),
    fault(
        "a problem stays beside what refutes it",
        "requests/mod.rs",
        "        if is_refuted {\n            self.problem = None;\n        }\n",
        "",
    ),
    fault(
        "a problem that is refuted when it arises is told",
        "machine/settle.rs",
        "            self.apply_all(late, now);\n            self.settle(now);\n",
        "            self.apply_all(late, now);\n",
    ),
    fault(
        "what a notification confirms is confirmed by the check",
        "machine/facts.rs",
        "        self.learn_monitoring(&device, Source::Told, now);\n        self.settle(now);\n",
        "        self.learn_monitoring(&device, Source::Told, now);\n",
    ),
    tested(
        "what was so before confirms",
        "requests/request.rs",
        "Fulfilment::Met if !self.was_so_before(facts) => Some(Outcome::Confirmed),",
        "Fulfilment::Met => Some(Outcome::Confirmed),",
    ),
    tested(
        "a request of unknown outcome is looked for once",
        "requests/request.rs",
        "            looks: 2,\n",
        "            looks: 1,\n",
    ),
    tested(
        "an error that may be about either of two refuses the older one",
        "requests/mod.rs",
        "let (Some(request), None) = (about.next(), about.next()) else {",
        "let Some(request) = about.next() else {",
    ),
    tested(
        "a request outlives its device",
        "machine/facts.rs",
        "            |request| is_gone(&request.device),\n",
        "            |request| is_gone(&request.device) && request.id.0 == 0,\n",
    ),
    tested(
        "no new CSRF token is fetched for what was held back",
        "machine/settle.rs",
        "Progress::HeldBack => self.ask_who_is_signed_in(now),",
        "Progress::HeldBack => {}",
    ),
    tested(
        "stopping leaves the request before it pending",
        "machine/commands.rs",
        "            let change = requests.give_up(pending, Why::Superseded, moment);\n            self.apply_all(change, now);\n",
        "            let _ = (pending, moment, requests, Why::Superseded);\n",
    ),
    // Devices and calls
    fault(
        "the device changes by itself",
        "my_device.rs",
        "        if self.used.as_ref().is_some_and(is_there) {\n            return None;\n        }\n",
        "",
    ),
    fault(
        "what is told of one device is taken for the other's",
        "monitoring.rs",
        "self.devices.iter().position(|e| e.device == device.id);",
        "self.devices.iter().position(|_| true);",
    ),
    fault(
        "calls on the other devices are shown as this one's",
        "state.rs",
        "            Some(used) => leg.is_on(used),",
        "            Some(used) => leg.is_on(used) || leg.is_joined(),",
    ),
    fault(
        "a call whose end was not told goes on",
        "calls.rs",
        "            !is_newer(&leg.call.id) && read",
        "            !is_newer(&leg.call.id) && leg.is_ringing() && read",
    ),
    fault(
        "a call that is over goes on",
        "calls.rs",
        "        if call.state.is_over() {\n",
        "        if call.state.is_over() && position.is_none() {\n",
    ),
    fault(
        "who is not muted is not heard",
        "calls.rs",
        "(Some(Toggle::Off), _) => Audience::Everyone,",
        "(Some(Toggle::Off), _) => Audience::Nobody,",
    ),
    fault(
        "who barged in elsewhere is shown as asked for here",
        "calls.rs",
        "        leg.call = call;\n",
        "        leg.call = Call {\n            mute: leg.call.mute.clone(),\n            supervisor_monitoring_state: leg.call.supervisor_monitoring_state.clone(),\n            ..call\n        };\n",
    ),
    fault(
        "nobody is monitored in a call that outlives it",
        "claim.rs",
        "(Monitoring::None, Some(audience)) => Headline::CallOutlives(audience),",
        "(Monitoring::None, Some(_)) => Headline::Nobody,",
    ),
    tested(
        "what a read brings goes before what was told meanwhile",
        "machine/reads.rs",
        "            under_way.told_meanwhile.push(id.to_owned());\n",
        "            let _ = (under_way, id);\n",
    ),
    tested(
        "devices of another person are taken for one's own",
        "my_device.rs",
        "!self.devices.is_empty() && !read.is_empty() && !read.iter().any(is_known)",
        "false && !read.iter().any(is_known)",
    ),
    tested(
        "the device that monitors somebody is not looked for",
        "my_device.rs",
        "            .find(monitors)\n            .or_else(|| devices().find(can))",
        "            .find(can)\n            .or_else(|| devices().find(monitors))",
    ),
    tested(
        "an unknown way of monitoring is none",
        "monitoring.rs",
        "            Some(MonitoringState::Unrecognised(word)) => Self::Unrecognised(word.clone()),",
        "            Some(MonitoringState::Unrecognised(_)) => Self::None,",
    ),
    tested(
        "what goes on on another device is not told",
        "claim.rs",
        "        (is_monitoring || audience.is_some()).then",
        "        (is_monitoring && audience.is_some()).then",
    ),
    tested(
        "a call of one's own can be left by mistake",
        "calls.rs",
        "self.role == LegRole::Monitoring && self.call.can(&operation.capability())",
        "self.call.can(&operation.capability())",
    ),
    tested(
        "a call's clock counts the ringing",
        "calls.rs",
        "self.established.unwrap_or(self.began)",
        "self.began",
    ),
    tested(
        "who ended monitoring is invented",
        "machine/settle.rs",
        "                _ => EndReason::Elsewhere,",
        "                _ => EndReason::StoppedHere,",
    ),
    tested(
        "a subscription for one call ended by a call that there was not",
        "machine/settle.rs",
        "_ if was.mode == Mode::NextCall && change.had_call =>",
        "_ if was.mode == Mode::NextCall =>",
    ),
    tested(
        "what was found is said to have been seen",
        "machine/sign_in.rs",
        "            Source::Found { since } => Certainty::Found { since },",
        "            Source::Found { .. } => Certainty::Told,",
    ),
    // The connection
    fault(
        "any reply counts as heard",
        "machine/link.rs",
        "(status.last_heard, status.multiple_clients);",
        "(status.last_heard.map(|_| now), status.multiple_clients);",
    ),
    fault(
        "an outage is not shown",
        "connection/calm.rs",
        "const OUTAGE: Duration = Duration::from_secs(4);",
        "const OUTAGE: Duration = Duration::from_secs(4_000);",
    ),
    fault(
        "nothing is read after a reconnect",
        "machine/link.rs",
        "        self.reads.want_current(now);\n",
        "",
    ),
    fault(
        "nothing is read again by time",
        "machine/link.rs",
        "self.reads.refresh(is_current.then_some(after), now);",
        "self.reads.refresh(is_current.then_some(after * 1_000), now);",
    ),
    fault(
        "while somebody is monitored nothing is read sooner",
        "machine/link.rs",
        "(false, true) => self.config.look_again,",
        "(false, true) => self.config.look_again_idle,",
    ),
    tested(
        "a read that failed is tried again at once",
        "machine/reads.rs",
        "            let after = after.filter(|_| slot.backoff.failures() == 0);\n",
        "",
    ),
    fault(
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
        "        Some(at.max(self.patience_until.unwrap_or_default()))\n    }\n\n    /// As it was",
        "        Some(at)\n    }\n\n    /// As it was",
    ),
    fault(
        "an outage of a moment is shown",
        "connection/calm.rs",
        "const OUTAGE: Duration = Duration::from_secs(4);",
        "const OUTAGE: Duration = Duration::ZERO;",
    ),
    tested(
        "a read that began too early counts as current",
        "machine/reads.rs",
        "slot.is_current = is_told && slot.wanted_at.is_none();",
        "slot.is_current = is_told;",
    ),
    tested(
        "making sure of the connection is shown",
        "connection/calm.rs",
        "const MAKING_SURE: Duration = Duration::from_secs(12);",
        "const MAKING_SURE: Duration = Duration::ZERO;",
    ),
    tested(
        "polls that are cut off are told each time",
        "connection/calm.rs",
        "        self.is_told = true;\n",
        "",
    ),
    tested(
        "that notifications stay away is not noticed",
        "connection/delivery.rs",
        "if self.suspect.is_none() && !self.is_silent {",
        "if self.suspect.is_none() && self.is_silent {",
    ),
    tested(
        "a notification that comes a little later is missed",
        "connection/delivery.rs",
        "const GRACE: Duration = Duration::from_secs(6);",
        "const GRACE: Duration = Duration::ZERO;",
    ),
    tested(
        "notifications stay away for ever",
        "connection/delivery.rs",
        "        core::mem::take(&mut self.is_silent)\n",
        "        self.is_silent\n",
    ),
    tested(
        "bytes that come buy no time",
        "machine/exchanges.rs",
        "            *deadline = now + self.reply_within;\n",
        "            let _ = (deadline, now);\n",
    ),
    // Who is signed in
    fault(
        "a refusal for want of a sign-in is tried again",
        "machine/sign_in.rs",
        "        LinkTrouble::Reading(ReplyError::NotSignedIn) => Some(SignInNeed::NotSignedIn),\n",
        "",
    ),
    fault(
        "a sign-in page is a reply that can't be read",
        "machine/sign_in.rs",
        "        LinkTrouble::Reading(ReplyError::WebPage { http: 200..=299 }) => Some(SignInNeed::WebPage),\n",
        "",
    ),
    fault(
        "a redirect is a failure of the network",
        "machine/sign_in.rs",
        "        LinkTrouble::Redirected => Some(SignInNeed::Redirected),\n",
        "",
    ),
    fault(
        "asking again hides that a sign-in is needed",
        "identity.rs",
        "        if self.standing != Standing::Unknown {\n",
        "        if self.standing != Standing::Known || self.needed.is_none() {\n",
    ),
    fault(
        "who signs in next sees what happened before",
        "machine/sign_in.rs",
        "        history.forget();\n",
        "",
    ),
    fault(
        "who signs in next is told of the problem before",
        "machine/sign_in.rs",
        "        requests.dismiss_problem();\n",
        "",
    ),
    fault(
        "who signs in next has the requests of the one before",
        "machine/sign_in.rs",
        "        self.give_up_requests(&Why::SignedOut, now);\n        let old",
        "        let old",
    ),
    tested(
        "where the browser asks for a password it is tried by time",
        "machine/sign_in.rs",
        "        if need != SignInNeed::PasswordDialog {\n",
        "        if need != SignInNeed::Redirected {\n",
    ),
    tested(
        "who signs in before the first connection is not noticed",
        "machine/link.rs",
        "let may_be_another = self.link.was_live || !was_asked_just_now;",
        "let may_be_another = self.link.was_live && !was_asked_just_now;",
    ),
    // Clocks and limits
    fault(
        "the wall clock is read once",
        "time.rs",
        "        self.ahead = signed(wall.0).saturating_sub(signed(now.as_millis()));\n",
        "        let ahead = signed(wall.0).saturating_sub(signed(now.as_millis()));\n        self.ahead = if self.ahead == 0 { ahead.min(1) } else { self.ahead };\n",
    ),
    fault(
        "a limit ends monitoring again and again",
        "limit.rs",
        "            self.stage = LimitStage::Passed { again_at, after };\n",
        "            let _ = (again_at, after);\n",
    ),
    fault(
        "a limit that passes in an outage is forgotten",
        "limit.rs",
        "            if !can_end {\n                return None;",
        "            if !can_end {\n                let (again_at, after) = (Instant::from_millis(u64::MAX), Self::AGAIN);\n                self.stage = LimitStage::Passed { again_at, after };\n                return None;",
    ),
    fault(
        "a limit stands still while the computer sleeps",
        "limit.rs",
        "        self.until.at = self.until.at.before(sooner);\n",
        "",
    ),
    fault(
        "a limit ends what it was not set for",
        "machine/settle.rs",
        "let limit = self.take_wanted_limit(request.id);",
        "let limit = self.take_wanted_limit(request.id).or(Some(core::time::Duration::from_secs(20)));",
    ),
    tested(
        "a limit goes on with another agent",
        "machine/settle.rs",
        "if !is_same_agent && self.state.limits.remove(device) {",
        "if !is_same_agent && is.is_none() && self.state.limits.remove(device) {",
    ),
    tested(
        "nobody is reminded of a limit",
        "limit.rs",
        "        if self.stage == LimitStage::Running && now >= self.remind_at {",
        "        if self.stage == LimitStage::Reminded && now >= self.remind_at {",
    ),
    tested(
        "a limit whose end was refused is not asked for again",
        "limit.rs",
        "LimitStage::Passed { again_at, .. } => now >= again_at,",
        "LimitStage::Passed { .. } => false,",
    ),
    tested(
        "a limit is lost when what was refused begins after all",
        "machine/limits.rs",
        "if now.since(wanted.asked) < WantedLimit::FOR {",
        "if now.since(wanted.asked) < Duration::ZERO {",
    ),
    tested(
        "a limit ends what has taken the place of the monitored agent",
        "machine/limits.rs",
        "let due = limits.due(|limit| is_known(limit) && is_free(limit), now);",
        "let due = limits.due(is_free, now);",
    ),
    tested(
        "the agent's own call to the supervisor is a monitored one",
        "calls.rs",
        "            && parties.len() > 1\n",
        "",
    ),
    tested(
        "leaving a call waits for what is under way",
        "obstacle.rs",
        "request.operation == wanted || !is_way_out(operation)",
        "request.operation == wanted || is_way_out(operation) || true",
    ),
    tested(
        "a refusal is not followed by a read",
        "machine/settle.rs",
        "            self.read_what_shows(request, now);\n",
        "            let _ = request;\n",
    ),
];
