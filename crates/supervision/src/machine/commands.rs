//! What a person asks for. A command that can't be carried out now says why, and does nothing.

use core::time::Duration;

use bayeux::Instant;
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
    /// Begins: who is signed in, notifications, everything there is to read. Keeps at it until
    /// [`close`](Self::close).
    pub fn start(&mut self, now: Instant) {
        if self.state.identity.standing() == Standing::Idle {
            self.ask_who_is_signed_in(now);
        }
    }

    /// Ends: disconnects from the CometD server by a request that outlives the page, and makes no
    /// other. What the device monitors goes on: it belongs to the supervisor, not to a page.
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

    /// Tries again now whatever waits for a later time, or for a person to have signed in.
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

    /// The supervisor uses the directory: it is read if it is too old, so this may be called
    /// as often as one likes. A snapshot is all that GWS v2 offers.
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

    /// Asks to monitor somebody, for no longer than `limit` where all calls are monitored. What is
    /// in force already may get another limit; nothing is sent then.
    ///
    /// # Errors
    /// Why it can't be asked for now; nothing is sent then.
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

    /// Asks to stop monitoring. Takes the place of a request to monitor that is not settled.
    ///
    /// # Errors
    /// Why it can't be asked for now; nothing is sent then.
    pub fn stop(&mut self, now: Instant) -> Result<RequestId, Obstacle> {
        if let Some(obstacle) = self.state.stop_obstacle() {
            return Err(obstacle);
        }
        let Some(device) = self.state.my_device.id().cloned() else {
            return Err(Obstacle::NoDevice);
        };
        Ok(self.ask_to_stop(device, now))
    }

    /// Asks something of a monitored call.
    ///
    /// # Errors
    /// Why it can't be asked for now; nothing is sent then.
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
        // A way out takes the place of what is under way.
        let pending = self.state.requests.of_call(call).map(|request| request.id);
        self.supersede(pending, now);
        let before = Before::Call(Box::new(leg));
        Ok(self.ask(operation, device, before, None, now))
    }

    /// Uses another of the supervisor's devices. Requests go on for the device that they were made
    /// for.
    pub fn choose_device(&mut self, id: DeviceId, now: Instant) {
        let switch = self.state.my_device.choose(id);
        self.device_switched(switch, now);
    }

    /// The page asks for another of the supervisor's devices, or for none in particular: then the one in
    /// use stays. Counts as a person's choice, but waits until nothing is monitored or asked for with the
    /// device in use.
    pub fn want_device(&mut self, id: Option<DeviceId>) {
        self.state.my_device.want(id);
        self.changes |= Changes::DEVICE;
    }

    /// Uses the device that the page asks for, as soon as that takes nothing out of sight.
    pub(super) fn follow_wanted_device(&mut self, now: Instant) {
        if self.state.my_device.is_to_follow() && self.state.is_idle() {
            let switch = self.state.my_device.follow();
            self.changes |= Changes::DEVICE;
            self.device_switched(switch, now);
        }
    }

    /// Asks for something.
    ///
    /// # Errors
    /// Why it can't be asked for now; nothing is sent then.
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

    /// Notes that the page has prevented what was to be asked for.
    pub fn note_prevented(&mut self, operation: Operation, now: Instant) {
        let device = self.state.my_device.id().cloned();
        let step = Step::Prevented(operation);
        self.note_of(step, None, device, Certainty::Own, now);
    }

    /// Puts the last problem away: a person has read it.
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

    /// Ends a request in whose place something else is asked for.
    fn supersede(&mut self, pending: Option<RequestId>, now: Instant) {
        if let Some(pending) = pending {
            let moment = self.moment(now);
            let requests = &mut self.state.requests;
            let change = requests.give_up(pending, Why::Superseded, moment);
            self.apply_all(change, now);
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
        let request = requests
            .ask(operation, device, before, limit, moment)
            .clone();
        self.changes |= Changes::REQUEST;
        self.emit_request(&request, RequestStage::Sent);
        let step = Step::Asked(request.operation.clone());
        self.note_request(step, &request, Certainty::Own, now);
        self.send_request(&request, now);
        request.id
    }
}
