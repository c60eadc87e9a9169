//! The server, one for each client: a minimal Bayeux server, the pages, and prepared responses, each
//! sent as soon as the next connect arrives.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt;
use futures_util::StreamExt;
use futures_util::stream;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// How long a connect is held without messages.
const HOLD: Duration = Duration::from_secs(25);

/// The size of the chunks of a response.
const CHUNK: usize = 64 * 1024;

/// A running server. It lives as long as the program.
pub(crate) struct Feeder {
    url: String,
    shared: Arc<Shared>,
}

/// The times of fed responses.
#[derive(Debug)]
pub(crate) struct Fed {
    /// When the first response was sent, in milliseconds since 1970.
    pub(crate) began: f64,
    /// For each response, from writing its last byte to the socket until the next connect.
    pub(crate) gaps: Vec<Duration>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<Feeding>,
    /// Wakes connects that are held.
    changed: Notify,
}

#[derive(Default)]
struct Feeding {
    /// The number of the latest session; no other is served.
    session: u64,
    /// Whether its connect is held.
    is_held: bool,
    feed: Option<Feed>,
}

struct Feed {
    responses: Vec<Bytes>,
    next: usize,
    count: usize,
    began: Option<f64>,
    /// When the last byte of a response was sent, until the next connect.
    sent: Option<Instant>,
    gaps: Vec<Duration>,
}

