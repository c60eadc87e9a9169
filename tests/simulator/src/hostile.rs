//! Hostile replies: contradictory advice, and replies that are missing, refused, misplaced or
//! incomplete. Events are left alone, because nobody could notice their loss.

use bayeux::Duration;
use serde_json::{Value, json};

use crate::dice::Dice;

/// The longest interval that is advised.
pub(crate) const MOST_INTERVAL: Duration = Duration::from_secs(20);

/// Rewrites one reply of a body. Returns a description.
pub(crate) fn rewrite(body: &mut Vec<u8>, dice: &mut Dice) -> Option<&'static str> {
    let mut messages: Vec<Value> = serde_json::from_slice(body).ok()?;
    let is_reply = |message: &Value| message.get("successful").is_some();
    let replies: Vec<usize> = (0..messages.len())
        .filter(|position| is_reply(&messages[*position]))
        .collect();
    let at = *replies.get(dice.index(replies.len()))?;
    let millis = |dice: &mut Dice, most| i64::try_from(dice.below(most)).unwrap_or_default();
    let what = match dice.below(23) {
        0 => {
            messages[at]["advice"] = json!({"reconnect": "retry", "interval": -1});
            "advises a negative interval"
        }
        1 => {
            messages[at]["advice"] = json!({"reconnect": "none", "interval": 0});
            "advises not to come back"
        }
        2 | 3 => {
            messages[at]["advice"] = json!({"reconnect": "handshake", "interval": 0});
            "advises a handshake, with success"
        }
        4..=7 => {
            let interval = millis(dice, MOST_INTERVAL.as_secs() * 1_000);
            messages[at]["advice"] = json!({"reconnect": "retry", "interval": interval});
            "advises another interval"
        }
        8 => {
            let timeout = millis(dice, 60_000);
            messages[at]["advice"] = json!({"reconnect": "retry", "timeout": timeout});
            "advises another time-out"
        }
        9 => {
            let kept = millis(dice, 20_000);
            messages[at]["advice"] = json!({"reconnect": "retry", "maxInterval": kept});
            "advises another maxInterval"
        }
        10 | 11 => {
            messages.remove(at);
            "leaves the reply out"
        }
        12 => {
            messages[at]["successful"] = Value::Bool(false);
            messages[at]["error"] = json!("402::session_unknown");
            "claims not to know the session"
        }
        13 => {
            messages[at]["successful"] = Value::Bool(false);
            messages[at]["error"] = json!("500::oops");
            "refuses"
        }
        14 => {
            messages[at]["id"] = json!("77777");
            "answers another id"
        }
        15 => {
            messages[at].as_object_mut()?.remove("id");
            "leaves the id out"
        }
        16 => {
            messages[at].as_object_mut()?.remove("clientId");
            "leaves the client id out"
        }
        17 => {
            let reply = messages.remove(at);
            messages.insert(0, reply);
            "puts the reply first"
        }
        18 => {
            messages.insert(at, json!({"channel": 7, "data": []}));
            "adds what can't be read"
        }
        19 => {
            let interval = millis(dice, 5_000);
            let rest = match dice.chance(500) {
                true => ("none", -1),
                false => ("retry", 0),
            };
            messages[at]["advice"] = json!({"reconnect": rest.0, "interval": rest.1,
                "long-polling": {"reconnect": "retry", "interval": interval}});
            "advises one thing, and another for long polling"
        }
        20 => {
            let interval = millis(dice, 5_000);
            let is_event = |message: &&mut Value| message.get("successful").is_none();
            let event = messages.iter_mut().find(is_event)?;
            event["advice"] = json!({"reconnect": "retry", "interval": interval});
            "advises another interval, in an event"
        }
        21 if messages.len() == 1 => {
            *body = messages[0].to_string().into_bytes();
            return Some("takes the list away");
        }
        _ => {
            messages[at]["advice"] = json!({"reconnect": 5, "interval": [], "x": {"y": null}});
            "advises nonsense"
        }
    };
    *body = Value::Array(messages).to_string().into_bytes();
    Some(what)
}

/// Makes the server answer a connect at once.
pub(crate) fn hurry(body: &mut Vec<u8>) {
    let Ok(mut messages) = serde_json::from_slice::<Vec<Value>>(body) else {
        return;
    };
    let is_connect = |message: &&mut Value| message["channel"] == "/meta/connect";
    if let Some(connect) = messages.iter_mut().find(is_connect) {
        connect["advice"] = json!({"timeout": 0});
        *body = Value::Array(messages).to_string().into_bytes();
    }
}

/// Removes the replies to subscribe and unsubscribe.
pub(crate) fn hide_subscriptions(body: &mut Vec<u8>) -> Option<&'static str> {
    let mut messages: Vec<Value> = serde_json::from_slice(body).ok()?;
    let count = messages.len();
    messages.retain(|message| {
        message["channel"] != "/meta/subscribe" && message["channel"] != "/meta/unsubscribe"
    });
    if messages.len() == count {
        return None;
    }
    *body = Value::Array(messages).to_string().into_bytes();
    Some("without replies to subscribe")
}
