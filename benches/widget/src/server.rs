//! The server of all pages: their files, the prepared replies, and a minimal Bayeux server that puts a given
//! number of messages into a response.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::files::File;
use crate::scene::Scene;

/// How long a connect is held without messages.
const HOLD: Duration = Duration::from_secs(25);

/// How long a page may take to ask for the next response.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. It lives as long as the process.
pub(crate) struct Server {
    url: String,
    pub(crate) scene: Scene,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// By path.
    files: HashMap<String, File>,
    sessions: Mutex<Sessions>,
    /// Something was published, or a connect has arrived.
    changed: Notify,
}

#[derive(Default)]
struct Sessions {
    by_id: HashMap<u64, Session>,
    last_id: u64,
    /// When the first handshake since [`Server::forget_sessions`] arrived, in milliseconds since 1970.
    first_handshake: Option<f64>,
}

#[derive(Default)]
struct Session {
    /// Responses that wait for a connect, without brackets and without the reply to the connect.
    responses: VecDeque<Bytes>,
    is_held: bool,
}

impl Server {
    /// Starts it on a free loopback port. It serves the scene's replies below `/api/v2`, and those of `large`,
    /// if any, below `/large/v2`.
    ///
    /// # Errors
    /// There is no free port.
    pub(crate) async fn start(
        mut files: HashMap<String, File>,
        scene: Scene,
        large: Option<&Scene>,
    ) -> Result<Self> {
        for (prefix, scene) in [("/api/v2", Some(&scene)), ("/large/v2", large)] {
            for (read, reply) in scene.into_iter().flat_map(|scene| &scene.replies) {
                let reply = File::plain("application/json;charset=UTF-8", reply.clone());
                files.insert(format!("{prefix}{read}"), reply);
            }
        }
        let shared = Arc::new(Shared {
            files,
            ..Shared::default()
        });
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("there is no free port")?;
        let url = format!("http://{}", listener.local_addr()?);
        let listener = listener.tap_io(|socket| {
            // Otherwise the end of a response might wait for an acknowledgement.
            if let Err(error) = socket.set_nodelay(true) {
                eprintln!("a socket stays slow: {error}");
            }
        });
        let app = app(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { url, scene, shared })
    }

    /// Its address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Forgets all sessions; pages opened from now on start new ones.
    pub(crate) fn forget_sessions(&self) {
        let mut sessions = self.shared.lock();
        sessions.by_id.clear();
        sessions.first_handshake = None;
        drop(sessions);
        self.shared.changed.notify_waiters();
    }

    /// When the first handshake arrived, in milliseconds since 1970.
    pub(crate) fn first_handshake(&self) -> Option<f64> {
        self.shared.lock().first_handshake
    }

    /// How many connects are held.
    pub(crate) fn held(&self) -> usize {
        let sessions = self.shared.lock();
        let held = sessions.by_id.values().filter(|session| session.is_held);
        held.count()
    }

    /// Waits until a connect is held.
    ///
    /// # Errors
    /// No connect is held within a minute.
    pub(crate) async fn until_held(&self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let changed = self.shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.held() > 0 {
                return Ok(());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if tokio::time::timeout(left, changed).await.is_err() {
                bail!("no page has asked for the next response");
            }
        }
    }

    /// Publishes a response to all sessions. Returns the time, in milliseconds since 1970.
    pub(crate) fn publish(&self, messages: &Bytes) -> f64 {
        let mut sessions = self.shared.lock();
        for session in sessions.by_id.values_mut() {
            session.responses.push_back(messages.clone());
        }
        drop(sessions);
        let published = wall();
        self.shared.changed.notify_waiters();
        published
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handshake(&self) -> u64 {
        let mut sessions = self.lock();
        sessions.first_handshake.get_or_insert_with(wall);
        sessions.last_id += 1;
        let id = sessions.last_id;
        sessions.by_id.insert(id, Session::default());
        id
    }

    /// Holds a connect until there is a response, or until the hold time is over. `None`: the session is
    /// unknown.
    async fn connect(&self, id: u64, hold: Duration) -> Option<Bytes> {
        let deadline = Instant::now() + hold;
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let left = deadline.saturating_duration_since(Instant::now());
            {
                let mut sessions = self.lock();
                let session = sessions.by_id.get_mut(&id)?;
                let response = session.responses.pop_front();
                let was_held = session.is_held;
                session.is_held = response.is_none() && !left.is_zero();
                if let Some(response) = response {
                    return Some(response);
                }
                if left.is_zero() {
                    return Some(Bytes::new());
                }
                if !was_held {
                    drop(sessions);
                    self.changed.notify_waiters();
                    // This notification woke our own future, too.
                    continue;
                }
            }
            // At the deadline, the loop looks once more.
            let _ = tokio::time::timeout(left, changed).await;
        }
    }
}

