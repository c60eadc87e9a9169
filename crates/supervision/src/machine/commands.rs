//! The commands of a person. A command that is not possible now returns the reason, and does
//! nothing.

use bayeux::{Duration, Instant};
use gws::{CallId, CallOperation, DeviceId, Mode};

use super::kept::Kept;
use super::search::Search;
use super::{Machine, RequestStage};
use crate::changes::Changes;
use crate::connection::Resource;
use crate::history::{Certainty, Step};
use crate::identity::Standing;
use crate::obstacle::Obstacle;
use crate::operation::{MonitoringChoice, Operation};
use crate::requests::{Before, RequestId, Why};

impl Machine {
    /// Starts: asks who is signed in, connects for notifications, and reads everything. Runs until
    /// [`close`](Self::close).
    pub fn start(&mut self, now: Instant) {
        if self.state.identity.standing() == Standing::Idle {
            self.ask_who_is_signed_in(now);
        }
    }

    /// Closes: disconnects from the CometD server with a request that outlives the page, and makes
    /// no other. Monitoring goes on: it belongs to the supervisor, not to a page.
    pub fn close(&mut self, now: Instant) {
        self.exchanges.abort_own();
        self.reads.forget();
        self.search = Search::default();
        self.kept = Kept::default();
        self.delivery.forget();
        self.give_up_requests(&Why::NoReply, now);
        self.state.requests.dismiss_problem();
        self.state.identity.rest();
        self.link.close(now);
    }

    /// Retries now whatever is waiting for a retry, or for a sign-in.
    pub fn retry_now(&mut self, now: Instant) {
        match self.state.identity.standing() {
            Standing::Idle => self.start(now),
            Standing::Asking | Standing::Unknown => {
                self.link.forget_refusals();
                self.ask_who_is_signed_in(now);
                self.reads.insist(now);
            }
            Standing::Known if self.link.forget_refusals() => self.link.restart(now),
            Standing::Known => {
                self.link.retry_now(now);
                self.reads.insist(now);
            }
        }
    }

    /// The directory is in view: it is read if it is too old. May be called at any rate.
    pub fn look_at_directory(&mut self, now: Instant) {
        let directory = &self.state.directory;
        let age = directory.age(self.config.directory_age);
        let is_old = directory.read_at.is_none_or(|at| now.since(at) >= age);
        if is_old && self.reads.is_idle(Resource::Directory) {
            self.reads.want(Resource::Directory, now);
        }
        self.look_at_groups(now);
        self.look_at_found(now);
        self.look_at_kept(now);
    }

    /// Requests monitoring, with a time `limit` if all calls are monitored. If the same is in
    /// force, only its limit changes, and nothing is sent.
    ///
    /// # Errors
    /// Why it is not possible now; nothing is sent then.
    pub fn monitor(
        &mut self,
        choice: MonitoringChoice,
        limit: Option<Duration>,
        now: Instant,
    ) -> Result<Option<RequestId>, Obstacle> {
        let (kind, target) = (&choice.kind, Some(&choice.target));
        let (scope, mode) = (&choice.scope, &choice.mode);
        let obstacle = self
            .state
            .monitor_obstacle(kind, target, scope, mode, limit);
        if let Some(obstacle) = obstacle {
            return Err(obstacle);
        }
        let Some(device) = self.state.my_device.id().cloned() else {
            return Err(Obstacle::NoDevice);
        };
        let active = self.state.monitoring().active();
        if active.is_some_and(|active| active.is(&choice, &self.state.directory)) {
            self.set_limit_of(&device, limit, now);
            return Ok(None);
        }
        let before = Before::Device(self.state.monitoring().clone());
        let limit = limit.filter(|_| choice.mode == Mode::AllCalls);
        let operation = Operation::Monitor(choice);
        Ok(Some(self.ask(operation, device, before, limit, now)))
    }

    /// Requests the end of monitoring. Replaces a pending request to monitor.
    ///
    /// # Errors
    /// Why it is not possible now; nothing is sent then.
    pub fn stop(&mut self, now: Instant) -> Result<RequestId, Obstacle> {
        if let Some(obstacle) = self.state.stop_obstacle() {
            return Err(obstacle);
        }
        let Some(device) = self.state.my_device.id().cloned() else {
            return Err(Obstacle::NoDevice);
        };
        Ok(self.ask_to_stop(device, now))
    }

