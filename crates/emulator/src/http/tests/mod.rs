//! The API's behaviour, through the router and without sockets.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::config::Config;
use crate::control::Control;
use crate::state::Shared;

mod bodies;
mod calls;
mod console;
mod cors;
mod directory;
mod emulator;
mod faults;
mod har;
mod log;
mod malformed;
mod monitoring;
mod notifications;
mod reads;
mod scripts;
mod shapes;
mod sign_in;
mod states;

/// A browser that uses the API.
#[derive(Clone)]
struct Client {
    router: Router,
    authorization: Option<String>,
    cookies: Vec<(String, String)>,
    csrf: Option<String>,
}

struct Reply {
    status: u16,
    headers: axum::http::HeaderMap,
    text: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }

    #[track_caller]
    fn is_refused(&self, status: u16, code: u64) {
        let body = self.json();
        assert_eq!(
            (self.status, body["statusCode"].as_u64()),
            (status, Some(code)),
            "{body}"
        );
        assert!(
            !body["statusMessage"]
                .as_str()
                .expect("a message")
                .is_empty()
        );
        assert_eq!(
            body.as_object().expect("an object").len(),
            2,
            "nothing else: {body}"
        );
    }
}

impl Client {
    /// The header `Cookie`.
    fn cookie(&self) -> String {
        let cookies = self.cookies.iter();
        let cookies: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        cookies.join("; ")
    }

    async fn send(&mut self, request: Request<Body>) -> Reply {
        let (mut parts, body) = request.into_parts();
        if !self.cookies.is_empty() {
            let cookie = self.cookie().parse().unwrap();
            parts.headers.insert(header::COOKIE, cookie);
        }
        if let Some(authorization) = &self.authorization {
            parts
                .headers
                .insert(header::AUTHORIZATION, authorization.parse().unwrap());
        }
        if let Some(csrf) = self.csrf.as_ref().filter(|_| parts.method != "GET") {
            parts.headers.insert("X-CSRF-TOKEN", csrf.parse().unwrap());
        }
        let host = HeaderValue::from_static("localhost:8090");
        parts.headers.entry(header::HOST).or_insert(host);
        let request = Request::from_parts(parts, body);
        let response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        if let Some(name) = response.headers().get("X-CSRF-HEADER") {
            let token = &response.headers()[name.to_str().unwrap()];
            self.csrf = Some(token.to_str().unwrap().to_owned());
        }
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Reply {
            status,
            headers,
            text,
        }
    }

    /// The body of a read that succeeds.
    async fn read(&mut self, path: &str) -> Value {
        let reply = self.get(path).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    }

