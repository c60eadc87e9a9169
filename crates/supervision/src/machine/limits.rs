//! Time limits: whose they are, and what is done when one is near or over.

use core::time::Duration;

use bayeux::Instant;
use gws::{DeviceId, Mode};

use super::reads::Read;
use super::{Event, Machine};
use crate::changes::Changes;
use crate::history::{Certainty, Step};
use crate::limit::{Limit, LimitDue};
use crate::monitoring::Monitored;
use crate::operation::MonitoringChoice;
use crate::requests::RequestId;
use crate::time::WallTime;

/// A limit that was asked for together with monitoring.
#[derive(Debug)]
pub(super) struct WantedLimit {
    pub(super) request: RequestId,
    pub(super) device: DeviceId,
    pub(super) choice: MonitoringChoice,
    pub(super) limit: Duration,
    pub(super) asked: Instant,
}

impl WantedLimit {
    /// For how long monitoring that begins after all counts as what was asked for.
    pub(super) const FOR: Duration = Duration::from_secs(300);
}

impl Machine {
    /// Ends monitoring whose time is up, and reminds of it before. Without notifications it is first
    /// read whether it goes on: what has taken its place is not to be ended.
    pub(super) fn watch_limits(&mut self, now: Instant) {
        let mut limits = core::mem::take(&mut self.state.limits);
        let is_usable = self.state.connection.phase.is_usable();
        let is_known =
            |limit: &Limit| is_usable || self.reads.was_read_since(Read::Devices, limit.until.at);
        if !limits.over(now).all(is_known) && self.reads.is_idle(Read::Devices) {
            self.reads.want(Read::Devices, now);
        }
        let is_free = |limit: &Limit| self.state.requests.of_device(&limit.device).is_none();
        let is_known =
            |limit: &Limit| is_usable || self.reads.was_read_since(Read::Devices, limit.until.at);
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

    /// The limit that goes with a request that is confirmed.
    pub(super) fn take_wanted_limit(&mut self, request: RequestId) -> Option<Duration> {
        let mut wanted = self.wanted_limits.iter();
        let position = wanted.position(|wanted| wanted.request == request)?;
        Some(self.wanted_limits.swap_remove(position).limit)
    }

    /// Monitoring began that this page had asked for, though the request was taken to have failed:
    /// the limit that was wanted holds.
    pub(super) fn adopt_late_limit(&mut self, device: &DeviceId, is: &Monitored, now: Instant) {
        let wanted = self.wanted_limits.iter().position(|wanted| {
            wanted.device == *device && is.can_be(&wanted.choice, &self.state.directory)
        });
        if let Some(wanted) = wanted {
            let wanted = self.wanted_limits.swap_remove(wanted);
            if now.since(wanted.asked) < WantedLimit::FOR {
                self.set_limit_of(device, Some(wanted.limit), now);
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
