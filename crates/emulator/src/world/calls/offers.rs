//! The `capabilities` of a leg: the names of operations that are possible now. Sources: captured traffic,
//! *InitiateTransfer*, *RemoveParticipantFromConference*, *SwitchToListenIn*, *SwitchToBargeIn*, *MuteMonitoredUser*,
//! *MuteCall*.

use super::{Call, Calls, Leg, LegKind, LegState};
use crate::world::supervision::Supervision;

const REACH_OTHERS: [&str; 4] = [
    "InitiateTransfer",
    "InitiateConference",
    "SingleStepTransfer",
    "SingleStepConference",
];

impl Calls {
    /// The capabilities of `leg`. `routing_point`: whether this is routing-point monitoring in a SIP Cluster.
    pub(in crate::world) fn offers(
        &self,
        call: &Call,
        leg: &Leg,
        routing_point: bool,
    ) -> Vec<&'static str> {
        match leg.kind {
            LegKind::Talks { muted } => self.offers_to_talker(call, leg, muted),
            LegKind::Monitors {
                how, mutes_target, ..
            } => {
                // With routing-point monitoring in a SIP Cluster only once an agent has answered
                // (ListenIn page).
                let may_switch =
                    !routing_point || call.talkers().any(|leg| leg.state.is_answered());
                self.offers_to_supervisor(leg, how, mutes_target, may_switch)
            }
        }
    }

    fn offers_to_talker(&self, call: &Call, leg: &Leg, muted: bool) -> Vec<&'static str> {
        let mut offers = Vec::new();
        match leg.state {
            LegState::Ringing => {
                offers.extend(self.answer_if_possible(leg));
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
                offers.extend(self.retrieve_or_swap(leg));
            }
        }
        // Assumption: during a consultation neither call can be transferred another way.
        if let Some(pair) = self.consult_pair(leg.person, call.key) {
            if self.consult_is_answered(leg.person, pair) {
                offers.extend(["CompleteTransfer", "CompleteConference"]);
            }
        } else if leg.state == LegState::Established {
            offers.extend(REACH_OTHERS);
        }
        offers
    }

    /// A supervisor may leave the call, and switch. There is no switch to `Coach` (*SwitchToListenIn*,
    /// *SwitchToBargeIn*).
    ///
    /// Assumption: from `Coach`, which both pages name as a starting point, both are offered. And a supervisor's leg can't
    /// be muted by `MuteCall`, held or transferred. *MuteCall* names "any call", but a supervisor's `mute` shows whether
    /// they are listening or have barged in, so it would duplicate the switches.
    fn offers_to_supervisor(
        &self,
        leg: &Leg,
        how: Supervision,
        mutes_target: bool,
        may_switch: bool,
    ) -> Vec<&'static str> {
        match leg.state {
            // A supervisor's leg never dials.
            LegState::Ringing | LegState::Dialing => {
                return Vec::from_iter(self.answer_if_possible(leg));
            }
            LegState::Held => {
                let mut offers = vec!["Hangup"];
                offers.extend(self.retrieve_or_swap(leg));
                return offers;
            }
            LegState::Established => {}
        }
        let mut offers = vec!["Hangup", "RemoveParticipantFromConference"];
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

    /// `Answer`.
    ///
    /// Assumption: not while dialling, because an unanswered call can't be put on hold.
    fn answer_if_possible(&self, leg: &Leg) -> Option<&'static str> {
        let dials = self.find(leg.person, |leg| leg.state == LegState::Dialing);
        dials.is_none().then_some("Answer")
    }

    /// `Retrieve`, or `SwapCalls` while another call is active (*InitiateTransfer*).
    fn retrieve_or_swap(&self, leg: &Leg) -> Option<&'static str> {
        let mut others = self.of(leg.person).map(|(_, other)| other.state);
        match others.find(|state| state.is_active()) {
            None => Some("Retrieve"),
            Some(LegState::Established) => Some("SwapCalls"),
            Some(_) => None,
        }
    }
}
