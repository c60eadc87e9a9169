//! Time, and what happens when: some minutes in which anything may go wrong, and the calm after them.

use core::time::Duration;
use std::collections::BTreeMap;

use bayeux::{ExchangeId, Instant, Page as Life, server};
use gws::DeviceId;

use super::faults::{Fate, Faults};
use super::gws::{Gws, Request};
use super::model::Model;
use super::network::{Ending, Held, Message, SLOWEST};
use super::page::Page;
use super::tab::Click;
use super::watch::BOUND_AT_REST;
use crate::dice::Dice;
use crate::schedule::Schedule;
use crate::trace::{Detail, Trace};
use crate::violation::Violation;
use crate::{Report, Rule};

/// How long after the faults everything must be as it should: a poll that died unnoticed (70 s), the
/// longest back-off (60 s, by `Retry-After`), and what [`BOUND_AT_REST`] allows from then on.
const CALM: Duration = Duration::from_secs(130 + BOUND_AT_REST.as_secs());
/// How soon a change must be shown in calm: 2 s; where several tabs take turns, after an interval of
/// 2 s; and the way.
const FRESH: Duration = Duration::from_secs(5);

/// What will happen.
#[derive(Debug)]
pub(super) enum Happening {
    AtServer(usize, ExchangeId, Request, Option<Fate>),
    AtPage(usize, ExchangeId, Ending),
    Progress(usize, ExchangeId),
    /// The server sees that a page has cut a request off.
    Gone(usize, ExchangeId),
    /// A proxy cuts off what waits at the notification server.
    Cut(ExchangeId),
    Deliver(Box<Message>),
    /// The server tells of an error.
    Error(Option<DeviceId>),
    Thaw(usize),
    /// Somebody signs in.
    SignIn(usize),
    /// Somebody does something.
    Act,
}

/// What goes wrong in a storm at all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weather {
    pub(super) requests: bool,
    pub(super) notifications: bool,
    /// Pages are hidden, frozen, asleep, offline, left.
    pub(super) pages: bool,
    /// People sign out and in, tokens change, the notification server forgets.
    pub(super) sessions: bool,
}

/// Everything.
#[derive(Debug)]
pub(super) struct Storm {
    pub(super) now: Instant,
    pub(super) dice: Dice,
    pub(super) gws: Gws,
    pub(super) model: Model,
    pub(super) weather: Weather,
    pub(super) faults: Faults,
    pub(super) pages: Vec<Page>,
    pub(super) schedule: Schedule<Happening>,
    /// Requests that wait at the notification server, by its numbers.
    pub(super) held: BTreeMap<ExchangeId, Held>,
    pub(super) next_held: u64,
    /// How long a request may wait at the notification server before a proxy cuts it off, if one
    /// does. It goes on in the calm.
    pub(super) cut_after: Option<Duration>,
    pub(super) notifications_wake: Option<Instant>,
    pub(super) last_delivery: Instant,
    pub(super) is_calm: bool,
    /// The longest time in which nobody does anything, in milliseconds.
    most_idle: u64,
    /// The only rule that is looked at, if one is.
    pub(super) only: Option<Rule>,
    began: Instant,
    trace: Trace,
}

/// Runs one storm, and the calm after it.
pub(crate) fn run(
    seed: u64,
    detail: Detail,
    only: Option<Rule>,
) -> Result<(Report, Trace), (Violation, Trace)> {
    let mut storm = Storm::new(seed, detail, only);
    match storm.storm().and_then(|()| storm.calm()) {
        Ok(()) => {
            let mut report = Report {
                virtual_millis: storm.now.as_millis() - storm.began.as_millis(),
                ..Report::default()
            };
            for page in &storm.pages {
                report.requests += page.watch.requests;
                for (all, these) in report.operations.iter_mut().zip(page.watch.outcomes) {
                    *all += these;
                }
            }
            Ok((report, storm.trace))
        }
        Err(violation) => {
            storm.note("watch", || violation.0.clone());
            Err((violation, storm.trace))
        }
    }
}

impl Storm {
    fn new(seed: u64, detail: Detail, only: Option<Rule>) -> Self {
        let mut dice = Dice::new(seed);
        let gws = Gws::new(&mut dice);
        let now = Instant::from_millis(1_000_000);
        let mut goes_wrong = || dice.chance(650);
        let weather = Weather {
            requests: goes_wrong(),
            notifications: goes_wrong(),
            pages: goes_wrong(),
            sessions: goes_wrong(),
        };
        let has_proxy = goes_wrong() && goes_wrong();
        let cut_after = dice.millis(8_000, 40_000);
        // Some are always busy, some wait and see.
        let most_idle = dice.pick(&[2_000, 6_000, 25_000]);
        Self {
            now,
            dice,
            model: Model::new(&gws, now),
            gws,
            weather,
            faults: Faults::default(),
            pages: Vec::new(),
            schedule: Schedule::default(),
            held: BTreeMap::new(),
            next_held: 0,
            cut_after: has_proxy.then_some(cut_after),
            notifications_wake: None,
            last_delivery: now,
            is_calm: false,
            most_idle,
            only,
            began: now,
            trace: Trace::new(detail),
        }
    }

