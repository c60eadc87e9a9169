//! Requests and replies: finds the client that asks, lets its player decide, and waits where the
//! recording waited.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, OriginalUri, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::{Bytes, Frame};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::messages;
use super::player::{Answer, Connect, Otherwise, Player, Told, Turn};
use super::story::{Part, SESSION, is_notifications};
use crate::http::{self, RequestBody, cookie};
use crate::json::Object;
use crate::record::{RecordedReply, Recording};
use crate::state::Shared;
use crate::world::uuid;

/// How many clients are known; beyond that the one that came first is a new one when it comes again.
const MOST: usize = 1_000;

/// A recording that is being played.
pub(crate) struct Replayer {
    began: Instant,
    parts: Vec<Arc<Part>>,
    /// Time in the recording per time now.
    speed: f64,
    clients: Mutex<Clients>,
}

#[derive(Default)]
struct Clients {
    by_cookie: HashMap<String, Arc<Client>>,
    /// The cookies, in the order in which they were given.
    given: VecDeque<String>,
    /// The latest, with its cookie, as long as it has not shown that it has got it: a page may send
    /// its first requests all at once.
    newcomer: Option<(String, Arc<Client>)>,
    begun: usize,
}

struct Client {
    player: Mutex<Player>,
    /// Something has happened that a held connect may wait for.
    moved: Notify,
}

impl Client {
    fn player(&self) -> MutexGuard<'_, Player> {
        // A player changes by whole steps.
        self.player.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Replayer {
    /// Plays a recording, at `speed` times the recorded one.
    pub(crate) fn new(recording: Recording, speed: f64) -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            parts: Part::all(recording).into_iter().map(Arc::new).collect(),
            speed,
            clients: Mutex::default(),
        })
    }

    /// The client that asks, and the cookie by which it will be known.
    fn client(&self, headers: &HeaderMap) -> (Arc<Client>, Option<String>) {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let known = cookie(headers, SESSION).and_then(|cookie| {
            let client = clients.by_cookie.get(cookie)?;
            Some((cookie.to_owned(), Arc::clone(client)))
        });
        if let Some((cookie, client)) = known {
            clients.newcomer.take_if(|(newest, _)| *newest == cookie);
            return (client, None);
        }
        if let Some((cookie, client)) = &clients.newcomer {
            return (Arc::clone(client), Some(cookie.clone()));
        }
        let part = &self.parts[clients.begun % self.parts.len()];
        clients.begun += 1;
        tracing::info!(
            part = (clients.begun - 1) % self.parts.len() + 1,
            of = self.parts.len(),
            "a new client plays a part of the recording"
        );
        let cookie = uuid(&mut rand::rng()).replace('-', "").to_uppercase();
        let client = Arc::new(Client {
            player: Mutex::new(Player::new(Arc::clone(part), self.speed)),
            moved: Notify::new(),
        });
        clients
            .by_cookie
            .insert(cookie.clone(), Arc::clone(&client));
        clients.given.push_back(cookie.clone());
        if clients.given.len() > MOST
            && let Some(oldest) = clients.given.pop_front()
        {
            clients.by_cookie.remove(&oldest);
        }
        clients.newcomer = Some((cookie.clone(), Arc::clone(&client)));
        (client, Some(cookie))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    async fn until(&self, micros: u64) {
        sleep_until(self.began + Duration::from_micros(micros)).await;
    }
}

/// Everything below `/api`, from the recording.
pub(crate) fn service(replayer: &Arc<Replayer>, shared: &Arc<Shared>) -> Router {
    let state = (Arc::clone(replayer), Arc::clone(shared));
    Router::new().fallback(answer).with_state(state)
}

async fn answer(
    State((replayer, shared)): State<(Arc<Replayer>, Arc<Shared>)>,
    OriginalUri(uri): OriginalUri,
    method: Method,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let body = match RequestBody::from_request(request, &shared).await {
        Ok(RequestBody(body)) => body,
        Err(error) => return error.into_response(),
    };
    let path = uri
        .path_and_query()
        .map_or_else(|| "/".to_owned(), ToString::to_string);
    let (client, cookie) = replayer.client(&headers);
    let answered = if method == Method::POST && is_notifications(&path) {
        notifications(&replayer, &client, &body).await
    } else {
        other(&replayer, &client, &method, &path, &body).await
    };
    let mut response = answered.unwrap_or_else(|otherwise| {
        tracing::warn!("not as recorded: {otherwise}");
        refuse(&otherwise)
    });
    if let Some(cookie) = cookie {
        let same_site = shared.config.same_site.attributes();
        let cookie = format!("{SESSION}={cookie}; Path=/; HttpOnly; {same_site}");
        http::append(response.headers_mut(), header::SET_COOKIE, &cookie);
    }
    response
}

