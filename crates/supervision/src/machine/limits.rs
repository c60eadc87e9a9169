//! Time limits: whose they are, and what is done when one is near or over.

use core::time::Duration;

use bayeux::Instant;
use gws::{DeviceId, Mode};

use super::{Event, Machine};
use crate::changes::Changes;
use crate::connection::Resource;
use crate::history::{Certainty, Step};
use crate::limit::{Limit, LimitDue};
use crate::time::WallTime;

impl Machine {
    /// Ends monitoring whose time is up, and reminds of it before. Without notifications it is first
    /// read whether it goes on: what has taken its place is not to be ended.
    pub(super) fn watch_limits(&mut self, now: Instant) {
        let mut limits = core::mem::take(&mut self.state.limits);
        let is_usable = self.state.connection.phase.is_usable();
        let is_known = |limit: &Limit| {
            is_usable || self.reads.was_read_since(Resource::Devices, limit.until.at)
        };
        if !limits.over(now).all(is_known) && self.reads.is_idle(Resource::Devices) {
            self.reads.want(Resource::Devices, now);
        }
        let is_free = |limit: &Limit| self.state.requests.of_device(&limit.device).is_none();
        let is_known = |limit: &Limit| {
            is_usable || self.reads.was_read_since(Resource::Devices, limit.until.at)
        };
        let due = limits.due(|limit| is_known(limit) && is_free(limit), now);
        self.state.limits = limits;
        for (limit, due) in due {
            self.changes |= Changes::MONITORING;
            let device = limit.device;
            let step = match due {
                LimitDue::Reminder => Some(Step::LimitNear(limit.until)),
                LimitDue::End => Some(Step::LimitReached),
                LimitDue::EndAgain => None,
            };
            if let Some(step) = step {
                self.note_of(step, None, Some(device.clone()), Certainty::Own, now);
            }
            if due != LimitDue::Reminder {
                self.ask_to_stop(device, now);
            }
        }
    }

    /// Until when monitoring that is in force without a limit may go on, where the page says so later
    /// than in [`Config::limit_until`](super::Config). A limit that there is stays.
    pub fn set_limit_until(&mut self, until: WallTime, now: Instant) {
        if self.state.limit().is_none() {
            self.config.limit_until = Some(until);
            self.adopt_limit(now);
        }
    }

    /// Takes over a limit that was set before the page was loaded anew.
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
            self.state.limits.set(Limit::new(device, until, now));
            self.changes |= Changes::MONITORING;
            self.emit_once(Event::Monitoring);
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
            let limit = Limit::new(device.clone(), until, moment);
            self.state.limits.set(limit);
        }
        self.changes |= Changes::MONITORING;
        if had_one || until.is_some() {
            self.emit_once(Event::Monitoring);
            let step = Step::LimitSet(until);
            self.note_of(step, None, Some(device.clone()), Certainty::Own, now);
        }
    }
}