    fn storm(&mut self) -> Result<(), Violation> {
        for _ in 0..=self.dice.below(2) {
            self.open()?;
        }
        self.after(Duration::from_secs(1), Happening::Act);
        let span = self.dice.millis(90_000, 400_000);
        if self.weather.notifications && self.dice.chance(300) {
            self.note("network", || "no notification comes".to_owned());
            self.faults.drop_all(self.now + span);
        }
        self.advance(span)
    }

    /// The faults cease, and whoever can help does.
    fn calm(&mut self) -> Result<(), Violation> {
        self.note("network", || "the storm is over".to_owned());
        self.is_calm = true;
        self.faults.cease();
        if self.gws.signed_in.is_none() {
            self.sign_in(Some(0))?;
        }
        for page in 0..self.pages.len() {
            self.thaw(page)?;
        }
        // What was replaced or put off in the storm may still be on its way.
        self.advance(Duration::from_millis(2 * SLOWEST))?;
        for page in self.awake() {
            self.live(page, Life::Online)?;
            self.live(page, Life::Visible)?;
            self.click(page, &Click::Retry)?;
        }
        self.advance(CALM)?;
        self.is_at_rest()?;
        for page in &mut self.pages {
            page.watch.is_calm = true;
        }
        for _ in 0..5 {
            self.act_in_calm()?;
            self.advance(FRESH)?;
            self.is_at_rest()?;
        }
        Ok(())
    }

    fn is_at_rest(&self) -> Result<(), Violation> {
        let mut there = self.pages.iter().filter(|page| !page.is_gone);
        there.try_for_each(|page| page.watch.is_at_rest(&self.model))
    }

    /// The tabs that run.
    pub(super) fn awake(&self) -> Vec<usize> {
        let runs = |page: &usize| self.pages[*page].is_awake();
        (0..self.pages.len()).filter(runs).collect()
    }

    /// Goes on until `span` has passed.
    fn advance(&mut self, span: Duration) -> Result<(), Violation> {
        let end = self.now + span;
        while let Some(at) = self.next_at().filter(|at| *at <= end) {
            self.now = self.schedule.go_on(self.now, at)?;
            self.step()?;
        }
        self.now = end;
        Ok(())
    }

    fn next_at(&self) -> Option<Instant> {
        let awake = self.pages.iter().filter(|page| page.is_awake());
        let timers = awake.filter_map(|page| page.timer);
        let queued = self.schedule.next_at();
        timers.chain(queued).chain(self.notifications_wake).min()
    }

    /// Everything that is due now.
    fn step(&mut self) -> Result<(), Violation> {
        let today = self.now.since(self.began).as_millis();
        self.gws
            .world
            .advance(u64::try_from(today).unwrap_or(u64::MAX));
        while let Some(happening) = self.schedule.due(self.now) {
            self.happen(happening)?;
        }
        for page in self.awake() {
            if self.pages[page].timer.is_some_and(|at| at <= self.now) {
                self.wake(page)?;
            }
        }
        if self.notifications_wake.is_some_and(|at| at <= self.now) {
            self.gws.notifications.handle(server::Input::Wake, self.now);
            self.drain_notifications();
        }
        self.compare()
    }

    fn happen(&mut self, happening: Happening) -> Result<(), Violation> {
        match happening {
            Happening::AtServer(page, id, request, fate) => {
                return self.arrive_at_server(page, id, &request, fate);
            }
            Happening::AtPage(page, id, ending) => return self.arrive(page, id, ending),
            Happening::Progress(page, id) => return self.progress(page, id),
            Happening::Gone(page, id) => self.gone(page, id),
            Happening::Cut(id) => self.cut_by_proxy(id),
            Happening::Deliver(message) => {
                self.model.is_told(&message, self.now);
                self.deliver(&message.user, &message.channel, &message.data);
            }
            Happening::Error(device) => self.tell_error(device),
            Happening::Thaw(page) => return self.thaw(page),
            Happening::SignIn(user) => return self.sign_in(Some(user)),
            Happening::Act => {
                if !self.is_calm {
                    let next = self.dice.millis(100, self.most_idle);
                    self.after(next, Happening::Act);
                    return self.act();
                }
            }
        }
        Ok(())
    }

    pub(super) fn sign_in(&mut self, user: Option<usize>) -> Result<(), Violation> {
        self.note("people", || format!("signs in: {user:?}"));
        self.gws.sign_in(user);
        self.world_changed()
    }

    /// The world may have changed: whoever is to be told is, and tabs are looked at.
    pub(super) fn world_changed(&mut self) -> Result<(), Violation> {
        self.publish_changes();
        match self.model.observe(&self.gws, self.now) {
            true => self.compare(),
            false => Ok(()),
        }
    }

    fn compare(&mut self) -> Result<(), Violation> {
        for page in self.pages.iter_mut().filter(|page| page.is_awake()) {
            page.watch.compare(&self.model, self.now)?;
        }
        Ok(())
    }

    pub(super) fn note(&mut self, who: &str, what: impl FnOnce() -> String) {
        self.trace.note(self.now, who, what);
    }

    pub(super) fn note_tab(&mut self, page: usize, what: impl FnOnce() -> String) {
        self.trace.note(self.now, format_args!("tab {page}"), what);
    }
}
