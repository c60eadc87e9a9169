//! Messages that are published after changes, with their channels. Sources: *CallsMessageType*,
//! *ErrorHandling*, *AgentStateControlNotReady*, captured traffic.

use bayeux::{Channel as Topic, RawValue};
use gws::notification::{CALLS, DEVICES};
use serde::Serialize;

use super::style::{Extensions, Format, Metrics, Style};
use super::{Call, Device};
use crate::json::raw;
use crate::world::{CallChange, Change, What};

/// A change as a message, with its channel.
pub(crate) fn message(change: &Change, format: &Format) -> (Topic, Box<RawValue>) {
    let style = format.style();
    match &change.what {
        What::Device(device) => {
            let body = DeviceStateChange {
                devices: [Device::new(device, format)],
            };
            let about = device.id.as_str();
            let kind = "DeviceStateChangeMessage";
            (topic(DEVICES), style.message(kind, about, body))
        }
        What::Call(call, change) => {
            let shown = Call::new(call, format);
            let body = CallStateChange {
                notification_type: change.as_str(),
                phone_number: &call.number,
                call: &shown,
                extensions: style.extensions(call),
            };
            let about = shown.resource.id.as_str();
            (
                topic(CALLS),
                style.message("CallStateChangeMessage", about, body),
            )
        }
        What::Channel(presence) => {
            let body = ChannelStateChange {
                channels: [ChannelState {
                    channel: VOICE,
                    dnd_state: "Off",
                    user_state: style.user_state(*presence),
                }],
            };
            let kind = "ChannelStateChangeMessageV2";
            (topic("/v2/me/channels"), style.message(kind, VOICE, body))
        }
    }
}

/// A change as a Bayeux message, for models of a server.
pub fn on_the_wire(change: &Change, format: &Format) -> String {
    let (channel, data) = message(change, format);
    format!(r#"{{"data":{},"channel":"{channel}"}}"#, data.get())
}

/// An accepted operation has failed.
pub(crate) fn error_message(
    device: &gws::DeviceId,
    text: Option<&str>,
    format: &Format,
) -> (Topic, Box<RawValue>) {
    let body = Error {
        error_message: text,
        device_path: format!("/devices/{device}"),
        device_uri: device.to_uri(format.base()),
    };
    // As captured: the type is first.
    (
        topic(DEVICES),
        format.style().message("ErrorMessage", "", body),
    )
}

impl Style {
    /// A message of this type about the resource with this id.
    fn message(self, kind: &'static str, about: &str, body: impl Serialize) -> Box<RawValue> {
        let last = self.message_type_is_last(about);
        let message = Message {
            first: (!last).then_some(kind),
            body,
            metrics: self.metrics(),
            last: last.then_some(kind),
        };
        raw(&message)
    }
}

/// The only channel of a user.
const VOICE: &str = "voice";

/// The common part of all messages: the type, first or last.
#[derive(Serialize)]
struct Message<T> {
    #[serde(rename = "messageType", skip_serializing_if = "Option::is_none")]
    first: Option<&'static str>,
    #[serde(flatten)]
    body: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<Metrics>,
    #[serde(rename = "messageType", skip_serializing_if = "Option::is_none")]
    last: Option<&'static str>,
}

#[derive(Serialize)]
struct DeviceStateChange {
    /// Assumption: only the device that changed is listed, as in the samples.
    devices: [Device; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallStateChange<'a> {
    notification_type: &'static str,
    phone_number: &'a str,
    call: &'a Call,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<Extensions>,
}

#[derive(Serialize)]
struct ChannelStateChange {
    channels: [ChannelState; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChannelState {
    channel: &'static str,
    dnd_state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_state: Option<gws::UserState>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Error<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'a str>,
    device_path: String,
    device_uri: String,
}

impl CallChange {
    /// `notificationType`.
    fn as_str(self) -> &'static str {
        match self {
            Self::Status => "StatusChange",
            Self::Participants => "ParticipantsUpdated",
            Self::MonitoredUserMuted => "MonitoredUserMutedStateChange",
        }
    }
}

fn topic(name: &str) -> Topic {
    Topic::new(name).expect("a constant that is a channel's name")
}
