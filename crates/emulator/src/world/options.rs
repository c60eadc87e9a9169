//! T-Server's options that decide about supervision, by their names in the section `TServer`
//! (*CallSupervision*), and the one profile beside the ordinary: routing-point monitoring in a
//! SIP Cluster.

use std::str::FromStr;

use gws::Scope;

use super::supervision::Supervision;

/// T-Server's options. The defaults are T-Server's.
#[derive(Clone, Debug, PartialEq)]
pub struct TServerOptions {
    /// `intrusion-enabled`: whether a supervisor joins a call that is under way when monitoring is
    /// asked for. Without, monitoring begins with the next call. Default `true`.
    pub intrusion_enabled: bool,
    /// `monitor-internal-calls`: whether calls without an outside party are monitored. Default
    /// `true`.
    pub monitor_internal_calls: bool,
    /// `monitor-consult-calls`: which consult calls are monitored. Default `none`.
    pub monitor_consult_calls: MonitorConsultCalls,
    /// `default-monitor-scope`: what is monitored if a request does not say. Default `call`.
    pub default_monitor_scope: Scope,
    /// `default-monitor-mode`: how a supervisor takes part if a request does not say: `mute`,
    /// `coach`, `connect`, `normal`. Default `mute`. Assumption: `normal` means `connect`.
    pub default_monitor_mode: Supervision,
    /// `cancel-monitor-on-disconnect`: whether monitoring is over when the connection to T-Server
    /// breaks. Assumption: default `true`, and the connection is the server's, not a page's.
    pub cancel_monitor_on_disconnect: bool,
    /// Whether this is a SIP Cluster with routing-point monitoring, which has limits: only scope
    /// `Call`, only silent supervision, no intrusion (ListenIn page). Default `false`.
    ///
    /// Assumption: it can be monitored at all. The page about `Coach` says that it can't.
    pub routing_point_monitoring: bool,
}

impl Default for TServerOptions {
    fn default() -> Self {
        Self {
            intrusion_enabled: true,
            monitor_internal_calls: true,
            monitor_consult_calls: MonitorConsultCalls::None,
            default_monitor_scope: Scope::Call,
            default_monitor_mode: Supervision::ListenIn,
            cancel_monitor_on_disconnect: true,
            routing_point_monitoring: false,
        }
    }
}

/// Which consult calls are monitored (`monitor-consult-calls`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonitorConsultCalls {
    /// None.
    None,
    /// Those made to an agent who is monitored.
    Dest,
    /// Those made by an agent who is monitored.
    Orig,
    /// All.
    All,
}

/// One option with its value, as it is written on a command line: `intrusion-enabled=false`.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionSetting(Setting);

#[derive(Clone, Debug, PartialEq)]
enum Setting {
    Intrusion(bool),
    InternalCalls(bool),
    ConsultCalls(MonitorConsultCalls),
    Scope(Scope),
    Mode(Supervision),
    CancelOnDisconnect(bool),
}

impl TServerOptions {
    /// Sets one option.
    pub fn set(&mut self, OptionSetting(setting): OptionSetting) {
        match setting {
            Setting::Intrusion(on) => self.intrusion_enabled = on,
            Setting::InternalCalls(on) => self.monitor_internal_calls = on,
            Setting::ConsultCalls(which) => self.monitor_consult_calls = which,
            Setting::Scope(scope) => self.default_monitor_scope = scope,
            Setting::Mode(how) => self.default_monitor_mode = how,
            Setting::CancelOnDisconnect(on) => self.cancel_monitor_on_disconnect = on,
        }
    }
}

impl FromStr for OptionSetting {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, OptionError> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| OptionError::NoValue(text.to_owned()))?;
        let wrong = |allowed| OptionError::Value {
            name: name.to_owned(),
            value: value.to_owned(),
            allowed,
        };
        let switch = || value.parse().map_err(|_| wrong("true, false"));
        Ok(Self(match name {
            "intrusion-enabled" => Setting::Intrusion(switch()?),
            "monitor-internal-calls" => Setting::InternalCalls(switch()?),
            "cancel-monitor-on-disconnect" => Setting::CancelOnDisconnect(switch()?),
            "monitor-consult-calls" => Setting::ConsultCalls(match value {
                "none" => MonitorConsultCalls::None,
                "dest" => MonitorConsultCalls::Dest,
                "orig" => MonitorConsultCalls::Orig,
                "all" => MonitorConsultCalls::All,
                _ => return Err(wrong("none, dest, orig, all")),
            }),
            "default-monitor-scope" => Setting::Scope(match value {
                "call" => Scope::Call,
                "agent" => Scope::Agent,
                _ => return Err(wrong("call, agent")),
            }),
            "default-monitor-mode" => Setting::Mode(match value {
                "mute" => Supervision::ListenIn,
                "coach" => Supervision::Coach,
                "connect" | "normal" => Supervision::BargeIn,
                _ => return Err(wrong("mute, normal, connect, coach")),
            }),
            _ => return Err(OptionError::Unknown(name.to_owned())),
        }))
    }
}

/// Why an option can't be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// There is no such option.
    #[error(
        "there is no option {0}; there are intrusion-enabled, monitor-internal-calls, \
         monitor-consult-calls, default-monitor-scope, default-monitor-mode and \
         cancel-monitor-on-disconnect"
    )]
    Unknown(String),
    /// It has no value.
    #[error("{0} has no value; write NAME=VALUE")]
    NoValue(String),
    /// It can't have that value.
    #[error("{name} can be {allowed}, not {value}")]
    Value {
        /// The option.
        name: String,
        /// What it was to be.
        value: String,
        /// What it may be.
        allowed: &'static str,
    },
}
