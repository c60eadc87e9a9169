//! The notification server: a [`bayeux::server`] with the requests that wait for its answers.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use bayeux::server::{HttpVersion, Input, Options, Output, Server};
use bayeux::{Channel, ExchangeId, Instant, RawValue};
use tokio::sync::oneshot;

/// The notification server.
pub(crate) struct NotificationServer {
    server: Server,
    options: Options,
    /// When the time that is passed in began, in milliseconds since 1970.
    epoch: u64,
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
    /// The time that will be passed in begins now.
    pub(crate) fn new(options: Options) -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let since_1970 = since_1970.unwrap_or_default().as_millis();
        let epoch = u64::try_from(since_1970).unwrap_or(u64::MAX);
        Self {
            server: server(&options, epoch),
            options,
            epoch,
            waiting: HashMap::new(),
            exchanges: 0,
            wake_at: None,
        }
    }

    /// Begins anew: no session is known, and no request waits any more. Whoever sent one hears
    /// nothing; the connection is about to end.
    pub(crate) fn restart(&mut self) {
        self.server = server(&self.options, self.epoch);
        self.waiting.clear();
        self.wake_at = None;
    }

    /// Puts the server's clock so many milliseconds ahead; it tells clients that compare clocks
    /// (*timesync*).
    pub(crate) fn put_clock_ahead(&mut self, by: i64) {
        let epoch = self.epoch.saturating_add_signed(by);
        self.server.set_clock(epoch, Instant::default());
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
                // GWS has no services behind CometD, and sessions need no looking after.
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
        version: HttpVersion::Http1,
        body,
    }
}

fn server(options: &Options, epoch: u64) -> Server {
    // Client ids must differ from run to run, or a restarted server would know old ones.
    let mut server = Server::new(options.clone(), rand::random());
    server.set_clock(epoch, Instant::default());
    server
}
