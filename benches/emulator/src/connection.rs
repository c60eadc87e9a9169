//! One connection, one request after another, with what a browser keeps: cookies, and the token.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper::header::{self, HeaderValue};
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    cookies: Vec<String>,
    /// All of them, as they are sent.
    cookie: Option<HeaderValue>,
    token: Option<HeaderValue>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        // Ends with the sender; if it ends before, the next request fails.
        tokio::spawn(connection);
        Ok(Self {
            sender,
            cookies: Vec::new(),
            cookie: None,
            token: None,
        })
    }

    /// Signs in.
    pub(crate) async fn sign_in(&mut self) -> Result<()> {
        use base64::Engine as _;
        let encoded =
            base64::engine::general_purpose::STANDARD.encode(format!("{USER}:{PASSWORD}"));
        let request =
            Request::get("/api/v2/me").header(header::AUTHORIZATION, format!("Basic {encoded}"));
        self.send(request.body(Full::default())?).await?;
        ensure!(self.token.is_some(), "the server gave no CSRF token");
        Ok(())
    }

    pub(crate) async fn get(&mut self, path: &str) -> Result<Bytes> {
        self.send(Request::get(path).body(Full::default())?).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Bytes) -> Result<Bytes> {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body))?;
        self.send(request).await
    }

    async fn send(&mut self, mut request: Request<Full<Bytes>>) -> Result<Bytes> {
        let headers = request.headers_mut();
        headers.insert(header::HOST, HeaderValue::from_static("localhost"));
        if let Some(cookie) = &self.cookie {
            headers.insert(header::COOKIE, cookie.clone());
        }
        if let Some(token) = &self.token {
            headers.insert("x-csrf-token", token.clone());
        }
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        self.keep(response.headers())?;
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(
            status.is_success(),
            "HTTP {status}: {}",
            body.escape_ascii()
        );
        Ok(body)
    }

    /// Keeps the cookies and the token. The server names every cookie once.
    fn keep(&mut self, headers: &HeaderMap) -> Result<()> {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str()?;
            let pair = cookie.split(';').next().context("a cookie of nothing")?;
            self.cookies.push(pair.to_owned());
            self.cookie = Some(self.cookies.join("; ").parse()?);
        }
        if let Some(token) = headers.get("x-csrf-token") {
            self.token = Some(token.clone());
        }
        Ok(())
    }
}

/// The emulator's own supervisor.
const USER: &str = "supervisor";
const PASSWORD: &str = "listen-in";
