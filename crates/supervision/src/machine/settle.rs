//! What follows from what is so: requests end, the history grows, embedders are told.

use bayeux::Instant;
use gws::{CallId, DeviceId, Mode, ReplyError, reply};

use super::exchanges::{Answer, Purpose};
use super::reads::Read;
use super::{Event, Machine, RequestStage};
use crate::calls::{LegChange, LegEvent, LegRole};
use crate::changes::Changes;
use crate::connection::LinkTrouble;
use crate::history::{Certainty, EndReason, Step};
use crate::limit::{Limit, LimitDue};
use crate::monitoring::{Monitored, MonitoringChange};
use crate::operation::Operation;
use crate::requests::{Change, Outcome, Progress, Request, RequestId, Stage, Why};
use crate::sip_cluster::SipCluster;

impl Machine {
    // Requests

    /// Takes the reply to a request, or the lack of one.
    pub(super) fn take_reply(&mut self, id: RequestId, answer: &Answer, now: Instant) {
        let reply = match answer {
            // Whoever sends us elsewhere did not pass the request on.
            Answer::Redirected => Err(LinkTrouble::Reading(ReplyError::NotSignedIn)),
            answer => answer.read(reply::operation),
        };
        if reply == Err(LinkTrouble::Reading(ReplyError::CsrfRejected)) {
            self.exchanges.forget_csrf_token();
        }
        let needs_sign_in = matches!(
            reply,
            Err(LinkTrouble::Reading(
                ReplyError::NotSignedIn | ReplyError::WebPage { .. }
            ))
        );
        if needs_sign_in && self.is_signed_in() {
            self.ask_who_is_signed_in(now);
        }
        let (times, moment) = (self.times(), self.moment(now));
        let change = self.state.requests.take_reply(id, reply, times, moment);
        self.apply_all(change, now);
        self.settle(now);
    }

    /// The server reports an error by a notification. It is shown, and what is so is read: only
    /// that can tell what became of things.
    pub(super) fn take_error(
        &mut self,
        device: Option<&DeviceId>,
        message: Option<String>,
        now: Instant,
    ) {
        let moment = self.moment(now);
        let words = message.as_deref();
        let change = self.state.requests.take_error(device, words, moment);
        if change.is_none() {
            let step = Step::ServerError(message);
            self.note_of(step, None, device.cloned(), Certainty::Told, now);
        }
        self.apply_all(change, now);
        self.read_anew(now);
        self.settle(now);
    }

    /// Something that is so has changed: requests that it settles end, and a problem that it refutes
    /// goes.
    pub(super) fn settle(&mut self, now: Instant) {
        let moment = self.moment(now);
        let state = &mut self.state;
        let mut requests = core::mem::take(&mut state.requests);
        let (changes, is_refuted) = requests.take_facts(&state.facts(), moment);
        state.requests = requests;
        if is_refuted {
            self.changes |= Changes::REQUEST;
        }
        self.apply_all(changes, now);
    }

    /// Devices or calls were read for the requests that wait for it.
    pub(super) fn requests_were_looked_at(
        &mut self,
        is_of_device: bool,
        begun: Instant,
        now: Instant,
    ) {
        let (times, moment) = (self.times(), self.moment(now));
        let state = &mut self.state;
        let mut requests = core::mem::take(&mut state.requests);
        let facts = state.facts();
        let changes = requests.take_read(is_of_device, begun, &facts, times, moment);
        state.requests = requests;
        self.apply_all(changes, now);
        self.settle(now);
    }

    /// Reads what shows the requests whose time to be confirmed is up.
    pub(super) fn begin_due_checks(&mut self, now: Instant) {
        let within = self.config.reply_within;
        let moment = self.moment(now);
        let late = self.state.requests.give_up_late(within, moment);
        if !late.is_empty() {
            self.apply_all(late, now);
            self.settle(now);
        }
        for change in self.state.requests.begin_due_checks(now) {
            let is_of_device = change.request.operation.is_of_device();
            self.changes |= Changes::REQUEST;
            self.reads.want(
                match is_of_device {
                    true => Read::Devices,
                    false => Read::Calls,
                },
                now,
            );
        }
    }

    /// Sends a request of the supervisor's.
    pub(super) fn send_request(&mut self, request: &Request, now: Instant) {
        if let Some(http) = request.to_gws(&self.config.base_url) {
            self.exchanges
                .send(http, Purpose::Operation(request.id), now);
        }
    }

    /// Sends requests that were held back by a stale CSRF token, now that there may be a new one.
    pub(super) fn send_held_back(&mut self, now: Instant) {
        for request in self.state.requests.release_held_back() {
            self.send_request(&request, now);
        }
    }

