//! The two who talk to the server: a browser that polls, and the desk that switches.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use hyper::body::Bytes;
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use crate::connection::Connection;
use crate::switches::{Said, Switches};

/// Somebody who watches the supervisor's device: signed in, subscribed, with the first connect
/// answered, so that the next one is held.
pub(crate) struct Browser {
    connection: Connection,
    /// The connect that is sent again and again.
    connect: Bytes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    channel: String,
    successful: Option<bool>,
    client_id: Option<String>,
    data: Option<Data>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Data {
    devices: Vec<Device>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Device {
    id: String,
    supervisor_monitoring_state: Option<Monitoring>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Monitoring {
    phone_number: String,
}

const NOTIFICATIONS: &str = "/api/v2/notifications";
const CONNECT: &str = "/api/v2/notifications/connect";

impl Browser {
    pub(crate) async fn arrive(address: SocketAddr) -> Result<Self> {
        let mut connection = Connection::open(address).await?;
        connection.sign_in().await?;
        let handshake = json!([{ "id": "1", "channel": "/meta/handshake", "version": "1.0",
            "supportedConnectionTypes": ["long-polling"] }]);
        let reply = messages(&mut connection, NOTIFICATIONS, handshake.to_string().into()).await?;
        let client_id = reply.first().and_then(|reply| reply.client_id.clone());
        let client_id = client_id.context("the handshake was refused")?;
        let subscribe = json!([{ "id": "2", "channel": "/meta/subscribe", "clientId": client_id,
            "subscription": "/v2/me/devices" }]);
        messages(&mut connection, NOTIFICATIONS, subscribe.to_string().into()).await?;
        let connect = json!([{ "id": "3", "channel": "/meta/connect", "clientId": client_id,
            "connectionType": "long-polling" }]);
        let connect: Bytes = connect.to_string().into();
        messages(&mut connection, CONNECT, connect.clone()).await?;
        Ok(Self {
            connection,
            connect,
        })
    }

    /// Polls for ever, and notes what it is told.
    pub(crate) async fn poll(mut self, seat: usize, switches: &Switches) -> Result<()> {
        loop {
            let messages = messages(&mut self.connection, CONNECT, self.connect.clone()).await?;
            let now = Instant::now();
            for device in messages
                .into_iter()
                .filter_map(|message| message.data)
                .flat_map(|data| data.devices)
            {
                let number = device
                    .supervisor_monitoring_state
                    .map(|state| state.phone_number);
                switches.heard(seat, Said(number), now);
            }
        }
    }
}

/// Sends messages; an unsuccessful reply is an error.
async fn messages(connection: &mut Connection, path: &str, body: Bytes) -> Result<Vec<Message>> {
    let answer = connection.post(path, body).await?;
    let messages: Vec<Message> = serde_json::from_slice(&answer)
        .with_context(|| format!("no messages: {}", answer.escape_ascii()))?;
    for message in &messages {
        if message.successful == Some(false) {
            let error = message.error.as_deref().unwrap_or("no reason given");
            bail!("{} was refused: {error}", message.channel);
        }
    }
    Ok(messages)
}

/// The supervisor who listens to one agent after another.
pub(crate) struct Desk {
    connection: Connection,
    /// The path of the supervisor's device.
    device: String,
}

impl Desk {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        #[derive(Deserialize)]
        struct Reply {
            devices: Vec<Device>,
        }
        let mut connection = Connection::open(address).await?;
        connection.sign_in().await?;
        let reply = connection.get("/api/v2/me/devices?fields=*").await?;
        let reply: Reply = serde_json::from_slice(&reply)?;
        let device = reply.devices.first().context("a supervisor has a device")?;
        Ok(Self {
            device: format!("/api/v2/me/devices/{}", device.id),
            connection,
        })
    }

    /// Switches monitoring on, for the next agent, or off. `due` is when that was to happen.
    pub(crate) async fn switch(&mut self, switches: &Switches, due: Instant) -> Result<()> {
        let said = switches.next(due);
        let operation = match &said.0 {
            Some(number) => json!({ "operationName": "ListenIn", "phoneNumber": number }),
            None => json!({ "operationName": "CancelSupervisorMonitoring" }),
        };
        let reply = self
            .connection
            .post(&self.device, operation.to_string().into())
            .await?;
        ensure!(
            &*reply == br#"{"statusCode":0}"#,
            "a switch was refused: {}",
            reply.escape_ascii()
        );
        Ok(())
    }
}
