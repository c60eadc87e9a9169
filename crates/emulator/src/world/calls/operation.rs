//! The operations on a call: those of `POST /me/calls/{id}` (*CallControl*).

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
