//! A tab in its page: its clock, its timer, its requests; hidden, frozen, asleep, left.

use core::time::Duration;
use std::collections::BTreeMap;

use bayeux::{ExchangeId, Instant, Page as Life};

use super::asked::Asked;
use super::faults::At;
use super::gws::Request;
use super::network::Ending;
use super::storm::{Happening, Storm};
use super::tab::{Click, Said, Shown, Tab, Taken};
use super::watch::Watch;
use crate::Rule;
use crate::violation::Violation;

/// Outputs of a tab in one step: far more than it can have.
const OUTPUTS_A_STEP: u32 = 10_000;

/// A page with a tab in it.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) tab: Tab,
    pub(super) watch: Watch,
    /// Requests that are under way.
    out: BTreeMap<ExchangeId, Request>,
    /// By how much its clock is behind: it stood still while the computer slept.
    behind: Duration,
    /// By how much the wall clock is ahead of its clock, in milliseconds.
    wall_ahead: i64,
    pub(super) timer: Option<Instant>,
    pub(super) paused: Option<Pause>,
    paused_at: Instant,
    /// What has arrived since it is paused.
    inbox: Vec<(ExchangeId, Ending)>,
    is_hidden: bool,
    pub(super) is_offline: bool,
    /// Whether it was left for good.
    pub(super) is_gone: bool,
}

/// How a page stops for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// The browser says so before and after.
    Frozen,
    /// The computer sleeps: connections are cut, and the clock stands still or doesn't.
    Asleep { clock_stands_still: bool },
}

impl Page {
    pub(super) fn is_awake(&self) -> bool {
        !self.is_gone && self.paused.is_none()
    }

    fn clock(&self, now: Instant) -> Instant {
        now.before(self.behind)
    }

    fn wall(&self, now: Instant) -> u64 {
        let clock = self.clock(now).as_millis();
        clock.saturating_add_signed(self.wall_ahead)
    }
}

impl Storm {
    /// One more tab is opened.
    pub(super) fn open(&mut self) -> Result<(), Violation> {
        let page = self.pages.len();
        self.note_tab(page, || "is opened".to_owned());
        let seed = self.dice.roll();
        self.pages.push(Page {
            tab: Tab::new(seed, self.now),
            watch: Watch::new(self.only),
            out: BTreeMap::new(),
            behind: Duration::ZERO,
            wall_ahead: 0,
            timer: None,
            paused: None,
            paused_at: self.now,
            inbox: Vec::new(),
            is_hidden: false,
            is_offline: false,
            is_gone: false,
        });
        self.drain(page)
    }

    /// A tab is loaded anew.
    pub(super) fn reload(&mut self, page: usize) -> Result<(), Violation> {
        self.live(page, Life::Leaving { kept: false })?;
        self.pages[page].is_gone = true;
        self.cut_all(page, false);
        self.open()
    }

    /// A person does something with the panel.
    pub(super) fn click(&mut self, page: usize, click: &Click) -> Result<(), Violation> {
        let now = self.pages[page].clock(self.now);
        let it = &mut self.pages[page];
        let before = it.tab.shown();
        let taken = it.tab.click(click, now);
        if taken == Taken::Refused {
            return Ok(());
        }
        let now = supervision::Moment {
            at: now,
            wall: supervision::WallTime(it.wall(self.now)),
        };
        it.watch.was_clicked(click, taken, &before, now);
        self.note_tab(page, || format!("click: {click:?}"));
        self.drain(page)
    }

    /// Something happens to the page.
    pub(super) fn live(&mut self, page: usize, life: Life) -> Result<(), Violation> {
        self.note_tab(page, || format!("page: {life:?}"));
        let it = &mut self.pages[page];
        match life {
            Life::Hidden | Life::Visible => it.is_hidden = life == Life::Hidden,
            Life::Offline | Life::Online => it.is_offline = life == Life::Offline,
            _ => {}
        }
        if life == Life::Offline {
            self.cut_all(page, true);
        }
        let now = self.pages[page].clock(self.now);
        self.pages[page].watch.is_nudged();
        self.pages[page].tab.page(life, now);
        self.drain(page)
    }

