//! The operations on a call: those of `POST /me/calls/{id}` (*CallControl*).

/// Defines [`CallOperation`] by rows of: a description, its name, and its parameters.
macro_rules! operations {
    ($($what:literal $name:ident $({ $field:ident: $type:ty })?)*) => {
        /// An operation on the user's own call. Destinations and participants are numbers;
        /// `consult_call` is the id of the consult call, if the server must not find it by itself
        /// (`consultCallUri`).
        #[allow(missing_docs, reason = "the fields are described above")]
        #[derive(Clone, Debug, PartialEq)]
        pub enum CallOperation {
            $(#[doc = $what] $name $({ $field: $type })?,)*
        }

        impl CallOperation {
            /// The name on the wire, which is also the capability's.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => stringify!($name),)*
                }
            }
        }
    };
}

operations! {
    "Answers a ringing call; the active call is put on hold." Answer
    "Leaves the call. A supervisor only stops listening." Hangup
    "Ends the call for everyone." ClearCall
    "Puts the call on hold." Hold
    "Returns to a call on hold." Retrieve
    "Returns to a call on hold, and puts the active one on hold." SwapCalls
    "Mutes oneself." MuteCall
    "Unmutes oneself." UnmuteCall
    "Transfers the call without consultation." SingleStepTransfer { destination: String }
    "Adds a party to the call without consultation." SingleStepConference { destination: String }
    "Puts the call on hold and consults somebody who is to take it." InitiateTransfer { destination: String }
    "Puts the call on hold and consults somebody who is to join it." InitiateConference { destination: String }
    "Transfers the held call to the third party." CompleteTransfer { consult_call: Option<String> }
    "Merges both calls." CompleteConference { consult_call: Option<String> }
    "Removes a party." RemoveParticipantFromConference { participant: String }
    "A supervisor is heard by everyone." SwitchToBargeIn
    "A supervisor only listens again." SwitchToListenIn
    "A supervisor who has barged in mutes the agent." MuteMonitoredUser
    "The agent is heard again." UnmuteMonitoredUser
}
