//! The invariants for one tab: see [`Rule`]. The bounds are the promises to a supervisor, plus the
//! network's delays.

mod clocks;
mod requests;
mod truth;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bayeux::{Duration, Instant};
use gws::{Call, CallState, DeviceId};
use supervision::{Moment, Operation, WallTime};

use self::requests::Open;
use self::truth::{Part, says, untrue};
use super::exchange::{Ending, Purpose, Request, SLOWEST};
use super::model::Model;
use super::tab::{Claim, Click, Shown, Taken};
use crate::Rule;
use crate::violation::Violation;

/// How long something untrue may be shown as live without notifications, while somebody is monitored or
/// a request is pending.
pub(super) const BOUND: Duration = Duration::from_secs(60);
/// Like [`BOUND`], otherwise.
pub(super) const BOUND_AT_REST: Duration = Duration::from_secs(300);
/// The longest delay of a read, in both directions, with some time to spare.
const WAY: Duration = Duration::from_millis(2 * SLOWEST + 2_000);
/// The state of the checks of one tab.
#[derive(Debug)]
pub(super) struct Watch {
    /// The only rule that is checked, if not all are.
    only: Option<Rule>,
    /// Since when parts have been untrue while shown as live.
    untrue: BTreeMap<Part, Instant>,
    open: BTreeMap<u64, Open>,
    ended: BTreeSet<u64>,
    /// Operations that may leave: with their device, unless they are about a call.
    permits: Vec<(Option<DeviceId>, Operation)>,
    /// The ends of limited monitoring, by device and both clocks.
    limits: Vec<(DeviceId, Moment)>,
    /// The last limit that ended monitoring, and its displayed end at that time.
    ended_by: Option<(DeviceId, Option<WallTime>)>,
    /// When monitoring by a device was last ended by a limit.
    ended_at: BTreeMap<DeviceId, Instant>,
    /// Operations of clicks whose stage *sent* is still pending.
    asked: VecDeque<(Option<DeviceId>, Operation)>,
    /// When an error about each device was last published.
    errors: BTreeMap<DeviceId, Instant>,
    /// The wall clock's last reading.
    pub(super) wall: WallTime,
    /// When requests left in the last minute, by the page's clock, as are all times below.
    sent: VecDeque<Instant>,
    /// Until when the server asked not to be asked, by path.
    waits: BTreeMap<String, Instant>,
    /// When the CometD connection last brought something.
    polled: Option<Instant>,
    /// Whether the last reply to `GET /me` requires a sign-in.
    must_sign_in: bool,
    /// How many requests left, and how many operations were confirmed, refused, or of unknown outcome.
    pub(super) requests: u64,
    pub(super) outcomes: [u64; 3],
    shown: Option<Shown>,
    /// Pending operations that were in force before the click.
    so_before: Vec<Operation>,
    /// Since when monitoring, a call or a pending request has been shown.
    busy_since: Option<Instant>,
    /// Whether a person has chosen the device since the last check.
    has_chosen: bool,
    /// Whether there is no longer a reason for not being live.
    pub(super) is_calm: bool,
}

impl Watch {
    pub(super) fn new(only: Option<Rule>) -> Self {
        Self {
            only,
            untrue: BTreeMap::new(),
            open: BTreeMap::new(),
            ended: BTreeSet::new(),
            permits: Vec::new(),
            limits: Vec::new(),
            ended_by: None,
            ended_at: BTreeMap::new(),
            asked: VecDeque::new(),
            errors: BTreeMap::new(),
            wall: WallTime::default(),
            sent: VecDeque::new(),
            waits: BTreeMap::new(),
            polled: None,
            must_sign_in: false,
            requests: 0,
            outcomes: [0; 3],
            shown: None,
            so_before: Vec::new(),
            busy_since: None,
            has_chosen: false,
            is_calm: false,
        }
    }

    pub(super) fn broken(&self, rule: Rule, how: impl FnOnce() -> String) -> Result<(), Violation> {
        match self.only.is_none_or(|only| only == rule) {
            true => Err(Violation(format!("{}: {}", rule, how()))),
            false => Ok(()),
        }
    }

    // Events around the tab

