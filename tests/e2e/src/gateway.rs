//! A gateway in front of the emulator: it forwards requests, or answers those below `/api` itself as
//! [`Answers`] says, and records them.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::Result;
use http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, TRANSFER_ENCODING, WWW_AUTHENTICATE,
};
use http::{HeaderValue, Method, StatusCode, Uri};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use crate::port;

/// The gateway's answers to requests below `/api`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answers {
    /// Forwards them.
    #[default]
    PassedOn,
    /// 401 with a page.
    Unauthorized,
    /// 401 with `WWW-Authenticate: Basic`, which opens the browser's password dialog.
    Challenge,
    /// 302 to the login host, another origin.
    Redirect,
    /// 200 with a login page.
    LoginPage,
    /// Forwards them, except for requests to monitor, which get 408, as after a timeout.
    TimedOut,
    /// Forwards them, but rewrites CSRF refusals as its own JSON.
    CsrfAsJson,
    /// Forwards them, but rewrites CSRF refusals as HTML.
    CsrfAsPage,
}

/// A recorded request below `/api`.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The method.
    pub method: Method,
    /// The path, with the query.
    pub path: String,
    /// The body.
    pub body: String,
}

/// A running gateway with its login host. Both end when it is dropped.
#[derive(Debug)]
pub struct Gateway {
    shared: Arc<Shared>,
    port: u16,
    listeners: [AbortHandle; 2],
}

