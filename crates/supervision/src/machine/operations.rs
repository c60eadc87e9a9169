//! From the click to the confirmation.
//!
//! A request that the server took (*accepted*) is not in force. The supervisor's device says when
//! it is, in a notification that may come before the reply or after. If none comes in time, or
//! nobody knows whether the request arrived, the device is read and compared.
//!
//! A request is never sent again by itself, with one exception: if the server held it back because
//! of a stale CSRF token, it did nothing with it, and it is sent once more with a new one.

use bayeux::Instant;
use gws::call::CallCapability;
use gws::{CallId, CallOperation, DeviceId, DeviceOperation, Mode, ReplyError, Scope, reply};

use super::exchanges::{Answer, HeldBack};
use super::link::Standing;
use super::reads::Read;
use super::{Event, Machine, Purpose, RequestStage};
use crate::state::{
    Changes, Happening, LinkTrouble, Monitoring, Obstacle, Operation, Pending, PendingStage,
    Problem, Why,
};

/// When the device is compared with what was asked for.
#[derive(Debug)]
pub(super) struct Check {
    at: Instant,
    /// Whether the read for it was begun.
    has_begun: bool,
    /// Looks left, this one included.
    looks: u8,
    /// What it means if the last look does not show it.
    otherwise: Why,
}

impl Check {
    pub(super) fn due(&self) -> Option<Instant> {
        (!self.has_begun).then_some(self.at)
    }
}

impl Machine {
    // Commands

    /// Asks to listen in to a device's calls.
    ///
    /// # Errors
    /// Why it can't be asked for now; nothing is sent then.
    pub fn listen_in(
        &mut self,
        target: DeviceId,
        scope: Scope,
        mode: Mode,
        now: Instant,
    ) -> Result<(), Obstacle> {
        let obstacle = self.state.listen_in_obstacle(Some(&target), &scope, &mode);
        if let Some(obstacle) = obstacle {
            return Err(obstacle);
        }
        let operation = Operation::ListenIn {
            target,
            scope,
            mode,
        };
        self.ask(operation, now)
    }

    /// Asks to stop monitoring. Takes the place of a request to listen in that is not settled.
    ///
    /// # Errors
    /// Why it can't be asked for now; nothing is sent then.
    pub fn stop(&mut self, now: Instant) -> Result<(), Obstacle> {
        if let Some(obstacle) = self.state.stop_obstacle() {
            return Err(obstacle);
        }
        if let Some(pending) = self.state.pending.take() {
            self.check = None;
            self.tell(pending.operation, RequestStage::Unknown);
        }
        self.ask(Operation::Stop, now)
    }

    /// Asks to answer a ringing call on the supervisor's device.
    ///
    /// # Errors
    /// Why it can't be asked for now; nothing is sent then.
    pub fn answer(&mut self, call: &CallId, now: Instant) -> Result<(), Obstacle> {
        self.ask_of_call(call, CallOperation::Answer {}, now)
    }

    /// Asks to leave a call on the supervisor's device. Monitoring of all calls goes on.
    ///
    /// # Errors
    /// Why it can't be asked for now; nothing is sent then.
    pub fn leave(&mut self, call: &CallId, now: Instant) -> Result<(), Obstacle> {
        self.ask_of_call(call, CallOperation::Hangup {}, now)
    }

    /// Uses another of the supervisor's devices.
    pub fn choose_device(&mut self, id: DeviceId, now: Instant) {
        self.config.device = Some(id);
        self.choose(now);
    }

    /// Puts the last problem away: a person has read it.
    pub fn dismiss_problem(&mut self) {
        if self.state.problem.take().is_some() {
            self.changes |= Changes::REQUEST;
        }
    }

