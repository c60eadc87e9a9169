//! What one can ask for: the operations of `POST /me/calls/{id}` (*CallControl*). What a call's
//! capabilities don't name at the moment is refused; the list that a client sees is the authority.

use super::LegState;
use crate::world::ids::{CallKey, PersonId};
use crate::world::{Refusal, World};

/// An operation on one's own call. Destinations are numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum CallOperation {
    /// Takes a ringing call. Whatever one talks on is put on hold.
    Answer,
    /// Leaves the call. A supervisor only stops listening.
    Hangup,
    /// Ends the call for everyone.
    ClearCall,
    /// Puts the others on hold.
    Hold,
    /// Comes back to them.
    Retrieve,
    /// Comes back to them, and puts on hold whoever one talks with.
    SwapCalls,
    /// Mutes oneself.
    MuteCall,
    /// Is heard again.
    UnmuteCall,
    /// Hands the call on without asking.
    SingleStepTransfer {
        /// To whom.
        destination: String,
    },
    /// Adds somebody to the call without asking.
    SingleStepConference {
        /// Whom.
        destination: String,
    },
    /// Holds the call and asks somebody who is to take it.
    InitiateTransfer {
        /// Whom.
        destination: String,
    },
    /// Holds the call and asks somebody who is to join it.
    InitiateConference {
        /// Whom.
        destination: String,
    },
    /// Hands the held call to whoever was asked.
    CompleteTransfer {
        /// The consult call, if the server is not to find it (`consultCallUri`): its id.
        consult_call: Option<String>,
    },
    /// Brings both calls together.
    CompleteConference {
        /// The consult call, if the server is not to find it (`consultCallUri`): its id.
        consult_call: Option<String>,
    },
    /// Removes a party.
    RemoveParticipantFromConference {
        /// The party's number.
        participant: String,
    },
    /// A supervisor begins to speak to everyone.
    SwitchToBargeIn,
    /// A supervisor goes back to listening.
    SwitchToListenIn,
    /// A supervisor who has barged in takes the call over: the agent is muted.
    MuteMonitoredUser,
    /// The agent is heard again.
    UnmuteMonitoredUser,
}

impl CallOperation {
    /// The name on the wire, which is also the capability's.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Answer => "Answer",
            Self::Hangup => "Hangup",
            Self::ClearCall => "ClearCall",
            Self::Hold => "Hold",
            Self::Retrieve => "Retrieve",
            Self::SwapCalls => "SwapCalls",
            Self::MuteCall => "MuteCall",
            Self::UnmuteCall => "UnmuteCall",
            Self::SingleStepTransfer { .. } => "SingleStepTransfer",
            Self::SingleStepConference { .. } => "SingleStepConference",
            Self::InitiateTransfer { .. } => "InitiateTransfer",
            Self::InitiateConference { .. } => "InitiateConference",
            Self::CompleteTransfer { .. } => "CompleteTransfer",
            Self::CompleteConference { .. } => "CompleteConference",
            Self::RemoveParticipantFromConference { .. } => "RemoveParticipantFromConference",
            Self::SwitchToBargeIn => "SwitchToBargeIn",
            Self::SwitchToListenIn => "SwitchToListenIn",
            Self::MuteMonitoredUser => "MuteMonitoredUser",
            Self::UnmuteMonitoredUser => "UnmuteMonitoredUser",
        }
    }
}

impl World {
    /// Carries out an operation on one's own call.
    ///
    /// # Errors
    /// There is no such call, the operation is not offered at the moment, or what it asks for
    /// can't be had. Nothing has changed then.
    pub fn call_operation(
        &mut self,
        person: PersonId,
        call: &str,
        operation: CallOperation,
    ) -> Result<(), Refusal> {
        let key = self.own_call(person, call)?;
        self.is_offered(person, key, operation.name())?;
        match operation {
            CallOperation::Answer => self.pick_up_call(person, key),
            CallOperation::Hangup => self.leave(person, key),
            CallOperation::ClearCall => self.clear(key),
            CallOperation::Hold => self.set_leg(person, key, LegState::Held),
            CallOperation::Retrieve => self.set_leg(person, key, LegState::Established),
            CallOperation::SwapCalls => self.swap_to(person, key),
            CallOperation::MuteCall => self.set_muted(person, key, true),
            CallOperation::UnmuteCall => self.set_muted(person, key, false),
            CallOperation::SingleStepTransfer { destination } => {
                let to = self.destination(person, &destination)?;
                self.pass_on(person, key, to);
            }
            CallOperation::SingleStepConference { destination } => {
                let to = self.destination(person, &destination)?;
                self.add_party(key, to);
            }
            CallOperation::InitiateTransfer { destination }
            | CallOperation::InitiateConference { destination } => {
                let third = self.destination(person, &destination)?;
                self.begin_consult(person, key, third);
            }
            CallOperation::CompleteTransfer { consult_call } => {
                let pair = self.consultation(person, key, consult_call.as_deref())?;
                self.finish_transfer(person, pair);
            }
            CallOperation::CompleteConference { consult_call } => {
                let pair = self.consultation(person, key, consult_call.as_deref())?;
                self.finish_conference(person, pair);
            }
            CallOperation::RemoveParticipantFromConference { participant } => {
                self.remove_party(person, key, &participant)?;
            }
            CallOperation::SwitchToBargeIn => self.switch_to_barge_in(person, key),
            CallOperation::SwitchToListenIn => self.switch_to_listen_in(person, key),
            CallOperation::MuteMonitoredUser => self.set_target_muted(person, key, true),
            CallOperation::UnmuteMonitoredUser => self.set_target_muted(person, key, false),
        }
        Ok(())
    }

    fn is_offered(
        &self,
        person: PersonId,
        key: CallKey,
        operation: &'static str,
    ) -> Result<(), Refusal> {
        let call = self.calls.get(&key);
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
}
