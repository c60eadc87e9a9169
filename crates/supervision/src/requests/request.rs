//! One request: its operation, its device, the state before it, and its progress.

use bayeux::{Duration, Instant};
use gws::{
    CallId, CallOperation, DeviceId, DeviceOperation, MonitoringKind, MonitoringParameters, Toggle,
};

use super::{Outcome, RequestId, Times, Why};
use crate::calls::{Audience, Calls, Leg};
use crate::directory::Directory;
use crate::monitoring::{Monitoring, MonitoringBook};
use crate::operation::{Operation, Target};
use crate::time::Moment;

/// A pending request.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// The supervisor's device for which it was sent.
    pub device: DeviceId,
    /// The operation.
    pub operation: Operation,
    /// When it was made.
    pub asked: Moment,
    /// The time limit that goes with the monitoring.
    pub(crate) limit: Option<Duration>,
    before: Before,
    /// Whether the state has differed since from the state before.
    has_differed: bool,
    stage: Stage,
    check: Option<Check>,
    /// When its resource is read, if the server asked to wait until then.
    put_off_until: Option<Moment>,
    /// Why it was rejected, if it was held back.
    not_let_in: Option<Why>,
}

/// The progress of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It was rejected before it reached GWS; it is sent once more when somebody is signed in.
    HeldBack,
    /// It was sent.
    Sent,
    /// The server has accepted it. Nothing is in force yet.
    Accepted,
    /// It was not confirmed in time, or it is unknown whether it arrived: device or calls are read.
    Checking,
}

/// The state when the request was made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Before {
    /// The device's monitoring.
    Device(Monitoring),
    /// The leg.
    Call(Box<Leg>),
}

/// The current state.
pub(crate) struct Facts<'a> {
    pub(crate) monitoring: &'a MonitoringBook,
    pub(crate) calls: &'a Calls,
    pub(crate) directory: &'a Directory,
}

/// Whether the request has taken effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fulfilment {
    Met,
    NotMet,
    /// The device shows monitoring that may be it, but not of whom.
    Undecided,
    /// It can no longer take effect: the call is over.
    Moot,
}

/// When the state is compared with the request.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Check {
    at: Instant,
    has_begun: bool,
    /// Reads left, this one included.
    reads_left: u8,
    /// The outcome if the last read does not show it.
    otherwise: Outcome,
}

impl Check {
    /// For an accepted request.
    fn after_accepted(at: Instant) -> Self {
        Self {
            at,
            has_begun: false,
            reads_left: 1,
            otherwise: Outcome::Unconfirmed(Why::NeverConfirmed),
        }
    }

    /// After the server has reported an error, which may be about something else.
    pub(super) fn after_error(why: Why, now: Instant) -> Self {
        Self {
            at: now,
            has_begun: false,
            reads_left: 1,
            otherwise: Outcome::Refused(why),
        }
    }

    /// For a request that may not have arrived: it may still be on its way, so there are two reads.
    pub(super) fn at_once(why: Why, now: Instant) -> Self {
        Self {
            at: now,
            has_begun: false,
            reads_left: 2,
            otherwise: Outcome::Unknown(why),
        }
    }
}

impl Request {
    pub(super) fn new(
        id: RequestId,
        operation: Operation,
        device: DeviceId,
        before: Before,
        limit: Option<Duration>,
        asked: Moment,
    ) -> Self {
        Self {
            id,
            device,
            operation,
            asked,
            limit,
            before,
            has_differed: false,
            stage: Stage::Sent,
            check: None,
            put_off_until: None,
            not_let_in: None,
        }
    }

    /// Takes the state before it: the request has ended.
    pub(super) fn take_before(&mut self) -> Before {
        core::mem::replace(&mut self.before, Before::Device(Monitoring::Unknown))
    }

    /// Its progress.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// When its resource is read, if that is late because the server asked to wait (`Retry-After`).
    pub fn put_off_until(&self) -> Option<Moment> {
        self.put_off_until
    }

    /// Its resource is not read before `until`. Returns whether that is new.
    pub(super) fn put_off(&mut self, until: Option<Moment>) -> bool {
        let due = self.check.as_ref().map(|check| check.at);
        let until = until.filter(|until| due.is_some_and(|due| due < until.at));
        core::mem::replace(&mut self.put_off_until, until) != until
    }

