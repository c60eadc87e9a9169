//! Why the contact centre refuses something: one variant a reason, each with GWS's number for it
//! (*ReturnValues*) and a sentence for a person.

use gws::StatusCode;

/// A refused command. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A parameter that must be there is not.
    #[error("Required parameter '{0}' is missing.")]
    Missing(&'static str),
    /// A parameter has the wrong JSON type.
    #[error("Parameter '{0}' must be a string.")]
    NotAString(String),
    /// A parameter has the wrong JSON type.
    #[error("Parameter '{name}' must be {what}.")]
    WrongType {
        /// The parameter.
        name: String,
        /// What it must be.
        what: &'static str,
    },
    /// A parameter has a value that is none of the allowed ones.
    #[error("Parameter '{name}' has the value '{value}'; allowed: {allowed}.")]
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// What it holds.
        value: String,
        /// What it may hold.
        allowed: &'static str,
    },
    /// The body of a request is no JSON object.
    #[error("The request body is not a JSON object.")]
    NotAnObject,
    /// A parameter stands there twice: which one counts would be anybody's guess.
    #[error("Parameter '{0}' is given more than once.")]
    GivenTwice(String),
    /// `targetDeviceUri` is not the absolute URI of a device.
    #[error("Parameter 'targetDeviceUri' is not the URI of a device: '{0}'.")]
    MalformedTarget(String),
    /// `targetDeviceUri` and `phoneNumber` name different devices.
    #[error("Parameters 'targetDeviceUri' and 'phoneNumber' name different devices.")]
    TargetsDiffer,
    /// There is no such operation.
    #[error("Operation '{0}' is not known.")]
    UnknownOperation(String),
    /// There is no such device, or it belongs to somebody else where one's own is asked for.
    #[error("Device '{0}' not found.")]
    NoSuchDevice(String),
    /// There is no device with this number.
    #[error("Device with the number '{0}' not found.")]
    NoSuchNumber(String),
    /// There is no such call among one's own.
    #[error("Call '{0}' not found.")]
    NoSuchCall(String),
    /// There is no such user.
    #[error("User '{0}' not found.")]
    NoSuchUser(String),
    /// There is no such agent group.
    #[error("Group '{0}' not found.")]
    NoSuchGroup(String),
    /// The contact centre lacks the feature that this belongs to.
    #[error(
        "Operation '{operation}' is invalid: the contact center lacks the feature '{feature}'."
    )]
    FeatureOff {
        /// What was asked for.
        operation: String,
        /// What it takes.
        feature: &'static str,
    },
    /// Only a supervisor may do this.
    #[error("User '{0}' lacks the role ROLE_SUPERVISOR.")]
    NotASupervisor(String),
    /// The device is not in use. The words are those of captured traffic.
    #[error("Device '{0}' is not registered.")]
    NotRegistered(String),
    /// A supervisor's own device was named as the target.
    #[error("A supervisor cannot monitor the own device.")]
    Oneself,
    /// The target is not an agent's device.
    #[error("Device '{0}' is not an agent's device.")]
    NotAnAgent(String),
    /// Nobody is logged in on the target.
    #[error("No agent is logged in on device '{0}'.")]
    LoggedOut(String),
    /// The agent has a supervisor already.
    #[error("Agent '{0}' is already monitored by another supervisor.")]
    MonitoredByAnother(String),
    /// There is no monitoring to cancel.
    #[error("Device '{0}' does not monitor anybody.")]
    NotMonitoring(String),
    /// The call does not offer the operation at the moment.
    #[error("Operation '{operation}' is not possible on call '{call}' now; possible: {offers}.")]
    NotOffered {
        /// The operation.
        operation: &'static str,
        /// The call.
        call: String,
        /// The call's capabilities.
        offers: String,
    },
    /// The device does not offer the operation at the moment.
    #[error(
        "Operation '{operation}' is not possible on device '{device}' now; possible: {offers}."
    )]
    NotOfferedByDevice {
        /// The operation.
        operation: String,
        /// The device's number.
        device: String,
        /// The device's capabilities.
        offers: String,
    },
    /// There is no such channel.
    #[error("Channel '{0}' not found.")]
    NoSuchChannel(String),
    /// The operation is for other channels.
    #[error("Operation '{0}' is not available for the channel 'voice'.")]
    NotForVoice(String),
    /// Somebody calls themselves.
    #[error("Number '{0}' is the caller's own.")]
    OwnNumber(String),
    /// Whoever has the number takes no calls.
    #[error("Device with the number '{0}' turns calls away (do not disturb).")]
    DoNotDisturb(String),
    /// There is no such party in the call.
    #[error("'{0}' does not take part in the call.")]
    NotAParticipant(String),
    /// The emulator keeps no more of these.
    #[error("There are {limit} {what} already, as many as there may be.")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// A SIP Cluster with routing-point monitoring knows one scope.
    #[error("With routing-point monitoring in a SIP Cluster only the scope 'Call' is supported.")]
    ClusterScope,
    /// A SIP Cluster with routing-point monitoring knows silent supervision only.
    #[error("With routing-point monitoring in a SIP Cluster only silent monitoring is supported.")]
    ClusterSilent,
    /// The agent has a call already.
    #[error("Agent '{0}' is in a call.")]
    Busy(String),
    /// The agent has no call.
    #[error("Agent '{0}' is not in a call.")]
    NotInACall(String),
}

impl Refusal {
    /// GWS's number for it.
    ///
    /// Assumption: which number stands for which reason. The list of numbers is documented, the
    /// reasons behind them are not.
    pub fn code(&self) -> StatusCode {
        match self {
            Self::Missing(_) => StatusCode::PARAMETER_MISSING,
            Self::NotAString(_)
            | Self::WrongType { .. }
            | Self::OutOfRange { .. }
            | Self::NotAnObject
            | Self::GivenTwice(_)
            | Self::MalformedTarget(_)
            | Self::FeatureOff { .. }
            | Self::TooMany { .. }
            | Self::UnknownOperation(_) => StatusCode::OUT_OF_RANGE,
            Self::TargetsDiffer
            | Self::Oneself
            | Self::NotAnAgent(_)
            | Self::LoggedOut(_)
            | Self::NotMonitoring(_)
            | Self::NotForVoice(_)
            | Self::NotOffered { .. }
            | Self::NotOfferedByDevice { .. }
            | Self::OwnNumber(_)
            | Self::DoNotDisturb(_)
            | Self::NotAParticipant(_)
            | Self::Busy(_)
            | Self::NotInACall(_) => StatusCode::PARAMETER_INVALID,
            Self::MonitoredByAnother(_) | Self::ClusterScope | Self::ClusterSilent => {
                StatusCode::FORBIDDEN
            }
            Self::NotASupervisor(_) => StatusCode::NO_PERMISSION,
            Self::NoSuchDevice(_)
            | Self::NoSuchNumber(_)
            | Self::NoSuchCall(_)
            | Self::NoSuchChannel(_)
            | Self::NoSuchGroup(_)
            | Self::NoSuchUser(_) => StatusCode::NOT_FOUND,
            Self::NotRegistered(_) => StatusCode::INTERNAL_ERROR,
        }
    }
}
