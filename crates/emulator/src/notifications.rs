//! The notification server: a [`bayeux::server`] with the requests that wait for its answers.

use std::collections::HashMap;

use bayeux::server::{Input, Options, Output, Server};
use bayeux::{Channel, ExchangeId, Instant, RawValue};
use tokio::sync::oneshot;

/// The notification server.
pub(crate) struct NotificationServer {
    server: Server,
    options: Options,
    /// Requests that wait for their answer.
    waiting: HashMap<ExchangeId, Waiting>,
    exchanges: u64,
    wake_at: Option<Instant>,
}

struct Waiting {
    owner: String,
    answer: oneshot::Sender<Answer>,
}

/// The answer to a request to the notification endpoint.
#[derive(Debug)]
pub(crate) struct Answer {
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

    /// Begins anew: no session is known, and no request waits any more. Whoever sent one hears
    /// nothing; the connection is about to end.
    pub(crate) fn restart(&mut self) {
        self.server = server(&self.options);
        self.waiting.clear();
        self.wake_at = None;
    }

    /// Takes a request of the user with the id `owner`, whose browser has that cookie. The answer
    /// comes by the receiver, once [`settle`](Self::settle) has found one.
    pub(crate) fn request(
        &mut self,
        owner: &str,
        browser: Option<&str>,
        body: &[u8],
        now: Instant,
    ) -> (ExchangeId, oneshot::Receiver<Answer>) {
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

    /// A client has cut a request off.
    pub(crate) fn gone(&mut self, id: ExchangeId, now: Instant) {
        if self.waiting.remove(&id).is_some() {
            self.server.handle(Input::Gone { id }, now);
        }
    }

    /// Tells `owner` something on `channel`.
    pub(crate) fn deliver(&mut self, owner: &str, channel: &Channel, data: &RawValue) {
        self.server.deliver(owner, channel, data);
    }

    /// All sessions are forgotten, as when another node takes over.
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

    /// Whether a page of that user waits for notifications.
    pub(crate) fn is_connected(&self, owner: &str) -> bool {
        self.waiting.values().any(|waiting| waiting.owner == owner)
    }

    /// When there is something to do of itself.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        self.wake_at
    }

    /// Does what is due, and hands out answers that are ready.
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
                        // Nobody may wait any more: the client is gone, and the next connect of
                        // its session tells the server so.
                        let _ = waiting.answer.send(Answer {
                            status,
                            body,
                            browser,
                        });
                    }
                }
                // Sessions need no looking after.
                Output::Event(_) => {}
                Output::Idle { wake_at } => {
                    self.wake_at = wake_at;
                    return;
                }
            }
        }
    }
}

/// What a node answers that knows no session: 402.
///
/// Assumption: nodes share no sessions (CometD without clustering).
pub(crate) fn answer_of_a_stranger(body: &[u8]) -> Option<Answer> {
    let mut stranger = Server::new(Options::default(), 0);
    let now = Instant::default();
    stranger.handle(request(ExchangeId::new(1), "", None, body), now);
    match stranger.poll(now) {
        Output::Respond { status, body, .. } => Some(Answer {
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
    // Client ids must differ from run to run, or a restarted server would know old ones.
    Server::new(options.clone(), rand::random())
}
