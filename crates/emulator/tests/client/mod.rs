//! A scripted client: each request on a connection of its own, cookies and the CSRF token kept.

use std::net::SocketAddr;

use gws_emulator::Emulator;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Client {
    address: SocketAddr,
    cookies: Vec<(String, String)>,
    csrf: Option<String>,
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }
}

impl Client {
    pub(crate) fn new(emulator: &Emulator) -> Self {
        Self {
            address: emulator.address(),
            cookies: Vec::new(),
            csrf: None,
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.request(&format!("GET {path}"), "", "").await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Reply {
        self.request(&format!("POST {path}"), "", &body.to_string())
            .await
    }

    pub(crate) async fn sign_in(&mut self, user: &str, password: &str) {
        use base64::Engine as _;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        let header = format!("Authorization: Basic {pair}\r\n");
        let reply = self.request("GET /api/v2/me", &header, "").await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }

    pub(crate) async fn messages(&mut self, path: &str, messages: Value) -> Vec<Value> {
        let reply = self.post(path, messages).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        serde_json::from_str(&reply.text).expect("messages")
    }

    /// Shakes hands, and connects once; the client id.
    pub(crate) async fn shake_hands(&mut self) -> String {
        let handshake = json!([{ "id": "1", "channel": "/meta/handshake", "version": "1.0",
            "supportedConnectionTypes": ["long-polling"] }]);
        let told = self.messages("/api/v2/notifications", handshake).await;
        let me = told[0]["clientId"].as_str().expect("an id").to_owned();
        let told = self.messages("/api/v2/notifications", connect(&me)).await;
        assert_eq!(told[0]["successful"], true);
        me
    }

    /// Sends a connect, and returns once the emulator has read it all.
    pub(crate) async fn hold_connect(&mut self, me: &str) -> TcpStream {
        let body = connect(me).to_string();
        let mut stream = self.send("POST /api/v2/notifications", "", &body).await;
        let mut byte = [0];
        let read = stream.read(&mut byte);
        let wait = std::time::Duration::from_millis(50);
        let held = tokio::time::timeout(wait, read).await;
        assert!(held.is_err(), "the connect is held");
        stream
    }

    async fn request(&mut self, head: &str, headers: &str, body: &str) -> Reply {
        let mut stream = self.send(head, headers, body).await;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("answered");
        let (head, text) = answer.split_once("\r\n\r\n").expect("a head");
        for line in head.lines() {
            if let Some(cookie) = line.strip_prefix("set-cookie: ") {
                let pair = cookie.split(';').next().expect("a pair");
                let (name, value) = pair.split_once('=').expect("a pair");
                self.cookies.retain(|(known, _)| known != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
            if let Some(token) = line.strip_prefix("x-csrf-token: ") {
                self.csrf = Some(token.to_owned());
            }
        }
        let status = head.split(' ').nth(1).expect("a status");
        Reply {
            status: status.parse().expect("a number"),
            text: text.to_owned(),
        }
    }

    async fn send(&self, head: &str, headers: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.expect("connected");
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = format!(
            "{head} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{headers}Content-Length: {}\r\n",
            body.len()
        );
        if !cookies.is_empty() {
            request += &format!("Cookie: {}\r\n", cookies.join("; "));
        }
        if let Some(token) = self.csrf.as_ref().filter(|_| head.starts_with("POST")) {
            request += &format!("X-CSRF-TOKEN: {token}\r\n");
        }
        request += &format!("\r\n{body}");
        stream.write_all(request.as_bytes()).await.expect("sent");
        stream
    }
}

fn connect(me: &str) -> Value {
    json!([{ "id": "2", "channel": "/meta/connect", "clientId": me,
        "connectionType": "long-polling" }])
}
