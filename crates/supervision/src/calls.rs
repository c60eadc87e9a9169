//! The calls on the supervisor's devices, each a *leg*: its state, since when, and who hears the supervisor in it.

use std::sync::Arc;

use bayeux::Duration;
use gws::MonitoringKind;
use gws::call::CallCapability;
use gws::{Call, CallId, CallOperation, CallState, CallType, DeviceId, Toggle};

use crate::monitoring::Source;
use crate::time::{Bound, Moment, Since};

/// A call on one of the supervisor's devices that is not over.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// The call as last reported.
    pub call: Arc<Call>,
    /// Whether the supervisor monitors through it.
    pub role: LegRole,
    /// When it began to ring or to dial, or was first seen.
    pub began: Since,
    /// When it was established; none if it was not.
    pub established: Option<Since>,
    /// The monitored agent was in it and has left; the others go on.
    pub is_without_agent: bool,
    agent_was_there: bool,
}

/// The role of a leg for the supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegRole {
    /// The supervisor monitors an agent through it.
    Monitoring,
    /// The supervisor's own call. It is shown without operations.
    Own,
}

/// Who hears the supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Nobody.
    Nobody,
    /// Unknown: the server does not say.
    Unknown,
    /// The agent, not the customer.
    Agent,
    /// Everyone in the call.
    Everyone,
}

/// The calls on all devices of the supervisor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls {
    legs: Vec<Leg>,
    /// When all of them were last read.
    seen: Option<Moment>,
}

/// What has happened to a leg.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LegChange {
    /// The leg as it is now, or as it was at the end.
    pub(crate) leg: Leg,
    pub(crate) events: Vec<LegEvent>,
}

/// What can happen to a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegEvent {
    /// It rings.
    Rings,
    /// The supervisor is in the call.
    Joined,
    /// Who hears the supervisor has changed.
    Switched,
    /// The agent was muted by the supervisor, or unmuted.
    AgentMuted(bool),
    /// Something else has changed.
    Changed,
    /// It is over.
    Left,
}

impl LegEvent {
    /// Whether the call has reached another state, which is always notified.
    pub(crate) fn is_a_step(self) -> bool {
        !matches!(self, Self::Changed)
    }
}

impl Leg {
    /// The device it is on; none if the server does not say.
    pub fn device(&self) -> Option<DeviceId> {
        self.call.device()
    }

    /// Whether it is on this device. A call without a device came on the supervisor's own channel.
    pub fn is_on(&self, device: &DeviceId) -> bool {
        self.device().is_none_or(|own| own == *device)
    }

    /// Whether it rings and waits for an answer.
    pub fn is_ringing(&self) -> bool {
        self.call.state == CallState::Ringing
    }

    /// Whether the supervisor is in the call.
    pub fn is_joined(&self) -> bool {
        is_joined(&self.call)
    }

    /// Whether it is known to have been answered.
    pub(crate) fn is_answered(&self) -> bool {
        matches!(self.call.state, CallState::Established | CallState::Held)
    }

    /// When its clock began: when the call was established, or before that when it began to ring.
    pub fn clock(&self) -> Since {
        self.established.unwrap_or(self.began)
    }

    /// Whether the supervisor may request the operation now: the call offers it, and is a monitored one.
    pub fn offers(&self, operation: CallOperation) -> bool {
        self.role == LegRole::Monitoring && self.call.can(&operation.capability())
    }

    /// Who hears the supervisor in it. If marks contradict each other, the one with more listeners counts:
    ///
    /// | `mute` | `supervisorMonitoringState` of the call | heard by |
    /// |---|---|---|
    /// | `Off` | `Coach` | the agent |
    /// | `Off` | anything else, or nothing | everyone |
    /// | `On` | `ListenIn`, or nothing | nobody |
    /// | `On` | anything else | nobody, if the call offers `UnmuteCall`; else unknown: they contradict each other |
    /// | not said | `ListenIn` | nobody; unknown, if only `SwitchToListenIn` is offered |
    /// | not said | `Coach` | the agent |
    /// | not said | `BargeIn` | everyone |
    /// | not said | not said | unknown: the kind that the device shows may have been switched in this call |
    ///
    /// Sources: *SwitchToBargeIn*, *SwitchToListenIn* (`mute`). Assumption: `mute` is `Off` while coaching.
    pub fn audience(&self) -> Audience {
        match self.is_joined() {
            true => self.heard_by(self.call.mute.as_ref()),
            false => Audience::Nobody,
        }
    }

