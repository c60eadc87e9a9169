//! Tabs, network and server in virtual time.

use bayeux::server::Options;
use bayeux::{Channel, Duration, ExchangeId, Instant, Page as Life, RawValue};
use gws::{DeviceId, notification};
use gws_emulator::wire;
use gws_emulator::world::What;
use serde_json::json;

use super::exchange::{BASE, Ending, Purpose, Request, Response, Sender, reply};
use super::faults::{Fate, Subject};
use super::gws::{Gws, Message};
use super::model::Model;
use super::network::Network;
use super::page::{Action, Page, Pause};
use super::tab::Click;
use crate::Rule;
use crate::dice::Dice;
use crate::schedule::Schedule;
use crate::server::{CometdServer, ServerOutput};
use crate::trace::{Detail, Trace};
use crate::violation::Violation;

/// A future event.
#[derive(Debug)]
enum Scheduled {
    AtServer(Sender, Request, Option<Fate>),
    AtPage(Sender, Ending),
    Progress(Sender),
    /// The server notices that a page has closed a request.
    CutOff(Sender),
    /// A proxy cuts a poll.
    CutByProxy(ExchangeId),
    Deliver(Box<Message>),
    /// An `ErrorMessage` about a device, or without one.
    Error(Option<DeviceId>),
    Resume(usize),
    SignIn(usize),
}

/// All parts of a run.
#[derive(Debug)]
pub(super) struct Simulation {
    pub(super) now: Instant,
    pub(super) dice: Dice,
    pub(super) gws: Gws,
    pub(super) network: Network,
    pub(super) pages: Vec<Page>,
    pub(super) trace: Trace,
    model: Model,
    notifications: CometdServer<(Sender, Option<Fate>)>,
    schedule: Schedule<Scheduled>,
    /// The only rule that is checked, if not all are.
    only: Option<Rule>,
    began: Instant,
}

impl Simulation {
    pub(super) fn new(seed: u64, detail: Detail, only: Option<Rule>) -> Self {
        let mut dice = Dice::new(seed);
        let now = Instant::from_millis(1_000_000);
        let gws = Gws::new(&mut dice);
        let options = Options {
            max_sessions_per_browser: if dice.chance(300) { 1 } else { -1 },
            ..Options::default()
        };
        Self {
            now,
            model: Model::new(&gws, now),
            gws,
            network: Network::new(dice.roll()),
            pages: Vec::new(),
            trace: Trace::new(detail),
            notifications: CometdServer::new(options, dice.roll()),
            schedule: Schedule::default(),
            only,
            began: now,
            dice,
        }
    }

    /// How long the run has taken, in virtual milliseconds.
    pub(super) fn elapsed(&self) -> u64 {
        self.now.as_millis() - self.began.as_millis()
    }

    // Time

    /// Advances until `span` has passed.
    pub(super) fn advance(&mut self, span: Duration) -> Result<(), Violation> {
        let end = self.now + span;
        while let Some(at) = self.next_at().filter(|at| *at <= end) {
            self.now = self.schedule.go_on(self.now, at)?;
            self.step()?;
        }
        self.now = end;
        Ok(())
    }

    fn next_at(&self) -> Option<Instant> {
        let timers = self.pages.iter().filter_map(Page::wake_at);
        let queued = self.schedule.next_at();
        timers
            .chain(queued)
            .chain(self.notifications.wake_at())
            .min()
    }

    /// Processes everything that is due now.
    fn step(&mut self) -> Result<(), Violation> {
        self.gws.world.advance(self.elapsed());
        while let Some(scheduled) = self.schedule.due(self.now) {
            self.happen(scheduled)?;
        }
        for page in 0..self.pages.len() {
            if self.pages[page].wake_at().is_some_and(|at| at <= self.now) {
                self.pages[page].wake(self.now);
                self.drain(page)?;
            }
        }
        self.notifications.wake(self.now);
        self.drain_notifications();
        let mut awake = self.pages.iter().filter(|page| page.is_awake());
        awake.try_for_each(|page| page.watch.is_late(&self.model, self.now))
    }

