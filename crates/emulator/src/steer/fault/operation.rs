//! The operations there are, for a fault that is limited to one of them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// The name of an operation that is carried out here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OperationName(&'static str);

impl OperationName {
    /// The name.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl<'de> Deserialize<'de> for OperationName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let found = OPERATIONS.iter().find(|&&known| known == name);
        found.copied().map(Self).ok_or_else(|| {
            let known = OPERATIONS.join(", ");
            D::Error::custom(format!("there is no operation `{name}`; there are {known}"))
        })
    }
}

/// What `http::operations` carries out, on devices, calls, channels and `/me`: a test compares the
/// two.
const OPERATIONS: &[&str] = &[
    // On devices.
    "ListenIn",
    "Coach",
    "BargeIn",
    "CancelSupervisorMonitoring",
    "DoNotDisturbOn",
    "DoNotDisturbOff",
    "Dial",
    // On calls.
    "Answer",
    "Hangup",
    "ClearCall",
    "Hold",
    "Retrieve",
    "SwapCalls",
    "MuteCall",
    "UnmuteCall",
    "SwitchToBargeIn",
    "SwitchToListenIn",
    "MuteMonitoredUser",
    "UnmuteMonitoredUser",
    "SingleStepTransfer",
    "SingleStepConference",
    "InitiateTransfer",
    "InitiateConference",
    "CompleteTransfer",
    "CompleteConference",
    "RemoveParticipantFromConference",
    // On channels and `/me`.
    "Ready",
    "NotReady",
    "AuxWork",
    "AfterCallWork",
    "Offline",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Whatever a source file has in quotes and is written as operations are.
    fn operations_in(source: &str) -> impl Iterator<Item = &str> {
        let quoted = source.split('"').skip(1).step_by(2);
        quoted.filter(|text| {
            text.starts_with(|first: char| first.is_ascii_uppercase())
                && text.chars().all(|letter| letter.is_ascii_alphabetic())
                && text.chars().any(|letter| letter.is_ascii_lowercase())
        })
    }

    #[test]
    fn the_list_has_what_is_carried_out_and_nothing_else() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/operations");
        let mut sources = String::new();
        for file in std::fs::read_dir(folder).expect("a folder") {
            let path = file.expect("a file").path();
            let source = std::fs::read_to_string(path).expect("a source");
            let code = source.lines().filter(|line| !line.contains("//"));
            sources.extend(code);
        }
        let carried_out: BTreeSet<_> = operations_in(&sources).collect();
        let listed: BTreeSet<_> = OPERATIONS.iter().copied().collect();
        assert_eq!(listed, carried_out);
        assert_eq!(listed.len(), OPERATIONS.len(), "none stands there twice");
    }
}
