//! A third-party Bayeux client in a separate process, signed in at the emulator.

use anyhow::{Result, ensure};
use gws_emulator::{Config, Emulator};
use serde_json::{Value, json};

use crate::peer::{Log, Peer};

/// A running client.
#[derive(Debug)]
pub struct JsClient {
    peer: Peer,
}

impl JsClient {
    /// CometD's own JavaScript client, signed in at the emulator and connected to it.
    pub async fn cometd(emulator: &Emulator) -> Result<Self> {
        let client = Self::start("clients/cometd-client.mjs", emulator).await?;
        client.peer.ask("handshake", json!({})).await?;
        client
            .until("connected", |seen| seen.replies("/meta/connect") > 0)
            .await?;
        Ok(client)
    }

    /// faye's client, signed in at the emulator. It connects when it subscribes.
    pub async fn faye(emulator: &Emulator) -> Result<Self> {
        Self::start("clients/faye-client.mjs", emulator).await
    }

    async fn start(script: &'static str, emulator: &Emulator) -> Result<Self> {
        let Config { user, password, .. } = Config::default();
        let options = json!({
            "base": format!("{}/api/v2", emulator.url()),
            "user": user,
            "password": password,
        });
        let client = Self {
            peer: Peer::start(script, &options)?,
        };
        client.sign_in().await?;
        Ok(client)
    }

    /// Signs in, or signs in again.
    pub async fn sign_in(&self) -> Result<()> {
        self.peer.ask("signIn", json!({})).await.map(|_| ())
    }

    /// Subscribes, and waits until the server has confirmed it.
    pub async fn subscribe(&self, channel: &str) -> Result<()> {
        self.peer
            .ask("subscribe", json!({ "channel": channel }))
            .await?;
        self.until("subscribed", |seen| seen.subscriptions(channel) > 0)
            .await
    }

    /// Publishes; returns whether the server confirmed it.
    pub async fn publish(&self, channel: &str, data: Value) -> Result<bool> {
        let message = json!({ "channel": channel, "data": data });
        Ok(self.peer.ask("publish", message).await? == true)
    }

    /// Disconnects, and waits for the reply.
    pub async fn disconnect(&self) -> Result<()> {
        let confirmed = self.peer.ask("disconnect", json!({})).await?;
        ensure!(
            confirmed == true,
            "the server did not confirm the disconnect"
        );
        Ok(())
    }

    /// Sends a request to the REST API, and returns the reply.
    pub async fn request(&self, method: &str, path: &str, body: Value) -> Result<Value> {
        let request = json!({ "method": method, "path": path, "body": body });
        self.peer.ask("request", request).await
    }

    /// Waits for a condition.
    pub async fn until(&self, what: &str, condition: impl Fn(&Reports<'_>) -> bool) -> Result<()> {
        let find = |log: &Log| condition(&Reports(&log.reports)).then_some(());
        self.peer.until(what, find).await
    }

    /// Waits until `count` messages have arrived on a channel; returns the data of all.
    pub async fn until_messages(&self, channel: &str, count: usize) -> Result<Vec<Value>> {
        let find = |log: &Log| {
            let messages = Reports(&log.reports).messages(channel);
            (messages.len() >= count).then_some(messages)
        };
        let what = format!("{count} messages on {channel}");
        self.peer.until(&what, find).await
    }

    /// Reads the client's reports so far.
    pub fn reports<T>(&self, read: impl FnOnce(&Reports<'_>) -> T) -> T {
        read(&Reports(&self.peer.log().reports))
    }
}

/// The reports of a client so far.
#[derive(Debug)]
pub struct Reports<'a>(&'a [Value]);

impl Reports<'_> {
    /// How many successful replies there were on a meta channel.
    pub fn replies(&self, channel: &str) -> usize {
        self.meta(channel)
            .filter(|it| it["successful"] == true)
            .count()
    }

    /// How many unsuccessful or missing replies there were on a meta channel.
    pub fn failures(&self, channel: &str) -> usize {
        self.meta(channel)
            .filter(|it| it["successful"] == false)
            .count()
    }

    /// How often the server has confirmed a subscription.
    pub fn subscriptions(&self, channel: &str) -> usize {
        self.meta("/meta/subscribe")
            .filter(|it| it["successful"] == true && it["subscription"] == channel)
            .count()
    }

    /// The data of the messages on a channel.
    pub fn messages(&self, channel: &str) -> Vec<Value> {
        let messages = self.0.iter().map(|report| &report["message"]);
        let messages = messages.filter(|it| it["channel"] == channel);
        messages.map(|it| it["data"].clone()).collect()
    }

    fn meta(&self, channel: &str) -> impl Iterator<Item = &Value> {
        let meta = self.0.iter().map(|report| &report["meta"]);
        meta.filter(move |it| it["channel"] == channel)
    }
}