    fn ask_of_call(
        &mut self,
        call: &CallId,
        operation: CallOperation,
        now: Instant,
    ) -> Result<(), Obstacle> {
        let capability = match operation {
            CallOperation::Answer {} => CallCapability::Answer,
            CallOperation::Hangup {} => CallCapability::Hangup,
        };
        let leg = self.state.legs.iter_mut().find(|leg| leg.call.id == *call);
        let Some(leg) = leg.filter(|leg| leg.call.can(&capability) && !leg.is_busy) else {
            return Err(Obstacle::NoSuchCall);
        };
        leg.is_busy = true;
        self.changes |= Changes::LEGS;
        let request = gws::Request::call_operation(call, operation);
        let asked = match operation {
            CallOperation::Answer {} => Operation::Answer(call.clone()),
            CallOperation::Hangup {} => Operation::Leave(call.clone()),
        };
        self.clear_problem();
        self.tell(asked.clone(), RequestStage::Sent);
        self.send(request, Purpose::Operation(asked, HeldBack::No), now);
        Ok(())
    }

    fn ask(&mut self, operation: Operation, now: Instant) -> Result<(), Obstacle> {
        if self.state.device.is_none() {
            return Err(Obstacle::NoDevice);
        }
        self.state.pending = Some(Pending {
            operation: operation.clone(),
            stage: PendingStage::Sent,
            since: now,
        });
        self.changes |= Changes::REQUEST;
        self.clear_problem();
        self.note(Happening::Requested(operation.clone()), now);
        self.tell(operation.clone(), RequestStage::Sent);
        self.send_operation(operation, HeldBack::No, now);
        Ok(())
    }

    fn send_operation(&mut self, operation: Operation, held_back: HeldBack, now: Instant) {
        let device = self.state.device.as_ref();
        let request = match (&operation, device) {
            (Operation::Answer(call), _) => {
                gws::Request::call_operation(call, CallOperation::Answer {})
            }
            (Operation::Leave(call), _) => {
                gws::Request::call_operation(call, CallOperation::Hangup {})
            }
            (_, None) => return,
            (Operation::Stop, Some(device)) => {
                let cancel = DeviceOperation::CancelSupervisorMonitoring {};
                gws::Request::device_operation(device, &cancel)
            }
            (
                Operation::ListenIn {
                    target,
                    scope,
                    mode,
                },
                Some(device),
            ) => {
                let listen_in = DeviceOperation::ListenIn {
                    target_device_uri: target.to_uri(&self.config.base_url),
                    supervisor_monitoring_scope: scope.clone(),
                    supervisor_monitoring_mode: mode.clone(),
                };
                gws::Request::device_operation(device, &listen_in)
            }
        };
        self.send(request, Purpose::Operation(operation, held_back), now);
    }

    /// Takes the reply to an operation, or the lack of one.
    pub(super) fn take_operation(
        &mut self,
        operation: Operation,
        held_back: HeldBack,
        answer: Answer,
        now: Instant,
    ) {
        let result = answer.read(reply::operation);
        if result == Err(LinkTrouble::Reading(ReplyError::CsrfRejected)) {
            let may_be_sent_again = held_back == HeldBack::No && self.is_wanted(&operation);
            if may_be_sent_again && self.csrf.header().is_some() {
                // A new token comes with any GET; operations that were held back follow it.
                self.csrf.forget();
                self.sign_in_again_for(operation, now);
                return;
            }
            self.csrf.forget();
        }
        let is_signed_out = result == Err(LinkTrouble::Reading(ReplyError::NotSignedIn));
        if is_signed_out && self.sign_in.standing == Standing::Known {
            self.ask_who_i_am(now);
        }
        match &operation {
            Operation::Answer(call) | Operation::Leave(call) => {
                let call = call.clone();
                self.take_call_reply(operation, &call, result, now);
            }
            _ => self.take_device_reply(&operation, result, now),
        }
    }

