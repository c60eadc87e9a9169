//! How a supervisor takes part in one call, and how that changes: `SwitchToBargeIn`,
//! `SwitchToListenIn`, `MuteMonitoredUser`, `UnmuteMonitoredUser`. When each is possible is
//! decided by what the call offers.
//!
//! Assumption: a switch concerns this call only. The device goes on saying what was asked for, and
//! the agent's next call begins with that.

use super::Supervision;
use crate::world::calls::{CallOperation, Part};
use crate::world::ids::{CallKey, PersonId};
use crate::world::{Refusal, World};

impl World {
    /// A supervisor switches in the call that is monitored: `SwitchToBargeIn`, `SwitchToListenIn`.
    ///
    /// # Errors
    /// There is no such supervisor, no call that is monitored, or it doesn't offer that.
    pub fn switches(&mut self, supervisor: &str, to: CallOperation) -> Result<(), Refusal> {
        let person = self.supervisor_with_number(supervisor)?;
        let active = self.call_where(person, |_, leg| leg.monitors() && leg.state.is_active());
        let key = active.or_else(|| self.call_where(person, |_, leg| leg.monitors()));
        let key = key.ok_or_else(|| Refusal::NotInACall(supervisor.to_owned()))?;
        self.operate(person, key, to)
    }

    pub(in crate::world) fn switch_to_barge_in(&mut self, supervisor: PersonId, key: CallKey) {
        self.switch(supervisor, key, Supervision::BargeIn);
    }

    /// Assumption: an agent who was muted is heard again; otherwise the customer would be alone.
    pub(in crate::world) fn switch_to_listen_in(&mut self, supervisor: PersonId, key: CallKey) {
        self.set_target_muted(supervisor, key, false);
        self.switch(supervisor, key, Supervision::ListenIn);
    }

    fn switch(&mut self, supervisor: PersonId, key: CallKey, to: Supervision) {
        self.alter(key, |call| {
            let leg = call.leg_mut(supervisor);
            if let Some(Part::Monitors { how, .. }) = leg.map(|leg| &mut leg.part) {
                *how = to;
            }
        });
    }

    /// The supervisor takes the call over, or gives it back (*MuteMonitoredUser*).
    pub(in crate::world) fn set_target_muted(
        &mut self,
        supervisor: PersonId,
        key: CallKey,
        on: bool,
    ) {
        self.alter(key, |call| {
            let leg = call.leg_mut(supervisor);
            if let Some(Part::Monitors { mutes_target, .. }) = leg.map(|leg| &mut leg.part) {
                *mutes_target = on;
            }
        });
    }
}
