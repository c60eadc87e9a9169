//! What may be done with a leg at this moment, by the names of the operations: the `capabilities`
//! of a call. Sources: captured traffic, *InitiateTransfer*, *RemoveParticipantFromConference*,
//! *SwitchToListenIn*, *SwitchToBargeIn*, *MuteMonitoredUser*, *MuteCall*.

use super::call::{Call, Leg, LegState, Part};
use crate::world::World;
use crate::world::monitoring::Supervision;

const REACH_OTHERS: [&str; 4] = [
    "InitiateTransfer",
    "InitiateConference",
    "SingleStepTransfer",
    "SingleStepConference",
];

impl World {
    /// What the owner of `leg` may do with the call.
    pub(in crate::world) fn offers(&self, call: &Call, leg: &Leg) -> Vec<&'static str> {
        match leg.part {
            Part::Talks { muted } => self.offers_to_talker(call, leg, muted),
            Part::Monitors {
                how, mutes_target, ..
            } => self.offers_to_supervisor(call, leg, how, mutes_target),
        }
    }

    fn offers_to_talker(&self, call: &Call, leg: &Leg, muted: bool) -> Vec<&'static str> {
        let mut offers = Vec::new();
        match leg.state {
            LegState::Ringing => {
                offers.extend(self.pick_up_if_free(leg));
                offers.push("ClearCall");
                return offers;
            }
            LegState::Dialing => return vec!["Hangup"],
            LegState::Established => {
                offers.extend(["Hangup", "Hold", "ClearCall"]);
                offers.push(if muted { "UnmuteCall" } else { "MuteCall" });
                if call.is_conference() && call.owner == Some(leg.person) {
                    offers.push("RemoveParticipantFromConference");
                }
            }
            LegState::Held => {
                offers.push("Hangup");
                offers.extend(self.way_back(leg));
            }
        }
        // Assumption: a call that is being asked about can't be handed on another way meanwhile,
        // nor can the consult call.
        if self.is_being_consulted(call, leg) {
            if self.consult_is_answered(call, leg) {
                offers.extend(["CompleteTransfer", "CompleteConference"]);
            }
        } else if leg.state == LegState::Established {
            offers.extend(REACH_OTHERS);
        }
        offers
    }

    /// A supervisor may leave the call, and switch.
    ///
    /// One switch at a time, and none that leads back to `Coach` (*SwitchToListenIn*,
    /// *SwitchToBargeIn*). With routing-point monitoring in a SIP Cluster only once an agent has
    /// answered (ListenIn page).
    ///
    /// Assumption: from `Coach`, which both pages name as a beginning, both are offered. And a
    /// supervisor's leg can't be muted by `MuteCall`, held or handed on. *MuteCall* says "any call",
    /// but of a supervisor `mute` tells whether they listen or have barged in, so that it would be
    /// another word for the switches.
    fn offers_to_supervisor(
        &self,
        call: &Call,
        leg: &Leg,
        how: Supervision,
        mutes_target: bool,
    ) -> Vec<&'static str> {
        match leg.state {
            // Nobody dials to monitor.
            LegState::Ringing | LegState::Dialing => {
                return Vec::from_iter(self.pick_up_if_free(leg));
            }
            LegState::Held => {
                let mut offers = vec!["Hangup"];
                offers.extend(self.way_back(leg));
                return offers;
            }
            LegState::Established => {}
        }
        let mut offers = vec!["Hangup", "RemoveParticipantFromConference"];
        let may_switch = !self.config.t_server.routing_point_monitoring
            || call.talkers().any(|leg| leg.state.is_answered());
        if may_switch {
            offers.extend(match how {
                Supervision::ListenIn => &["SwitchToBargeIn"][..],
                Supervision::Coach => &["SwitchToListenIn", "SwitchToBargeIn"],
                Supervision::BargeIn => &["SwitchToListenIn"],
            });
        }
        if how == Supervision::BargeIn {
            offers.push(if mutes_target {
                "UnmuteMonitoredUser"
            } else {
                "MuteMonitoredUser"
            });
        }
        offers
    }

    /// What rings can be answered.
    ///
    /// Assumption: not while one dials. What nobody has answered yet can't be put on hold.
    fn pick_up_if_free(&self, leg: &Leg) -> Option<&'static str> {
        let dials = self.call_where(leg.person, |_, leg| leg.state == LegState::Dialing);
        dials.is_none().then_some("Answer")
    }

    /// `Retrieve`, or while another call is talked on `SwapCalls` (*InitiateTransfer*).
    fn way_back(&self, leg: &Leg) -> Option<&'static str> {
        let others = self.people[leg.person.0].calls.iter();
        let mut others = others.filter_map(|key| self.calls.get(key)?.leg(leg.person));
        match others
            .find(|other| other.state.is_active())
            .map(|leg| leg.state)
        {
            None => Some("Retrieve"),
            Some(LegState::Established) => Some("SwapCalls"),
            Some(_) => None,
        }
    }

    /// Whether the owner of the leg asks somebody about this call, or by this call about another.
    fn is_being_consulted(&self, call: &Call, leg: &Leg) -> bool {
        self.consult_pair(leg.person, call.key).is_some()
    }

    fn consult_is_answered(&self, call: &Call, leg: &Leg) -> bool {
        self.consult_pair(leg.person, call.key).is_some_and(|pair| {
            let consult = self.calls.get(&pair.consult);
            consult.is_some_and(|consult| consult.somebody_answered(leg.person))
        })
    }
}
