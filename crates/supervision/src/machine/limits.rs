//! Time limits: sets them, shares them with other tabs, and acts when one is near or over.

use bayeux::shared::{TabAction, TabEvent};
use bayeux::{Duration, Instant};
use gws::{DeviceId, Mode};

use super::{Machine, Topic};
use crate::changes::Changes;
use crate::connection::Resource;
use crate::history::{Certainty, Step};
use crate::limit::shared::{LimitMessage, SharedLimit};
use crate::limit::{Limit, LimitDue};
use crate::monitoring::{Monitored, Monitoring, MonitoringChange};
use crate::time::WallTime;

/// How long another tab may take to explain why monitoring ended.
const EXPLAINED: Duration = Duration::from_secs(10);

impl Machine {
    /// Ends monitoring at its limit, and reminds of it before. Without notifications the device is
    /// read first: a subscription that has replaced it must not be ended.
    pub(super) fn watch_limits(&mut self, now: Instant) {
        let is_usable = self.state.connection.phase.is_usable();
        let mut place = 0;
        while let Some(limit) = self.state.limits.in_place(place) {
            place += 1;
            let read = Resource::Devices;
            let is_known = is_usable || self.reads.was_read_since(read, limit.until.at);
            if limit.is_over(now) && !is_known && self.reads.is_idle(read) {
                self.reads.want(read, now);
            }
            let is_free = self.state.requests.of_device(&limit.device).is_none();
            let Some(due) = limit.due(is_known && is_free, now) else {
                continue;
            };
            self.changes |= Changes::MONITORING;
            let device = limit.device.clone();
            let step = match due {
                LimitDue::Reminder => Some(Step::LimitNear(limit.until)),
                LimitDue::End => Some(Step::LimitReached),
                LimitDue::EndAgain => None,
            };
            if let Some(step) = step {
                self.note_of(step, None, Some(&device), Certainty::Own, now);
            }
            if due != LimitDue::Reminder {
                let wall = self.moment(now).wall;
                self.state.limits.end_is_asked_for(&device, wall);
                self.shared_limits.end_is_asked_for(&device, wall);
                self.tell_tabs_of(&device, now);
                self.ask_to_stop(device, now);
            }
        }
    }

    /// Sets the end of monitoring that is in force without a limit, if the page sets it later than in
    /// [`Config::limit_until`](super::Config). An existing limit stays.
    pub fn set_limit_until(&mut self, until: WallTime, now: Instant) {
        if self.state.limit().is_none() {
            self.config.limit_until = Some(until);
            self.adopt_limit(now);
        }
    }

    /// Applies a limit that was set before the page was reloaded.
    pub(super) fn adopt_limit(&mut self, now: Instant) {
        let Some(device) = self.state.my_device.id().cloned() else {
            return;
        };
        let Some(until) = self.config.limit_until.take() else {
            return;
        };
        let monitored = self.state.monitoring.of(&device).active();
        if monitored.is_some_and(|monitored| monitored.mode == Mode::AllCalls) {
            let (until, now) = (self.clock.moment_of(until), self.moment(now));
            let monitoring = self.state.monitoring.of(&device);
            if self.shared_limits.adopt(&device, monitoring, until, now) {
                self.post(self.shared_limits.message(&device, None, now.at));
            }
            let limit = Limit::new(device, until, Duration::ZERO, now);
            self.state.limits.set(limit);
            self.changes |= Changes::MONITORING;
            self.emit_once(Topic::Monitoring);
        }
    }

    pub(super) fn set_limit_of(
        &mut self,
        device: &DeviceId,
        limit: Option<Duration>,
        now: Instant,
    ) {
        let moment = self.moment(now);
        let had_one = self.state.limits.remove(device);
        let until = limit.map(|limit| moment.after(limit));
        if let Some(until) = until {
            let limit = Limit::new(device.clone(), until, Duration::ZERO, moment);
            self.state.limits.set(limit);
        }
        let monitoring = self.state.monitoring.of(device);
        if self.shared_limits.set(device, monitoring, until, moment) {
            self.post(self.shared_limits.message(device, None, now));
        }
        self.changes |= Changes::MONITORING;
        if had_one || until.is_some() {
            self.emit_once(Topic::Monitoring);
            let step = Step::LimitSet(until);
            self.note_of(step, None, Some(device), Certainty::Own, now);
        }
    }

