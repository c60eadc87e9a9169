//! The values of monitoring: how a supervisor takes part, in which part of a call, in which calls.

use crate::words::open_enum;

open_enum! {
    /// How a supervisor takes part in an agent's calls.
    pub enum MonitoringKind {
        /// Hears, but is not heard.
        ListenIn = "ListenIn",
        /// Is heard by the agent.
        Coach = "Coach",
        /// Is heard by everyone.
        BargeIn = "BargeIn",
    }
}

open_enum! {
    /// The monitored part of a call (`supervisorMonitoringScope`). The server's default is `Call`.
    pub enum Scope {
        /// The whole call, wherever it goes: after a transfer the supervisor stays with the
        /// customer and the new agent.
        Call = "Call",
        /// The agent only: if the agent transfers the call, the supervisor is released from it.
        Agent = "Agent",
    }
}

open_enum! {
    /// The monitored calls (`supervisorMonitoringMode`). The server's default is `AllCalls`.
    pub enum Mode {
        /// Every call until monitoring is cancelled.
        AllCalls = "AllCalls",
        /// Only the next call the agent receives; then monitoring ends.
        NextCall = "NextCall",
    }
}