    async fn get(&mut self, path: &str) -> Reply {
        let request = Request::get(path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    async fn post(&mut self, path: &str, body: impl Into<Body>) -> Reply {
        let request = Request::post(path).body(body.into()).unwrap();
        self.send(request).await
    }

    async fn operation(&mut self, path: &str, body: Value) -> Reply {
        self.post(path, body.to_string()).await
    }
}

struct Site {
    shared: Arc<Shared>,
    router: Router,
    control: Control,
}

impl Site {
    fn new() -> Self {
        Self::with(Config::default())
    }

    fn with(config: Config) -> Self {
        let config = Config {
            agents: 5,
            life: false,
            ..config
        };
        let shared = Shared::new(config, "http://127.0.0.1:8090/api/v2".to_owned());
        Self {
            router: super::router(&shared, None),
            control: Control::new(Arc::clone(&shared)),
            shared,
        }
    }

    /// Runs the driver until this is dropped.
    fn driver(&self) -> tokio::task::JoinSet<()> {
        let mut driver = tokio::task::JoinSet::new();
        driver.spawn(crate::state::driver(Arc::clone(&self.shared)));
        driver
    }

    fn anonymous(&self) -> Client {
        Client {
            router: self.router.clone(),
            authorization: None,
            cookies: Vec::new(),
            csrf: None,
        }
    }

    /// The header with which a user signs in.
    fn basic(&self, user: &str) -> String {
        use base64::Engine as _;
        let pair = format!("{user}:{}", self.shared.config.password);
        let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
        format!("Basic {encoded}")
    }

    /// Somebody who has signed in and read the CSRF token.
    async fn client(&self, user: &str) -> Client {
        let mut client = self.anonymous();
        client.authorization = Some(self.basic(user));
        assert_eq!(client.get("/api/v2/me").await.status, 200);
        client.authorization = None;
        client
    }

    /// A user with the path of the device.
    async fn user(&self, name: &str) -> (Client, String) {
        let mut client = self.client(name).await;
        let devices = client.read("/api/v2/me/devices?fields=*").await;
        let id = devices["devices"][0]["id"].as_str().expect("a device");
        (client, format!("/api/v2/me/devices/{id}"))
    }

    async fn supervisor(&self) -> (Client, String) {
        self.user("supervisor").await
    }

    #[track_caller]
    fn has_no_monitoring(&self) {
        assert_eq!(self.control.monitoring("5005"), None);
    }

    /// A customer, 555-1234, calls an agent, who answers at once.
    #[track_caller]
    fn call_arrives(&self, agent: &str) {
        let arrived = self.control.call_arrives(agent, "555-1234");
        arrived.expect("a free agent");
    }

    fn uri_of(&self, agent: &str) -> String {
        let agent = self.control.agent(agent).expect("an agent");
        agent.device_id.to_uri("http://localhost:8080/api/v2")
    }
}

const NOTIFICATIONS: &str = "/api/v2/notifications";
const CONNECT: &str = "/api/v2/notifications/connect";

fn listen_in() -> Value {
    json!({ "operationName": "ListenIn", "phoneNumber": "6001" })
}

fn handshake() -> Value {
    json!([{ "id": "1", "channel": "/meta/handshake", "version": "1.0",
        "supportedConnectionTypes": ["long-polling"] }])
}

impl Client {
    async fn messages(&mut self, path: &str, messages: Value) -> Vec<Value> {
        let reply = self.operation(path, messages).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        serde_json::from_str(&reply.text).expect("a list of messages")
    }

    /// Handshakes, subscribes to everything, and connects once.
    async fn subscribe(&mut self) -> String {
        let reply = self.messages(NOTIFICATIONS, handshake()).await;
        let id = reply[0]["clientId"].as_str().expect("an id").to_owned();
        let subscribe = json!([{ "id": "2", "channel": "/meta/subscribe", "clientId": id,
            "subscription": "/v2/me/*" }]);
        let reply = self.messages(NOTIFICATIONS, subscribe).await;
        assert_eq!(reply[0]["successful"], true);
        let reply = self.messages(CONNECT, connect(&id)).await;
        assert_eq!(reply[0]["successful"], true);
        id
    }

    /// Connects, and returns messages on channels other than meta ones.
    async fn listen(&mut self, id: &str) -> Vec<Value> {
        let mut messages = self.messages(CONNECT, connect(id)).await;
        messages.retain(|message| message["channel"] != "/meta/connect");
        messages
    }
}

fn connect(id: &str) -> Value {
    json!([{ "id": "3", "channel": "/meta/connect", "clientId": id,
        "connectionType": "long-polling" }])
}

impl Client {
    /// The person's calls: path, state and capabilities.
    async fn calls(&mut self) -> Vec<(String, String)> {
        let reply = self.read("/api/v2/me/calls?fields=*").await;
        let calls = reply["calls"].as_array().expect("calls").iter();
        let text = |value: &Value| value.as_str().expect("a string").to_owned();
        let path = |call: &Value| format!("/api/v2/me/calls/{}", text(&call["id"]));
        let calls = calls.map(|call| (path(call), text(&call["state"])));
        calls.collect()
    }

    #[track_caller]
    fn accepted(reply: &Reply) {
        assert_eq!(
            (reply.status, reply.text.as_str()),
            (200, r#"{"statusCode":0}"#)
        );
    }

    /// Requests an operation without parameters, which is accepted.
    async fn asks(&mut self, path: &str, operation: &str) {
        self.does(path, json!({ "operationName": operation })).await;
    }

    async fn does(&mut self, path: &str, request: Value) {
        let reply = self.operation(path, request).await;
        Self::accepted(&reply);
    }
}
