//! The notification server: a [`bayeux::server`] and the HTTP requests that wait for its responses.

use std::collections::HashMap;

use bayeux::server::{Input, Options, Output, Server};
use bayeux::{Channel, ExchangeId, Instant, RawValue};
use tokio::sync::oneshot;

/// The notification server.
pub(crate) struct NotificationServer {
    server: Server,
    options: Options,
    /// Requests without a response yet.
    waiting: HashMap<ExchangeId, Waiting>,
    exchanges: u64,
    wake_at: Option<Instant>,
}

struct Waiting {
    owner: String,
    answer: oneshot::Sender<CometdResponse>,
}

/// The response to a request to the notification endpoint.
#[derive(Debug)]
pub(crate) struct CometdResponse {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// The value of the browser's cookie to set.
    pub(crate) browser: Option<String>,
}

impl NotificationServer {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            server: server(&options),
            options,
            waiting: HashMap::new(),
            exchanges: 0,
            wake_at: None,
        }
    }

    /// Restarts: sessions are forgotten, and waiting requests get no response, because their
    /// connections are about to be closed.
    pub(crate) fn restart(&mut self) {
        self.server = server(&self.options);
        self.waiting.clear();
        self.wake_at = None;
    }

    /// Handles a request of the user with the id `owner`, whose browser has this cookie. The receiver
    /// yields the response, once [`settle`](Self::settle) has one.
    pub(crate) fn request(
        &mut self,
        owner: &str,
        browser: Option<&str>,
        body: &[u8],
        now: Instant,
    ) -> (ExchangeId, oneshot::Receiver<CometdResponse>) {
        self.exchanges += 1;
        let id = ExchangeId::new(self.exchanges);
        let (answer, receiver) = oneshot::channel();
        let waiting = Waiting {
            owner: owner.to_owned(),
            answer,
        };
        self.waiting.insert(id, waiting);
        self.server.handle(request(id, owner, browser, body), now);
        (id, receiver)
    }

    /// A client has aborted a request.
    pub(crate) fn gone(&mut self, id: ExchangeId, now: Instant) {
        if self.waiting.remove(&id).is_some() {
            self.server.handle(Input::Gone { id }, now);
        }
    }

    /// Publishes `data` to `owner` on `channel`.
    pub(crate) fn deliver(&mut self, owner: &str, channel: &Channel, data: &RawValue) {
        self.server.deliver(owner, channel, data);
    }

    /// Forgets all sessions, as when another node takes over.
    pub(crate) fn forget_sessions(&mut self) {
        self.server.forget_sessions();
    }

    /// How many sessions there are.
    pub(crate) fn session_count(&self) -> usize {
        self.server.session_count()
    }

    /// How many connects are held.
    pub(crate) fn held_count(&self) -> usize {
        self.server.held_count()
    }

    /// Whether a page of this user is waiting for notifications.
    pub(crate) fn is_connected(&self, owner: &str) -> bool {
        self.waiting.values().any(|waiting| waiting.owner == owner)
    }

    /// When [`settle`](Self::settle) has something to do.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        self.wake_at
    }

    /// Does what is due, and completes requests that can be answered.
    pub(crate) fn settle(&mut self, now: Instant) {
        self.server.handle(Input::Wake, now);
        loop {
            match self.server.poll(now) {
                Output::Respond {
                    id,
                    status,
                    body,
                    browser,
                } => {
                    if let Some(waiting) = self.waiting.remove(&id) {
                        // Fails if the client is gone, which the server learns from the next
                        // connect of its session.
                        let _ = waiting.answer.send(CometdResponse {
                            status,
                            body,
                            browser,
                        });
                    }
                }
                // Session events are not needed.
                Output::Event(_) => {}
                Output::Idle { wake_at } => {
                    self.wake_at = wake_at;
                    return;
                }
            }
        }
    }
}

/// The response of a node that does not know the session: 402.
///
/// Assumption: nodes share no sessions (CometD without clustering).
pub(crate) fn unknown_session_reply(body: &[u8]) -> Option<CometdResponse> {
    let mut empty = Server::new(Options::default(), 0);
    let now = Instant::default();
    empty.handle(request(ExchangeId::new(1), "", None, body), now);
    match empty.poll(now) {
        Output::Respond { status, body, .. } => Some(CometdResponse {
            status,
            body,
            browser: None,
        }),
        _ => None,
    }
}

fn request<'a>(
    id: ExchangeId,
    owner: &'a str,
    browser: Option<&'a str>,
    body: &'a [u8],
) -> Input<'a> {
    Input::Request {
        id,
        owner,
        browser,
        body,
    }
}

fn server(options: &Options) -> Server {
    // Client ids must differ from run to run, or a restarted server would accept old ones.
    Server::new(options.clone(), rand::random())
}