    pub(super) fn accepted(&mut self, confirm_by: Instant) {
        self.stage = Stage::Accepted;
        self.check = Some(Check::after_accepted(confirm_by));
    }

    pub(super) fn check(&mut self, check: Check) {
        self.stage = Stage::Checking;
        self.check = Some(check);
    }

    /// Makes it wait for a sign-in; once.
    pub(super) fn hold_back(&mut self, why: &Why) -> bool {
        let is_first = self.not_let_in.is_none();
        if is_first {
            self.stage = Stage::HeldBack;
            self.not_let_in = Some(why.clone());
        }
        is_first
    }

    pub(super) fn not_let_in(&self) -> Option<&Why> {
        self.not_let_in.as_ref()
    }

    /// Its outcome if it is given up: only a request that was held back is known to have no effect.
    pub(super) fn given_up(&self, why: Why) -> Outcome {
        match self.stage {
            Stage::HeldBack => Outcome::Refused(why),
            _ => Outcome::Unknown(why),
        }
    }

    pub(super) fn sent_again(&mut self) {
        self.stage = Stage::Sent;
    }

    pub(super) fn is_held_back_since(&self, earliest: Instant) -> bool {
        self.stage == Stage::HeldBack && self.asked.at <= earliest
    }

    pub(super) fn held_back_until(&self, within: Duration) -> Option<Instant> {
        (self.stage == Stage::HeldBack).then(|| self.asked.at + within)
    }

    /// The request to GWS; none for a kind of monitoring that can't be requested.
    pub(crate) fn to_gws(&self, base_url: &str) -> Option<gws::Request> {
        let operation = match &self.operation {
            Operation::Call { call, operation } => {
                return Some(gws::Request::call_operation(call, *operation));
            }
            Operation::Stop => DeviceOperation::CancelSupervisorMonitoring,
            Operation::Monitor(choice) => {
                let (target_device_uri, phone_number) = match &choice.target {
                    Target::Device(device) => (Some(device.to_uri(base_url)), None),
                    Target::Number(number) => (None, Some(number.clone())),
                };
                let parameters = MonitoringParameters {
                    target_device_uri,
                    phone_number,
                    supervisor_monitoring_scope: choice.scope.clone(),
                    supervisor_monitoring_mode: choice.mode.clone(),
                };
                DeviceOperation::monitor(&choice.kind, parameters)?
            }
        };
        Some(gws::Request::device_operation(&self.device, &operation))
    }

    pub(super) fn due(&self) -> Option<Instant> {
        let check = self.check.as_ref()?;
        (!check.has_begun).then_some(check.at)
    }

    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.due().is_some_and(|at| at <= now)
    }

    pub(super) fn begin_check(&mut self) {
        self.stage = Stage::Checking;
        if let Some(check) = &mut self.check {
            check.has_begun = true;
        }
    }

    /// Its outcome by the current state: confirmed only if that was different before.
    pub(super) fn shown_by(&mut self, facts: &Facts<'_>) -> Option<Outcome> {
        let is = facts.fulfilment(&self.operation, &self.device);
        let is_as_before = is == self.fulfilment_before(facts);
        self.has_differed |= !is_as_before;
        match is {
            Fulfilment::Moot => Some(Outcome::Unconfirmed(Why::CallOver)),
            _ if !self.has_differed => None,
            Fulfilment::Met => Some(Outcome::Confirmed),
            Fulfilment::Undecided => Some(Outcome::Unconfirmed(Why::AgentNotShown)),
            Fulfilment::NotMet => None,
        }
    }

    /// Whether the current state is, or may be, its effect.
    pub(crate) fn may_be_why(&self, facts: &Facts<'_>) -> bool {
        let fulfilment = facts.fulfilment(&self.operation, &self.device);
        matches!(fulfilment, Fulfilment::Met | Fulfilment::Undecided)
    }

    /// Its resource was read, by a read that began at `begun`: its outcome, if it ends.
    pub(super) fn take_read(
        &mut self,
        begun: Instant,
        facts: &Facts<'_>,
        times: Times,
        now: Instant,
    ) -> Option<Outcome> {
        let is = facts.fulfilment(&self.operation, &self.device);
        let check = self.check.as_mut()?;
        if !check.has_begun || begun < check.at {
            return None;
        }
        if is == Fulfilment::Met {
            return Some(Outcome::Confirmed);
        }
        check.reads_left -= 1;
        if check.reads_left > 0 {
            check.has_begun = false;
            check.at = now + times.second_read_after;
            return None;
        }
        Some(match (is, &check.otherwise) {
            (Fulfilment::Undecided, Outcome::Unconfirmed(_)) => {
                Outcome::Unconfirmed(Why::AgentNotShown)
            }
            (_, otherwise) => otherwise.clone(),
        })
    }

    fn fulfilment_before(&self, facts: &Facts<'_>) -> Fulfilment {
        match &self.before {
            Before::Device(monitoring) => of_device(&self.operation, monitoring, facts.directory),
            Before::Call(leg) => of_call(&self.operation, Some(leg)),
        }
    }
}

