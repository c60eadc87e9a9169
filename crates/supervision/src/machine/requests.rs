//! The progress of requests: they get replies, errors, facts and reads; the consequences are
//! handled here.

use std::sync::Arc;

use bayeux::Instant;
use gws::{DeviceId, ReplyError, reply};

use super::exchanges::{Answer, Exchanges, Purpose};
use super::{Machine, RequestStage, retry_after};
use crate::changes::Changes;
use crate::connection::{LinkTrouble, Resource};
use crate::history::{Certainty, Step};
use crate::operation::{MonitoringChoice, Operation};
use crate::requests::{Change, Outcome, Progress, Request, RequestId, Stage, Why};
use crate::sip_cluster::SipCluster;

impl Machine {
    /// Takes the reply to a request, or its absence.
    pub(super) fn take_reply(&mut self, id: RequestId, answer: &Answer, now: Instant) {
        let reply = answer.read(reply::operation);
        let trouble = reply.as_ref().err();
        let error = match trouble.map(|trouble| &**trouble) {
            Some(LinkTrouble::Reading(error)) => Some(error),
            _ => None,
        };
        if matches!(error, Some(ReplyError::CsrfRejected { .. })) {
            self.exchanges.forget_csrf_token();
        }
        if let (Answer::Response(response), Some(request)) = (answer, self.state.requests.find(id))
            && let Some(trouble) = trouble
            && let Some(after) = retry_after(response, self.clock.moment(now).wall)
        {
            self.reads
                .put_off(what_shows(request), Arc::clone(trouble), now + after);
        }
        let may_be_signed_out = match trouble {
            Some(trouble) => matches!(
                **trouble,
                LinkTrouble::Reading(ReplyError::WebPage { .. }) | LinkTrouble::Redirected
            ),
            None => false,
        };
        if may_be_signed_out && self.is_signed_in() {
            self.ask_who_is_signed_in(now);
        }
        let (times, moment) = (self.times(), self.moment(now));
        let change = self.state.requests.take_reply(id, reply, times, moment);
        self.apply(change, now);
        self.settle(now);
    }

