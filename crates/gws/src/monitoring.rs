//! The words of monitoring: how a supervisor takes part, in what, for how long.

use crate::words::open_enum;

open_enum! {
    /// How a supervisor takes part in an agent's calls.
    pub enum MonitoringKind {
        /// Hears, is not heard.
        ListenIn = "ListenIn",
        /// Is heard by the agent.
        Coach = "Coach",
        /// Is heard by everyone.
        BargeIn = "BargeIn",
    }
}

open_enum! {
    /// What is monitored (`supervisorMonitoringScope`). Without it the server takes `Call`.
    pub enum Scope {
        /// The whole call, wherever it goes: after a transfer the supervisor stays with the
        /// customer and the new agent.
        Call = "Call",
        /// The agent only: if the agent transfers the call, the supervisor is released from it.
        Agent = "Agent",
    }
}

open_enum! {
    /// For how long (`supervisorMonitoringMode`). Without it the server takes `AllCalls`.
    pub enum Mode {
        /// Every call until it is cancelled.
        AllCalls = "AllCalls",
        /// Only the next call the agent receives; then monitoring ends.
        NextCall = "NextCall",
    }
}
