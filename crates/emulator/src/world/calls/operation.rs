//! What one can ask for: the operations of `POST /me/calls/{id}` (*CallControl*). What a call's
//! capabilities don't name at the moment is refused; the list that a client sees is the authority.

use std::collections::BTreeMap;

use super::data::can_be_carried;
use super::{CallKey, LegState, Recording};
use crate::world::people::PersonId;
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
    /// Dials tones into the call.
    SendDtmf {
        /// `0`–`9`, `*`, `#`.
        digits: String,
    },
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
        /// For the consult call.
        user_data: BTreeMap<String, String>,
    },
    /// Holds the call and asks somebody who is to join it.
    InitiateConference {
        /// Whom.
        destination: String,
        /// For the consult call.
        user_data: BTreeMap<String, String>,
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
    /// Begins to record the call.
    StartCallRecording,
    /// Ends the recording.
    StopCallRecording,
    /// Leaves out of the recording what is said from now on.
    PauseCallRecording,
    /// Goes on with the recording.
    ResumeCallRecording,
    /// Changes what is attached to the call.
    UserData(DataChange),
    /// A supervisor begins to speak to everyone.
    SwitchToBargeIn,
    /// A supervisor goes back to listening.
    SwitchToListenIn,
    /// A supervisor who has barged in takes the call over: the agent is muted.
    MuteMonitoredUser,
    /// The agent is heard again.
    UnmuteMonitoredUser,
}

/// A change of what is attached to a call.
#[derive(Clone, Debug, PartialEq)]
pub enum DataChange {
    /// `AttachUserData`: adds pairs.
    Attach(BTreeMap<String, String>),
    /// `UpdateUserData`: replaces the values of pairs, or adds them.
    Update(BTreeMap<String, String>),
    /// `DeleteUserDataPair`: removes one pair.
    DeletePair(String),
    /// `DeleteUserData`: removes everything.
    DeleteAll,
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
            Self::SendDtmf { .. } => "SendDtmf",
            Self::SingleStepTransfer { .. } => "SingleStepTransfer",
            Self::SingleStepConference { .. } => "SingleStepConference",
            Self::InitiateTransfer { .. } => "InitiateTransfer",
            Self::InitiateConference { .. } => "InitiateConference",
            Self::CompleteTransfer { .. } => "CompleteTransfer",
            Self::CompleteConference { .. } => "CompleteConference",
            Self::RemoveParticipantFromConference { .. } => "RemoveParticipantFromConference",
            Self::StartCallRecording => "StartCallRecording",
            Self::StopCallRecording => "StopCallRecording",
            Self::PauseCallRecording => "PauseCallRecording",
            Self::ResumeCallRecording => "ResumeCallRecording",
            Self::UserData(DataChange::Attach(_)) => "AttachUserData",
            Self::UserData(DataChange::Update(_)) => "UpdateUserData",
            Self::UserData(DataChange::DeletePair(_)) => "DeleteUserDataPair",
            Self::UserData(DataChange::DeleteAll) => "DeleteUserData",
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
            CallOperation::SendDtmf { digits } => self.send_tones(&digits)?,
            CallOperation::SingleStepTransfer { destination } => {
                let to = self.destination(person, &destination)?;
                self.pass_on(person, key, to);
            }
            CallOperation::SingleStepConference { destination } => {
                let to = self.destination(person, &destination)?;
                self.add_party(key, to);
            }
            CallOperation::InitiateTransfer {
                destination,
                user_data,
            }
            | CallOperation::InitiateConference {
                destination,
                user_data,
            } => {
                can_be_carried(&user_data)?;
                let third = self.destination(person, &destination)?;
                self.begin_consult(person, key, third, user_data);
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
            CallOperation::StartCallRecording | CallOperation::ResumeCallRecording => {
                self.record(person, key, Recording::Running);
            }
            CallOperation::StopCallRecording => self.record(person, key, Recording::Stopped),
            CallOperation::PauseCallRecording => self.record(person, key, Recording::Paused),
            CallOperation::UserData(change) => self.change_user_data(key, change)?,
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
