//! A page with a tab in it: its clock, timer and requests; hidden, frozen, asleep, closed.

use std::collections::BTreeMap;

use bayeux::{Duration, ExchangeId, Instant, Page as Life};
use gws::DeviceId;
use supervision::{Moment, Operation, WallTime};

use super::exchange::{Ending, Request};
use super::model::Model;
use super::tab::{Click, Shown, Tab, TabOutput, Taken};
use super::watch::Watch;
use crate::Rule;
use crate::trace::Trace;
use crate::violation::Violation;

/// Outputs of a tab in one step: far more than it can have.
const OUTPUTS_A_STEP: u32 = 10_000;

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    name: String,
    tab: Tab,
    pub(super) watch: Watch,
    /// Requests under way.
    out: BTreeMap<ExchangeId, Request>,
    /// How far its clock is behind: it stood still while the computer slept.
    behind: Duration,
    /// How far the wall clock is ahead of its clock, in milliseconds.
    wall_ahead: i64,
    timer: Option<Instant>,
    /// How it is stopped, and since when.
    paused: Option<(Pause, Instant)>,
    /// Endings that have arrived since.
    inbox: Vec<(ExchangeId, Ending)>,
    is_hidden: bool,
    is_offline: bool,
    is_closed: bool,
    /// Outputs since it was idle.
    outputs: u32,
}

/// How a page stops for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// The page has an event before and after.
    Frozen,
    /// The computer sleeps: connections are cut, and the clock may stand still.
    Asleep { clock_stands_still: bool },
}

/// A request leaves the page, or is cut off by it.
#[derive(Debug)]
pub(super) enum Action {
    Send(ExchangeId, Request),
    Abort(ExchangeId),
}

impl Page {
    pub(super) fn new(number: usize, seed: u64, only: Option<Rule>, now: Instant) -> Self {
        Self {
            name: format!("tab {number}"),
            tab: Tab::new(seed, now),
            watch: Watch::new(only),
            out: BTreeMap::new(),
            behind: Duration::ZERO,
            wall_ahead: 0,
            timer: None,
            paused: None,
            inbox: Vec::new(),
            is_hidden: false,
            is_offline: false,
            is_closed: false,
            outputs: 0,
        }
    }

    /// Whether it is open and runs.
    pub(super) fn is_awake(&self) -> bool {
        !self.is_closed && self.paused.is_none()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }

    pub(super) fn is_offline(&self) -> bool {
        self.is_offline
    }

    /// When its timer fires, if it runs.
    pub(super) fn wake_at(&self) -> Option<Instant> {
        self.timer.filter(|_| self.is_awake())
    }

    pub(super) fn shown(&self) -> Shown {
        self.tab.shown()
    }

    /// The requests under way.
    pub(super) fn requests(&self) -> Vec<ExchangeId> {
        self.out.keys().copied().collect()
    }

    fn clock(&self, now: Instant) -> Instant {
        now.before(self.behind)
    }

    fn wall(&self, now: Instant) -> u64 {
        let clock = self.clock(now).as_millis();
        clock.saturating_add_signed(self.wall_ahead)
    }

    // Inputs, after each of which it must be polled

    /// A person does something in the panel. Returns false if that is not possible now.
    pub(super) fn click(&mut self, click: &Click, now: Instant) -> bool {
        let clock = self.clock(now);
        let before = self.tab.shown();
        let taken = self.tab.click(click, clock);
        if taken == Taken::Refused {
            return false;
        }
        let moment = Moment {
            at: clock,
            wall: WallTime(self.wall(now)),
        };
        self.watch.was_clicked(click, taken, &before, moment);
        true
    }

    pub(super) fn live(&mut self, life: Life, now: Instant) {
        match life {
            Life::Hidden | Life::Visible => self.is_hidden = life == Life::Hidden,
            Life::Offline | Life::Online => self.is_offline = life == Life::Offline,
            _ => {}
        }
        self.watch.is_nudged();
        self.tab.page(life, self.clock(now));
    }

    pub(super) fn close(&mut self) {
        self.is_closed = true;
    }

    pub(super) fn pause(&mut self, pause: Pause, now: Instant) {
        self.paused = Some((pause, now));
    }

    /// It resumes. Returns its event; none if it was not stopped.
    pub(super) fn resume(&mut self, now: Instant) -> Result<Option<Life>, Violation> {
        let Some((pause, since)) = self.paused.take() else {
            return Ok(None);
        };
        if let Pause::Asleep {
            clock_stands_still: true,
        } = pause
        {
            let slept = now.since(since);
            self.behind += slept;
            self.wall_ahead += i64::try_from(slept.as_millis()).unwrap_or_default();
            self.read_wall_clock(now)?;
        }
        self.watch.runs_again(now);
        Ok(Some(match pause {
            Pause::Frozen => Life::Resumed,
            Pause::Asleep { .. } => Life::ClockJumped,
        }))
    }

    /// The endings that arrived while it was stopped.
    pub(super) fn take_inbox(&mut self) -> Vec<(ExchangeId, Ending)> {
        core::mem::take(&mut self.inbox)
    }