    /// The wall clock was set: it may show another end.
    pub(super) fn clock_was_set(&mut self) {
        self.shared_limits.clock_was_set(self.clock);
        if self.state.limits.clock_was_set(self.clock) {
            self.changes |= Changes::MONITORING;
            self.emit_once(Topic::Monitoring);
        }
    }

    // Other tabs

    /// Carries out this tab's action among the others. Once it has joined them it asks for their
    /// limits.
    pub(super) fn act_with_tabs(&mut self, action: TabAction, now: Instant) {
        match action {
            TabAction::Join { .. } => {
                self.shared_limits.is_joined = true;
                self.to_tabs.push(action);
                self.post(Some(LimitMessage::ask()));
                self.tell_tabs(now);
            }
            TabAction::Leave => {
                self.shared_limits.is_joined = false;
                self.to_tabs.push(action);
            }
            action => self.to_tabs.push(action),
        }
    }

    /// Takes a message about limits. Returns any other event.
    pub(super) fn take_limit_message(&mut self, event: TabEvent, now: Instant) -> Option<TabEvent> {
        let message = match &event {
            TabEvent::Message { data, age } => {
                LimitMessage::read(data, now.before(*age), self.clock)
            }
            _ => None,
        };
        match message {
            None => return Some(event),
            Some(LimitMessage::Ask) => self.tell_tabs(now),
            Some(LimitMessage::Limit(limit)) => {
                self.explain_end(&limit, now);
                let device = limit.device.clone();
                if self.shared_limits.learn(limit) {
                    self.follow_limit_of(&device, now);
                }
            }
        }
        None
    }

    /// Another tab had requested an end, and the server's notification of it came first.
    fn explain_end(&mut self, limit: &SharedLimit, now: Instant) {
        let is_it = |was: &Monitored| limit.was_about(was);
        let history = &mut self.state.history;
        let is_asked_for = limit.asked_at.is_some();
        if is_asked_for && history.explain_end(&limit.device, is_it, now.before(EXPLAINED)) {
            let device = Some(&limit.device);
            self.note_of(Step::LimitReached, None, device, Certainty::Told, now);
        }
    }

    /// Applies another tab's message about the limit of a device, if it is about what the device monitors.
    fn follow_limit_of(&mut self, device: &DeviceId, now: Instant) {
        let moment = self.moment(now);
        let Some(shared) = self.shared_limits.of(device) else {
            return;
        };
        if !shared.is_about(self.state.monitoring.of(device)) {
            return;
        }
        let limits = &mut self.state.limits;
        let until = shared.until;
        let is_new = match until {
            Some(until) => {
                let lag = self.shared_limits.lag(shared);
                limits.follow(Limit::new(device.clone(), until, lag, moment))
            }
            None => limits.remove(device),
        };
        let asked_at = shared.asked_at;
        let is_end = asked_at.is_some_and(|at| limits.pass(device, at, now));
        self.changes |= Changes::MONITORING;
        if is_new {
            self.emit_once(Topic::Monitoring);
            let step = Step::LimitSet(until);
            self.note_of(step, None, Some(device), Certainty::Told, now);
        }
        if is_end {
            self.note_of(Step::LimitReached, None, Some(device), Certainty::Told, now);
        }
    }

    /// The device's monitoring has changed: a known limit no longer applies, or begins to apply.
    pub(super) fn monitoring_with_limit_changed(
        &mut self,
        change: &MonitoringChange,
        now: Instant,
    ) {
        let Some(shared) = self.shared_limits.of(&change.device) else {
            return;
        };
        // If the device does not say whom it monitors, or whether it does, it may be the same agent.
        let may_go_on = matches!(
            change.after,
            Monitoring::Unrecognised(_) | Monitoring::Unknown
        );
        if shared.is_about(&change.before) && !shared.is_about(&change.after) && !may_go_on {
            self.shared_limits.remove(&change.device);
        } else {
            self.follow_limit_of(&change.device, now);
        }
    }

    /// Posts all limits to the other tabs.
    fn tell_tabs(&mut self, now: Instant) {
        for device in self.shared_limits.devices() {
            self.tell_tabs_of(&device, now);
        }
    }

    fn tell_tabs_of(&mut self, device: &DeviceId, now: Instant) {
        let seen = self.state.monitoring.seen(device);
        self.post(self.shared_limits.message(device, seen, now));
    }

    fn post(&mut self, message: Option<Vec<u8>>) {
        if let Some(message) = message.filter(|_| self.shared_limits.is_joined) {
            self.to_tabs.push(TabAction::Post(message));
        }
    }
}