    fn happen(&mut self, scheduled: Scheduled) -> Result<(), Violation> {
        match scheduled {
            Scheduled::AtServer(from, request, fate) => {
                return self.arrive_at_server(from, &request, fate);
            }
            Scheduled::AtPage(to, ending) => {
                self.pages[to.page].arrive(to.id, ending, self.now, &mut self.trace);
                return self.drain_awake(to.page);
            }
            Scheduled::Progress(to) => {
                self.pages[to.page].progress(to.id, self.now);
                return self.drain_awake(to.page);
            }
            Scheduled::CutOff(from) => {
                self.notifications.cut_all(|(of, _)| *of == from, self.now);
                self.drain_notifications();
            }
            Scheduled::CutByProxy(id) => {
                if let Some((from, _)) = self.notifications.cut(id, self.now) {
                    self.end_after(from, Ending::Failed);
                    self.drain_notifications();
                }
            }
            Scheduled::Deliver(message) => {
                self.model.delivered(&message, self.now);
                self.deliver(&message);
            }
            Scheduled::Error(device) => self.publish_error(device),
            Scheduled::Resume(page) => return self.resume(page),
            Scheduled::SignIn(user) => return self.sign_in(Some(user)),
        }
        Ok(())
    }

    fn after(&mut self, delay: Duration, scheduled: Scheduled) {
        self.schedule.at(self.now + delay, scheduled);
    }

    // Pages

    /// Opens another tab.
    pub(super) fn open(&mut self) -> Result<(), Violation> {
        let page = self.pages.len();
        self.note_tab(page, || "is opened".to_owned());
        let seed = self.dice.roll();
        let opened = Page::new(page, seed, self.only, self.now);
        self.pages.push(opened);
        self.drain(page)
    }

    pub(super) fn reload(&mut self, page: usize) -> Result<(), Violation> {
        self.live(page, Life::Leaving { kept: false })?;
        self.pages[page].close();
        self.cut_requests(page, false);
        self.open()
    }

    /// The running tabs.
    pub(super) fn awake(&self) -> Vec<usize> {
        let runs = |page: &usize| self.pages[*page].is_awake();
        (0..self.pages.len()).filter(runs).collect()
    }

    /// A person does something in the panel.
    pub(super) fn click(&mut self, page: usize, click: &Click) -> Result<(), Violation> {
        if !self.pages[page].click(click, self.now) {
            return Ok(());
        }
        self.note_tab(page, || format!("click: {click:?}"));
        self.drain(page)
    }

    /// An event of the page.
    pub(super) fn live(&mut self, page: usize, life: Life) -> Result<(), Violation> {
        self.note_tab(page, || format!("page: {life:?}"));
        if life == Life::Offline {
            self.cut_requests(page, true);
        }
        self.pages[page].live(life, self.now);
        self.drain(page)
    }