impl Facts<'_> {
    pub(super) fn fulfilment(&self, operation: &Operation, device: &DeviceId) -> Fulfilment {
        match operation {
            Operation::Call { call, .. } => of_call(operation, self.leg(call)),
            _ => of_device(operation, self.monitoring.of(device), self.directory),
        }
    }

    /// Whether the state is the same as before.
    pub(super) fn is_as_before(
        &self,
        operation: &Operation,
        device: &DeviceId,
        before: &Before,
    ) -> bool {
        match (operation, before) {
            (Operation::Call { call, .. }, Before::Call(before)) => {
                let state = |leg: &Leg| {
                    (
                        leg.is_joined(),
                        leg.audience(),
                        leg.call.monitored_user_muted,
                    )
                };
                self.leg(call).map(state) == Some(state(before))
            }
            (_, Before::Device(before)) => self.monitoring.of(device).says_the_same(before),
            (_, Before::Call(_)) => false,
        }
    }

    fn leg(&self, call: &CallId) -> Option<&Leg> {
        self.calls.leg(call)
    }
}

/// Whether a device that shows `monitoring` fulfils the request. Assumption: a value that is a kind of
/// monitoring is the kind in force (8.5.1); any other value may be whatever was requested.
fn of_device(operation: &Operation, monitoring: &Monitoring, directory: &Directory) -> Fulfilment {
    match (operation, monitoring) {
        (Operation::Stop, Monitoring::None) => Fulfilment::Met,
        (Operation::Monitor(choice), Monitoring::Active(active))
            if active.can_be(choice, directory) =>
        {
            Fulfilment::Met
        }
        (Operation::Monitor(choice), Monitoring::Unrecognised(word)) => {
            match MonitoringKind::from(word.as_str()) {
                MonitoringKind::Other(_) => Fulfilment::Undecided,
                kind if kind == choice.kind => Fulfilment::Undecided,
                _ => Fulfilment::NotMet,
            }
        }
        _ => Fulfilment::NotMet,
    }
}

/// Whether a call fulfils the request; without a leg it is over.
fn of_call(operation: &Operation, leg: Option<&Leg>) -> Fulfilment {
    let Operation::Call { operation, .. } = operation else {
        return Fulfilment::NotMet;
    };
    let Some(leg) = leg else {
        return match operation {
            CallOperation::Hangup => Fulfilment::Met,
            _ => Fulfilment::Moot,
        };
    };
    let is_met = match operation {
        CallOperation::Answer => leg.is_answered(),
        CallOperation::Hangup => false,
        CallOperation::SwitchToBargeIn => leg.audience() == Audience::Everyone,
        CallOperation::SwitchToListenIn => leg.is_joined() && leg.audience() == Audience::Nobody,
        CallOperation::MuteCall => matches!(leg.call.mute, Some(Toggle::On)),
        CallOperation::UnmuteCall => matches!(leg.call.mute, Some(Toggle::Off)),
        CallOperation::MuteMonitoredUser => leg.call.monitored_user_muted,
        CallOperation::UnmuteMonitoredUser => !leg.call.monitored_user_muted,
    };
    if is_met {
        Fulfilment::Met
    } else {
        Fulfilment::NotMet
    }
}