fn app(shared: Arc<Shared>) -> Router {
    let mut app = Router::new().fallback(get(file));
    // cometd.js appends the type of the message, or only the slash.
    for base in ["/api/v2/notifications", "/large/v2/notifications"] {
        app = app
            .route(base, post(notifications))
            .route(&format!("{base}/"), post(notifications))
            .route(&format!("{base}/{{type}}"), post(notifications));
    }
    app.with_state(shared)
}

async fn file(State(shared): State<Arc<Shared>>, OriginalUri(uri): OriginalUri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    // A script's query is for bundlers, that of a read says which.
    let file = shared.files.get(path);
    match file.or_else(|| shared.files.get(uri.path())) {
        Some(file) => file.clone().into_response(),
        None => (StatusCode::NOT_FOUND, format!("no {path}")).into_response(),
    }
}

async fn notifications(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Ok(messages) = serde_json::from_slice::<Vec<Value>>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let advice = json!({ "reconnect": "retry", "interval": 0, "timeout": 30_000 });
    let mut events = Bytes::new();
    let mut replies = Vec::new();
    for message in &messages {
        let channel = message["channel"].as_str().unwrap_or_default();
        let session = message["clientId"].as_str().and_then(|id| id.parse().ok());
        let mut reply = json!({ "channel": channel, "id": message["id"], "successful": true });
        match channel {
            "/meta/handshake" => {
                reply["clientId"] = json!(shared.handshake().to_string());
                reply["version"] = json!("1.0");
                reply["minimumVersion"] = json!("1.0");
                reply["supportedConnectionTypes"] = json!(["long-polling"]);
                reply["advice"] = advice.clone();
            }
            "/meta/connect" => {
                let is_probe = message["advice"]["timeout"] == 0;
                let hold = if is_probe { Duration::ZERO } else { HOLD };
                match shared.connect(session.unwrap_or_default(), hold).await {
                    Some(response) => events = response,
                    // A page that is being closed sent it.
                    None => {
                        reply["successful"] = json!(false);
                        reply["error"] = json!("402::session_unknown");
                        reply["advice"] = json!({ "reconnect": "none" });
                    }
                }
            }
            "/meta/subscribe" => reply["subscription"] = message["subscription"].clone(),
            _ => {}
        }
        replies.push(reply.to_string());
    }
    // CometD's servers write the messages first and the reply to the connect last.
    let separator = if events.is_empty() { "" } else { "," };
    let body = [
        b"[",
        &events[..],
        separator.as_bytes(),
        replies.join(",").as_bytes(),
        b"]",
    ]
    .concat();
    let headers = [
        (header::CONTENT_TYPE, "application/json;charset=UTF-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}

/// Milliseconds since 1970, with fractions, as in the pages.
fn wall() -> f64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0.0, |span| span.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    /// What the server answers to a message.
    async fn answer(app: &Router, message: Value) -> Vec<Value> {
        let body = Body::from(json!([message]).to_string());
        let request = Request::post("/api/v2/notifications/x").body(body).unwrap();
        let reply = app.clone().oneshot(request).await.unwrap();
        let body = to_bytes(reply.into_body(), usize::MAX).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    #[tokio::test]
    async fn messages_published_together_arrive_in_one_response() {
        let shared = Arc::new(Shared::default());
        let app = app(Arc::clone(&shared));
        let handshake = answer(&app, json!({ "channel": "/meta/handshake" })).await;
        let connect = json!({ "channel": "/meta/connect", "clientId": handshake[0]["clientId"] });
        let server = Server {
            url: String::new(),
            scene: Scene::play(3).await.unwrap(),
            shared,
        };
        let messages = server.scene.messages(1, 3);
        let publish = async {
            server.until_held().await.unwrap();
            assert_eq!(server.held(), 1);
            server.publish(&messages);
            server.publish(&server.scene.messages(4, 1));
        };
        let (response, ()) = tokio::join!(answer(&app, connect.clone()), publish);
        let channels = response.iter().map(|message| &message["channel"]);
        let expected = [
            "/v2/me/calls",
            "/v2/me/devices",
            "/v2/me/calls",
            "/meta/connect",
        ];
        assert_eq!(channels.collect::<Vec<_>>(), expected);
        assert_eq!(
            answer(&app, connect).await.len(),
            2,
            "the next has the rest"
        );
        assert_eq!(server.held(), 0);
    }
}