    /// The page is stopped for a while.
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
                self.cut_requests(page, is_noticed);
            }
        }
        self.pages[page].pause(pause, self.now);
        self.after(span, Scheduled::Resume(page));
        Ok(())
    }

    /// The page resumes. What has arrived is delivered before its event, or after it.
    pub(super) fn resume(&mut self, page: usize) -> Result<(), Violation> {
        let Some(life) = self.pages[page].resume(self.now)? else {
            return Ok(());
        };
        let inbox = self.pages[page].take_inbox();
        let is_event_first = self.dice.chance(500);
        if is_event_first {
            self.live(page, life)?;
        }
        for (id, ending) in inbox {
            self.pages[page].arrive(id, ending, self.now, &mut self.trace);
            self.drain(page)?;
        }
        match is_event_first {
            true => Ok(()),
            false => self.live(page, life),
        }
    }

    /// Somebody sets the wall clock.
    pub(super) fn set_clock(&mut self, page: usize) -> Result<(), Violation> {
        let spans = [-3_600_000, -90_000, 1_000, 45_000, 3_600_000];
        let by = self.dice.pick(&spans);
        self.note_tab(page, || format!("the clock is set by {by} ms"));
        self.pages[page].set_clock(by, self.now)?;
        self.drain(page)
    }

    fn drain_awake(&mut self, page: usize) -> Result<(), Violation> {
        match self.pages[page].is_awake() {
            true => self.drain(page),
            false => Ok(()),
        }
    }

    /// Carries out a tab's outputs until it is idle.
    fn drain(&mut self, page: usize) -> Result<(), Violation> {
        loop {
            let it = &mut self.pages[page];
            match it.poll(&self.model, self.now, &mut self.trace)? {
                Some(Action::Send(id, request)) => self.send(Sender { page, id }, request),
                Some(Action::Abort(id)) => self.cut_off(Sender { page, id }),
                None => return Ok(()),
            }
        }
    }

    // Requests

    fn send(&mut self, from: Sender, request: Request) {
        if self.pages[from.page].is_offline() {
            return self.end_after(from, Ending::Failed);
        }
        let fate = self.network.request(request.purpose(), self.now);
        if let Some(fate) = fate {
            self.note("network", || format!("{}: {fate:?}", from.id.number()));
        }
        let delay = self.network.delay(fate);
        match fate.filter(|fate| !fate.arrives()) {
            None => self.after(delay, Scheduled::AtServer(from, request, fate)),
            Some(fate) => {
                if let Some(ending) = fate.ending(None) {
                    self.after(delay, Scheduled::AtPage(from, ending));
                }
            }
        }
    }

    fn arrive_at_server(
        &mut self,
        from: Sender,
        request: &Request,
        fate: Option<Fate>,
    ) -> Result<(), Violation> {
        if let Some(refusal) = self.gws.gate(request) {
            self.respond(from, refusal, None);
            return Ok(());
        }
        if request.purpose() == Purpose::Poll {
            let owner = self.gws.user().map(|user| user.id.to_string());
            let (owner, body) = (owner.unwrap_or_default(), &request.body);
            let from = (from, fate);
            let server = &mut self.notifications;
            let id = server.request(from, &owner, "the browser", body, self.now);
            if let Some(after) = self.network.cut_after() {
                self.after(after, Scheduled::CutByProxy(id));
            }
            self.drain_notifications();
            return Ok(());
        }
        if let Some(Fate::FailsLate { names_device }) = fate {
            self.respond(from, reply(200, r#"{"statusCode":0}"#), None);
            let device = request.path.strip_prefix("/me/devices/");
            let device = device.filter(|_| names_device).map(DeviceId::new);
            let delay = self.dice.millis(10, 6_000);
            self.after(delay, Scheduled::Error(device));
            return Ok(());
        }
        let (response, done) = self.gws.answer(request);
        if let Some((device, asked)) = done {
            self.pages[from.page].was_carried_out(&device, &asked);
        }
        self.respond(from, response, fate);
        self.world_changed()
    }

    fn respond(&mut self, to: Sender, response: Response, fate: Option<Fate>) {
        let ending = match fate {
            Some(fate) => fate.ending(Some(response)),
            None => Some(Ending::Response(response)),
        };
        let delay = self.network.delay(fate);
        if fate == Some(Fate::Slow) {
            self.after(delay / 2, Scheduled::Progress(to));
        }
        if let Some(ending) = ending {
            self.after(delay, Scheduled::AtPage(to, ending));
        }
    }

    fn end_after(&mut self, to: Sender, ending: Ending) {
        let delay = self.network.delay(None);
        self.after(delay, Scheduled::AtPage(to, ending));
    }

    fn cut_off(&mut self, from: Sender) {
        let delay = self.network.delay(None);
        self.after(delay, Scheduled::CutOff(from));
    }

    /// The network cuts off all requests of a page. The page may notice.
    fn cut_requests(&mut self, page: usize, is_noticed: bool) {
        for id in self.pages[page].requests() {
            let from = Sender { page, id };
            self.cut_off(from);
            if is_noticed {
                self.after(Duration::ZERO, Scheduled::AtPage(from, Ending::Failed));
            }
        }
    }

    // Notifications

    fn drain_notifications(&mut self) {
        while let Some(output) = self.notifications.poll(self.now) {
            if let ServerOutput::Respond((to, fate), status, body) = output {
                self.respond(to, reply(status, body), fate);
            }
        }
    }

    pub(super) fn forget_sessions(&mut self) {
        self.note("server", || "forgets every session".to_owned());
        self.notifications.machine().forget_sessions();
        self.drain_notifications();
    }

    pub(super) fn restart_notifications(&mut self) {
        self.note("server", || "restarts its notifications".to_owned());
        for (from, _) in self.notifications.restart(self.dice.roll()) {
            self.end_after(from, Ending::Failed);
        }
    }

    pub(super) fn sign_in(&mut self, user: Option<usize>) -> Result<(), Violation> {
        self.note("people", || format!("signs in: {user:?}"));
        self.gws.sign_in(user);
        self.world_changed()
    }

    pub(super) fn sign_in_after(&mut self, delay: Duration, user: usize) {
        self.after(delay, Scheduled::SignIn(user));
    }

    /// The world may have changed: publishes that, and checks the displayed state of all tabs.
    pub(super) fn world_changed(&mut self) -> Result<(), Violation> {
        self.publish_changes();
        if !self.model.observe(&self.gws, self.now) {
            return Ok(());
        }
        let mut awake = self.pages.iter_mut().filter(|page| page.is_awake());
        awake.try_for_each(|page| page.watch.compare(&self.model, self.now))
    }

    fn publish_changes(&mut self) {
        for change in self.gws.world.drain_changes() {
            if let What::Device(device) = &change.what {
                let device = wire::Device::new(device, &self.gws.format);
                self.model.passes(&device.resource, self.now);
            }
            let Some(message) = self.gws.notification(&change) else {
                continue;
            };
            let about = match message.channel.as_str() {
                notification::DEVICES => Subject::Devices,
                notification::CALLS => Subject::Calls,
                _ => continue,
            };
            let deliveries = self.network.deliveries(about, self.now);
            self.note("server", || {
                let Message { user, data, .. } = &message;
                format!("notifies {user} at {deliveries:?}: {}", data.get())
            });
            for at in deliveries {
                let message = Box::new(message.clone());
                self.schedule.at(at, Scheduled::Deliver(message));
            }
        }
    }

    fn deliver(&mut self, message: &Message) {
        let Message {
            user,
            channel,
            data,
        } = message;
        self.notifications.wake(self.now);
        let server = self.notifications.machine();
        server.deliver(user.as_str(), channel, data);
        self.drain_notifications();
    }

    /// An `ErrorMessage` for whoever is signed in: about this device, or without one.
    pub(super) fn publish_error(&mut self, device: Option<DeviceId>) {
        let Some(user) = self.gws.user().map(|user| user.id.clone()) else {
            return;
        };
        let mut data = json!({
            "messageType": "ErrorMessage",
            "errorMessage": "The request failed.",
        });
        if let Some(device) = &device {
            data["deviceUri"] = device.to_uri(BASE).into();
            data["devicePath"] = format!("/devices/{device}").into();
            for page in &mut self.pages {
                page.watch.error_was_published(device, self.now);
            }
        }
        self.note("server", || format!("notifies {user}: {data}"));
        let channel = Channel::new(notification::DEVICES);
        if let (Ok(channel), Ok(data)) = (channel, RawValue::from_string(data.to_string())) {
            self.deliver(&Message {
                user,
                channel,
                data,
            });
        }
    }

    pub(super) fn is_at_rest(&self) -> Result<(), Violation> {
        let mut open = self.pages.iter().filter(|page| !page.is_closed());
        open.try_for_each(|page| page.watch.is_at_rest(&self.model))
    }

    pub(super) fn note(&mut self, who: &str, what: impl FnOnce() -> String) {
        self.trace.note(self.now, who, what);
    }

    fn note_tab(&mut self, page: usize, what: impl FnOnce() -> String) {
        self.trace.note(self.now, format_args!("tab {page}"), what);
    }
}
