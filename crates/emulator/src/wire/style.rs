//! The versions' shapes, and the oddities of captured traffic.

use std::time::{SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use gws::device::{AgentState, WorkMode};
use gws::{CallId, CallType, UserState};
use serde::{Deserialize, Serialize};

use crate::world::{CallSnapshot, Presence};

/// The emulated version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
pub enum Dialect {
    /// 8.5.2 and later: monitoring and participants are objects.
    #[default]
    #[serde(rename = "8.5.2")]
    #[value(name = "8.5.2")]
    V852,
    /// 8.5.1: `supervisorMonitoringState` is a string beside `supervisorMonitoringMode`,
    /// participants are numbers beside `participantsInfo`, a call's id is its connection id
    /// (*DevicesAPI* 8.5.1, *CallsDial*).
    #[serde(rename = "8.5.1")]
    #[value(name = "8.5.1")]
    V851,
}

/// The style of resources and messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The version.
    pub dialect: Dialect,
    /// Whether the oddities of captured traffic are reproduced. Each is one method of this type.
    pub oddities: bool,
}

/// The format of resources and messages: the style, and the base address of URIs.
#[derive(Clone, Debug)]
pub struct Format {
    base: String,
    style: Style,
}

impl Format {
    /// The API is at `address`; URIs begin with it, or with another name of the same host.
    pub fn new(address: &str, style: Style) -> Self {
        Self {
            base: style.base(address),
            style,
        }
    }

    /// The base address of URIs.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn style(&self) -> Style {
        self.style
    }
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
    pub(crate) fn call_id(self, uuid: &CallId) -> CallId {
        match self.dialect {
            Dialect::V852 => uuid.clone(),
            Dialect::V851 => CallId::new(conn_id(uuid)),
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

    /// The state of a logged-out user is absent, and that of a user who has just logged in
    /// has no id and no name.
    pub(crate) fn user_state(self, presence: Presence) -> Option<UserState> {
        let state = user_state(presence);
        match presence {
            Presence::LoggedOut if self.oddities => None,
            Presence::LoggedIn if self.oddities => Some(UserState {
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

    /// The `statusCode` of a reply about another user's channel is a string (*AgentStateControl*).
    pub(crate) fn status_of_agent_control(self) -> Number {
        if self.oddities {
            Number::Text("0".to_owned())
        } else {
            Number::Number(0)
        }
    }

    /// `messageType` comes last in most messages: here in those about three of four devices and
    /// calls.
    pub(crate) fn message_type_is_last(self, about: &str) -> bool {
        let last = about.bytes().last();
        self.oddities && last.is_some_and(|digit| digit % 4 != 0)
    }

    /// Messages have `metrics`.
    pub(crate) fn metrics(self) -> Option<Metrics> {
        self.oddities.then(Metrics::now)
    }

    /// Messages about calls have T-Server's extensions, with the values of captured traffic.
    ///
    /// Assumption: in those to a talking party of a call from outside. It is unknown to which calls
    /// the captured ones belong.
    pub(crate) fn extensions(self, call: &CallSnapshot) -> Option<Extensions> {
        let business = call.kind == CallType::Inbound && call.supervision.is_none();
        (self.oddities && business).then_some(Extensions {
            business_call: 1,
            wrap_up_time: 20,
        })
    }

    /// URIs have another host than 127.0.0.1, the address that most clients use, as with the server
    /// option `externalApiUrlV2`.
    ///
    /// Assumption: it is `localhost`, whatever address the client used. A server that listens on
    /// another address uses that one in URIs.
    fn base(self, address: &str) -> String {
        if self.oddities {
            address.replacen("//127.0.0.1:", "//localhost:", 1)
        } else {
            address.to_owned()
        }
    }

    /// Paths of calls begin with or without a slash: here each with every other call.
    pub(crate) fn call_path(self, id: &CallId) -> String {
        let odd = id.as_str().bytes().last().is_some_and(|byte| byte % 2 == 1);
        if self.oddities && odd {
            format!("calls/{id}")
        } else {
            format!("/calls/{id}")
        }
    }
}

/// T-Server's id of a call, sixteen hexadecimal digits: here the first ones of its UUID.
pub(super) fn conn_id(uuid: &CallId) -> String {
    let digits = uuid.as_str().chars().filter(char::is_ascii_hexdigit);
    digits.take(16).collect()
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

/// The `metrics` of real messages.
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

/// The well-known ids of system states, in the mixed case in which they are sent.
const READY: &str = "9430250E-0A1B-421F-B372-F29E69366DED";
const NOT_READY: &str = "900D55CC-2BB0-431F-8BF9-D3525B383BE6";
/// Invented: captured traffic has this state without an id.
const LOGGED_IN: &str = "5F4E4A8C-6B5B-4A3C-9D57-0B0B5C1B8A51";
const AUX_WORK: &str = "2B36138D-C564-4562-A8CB-3C32D564F296";
const AFTER_CALL_WORK: &str = "D3663509-3D82-4DD3-A82E-2EA8EFA02AEF";
const LOGGED_OUT: &str = "0F7F5003-EF26-4D13-A6Ef-D0C7EC819BEB";

fn user_state(presence: Presence) -> UserState {
    let named = |id: &str, name: &str, state| UserState {
        id: Some(id.to_owned()),
        display_name: Some(name.to_owned()),
        state,
        work_mode: None,
        reason: None,
    };
    match presence {
        Presence::Ready => named(READY, "Ready", AgentState::Ready),
        Presence::NotReady(None) => named(NOT_READY, "Not Ready", AgentState::NotReady),
        Presence::NotReady(Some(reason)) => UserState {
            reason: Some(reason.as_str().to_owned()),
            ..named(NOT_READY, reason.as_str(), AgentState::NotReady)
        },
        Presence::AuxWork => UserState {
            work_mode: Some(WorkMode::AuxWork),
            ..named(AUX_WORK, "Aux Work", AgentState::NotReady)
        },
        Presence::AfterCallWork => UserState {
            work_mode: Some(WorkMode::AfterCallWork),
            ..named(AFTER_CALL_WORK, "After Call Work", AgentState::NotReady)
        },
        Presence::LoggedIn => named(LOGGED_IN, "Logged In", AgentState::LoggedIn),
        Presence::LoggedOut => named(LOGGED_OUT, "Logged Out", AgentState::LoggedOut),
    }
}