    pub(super) fn was_clicked(&mut self, click: &Click, taken: Taken, before: &Shown, now: Moment) {
        self.is_nudged();
        match click {
            Click::Ask(asked, limit) => {
                let device = match asked {
                    Operation::Call { .. } => None,
                    _ => before.device.clone(),
                };
                if let (Some(device), Some(limit)) = (&device, limit) {
                    self.limits.push((device.clone(), now.after(*limit)));
                }
                if taken == Taken::Sent {
                    self.asked.push_back((device.clone(), asked.clone()));
                    self.permits.push((device, asked.clone()));
                }
            }
            Click::Choose(_) => self.has_chosen = true,
            Click::Retry | Click::Dismiss => {}
        }
    }

    /// A person does something, or an event of the page: pending retries may run now.
    pub(super) fn is_nudged(&mut self) {
        self.waits.clear();
    }

    /// A request of the tab has ended.
    pub(super) fn arrives(&mut self, request: &Request, ending: &Ending, clock: Instant) {
        if let Some(operation) = request.operation() {
            if ending.is_not_let_in() {
                // It had no effect, and may leave once more.
                self.permits.push(operation);
            }
            return;
        }
        let response = match ending {
            Ending::Response(response) => Some(response),
            _ => None,
        };
        let status = response.map_or(0, |response| response.status);
        if request.purpose() == Purpose::Poll {
            if status == 200 {
                self.polled = Some(clock);
            }
            return;
        }
        let is_page = response.is_some_and(|response| response.body.starts_with(b"<"));
        if request.is_me() {
            self.must_sign_in = matches!(ending, Ending::Redirected)
                || matches!(status, 401 | 403)
                || status == 200 && is_page;
        }
        let header = response.and_then(|response| response.headers.first());
        let retry_after = header.filter(|(name, _)| status == 503 && name == "Retry-After");
        if let Some(seconds) = retry_after.and_then(|(_, seconds)| seconds.parse().ok()) {
            let until = clock + Duration::from_secs(seconds);
            self.waits.insert(request.path.clone(), until);
        }
    }

    /// The server has published an error about this device.
    pub(super) fn error_was_published(&mut self, device: &DeviceId, now: Instant) {
        self.errors.insert(device.clone(), now);
    }

    /// The page resumes: nothing was visible meanwhile.
    pub(super) fn runs_again(&mut self, now: Instant) {
        for since in self.untrue.values_mut() {
            *since = now;
        }
    }

    // The displayed state of the tab

    pub(super) fn is_change(&self, shown: &Shown) -> bool {
        self.shown.as_ref() != Some(shown)
    }

    /// The tab is idle.
    pub(super) fn is_idle(
        &mut self,
        shown: Shown,
        is_poised: bool,
        clock: Instant,
        wall: u64,
    ) -> Result<(), Violation> {
        let said = |what: &str| what.to_owned();
        self.wall = WallTime(wall);
        if !is_poised && !shown.is_final {
            self.broken(Rule::Poised, || said("no request, no timer, no end"))?;
        }
        if self.must_sign_in && !shown.asks_for_sign_in && !shown.is_final {
            self.broken(Rule::SignIn, || said("nobody is told to sign in"))?;
        }
        if shown.heard > self.polled {
            let (heard, polled) = (shown.heard, self.polled);
            self.broken(Rule::Fresh, || {
                format!("heard, but not by a notification\nat {heard:?}, which came at {polled:?}")
            })?;
        }
        if let Some(contradiction) = self.contradiction(&shown) {
            self.broken(Rule::Contradiction, || contradiction)?;
        }
        if self.is_past_limit(&shown, clock) {
            self.broken(Rule::Limit, || said("time is up, and nothing is done"))?;
        }
        let has_chosen = core::mem::take(&mut self.has_chosen);
        let before = self.shown.replace(shown);
        let (Some(before), Some(shown)) = (before, &self.shown) else {
            return Ok(());
        };
        if before.me != shown.me && before.me.is_some() && shown.me.is_some() {
            let is_left = shown.history_from.is_some_and(|from| from < clock) || shown.has_requests;
            if is_left {
                self.broken(Rule::LastUser, || said("another user sees what was before"))?;
            }
            return Ok(());
        }
        let is_there = |device: &DeviceId| shown.devices.contains(device);
        let is_taken =
            before.device != shown.device && before.device.as_ref().is_some_and(is_there);
        match is_taken && !has_chosen {
            false => Ok(()),
            true => self.broken(Rule::Device, || {
                format!(
                    "the device changed by itself\nfrom {:?} to {:?}",
                    before.device, shown.device
                )
            }),
        }
    }

