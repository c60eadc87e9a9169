//! Advice: how the server wants to be polled. Source: Bayeux 1.0, *advice*.

use serde::Serialize;
use tolerant_json::Node;

use crate::duration::Duration;
use crate::raw;

/// What to do after a connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reconnect {
    /// Connect again, with the same client id.
    Retry,
    /// The session is gone: handshake.
    Handshake,
    /// Do neither.
    None,
}

impl Reconnect {
    fn from_str(text: &str) -> Option<Self> {
        match text {
            "retry" => Some(Self::Retry),
            "handshake" => Some(Self::Handshake),
            "none" => Some(Self::None),
            // An unknown action is no advice.
            _ => None,
        }
    }
}

/// The advice in one message. Unknown keys, and values of a wrong type, are ignored: bad advice
/// must not make the message unreadable.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Advice {
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reconnect: Option<Reconnect>,
    /// Milliseconds to wait before the next connect; negative: do not connect again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) interval: Option<i64>,
    /// Milliseconds for which the server holds a connect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeout: Option<i64>,
    /// Milliseconds for which the server keeps a session that has no connect outstanding (a
    /// CometD extra).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_interval: Option<i64>,
    /// The server sees several clients of one browser.
    #[serde(rename = "multiple-clients", skip_serializing_if = "Option::is_none")]
    pub(crate) multiple_clients: Option<bool>,
    /// The advice for long polling alone, which overrides the rest.
    #[serde(skip)]
    pub(crate) long_polling: Option<Box<Self>>,
}

impl Advice {
    /// Parses a field; none unless it is an object.
    pub(crate) fn read(field: &str) -> Option<Self> {
        let document = raw::document(field)?;
        let advice = document.root();
        advice.is_object().then(|| Self::of(advice))
    }

    fn of(advice: Node<'_>) -> Self {
        let millis = |name| advice.field(name).integer();
        let section = advice.field("long-polling");
        Self {
            reconnect: advice
                .field("reconnect")
                .str()
                .and_then(Reconnect::from_str),
            interval: millis("interval"),
            timeout: millis("timeout"),
            max_interval: millis("maxInterval"),
            multiple_clients: advice.field("multiple-clients").bool(),
            long_polling: section.is_object().then(|| Box::new(Self::of(section))),
        }
    }

    /// The advice as it applies to long polling.
    pub(crate) fn for_long_polling(self) -> Self {
        match self.long_polling {
            None => self,
            Some(section) => Self {
                reconnect: section.reconnect.or(self.reconnect),
                interval: section.interval.or(self.interval),
                timeout: section.timeout.or(self.timeout),
                max_interval: section.max_interval.or(self.max_interval),
                multiple_clients: section.multiple_clients.or(self.multiple_clients),
                long_polling: None,
            },
        }
    }
}

/// Milliseconds from the wire as a duration; negative ones are zero.
pub(crate) fn span(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(json: &str) -> Advice {
        Advice::read(json).unwrap()
    }

    #[test]
    fn every_known_key_is_parsed() {
        assert_eq!(
            advice(
                r#"{"reconnect":"retry","interval":0,"timeout":30000,"maxInterval":1e4,"multiple-clients":true,"hosts":["a"]}"#
            ),
            Advice {
                reconnect: Some(Reconnect::Retry),
                interval: Some(0),
                timeout: Some(30_000),
                max_interval: Some(10_000),
                multiple_clients: Some(true),
                long_polling: None,
            }
        );
    }

    #[test]
    fn unknown_keys_and_wrong_types_are_ignored() {
        assert_eq!(
            advice(
                r#"{"reconnect":"dance","interval":[1],"timeout":null,"x":{"y":[]},"multiple-clients":7}"#
            ),
            Advice::default()
        );
    }
}
