//! In which shapes the server speaks, and with which of the oddities that captured traffic shows.

use std::time::{SystemTime, UNIX_EPOCH};

use gws::device::AgentState;
use gws::{CallType, UserState};
use serde::Serialize;

use crate::world::ConnId;

/// The version whose shapes the server speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// 8.5.2 and later: monitoring and participants are objects.
    #[default]
    V852,
    /// 8.5.1: `supervisorMonitoringState` is a word beside `supervisorMonitoringMode`, participants
    /// are numbers beside `participantsInfo`, a call's id is its connection id (*DevicesAPI* 8.5.1,
    /// *CallsDial*).
    V851,
}

/// How the server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The version.
    pub dialect: Dialect,
    /// Whether the oddities of captured traffic are there. Each is one method of this type.
    pub oddities: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            oddities: true,
        }
    }
}

impl Style {
    /// A call's id: its `callUuid` since 8.5.2, its connection id before (*CallsDial*).
    pub(crate) fn call_id(self, uuid: &str, conn_id: ConnId) -> String {
        match self.dialect {
            Dialect::V852 => uuid.to_owned(),
            Dialect::V851 => conn_id.to_string(),
        }
    }

    /// `e164Number` is empty for numbers here.
    pub(crate) fn e164(self, number: &str) -> String {
        if self.oddities {
            String::new()
        } else {
            number.to_owned()
        }
    }

    /// Nobody's state is absent, and that of somebody who has just logged in has no id and no name.
    pub(crate) fn user_state(self, state: UserState) -> Option<UserState> {
        if !self.oddities {
            return Some(state);
        }
        match state.state {
            AgentState::LoggedOut => None,
            AgentState::LoggedIn => Some(UserState {
                id: None,
                display_name: None,
                ..state
            }),
            _ => Some(state),
        }
    }

    /// A call's `duration` is a string of digits.
    pub(crate) fn seconds(self, seconds: u32) -> Number {
        if self.oddities {
            Number::Text(seconds.to_string())
        } else {
            Number::Number(seconds)
        }
    }

    /// `messageType` comes last in most messages: here in those about three of four devices and
    /// calls.
    pub(crate) fn message_type_is_last(self, about: &str) -> bool {
        let last = about.bytes().last();
        self.oddities && last.is_some_and(|digit| digit % 4 != 0)
    }

    /// Messages carry figures that nobody needs.
    pub(crate) fn metrics(self) -> Option<Metrics> {
        self.oddities.then(Metrics::now)
    }

    /// Messages about calls carry T-Server's extensions, with what captured traffic has in them.
    ///
    /// Assumption: those that tell somebody who talks of a call from outside. Which calls the
    /// captured ones were is not known.
    pub(crate) fn extensions(self, call: &gws::Call) -> Option<Extensions> {
        let business = call.call_type == Some(CallType::Inbound) && !call.monitoring;
        (self.oddities && business).then_some(Extensions {
            business_call: 1,
            wrap_up_time: 20,
        })
    }

    /// URIs name the host otherwise than by the address that most clients call, 127.0.0.1, as with
    /// the server option `externalApiUrlV2`.
    ///
    /// Assumption: it is `localhost`, whatever the client called. A server that listens on another
    /// address has URIs with that one.
    pub(crate) fn base(self, address: String) -> String {
        if self.oddities {
            address.replacen("//127.0.0.1:", "//localhost:", 1)
        } else {
            address
        }
    }

    /// Paths of calls come with a slash in front and without: here with every other call.
    pub(crate) fn call_path(self, id: &gws::CallId) -> String {
        let odd = id.as_str().bytes().last().is_some_and(|byte| byte % 2 == 1);
        if self.oddities && odd {
            format!("calls/{id}")
        } else {
            format!("/calls/{id}")
        }
    }
}

/// A number that may be written as a string.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Number {
    Number(u32),
    Text(String),
}

/// T-Server's extensions in messages about calls.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Extensions {
    business_call: u32,
    wrap_up_time: u32,
}

/// Figures that real messages carry and nobody needs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metrics {
    event_processing: EventProcessing,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventProcessing {
    node_processing_time_nanos: u64,
    server_generation_timestamp: u64,
    server_processing_time_total_ms: u64,
}

impl Metrics {
    fn now() -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since_1970.map_or(0, |span| u64::try_from(span.as_millis()).unwrap_or(0));
        Self {
            event_processing: EventProcessing {
                node_processing_time_nanos: 218_000,
                server_generation_timestamp: millis,
                server_processing_time_total_ms: 1,
            },
        }
    }
}
