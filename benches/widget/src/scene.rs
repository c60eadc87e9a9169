//! The data that the pages read and receive: the emulator's replies to the reads of a supervisor who listens
//! in to a call, and notifications about that device and call, in the emulator's format.

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Method, Request, header};
use gws_emulator::Config;
use serde_json::{Value, json};
use tower::ServiceExt;

/// The reads of the pages, below `/api/v2`.
const READS: [&str; 4] = [
    "/me?subresources=features",
    "/me/devices?fields=*",
    "/me/calls?fields=*",
    "/users?fields=*&subresources=*",
];

/// A supervisor who listens in to the agent on 6001, in a call with the customer on 555-000000.
pub(crate) struct Scene {
    /// The replies, by path below `/api/v2`.
    pub(crate) replies: Vec<(&'static str, Bytes)>,
    device: Value,
    call: Value,
}

impl Scene {
    /// Plays the scene on the emulator, in a contact centre with this many agents.
    ///
    /// # Errors
    /// The emulator refuses something.
    pub(crate) async fn play(agents: usize) -> Result<Self> {
        let emulator = Emulator(gws_emulator::app(Config {
            agents,
            life: false,
            auto_login: true,
            csrf: false,
            ..Config::default()
        }));
        let device = emulator.first("devices").await?;
        let path = format!("/api/v2/me/devices/{}", id(&device)?);
        let listen_in = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
        emulator.post(&path, listen_in).await?;
        let arrives = json!({ "do": "callArrives", "agent": "6001", "from": "555-000000" });
        emulator.post("/emulator/instructions", arrives).await?;
        // The emulator does whatever is due when a request arrives.
        let call = e2e::until("the call", async || emulator.first("calls").await).await?;
        let path = format!("/api/v2/me/calls/{}", id(&call)?);
        let answer = json!({ "operationName": "Answer" });
        emulator.post(&path, answer).await?;
        let call = e2e::until("the call to be answered", async || {
            let call = emulator.first("calls").await?;
            ensure!(call["state"] == "Established", "{call}");
            Ok(call)
        })
        .await?;
        let device = emulator.first("devices").await?;
        let state = &device["supervisorMonitoringState"]["state"];
        ensure!(state == "ListenIn", "nobody is monitored: {device}");
        let mut replies = Vec::new();
        for read in READS {
            replies.push((read, emulator.get(read).await?));
        }
        Ok(Self {
            replies,
            device,
            call,
        })
    }

    /// The messages of a response, starting with number `from`, without the brackets of the list.
    pub(crate) fn messages(&self, from: usize, count: usize) -> Bytes {
        let messages = (from..from + count).map(|number| self.message(number).to_string());
        messages.collect::<Vec<_>>().join(",").into()
    }

    /// A message with a visible effect. An odd number replaces the customer in the call; an even one makes
    /// the device inactive, or active again.
    fn message(&self, number: usize) -> Value {
        // Real servers send these metrics, too.
        let metrics = json!({ "eventProcessing": {
            "nodeProcessingTimeNanos": 218_000,
            "serverGenerationTimestamp": 1_795_932_777_277_u64,
            "serverProcessingTimeTotalMs": 1,
        } });
        if number % 2 == 1 {
            let mut call = self.call.clone();
            let customer = format!("555-{number:06}");
            for field in ["phoneNumber", "formattedPhoneNumber", "digits"] {
                call["participants"][0][field] = json!(customer);
            }
            return json!({ "channel": "/v2/me/calls", "data": {
                "notificationType": "ParticipantsUpdated", "phoneNumber": "5005", "call": call,
                "metrics": metrics, "messageType": "CallStateChangeMessage",
            } });
        }
        let mut device = self.device.clone();
        let is_active = number.is_multiple_of(4);
        device["deviceState"] = json!(if is_active { "Active" } else { "Inactive" });
        let (state, name) = match is_active {
            true => ("Ready", "Ready"),
            false => ("NotReady", "Not Ready"),
        };
        device["userState"]["state"] = json!(state);
        device["userState"]["displayName"] = json!(name);
        json!({ "channel": "/v2/me/devices", "data": {
            "messageType": "DeviceStateChangeMessage", "devices": [device], "metrics": metrics,
        } })
    }
}

/// The emulator, without a socket.
struct Emulator(Router);

impl Emulator {
    async fn get(&self, read: &str) -> Result<Bytes> {
        self.send(Method::GET, &format!("/api/v2{read}"), Body::empty())
            .await
    }

    async fn post(&self, path: &str, body: Value) -> Result<()> {
        let body = Body::from(body.to_string());
        self.send(Method::POST, path, body).await.map(drop)
    }

    /// The first of the supervisor's devices or calls.
    async fn first(&self, list: &str) -> Result<Value> {
        let reply = self.get(&format!("/me/{list}?fields=*")).await?;
        let mut reply: Value = serde_json::from_slice(&reply)?;
        let first = reply[list].get_mut(0).map(Value::take);
        first.with_context(|| format!("the supervisor has no {list}"))
    }

    async fn send(&self, method: Method, path: &str, body: Body) -> Result<Bytes> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:8090")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)?;
        let reply = self.0.clone().oneshot(request).await?;
        let status = reply.status();
        let body = to_bytes(reply.into_body(), usize::MAX).await?;
        let text = || String::from_utf8_lossy(&body).into_owned();
        ensure!(status.is_success(), "{path}: {status} {}", text());
        Ok(body)
    }
}

fn id(resource: &Value) -> Result<&str> {
    resource["id"].as_str().context("it has no id")
}

#[cfg(test)]
mod tests {
    use gws::{DeviceState, Notification};

    use super::*;

    #[tokio::test]
    async fn the_widget_understands_the_messages_and_each_has_a_visible_effect() {
        let scene = Scene::play(3).await.unwrap();
        let decode = |number| {
            let message = scene.message(number);
            Notification::decode(&message["data"].to_string()).unwrap()
        };
        let state = |number| match decode(number) {
            Notification::Devices(devices) => match devices.as_slice() {
                [device] => device.device_state.clone(),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        assert_eq!(state(2), Some(DeviceState::Inactive));
        assert_eq!(state(4), Some(DeviceState::Active));
        let Notification::Call(call) = decode(3) else {
            panic!("it is about a call");
        };
        assert_eq!(call.participants[0].shown(), "555-000003");
    }
}
