//! Features of a contact centre. Without a feature its resources are not found and its operations are
//! invalid (*Features*).

use clap::ValueEnum;
use serde::Deserialize;

use super::Refusal;

/// A feature. Ids and names are those of *FeatureConfiguration* and of captured traffic; features that
/// do not concern voice supervisors are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// `api-voice`: devices, calls, the voice channel.
    ApiVoice,
    /// `api-supervisor-monitoring`: `ListenIn` and the like.
    ApiSupervisorMonitoring,
    /// `api-supervisor-agent-control`: an agent's state, changed by a supervisor.
    ApiSupervisorAgentControl,
}

impl Feature {
    /// All features.
    pub const ALL: [Self; 3] = [
        Self::ApiVoice,
        Self::ApiSupervisorMonitoring,
        Self::ApiSupervisorAgentControl,
    ];

    /// Its id.
    pub fn id(self) -> &'static str {
        match self {
            Self::ApiVoice => gws::feature::VOICE,
            Self::ApiSupervisorMonitoring => gws::feature::SUPERVISOR_MONITORING,
            Self::ApiSupervisorAgentControl => gws::feature::SUPERVISOR_AGENT_CONTROL,
        }
    }

    /// Its name and description.
    pub(crate) fn name_and_description(self) -> (&'static str, &'static str) {
        match self {
            Self::ApiVoice => ("Voice API", "API for the voice channel"),
            Self::ApiSupervisorMonitoring => (
                "Supervisor Monitoring API",
                "API For Supervisors to Monitor Agents",
            ),
            Self::ApiSupervisorAgentControl => (
                "Supervisor Agent Control API",
                "API For Supervisors to Control Agent States",
            ),
        }
    }

    /// The feature that a voice operation needs besides `api-voice`.
    fn of_operation(operation: &str) -> Option<Self> {
        match operation {
            "ListenIn"
            | "Coach"
            | "BargeIn"
            | "CancelSupervisorMonitoring"
            | "SwitchToBargeIn"
            | "SwitchToListenIn"
            | "MuteMonitoredUser" => Some(Self::ApiSupervisorMonitoring),
            // `UnmuteMonitoredUser` needs `api-voice` only, by its page.
            _ => None,
        }
    }
}

/// The features of a contact centre. Default all, as with 8.5.202.96.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features {
    off: Vec<Feature>,
}

impl Features {
    /// All features except for these.
    pub fn without(off: impl IntoIterator<Item = Feature>) -> Self {
        Self {
            off: off.into_iter().collect(),
        }
    }

    /// Whether the contact centre has it.
    pub fn has(&self, feature: Feature) -> bool {
        !self.off.contains(&feature)
    }

    /// Whether the contact centre has the feature that an operation needs.
    ///
    /// # Errors
    /// It does not, so the operation is invalid.
    pub(crate) fn permit(&self, operation: &str) -> Result<(), Refusal> {
        match Feature::of_operation(operation).filter(|&feature| !self.has(feature)) {
            None => Ok(()),
            Some(feature) => Err(Refusal::FeatureOff {
                operation: operation.to_owned(),
                feature: feature.id(),
            }),
        }
    }

    /// The features of the contact centre, in order.
    pub fn on(&self) -> impl Iterator<Item = Feature> {
        Feature::ALL
            .into_iter()
            .filter(|&feature| self.has(feature))
    }
}
