//! The invariants, for one tab: see [`Rule`]. The bounds are promises to a supervisor, plus what the
//! network may take.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bayeux::Instant;
use gws::{CallState, DeviceId, UserId};

use super::asked::{Asked, Target};
use super::gws::Request;
use super::model::{DeviceTruth, Model, Truth, is_answered};
use super::network::SLOWEST;
use super::page::operation;
use super::rule::Rule;
use super::tab::{Claim, Click, Means, Shown, Stage};
use crate::watch::Violation;

/// For how long something untrue may be shown as live while something is monitored or asked for, if
/// notifications stay away.
pub(super) const BOUND: Duration = Duration::from_secs(60);
/// The same while nothing is.
pub(super) const BOUND_AT_REST: Duration = Duration::from_secs(300);
/// What a read may take on its way, in both directions, with a moment to spare.
const WAY: Duration = Duration::from_millis(2 * SLOWEST + 2_000);
/// The most requests in a minute.
const PACE: usize = 300;

/// What a tab claims, in parts that can be untrue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Who,
    Monitoring,
    Calls,
    Heard,
}

/// A request that has not ended.
#[derive(Debug)]
struct Open {
    /// The device it is for; for an operation on a call, any.
    device: Option<DeviceId>,
    asked: Asked,
    since: Instant,
    /// Whether the server has carried it out since.
    is_carried_out: bool,
}

/// What is seen of one tab.
#[derive(Debug)]
pub(super) struct Watch {
    /// The only rule that is looked at, if one is.
    only: Option<Rule>,
    /// Since when parts have been untrue and shown as live.
    untrue: BTreeMap<Part, Instant>,
    open: BTreeMap<u64, Open>,
    ended: BTreeSet<u64>,
    /// Operations that may leave: of which device, if not of a call.
    permits: Vec<(Option<DeviceId>, Asked)>,
    /// The same of what was asked for and is not said to be sent.
    asked: VecDeque<(Option<DeviceId>, Asked)>,
    /// When each device last had an error that was told.
    errors: BTreeMap<DeviceId, Instant>,
    /// When requests left, in the last minute.
    sent: VecDeque<Instant>,
    shown: Option<Shown>,
    /// The device was chosen by a person since it was last looked at.
    has_chosen: bool,
}

impl Watch {
    pub(super) fn new(only: Option<Rule>, now: Instant) -> Self {
        Self {
            only,
            untrue: BTreeMap::new(),
            open: BTreeMap::new(),
            ended: BTreeSet::new(),
            permits: Vec::new(),
            asked: VecDeque::new(),
            errors: BTreeMap::new(),
            sent: VecDeque::from([now]),
            shown: None,
            has_chosen: false,
        }
    }

    fn broken(&self, rule: Rule, how: impl FnOnce() -> String) -> Result<(), Violation> {
        match self.only.is_none_or(|only| only == rule) {
            true => Err(Violation(format!("{}: {}", rule.name(), how()))),
            false => Ok(()),
        }
    }

    // What happens around it

    pub(super) fn was_clicked(&mut self, click: &Click, before: &Shown) {
        match click {
            Click::Ask(asked) => {
                let device = match asked {
                    Asked::Call(..) => None,
                    _ => before.device.clone(),
                };
                self.asked.push_back((device.clone(), asked.clone()));
                self.permit(device, asked.clone());
            }
            Click::Choose(_) => self.has_chosen = true,
            Click::Retry | Click::Dismiss => {}
        }
    }

    pub(super) fn permit(&mut self, device: Option<DeviceId>, asked: Asked) {
        self.permits.push((device, asked));
    }

    /// The server has carried out what this tab asked for.
    pub(super) fn was_carried_out(&mut self, device: &DeviceId, asked: &Asked) {
        let is_it = |open: &&mut Open| {
            open.asked == *asked && open.device.as_ref().is_none_or(|of| of == device)
        };
        for open in self.open.values_mut().filter(is_it) {
            open.is_carried_out = true;
        }
    }

    /// The server tells of an error of that device.
    pub(super) fn error_was_told(&mut self, device: &DeviceId, now: Instant) {
        self.errors.insert(device.clone(), now);
    }

    /// The page runs again: nobody was shown anything meanwhile.
    pub(super) fn runs_again(&mut self, now: Instant) {
        for since in self.untrue.values_mut() {
            *since = now;
        }
    }

    // What the tab does

    pub(super) fn sends(&mut self, request: &Request, now: Instant) -> Result<(), Violation> {
        self.sent.push_back(now);
        let is_old = |at: &Instant| now.since(*at) > Duration::from_secs(60);
        while self.sent.front().is_some_and(is_old) {
            self.sent.pop_front();
        }
        if self.sent.len() > PACE {
            self.broken(Rule::Pace, || {
                format!("more than {PACE} requests in a minute")
            })?;
        }
        let Some(operation) = operation(request) else {
            return Ok(());
        };
        match self.permits.iter().position(|permit| *permit == operation) {
            Some(permit) => {
                self.permits.remove(permit);
                Ok(())
            }
            None => self.broken(Rule::Twice, || {
                let (device, asked) = operation;
                format!("{asked} for {device:?} leaves and was not asked for")
            }),
        }
    }