impl Feeder {
    /// Starts to listen on a free port of loopback, with the clients' pages at `/listen-in/`
    /// and `/cometd/`.
    ///
    /// # Errors
    /// There is no free port.
    pub(crate) async fn start(ours: &Path, theirs: &Path) -> Result<Self> {
        let shared = Arc::<Shared>::default();
        let app = Router::new()
            .route("/notifications", post(notifications))
            // cometd.js appends the type of the message, or only the slash.
            .route("/notifications/", post(notifications))
            .route("/notifications/{type}", post(notifications))
            .nest_service("/listen-in", tower_http::services::ServeDir::new(ours))
            .nest_service("/cometd", tower_http::services::ServeDir::new(theirs))
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("there is no free port")?;
        let url = format!("http://{}", listener.local_addr()?);
        let listener = listener.tap_io(|socket| {
            // Or else the end of a response might wait for an acknowledgement.
            if let Err(error) = socket.set_nodelay(true) {
                eprintln!("a socket stays slow: {error}");
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { url, shared })
    }

    /// Its address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Forgets the session: the next client begins a new one.
    pub(crate) fn expect_new_session(&self) {
        let mut state = self.shared.lock();
        state.session += 1;
        state.is_held = false;
    }

    /// Waits until a client is connected, has subscribed, and polls.
    ///
    /// # Errors
    /// None does within half a minute.
    pub(crate) async fn until_polled(&self) -> Result<()> {
        e2e::until("a client polls", async || {
            ensure!(self.shared.lock().is_held, "no connect is held");
            Ok(())
        })
        .await
    }

    /// Feeds the client that polls `count` responses, and waits for the connect after the last.
    ///
    /// # Errors
    /// The client does not fetch them.
    pub(crate) async fn feed(&self, responses: &[Bytes], count: usize) -> Result<Fed> {
        self.until_polled().await?;
        self.shared.lock().feed = Some(Feed {
            responses: responses.to_vec(),
            next: 0,
            count,
            began: None,
            sent: None,
            gaps: Vec::with_capacity(count),
        });
        self.shared.changed.notify_waiters();
        e2e::until("the responses are fetched", async || {
            let state = self.shared.lock();
            let Some(feed) = &state.feed else {
                bail!("nothing is fed");
            };
            let fetched = feed.gaps.len();
            ensure!(fetched == count, "{fetched} of {count} were fetched");
            Ok(())
        })
        .await?;
        let feed = self.shared.lock().feed.take();
        let feed = feed.context("nothing was fed")?;
        Ok(Fed {
            began: feed.began.context("no response was sent")?,
            gaps: feed.gaps,
        })
    }
}

/// The answer to a connect.
enum Answer {
    /// Messages.
    Messages(Bytes),
    /// Nothing has happened.
    Nothing,
    /// The session is not the latest.
    Unknown,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Feeding> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds a connect until there are messages.
    async fn connect(&self, session: &str, is_probe: bool) -> Answer {
        let arrived = Instant::now();
        let mut is_first_check = true;
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            {
                let mut state = self.lock();
                if session != state.session.to_string() {
                    return Answer::Unknown;
                }
                if let Some(feed) = &mut state.feed
                    && let Some(sent) = feed.sent.take_if(|_| is_first_check)
                {
                    feed.gaps.push(arrived.saturating_duration_since(sent));
                }
                if is_probe {
                    return Answer::Nothing;
                }
                is_first_check = false;
                if let Some(messages) = state.feed.as_mut().and_then(Feed::next) {
                    state.is_held = false;
                    return Answer::Messages(messages);
                }
                state.is_held = true;
            }
            if tokio::time::timeout(HOLD, changed).await.is_err() {
                self.lock().is_held = false;
                return Answer::Nothing;
            }
        }
    }

    fn sent(&self) {
        if let Some(feed) = &mut self.lock().feed {
            feed.sent = Some(Instant::now());
        }
    }
}

impl Feed {
    fn next(&mut self) -> Option<Bytes> {
        if self.next == self.count {
            return None;
        }
        self.began.get_or_insert_with(wall);
        let body = &self.responses[self.next % self.responses.len()];
        self.next += 1;
        Some(body.clone())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    channel: &'a str,
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(default)]
    client_id: Option<&'a str>,
    #[serde(borrow, default)]
    subscription: Option<&'a RawValue>,
    #[serde(default)]
    advice: Option<Advice>,
}

#[derive(Deserialize)]
struct Advice {
    #[serde(default)]
    timeout: Option<i64>,
}

async fn notifications(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Ok(messages) = serde_json::from_slice::<Vec<Message<'_>>>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut replies = Vec::new();
    let mut events = Bytes::new();
    for message in &messages {
        let Message { channel, id, .. } = message;
        let rest = match *channel {
            "/meta/handshake" => {
                let session = shared.lock().session;
                format!(
                    r#""successful":true,"clientId":"{session}","version":"1.0","minimumVersion":"1.0","supportedConnectionTypes":["long-polling"],"advice":{{"reconnect":"retry","interval":0,"timeout":30000}}"#
                )
            }
            "/meta/connect" => {
                let is_probe = matches!(message.advice, Some(Advice { timeout: Some(0) }));
                let session = message.client_id.unwrap_or_default();
                match shared.connect(session, is_probe).await {
                    Answer::Messages(messages) => {
                        events = messages;
                        r#""successful":true"#.to_owned()
                    }
                    Answer::Nothing => r#""successful":true,"advice":{"reconnect":"retry","interval":0,"timeout":30000}"#.to_owned(),
                    // Of a page that is being closed.
                    Answer::Unknown => r#""successful":false,"error":"402::session_unknown","advice":{"reconnect":"none"}"#.to_owned(),
                }
            }
            "/meta/subscribe" => format!(
                r#""successful":true,"subscription":{}"#,
                message.subscription.map_or("null", RawValue::get)
            ),
            _ => r#""successful":true"#.to_owned(),
        };
        replies.push(format!(r#"{{"channel":"{channel}","id":{id},{rest}}}"#));
    }
    respond(&shared, events, &replies.join(","))
}

/// CometD's servers write the messages first and the reply to the connect last.
fn respond(shared: &Arc<Shared>, events: Bytes, replies: &str) -> Response {
    let is_fed = !events.is_empty();
    let end = match is_fed {
        true => format!(",{replies}]"),
        false => format!("{replies}]"),
    };
    let mut chunks = vec![Bytes::from_static(b"[")];
    chunks.extend((0..events.len()).step_by(CHUNK).map(|from| {
        let to = events.len().min(from + CHUNK);
        events.slice(from..to)
    }));
    chunks.push(Bytes::from(end));
    let length: usize = chunks.iter().map(Bytes::len).sum();
    let last = chunks.len() - 1;
    let shared = Arc::clone(shared);
    let chunks = stream::iter(chunks)
        .enumerate()
        .map(move |(position, chunk)| {
            if is_fed && position == last {
                shared.sent();
            }
            Ok::<_, std::convert::Infallible>(chunk)
        });
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/json;charset=UTF-8".to_owned(),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
    ];
    (headers, Body::from_stream(chunks)).into_response()
}

/// Milliseconds since 1970, with fractions, as pages count them.
fn wall() -> f64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0.0, |span| span.as_secs_f64() * 1_000.0)
}