    /// Requests an operation on a monitored call.
    ///
    /// # Errors
    /// Why it is not possible now; nothing is sent then.
    pub fn operate_call(
        &mut self,
        call: &CallId,
        operation: CallOperation,
        now: Instant,
    ) -> Result<RequestId, Obstacle> {
        if let Some(obstacle) = self.state.call_obstacle(call, operation) {
            return Err(obstacle);
        }
        let Some(leg) = self.state.calls.leg(call).cloned() else {
            return Err(Obstacle::NoSuchCall);
        };
        let device = leg.device().or_else(|| self.state.my_device.id().cloned());
        let Some(device) = device else {
            return Err(Obstacle::NoDevice);
        };
        let operation = Operation::Call {
            call: call.clone(),
            operation,
        };
        self.changes |= Changes::LEGS;
        // Leaving and the like replace a pending request.
        let pending = self.state.requests.of_call(call).map(|request| request.id);
        self.supersede(pending, now);
        let before = Before::Call(Box::new(leg));
        Ok(self.ask(operation, device, before, None, now))
    }

    /// Uses another device of the supervisor. Pending requests stay with the device for which they
    /// were made.
    pub fn choose_device(&mut self, id: DeviceId, now: Instant) {
        let switch = self.state.my_device.choose(id);
        self.device_switched(switch, now);
    }

    /// The page sets another device of the supervisor, or none: then the one in use stays. Like a
    /// person's choice, but it waits until nothing is monitored or pending with the device in use.
    pub fn want_device(&mut self, id: Option<DeviceId>) {
        self.state.my_device.want(id);
        self.changes |= Changes::DEVICE;
    }

    /// Uses the device that the page has set, once the device in use is idle.
    pub(super) fn follow_wanted_device(&mut self, now: Instant) {
        if self.state.my_device.is_to_follow() && self.state.is_idle() {
            let switch = self.state.my_device.follow();
            self.changes |= Changes::DEVICE;
            self.device_switched(switch, now);
        }
    }

    /// Makes a request.
    ///
    /// # Errors
    /// Why it is not possible now; nothing is sent then.
    pub fn ask_for(
        &mut self,
        operation: Operation,
        limit: Option<Duration>,
        now: Instant,
    ) -> Result<Option<RequestId>, Obstacle> {
        match operation {
            Operation::Monitor(choice) => self.monitor(choice, limit, now),
            Operation::Stop => self.stop(now).map(Some),
            Operation::Call { call, operation } => {
                self.operate_call(&call, operation, now).map(Some)
            }
        }
    }

    /// Records that the page has prevented a request.
    pub fn note_prevented(&mut self, operation: Operation, now: Instant) {
        let device = self.state.my_device.id().cloned();
        let step = Step::Prevented(operation);
        self.note_of(step, None, device.as_ref(), Certainty::Own, now);
    }

    /// Dismisses the last problem: a person has read it.
    pub fn dismiss_problem(&mut self) {
        if self.state.requests.dismiss_problem() {
            self.changes |= Changes::REQUEST;
        }
    }

    pub(super) fn ask_to_stop(&mut self, device: DeviceId, now: Instant) -> RequestId {
        let pending = self.state.requests.of_device(&device).map(|r| r.id);
        self.supersede(pending, now);
        let before = Before::Device(self.state.monitoring.of(&device).clone());
        self.ask(Operation::Stop, device, before, None, now)
    }

    /// Ends a request that another one replaces.
    fn supersede(&mut self, pending: Option<RequestId>, now: Instant) {
        if let Some(pending) = pending {
            let moment = self.moment(now);
            let requests = &mut self.state.requests;
            let change = requests.give_up(pending, Why::Superseded, moment);
            self.apply(change, now);
        }
    }

    fn ask(
        &mut self,
        operation: Operation,
        device: DeviceId,
        before: Before,
        limit: Option<Duration>,
        now: Instant,
    ) -> RequestId {
        let moment = self.moment(now);
        let requests = &mut self.state.requests;
        let id = requests.ask(operation.clone(), device.clone(), before, limit, moment);
        self.changes |= Changes::REQUEST;
        self.emit_request(id, operation.clone(), RequestStage::Sent);
        let step = Step::Asked(operation);
        self.note_of(step, Some(id), Some(&device), Certainty::Own, now);
        self.send_request(id, now);
        id
    }
}
