//! A supervisor's leg: when it begins, and the consequences of its end.

use gws::Mode;

use crate::world::World;
use crate::world::calls::{Leg, LegKind, LegState};
use crate::world::ids::{CallKey, PersonId};
use crate::world::supervision::SupervisorLeg;

impl World {
    /// Adds the supervisor of `agent` to this call of the agent's, if it is monitored.
    ///
    /// Assumption: a supervisor who is still listening to another call (one that was transferred)
    /// is not called; monitoring continues with the agent's next call. Do-not-disturb does not
    /// reject the call, because the supervisor requested it. A call that the target only monitors
    /// is not the target's own.
    pub(in crate::world) fn call_supervisor_of(&mut self, agent: PersonId, key: CallKey) {
        let monitoring = &self.monitoring;
        let Some(supervisor) = monitoring.supervisor_of(agent) else {
            return;
        };
        let (Some(call), Some(subscription)) = (self.calls.get(key), monitoring.of(supervisor))
        else {
            return;
        };
        let leg = call.leg(agent);
        let can_join = leg.is_some_and(|leg| !leg.monitors() && monitoring.can_join(leg));
        if !can_join || !monitoring.covers(call, subscription) {
            return;
        }
        if call.leg(supervisor).is_some() || self.calls.monitored(supervisor).is_some() {
            return;
        }
        let answers = self.config.supervisor_leg == SupervisorLeg::Answered
            && self.calls.active(supervisor).is_none();
        let leg = Leg {
            person: supervisor,
            state: match answers {
                true => LegState::Established,
                false => LegState::Ringing,
            },
            began: self.signed_now(),
            kind: LegKind::Monitors {
                target: agent,
                how: subscription.how,
                mutes_target: false,
            },
            previous: None,
        };
        self.join_call(key, leg);
    }

    /// A supervisor's leg has ended. With `NextCall` monitoring ends with it.
    ///
    /// Assumptions: leaving one call ends `NextCall` monitoring, answered or not, and leaves
    /// `AllCalls` monitoring in place; the end is published as a device without
    /// `supervisorMonitoringState`, as after a cancellation. A call that is joined at once counts
    /// as the next one.
    pub(in crate::world) fn monitoring_leg_ended(&mut self, supervisor: PersonId) {
        let still_listens = self.calls.monitored(supervisor).is_some();
        let mode = self.monitoring.of(supervisor).map(|found| &found.mode);
        if !still_listens && mode == Some(&Mode::NextCall) {
            self.monitoring.subscriptions.remove(&supervisor);
            self.device_changed(supervisor);
        }
    }
}
