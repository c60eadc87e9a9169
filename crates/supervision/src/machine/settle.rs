//! What follows from what is so: requests end, the history grows, embedders are told.

use bayeux::Instant;
use gws::{CallId, DeviceId, Mode, ReplyError, reply};

use super::exchanges::{Answer, Purpose};
use super::{Event, Machine, RequestStage, retry_after};
use crate::calls::{LegChange, LegEvent, LegRole};
use crate::changes::Changes;
use crate::connection::{LinkTrouble, Resource};
use crate::history::{AskedBy, Certainty, EndReason, Step};
use crate::monitoring::{Monitored, Monitoring, MonitoringChange, Source};
use crate::operation::Operation;
use crate::requests::{Change, Outcome, Progress, Request, RequestId, Stage, Why};
use crate::sip_cluster::SipCluster;

impl Machine {
    // Requests

    /// Takes the reply to a request, or the lack of one.
    pub(super) fn take_reply(&mut self, id: RequestId, answer: &Answer, now: Instant) {
        let reply = match answer {
            Answer::Redirected => Err(LinkTrouble::Redirected),
            answer => answer.read(reply::operation),
        };
        let error = match &reply {
            Err(LinkTrouble::Reading(error)) => Some(error),
            _ => None,
        };
        if matches!(error, Some(ReplyError::CsrfRejected { .. })) {
            self.exchanges.forget_csrf_token();
        }
        if let (Answer::Response(response), Some(request)) = (answer, self.state.requests.find(id))
            && let Some(error) = error
            && let Some(after) = retry_after(response)
        {
            let trouble = LinkTrouble::Reading(error.clone());
            self.reads
                .be_patient(what_shows(request), trouble, now + after);
        }
        let is_web_page = matches!(error, Some(ReplyError::WebPage { .. }));
        if is_web_page && self.is_signed_in() {
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
            self.changes |= Changes::REQUEST;
            self.read_what_shows(&change.request, now);
        }
    }

    /// Says of requests when what shows them is read, where the server asked for patience.
    pub(super) fn note_put_off_checks(&mut self, now: Instant) {
        for (is_of_device, read) in [(true, Resource::Devices), (false, Resource::Calls)] {
            let until = self.reads.put_off_until(read, now);
            let until = until.map(|until| self.moment(until));
            if self.state.requests.put_off(is_of_device, until) {
                self.changes |= Changes::REQUEST | Changes::LEGS;
            }
        }
    }

    fn read_what_shows(&mut self, request: &Request, now: Instant) {
        self.reads.want(what_shows(request), now);
    }

    /// Sends a request of the supervisor's.
    pub(super) fn send_request(&mut self, request: &Request, now: Instant) {
        if let Some(http) = request.to_gws(&self.config.base_url) {
            self.exchanges
                .send(http, Purpose::Operation(request.id), now);
        }
    }

    /// Sends requests that were held back, now that somebody is signed in.
    pub(super) fn send_held_back(&mut self, now: Instant) {
        for request in self.state.requests.release_held_back() {
            self.send_request(&request, now);
        }
    }