    fn take_call_reply(
        &mut self,
        operation: Operation,
        call: &CallId,
        result: Result<(), LinkTrouble>,
        now: Instant,
    ) {
        if let Some(leg) = self.state.legs.iter_mut().find(|leg| leg.call.id == *call) {
            leg.is_busy = false;
            self.changes |= Changes::LEGS;
        }
        match result {
            Ok(()) => self.tell(operation, RequestStage::Confirmed),
            Err(LinkTrouble::Reading(error)) => {
                self.fail(operation, Why::Reply(error), RequestStage::Refused, now);
            }
            Err(_) => {
                // Whatever became of it, the calls show it.
                self.reads.want(Read::Calls, now);
                self.fail(operation, Why::Unknown, RequestStage::Unknown, now);
            }
        }
    }

    fn take_device_reply(
        &mut self,
        operation: &Operation,
        result: Result<(), LinkTrouble>,
        now: Instant,
    ) {
        // The device may have confirmed it before the reply came.
        let Some(pending) = &mut self.state.pending else {
            return;
        };
        if pending.operation != *operation || pending.stage != PendingStage::Sent {
            return;
        }
        match result {
            Ok(()) => {
                pending.stage = PendingStage::Accepted;
                self.changes |= Changes::REQUEST;
                self.tell(operation.clone(), RequestStage::Accepted);
                self.check = Some(Check {
                    at: now + self.config.confirm_within,
                    has_begun: false,
                    looks: 1,
                    otherwise: Why::NeverConfirmed,
                });
            }
            // A body that can't be read, or comes from somebody else, says nothing about what the
            // server did.
            Err(LinkTrouble::Reading(
                ReplyError::Unreadable { .. }
                | ReplyError::WebPage { .. }
                | ReplyError::Http { .. },
            ))
            | Err(
                LinkTrouble::Network(_) | LinkTrouble::TimedOut | LinkTrouble::Notifications(_),
            ) => {
                pending.stage = PendingStage::Checking;
                self.changes |= Changes::REQUEST;
                self.check = Some(Check {
                    at: now,
                    has_begun: false,
                    looks: 2,
                    otherwise: match result {
                        Err(LinkTrouble::Reading(error)) => Why::Reply(error),
                        _ => Why::Unknown,
                    },
                });
            }
            Err(LinkTrouble::Reading(error)) => {
                self.end_pending(RequestStage::Refused, Some(Why::Reply(error)), now);
            }
        }
    }

    /// Begins the read for a check whose time has come.
    pub(super) fn proceed_with_check(&mut self, now: Instant) {
        if let Some(check) = &mut self.check
            && !check.has_begun
            && check.at <= now
        {
            check.has_begun = true;
            if let Some(pending) = &mut self.state.pending {
                pending.stage = PendingStage::Checking;
                self.changes |= Changes::REQUEST;
            }
            self.reads.want(Read::Devices, now);
        }
    }

    /// The device was read: if it was read for a check, this settles it.
    pub(super) fn device_was_read(&mut self, now: Instant) {
        let is_newest = self.reads.at(Read::Devices).is_none();
        let Some(check) = self
            .check
            .as_mut()
            .filter(|check| check.has_begun && is_newest)
        else {
            return;
        };
        check.looks -= 1;
        if self.is_as_asked(Exactness::Loose) {
            self.end_pending(RequestStage::Confirmed, None, now);
        } else if let Some(check) = self.check.as_mut().filter(|check| check.looks > 0) {
            check.has_begun = false;
            check.at = now + self.config.second_look_after;
        } else if let Some(check) = self.check.take() {
            let stage = match check.otherwise {
                Why::NeverConfirmed => RequestStage::Unconfirmed,
                _ => RequestStage::Unknown,
            };
            self.end_pending(stage, Some(check.otherwise), now);
        }
    }

    /// The device has spoken: if it shows what was asked for, that is confirmed.
    pub(super) fn confirm_if_shown(&mut self, now: Instant) {
        if self.state.pending.is_some() && self.is_as_asked(Exactness::Strict) {
            self.end_pending(RequestStage::Confirmed, None, now);
        }
    }