    /// Who will hear the supervisor after this operation, if it lets others hear them.
    pub fn audience_after(&self, operation: CallOperation) -> Option<Audience> {
        match operation {
            CallOperation::SwitchToBargeIn => Some(Audience::Everyone),
            CallOperation::UnmuteCall => Some(self.heard_by(Some(&Toggle::Off))),
            _ => None,
        }
    }

    fn heard_by(&self, mute: Option<&Toggle>) -> Audience {
        let kind = self.call.supervisor_monitoring_state.as_ref();
        let can = |operation: CallOperation| self.call.can(&operation.capability());
        let can_only_listen =
            can(CallOperation::SwitchToListenIn) && !can(CallOperation::SwitchToBargeIn);
        match (mute, kind.map(|leg| &leg.state)) {
            (Some(Toggle::Off) | None, Some(MonitoringKind::Coach)) => Audience::Agent,
            (Some(Toggle::Off), _) => Audience::Everyone,
            (Some(Toggle::On), Some(MonitoringKind::ListenIn) | None) => Audience::Nobody,
            (Some(Toggle::On), _) if can(CallOperation::UnmuteCall) => Audience::Nobody,
            (None, Some(MonitoringKind::ListenIn)) if !can_only_listen => Audience::Nobody,
            (None, Some(MonitoringKind::BargeIn)) => Audience::Everyone,
            _ => Audience::Unknown,
        }
    }

    /// The numbers of the other parties, formatted.
    pub fn parties(&self) -> Vec<String> {
        let mut numbers = Vec::new();
        for party in &self.call.participants {
            numbers.push(party.shown().to_owned());
        }
        numbers
    }
}

impl Calls {
    pub(crate) fn legs(&self) -> &[Leg] {
        &self.legs
    }

    /// When all calls were last read.
    pub(crate) fn seen(&self) -> Option<Moment> {
        self.seen
    }

    /// All calls were read, by a read that began at `begun`. No clock may have counted longer than the duration that
    /// the server reports for its call.
    pub(crate) fn were_read(&mut self, begun: Moment, now: Moment) {
        self.seen = Some(now);
        for leg in &mut self.legs {
            let Some(duration) = leg.duration() else {
                continue;
            };
            let earliest = begun.before(duration + SECOND);
            leg.began.is_not_before(earliest);
            if let Some(since) = &mut leg.established {
                since.is_not_before(earliest);
            }
        }
    }

    /// The clock was set, or advanced during sleep.
    pub(crate) fn clock_jumped(&mut self, now: Moment) {
        for leg in &mut self.legs {
            leg.began.clock_jumped(now);
            if let Some(since) = &mut leg.established {
                since.clock_jumped(now);
            }
        }
    }

    pub(crate) fn leg(&self, call: &CallId) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.call.id == *call)
    }

    /// Applies the server's report of one call. `has_agent` says whether the agent whom the call's device monitors is
    /// in it.
    pub(crate) fn learn(
        &mut self,
        call: Arc<Call>,
        source: Source,
        has_agent: bool,
        now: Moment,
    ) -> Option<LegChange> {
        let position = self.legs.iter().position(|leg| leg.call.id == call.id);
        if call.state.is_over() {
            // A call that ended before it was known is ignored.
            return Some(self.end(position?));
        }
        let role = role(&call, has_agent, position.is_none());
        let mut events = Vec::new();
        let Some(position) = position else {
            let is_new = source == Source::Told && self.seen.is_some();
            let mut leg = Leg::new(call, role, is_new, now);
            leg.look_for_agent(has_agent);
            self.legs.push(leg.clone());
            events.push(match (leg.is_joined(), leg.is_ringing()) {
                (true, _) => LegEvent::Joined,
                (_, true) => LegEvent::Rings,
                _ => LegEvent::Changed,
            });
            return Some(LegChange { leg, events });
        };
        let leg = &mut self.legs[position];
        let before = leg.clone();
        leg.call = call;
        leg.look_for_agent(has_agent);
        if role == LegRole::Monitoring {
            // A mark is kept: not every message has the marks.
            leg.role = role;
        }
        // Only now is it known that the supervisor monitors through it.
        let was_known = before.role == leg.role;
        if !leg.is_joined() {
            leg.established = None;
        } else if leg.established.is_none() {
            let bound = match source {
                Source::Told => Bound::Exact,
                Source::Found { .. } => Bound::AtLeast,
            };
            leg.established = Some(Since::new(now, bound));
        }
        match (before.is_joined() && was_known, leg.is_joined()) {
            (false, true) => events.push(LegEvent::Joined),
            (true, true) => {
                if before.audience() != leg.audience() {
                    events.push(LegEvent::Switched);
                }
                let is_muted = leg.call.monitored_user_muted;
                if before.call.monitored_user_muted != is_muted {
                    events.push(LegEvent::AgentMuted(is_muted));
                }
            }
            (_, false) if leg.is_ringing() && !(before.is_ringing() && was_known) => {
                events.push(LegEvent::Rings);
            }
            _ => {}
        }
        if events.is_empty() && before != *leg {
            events.push(LegEvent::Changed);
        }
        let leg = leg.clone();
        Some(LegChange { leg, events })
    }

    /// Ends the legs that are missing in a read of all calls. `is_newer` names calls of which a notification came
    /// meanwhile.
    pub(crate) fn end_missing(
        &mut self,
        read: &[Arc<Call>],
        is_newer: impl Fn(&CallId) -> bool,
    ) -> Vec<LegChange> {
        let mut changes = Vec::new();
        while let Some(position) = self.legs.iter().position(|leg| {
            !is_newer(&leg.call.id) && read.iter().all(|call| call.id != leg.call.id)
        }) {
            changes.push(self.end(position));
        }
        changes
    }

    fn end(&mut self, position: usize) -> LegChange {
        LegChange {
            leg: self.legs.remove(position),
            events: vec![LegEvent::Left],
        }
    }
}

