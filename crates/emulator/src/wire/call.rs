//! The wire format of a call. Sources: *CallResource*, the samples of *CompleteTransfer* and
//! *CompleteConference*, *CallsDial* for the older shape, captured traffic.

use gws::call::{CallCapability, LegMonitoring};
use gws::{CallId, CallState, CallType, Participant, Toggle};
use serde::{Serialize, Serializer};

use super::style::{Dialect, Format, Number, conn_id};
use crate::world::CallSnapshot;

/// A call with the properties of captured traffic.
#[derive(Clone, Debug)]
pub struct Call {
    /// The call.
    pub resource: gws::Call,
    seen: CallSnapshot,
    format: Format,
}

impl Call {
    /// A call as one of its parties sees it.
    pub fn new(seen: &CallSnapshot, format: &Format) -> Self {
        let style = format.style();
        let participants = seen.participants.iter().map(|number| Participant {
            e164_number: style.e164(number),
            ..Participant::new(number)
        });
        let offers = seen.offers.iter().copied();
        let resource = gws::Call {
            id: style.call_id(&seen.id),
            state: seen.state.clone(),
            device_uri: Some(seen.device.to_uri(format.base())),
            participants: participants.collect(),
            ani: Some(seen.ani.clone()),
            dnis: Some(seen.dnis.clone()),
            call_type: Some(seen.kind.clone()),
            capabilities: offers.map(CallCapability::from).collect(),
            duration: Some(seen.seconds),
            mute: Some(if seen.muted { Toggle::On } else { Toggle::Off }),
            supervisor_listening_in: seen.is_monitored,
            monitored_user_muted: seen.agents_muted,
            monitoring: seen.supervision.is_some(),
            supervisor_monitoring_state: seen.supervision.map(|how| LegMonitoring {
                state: how.to_kind(),
            }),
        };
        Self {
            resource,
            seen: seen.clone(),
            format: format.clone(),
        }
    }

    /// Its URI.
    pub(crate) fn uri(&self) -> String {
        self.uri_of(&self.resource.id)
    }

    fn uri_of(&self, id: &CallId) -> String {
        format!("{}/me/calls/{id}", self.format.base())
    }
}

impl Serialize for Call {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (call, seen, style) = (&self.resource, &self.seen, self.format.style());
        let newer = style.dialect == Dialect::V852;
        let parent = seen.parent.as_ref().map(|id| style.call_id(id));
        let previous = seen.previous.as_ref().filter(|_| newer);
        let shape = Shape {
            id: &call.id,
            state: &call.state,
            call_uuid: &seen.id,
            conn_id: newer.then(|| conn_id(&seen.id)),
            previous_conn_id: previous.map(conn_id),
            device_uri: call.device_uri.as_deref(),
            participants: if newer {
                Participants::Objects(&call.participants)
            } else {
                Participants::Numbers(&seen.participants)
            },
            participants_info: (!newer).then_some(&call.participants),
            ani: &seen.ani,
            dnis: &seen.dnis,
            call_type: &seen.kind,
            capabilities: &call.capabilities,
            parent_call_uri: parent.as_ref().map(|id| self.uri_of(id)),
            duration: style.seconds(seen.seconds),
            mute: call.mute.as_ref(),
            supervisor_listening_in: call.supervisor_listening_in,
            monitored_user_muted: call.monitored_user_muted,
            monitoring: call.monitoring,
            // Added to the documentation of the call in 2016.
            supervisor_monitoring_state: call
                .supervisor_monitoring_state
                .as_ref()
                .filter(|_| newer),
            uri: self.uri(),
            path: style.call_path(&call.id),
            parent_call_path: parent.as_ref().map(|id| style.call_path(id)),
        };
        shape.serialize(to)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shape<'a> {
    id: &'a CallId,
    state: &'a CallState,
    call_uuid: &'a CallId,
    #[serde(skip_serializing_if = "Option::is_none")]
    conn_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_conn_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_uri: Option<&'a str>,
    participants: Participants<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    participants_info: Option<&'a Vec<Participant>>,
    ani: &'a str,
    dnis: &'a str,
    call_type: &'a CallType,
    capabilities: &'a [CallCapability],
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_call_uri: Option<String>,
    duration: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    mute: Option<&'a Toggle>,
    supervisor_listening_in: bool,
    monitored_user_muted: bool,
    monitoring: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    supervisor_monitoring_state: Option<&'a LegMonitoring>,
    uri: String,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_call_path: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Participants<'a> {
    Objects(&'a [Participant]),
    Numbers(&'a [String]),
}