    /// The server reports an error by notification. Assumption: with one request at a time, an
    /// error for the supervisor's device, or for none in particular, belongs to the one pending.
    pub(super) fn take_error(
        &mut self,
        device: Option<DeviceId>,
        message: Option<String>,
        now: Instant,
    ) {
        let is_ours = device.is_none() || device == self.state.device;
        if self.state.pending.is_some() && is_ours {
            self.end_pending(RequestStage::Refused, Some(Why::Reported(message)), now);
        } else {
            self.note(Happening::ServerError(message), now);
        }
    }

    /// Sends operations that were held back by a stale CSRF token, now that there is a new one.
    pub(super) fn send_held_back(&mut self, now: Instant) {
        for operation in core::mem::take(&mut self.sign_in.held_back) {
            self.send_operation(operation, HeldBack::Once, now);
        }
    }

    /// Refuses operations that wait for a CSRF token, because whoever asked for them is not signed in
    /// any more.
    pub(super) fn refuse_held_back(&mut self, now: Instant) {
        for operation in core::mem::take(&mut self.sign_in.held_back) {
            let refusal = Answer::Nothing(LinkTrouble::Reading(ReplyError::NotSignedIn));
            self.take_operation(operation, HeldBack::Once, refusal, now);
        }
    }

    /// Ends what was asked for by a person who is signed in no more: nobody will be told what became of
    /// what is under way, and what was held back was not done.
    pub(super) fn abandon_operations(&mut self, now: Instant) {
        self.refuse_held_back(now);
        self.end_pending(RequestStage::Unknown, Some(Why::Unknown), now);
    }

    /// Whether it is still waited for.
    fn is_wanted(&self, operation: &Operation) -> bool {
        match operation {
            Operation::Answer(call) | Operation::Leave(call) => {
                let mut legs = self.state.legs.iter();
                legs.any(|leg| leg.call.id == *call && leg.is_busy)
            }
            _ => {
                let pending = self.state.pending.as_ref();
                pending.is_some_and(|pending| pending.operation == *operation)
            }
        }
    }

    fn is_as_asked(&self, exactness: Exactness) -> bool {
        let Some(pending) = &self.state.pending else {
            return false;
        };
        match (&pending.operation, &self.state.monitoring) {
            (Operation::Stop, Monitoring::None) => true,
            (
                Operation::ListenIn {
                    target,
                    scope,
                    mode,
                },
                Monitoring::Active(active),
            ) => match exactness {
                Exactness::Strict => active.is(target, scope, mode),
                Exactness::Loose => active.target.as_ref() == Some(target),
            },
            _ => false,
        }
    }

    fn end_pending(&mut self, stage: RequestStage, why: Option<Why>, now: Instant) {
        self.check = None;
        let Some(pending) = self.state.pending.take() else {
            return;
        };
        self.changes |= Changes::REQUEST;
        match why {
            None => self.tell(pending.operation, stage),
            Some(why) => self.fail(pending.operation, why, stage, now),
        }
    }

    fn fail(&mut self, operation: Operation, why: Why, stage: RequestStage, now: Instant) {
        let problem = Problem {
            operation: operation.clone(),
            why,
            at: now,
        };
        self.state.problem = Some(problem.clone());
        self.changes |= Changes::REQUEST;
        self.note(Happening::Failed(problem), now);
        self.tell(operation, stage);
    }

    fn clear_problem(&mut self) {
        if self.state.problem.take().is_some() {
            self.changes |= Changes::REQUEST;
        }
    }

    fn tell(&mut self, operation: Operation, stage: RequestStage) {
        self.events.push_back(Event::Request { operation, stage });
    }
}

/// How closely what the device shows must match what was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Exactness {
    /// Target, scope and mode: an older message about the same target must not confirm.
    Strict,
    /// The target: after the time is up, a server that took other words is still listening.
    Loose,
}
