//! Writes receipts: monitoring that began, changed or ended, and the progress of calls. Emits the
//! events for embedders.

use bayeux::{Duration, Instant};
use gws::{CallId, DeviceId, Mode};

use super::{Event, Machine, RequestStage, Topic};
use crate::calls::{Leg, LegChange, LegEvent, LegRole};
use crate::changes::Changes;
use crate::connection::Resource;
use crate::history::{AskedBy, Certainty, EndReason, Step};
use crate::monitoring::{Monitored, Monitoring, MonitoringChange, Source};
use crate::operation::Operation;
use crate::requests::RequestId;

/// How long after a message that nobody requested the current state is read.
const OVERTAKEN: Duration = Duration::from_secs(1);

impl Machine {
    /// The monitoring of a device has changed.
    pub(super) fn monitoring_changed(&mut self, change: &MonitoringChange, now: Instant) {
        self.changes |= Changes::MONITORING;
        self.emit_once(Topic::Monitoring);
        let device = &change.device;
        let certainty = Certainty::from(change.source);
        let request = self.state.requests.of_device(device);
        // This page's request, if it may be the reason.
        let request = request.filter(|request| request.may_be_why(&self.state.facts()));
        // It was different when it was requested.
        let certainty = match (certainty, request) {
            (Certainty::Found { since }, Some(request)) => Certainty::Found {
                since: Some(since.map_or(request.asked, |since| since.later(request.asked))),
            },
            (certainty, _) => certainty,
        };
        let request = request.map(|request| request.id);
        if change.source == Source::Told
            && matches!(change.after, Monitoring::None)
            && request.is_none()
        {
            // A newer message may have overtaken this one.
            self.reads.want(Resource::Devices, now + OVERTAKEN);
        }
        self.note_end(change, request, certainty, now);
        self.note_beginning(change, request, certainty, now);
        self.monitoring_with_limit_changed(change, now);
    }

    /// Records the end of monitoring.
    fn note_end(
        &mut self,
        change: &MonitoringChange,
        request: Option<RequestId>,
        certainty: Certainty,
        now: Instant,
    ) {
        let device = &change.device;
        let (was, is) = (change.before.active(), change.after.active());
        let is_same_agent = matches!((was, is), (Some(was), Some(is)) if was.has_target_of(is));
        // If the device does not say whom it monitors, it may be the same agent.
        let is_unrecognised = matches!(change.after, Monitoring::Unrecognised(_));
        if is_same_agent && is.is_some_and(|is| is.mode == Mode::NextCall) {
            // It ends by itself.
            self.forget_limit(device, true, now);
        }
        if is_same_agent || is_unrecognised {
            return;
        }
        if matches!(change.after, Monitoring::Unknown) {
            // Monitoring may go on, and so does its limit.
            if let Some(was) = was {
                let step = Step::OutOfSight(was.clone());
                self.note_of(step, None, Some(device), certainty, now);
            }
            return;
        }
        self.forget_limit(device, is.is_some(), now);
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
            // The server may report a replacement in two steps.
            _ if self.state.requests.of_device(device).is_some() => EndReason::Unknown,
            // Another tab has requested the end at the limit: that is recorded separately.
            _ if self.shared_limits.is_end_of(device, &change.before) => EndReason::Unknown,
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
        self.note_of(step, request, Some(device), certainty, now);
    }

    /// Monitoring has lost its limit; that is recorded if monitoring goes on.
    fn forget_limit(&mut self, device: &DeviceId, goes_on: bool, now: Instant) {
        if self.state.limits.remove(device) {
            self.emit_once(Topic::Monitoring);
            if goes_on {
                let step = Step::LimitSet(None);
                self.note_of(step, None, Some(device), Certainty::Own, now);
            }
        }
    }

    fn is_in_call_on(&self, device: &DeviceId) -> bool {
        let mut legs = self.state.all_legs().iter();
        legs.any(|leg| leg.role == LegRole::Monitoring && leg.is_joined() && leg.is_on(device))
    }

    /// Records the monitoring that has begun.
    fn note_beginning(
        &mut self,
        change: &MonitoringChange,
        request: Option<RequestId>,
        certainty: Certainty,
        now: Instant,
    ) {
        let device = &change.device;
        let asked = match (request, certainty) {
            (Some(_), _) => AskedBy::ThisPage,
            (None, Certainty::Found { since: None }) => AskedBy::Unknown,
            _ if matches!(change.before, Monitoring::Unknown) || self.may_be_ours(change) => {
                AskedBy::Unknown
            }
            (None, _) => AskedBy::Elsewhere,
        };
        let step = match (&change.before, &change.after) {
            (before, Monitoring::Active(is)) => {
                let is_late = request.is_none() && self.take_late(device, is, now);
                let asked = match is_late {
                    true => AskedBy::Unknown,
                    false => asked,
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
        self.note_of(step, request, Some(device), certainty, now);
    }

    /// Whether this page has just requested this agent, or it is unknown whether it is this agent: a
    /// server may carry out a request in another way.
    fn may_be_ours(&self, change: &MonitoringChange) -> bool {
        let request = self.state.requests.of_device(&change.device);
        let choice = request.and_then(|request| request.operation.monitoring());
        choice.is_some_and(|choice| match &change.after {
            Monitoring::Active(is) => {
                is.target.is_none() || is.is_of(&choice.target, &self.state.directory)
            }
            _ => true,
        })
    }

    /// Monitoring has begun that this page had requested by a request that counted as failed: its limit
    /// applies.
    fn take_late(&mut self, device: &DeviceId, is: &Monitored, now: Instant) -> bool {
        let state = &mut self.state;
        let requests = &mut state.requests;
        let Some(limit) = requests.take_late(device, is, &state.directory, now) else {
            return false;
        };
        if limit.is_some() {
            self.set_limit_of(device, limit, now);
        }
        true
    }

    /// A leg has changed.
    pub(super) fn leg_changed(&mut self, change: &LegChange, source: Source, now: Instant) {
        for what in &change.events {
            self.leg_event(&change.leg, *what, source, now);
        }
    }

    fn leg_event(&mut self, leg: &Leg, what: LegEvent, source: Source, now: Instant) {
        self.changes |= Changes::LEGS;
        self.emit_once(Topic::Call);
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
        self.note_of(step, id, device.as_ref(), Certainty::from(source), now);
    }

    fn request_of_call(&self, call: &CallId) -> Option<RequestId> {
        self.state.requests.of_call(call).map(|request| request.id)
    }

    // History and events

    pub(super) fn emit_request(
        &mut self,
        id: RequestId,
        operation: Operation,
        stage: RequestStage,
    ) {
        self.events.push_back(Event::Request {
            id,
            operation,
            stage,
        });
    }

    /// Records a step that is not about a device.
    pub(super) fn note(&mut self, step: Step, certainty: Certainty, now: Instant) {
        self.note_of(step, None, None, certainty, now);
    }

    pub(super) fn note_of(
        &mut self,
        step: Step,
        request: Option<RequestId>,
        device: Option<&DeviceId>,
        certainty: Certainty,
        now: Instant,
    ) {
        let at = self.moment(now);
        let directory = &self.state.directory;
        let agent = step
            .target()
            .and_then(|target| directory.agent(target, now));
        let history = &mut self.state.history;
        let device = device.cloned();
        let receipt = history.push(step, request, device, certainty, agent, at);
        self.changes |= Changes::HISTORY;
        self.events.push_back(Event::Receipt(receipt));
    }
}
