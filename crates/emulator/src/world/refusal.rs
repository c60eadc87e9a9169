//! Why the contact centre refuses something: a variant for each reason, with GWS's `statusCode`
//! (*ReturnValues*) and a message.

use gws::StatusCode;

/// A refused command. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A required parameter is missing.
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
    /// A parameter has a value that is not allowed.
    #[error("Parameter '{name}' has the value '{value}'; allowed: {allowed}.")]
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// The value.
        value: String,
        /// The allowed values.
        allowed: &'static str,
    },
    /// The body of a request is not a JSON object.
    #[error("The request body is not a JSON object.")]
    NotAnObject,
    /// A parameter is given twice.
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
    /// There is no such device, or it is not the user's own.
    #[error("Device '{0}' not found.")]
    NoSuchDevice(String),
    /// There is no device with this number.
    #[error("Device with the number '{0}' not found.")]
    NoSuchNumber(String),
    /// The user has no such call.
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
        /// The operation.
        operation: String,
        /// The missing feature.
        feature: &'static str,
    },
    /// Only a supervisor may do this.
    #[error("User '{0}' lacks the role ROLE_SUPERVISOR.")]
    NotASupervisor(String),
    /// The device is inactive. The message is that of captured traffic.
    #[error("Device '{0}' is not registered.")]
    NotRegistered(String),
    /// The target is the supervisor's own device.
    #[error("A supervisor cannot monitor the own device.")]
    Oneself,
    /// The target is not an agent's device.
    #[error("Device '{0}' is not an agent's device.")]
    NotAnAgent(String),
    /// Nobody is logged in on the target.
    #[error("No agent is logged in on device '{0}'.")]
    LoggedOut(String),
    /// The agent already has a supervisor.
    #[error("Agent '{0}' is already monitored by another supervisor.")]
    MonitoredByAnother(String),
    /// There is no monitoring to cancel.
    #[error("Device '{0}' does not monitor anybody.")]
    NotMonitoring(String),
    /// The call does not allow the operation at the moment.
    #[error("Operation '{operation}' is not possible on call '{call}' now; possible: {offers}.")]
    NotOffered {
        /// The operation.
        operation: &'static str,
        /// The call.
        call: String,
        /// The call's capabilities.
        offers: String,
    },
    /// The device does not allow the operation at the moment.
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
    /// A person dials their own number.
    #[error("Number '{0}' is the caller's own.")]
    OwnNumber(String),
    /// The device with the number rejects calls.
    #[error("Device with the number '{0}' rejects calls (do not disturb).")]
    DoNotDisturb(String),
    /// There is no such party in the call.
    #[error("'{0}' does not take part in the call.")]
    NotAParticipant(String),
    /// A limit of the emulator is reached.
    #[error("There are {limit} {what} already, which is the maximum.")]
    TooMany {
        /// The limited items.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A SIP Cluster with routing-point monitoring supports scope `Call` only.
    #[error("With routing-point monitoring in a SIP Cluster only the scope 'Call' is supported.")]
    ClusterScope,
    /// A SIP Cluster with routing-point monitoring supports silent supervision only.
    #[error("With routing-point monitoring in a SIP Cluster only silent monitoring is supported.")]
    ClusterSilent,
    /// The agent already has a call.
    #[error("Agent '{0}' is in a call.")]
    Busy(String),
    /// The agent has no call.
    #[error("Agent '{0}' is not in a call.")]
    NotInACall(String),
}

impl Refusal {
    /// GWS's `statusCode`.
    ///
    /// Assumption: which code belongs to which reason. The codes are documented, the reasons are not.
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