    /// Nothing of the page runs for a while.
    pub(super) fn pause(&mut self, page: usize, pause: Pause) -> Result<(), Violation> {
        let span = match self.dice.chance(500) {
            true => self.dice.millis(500, 10_000),
            false => self.dice.millis(10_000, 120_000),
        };
        self.note_tab(page, || format!("{pause:?} for {span:?}"));
        match pause {
            Pause::Frozen => self.live(page, Life::Frozen)?,
            Pause::Asleep { .. } => {
                let is_noticed = self.dice.chance(500);
                self.cut_all(page, is_noticed);
            }
        }
        self.pages[page].paused = Some(pause);
        self.pages[page].paused_at = self.now;
        self.after(span, Happening::Thaw(page));
        Ok(())
    }

    pub(super) fn thaw(&mut self, page: usize) -> Result<(), Violation> {
        let it = &mut self.pages[page];
        let Some(pause) = it.paused.take() else {
            return Ok(());
        };
        if let Pause::Asleep {
            clock_stands_still: true,
        } = pause
        {
            let slept = self.now.since(it.paused_at);
            it.behind += slept;
            it.wall_ahead += i64::try_from(slept.as_millis()).unwrap_or_default();
            self.tell_wall_clock(page)?;
        }
        let it = &mut self.pages[page];
        it.watch.runs_again(self.now);
        let inbox = core::mem::take(&mut it.inbox);
        let life = match pause {
            Pause::Frozen => Life::Resumed,
            Pause::Asleep { .. } => Life::ClockJumped,
        };
        let is_told_first = self.dice.chance(500);
        if is_told_first {
            self.live(page, life)?;
        }
        for (id, ending) in inbox {
            self.arrive(page, id, ending)?;
        }
        match is_told_first {
            true => Ok(()),
            false => self.live(page, life),
        }
    }

    /// Somebody sets the clock on the wall.
    pub(super) fn set_clock(&mut self, page: usize) -> Result<(), Violation> {
        let by = self
            .dice
            .pick(&[-3_600_000, -90_000, 1_000, 45_000, 3_600_000]);
        self.note_tab(page, || format!("the clock is set, by {by} ms"));
        let it = &mut self.pages[page];
        // Not to before there was time.
        it.wall_ahead = (it.wall_ahead + by).max(0);
        self.tell_wall_clock(page)?;
        self.drain(page)
    }

    fn tell_wall_clock(&mut self, page: usize) -> Result<(), Violation> {
        let it = &mut self.pages[page];
        let (now, wall) = (it.clock(self.now), it.wall(self.now));
        let before = it.tab.history();
        it.tab.wall_clock(wall, now);
        it.watch.wall = supervision::WallTime(wall);
        match before == it.tab.history() {
            true => Ok(()),
            false => it.watch.broken(Rule::Clock, || {
                "what happened is moved when the clock is set".to_owned()
            }),
        }
    }

    /// Every request of the page is cut by the network, with or without its noticing.
    fn cut_all(&mut self, page: usize, is_noticed: bool) {
        let out: Vec<_> = self.pages[page].out.keys().copied().collect();
        for id in out {
            self.cut(page, id);
            if is_noticed {
                let ending = Happening::AtPage(page, id, Ending::Failed);
                self.after(Duration::ZERO, ending);
            }
        }
    }

    /// A request has ended, or been answered.
    pub(super) fn arrive(
        &mut self,
        page: usize,
        id: ExchangeId,
        ending: Ending,
    ) -> Result<(), Violation> {
        let it = &mut self.pages[page];
        if it.is_gone {
            return Ok(());
        }
        if it.paused.is_some() {
            it.inbox.push((id, ending));
            return Ok(());
        }
        // Of what was cut off nothing comes any more.
        let Some(request) = it.out.remove(&id) else {
            return Ok(());
        };
        let clock = it.clock(self.now);
        it.watch.arrives(&request, &ending, clock);
        self.note_tab(page, || match &ending {
            Ending::Response(response) => {
                let body = String::from_utf8_lossy(&response.body);
                format!("← {} {} {}", id.number(), response.status, body)
            }
            other => format!("← {} {other:?}", id.number()),
        });
        let now = self.pages[page].clock(self.now);
        self.pages[page].tab.ended(id, ending, now);
        self.drain(page)
    }

