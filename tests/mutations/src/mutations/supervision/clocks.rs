//! Faults in clocks and time limits.

use super::{fault, tested};
use crate::mutations::Mutation;

pub(super) const MUTATIONS: &[Mutation] = &[
    fault(
        "the wall clock is read once",
        "time.rs",
        "        self.ahead = signed(wall.0).saturating_sub(signed(now.as_millis()));\n",
        "        let ahead = signed(wall.0).saturating_sub(signed(now.as_millis()));\n        self.ahead = if self.ahead == 0 { ahead.min(1) } else { self.ahead };\n",
    ),
    fault(
        "a limit ends monitoring again and again",
        "limit.rs",
        "        self.stage = LimitStage::Passed { again_at, after };\n",
        "        let _ = (again_at, after);\n",
    ),
    fault(
        "a limit that passes in an outage is forgotten",
        "limit.rs",
        "            if !can_end {\n                return None;",
        "            if !can_end {\n                let (again_at, after) = (Instant::from_millis(u64::MAX), Self::AGAIN);\n                self.stage = LimitStage::Passed { again_at, after };\n                return None;",
    ),
    tested(
        "a limit stands still while the computer sleeps",
        "limit.rs",
        "        self.until.at = self.until.at.before(sooner);\n",
        "",
    ),
    fault(
        "a limit ends what it was not set for",
        "machine/requests.rs",
        "            (Outcome::Confirmed, Operation::Monitor(_)) => {\n                self.set_limit_of(&request.device, request.limit, now);",
        "            (Outcome::Confirmed, Operation::Monitor(_)) => {\n                let limit = request.limit.or(Some(core::time::Duration::from_secs(20)));\n                self.set_limit_of(&request.device, limit, now);",
    ),
    tested(
        "a limit goes on with another agent",
        "machine/receipts.rs",
        "        self.forget_limit(device, is.is_some(), now);\n",
        "        if is.is_none() {\n            self.forget_limit(device, false, now);\n        }\n",
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
        "LimitStage::Passed { again_at, .. } => now >= again_at + self.lag,",
        "LimitStage::Passed { .. } => false,",
    ),
    tested(
        "a limit is lost when what was refused begins after all",
        "requests/mod.rs",
        "        if outcome != Outcome::Confirmed && request.operation.monitoring().is_some() {\n",
        "        if outcome == Outcome::Confirmed {\n",
    ),
    tested(
        "a limit ends what has taken the place of the monitored agent",
        "machine/limits.rs",
        "let due = limits.due(|limit| is_known(limit) && is_free(limit), now);",
        "let due = limits.due(is_free, now);",
    ),
    tested(
        "a limit of another tab counts for whomever the device monitors",
        "limit/shared.rs",
        "!is_older && target(monitoring).as_ref() == Some(&self.target)",
        "!is_older && target(monitoring).is_some()",
    ),
    tested(
        "a limit of another tab counts for a later monitoring of the same agent",
        "limit/shared.rs",
        "!is_older && target(monitoring).as_ref() == Some(&self.target)",
        "target(monitoring).as_ref() == Some(&self.target)",
    ),
    tested(
        "a limit that is set after the clock was set back is not the latest to other tabs",
        "limit/shared.rs",
        "now.wall.0.max(self.latest.0 + 1)",
        "now.wall.0",
    ),
    tested(
        "a limit kept over a reload replaces what other tabs know",
        "limit/shared.rs",
        "limit.set_at = WallTime::default();",
        "limit.set_at = now.wall;",
    ),
    tested(
        "all tabs ask the server for the end of a limit",
        "limit/shared.rs",
        "false => Duration::from_millis(10_000 + self.tab % 10_000),",
        "false => Duration::ZERO,",
    ),
    tested(
        "a tab does not tell others that it asked for the end of a limit",
        "machine/limits.rs",
        "                self.tell_tabs_of(&device, now);\n                self.ask_to_stop",
        "                self.ask_to_stop",
    ),
    tested(
        "a tab that joins later is not told of limits",
        "machine/limits.rs",
        "Some(LimitMessage::Ask) => self.tell_tabs(now),",
        "Some(LimitMessage::Ask) => {}",
    ),
    tested(
        "a limit that is told before the device is lost",
        "machine/limits.rs",
        "        } else {\n            self.follow_limit_of(&change.device, now);\n        }",
        "        }",
    ),
    tested(
        "the ringing before a call was found counts as time in the call",
        "calls.rs",
        "Some(_) => Since::new(leg.began.moment, Bound::AtMost),",
        "Some(_) => leg.began,",
    ),
    tested(
        "a message about a call that was there is its beginning",
        "calls.rs",
        "source == Source::Told && self.seen.is_some();",
        "source == Source::Told;",
    ),
    tested(
        "a jump of the clock is counted as time in a call",
        "machine/page.rs",
        "        self.state.calls.clock_jumped(moment);\n",
        "",
    ),
    tested(
        "a jump of the clock is counted as time in a state",
        "machine/page.rs",
        "        self.state.directory.clock_jumped();\n",
        "",
    ),
    tested(
        "a state lasts where nobody looked meanwhile",
        "directory/reading.rs",
        "known.filter(|_| is_known);",
        "known;",
    ),
    tested(
        "a change between readings far apart is seen",
        "directory/reading.rs",
        "Some(_) if is_seen => Since::new(at, Bound::Exact),",
        "Some(_) if is_known => Since::new(at, Bound::Exact),",
    ),
    tested(
        "somebody is ready on a device that is not in use",
        "directory/presence.rs",
        "if device.device_state.is_some() && !device.is_active() {",
        "if device.device_state.is_none() && !device.is_active() {",
    ),
    tested(
        "a large directory outlives the sign-in it was read for",
        "machine/reads.rs",
        "        self.pieces = None;\n",
        "",
    ),
    tested(
        "a jump of the clock is counted as time of monitoring",
        "machine/page.rs",
        "        self.state.monitoring.clock_jumped(moment);\n",
        "",
    ),
    tested(
        "after a jump of the clock nobody asks how long calls have been going on",
        "calls.rs",
        "                since.is_not_before(begun.before(duration + SECOND));\n",
        "                let _ = (since, begun, duration);\n",
    ),
];
