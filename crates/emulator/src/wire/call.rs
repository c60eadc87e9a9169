//! A call as it is sent. Sources: *CallResource*, the samples of *CompleteTransfer* and
//! *CompleteConference*, *CallsDial* for the older shape, captured traffic.

use gws::call::{CallCapability, LegMonitoring};
use gws::{CallId, CallState, CallType, Participant, Toggle};
use serde::{Serialize, Serializer};

use super::style::{Dialect, Number, Style};
use crate::world::{CallChange, ConnId};

/// A call with the properties of captured traffic.
#[derive(Clone, Debug)]
pub struct Call {
    /// The call.
    pub resource: gws::Call,
    pub(crate) uuid: String,
    pub(crate) conn_id: ConnId,
    /// The call from which its owner came into this one.
    pub(crate) previous_conn_id: Option<ConnId>,
    /// The call about which this one asks a third party.
    pub(crate) parent: Option<CallId>,
    pub(crate) base: String,
    /// The number of the device the call is on.
    pub(crate) number: String,
    pub(crate) style: Style,
}

impl Call {
    /// The same call when it is over for its owner.
    ///
    /// Assumption: it says to the end that it was for monitoring, and how.
    pub(crate) fn released(mut self) -> Self {
        self.resource.state = CallState::Released;
        self.resource.capabilities.clear();
        self.resource.supervisor_listening_in = false;
        self
    }

    /// In what it differs from what it was, if it does.
    pub(crate) fn change_since(&self, was: &Self) -> Option<CallChange> {
        let (new, old) = (&self.resource, &was.resource);
        if self.is_like(was) {
            None
        } else if new.state != old.state || new.mute != old.mute {
            Some(CallChange::Status)
        } else if new.monitored_user_muted != old.monitored_user_muted {
            Some(CallChange::MonitoredUserMuted)
        } else if new.participants != old.participants {
            Some(CallChange::Participants)
        } else {
            Some(CallChange::Status)
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.resource == other.resource
            && self.parent == other.parent
            && self.previous_conn_id == other.previous_conn_id
    }

    /// Its URI.
    pub(crate) fn uri(&self) -> String {
        self.uri_of(&self.resource.id)
    }

    fn uri_of(&self, id: &CallId) -> String {
        format!("{}/me/calls/{id}", self.base)
    }
}

impl Serialize for Call {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let call = &self.resource;
        let newer = self.style.dialect == Dialect::V852;
        let parent = self.parent.as_ref();
        let previous = self.previous_conn_id.filter(|_| newer);
        let numbers = || call.participants.iter().map(|party| &*party.phone_number);
        let shape = Shape {
            id: &call.id,
            state: &call.state,
            call_uuid: &self.uuid,
            conn_id: newer.then(|| self.conn_id.to_string()),
            previous_conn_id: previous.map(|id| id.to_string()),
            device_uri: call.device_uri.as_deref(),
            participants: if newer {
                Participants::Objects(&call.participants)
            } else {
                Participants::Numbers(numbers().collect())
            },
            participants_info: (!newer).then_some(&call.participants),
            ani: call.ani.as_deref(),
            dnis: call.dnis.as_deref(),
            call_type: call.call_type.as_ref(),
            capabilities: &call.capabilities,
            parent_call_uri: parent.map(|id| self.uri_of(id)),
            duration: call.duration.map(|seconds| self.style.seconds(seconds)),
            mute: call.mute.as_ref(),
            supervisor_listening_in: call.supervisor_listening_in,
            monitored_user_muted: call.monitored_user_muted,
            monitoring: call.monitoring,
            // Added to the page of the call in 2016.
            supervisor_monitoring_state: call
                .supervisor_monitoring_state
                .as_ref()
                .filter(|_| newer),
            uri: self.uri(),
            path: self.style.call_path(&call.id),
            parent_call_path: parent.map(|id| self.style.call_path(id)),
        };
        shape.serialize(to)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shape<'a> {
    id: &'a CallId,
    state: &'a CallState,
    call_uuid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    conn_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_conn_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_uri: Option<&'a str>,
    participants: Participants<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    participants_info: Option<&'a Vec<Participant>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ani: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dnis: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_type: Option<&'a CallType>,
    capabilities: &'a [CallCapability],
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_call_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<Number>,
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
    Numbers(Vec<&'a str>),
}