    /// The server reports an error by a notification. It is shown, and the state is read: only that
    /// can tell the outcome.
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
            self.note_of(step, None, device, Certainty::Told, now);
        }
        self.apply(change, now);
        self.read_anew(now);
        self.settle(now);
    }

    /// A fact has changed: requests that it settles end, and a problem that it refutes is removed.
    pub(super) fn settle(&mut self, now: Instant) {
        let moment = self.moment(now);
        let (requests, facts) = self.state.requests_and_facts();
        let (changes, is_refuted) = requests.take_facts(&facts, moment);
        if is_refuted {
            self.changes |= Changes::REQUEST;
        }
        self.apply_all(changes, now);
    }

    /// Devices or calls were read for the requests that wait for that.
    pub(super) fn check_requests_after_read(
        &mut self,
        is_of_device: bool,
        begun: Instant,
        now: Instant,
    ) {
        let (times, moment) = (self.times(), self.moment(now));
        let (requests, facts) = self.state.requests_and_facts();
        let changes = requests.take_read(is_of_device, begun, &facts, times, moment);
        self.apply_all(changes, now);
        self.settle(now);
    }

    /// Reads the resources of requests whose time for a confirmation is up.
    pub(super) fn begin_due_checks(&mut self, now: Instant) {
        let within = self.config.reply_within;
        let moment = self.moment(now);
        let late = self.state.requests.give_up_late(within, moment);
        if !late.is_empty() {
            self.apply_all(late, now);
            self.settle(now);
        }
        let (reads, changes) = (&mut self.reads, &mut self.changes);
        let read = &mut |request: &Request| {
            *changes |= Changes::REQUEST;
            reads.want(what_shows(request), now);
        };
        self.state.requests.begin_due_checks(now, read);
    }

    /// Tells requests when their resource will be read, if the server asked to wait.
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

    /// Sends a request of the supervisor.
    pub(super) fn send_request(&mut self, id: RequestId, now: Instant) {
        if let Some(request) = self.state.requests.find(id) {
            send(request, &self.config.base_url, &mut self.exchanges, now);
        }
    }

    /// Sends held-back requests, now that somebody is signed in.
    pub(super) fn send_held_back(&mut self, now: Instant) {
        let (base_url, exchanges) = (&self.config.base_url, &mut self.exchanges);
        let send = &mut |request: &Request| send(request, base_url, exchanges, now);
        self.state.requests.release_held_back(send);
    }

    /// Refuses held-back requests: the person who made them is no longer signed in.
    pub(super) fn refuse_held_back(&mut self, now: Instant) {
        let is_held_back = |request: &Request| request.stage() == Stage::HeldBack;
        let why = Why::Reply(ReplyError::NotSignedIn);
        let moment = self.moment(now);
        let ends = self.state.requests.give_up_all(&why, &is_held_back, moment);
        self.apply_all(ends, now);
        self.settle(now);
    }

    /// Ends all requests, whose outcome nobody will learn.
    pub(super) fn give_up_requests(&mut self, why: &Why, now: Instant) {
        let moment = self.moment(now);
        let ends = self.state.requests.give_up_all(why, &|_| true, moment);
        self.apply_all(ends, now);
    }

    pub(super) fn apply_all(&mut self, changes: Vec<Change>, now: Instant) {
        for change in changes {
            self.apply(Some(change), now);
        }
    }

    pub(super) fn apply(&mut self, change: Option<Change>, now: Instant) {
        let Some(change) = change else {
            return;
        };
        let Change { request: id, to } = change;
        self.changes |= Changes::REQUEST | Changes::LEGS;
        match to {
            Progress::Checking => {}
            // The browser would ask for a password again.
            Progress::HeldBack if self.is_password_asked_for() => self.refuse_held_back(now),
            Progress::HeldBack => self.ask_who_is_signed_in(now),
            Progress::Accepted => {
                if let Some(request) = self.state.requests.find(id) {
                    let (operation, device) = (request.operation.clone(), request.device.clone());
                    self.emit_request(id, operation.clone(), RequestStage::Accepted);
                    let step = Step::Accepted(operation);
                    self.note_of(step, Some(id), Some(&device), Certainty::Told, now);
                }
            }
            Progress::Ended(request, outcome) => self.request_ended(&request, outcome, now),
        }
    }

    fn request_ended(&mut self, request: &Request, outcome: Outcome, now: Instant) {
        let stage = RequestStage::from(&outcome);
        self.emit_request(request.id, request.operation.clone(), stage);
        if matches!(
            &outcome,
            Outcome::Refused(Why::Reply(ReplyError::Refused { .. }))
        ) {
            // It may have been refused because the actual state differs from the displayed one.
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
            _ => {}
        }
        let step = Step::Ended {
            operation: request.operation.clone(),
            outcome: outcome.clone(),
        };
        let (id, device) = (Some(request.id), Some(&request.device));
        self.note_of(step, id, device, Certainty::Told, now);
        if let (Outcome::Refused(why), Operation::Monitor(choice)) = (&outcome, &request.operation)
        {
            self.learn_from_refusal(why, choice, now);
        }
    }

    /// A refusal may reveal that the contact centre is a SIP Cluster.
    fn learn_from_refusal(&mut self, why: &Why, choice: &MonitoringChoice, now: Instant) {
        let words = match why {
            Why::Reply(error) => SipCluster::words_of(error),
            Why::Reported(words) => words.as_deref(),
            _ => None,
        };
        if words.is_some_and(|words| self.state.sip_cluster.learn(choice, words)) {
            self.changes |= Changes::DEVICE;
            self.note(Step::SipClusterDetected, Certainty::Told, now);
        }
    }
}

/// Sends a request to GWS.
fn send(request: &Request, base_url: &str, exchanges: &mut Exchanges, now: Instant) {
    if let Some(http) = request.to_gws(base_url) {
        exchanges.send(http, Purpose::Operation(request.id), now);
    }
}

/// The resource that shows whether the request has taken effect.
fn what_shows(request: &Request) -> Resource {
    match request.operation.is_of_device() {
        true => Resource::Devices,
        false => Resource::Calls,
    }
}