#[derive(Debug)]
struct Shared {
    emulator: u16,
    login: u16,
    client: Client<HttpConnector, Full<Bytes>>,
    state: Mutex<State>,
    /// The number of requests below `/api`.
    count: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct State {
    answers: Answers,
    asked: Vec<Asked>,
    login_visits: usize,
}

type Body = BoxBody<Bytes, hyper::Error>;

const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>\
    <form method=\"post\"><input name=\"user\"><button>Sign in</button></form></body></html>\n";

impl Gateway {
    /// Starts a gateway in front of the emulator on this port.
    pub(crate) async fn start(emulator: u16) -> Result<Self> {
        let listen = async |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let port = port::unused()?;
        let (gateway, login) = (listen(port).await?, listen(port::unused()?).await?);
        let shared = Arc::new(Shared {
            emulator,
            login: login.local_addr()?.port(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            state: Mutex::default(),
            count: watch::Sender::new(0),
        });
        let listeners = [
            serve(gateway, Arc::clone(&shared), |shared, request| async move {
                shared.answer(request).await
            }),
            serve(login, Arc::clone(&shared), |shared, _| async move {
                shared.state().login_visits += 1;
                Ok(page(StatusCode::OK, LOGIN_PAGE))
            }),
        ];
        Ok(Self {
            shared,
            port,
            listeners,
        })
    }

    /// The page's address.
    pub fn url(&self) -> String {
        format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Changes what it does with requests.
    pub fn answers(&self, answers: Answers) {
        self.shared.state().answers = answers;
    }

    /// The requests so far, oldest first.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.state().asked.clone()
    }

    /// The number of CometD handshakes so far.
    pub fn handshakes(&self) -> usize {
        let asked = self.asked();
        let shakes = |asked: &&Asked| asked.body.contains("/meta/handshake");
        asked.iter().filter(shakes).count()
    }

    /// The number of requests to the login host.
    pub fn login_visits(&self) -> usize {
        self.shared.state().login_visits
    }

    /// Waits for the next request.
    pub async fn next_request(&self) -> Asked {
        let mut count = self.shared.count.subscribe();
        let before = *count.borrow_and_update();
        let next = count.wait_for(|&count| count > before).await;
        next.expect("the gateway that sends it is here");
        self.shared.state().asked[before].clone()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        for listener in &self.listeners {
            listener.abort();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder panics")
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let path = head.uri.to_string();
        if !path.starts_with("/api/") {
            return self.pass_on(Request::from_parts(head, body)).await;
        }
        let answers = {
            let mut state = self.state();
            state.asked.push(Asked {
                method: head.method.clone(),
                path: path.clone(),
                body: String::from_utf8_lossy(&body).into_owned(),
            });
            self.count.send_replace(state.asked.len());
            state.answers
        };
        let unauthorized = "<html><body><h1>401 Authorization Required</h1></body></html>\n";
        match answers {
            Answers::PassedOn => self.pass_on(Request::from_parts(head, body)).await,
            Answers::Unauthorized => Ok(page(StatusCode::UNAUTHORIZED, unauthorized)),
            Answers::Challenge => {
                let mut response = page(StatusCode::UNAUTHORIZED, unauthorized);
                let challenge = "Basic realm=\"gateway\"".parse()?;
                response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
                Ok(response)
            }
            Answers::Redirect => {
                let mut response = page(StatusCode::FOUND, "");
                let login = format!("http://localhost:{}/login", self.login).parse()?;
                response.headers_mut().insert(LOCATION, login);
                Ok(response)
            }
            Answers::LoginPage => Ok(page(StatusCode::OK, LOGIN_PAGE)),
            Answers::TimedOut => {
                let asks = head.method == Method::POST && path.contains("/me/devices/");
                let response = self.pass_on(Request::from_parts(head, body)).await?;
                match asks {
                    true => Ok(page(StatusCode::REQUEST_TIMEOUT, "")),
                    false => Ok(response),
                }
            }
            Answers::CsrfAsJson | Answers::CsrfAsPage => {
                let response = self.pass_on(Request::from_parts(head, body)).await?;
                wrap_csrf_refusal(response, &path, answers).await
            }
        }
    }

    /// An error closes the connection, like an emulator that stops.
    async fn pass_on(&self, request: Request<Bytes>) -> Result<Response<Body>> {
        let mut request = request.map(Full::new);
        let address = format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.emulator);
        *request.uri_mut() = format!("{address}{}", request.uri()).parse::<Uri>()?;
        request.headers_mut().remove(CONNECTION);
        let mut response = self.client.request(request).await?;
        for of_the_connection in [CONNECTION, TRANSFER_ENCODING] {
            response.headers_mut().remove(of_the_connection);
        }
        Ok(response.map(BodyExt::boxed))
    }
}

/// Accepts connections; they end when its task is aborted.
fn serve<F>(
    listener: TcpListener,
    shared: Arc<Shared>,
    answer: impl Fn(Arc<Shared>, Request<Incoming>) -> F + Copy + Send + 'static,
) -> AbortHandle
where
    F: Future<Output = Result<Response<Body>>> + Send + 'static,
{
    let accept = async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let shared = Arc::clone(&shared);
            let service = service_fn(move |request| answer(Arc::clone(&shared), request));
            // A client that disconnects in the middle of an exchange is not an error.
            connections
                .spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            while connections.try_join_next().is_some() {}
        }
    };
    tokio::spawn(accept).abort_handle()
}

/// Rewrites a response if it is a CSRF refusal.
async fn wrap_csrf_refusal(
    response: Response<Body>,
    path: &str,
    answers: Answers,
) -> Result<Response<Body>> {
    if response.status() != StatusCode::FORBIDDEN {
        return Ok(response);
    }
    let (mut head, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    let text = String::from_utf8_lossy(&body);
    if !text.to_lowercase().contains("csrf token") {
        return Ok(Response::from_parts(head, whole(body)));
    }
    let (kind, text) = match answers {
        Answers::CsrfAsPage => (
            "text/html",
            format!(
                "<html><head><title>Error 403 {text}</title></head><body><h2>HTTP ERROR 403</h2>\
                 <p>Problem accessing {path}. Reason:<pre>    {text}</pre></p></body></html>\n"
            ),
        ),
        _ => (
            "application/json",
            serde_json::json!({ "status": 403, "message": text }).to_string(),
        ),
    };
    head.headers.remove(CONTENT_LENGTH);
    head.headers.insert(CONTENT_TYPE, kind.parse()?);
    Ok(Response::from_parts(head, whole(text)))
}

fn page(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(whole(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn whole(body: impl Into<Bytes>) -> Body {
    let never = |never: Infallible| match never {};
    Full::new(body.into()).map_err(never).boxed()
}
