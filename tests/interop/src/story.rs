//! Commands to a driven client, in plain strings, and conditions to wait for.

use anyhow::Result;
use bayeux::{Input, Page, Pattern, Phase, Reason};
use serde_json::Value;
use tokio::sync::watch;

use crate::driver::{Browser, Driver};
use crate::seen::Seen;
use crate::server::{Server, Session};
use crate::wait;

/// Whether the first messages of requests begin with a connect that asks for an immediate reply, followed
/// by a handshake: a client that checks its connection detects a lost session that way.
pub fn probes_then_handshakes(sent: &[Value]) -> bool {
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

    /// Disconnects, and waits until that is answered.
    pub async fn close(&self) -> Result<()> {
        self.act(|client, now| client.close(now)).await;
        self.until("the disconnect is answered", |seen| seen.requests == 0)
            .await
    }

    /// Reports an event of the page.
    pub async fn page(&self, page: Page) {
        self.act(move |client, now| client.handle(Input::Page(page), now))
            .await;
    }

    /// Subscribes.
    pub async fn subscribe(&self, pattern: &str) {
        let pattern = Pattern::new(pattern).expect("a pattern");
        self.act(|client, _| client.subscribe(pattern)).await;
    }

    /// Subscribes while connected, and waits until the server knows.
    pub async fn subscribe_at(&self, server: &Server, pattern: &str) -> Result<()> {
        self.subscribe(pattern).await;
        let has = |session: &Session| session.subscriptions.iter().any(|known| known == pattern);
        let what = format!("subscribed to {pattern}");
        server
            .until_sessions(&what, |sessions| sessions.iter().any(has))
            .await?;
        Ok(())
    }

    /// Waits until the server has refused a subscription; pattern and error.
    pub async fn until_refused(&self) -> Result<(String, String)> {
        wait::until("refused", &self.seen, |seen| {
            seen.refused_subscriptions().pop()
        })
        .await
    }

    /// The observations so far. Must not be held across an `await`.
    pub fn seen(&self) -> watch::Ref<'_, Seen> {
        self.seen.borrow()
    }

    /// Waits for a condition.
    pub async fn until(&self, what: &str, condition: impl Fn(&Seen) -> bool) -> Result<()> {
        wait::until(what, &self.seen, |seen| condition(seen).then_some(())).await
    }

    /// Waits until the client has connected this many times, and still is connected.
    pub async fn until_connected(&self, times: usize) -> Result<()> {
        self.until(&format!("connected, time {times}"), |seen| {
            seen.connections().len() >= times && seen.status.phase == Phase::Connected
        })
        .await
    }

    /// Waits until the client has stopped for good, and returns the reason.
    pub async fn until_stopped(&self) -> Result<Option<Reason>> {
        wait::until("stopped", &self.seen, |seen| {
            (seen.status.phase == Phase::Stopped).then(|| seen.status.reason.clone())
        })
        .await
    }

    /// Waits until this many messages have arrived on channels with this prefix; returns all of them.
    pub async fn until_messages(&self, prefix: &str, count: usize) -> Result<Vec<Value>> {
        wait::until(
            &format!("{count} messages on {prefix}"),
            &self.seen,
            |seen| Some(seen.messages(prefix)).filter(|messages| messages.len() >= count),
        )
        .await
    }
}

/// A client in a separate browser that is connected and subscribed to `/news`.
pub async fn subscribed(server: &Server) -> Result<Driver> {
    let client = Browser::new()?.client(server.config());
    client.subscribe("/news").await;
    client.open().await;
    client.until_connected(1).await?;
    Ok(client)
}

/// Numbers as data of messages.
pub fn numbers(range: std::ops::Range<u32>) -> Vec<Value> {
    range.map(Value::from).collect()
}
