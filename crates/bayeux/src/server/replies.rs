//! Outgoing messages in their wire format.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::queue::Json;
use crate::advice::{Advice, Reconnect};
use crate::channel::Channel;
use crate::message::{CONNECT, ClientId, DISCONNECT, HANDSHAKE, LONG_POLLING, VERSION};

/// A reply to one message.
#[derive(Debug, Default)]
pub(super) struct Reply {
    /// None if the message had no channel.
    pub(super) channel: Option<String>,
    /// The request's `id`, as JSON.
    pub(super) id: Option<String>,
    pub(super) successful: bool,
    pub(super) error: Option<&'static str>,
    pub(super) advice: Option<Advice>,
    /// The request's `subscription`, as JSON.
    pub(super) subscription: Option<String>,
    /// For a granted handshake.
    pub(super) client_id: Option<ClientId>,
    /// How many messages travel with the reply to a handshake.
    pub(super) messages: Option<usize>,
    pub(super) ack: Option<Ack>,
}

/// The *ack* information of a reply, in `ext`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Ack {
    /// Of a handshake: it is used.
    Used(bool),
    /// Of a handshake whose reply may carry messages.
    UsedFrom { enabled: bool, batch: i64 },
    /// Of a connect: the batch that it closes.
    Batch(i64),
}

impl Reply {
    pub(super) fn success(channel: &str, id: Option<String>) -> Self {
        Self {
            channel: Some(channel.to_owned()),
            id,
            successful: true,
            ..Self::default()
        }
    }

    pub(super) fn refuse(&mut self, error: &'static str) {
        self.successful = false;
        self.error = Some(error);
    }

    /// The session does not exist. Only handshakes and connects get advice on it.
    pub(super) fn refuse_unknown_session(&mut self) {
        self.refuse("402::session_unknown");
        if matches!(self.channel.as_deref(), Some(CONNECT | HANDSHAKE)) {
            self.advice = Some(Advice {
                reconnect: Some(Reconnect::Handshake),
                interval: Some(0),
                ..Advice::default()
            });
        }
    }

    pub(super) fn to_json(&self) -> Json {
        #[derive(Serialize)]
        struct Extensions {
            ack: Ack,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            client_id: Option<&'a ClientId>,
            #[serde(skip_serializing_if = "Option::is_none")]
            version: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            minimum_version: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            supported_connection_types: Option<[&'a str; 1]>,
            #[serde(skip_serializing_if = "Option::is_none")]
            advice: Option<&'a Advice>,
            #[serde(skip_serializing_if = "Option::is_none")]
            ext: Option<Extensions>,
            #[serde(rename = "x-messages", skip_serializing_if = "Option::is_none")]
            messages: Option<usize>,
            #[serde(skip_serializing_if = "Option::is_none")]
            channel: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            id: Option<&'a RawValue>,
            #[serde(skip_serializing_if = "Option::is_none")]
            subscription: Option<&'a RawValue>,
            #[serde(skip_serializing_if = "Option::is_none")]
            error: Option<&'a str>,
            successful: bool,
        }
        let is_grant = self.client_id.is_some();
        json(&Wire {
            client_id: self.client_id.as_ref(),
            version: is_grant.then_some(VERSION),
            minimum_version: is_grant.then_some(VERSION),
            supported_connection_types: is_grant.then_some([LONG_POLLING]),
            advice: self.advice.as_ref(),
            ext: self.ack.map(|ack| Extensions { ack }),
            messages: self.messages,
            channel: self.channel.as_deref(),
            id: self.id.as_deref().and_then(read_before),
            subscription: self.subscription.as_deref().and_then(read_before),
            error: self.error,
            successful: self.successful,
        })
    }
}

/// JSON that was parsed once can be parsed again.
fn read_before(json: &str) -> Option<&RawValue> {
    serde_json::from_str(json).ok()
}

/// A message on a channel. A client's message goes to all sessions that have subscribed to its channel. A
/// message on a service channel is accepted and goes nowhere, as there are no services.
///
/// | channel | request MUST | request MAY | reply MUST | reply MAY |
/// |---|---|---|---|---|
/// | any but the protocol's own | channel, data | clientId, id, ext | channel, successful | id, error, ext |
///
/// Neither the publisher's client id nor the message's id reaches others; its `ext` does.
///
/// Assumption: a message without data is refused with `400::data_missing`. CometD passes it on, as an event
/// that the protocol does not allow.
#[derive(Serialize)]
pub(super) struct Message<'a> {
    pub(super) data: &'a RawValue,
    pub(super) channel: &'a str,
    /// The publisher's id, if a client published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ext: Option<&'a RawValue>,
}

impl<'a> Message<'a> {
    pub(super) fn new(channel: &'a Channel, data: &'a RawValue) -> Self {
        Self {
            data,
            channel: channel.as_str(),
            ext: None,
        }
    }

    pub(super) fn to_json(&self) -> Json {
        json(self)
    }
}

/// The advice to a client whose session has ended for good.
pub(super) fn gone() -> Advice {
    Advice {
        reconnect: Some(Reconnect::None),
        ..Advice::default()
    }
}

/// The message to a client whose session the server ends.
pub(super) fn disconnected() -> Json {
    Reply::success(DISCONNECT, None).to_json()
}

/// A body of messages.
pub(super) fn list<'a>(messages: impl IntoIterator<Item = &'a Json>) -> Vec<u8> {
    let mut body = vec![b'['];
    for (number, message) in messages.into_iter().enumerate() {
        if number > 0 {
            body.push(b',');
        }
        body.extend_from_slice(message.as_bytes());
    }
    body.push(b']');
    body
}

fn json(wire: &impl Serialize) -> Json {
    // Strings, numbers, and JSON that was read before always have a JSON form.
    Arc::from(serde_json::to_string(wire).unwrap_or_default())
}