    /// The contradiction in the displayed state, if there is one.
    fn contradiction(&mut self, shown: &Shown) -> Option<String> {
        if let Some(asked) = shown.problem.as_ref().filter(|asked| says(shown, asked)) {
            return Some(format!("{} failed, beside what refutes that", asked.name()));
        }
        // Something that was in force before the click confirms nothing.
        self.so_before.retain(|asked| shown.pending.contains(asked));
        for asked in shown.pending.iter().filter(|asked| says(shown, asked)) {
            let before = self.shown.as_ref();
            let was_pending =
                |before: &Shown| before.device == shown.device && before.pending.contains(asked);
            if !before.is_some_and(was_pending) {
                self.so_before.push(asked.clone());
            }
            if !self.so_before.contains(asked) {
                return Some(format!(
                    "{} is pending, beside what confirms it",
                    asked.name()
                ));
            }
        }
        let hears = |call: &Call| call.is_monitoring_leg() && call.state == CallState::Established;
        (shown.monitoring == Claim::Nobody && shown.calls.iter().any(hears))
            .then(|| "nobody is monitored, and a call is heard".to_owned())
    }

    /// Compares the displayed state with the truth, when either has changed.
    pub(super) fn compare(&mut self, model: &Model, now: Instant) -> Result<(), Violation> {
        let Some(shown) = &self.shown else {
            return Ok(());
        };
        if self.is_calm && !shown.is_live {
            self.broken(Rule::Calm, || "not live any more".to_owned())?;
        }
        let untrue = match shown.is_live {
            true => untrue(shown, model.truth()),
            false => Vec::new(),
        };
        self.untrue.retain(|part, _| untrue.contains(part));
        for part in untrue {
            self.untrue.entry(part).or_insert(now);
        }
        let is_at_rest = shown.pending.is_empty()
            && shown.calls.is_empty()
            && !matches!(shown.monitoring, Claim::Somebody(_) | Claim::Unreadable);
        self.busy_since = match is_at_rest {
            true => None,
            false => self.busy_since.or(Some(now)),
        };
        self.is_late(model, now)
    }

    /// Whether something untrue is displayed for too long, as time passes.
    pub(super) fn is_late(&self, model: &Model, now: Instant) -> Result<(), Violation> {
        let busy_since = self.busy_since.unwrap_or(now);
        for (part, since) in &self.untrue {
            let while_busy = now.since((*since).max(busy_since));
            if now.since(*since) <= WAY + BOUND_AT_REST && while_busy <= WAY + BOUND {
                continue;
            }
            let rule = match part {
                Part::Heard => Rule::Heard,
                _ => Rule::Refuted,
            };
            self.broken(rule, || {
                let shown = self.shown.as_ref();
                let device = shown.and_then(|shown| shown.device.as_ref());
                let device = device.and_then(|device| model.truth().device(device));
                format!("{part:?} is not so for too long\nsince {since:?}\n{shown:?}\ntrue is {device:?}")
            })?;
        }
        Ok(())
    }

    /// The invariants after faults have ended for long enough.
    pub(super) fn is_at_rest(&self, model: &Model) -> Result<(), Violation> {
        let Some(shown) = &self.shown else {
            return Ok(());
        };
        if let Some(open) = self.open.values().next() {
            self.broken(Rule::Settles, || {
                format!("{} never ends", open.asked.name())
            })?;
        }
        let truth = model.truth();
        let device = shown.device.as_ref().and_then(|id| truth.device(id));
        let is_own = device.is_some_and(|device| shown.me.as_ref() == Some(&device.owner));
        let untrue = untrue(shown, truth);
        let what = match (untrue.first(), &shown.monitoring) {
            _ if !shown.is_live => "not live".to_owned(),
            _ if !is_own => "no device of one's own".to_owned(),
            (None, Claim::Unknown) => "monitoring is not known".to_owned(),
            (None, _) => return Ok(()),
            (Some(part), _) => format!("{part:?} is not so"),
        };
        self.broken(Rule::Rest, || {
            format!("{what}\n{shown:?}\ntrue is {device:?}")
        })
    }
}
