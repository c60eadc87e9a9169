//! The invariants for requests: each has a click, is sent once, and ends once with its true outcome.

use bayeux::{Duration, Instant};
use gws::{CallOperation, DeviceId};
use supervision::{Operation, RequestStage, WallTime};

use super::super::exchange::{Request, SLOWEST};
use super::super::model::{Model, Truth};
use super::{BOUND, Watch};
use crate::Rule;
use crate::violation::Violation;

/// The maximum number of requests in a minute.
const PACE: usize = 300;

/// A request that has not ended.
#[derive(Debug)]
pub(super) struct Open {
    /// Its device; any, for an operation on a call.
    pub(super) device: Option<DeviceId>,
    pub(super) asked: Operation,
    pub(super) since: Instant,
    /// Whether the server has carried it out since.
    pub(super) is_carried_out: bool,
}

impl Watch {
    /// The server has carried out a request of this tab.
    pub(in crate::supervision) fn was_carried_out(&mut self, device: &DeviceId, asked: &Operation) {
        let is_it = |open: &&mut Open| {
            open.asked == *asked && open.device.as_ref().is_none_or(|of| of == device)
        };
        for open in self.open.values_mut().filter(is_it) {
            open.is_carried_out = true;
        }
    }

    pub(in crate::supervision) fn sends(
        &mut self,
        request: &Request,
        clock: Instant,
        wall: u64,
    ) -> Result<(), Violation> {
        self.wall = WallTime(wall);
        self.requests += 1;
        self.sent.push_back(clock);
        let is_old = |at: &Instant| clock.since(*at) > Duration::from_secs(60);
        while self.sent.front().is_some_and(is_old) {
            self.sent.pop_front();
        }
        if self.sent.len() > PACE {
            self.broken(Rule::Pace, || {
                format!("more than {PACE} requests in a minute")
            })?;
        }
        self.must_sign_in &= !request.is_me();
        let wait = self.waits.get(&request.path);
        if wait.is_some_and(|until| clock < *until) {
            self.broken(Rule::Pace, || {
                "a read does not wait for Retry-After".to_owned()
            })?;
        }
        let Some(operation) = request.operation() else {
            return Ok(());
        };
        match self.permits.iter().position(|permit| *permit == operation) {
            Some(permit) => {
                self.permits.remove(permit);
                Ok(())
            }
            None if self.is_ended_by_limit(&operation, clock) => Ok(()),
            None => self.broken(Rule::Twice, || {
                let (device, asked) = operation;
                format!(
                    "{} leaves and was not asked for\nof {device:?}",
                    asked.name()
                )
            }),
        }
    }

    /// A request has reached a stage.
    pub(in crate::supervision) fn stage(
        &mut self,
        number: u64,
        asked: &Operation,
        stage: RequestStage,
        model: &Model,
        now: Instant,
    ) -> Result<(), Violation> {
        let is_known = self.open.contains_key(&number);
        if stage == RequestStage::Sent {
            if is_known || self.ended.contains(&number) {
                return self.broken(Rule::Settles, || format!("{} is sent twice", asked.name()));
            }
            let clicked = self.asked.iter().position(|(_, of)| of == asked);
            let clicked = clicked.and_then(|clicked| self.asked.remove(clicked));
            let open = Open {
                device: clicked.and_then(|(device, _)| device),
                asked: asked.clone(),
                since: now,
                is_carried_out: false,
            };
            self.open.insert(number, open);
            return Ok(());
        }
        if !is_known {
            return self.broken(Rule::Settles, || {
                format!(
                    "{} is {stage:?}, and was ended before, or never sent",
                    asked.name()
                )
            });
        }
        if stage == RequestStage::Accepted {
            return Ok(());
        }
        self.ended.insert(number);
        let Some(open) = self.open.remove(&number) else {
            return Ok(());
        };
        // An ended request is not sent again.
        let is_its = |(device, of): &(_, _)| *device == open.device && of == asked;
        self.permits.retain(|permit| !is_its(permit));
        let outcome = match stage {
            RequestStage::Confirmed => 0,
            RequestStage::Refused => 1,
            _ => 2,
        };
        self.outcomes[outcome] += 1;
        match stage {
            RequestStage::Confirmed => {
                let is_so = |truth: &Truth| match &open.device {
                    Some(device) => truth.is_so(device, asked),
                    None => {
                        let me = self.shown.as_ref().and_then(|shown| shown.me.as_ref());
                        let devices = truth.devices.iter();
                        let mut devices = devices.filter(|device| Some(&device.owner) == me);
                        match asked {
                            // A call is on one device.
                            Operation::Call {
                                operation: CallOperation::Hangup,
                                ..
                            } => devices.all(|device| truth.is_so(&device.id, asked)),
                            _ => devices.any(|device| truth.is_so(&device.id, asked)),
                        }
                    }
                };
                // A message may have been on its way as long as a reply.
                let told_since = open.since.before(Duration::from_millis(2 * SLOWEST));
                let is_excused = self.is_another_signed_in(model)
                    || model.was_delivered(told_since, open.device.as_ref(), asked);
                match is_excused || model.was_ever(open.since, is_so) {
                    true => Ok(()),
                    false => self.broken(Rule::Confirmed, || {
                        format!("{} is confirmed, and was never so", asked.name())
                    }),
                }
            }
            RequestStage::Refused if open.is_carried_out && !self.may_have_failed(&open) => self
                .broken(Rule::Refused, || {
                    format!("{} is refused, and was carried out", asked.name())
                }),
            _ => Ok(()),
        }
    }

    /// Whether a user other than the displayed one has signed in, which a tab finds out a little
    /// later.
    fn is_another_signed_in(&self, model: &Model) -> bool {
        let shown = self.shown.as_ref().and_then(|shown| shown.me.as_ref());
        model.truth().user.as_ref() != shown
    }

    /// Whether an error about the device was published so late that it may be about this request.
    fn may_have_failed(&self, open: &Open) -> bool {
        let told = open
            .device
            .as_ref()
            .and_then(|device| self.errors.get(device));
        told.is_some_and(|told| *told + BOUND >= open.since)
    }
}
