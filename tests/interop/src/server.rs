//! A third-party Bayeux server in a separate process.

use std::time::Duration;

use anyhow::{Context, Result};
use bayeux::Config;
use serde_json::{Value, json};

use crate::peer::{Log, Peer};

/// A running server.
#[derive(Debug)]
pub struct Server {
    peer: Peer,
    port: u16,
    path: &'static str,
}

/// A session on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its client id.
    pub id: String,
    /// Its subscriptions, oldest first.
    pub subscriptions: Vec<String>,
    /// Whether a connect of it is held; unknown for faye.
    pub held: bool,
}

impl Server {
    /// CometD's server for Node.js with its options (`timeout`, `maxInterval`, …), without the
    /// acknowledge extension.
    pub async fn cometd(options: Value) -> Result<Self> {
        let options = json!({ "server": options });
        Self::start("servers/cometd-server.mjs", "/cometd", &options).await
    }

    /// CometD's server with the acknowledge extension.
    pub async fn cometd_with_ack(options: Value) -> Result<Self> {
        let options = json!({ "server": options, "ack": true });
        Self::start("servers/cometd-server.mjs", "/cometd", &options).await
    }

    /// faye's server, which holds a connect for `timeout`.
    pub async fn faye(timeout: Duration) -> Result<Self> {
        let options = json!({ "timeout": timeout.as_secs_f64() });
        Self::start("servers/faye-server.mjs", "/bayeux", &options).await
    }

    async fn start(script: &'static str, path: &'static str, options: &Value) -> Result<Self> {
        let peer = Peer::start(script, options)?;
        let port = peer
            .until(&format!("{script} listens"), |log| {
                let ports = log.reports.iter();
                ports.filter_map(|it| it["listening"].as_u64()).next()
            })
            .await?;
        let port = u16::try_from(port).context("a port")?;
        Ok(Self { peer, port, path })
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A client's configuration for this server, with short back-offs to keep tests quick.
    pub fn config(&self) -> Config {
        self.config_by(self.port)
    }

    /// Like [`config`](Self::config), through another port.
    pub fn config_by(&self, port: u16) -> Config {
        Config {
            url: format!("http://127.0.0.1:{port}{}", self.path),
            backoff: bayeux::Duration::from_millis(20),
            max_backoff: bayeux::Duration::from_millis(200),
            ..Config::default()
        }
    }

    /// Publishes to all subscribers. Returns when the server has accepted the message.
    pub async fn publish(&self, channel: &str, data: Value) -> Result<()> {
        self.publish_as(channel, data, Value::Null).await
    }

    /// Publishes a message with this id, which faye's server passes on.
    pub async fn publish_as(&self, channel: &str, data: Value, id: Value) -> Result<()> {
        let message = json!({ "channel": channel, "data": data, "messageId": id });
        self.ask("publish", message).await
    }

    /// Disconnects all sessions. CometD only.
    pub async fn disconnect_all(&self) -> Result<()> {
        self.ask("disconnect", json!({})).await
    }

    /// Drops all sessions, as after a failover. CometD then never answers a held connect; faye does.
    pub async fn forget_all(&self) -> Result<()> {
        self.ask("forget", json!({})).await
    }

    /// Ends the server with all its connections.
    pub async fn leave(&self) -> Result<()> {
        self.ask("leave", json!({})).await
    }

    /// Starts a new server on the same port.
    pub async fn come_back(&self) -> Result<()> {
        self.ask("return", json!({})).await
    }

    /// Refuses `what` (`handshake`, `subscribe`, …) from now on; `None`: nothing.
    pub async fn deny(&self, what: Option<&str>) -> Result<()> {
        self.ask("deny", json!({ "what": what })).await
    }

    /// Waits until the server's sessions satisfy a condition, and returns them.
    pub async fn until_sessions(
        &self,
        what: &str,
        condition: impl Fn(&[Session]) -> bool,
    ) -> Result<Vec<Session>> {
        self.peer
            .until(what, |log| Some(sessions(log)).filter(|it| condition(it)))
            .await
    }

    /// Waits until the server holds the connect of its only session. CometD only.
    pub async fn until_held(&self) -> Result<()> {
        let is_held = |sessions: &[Session]| matches!(sessions, [session] if session.held);
        self.until_sessions("a connect is held", is_held)
            .await
            .map(|_| ())
    }

    /// Waits until `count` connects have arrived. faye only.
    pub async fn until_connects(&self, count: u64) -> Result<()> {
        let arrived = |log: &Log| {
            let mut reports = log.reports.iter().rev();
            reports.find_map(|report| report["connects"].as_u64())
        };
        self.peer
            .until(&format!("{count} connects"), |log| {
                arrived(log).filter(|arrived| *arrived >= count)
            })
            .await
            .map(|_| ())
    }

    async fn ask(&self, command: &str, parameters: Value) -> Result<()> {
        self.peer.ask(command, parameters).await.map(|_| ())
    }
}

fn sessions(log: &Log) -> Vec<Session> {
    let last = log.reports.iter().rev();
    let last = last
        .filter_map(|report| report["sessions"].as_array())
        .next();
    let strings = |list: &Value| -> Vec<String> {
        let list = list.as_array().into_iter().flatten();
        list.filter_map(|it| it.as_str().map(str::to_owned))
            .collect()
    };
    let session = |entry: &Value| Session {
        id: entry["id"].as_str().unwrap_or_default().to_owned(),
        subscriptions: strings(&entry["subscriptions"]),
        held: entry["held"] == true,
    };
    last.into_iter().flatten().map(session).collect()
}