async fn other(
    replayer: &Replayer,
    client: &Client,
    method: &Method,
    path: &str,
    body: &[u8],
) -> Result<Response, Otherwise> {
    let now = replayer.now();
    let (line, answer) = client.player().request(method, path, body, now)?;
    client.moved.notify_waiters();
    tracing::info!(line, %method, path, "as recorded");
    match answer {
        Answer::As(reply, held) => {
            replayer.until(now + held).await;
            Ok(as_recorded(reply))
        }
        Answer::Never => core::future::pending().await,
    }
}

async fn notifications(
    replayer: &Replayer,
    client: &Client,
    body: &[u8],
) -> Result<Response, Otherwise> {
    let asked = messages::read(body).ok_or(Otherwise::NoMessages)?;
    let now = replayer.now();
    let (mut told, turn) = client.player().messages(&asked, now)?;
    // A handshake moves the story on, and a connect takes the place of one that is held.
    client.moved.notify_waiters();
    for otherwise in &told.otherwise {
        tracing::warn!("not as recorded: {otherwise}");
    }
    let connect = asked
        .iter()
        .find(|message| message.text("channel").as_deref() == Some("/meta/connect"));
    if let (Some(turn), Some(connect)) = (turn, connect) {
        let brought = held(replayer, client, turn, connect).await;
        told = together(told, brought);
    } else {
        replayer.until(now + told.held).await;
    }
    for line in &told.lines {
        tracing::info!(line, "as recorded");
    }
    if told.never {
        return core::future::pending().await;
    }
    Ok(match told.http {
        Some(reply) => as_recorded(reply),
        None => {
            let mut response = http::json(StatusCode::OK, &told.messages);
            add_headers(response.headers_mut(), told.headers);
            response
        }
    })
}

/// Holds a connect until the recording has something for it.
async fn held(replayer: &Replayer, client: &Client, turn: Turn, connect: &Object) -> Told {
    let mut has_said = false;
    loop {
        let moved = client.moved.notified();
        tokio::pin!(moved);
        // From here on no move is missed.
        moved.as_mut().enable();
        let until = {
            let mut player = client.player();
            match player.connect(turn, connect, replayer.now()) {
                Connect::Now(told) => return told,
                Connect::Later(until) => {
                    if let Some(expected) = player.waits_for().filter(|_| !has_said) {
                        has_said = true;
                        tracing::info!("the recording goes on after {expected}");
                    }
                    until
                }
            }
        };
        tokio::select! {
            () = replayer.until(until) => {}
            () = moved => {}
        }
    }
}

/// What other messages and a connect of the same request are told.
fn together(mut told: Told, connect: Told) -> Told {
    told.messages.extend(connect.messages);
    told.lines.extend(connect.lines);
    told.headers = connect.headers;
    told.http = told.http.or(connect.http);
    told
}

fn as_recorded(reply: RecordedReply) -> Response {
    let body = match reply.whole {
        true => Body::from(reply.body),
        false => Body::new(BreaksOff(Some(reply.body.into()))),
    };
    let mut response = (reply.status, body).into_response();
    add_headers(response.headers_mut(), reply.headers);
    response
}

/// The recorded headers. Sessions are the replayer's own.
fn add_headers(headers: &mut HeaderMap, recorded: Vec<(HeaderName, HeaderValue)>) {
    for (name, _) in &recorded {
        headers.remove(name);
    }
    for (name, value) in recorded {
        let is_session = name == header::SET_COOKIE
            && value
                .to_str()
                .is_ok_and(|cookie| cookie.starts_with(SESSION));
        if !is_session && name != header::CONTENT_LENGTH && name != header::TRANSFER_ENCODING {
            headers.append(name, value);
        }
    }
}

fn refuse(otherwise: &Otherwise) -> Response {
    let (status, code) = match otherwise {
        Otherwise::AnotherChange { .. } | Otherwise::NoFurtherChange(_) => {
            (StatusCode::CONFLICT, gws::StatusCode::FORBIDDEN)
        }
        Otherwise::NotRecorded { .. } => (StatusCode::NOT_FOUND, gws::StatusCode::NOT_FOUND),
        Otherwise::NoMessages => (StatusCode::BAD_REQUEST, gws::StatusCode::OUT_OF_RANGE),
    };
    let body = serde_json::json!({
        "statusCode": code,
        "statusMessage": otherwise.to_string(),
    });
    http::json(status, &body)
}

/// A body that ends the connection before its own end.
struct BreaksOff(Option<Bytes>);

impl HttpBody for BreaksOff {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(match self.0.take() {
            Some(bytes) => Ok(Frame::data(bytes)),
            None => Err(std::io::ErrorKind::ConnectionAborted.into()),
        }))
    }
}
