//! A supervisor's leg: when it begins, and what its end means.

use gws::Mode;

use super::SupervisorLeg;
use crate::world::World;
use crate::world::calls::{Leg, LegState, Part};
use crate::world::ids::{CallKey, PersonId};

impl World {
    /// Brings the supervisor of `agent` into this call of the agent's, if it may be heard.
    ///
    /// Assumption: a supervisor who still listens to another call (one that was transferred) is
    /// not called; monitoring goes on with the agent's next call. A consult call that is monitored
    /// rings beside the call that it is about. Do-not-disturb does not keep it away: the supervisor
    /// has asked for it. A call that the target only monitors is not the target's.
    pub(in crate::world) fn call_supervisor_of(&mut self, agent: PersonId, key: CallKey) {
        let Some(supervisor) = self.supervisor_of(agent) else {
            return;
        };
        let (Some(call), Some(subscription)) =
            (self.calls.get(&key), self.subscriptions.get(&supervisor))
        else {
            return;
        };
        let leg = call.leg(agent);
        let joined = leg.is_some_and(|leg| !leg.monitors() && self.can_be_joined(leg));
        if !joined || !self.may_be_monitored(call, agent, subscription) {
            return;
        }
        let elsewhere = self.call_where(supervisor, |_, leg| leg.monitors());
        if call.leg(supervisor).is_some() || elsewhere.is_some_and(|it| Some(it) != call.parent) {
            return;
        }
        let answers = self.config.supervisor_leg == SupervisorLeg::Answered
            && self.active_call(supervisor).is_none();
        let leg = Leg {
            person: supervisor,
            state: if answers {
                LegState::Established
            } else {
                LegState::Ringing
            },
            began: i64::try_from(self.now).unwrap_or(i64::MAX),
            part: Part::Monitors {
                target: agent,
                how: subscription.how,
                mutes_target: false,
            },
            previous: None,
        };
        self.alter_with(key, &[supervisor], |call| call.legs.push(leg));
    }

    /// A supervisor's leg has ended. With `NextCall` monitoring ends with it.
    ///
    /// Assumptions: leaving one call ends `NextCall` monitoring, answered or not, and leaves
    /// `AllCalls` monitoring in place; the end is published as a device without
    /// `supervisorMonitoringState`, as after a cancellation. A call that is joined at once counts
    /// as the next one.
    pub(in crate::world) fn monitoring_leg_ended(&mut self, supervisor: PersonId) {
        let listens_still = self.call_where(supervisor, |_, leg| leg.monitors());
        let mode = self.subscriptions.get(&supervisor).map(|found| &found.mode);
        if listens_still.is_none() && mode == Some(&Mode::NextCall) {
            self.subscriptions.remove(&supervisor);
            self.device_changed(supervisor);
        }
    }
}