    /// Somebody sets the wall clock by this many milliseconds.
    pub(super) fn set_clock(&mut self, by: i64, now: Instant) -> Result<(), Violation> {
        // Time is never negative.
        self.wall_ahead = (self.wall_ahead + by).max(0);
        self.read_wall_clock(now)
    }

    fn read_wall_clock(&mut self, now: Instant) -> Result<(), Violation> {
        let wall = self.wall(now);
        let before = self.tab.history();
        self.tab.wall_clock(wall, self.clock(now));
        self.watch.wall = WallTime(wall);
        match before == self.tab.history() {
            true => Ok(()),
            false => self.watch.broken(Rule::Clock, || {
                "the history changes when the clock is set".to_owned()
            }),
        }
    }

    /// A request has ended.
    pub(super) fn arrive(
        &mut self,
        id: ExchangeId,
        ending: Ending,
        now: Instant,
        trace: &mut Trace,
    ) {
        if self.paused.is_some() {
            return self.inbox.push((id, ending));
        }
        // Nothing arrives for an aborted request.
        let Some(request) = self.out.remove(&id).filter(|_| !self.is_closed) else {
            return;
        };
        self.watch.arrives(&request, &ending, self.clock(now));
        trace.note(now, &self.name, || match &ending {
            Ending::Response(response) => {
                let body = String::from_utf8_lossy(&response.body);
                format!("← {} {} {}", id.number(), response.status, body)
            }
            other => format!("← {} {other:?}", id.number()),
        });
        self.tab.ended(id, ending, self.clock(now));
    }

    /// A part of a response has arrived.
    pub(super) fn progress(&mut self, id: ExchangeId, now: Instant) {
        if self.is_awake() && self.out.contains_key(&id) {
            self.tab.progress(id, self.clock(now));
        }
    }

    pub(super) fn wake(&mut self, now: Instant) {
        self.tab.wake(self.clock(now));
    }

    /// The server has carried out a request of this page.
    pub(super) fn was_carried_out(&mut self, device: &DeviceId, asked: &Operation) {
        self.watch.was_carried_out(device, asked);
    }

    // Outputs

    /// The next action, until it is idle: then its displayed state is checked.
    pub(super) fn poll(
        &mut self,
        model: &Model,
        now: Instant,
        trace: &mut Trace,
    ) -> Result<Option<Action>, Violation> {
        let (clock, wall) = (self.clock(now), self.wall(now));
        while self.outputs < OUTPUTS_A_STEP {
            self.outputs += 1;
            match self.tab.poll(clock) {
                TabOutput::Send(id, request) => {
                    trace.note(now, &self.name, || {
                        let body = String::from_utf8_lossy(&request.body);
                        format!("→ {} {} {body}", id.number(), request.path)
                    });
                    self.watch.sends(&request, clock, wall)?;
                    self.out.insert(id, request.clone());
                    return Ok(Some(Action::Send(id, request)));
                }
                TabOutput::Abort(id) => {
                    trace.note(now, &self.name, || format!("✗ {}", id.number()));
                    self.out.remove(&id);
                    return Ok(Some(Action::Abort(id)));
                }
                TabOutput::Stage(number, asked, stage) => {
                    trace.note(now, &self.name, || {
                        format!("· request {number} {asked:?}: {stage:?}")
                    });
                    self.watch.stage(number, &asked, stage, model, now)?;
                }
                TabOutput::Receipt(at) => self.watch.writes(at, wall, clock)?,
                TabOutput::Other => {}
                TabOutput::Idle(wake_at) => {
                    self.outputs = 0;
                    self.is_idle(wake_at, now, trace)?;
                    if !self.is_closed {
                        self.watch.compare(model, now)?;
                    }
                    return Ok(None);
                }
            }
        }
        Err(Violation("outputs without end in one step".to_owned()))
    }

    fn is_idle(
        &mut self,
        wake_at: Option<Instant>,
        now: Instant,
        trace: &mut Trace,
    ) -> Result<(), Violation> {
        let at = wake_at.map(|at| (at + self.behind).max(now));
        // Timers of hidden pages fire once a second.
        self.timer = at.map(|at| match self.is_hidden {
            true => Instant::from_millis(at.as_millis().next_multiple_of(1_000)),
            false => at,
        });
        let shown = self.tab.shown();
        if self.watch.is_change(&shown) {
            trace.note(now, &self.name, || summary(&shown));
        }
        if self.is_closed {
            return Ok(());
        }
        let is_poised = !self.out.is_empty() || self.timer.is_some();
        let (clock, wall) = (self.clock(now), self.wall(now));
        self.watch.is_idle(shown, is_poised, clock, wall)
    }
}

fn summary(shown: &Shown) -> String {
    let Shown {
        is_live,
        device,
        monitoring,
        calls,
        pending,
        problem,
        ..
    } = shown;
    let device = device
        .as_ref()
        .map_or("no device", |device| device.as_str());
    let calls: Vec<_> = calls
        .iter()
        .map(|call| format!("{} {}", call.id, call.state))
        .collect();
    format!(
        "shows: live {is_live}, {device}, {monitoring:?}, {calls:?}, pending {pending:?}, problem {problem:?}"
    )
}
