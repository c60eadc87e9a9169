//! T-Server's options that affect supervision, by their names in the section `TServer`
//! (*CallSupervision*), and the one profile besides the ordinary one: routing-point monitoring in a
//! SIP Cluster.

use super::supervision::Supervision;

/// T-Server's options. The defaults are T-Server's.
#[derive(Clone, Debug, PartialEq)]
pub struct TServerOptions {
    /// `intrusion-enabled`: whether a supervisor joins a call in progress when monitoring is
    /// requested. If not, monitoring begins with the next call. Default `true`.
    pub intrusion_enabled: bool,
    /// `default-monitor-mode`: how a supervisor takes part if the request does not say. Default
    /// `mute`.
    pub default_monitor_mode: Supervision,
    /// Whether this is a SIP Cluster with routing-point monitoring, which has restrictions: only
    /// scope `Call`, only silent supervision, no intrusion (ListenIn page). Default `false`.
    ///
    /// Assumption: monitoring is possible in it at all. The page about `Coach` says that it is not.
    pub routing_point_monitoring: bool,
}

impl Default for TServerOptions {
    fn default() -> Self {
        Self {
            intrusion_enabled: true,
            default_monitor_mode: Supervision::ListenIn,
            routing_point_monitoring: false,
        }
    }
}