    /// Refuses requests that were held back: whoever asked for them is not signed in any more.
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
            // The browser would ask for a password again.
            Progress::HeldBack if self.is_password_asked_for() => self.refuse_held_back(now),
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
        if matches!(
            &outcome,
            Outcome::Refused(Why::Reply(ReplyError::Refused { .. }))
        ) {
            // It may have been refused because something else is so than is shown.
            self.read_what_shows(request, now);
        }
        match (&outcome, &request.operation) {
            (Outcome::Confirmed, Operation::Monitor(_)) => {
                self.set_limit_of(&request.device, request.limit, now);
            }
            (Outcome::Unconfirmed(Why::AgentNotShown), Operation::Monitor(choice)) => {
                self.state
                    .monitoring
                    .may_monitor(&request.device, &choice.target);
                self.changes |= Changes::MONITORING;
                if request.limit.is_some() {
                    self.set_limit_of(&request.device, request.limit, now);
                }
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
        let request = self.state.requests.of_device(device).cloned();
        // What this page asked for, if that is what is so now.
        let request = request.filter(|request| request.may_be_why(&self.state.facts()));
        // It was otherwise when it was asked for.
        let certainty = match (certainty, &request) {
            (Certainty::Found { since }, Some(asked)) => Certainty::Found {
                since: Some(since.map_or(asked.asked, |since| since.later(asked.asked))),
            },
            (certainty, _) => certainty,
        };
        self.note_end(change, request.as_ref(), certainty, now);
        self.note_beginning(change, request.as_ref(), certainty, now);
    }

    /// Notes that what was monitored is not any more.
    fn note_end(
        &mut self,
        change: &MonitoringChange,
        request: Option<&Request>,
        certainty: Certainty,
        now: Instant,
    ) {
        let device = &change.device;
        let (was, is) = (change.before.active(), change.after.active());
        let is_same_agent = matches!((was, is), (Some(was), Some(is)) if was.has_target_of(is));
        // Where it is not said who is monitored, it may be the same agent.
        let is_unrecognised = matches!(change.after, Monitoring::Unrecognised(_));
        if is_same_agent || is_unrecognised {
            return;
        }
        if self.state.limits.remove(device) {
            self.emit_once(Event::Monitoring);
        }
        let why = match (request, is) {
            (Some(_), None) => EndReason::StoppedHere,
            (Some(_), Some(_)) => EndReason::ReplacedHere,
            _ if was.is_some_and(|was| was.mode == Mode::NextCall) && change.had_call => {
                match self.is_in_call_on(device) {
                    // It may have been for that call, or stopped elsewhere.
                    true => EndReason::Unknown,
                    false => EndReason::OneCall,
                }
            }
            _ => EndReason::Elsewhere,
        };
        let step = match (was, &change.before) {
            (Some(was), _) => {
                // It lasted at least until it was last known to go on.
                let earliest = match certainty {
                    Certainty::Found { since: Some(since) } => since.at,
                    _ => now,
                };
                Step::Stopped {
                    was: was.clone(),
                    why,
                    lasted: was.since.lasted(earliest, now),
                }
            }
            (None, Monitoring::Unrecognised(_)) if is.is_none() => Step::StoppedUnrecognised(why),
            _ => return,
        };
        let id = request.map(|request| request.id);
        self.note_of(step, id, Some(device.clone()), certainty, now);
    }

    fn is_in_call_on(&self, device: &DeviceId) -> bool {
        let mut legs = self.state.all_legs().iter();
        legs.any(|leg| leg.role == LegRole::Monitoring && leg.is_joined() && leg.is_on(device))
    }

    /// Notes what is monitored now.
    fn note_beginning(
        &mut self,
        change: &MonitoringChange,
        request: Option<&Request>,
        certainty: Certainty,
        now: Instant,
    ) {
        let device = &change.device;
        let asked = match (request, certainty) {
            (Some(_), _) => AskedBy::ThisPage,
            (None, Certainty::Found { since: None }) => AskedBy::Unknown,
            (None, _) => AskedBy::Elsewhere,
        };
        let step = match (&change.before, &change.after) {
            (before, Monitoring::Active(is)) => {
                let late = request.is_none().then(|| self.take_late(device, is, now));
                let asked = match late.flatten() {
                    Some(_) => AskedBy::Unknown,
                    None => asked,
                };
                let from = before.active().filter(|was| was.has_target_of(is)).cloned();
                let is = is.clone();
                match from {
                    Some(from) => Step::Changed {
                        from,
                        to: is,
                        asked,
                    },
                    None => Step::Began { is, asked },
                }
            }
            (_, Monitoring::Unrecognised(word)) => Step::BeganUnrecognised {
                word: word.clone(),
                asked,
            },
            (_, Monitoring::None | Monitoring::Unknown) => return,
        };
        let id = request.map(|request| request.id);
        self.note_of(step, id, Some(device.clone()), certainty, now);
    }

    /// Monitoring began that this page had asked for by a request that was taken to have failed: its
    /// limit holds.
    fn take_late(&mut self, device: &DeviceId, is: &Monitored, now: Instant) -> Option<Request> {
        let state = &mut self.state;
        let late = state
            .requests
            .take_late(device, is, &state.directory, now)?;
        if late.limit.is_some() {
            self.set_limit_of(device, late.limit, now);
        }
        Some(late)
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
        if let (Some(device), LegEvent::Joined | LegEvent::Left) = (&device, what) {
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
            LegEvent::Left => {
                let earliest = match source {
                    Source::Found { since: Some(since) } => since.at,
                    _ => now,
                };
                let lasted = leg.established.map(|since| since.lasted(earliest, now));
                Step::Left {
                    call,
                    parties,
                    lasted,
                }
            }
        };
        let id = self.request_of_call(&leg.call.id);
        self.note_of(step, id, device, Self::certainty(source), now);
    }

    fn request_of_call(&self, call: &CallId) -> Option<RequestId> {
        self.state.requests.of_call(call).map(|request| request.id)
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
        let directory = &self.state.directory;
        let agent = step
            .target()
            .and_then(|target| directory.agent(target, now));
        let history = &mut self.state.history;
        let receipt = history.push(step, request, device, certainty, agent, at);
        let receipt = receipt.clone();
        self.changes |= Changes::HISTORY;
        self.events.push_back(Event::Receipt(Box::new(receipt)));
    }
}

/// What is to be read to see whether what was asked for is so.
fn what_shows(request: &Request) -> Resource {
    match request.operation.is_of_device() {
        true => Resource::Devices,
        false => Resource::Calls,
    }
}