impl Leg {
    /// A call that was unknown. `is_new`: it has just begun, or was just established.
    ///
    /// Assumption: the server's `duration` counts from when the call began to ring or dial.
    fn new(call: Arc<Call>, role: LegRole, is_new: bool, now: Moment) -> Self {
        let mut leg = Self {
            established: None,
            is_without_agent: false,
            agent_was_there: false,
            began: Since::new(now, Bound::AtLeast),
            role,
            call,
        };
        let duration = leg.duration();
        leg.began = match duration {
            Some(duration) => Since::new(now.before(duration), Bound::Exact),
            None if is_new => Since::new(now, Bound::Exact),
            None => leg.began,
        };
        leg.established = leg.is_joined().then(|| match duration {
            _ if is_new && duration.is_none_or(|duration| duration <= SECOND) => {
                Since::new(now, Bound::Exact)
            }
            // Some of that time it was ringing.
            Some(_) => Since::new(leg.began.moment, Bound::AtMost),
            None => leg.began,
        });
        leg
    }

    fn look_for_agent(&mut self, is_there: bool) {
        self.agent_was_there |= is_there;
        self.is_without_agent = self.agent_was_there && !is_there;
    }

    /// How long the call has been going on according to the server, if it says so.
    fn duration(&self) -> Option<Duration> {
        let seconds = self.call.duration.filter(|seconds| *seconds > 0)?;
        Some(Duration::from_secs(seconds.into()))
    }
}

/// The precision of the server's durations.
const SECOND: Duration = Duration::from_secs(1);

/// Whether the supervisor is in the call. In a state that this version does not know they may be heard, so it counts.
fn is_joined(call: &Call) -> bool {
    matches!(
        call.state,
        CallState::Established | CallState::Held | CallState::Other(_)
    )
}

/// Capabilities that only a monitored leg offers.
const OF_MONITORING: [CallCapability; 4] = [
    CallCapability::SwitchToBargeIn,
    CallCapability::SwitchToListenIn,
    CallCapability::MuteMonitoredUser,
    CallCapability::UnmuteMonitoredUser,
];

/// Assumption: a server may mark the leg late, or never. A leg that rings, or was already answered when it is first
/// seen, counts as monitored if the monitored agent and somebody else are among its parties. A call between only the
/// agent and the supervisor is the supervisor's own, and so is a call that the agent joins later.
fn role(call: &Call, has_agent: bool, is_first: bool) -> LegRole {
    let comes_in = || match call.state {
        CallState::Ringing => call.can(&CallCapability::Answer),
        _ => is_first && is_joined(call),
    };
    let joins_agent = || {
        let is_consultation = call.call_type == Some(CallType::Consult);
        has_agent && comes_in() && !is_consultation && call.participants.len() > 1
    };
    let offers_monitoring = || OF_MONITORING.iter().any(|offer| call.can(offer));
    if call.is_monitoring_leg() || offers_monitoring() || joins_agent() {
        LegRole::Monitoring
    } else {
        LegRole::Own
    }
}