    /// Refuses requests that wait for a CSRF token: whoever asked for them is not signed in any more.
    pub(super) fn refuse_held_back(&mut self, now: Instant) {
        let is_held_back = |request: &Request| request.stage() == Stage::HeldBack;
        let why = Why::Reply(ReplyError::NotSignedIn);
        let moment = self.moment(now);
        let ends = self.state.requests.give_up_all(&why, is_held_back, moment);
        self.apply_all(ends, now);
        self.settle(now);
    }

    /// Ends all requests of which nobody will be told what became of them.
    pub(super) fn give_up_requests(&mut self, why: &Why, now: Instant) {
        let moment = self.moment(now);
        let ends = self.state.requests.give_up_all(why, |_| true, moment);
        self.apply_all(ends, now);
    }

    pub(super) fn apply_all(&mut self, changes: impl IntoIterator<Item = Change>, now: Instant) {
        for change in changes {
            self.apply(change, now);
        }
    }

    fn apply(&mut self, change: Change, now: Instant) {
        let Change { request, to } = change;
        self.changes |= Changes::REQUEST;
        if !request.operation.is_of_device() {
            self.changes |= Changes::LEGS;
        }
        match to {
            Progress::Checking => {}
            Progress::HeldBack => self.ask_who_is_signed_in(now),
            Progress::Accepted => {
                self.emit_request(&request, RequestStage::Accepted);
                let step = Step::Accepted(request.operation.clone());
                self.note_request(step, &request, Certainty::Told, now);
            }
            Progress::Ended(outcome) => self.request_ended(&request, outcome, now),
        }
    }

    fn request_ended(&mut self, request: &Request, outcome: Outcome, now: Instant) {
        self.emit_request(request, RequestStage::from(&outcome));
        let limit = self.limits.iter().position(|(id, _)| *id == request.id);
        let limit = limit.map(|position| self.limits.swap_remove(position).1);
        match (&outcome, &request.operation) {
            (Outcome::Confirmed, Operation::Monitor(choice)) => {
                let limit = limit.flatten().filter(|_| choice.mode == Mode::AllCalls);
                self.set_limit_of(&request.device, limit, now);
            }
            (Outcome::Refused(why), Operation::Monitor(choice)) => {
                let words = match why {
                    Why::Reply(error) => SipCluster::words_of(error),
                    Why::Reported(words) => words.as_deref(),
                    _ => None,
                };
                let is_learnt = words.is_some_and(|w| self.state.sip_cluster.learn(choice, w));
                if is_learnt {
                    self.changes |= Changes::DEVICE;
                    self.note(Step::SipClusterDetected, Certainty::Told, now);
                }
            }
            _ => {}
        }
        let step = Step::Ended {
            operation: request.operation.clone(),
            outcome,
        };
        self.note_request(step, request, Certainty::Told, now);
    }

    // Facts

    /// A device monitors another way than before.
    pub(super) fn monitoring_changed(&mut self, change: &MonitoringChange, now: Instant) {
        self.changes |= Changes::MONITORING;
        self.emit_once(Event::Monitoring);
        let device = &change.device;
        let certainty = Self::certainty(change.source);
        let (was, is) = (change.before.active(), change.after.active());
        let request = self.state.requests.of_device(device).cloned();
        let is_asked_for = |is: &Monitored| {
            let choice = request.as_ref().and_then(|r| r.operation.monitoring());
            choice.is_some_and(|choice| is.is(choice, &self.state.directory))
        };
        let id = request.as_ref().map(|request| request.id);
        let began = is.map(|is| (is.clone(), id.filter(|_| is_asked_for(is))));
        let is_same_agent = matches!((was, is), (Some(was), Some(is)) if was.has_target_of(is));
        if !is_same_agent
            && self
                .state
                .limit
                .as_ref()
                .is_some_and(|l| l.device == *device)
        {
            self.state.limit = None;
        }
        if let (Some(was), false) = (was, is_same_agent) {
            let (why, id) = match &request {
                Some(r) if r.operation == Operation::Stop && is.is_none() => {
                    (EndReason::StoppedHere, Some(r.id))
                }
                Some(r) if r.operation.monitoring().is_some() => {
                    (EndReason::ReplacedHere, Some(r.id))
                }
                _ if was.mode == Mode::NextCall && change.had_call => (EndReason::OneCall, None),
                _ => (EndReason::Elsewhere, None),
            };
            let step = Step::Stopped {
                was: was.clone(),
                why,
                lasted: now.since(was.since.moment.at),
            };
            self.note_of(step, id, Some(device.clone()), certainty, now);
        }
        if let Some((is, id)) = began {
            let step = match was {
                Some(was) if is_same_agent => Step::Changed {
                    from: was.clone(),
                    to: is,
                },
                _ => Step::Began(is),
            };
            self.note_of(step, id, Some(device.clone()), certainty, now);
        }
    }

