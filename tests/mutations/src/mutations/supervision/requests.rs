//! Faults in the progress of requests.

use super::{fault, tested};
use crate::mutations::Mutation;

pub(super) const MUTATIONS: &[Mutation] = &[
    tested(
        "any refusal that names a SIP Cluster limits the contact centre",
        "sip_cluster.rs",
        "words.contains(\"support\") || words.contains(\"only\");",
        "!words.is_empty();",
    ),
    tested(
        "an agent monitored otherwise than just asked was asked for elsewhere",
        "machine/receipts.rs",
        "is.target.is_none() || is.is_of(&choice.target, &self.state.directory)",
        "is.target.is_none() && is.is_of(&choice.target, &self.state.directory)",
    ),
    tested(
        "a device that names the agent by number alone does not confirm",
        "monitoring.rs",
        "number.is_some_and(|number| is_same_number(own, number))",
        "number.is_none() && is_same_number(own, own)",
    ),
    tested(
        "a device that says nothing of monitoring any more ends it",
        "machine/receipts.rs",
        "if change.after == Monitoring::Unknown {",
        "if change.after == Monitoring::Unknown && was.is_none() {",
    ),
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
        "machine/requests.rs",
        "            self.read_what_shows(&change.request, now);\n",
        "            self.send_request(&change.request, now);\n            self.read_what_shows(&change.request, now);\n",
    ),
    fault(
        "a request is sent again each time that it is not let in",
        "requests/request.rs",
        "let is_first = self.not_let_in.is_none();",
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
        "machine/requests.rs",
        "if let Some(http) = request.to_gws(&self.config.base_url) {",
        "let mut request = request.clone();\n        request.device = self.state.my_device.id().cloned().unwrap_or(request.device);\n        if let Some(http) = request.to_gws(&self.config.base_url) {",
    )
    .with_seed(66),
    tested(
        "any monitoring of the same agent confirms",
        "monitoring.rs",
        "        self.kind == choice.kind\n            && self.scope == choice.scope\n            && self.mode == choice.mode\n            && self.is_of(&choice.target, directory)",
        "        self.is_of(&choice.target, directory)",
    ),
    fault(
        "barging in where listening was asked for confirms",
        "monitoring.rs",
        "let same_way = self.kind == choice.kind && is_scope && is_mode;",
        "let same_way = is_scope && is_mode;",
    ),
    fault(
        "the other mode confirms",
        "monitoring.rs",
        "let same_way = self.kind == choice.kind && is_scope && is_mode;",
        "let same_way = self.kind == choice.kind && is_scope && (is_mode || is_scope);",
    ),
    fault(
        "an answer is confirmed by the call that rings",
        "requests/request.rs",
        "CallOperation::Answer => leg.is_answered(),",
        "CallOperation::Answer => leg.is_ringing() || leg.is_answered(),",
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
    )
    .with_seed(62),
    fault(
        "a problem stays beside what refutes it",
        "requests/mod.rs",
        "        if is_refuted {\n            self.problem = None;\n        }\n",
        "",
    ),
    fault(
        "a problem that is refuted when it arises is told",
        "machine/requests.rs",
        "            self.apply_all(late, now);\n            self.settle(now);\n",
        "            self.apply_all(late, now);\n",
    ),
    fault(
        "what a notification confirms is confirmed by the check",
        "machine/facts.rs",
        "        self.learn_monitoring(&device, source, now);\n        self.settle(now);\n",
        "        self.learn_monitoring(&device, source, now);\n",
    ),
    tested(
        "what was so before confirms",
        "requests/request.rs",
        "            _ if !self.has_differed => None,\n",
        "            Fulfilment::Met if false => None,\n",
    ),
    tested(
        "a request of unknown outcome is looked for once",
        "requests/request.rs",
        "            reads_left: 2,\n",
        "            reads_left: 1,\n",
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
        "machine/requests.rs",
        "Progress::HeldBack => self.ask_who_is_signed_in(now),",
        "Progress::HeldBack => {}",
    ),
    tested(
        "a request that was redirected is sent once more",
        "requests/mod.rs",
        "        LinkTrouble::Reading(ReplyError::NotSignedIn) => (None, None),\n",
        "        LinkTrouble::Reading(ReplyError::NotSignedIn) | LinkTrouble::Redirected => (None, None),\n",
    ),
    tested(
        "a directory that is refused is not told",
        "machine/facts.rs",
        "            self.state.directory.trouble = Some(trouble);\n",
        "            self.state.directory.trouble = Some(trouble).filter(|_| need.is_none());\n",
    ),
    tested(
        "stopping leaves the request before it pending",
        "machine/commands.rs",
        "            let change = requests.give_up(pending, Why::Superseded, moment);\n            self.apply_all(change, now);\n",
        "            let _ = (pending, moment, requests, Why::Superseded);\n",
    ),
    tested(
        "monitoring of somebody who is not named confirms",
        "requests/request.rs",
        "Fulfilment::Undecided => Some(Outcome::Unconfirmed(Why::AgentNotShown)),",
        "Fulfilment::Undecided => Some(Outcome::Confirmed),",
    ),
    tested(
        "a word for another kind of monitoring may be what was asked for",
        "requests/request.rs",
        "                _ => Fulfilment::NotMet,\n            }\n",
        "                _ => Fulfilment::Undecided,\n            }\n",
    ),
    tested(
        "a request that may be in force is a problem when nobody is monitored",
        "requests/problem.rs",
        "Fulfilment::NotMet => *self.why() == Why::AgentNotShown,",
        "Fulfilment::NotMet => false,",
    ),
    tested(
        "that a check is put off is not told",
        "machine/mod.rs",
        "            self.note_put_off_checks(now);\n",
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
        "machine/requests.rs",
        "            self.read_what_shows(request, now);\n",
        "            let _ = request;\n",
    ),
    tested(
        "an error that names the device refuses what is in force",
        "requests/mod.rs",
        "        request.check(Check::after_error(why, now.at));\n        Some(Change {\n            request: request.clone(),\n            to: Progress::Checking,\n        })",
        "        let id = request.id;\n        let _ = Check::after_error;\n        self.end(id, Outcome::Refused(why), now)",
    ),
    tested(
        "what began and ended after it was asked for does not confirm a stop",
        "requests/request.rs",
        "        self.has_differed |= !is_as_before;\n",
        "        self.has_differed = !is_as_before;\n",
    ),
];
