//! The advice in force, derived from the responses that a client got, not from the client.

use bayeux::Duration;
use serde_json::Value;

/// How long a connect is held if the server does not say.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// The advice in force.
#[derive(Clone, Debug, Default)]
pub(crate) struct Advised {
    reconnect: Option<String>,
    interval: i64,
    timeout: Option<u64>,
    has_max_interval: bool,
}

impl Advised {
    /// Takes the advice in the messages of a response, with that of the reply (on `reply_channel`)
    /// last. Returns whether there was any.
    pub(crate) fn take(&mut self, messages: &[Value], reply_channel: Option<&str>) -> bool {
        let mut is_advised = false;
        let is_reply = |message: &&Value| {
            reply_channel.is_some() && message["channel"].as_str() == reply_channel
        };
        let others = messages.iter().filter(|message| !is_reply(message));
        for message in others.chain(messages.iter().filter(is_reply)) {
            let advice = &message["advice"];
            if advice.is_object() {
                let field = |name: &str| match &advice["long-polling"][name] {
                    Value::Null => &advice[name],
                    value => value,
                };
                self.reconnect = field("reconnect").as_str().map(str::to_owned);
                self.interval = field("interval").as_i64().unwrap_or(0);
                self.timeout = field("timeout").as_u64();
                self.has_max_interval = !field("maxInterval").is_null();
                is_advised = true;
            }
        }
        is_advised
    }

    /// Whether the client must not reconnect.
    pub(crate) fn forbids_to_connect(&self) -> bool {
        self.interval < 0 || self.reconnect.as_deref() == Some("none")
    }

    /// Whether the server limits how long it keeps a session without a connect.
    pub(crate) fn limits_sessions(&self) -> bool {
        self.has_max_interval
    }

    /// How long the server holds a connect.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout.map_or(DEFAULT_TIMEOUT, Duration::from_millis)
    }

    /// How long to wait between connects.
    pub(crate) fn interval(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.interval).unwrap_or(0))
    }
}
