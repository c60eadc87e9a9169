//! A browser at the level of sockets: each request has its own connection, cookies are kept,
//! responses are raw text.

use std::net::SocketAddr;
use std::time::Duration;

use gws_emulator::Emulator;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long anything may take.
pub(crate) const SOON: Duration = Duration::from_secs(20);

const HANDSHAKE: &str = "POST /api/v2/notifications/handshake";
const MESSAGES: &str = "POST /api/v2/notifications";
/// A poll, whose body is [`connect`].
pub(crate) const CONNECT: &str = "POST /api/v2/notifications/connect";

pub(crate) struct Browser {
    pub(crate) address: SocketAddr,
    pub(crate) cookies: String,
}

impl Browser {
    pub(crate) fn new(emulator: &Emulator) -> Self {
        Self {
            address: emulator.address(),
            cookies: String::new(),
        }
    }

    /// Sends a request, without reading the response.
    pub(crate) async fn send(&self, head: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.expect("connected");
        let request = format!(
            "{head} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Connection: close\r\nCookie: {}\r\nContent-Length: {}\r\n\r\n{body}",
            self.cookies,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        stream
    }

    /// Sends a request, and reads until the connection ends.
    pub(crate) async fn request(&mut self, head: &str, body: &str) -> String {
        let stream = self.send(head, body).await;
        let answer = until_it_ends(stream).await;
        for line in answer.lines() {
            if let Some(cookie) = line.strip_prefix("set-cookie: ") {
                let pair = cookie.split(';').next().expect("a pair");
                self.cookies += &format!("{pair}; ");
            }
        }
        answer
    }

    /// Handshakes, subscribes, and connects once; returns the client id.
    pub(crate) async fn subscribed(&mut self) -> String {
        let handshake = r#"[{"id":"1","channel":"/meta/handshake","version":"1.0",
            "supportedConnectionTypes":["long-polling"]}]"#;
        let answer = self.request(HANDSHAKE, handshake).await;
        let (_, rest) = answer.split_once("\"clientId\":\"").expect("a client id");
        let id = rest.split('"').next().expect("a client id").to_owned();
        let subscribe = format!(
            r#"[{{"id":"2","channel":"/meta/subscribe","clientId":"{id}","subscription":"/v2/me/*"}}]"#
        );
        for (head, body) in [(MESSAGES, subscribe), (CONNECT, connect(&id))] {
            let answer = self.request(head, &body).await;
            assert!(answer.contains("\"successful\":true"), "{answer}");
        }
        id
    }
}

pub(crate) fn connect(id: &str) -> String {
    format!(
        r#"[{{"id":"3","channel":"/meta/connect","clientId":"{id}","connectionType":"long-polling"}}]"#
    )
}

/// Reads until the connection is closed or reset.
pub(crate) async fn until_it_ends(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let reading = stream.read_to_end(&mut bytes);
    let _ = tokio::time::timeout(SOON, reading).await.expect("it ends");
    String::from_utf8(bytes).expect("text")
}
