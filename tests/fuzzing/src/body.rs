//! Bodies: the messages of a request, and responses with placeholders for them.
//!
//! | in the body of a response | stands for |
//! |---|---|
//! | `$1` … `$9` | the `id` of the first … ninth message of the request |
//! | `$replies` | a successful reply to each message of the request, with commas between |
//! | `$client` | the client id of a session the server knows |

use bayeux::Exchange;
use serde::Deserialize;
use serde_json::{Value, json};

/// A message of a request, without its data, which may contain any number.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asked {
    id: String,
    channel: String,
    pub(crate) client_id: Option<String>,
    #[serde(default)]
    subscription: Value,
    #[serde(default)]
    advice: Value,
}

impl Asked {
    /// Whether a server answers it at once.
    pub(crate) fn is_urgent(&self) -> bool {
        self.channel == "/meta/handshake" || self.advice["timeout"] == 0
    }

    /// The successful reply.
    pub(crate) fn success(&self) -> Value {
        let mut reply = json!({ "channel": self.channel, "id": self.id, "successful": true });
        match self.channel.as_str() {
            "/meta/handshake" => {
                reply["clientId"] = json!("c1");
                reply["version"] = json!("1.0");
                reply["supportedConnectionTypes"] = json!(["long-polling"]);
            }
            "/meta/subscribe" | "/meta/unsubscribe" => {
                reply["subscription"] = self.subscription.clone();
            }
            _ => {}
        }
        reply
    }
}

/// The messages of a request; none if its body is not a list of such.
pub(crate) fn asked(exchange: &Exchange) -> Vec<Asked> {
    serde_json::from_str(&exchange.body).unwrap_or_default()
}

/// Fills in the placeholders.
pub(crate) fn fill(body: &str, request: &[Asked], client: &str) -> String {
    if !body.contains('$') {
        return body.to_owned();
    }
    let replies: Vec<String> = request
        .iter()
        .map(|message| message.success().to_string())
        .collect();
    let mut filled = body
        .replace("$replies", &replies.join(","))
        .replace("$client", client);
    for (number, message) in request.iter().take(9).enumerate() {
        filled = filled.replace(&format!("${}", number + 1), &message.id);
    }
    filled
}
