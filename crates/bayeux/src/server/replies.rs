//! The messages that go back.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::advice::{Advice, Reconnect};
use crate::channel::Channel;
use crate::message::{CONNECT, ClientId, LONG_POLLING};

/// A reply to one message.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub(super) channel: String,
    /// The request's id, as JSON.
    pub(super) id: Option<String>,
    pub(super) successful: bool,
    pub(super) error: Option<String>,
    pub(super) advice: Option<Advice>,
    pub(super) subscription: Vec<String>,
    /// For a handshake.
    pub(super) client_id: Option<ClientId>,
}

impl Reply {
    pub(super) fn success(channel: &str, id: Option<String>) -> Self {
        Self {
            channel: channel.to_owned(),
            id,
            successful: true,
            ..Self::default()
        }
    }

    pub(super) fn failure(channel: &str, id: Option<String>, error: &str) -> Self {
        Self {
            channel: channel.to_owned(),
            id,
            error: Some(error.to_owned()),
            ..Self::default()
        }
    }

    pub(super) fn to_json(&self) -> String {
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
            channel: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            id: Option<&'a RawValue>,
            #[serde(skip_serializing_if = "Option::is_none")]
            subscription: Option<OneOrMany<'a>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            error: Option<&'a str>,
            successful: bool,
        }
        #[derive(Serialize)]
        #[serde(untagged)]
        enum OneOrMany<'a> {
            One(&'a str),
            Many(&'a [String]),
        }
        let is_grant = self.client_id.is_some();
        // The id was JSON when it was read.
        let id = self
            .id
            .as_deref()
            .and_then(|id| serde_json::from_str(id).ok());
        let wire = Wire {
            client_id: self.client_id.as_ref(),
            version: is_grant.then_some("1.0"),
            minimum_version: is_grant.then_some("1.0"),
            supported_connection_types: is_grant.then_some([LONG_POLLING]),
            advice: self.advice.as_ref(),
            channel: &self.channel,
            id,
            subscription: match self.subscription.as_slice() {
                [] => None,
                [one] => Some(OneOrMany::One(one)),
                many => Some(OneOrMany::Many(many)),
            },
            error: self.error.as_deref(),
            successful: self.successful,
        };
        json(&wire)
    }
}

/// The reply to a message of a session that does not exist. Only a connect's carries advice.
pub(super) fn session_unknown(channel: &str, id: Option<String>) -> Reply {
    let mut reply = Reply::failure(channel, id, "402::session_unknown");
    if channel == CONNECT {
        reply.advice = Some(Advice {
            reconnect: Some(Reconnect::Handshake),
            interval: Some(0),
            ..Advice::default()
        });
    }
    reply
}

/// A message on a channel, as JSON.
pub(super) fn event(channel: &Channel, data: &RawValue) -> String {
    #[derive(Serialize)]
    struct Wire<'a> {
        data: &'a RawValue,
        channel: &'a str,
    }
    json(&Wire {
        data,
        channel: channel.as_str(),
    })
}

/// A body of messages.
pub(super) fn list(messages: &[String]) -> Vec<u8> {
    format!("[{}]", messages.join(",")).into_bytes()
}

fn json(wire: &impl Serialize) -> String {
    // Strings, numbers, and JSON that was read before always have a JSON form.
    serde_json::to_string(wire).unwrap_or_default()
}