    /// Something happened to a leg.
    pub(super) fn leg_changed(&mut self, change: LegChange, now: Instant) {
        self.changes |= Changes::LEGS;
        self.emit_once(Event::Call);
        let LegChange { leg, what, source } = change;
        let device = leg.device().or_else(|| self.state.my_device.id().cloned());
        if leg.role == LegRole::Own {
            return;
        }
        if let Some(device) = &device {
            self.state.monitoring.has_call(device);
        }
        let (call, parties) = (leg.call.id.clone(), leg.parties());
        let step = match what {
            LegEvent::Changed => return,
            LegEvent::Rings => Step::Rings { call, parties },
            LegEvent::Joined => Step::Joined {
                call,
                parties,
                audience: leg.audience(),
            },
            LegEvent::Switched => Step::Switched {
                call,
                audience: leg.audience(),
            },
            LegEvent::AgentMuted(is_muted) => Step::AgentMuted { call, is_muted },
            LegEvent::Left => Step::Left {
                call,
                parties,
                lasted: leg.lasted(self.moment(now)),
            },
        };
        let id = self.request_of_call(&leg.call.id);
        self.note_of(step, id, device, Self::certainty(source), now);
    }

    fn request_of_call(&self, call: &CallId) -> Option<RequestId> {
        self.state.requests.of_call(call).map(|request| request.id)
    }

    // The time limit

    /// Ends monitoring whose time is up, and reminds of it before.
    pub(super) fn watch_limit(&mut self, now: Instant) {
        let Some(limit) = &mut self.state.limit else {
            return;
        };
        let device = limit.device.clone();
        let can_end = self.state.connection.phase.is_usable()
            && self.state.requests.of_device(&device).is_none();
        let until = limit.until;
        match limit.due(can_end, now) {
            None => {}
            Some(LimitDue::Reminder) => {
                self.changes |= Changes::MONITORING;
                let step = Step::LimitNear(until);
                self.note_of(step, None, Some(device), Certainty::Own, now);
            }
            Some(LimitDue::End) => {
                self.changes |= Changes::MONITORING;
                let step = Step::LimitReached;
                self.note_of(step, None, Some(device.clone()), Certainty::Own, now);
                self.ask_to_stop(device, now);
            }
        }
    }

    /// Takes over a limit that was set before the page was loaded anew.
    pub(super) fn adopt_limit(&mut self, now: Instant) {
        let Some(device) = self.state.my_device.id().cloned() else {
            return;
        };
        let Some(until) = self.config.limit_until.take() else {
            return;
        };
        let monitored = self.state.monitoring.of(&device).active();
        if monitored.is_some_and(|monitored| monitored.mode == Mode::AllCalls) {
            let (until, now) = (self.clock.moment_of(until), self.moment(now));
            self.state.limit = Some(Limit::new(device, until, now));
            self.changes |= Changes::MONITORING;
        }
    }

    pub(super) fn set_limit_of(
        &mut self,
        device: &DeviceId,
        limit: Option<core::time::Duration>,
        now: Instant,
    ) {
        let moment = self.moment(now);
        let had_one = self.state.limit.is_some();
        let until = limit.map(|limit| moment.after(limit));
        self.state.limit = until.map(|until| Limit::new(device.clone(), until, moment));
        self.changes |= Changes::MONITORING;
        if had_one || until.is_some() {
            let step = Step::LimitSet(until);
            self.note_of(step, None, Some(device.clone()), Certainty::Own, now);
        }
    }

    // History and events

    pub(super) fn emit_request(&mut self, request: &Request, stage: RequestStage) {
        self.events.push_back(Event::Request {
            id: request.id,
            operation: request.operation.clone(),
            stage,
        });
    }

    /// Notes something that is about no device in particular.
    pub(super) fn note(&mut self, step: Step, certainty: Certainty, now: Instant) {
        self.note_of(step, None, None, certainty, now);
    }

    pub(super) fn note_request(
        &mut self,
        step: Step,
        request: &Request,
        certainty: Certainty,
        now: Instant,
    ) {
        let (id, device) = (Some(request.id), Some(request.device.clone()));
        self.note_of(step, id, device, certainty, now);
    }

    pub(super) fn note_of(
        &mut self,
        step: Step,
        request: Option<RequestId>,
        device: Option<DeviceId>,
        certainty: Certainty,
        now: Instant,
    ) {
        let at = self.moment(now);
        let history = &mut self.state.history;
        let receipt = history.push(step, request, device, certainty, at).clone();
        self.changes |= Changes::HISTORY;
        self.events.push_back(Event::Receipt(Box::new(receipt)));
    }
}
