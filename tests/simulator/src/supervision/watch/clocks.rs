//! The invariants about the wall clock and time limits.

use bayeux::{Duration, Instant};
use gws::DeviceId;
use supervision::{Moment, Operation, WallTime};

use super::super::tab::Shown;
use super::Watch;
use crate::Rule;
use crate::violation::Violation;

/// The minimum time between two requests that end monitoring at its limit.
const AGAIN: Duration = Duration::from_secs(25);

impl Watch {
    /// Whether this ends monitoring at its limit, which is repeated while it does not end.
    pub(super) fn is_ended_by_limit(
        &mut self,
        operation: &(Option<DeviceId>, Operation),
        clock: Instant,
    ) -> bool {
        let (Some(device), Operation::Stop) = operation else {
            return false;
        };
        let wall = self.wall;
        let is_up = |(of, until): &(DeviceId, Moment)| {
            of == device && (until.at <= clock || until.wall <= wall)
        };
        let is_again = |at: &Instant| clock.since(*at) >= AGAIN;
        match self.limits.iter().position(is_up) {
            Some(limit) => {
                self.limits.remove(limit);
            }
            None if self.ended_at.get(device).is_some_and(is_again) => {}
            None => return false,
        }
        self.ended_at.insert(device.clone(), clock);
        let shown = self.shown.as_ref().and_then(|shown| shown.limit);
        self.ended_by = Some((device.clone(), shown.map(|limit| limit.wall)));
        self.asked.push_back(operation.clone());
        true
    }

    /// A receipt is written.
    pub(in super::super) fn writes(
        &self,
        at: Moment,
        wall: u64,
        clock: Instant,
    ) -> Result<(), Violation> {
        let ago = clock.since(at.at);
        match at.at <= clock
            && at
                == (Moment {
                    at: clock,
                    wall: WallTime(wall),
                })
                .before(ago)
        {
            true => Ok(()),
            false => self.broken(Rule::Clock, || {
                format!("a receipt has a wrong time\n{at:?}, {clock:?}, {wall}")
            }),
        }
    }

    /// Whether monitoring continues past its limit although it could be ended.
    pub(super) fn is_past_limit(&self, shown: &Shown, clock: Instant) -> bool {
        let (Some(device), Some(until)) = (&shown.device, shown.limit) else {
            return false;
        };
        let is_pending = shown
            .pending
            .iter()
            .any(|asked| !matches!(asked, Operation::Call { .. }));
        let ended_by = self.ended_by.as_ref();
        let is_this = |wall: &Option<WallTime>| wall.is_none_or(|wall| wall == until.wall);
        let is_asked = ended_by.is_some_and(|(of, wall)| of == device && is_this(wall));
        let is_up = until.at < clock || until.wall < self.wall;
        is_up && shown.is_live && !is_pending && !is_asked
    }
}
