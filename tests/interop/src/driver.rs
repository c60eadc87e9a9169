//! A [`bayeux::Client`] with real requests and a real clock: an example of a native run loop.
//!
//! One task owns the client. It polls until the client is idle, then waits for whatever comes first:
//! a command, the end of a request, or the time of the next wake-up; and repeats. Requests run in
//! tasks that end with it. Its observations are published as [`Seen`].

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::time::Duration;

use bayeux::{
    Client, Config, Exchange, ExchangeId, Failure, Input, Instant, Output, Page, Response,
};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time;

use crate::seen::Seen;

/// What the clients of one browser share: cookies and connections.
#[derive(Clone, Debug)]
pub struct Browser(reqwest::Client);

impl Browser {
    /// A browser without cookies. Requests have no time-outs of their own: the client has.
    pub fn new() -> reqwest::Result<Self> {
        let http = reqwest::Client::builder().cookie_store(true).no_proxy();
        Ok(Self(http.build()?))
    }

    /// A client in this browser, not opened yet.
    pub fn client(&self, config: Config) -> Driver {
        let (orders, received) = mpsc::unbounded_channel();
        let (shown, seen) = watch::channel(Seen::default());
        let run = Run {
            client: Client::new(config, 17),
            http: self.0.clone(),
            requests: JoinSet::new(),
            aborts: HashMap::new(),
            began: time::Instant::now(),
            ahead: Duration::ZERO,
            shown,
        };
        tokio::spawn(run.run(received));
        Driver { orders, seen }
    }
}

/// A driven client. Dropping it ends it without a disconnect, as in a crash.
#[derive(Debug)]
pub struct Driver {
    orders: mpsc::UnboundedSender<Order>,
    pub(crate) seen: watch::Receiver<Seen>,
}

impl Driver {
    /// Runs a command on the client, and returns its result.
    pub async fn act<T: Send + 'static>(
        &self,
        command: impl FnOnce(&mut Client, Instant) -> T + Send + 'static,
    ) -> T {
        let (sender, result) = oneshot::channel();
        self.order(Order::Act(Box::new(|client, now| {
            // There is no receiver if the test has ended.
            let _ = sender.send(command(client, now));
        })));
        result.await.expect("the loop runs as long as its driver")
    }

    /// Stops the loop, like a browser that freezes a page: requests continue, but they and the clock
    /// are ignored.
    pub fn freeze(&self) -> Frozen {
        let (thaw, thawed) = oneshot::channel();
        self.order(Order::Freeze(thawed));
        Frozen(thaw)
    }

    fn order(&self, order: Order) {
        assert!(self.orders.send(order).is_ok(), "the loop has panicked");
    }
}

/// A frozen client.
#[derive(Debug)]
#[must_use = "dropped, it goes on at once"]
pub struct Frozen(oneshot::Sender<Duration>);

impl Frozen {
    /// Resumes the client, with its clock advanced by this much more than has really passed.
    pub fn thaw(self, more: Duration) {
        // The loop can only have ended if the test has.
        let _ = self.0.send(more);
    }
}

type Command = Box<dyn FnOnce(&mut Client, Instant) + Send>;

enum Order {
    Act(Command),
    Freeze(oneshot::Receiver<Duration>),
}

struct Run {
    client: Client,
    http: reqwest::Client,
    requests: JoinSet<(ExchangeId, Input)>,
    aborts: HashMap<ExchangeId, AbortHandle>,
    began: time::Instant,
    /// How far the client's clock is ahead of ours.
    ahead: Duration,
    shown: watch::Sender<Seen>,
}

impl Run {
    async fn run(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        loop {
            let wake_at = self.drain().map(|at| self.at(at));
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Act(command)) => {
                        let now = self.now();
                        command(&mut self.client, now);
                    }
                    Some(Order::Freeze(thawed)) => self.freeze(thawed).await,
                    None => return,
                },
                Some(ended) = self.requests.join_next() => match ended {
                    Ok((id, input)) => {
                        self.aborts.remove(&id);
                        self.client.handle(input, self.now());
                    }
                    Err(error) if error.is_cancelled() => {}
                    Err(error) => resume_unwind(error.into_panic()),
                },
                () = sleep_until(wake_at) => {
                    self.client.handle(Input::Wake, self.now());
                }
            }
        }
    }

    /// Carries out the client's outputs; returns when it wants to be woken.
    fn drain(&mut self) -> Option<Instant> {
        let now = self.now();
        loop {
            match self.client.poll(now) {
                Output::Send(exchange) => self.send(exchange),
                Output::Abort(id) => {
                    if let Some(request) = self.aborts.remove(&id) {
                        request.abort();
                    }
                }
                Output::Event(event) => self.shown.send_modify(|seen| seen.events.push(event)),
                Output::Idle { wake_at } => {
                    self.shown.send_modify(|seen| {
                        seen.status = self.client.status().clone();
                        seen.counters = *self.client.counters();
                        seen.requests = self.aborts.len();
                    });
                    return wake_at;
                }
            }
        }
    }

    fn send(&mut self, exchange: Exchange) {
        let messages: Vec<Value> = serde_json::from_str(&exchange.body).expect("messages");
        self.shown
            .send_modify(|seen| seen.sent.extend(messages.into_iter().next()));
        let (http, id) = (self.http.clone(), exchange.id);
        let request = self.requests.spawn(async move {
            let input = match request(&http, exchange).await {
                Ok(response) => Input::Response { id, response },
                Err(error) => Input::Failed {
                    id,
                    failure: Failure {
                        detail: error.to_string(),
                    },
                },
            };
            (id, input)
        });
        self.aborts.insert(id, request);
    }

    async fn freeze(&mut self, thawed: oneshot::Receiver<Duration>) {
        self.client.handle(Input::Page(Page::Frozen), self.now());
        self.drain();
        self.ahead += thawed.await.unwrap_or_default();
        self.client.handle(Input::Page(Page::Resumed), self.now());
    }

    fn now(&self) -> Instant {
        let millis = (self.began.elapsed() + self.ahead).as_millis();
        Instant::from_millis(u64::try_from(millis).expect("no test takes that long"))
    }

    fn at(&self, instant: Instant) -> time::Instant {
        self.began + Duration::from_millis(instant.as_millis()).saturating_sub(self.ahead)
    }
}

async fn request(http: &reqwest::Client, exchange: Exchange) -> reqwest::Result<Response> {
    let request = http.post(exchange.url).body(exchange.body);
    let response = request
        .header(CONTENT_TYPE, "application/json")
        .send()
        .await?;
    let retry_after = response.headers().get(RETRY_AFTER);
    Ok(Response {
        status: response.status().as_u16(),
        retry_after: retry_after
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .map(bayeux::Duration::from_secs),
        body: response.bytes().await?.into(),
    })
}

async fn sleep_until(at: Option<time::Instant>) {
    match at {
        Some(at) => time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
