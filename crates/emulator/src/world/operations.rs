//! Users' operations on their devices and calls: `POST /me/devices/{id}` (except monitoring),
//! `/me/devices/{id}/calls` and `/me/calls/{id}` (*CallControl*). An operation that is not among the
//! current `capabilities` is refused.

use gws::{CallType, Capability};

use super::calls::{Call, CallOperation, ConsultPair, LegState};
use super::destination::Destination;
use super::ids::{CallKey, PersonId};
use super::supervision::Supervision;
use super::{Refusal, World};

impl World {
    /// Carries out an operation on the user's own call.
    ///
    /// # Errors
    /// There is no such call, the operation is not possible at the moment, or it fails. Nothing has
    /// changed then.
    pub fn call_operation(
        &mut self,
        person: PersonId,
        call: &str,
        operation: CallOperation,
    ) -> Result<(), Refusal> {
        let key = self.calls.named(person, call)?;
        self.operate(person, key, operation)
    }

    /// Like [`call_operation`](Self::call_operation), for a call given by its key.
    pub(super) fn operate(
        &mut self,
        person: PersonId,
        key: CallKey,
        operation: CallOperation,
    ) -> Result<(), Refusal> {
        self.is_offered(person, key, operation.name())?;
        match operation {
            CallOperation::Answer => self.answer_call(person, key),
            CallOperation::Hangup => self.leave(person, key),
            CallOperation::ClearCall => self.clear(key),
            CallOperation::Hold => self.set_leg(person, key, LegState::Held),
            CallOperation::Retrieve => self.set_leg(person, key, LegState::Established),
            CallOperation::SwapCalls => {
                self.hold_active(person);
                self.set_leg(person, key, LegState::Established);
            }
            CallOperation::MuteCall => self.change_call(key, |call| call.set_muted(person, true)),
            CallOperation::UnmuteCall => {
                self.change_call(key, |call| call.set_muted(person, false));
            }
            CallOperation::SingleStepTransfer { destination } => {
                let to = self.destination(person, &destination)?;
                let next = to.inside();
                self.add_party(key, &[], to, |call| call.hand_over(person, next));
            }
            CallOperation::SingleStepConference { destination } => {
                let to = self.destination(person, &destination)?;
                self.add_party(key, &[], to, |_| {});
            }
            CallOperation::InitiateTransfer { destination }
            | CallOperation::InitiateConference { destination } => {
                let third = self.destination(person, &destination)?;
                self.call_out(person, &destination, third, CallType::Consult, Some(key));
            }
            CallOperation::CompleteTransfer { consult_call } => {
                let pair = self
                    .calls
                    .consultation(person, key, consult_call.as_deref())?;
                self.merge(person, pair, false);
            }
            CallOperation::CompleteConference { consult_call } => {
                let pair = self
                    .calls
                    .consultation(person, key, consult_call.as_deref())?;
                self.merge(person, pair, true);
            }
            CallOperation::RemoveParticipantFromConference { participant } => {
                self.remove_party(person, key, &participant)?;
            }
            CallOperation::SwitchToBargeIn => {
                self.change_call(key, |call| call.switch(person, Supervision::BargeIn));
            }
            CallOperation::SwitchToListenIn => {
                self.change_call(key, |call| call.switch(person, Supervision::ListenIn));
            }
            CallOperation::MuteMonitoredUser => {
                self.change_call(key, |call| call.set_target_muted(person, true));
            }
            CallOperation::UnmuteMonitoredUser => {
                self.change_call(key, |call| call.set_target_muted(person, false));
            }
        }
        Ok(())
    }

    fn is_offered(
        &self,
        person: PersonId,
        key: CallKey,
        operation: &'static str,
    ) -> Result<(), Refusal> {
        let call = self.calls.get(key);
        let Some((call, leg)) = call.and_then(|call| Some((call, call.leg(person)?))) else {
            return Ok(());
        };
        let offers = self.offers(call, leg);
        if offers.contains(&operation) {
            return Ok(());
        }
        Err(Refusal::NotOffered {
            operation,
            call: call.id.to_string(),
            offers: offers.join(", "),
        })
    }

    /// Answers a ringing call.
    ///
    /// Assumption: that puts the active call on hold, as telephones do.
    pub(super) fn answer_call(&mut self, person: PersonId, key: CallKey) {
        self.hold_active(person);
        let mut is_talker = false;
        self.change_call(key, |call| {
            call.set_state(person, LegState::Established);
            is_talker = call.talkers().any(|leg| leg.person == person);
            if is_talker {
                call.connect_dialling();
            }
        });
        if is_talker {
            self.plan_end_of_call(person);
        }
    }

