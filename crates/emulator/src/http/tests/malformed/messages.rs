//! Bayeux messages, through the router.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::json;
use super::*;

/// A message, made up. Client ids are filled in when it is sent.
#[derive(Clone, Debug)]
struct Made {
    client_id: Option<Id>,
    rest: Value,
}

#[derive(Clone, Debug)]
enum Id {
    Own,
    Foreign,
    Other(Value),
}

fn channel() -> impl Strategy<Value = Value> {
    prop_oneof![
        24 => select(vec![
            "/meta/handshake", "/meta/connect", "/meta/connect", "/meta/subscribe",
            "/meta/subscribe", "/meta/unsubscribe", "/meta/disconnect", "/meta/nothing", "/meta",
            "/meta/*", "/v2/me/devices", "/v2/me/*", "/service/x", "/**", "/", "", "v2", "/a//b",
            "/meta/connect/", "/META/CONNECT",
        ])
        .prop_map(Value::from),
        1 => json::value(),
    ]
}

fn message() -> impl Strategy<Value = Made> {
    let field = prop_oneof![
        2 => (Just("id"), json::value()),
        4 => (Just("subscription"), channel()),
        1 => (Just("subscription"), vec(channel(), 0..4).prop_map(Value::from)),
        4 => (Just("data"), json::value()),
        4 => (Just("version"), select(vec!["1.0", "0.9", "beta"]).prop_map(Value::from)),
        4 => (
            Just("supportedConnectionTypes"),
            vec(select(vec!["long-polling", "websocket", ""]), 0..3).prop_map(Value::from)
        ),
        2 => (Just("connectionType"), json::value()),
        2 => (
            Just("advice"),
            any::<i64>().prop_map(|timeout| json!({ "timeout": timeout }))
        ),
        2 => (Just("ext"), any::<i64>().prop_map(|ack| json!({ "ack": ack }))),
        1 => (
            select(vec!["version", "supportedConnectionTypes", "advice", "ext", "successful", "error"]),
            json::value()
        ),
    ];
    let id = prop_oneof![
        8 => Just(Id::Own),
        3 => Just(Id::Foreign),
        1 => "[0-9a-f]{0,40}".prop_map(|id| Id::Other(id.into())),
        1 => json::value().prop_map(Id::Other),
    ];
    (channel(), option::weighted(0.9, id), vec(field, 0..4)).prop_map(
        |(channel, client_id, fields)| {
            let mut rest = json!({ "channel": channel });
            for (name, value) in fields {
                rest[name] = value;
            }
            Made { client_id, rest }
        },
    )
}

impl Made {
    fn value(&self, scene: &Scene) -> Value {
        let mut value = self.rest.clone();
        match &self.client_id {
            None => {}
            Some(Id::Own) => value["clientId"] = json!(scene.own),
            Some(Id::Foreign) => value["clientId"] = json!(scene.foreign),
            Some(Id::Other(id)) => value["clientId"] = id.clone(),
        }
        value
    }
}

async fn holds(scene: &mut Scene, body: impl Into<Body>) -> Result<(), TestCaseError> {
    let before = scene.snapshot();
    let began = tokio::time::Instant::now();
    let reply = scene.client.post("/api/v2/notifications", body).await;
    let refused = match reply.status {
        200 => {
            let Ok(Value::Array(replies)) = serde_json::from_str(&reply.text) else {
                return Err(TestCaseError::fail(reply.text));
            };
            prop_assert!(!replies.is_empty());
            let failed = |reply: &Value| reply["successful"] == false;
            for reply in &replies {
                let has_none = reply["error"] == "400::channel_missing";
                prop_assert!(reply["channel"].is_string() || has_none, "{}", reply);
                prop_assert!(
                    reply.get("data").is_some() || reply["successful"].is_boolean(),
                    "{}",
                    reply
                );
                prop_assert_eq!(failed(reply), reply["error"].is_string(), "{}", reply);
            }
            replies.iter().all(failed)
        }
        // A connect that was held has been told that another has come.
        _ => {
            prop_assert_eq!(reply.status, 400);
            prop_assert!(!reply.text.is_empty());
            true
        }
    };
    if refused {
        prop_assert_eq!(began.elapsed(), Duration::ZERO, "refused at once");
        unchanged(&before, &scene.snapshot())?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(tries(192))]

    #[test]
    fn messages_of_any_kind_are_answered_clearly_and_refused_ones_change_nothing(
        batches in vec(vec(message(), 1..4), 1..8),
    ) {
        in_virtual_time(async {
            let mut scene = Scene::new().await;
            for batch in &batches {
                let batch: Vec<Value> = batch.iter().map(|made| made.value(&scene)).collect();
                holds(&mut scene, Value::from(batch).to_string()).await?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_is_hardly_a_list_of_messages_is_answered_clearly_and_changes_nothing(
        bodies in vec(json::bytes(vec(message(), 1..3).prop_map(|batch| {
            batch.into_iter().map(|made| made.rest).collect()
        })), 1..8),
    ) {
        in_virtual_time(async {
            let mut scene = Scene::new().await;
            for body in bodies {
                holds(&mut scene, body).await?;
            }
            Ok(())
        })?;
    }
}