    /// A request has come to a stage.
    pub(super) fn stage(
        &mut self,
        number: u64,
        asked: &Asked,
        stage: Stage,
        model: &Model,
        now: Instant,
    ) -> Result<(), Violation> {
        let is_known = self.open.contains_key(&number);
        if stage == Stage::Sent {
            if is_known || self.ended.contains(&number) {
                return self.broken(Rule::Settles, || format!("{asked} is sent twice"));
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
                format!("{asked} is {stage:?}, and was ended before, or never sent")
            });
        }
        if stage == Stage::Accepted {
            return Ok(());
        }
        self.ended.insert(number);
        let Some(open) = self.open.remove(&number) else {
            return Ok(());
        };
        match stage {
            Stage::Confirmed => {
                let is_so = |truth: &Truth| match &open.device {
                    Some(device) => truth.is_so(device, asked),
                    None => {
                        let mut devices = truth.devices.iter();
                        match asked {
                            // A call is on one device.
                            Asked::Call(_, name) if name == "Hangup" => {
                                devices.all(|device| truth.is_so(&device.id, asked))
                            }
                            _ => devices.any(|device| truth.is_so(&device.id, asked)),
                        }
                    }
                };
                match model.was_ever(open.since, is_so) {
                    true => Ok(()),
                    false => self.broken(Rule::Confirmed, || {
                        format!("{asked} is confirmed, and was never so")
                    }),
                }
            }
            Stage::Refused if open.is_carried_out && !self.may_have_failed(&open) => self
                .broken(Rule::Refused, || {
                    format!("{asked} is refused, and was carried out")
                }),
            _ => Ok(()),
        }
    }

    /// Whether an error that names the device came so late that it may be of this request.
    fn may_have_failed(&self, open: &Open) -> bool {
        let told = open
            .device
            .as_ref()
            .and_then(|device| self.errors.get(device));
        told.is_some_and(|told| *told + BOUND >= open.since)
    }

    // What the tab shows

    pub(super) fn shows_anything_new(&self, shown: &Shown) -> bool {
        self.shown.as_ref() != Some(shown)
    }

    /// The tab has nothing more to do for now.
    pub(super) fn is_idle(
        &mut self,
        shown: Shown,
        is_poised: bool,
        model: &Model,
        now: Instant,
    ) -> Result<(), Violation> {
        if !is_poised && !shown.is_final {
            self.broken(Rule::Poised, || "no request, no timer, no end".to_owned())?;
        }
        if let Some(contradiction) = contradiction(&shown) {
            self.broken(Rule::Contradiction, || contradiction)?;
        }
        self.device_is_kept(&shown)?;
        self.shown = Some(shown);
        self.compare(model, now)
    }

    fn device_is_kept(&mut self, shown: &Shown) -> Result<(), Violation> {
        let has_chosen = core::mem::take(&mut self.has_chosen);
        let Some(before) = &self.shown else {
            return Ok(());
        };
        let is_kept = before.device == shown.device
            || before.me != shown.me
            || has_chosen
            || before
                .device
                .as_ref()
                .is_none_or(|device| !shown.devices.contains(device));
        match is_kept {
            true => Ok(()),
            false => self.broken(Rule::Device, || {
                format!(
                    "the device changed by itself from {:?} to {:?}",
                    before.device, shown.device
                )
            }),
        }
    }

    /// `clock` is the page's.
    pub(super) fn user_is_kept(&mut self, shown: &Shown, clock: Instant) -> Result<(), Violation> {
        let before: Option<&UserId> = self.shown.as_ref().and_then(|shown| shown.me.as_ref());
        if before.is_some() && shown.me.is_some() && before != shown.me.as_ref() {
            let is_left = shown.history_from.is_some_and(|from| from < clock)
                || shown.problem.is_some()
                || shown.pending.is_some();
            if is_left {
                return self.broken(Rule::LastUser, || {
                    "another user is signed in and is shown what was before".to_owned()
                });
            }
        }
        Ok(())
    }

    /// Compares what is shown with what is true: something has changed, or time has passed.
    pub(super) fn compare(&mut self, model: &Model, now: Instant) -> Result<(), Violation> {
        let Some(shown) = &self.shown else {
            return Ok(());
        };
        let truth = model.truth();
        let untrue = if shown.is_live {
            untrue(shown, truth)
        } else {
            Vec::new()
        };
        self.untrue.retain(|part, _| untrue.contains(part));
        for part in untrue {
            self.untrue.entry(part).or_insert(now);
        }
        let is_at_rest = shown.pending.is_none()
            && shown.calls.is_empty()
            && !matches!(shown.monitoring, Claim::Somebody { .. } | Claim::Unreadable);
        let bound = WAY + if is_at_rest { BOUND_AT_REST } else { BOUND };
        let late = self.untrue.iter();
        let late = late
            .filter(|(_, since)| now.since(**since) > bound)
            .map(|(part, _)| *part);
        for part in late {
            let rule = if part == Part::Heard {
                Rule::Heard
            } else {
                Rule::Refuted
            };
            self.broken(rule, || {
                let device = shown
                    .device
                    .as_ref()
                    .and_then(|device| truth.device(device));
                format!("{part:?} is not so for more than {bound:?}: {shown:?}; true is {device:?}")
            })?;
        }
        Ok(())
    }

    /// What must hold when faults have ceased for long enough.
    pub(super) fn is_at_rest(&self, model: &Model) -> Result<(), Violation> {
        let (Some(shown), truth) = (&self.shown, model.truth()) else {
            return Ok(());
        };
        if let Some(open) = self.open.values().next() {
            self.broken(Rule::Settles, || format!("{} never ends", open.asked))?;
        }
        let device = shown
            .device
            .as_ref()
            .and_then(|device| truth.device(device));
        let is_own = device.is_some_and(|device| shown.me.as_ref() == Some(&device.owner));
        let is_known = is_own && shown.monitoring != Claim::Unknown;
        let untrue = untrue(shown, truth);
        match shown.is_live && is_known && untrue.is_empty() {
            true => Ok(()),
            false => self.broken(Rule::Rest, || {
                format!("{untrue:?}: {shown:?}; true is {device:?}")
            }),
        }
    }
}