    /// One party leaves the call.
    pub(super) fn leave(&mut self, person: PersonId, key: CallKey) {
        self.change_call(key, |call| call.legs.retain(|leg| leg.person != person));
    }

    /// Ends the call for everyone.
    pub(super) fn clear(&mut self, key: CallKey) {
        self.change_call(key, |call| {
            call.outside.clear();
            call.legs.clear();
        });
    }

    fn set_leg(&mut self, person: PersonId, key: CallKey, state: LegState) {
        self.change_call(key, |call| call.set_state(person, state));
    }

    /// Puts the established call on hold, if there is one. A dialling one can't be held.
    fn hold_active(&mut self, person: PersonId) {
        let talks = |state| state == LegState::Established;
        if let Some(key) = self.calls.find(person, |leg| talks(leg.state)) {
            self.set_leg(person, key, LegState::Held);
        }
    }

    /// Merges the held call and the consult call.
    fn merge(&mut self, person: PersonId, pair: ConsultPair, stays: bool) {
        let ConsultPair { primary, consult } = pair;
        self.change_calls(&[primary, consult], &[], |calls| {
            let Some(mut asked) = calls.remove(&consult) else {
                return;
            };
            if let Some(call) = calls.get_mut(&primary) {
                call.merge(&mut asked, person, stays);
            }
            calls.insert(consult, asked);
        });
    }

    /// Removes a party (*RemoveParticipantFromConference*: the owner of the conference may, and a
    /// supervisor during monitoring).
    fn remove_party(
        &mut self,
        person: PersonId,
        key: CallKey,
        number: &str,
    ) -> Result<(), Refusal> {
        let inside = self.people.by_number(number);
        let is_there = |call: &Call| {
            let mut others = call.talkers().filter(|leg| leg.person != person);
            call.is_with(number) || others.any(|leg| Some(leg.person) == inside)
        };
        if !self.calls.get(key).is_some_and(is_there) {
            return Err(Refusal::NotAParticipant(number.to_owned()));
        }
        self.change_call(key, |call| {
            match call.outside.iter().position(|party| party.number == number) {
                Some(index) => {
                    call.outside.remove(index);
                }
                None => call.legs.retain(|leg| Some(leg.person) != inside),
            }
        });
        Ok(())
    }

    /// Dials a number from the user's own device (`Dial`).
    ///
    /// # Errors
    /// The device is not the person's or is inactive, the person has an active call, or the number
    /// reaches nobody.
    pub fn dial(&mut self, person: PersonId, device: &str, number: &str) -> Result<(), Refusal> {
        self.own_device(person, device)?;
        if self.calls.active(person).is_some() {
            return Err(Refusal::Busy(self.people[person].number.clone()));
        }
        let to = self.destination(person, number)?;
        let kind = match to {
            Destination::Inside(_) => CallType::Internal,
            Destination::Outside(_) => CallType::Outbound,
        };
        self.call_out(person, number, to, kind, None);
        Ok(())
    }

    /// `DoNotDisturbOn`, `DoNotDisturbOff`.
    ///
    /// # Errors
    /// The device is not the person's, or does not allow it at the moment.
    pub fn set_do_not_disturb(
        &mut self,
        person: PersonId,
        device: &str,
        on: bool,
    ) -> Result<(), Refusal> {
        self.own_device(person, device)?;
        let needed = match on {
            true => Capability::DoNotDisturbOn,
            false => Capability::DoNotDisturbOff,
        };
        let offers = self.capabilities(person);
        if !offers.contains(&needed) {
            let offers: Vec<&str> = offers.iter().map(Capability::as_str).collect();
            return Err(Refusal::NotOfferedByDevice {
                operation: needed.to_string(),
                device: self.people[person].number.clone(),
                offers: offers.join(", "),
            });
        }
        self.people[person].do_not_disturb = on;
        self.device_changed(person);
        self.update_queue(person);
        Ok(())
    }

    /// Whether the device is the person's own, and active.
    pub(super) fn own_device(&self, person: PersonId, device: &str) -> Result<(), Refusal> {
        let person = &self.people[person];
        if person.device.as_str() != device {
            return Err(Refusal::NoSuchDevice(device.to_owned()));
        }
        if !person.is_active() {
            return Err(Refusal::NotRegistered(person.number.clone()));
        }
        Ok(())
    }
}