    pub(super) fn progress(&mut self, page: usize, id: ExchangeId) -> Result<(), Violation> {
        if !self.pages[page].is_awake() || !self.pages[page].out.contains_key(&id) {
            return Ok(());
        }
        let now = self.pages[page].clock(self.now);
        self.pages[page].tab.progress(id, now);
        self.drain(page)
    }

    pub(super) fn wake(&mut self, page: usize) -> Result<(), Violation> {
        let now = self.pages[page].clock(self.now);
        self.pages[page].tab.wake(now);
        self.drain(page)
    }

    /// Does what a tab says until it is idle, and looks at what it shows then.
    fn drain(&mut self, page: usize) -> Result<(), Violation> {
        for _ in 0..OUTPUTS_A_STEP {
            let now = self.pages[page].clock(self.now);
            match self.pages[page].tab.poll(now) {
                Said::Send(id, request) => {
                    self.note_tab(page, || {
                        let body = String::from_utf8_lossy(&request.body);
                        format!("→ {} {} {body}", id.number(), request.path)
                    });
                    let it = &mut self.pages[page];
                    let wall = it.wall(self.now);
                    it.watch.sends(&request, now, wall)?;
                    it.out.insert(id, request.clone());
                    self.send(page, id, request);
                }
                Said::Abort(id) => {
                    self.note_tab(page, || format!("✗ {}", id.number()));
                    self.pages[page].out.remove(&id);
                    self.cut(page, id);
                }
                Said::Stage(number, asked, stage) => {
                    self.note_tab(page, || format!("· request {number} {asked:?}: {stage:?}"));
                    let watch = &mut self.pages[page].watch;
                    watch.stage(number, &asked, stage, &self.model, self.now)?;
                }
                Said::Receipt(at) => {
                    let it = &self.pages[page];
                    let (wall, now) = (it.wall(self.now), it.clock(self.now));
                    it.watch.writes(at, wall, now)?;
                }
                Said::Other => {}
                Said::Idle(wake_at) => return self.is_idle(page, wake_at),
            }
        }
        Err(Violation("outputs without end in one step".to_owned()))
    }

    fn is_idle(&mut self, page: usize, wake_at: Option<Instant>) -> Result<(), Violation> {
        let it = &mut self.pages[page];
        let at = wake_at.map(|at| (at + it.behind).max(self.now));
        // A hidden page's timers go off once a second.
        it.timer = at.map(|at| match it.is_hidden {
            true => Instant::from_millis(at.as_millis().next_multiple_of(1_000)),
            false => at,
        });
        let shown = it.tab.shown();
        let is_poised = !it.out.is_empty() || it.timer.is_some();
        if it.watch.shows_anything_new(&shown) {
            self.note_tab(page, || summary(&shown));
        }
        let it = &mut self.pages[page];
        if it.is_gone {
            return Ok(());
        }
        let (clock, wall) = (it.clock(self.now), it.wall(self.now));
        it.watch.is_idle(shown, is_poised, clock, wall)?;
        it.watch.compare(&self.model, self.now)
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

/// What a POST asks for: of which device, unless it is about a call.
pub(super) fn operation(request: &Request) -> Option<(Option<gws::DeviceId>, Asked)> {
    if At::of(request) != At::Operations {
        return None;
    }
    match request.path.strip_prefix("/me/calls/") {
        Some(call) => {
            let asked = Asked::read(Some(&gws::CallId::new(call)), &request.body)?;
            Some((None, asked))
        }
        None => {
            let device = request.path.strip_prefix("/me/devices/")?;
            let asked = Asked::read(None, &request.body)?;
            Some((Some(gws::DeviceId::new(device)), asked))
        }
    }
}