/// The parts of what is shown that are not so.
fn untrue(shown: &Shown, truth: &Truth) -> Vec<Part> {
    let mut parts = Vec::new();
    if shown.me != truth.user {
        parts.push(Part::Who);
    }
    let device = shown
        .device
        .as_ref()
        .and_then(|device| truth.device(device));
    let Some(device) = device else {
        return parts;
    };
    if !is_so(&shown.monitoring, device) {
        parts.push(Part::Monitoring);
    }
    let mut calls: Vec<_> = shown
        .calls
        .iter()
        .map(|call| (&call.id, &call.state))
        .collect();
    let mut real: Vec<_> = device
        .calls
        .iter()
        .map(|call| (&call.id, &call.state))
        .collect();
    calls.sort_by_key(|(id, _)| *id);
    real.sort_by_key(|(id, _)| *id);
    if calls != real {
        parts.push(Part::Calls);
    }
    if device.is_heard() && !shown.is_heard {
        parts.push(Part::Heard);
    }
    parts
}

fn is_so(claim: &Claim, device: &DeviceTruth) -> bool {
    match (claim, &device.monitoring) {
        (Claim::Unknown, _) | (Claim::Nobody, None) => true,
        (
            Claim::Somebody {
                kind,
                target,
                scope,
                mode,
                ..
            },
            Some(found),
        ) => {
            *target == found.target()
                && (kind, scope, mode) == (&found.state, &found.scope, &found.mode)
        }
        (Claim::Unreadable, found) => found.is_some(),
        _ => false,
    }
}

/// Whether the claim says that what was asked for is so.
fn is_in_force(asked: &Asked, claim: &Claim) -> bool {
    match (asked, claim) {
        (Asked::Stop, claim) => *claim == Claim::Nobody,
        (
            Asked::Monitor {
                kind,
                target,
                scope,
                mode,
            },
            Claim::Somebody {
                kind: found,
                target: device,
                number,
                scope: found_scope,
                mode: found_mode,
            },
        ) => {
            let is_target = match target {
                Target::Device(target) => device.as_ref() == Some(target),
                Target::Number(target) => number.as_ref() == Some(target),
            };
            is_target && (kind, scope, mode) == (found, found_scope, found_mode)
        }
        _ => false,
    }
}

/// What contradicts what, if anything does.
fn contradiction(shown: &Shown) -> Option<String> {
    let call = |asked: &Asked| match asked {
        Asked::Call(id, _) => shown.calls.iter().find(|call| call.id == *id),
        _ => None,
    };
    if let Some((asked, means)) = &shown.problem {
        let is_refuted = match means {
            Means::NotInForce | Means::MayStillMonitor => is_in_force(asked, &shown.monitoring),
            Means::NotInTheCall => call(asked).is_some_and(|call| is_answered(&call.state)),
            Means::MayStillBeInTheCall => call(asked).is_none(),
        };
        if is_refuted {
            return Some(format!(
                "{means:?} after {asked} beside {:?}",
                shown.monitoring
            ));
        }
    }
    if let Some(asked) = &shown.pending
        && is_in_force(asked, &shown.monitoring)
    {
        return Some(format!("{asked} is pending beside {:?}", shown.monitoring));
    }
    let hears =
        |call: &super::tab::ShownCall| call.is_monitoring && call.state == CallState::Established;
    (shown.monitoring == Claim::Nobody && shown.calls.iter().any(hears))
        .then(|| "nobody is monitored, and a call is heard".to_owned())
}
