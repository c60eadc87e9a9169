//! What a test says to a driven client, in plain strings, and what it waits for.

use anyhow::Result;
use bayeux::{
    Channel, Counters, Event, Gap, Input, Outcome, Page, Pattern, Phase, RawValue, Reason, Status,
    Token,
};
use serde_json::Value;
use serde_json::value::to_raw_value;
use tokio::sync::watch;

use crate::driver::{Browser, Driver};
use crate::server::Server;
use crate::wait;

/// What was seen of a client so far.
#[derive(Debug, Default)]
pub struct Seen {
    /// What can be said of the connection.
    pub status: Status,
    /// What has happened.
    pub counters: Counters,
    /// What the client told, in this order.
    pub events: Vec<Event>,
    /// How many requests are out.
    pub requests: usize,
    /// The first message of each request that was sent.
    pub sent: Vec<Value>,
}

impl Seen {
    /// The data of the messages that came on channels that begin so.
    pub fn messages(&self, prefix: &str) -> Vec<Value> {
        let of = |event: &Event| match event {
            Event::Message(message) if message.channel.as_str().starts_with(prefix) => {
                Some(serde_json::from_str(message.data.get()).expect("data that was read is JSON"))
            }
            _ => None,
        };
        self.events.iter().filter_map(of).collect()
    }

    /// How often the client said that it is connected, and what it said it may have missed.
    pub fn connections(&self) -> Vec<Option<Gap>> {
        let of = |event: &Event| match event {
            Event::Connected { missed } => Some(*missed),
            _ => None,
        };
        self.events.iter().filter_map(of).collect()
    }

    /// The patterns of subscriptions that were refused, and the words.
    pub fn refused_subscriptions(&self) -> Vec<(String, String)> {
        let of = |event: &Event| match event {
            Event::SubscriptionRefused { pattern, error } => {
                Some((pattern.to_string(), error.to_string()))
            }
            _ => None,
        };
        self.events.iter().filter_map(of).collect()
    }

    fn settled(&self, token: Token) -> Option<Outcome> {
        self.events.iter().find_map(|event| match event {
            Event::Settled {
                token: settled,
                outcome,
            } if *settled == token => Some(outcome.clone()),
            _ => None,
        })
    }
}

/// Whether what was sent, the first messages of requests, begins with a connect that asks for an answer
/// at once and then a handshake: so a lost session is found by whoever makes sure of it.
pub fn finds_out_by_making_sure(sent: &[Value]) -> bool {
    let [connect, handshake, ..] = sent else {
        return false;
    };
    connect["channel"] == "/meta/connect"
        && connect["advice"]["timeout"] == 0
        && handshake["channel"] == "/meta/handshake"
}

impl Driver {
    /// Begins to connect.
    pub async fn open(&self) {
        self.act(|client, now| client.open(now)).await;
    }

    /// Says good-bye, and waits until it was heard.
    ///
    /// # Errors
    /// It was not.
    pub async fn close(&self) -> Result<()> {
        self.act(|client, now| client.close(now)).await;
        self.until("the good-bye is heard", |seen| seen.requests == 0)
            .await
    }

    /// Something happens to the page.
    pub async fn page(&self, page: Page) {
        self.act(move |client, now| client.handle(Input::Page(page), now))
            .await;
    }

    /// Subscribes.
    pub async fn subscribe(&self, pattern: &str) -> Token {
        let pattern = Pattern::new(pattern).expect("a pattern");
        self.act(|client, _| client.subscribe(pattern)).await
    }

    /// Ends a subscription.
    pub async fn unsubscribe(&self, subscription: Token) -> Token {
        self.act(move |client, _| client.unsubscribe(subscription))
            .await
    }

    /// Publishes.
    pub async fn publish(&self, on: &str, data: Value) -> Token {
        let (channel, data) = (channel(on), raw(&data));
        self.act(|client, _| client.publish(channel, data)).await
    }

    /// What was seen so far. Not to be held across an `await`.
    pub fn seen(&self) -> watch::Ref<'_, Seen> {
        self.seen.borrow()
    }

    /// Waits until it is so.
    ///
    /// # Errors
    /// It takes too long.
    pub async fn until(&self, what: &str, is_so: impl Fn(&Seen) -> bool) -> Result<()> {
        wait::until(what, &self.seen, |seen| is_so(seen).then_some(())).await
    }

    /// Waits until the client said that it is connected, for so many times, and still is.
    ///
    /// # Errors
    /// It takes too long.
    pub async fn until_connected(&self, times: usize) -> Result<()> {
        self.until(&format!("connected, time {times}"), |seen| {
            seen.connections().len() >= times && seen.status.phase == Phase::Connected
        })
        .await
    }

    /// Waits until there will be no further attempt, and says why.
    ///
    /// # Errors
    /// It takes too long.
    pub async fn until_stopped(&self) -> Result<Option<Reason>> {
        wait::until("stopped", &self.seen, |seen| {
            (seen.status.phase == Phase::Stopped).then(|| seen.status.reason.clone())
        })
        .await
    }

    /// Waits until so many messages have come on channels that begin so; all there are.
    ///
    /// # Errors
    /// It takes too long.
    pub async fn until_messages(&self, prefix: &str, count: usize) -> Result<Vec<Value>> {
        wait::until(
            &format!("{count} messages on {prefix}"),
            &self.seen,
            |seen| Some(seen.messages(prefix)).filter(|messages| messages.len() >= count),
        )
        .await
    }

    /// Waits until a command has ended, and says how.
    ///
    /// # Errors
    /// It takes too long.
    pub async fn until_settled(&self, token: Token) -> Result<Outcome> {
        wait::until("settled", &self.seen, |seen| seen.settled(token)).await
    }
}

/// A client in a browser of its own that is connected and subscribed to `/news`.
///
/// # Errors
/// It takes too long.
pub async fn subscribed(server: &Server) -> Result<Driver> {
    let client = Browser::new()?.client(server.config());
    client.subscribe("/news").await;
    client.open().await;
    client.until_connected(1).await?;
    Ok(client)
}

/// Numbers, as data of messages.
pub fn numbers(range: std::ops::Range<u32>) -> Vec<Value> {
    range.map(Value::from).collect()
}

fn channel(name: &str) -> Channel {
    Channel::new(name).expect("a channel")
}

fn raw(data: &Value) -> Box<RawValue> {
    to_raw_value(data).expect("a value is JSON")
}
