//! A session that outlives the page: the client of a page that is about to be loaded anew lets go
//! of the session, and the client of the next page goes on with it, without a handshake.
//!
//! Nothing is lost by it with acknowledged messages; without, what was under way to the first
//! client is. Subscriptions are sent again: the server may have them, and to subscribe twice does
//! no harm. If the server has dropped the session meanwhile, the first connect says so, and a
//! handshake follows as ever.
//!
//! Source: the CometD reference, *Reload Extension*. There the handshake's reply is kept in the
//! page's session storage; where a [`Handover`] is kept is the driver's affair.

use core::fmt;
use core::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use tolerant_json::Document;

use super::{Client, Phase, Session};
use crate::message::ClientId;
use crate::time::Instant;

/// What the next client needs to go on with a session. Whoever has it can read what is meant for
/// this client: keep it where only this page's origin looks, and use it once.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Handover {
    url: String,
    /// The address that the session is at, if the server advised another host than that of `url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_to: Option<String>,
    client_id: ClientId,
    /// The last batch that was taken, if the server speaks *ack*.
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<i64>,
    /// The `ext` of the handshake's reply; in the text it is a text itself.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    ext: Option<Box<RawValue>>,
}

fn as_text<S: Serializer>(ext: &Option<Box<RawValue>>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(ext.as_deref().map_or("null", RawValue::get))
}

/// The text is no [`Handover`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidHandover(String);

impl Handover {
    /// As text, to be kept.
    pub fn to_json(&self) -> String {
        // Strings, a number and JSON that was read before: it always has a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From text that was kept.
    ///
    /// # Errors
    /// The text is not from [`to_json`](Self::to_json).
    pub fn from_json(text: &str) -> Result<Self, InvalidHandover> {
        let document = Document::parse(text).map_err(|error| InvalidHandover(error.to_string()))?;
        let root = document.root();
        let string = |name: &str| {
            let missing = || InvalidHandover(format!("there is no {name}"));
            root.field(name)
                .str()
                .map(str::to_owned)
                .ok_or_else(missing)
        };
        Ok(Self {
            url: string("url")?,
            moved_to: string("movedTo").ok(),
            client_id: ClientId(string("clientId")?),
            batch: root.field("batch").exact_integer(),
            ext: string("ext")
                .ok()
                .and_then(|ext| RawValue::from_string(ext).ok()),
        })
    }
}

impl PartialEq for Handover {
    /// Whether it is the same session, at the same point.
    fn eq(&self, other: &Self) -> bool {
        (&self.url, &self.client_id, self.batch) == (&other.url, &other.client_id, other.batch)
    }
}

impl fmt::Display for InvalidHandover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no session was handed over: {}", self.0)
    }
}

impl core::error::Error for InvalidHandover {}

impl Client {
    /// Lets go of the session for another client to go on with: ends all requests without a
    /// good-bye, settles every command, and is idle. None if there is no session, and then nothing
    /// has changed.
    pub fn hand_over(&mut self, now: Instant) -> Option<Handover> {
        let session = self.session.take()?;
        let handover = Handover {
            url: self.config.url.clone(),
            moved_to: self.address.moved_from(&self.config.url),
            client_id: session.client_id,
            batch: session.batch,
            ext: self.granted_ext.clone(),
        };
        self.abort_commands();
        // Without a session nothing is said.
        self.close(now);
        Some(handover)
    }

    /// Begins as [`open`](Self::open) does, but with a session that was handed over. If it is of
    /// another address, or at a host that this client does not trust, or if this client is at work
    /// already, it is left aside.
    pub fn take_over(&mut self, handover: Handover, now: Instant) {
        let is_at_work = !matches!(self.status.phase, Phase::Idle | Phase::Stopped);
        self.open(now);
        if is_at_work || handover.url != self.config.url {
            return;
        }
        if let Some(address) = handover.moved_to
            && !self.address.move_to(address)
        {
            return;
        }
        self.granted_ext = handover.ext;
        self.counters.sessions += 1;
        self.session = Some(Session {
            number: self.counters.sessions,
            client_id: handover.client_id,
            batch: handover.batch.filter(|_| self.config.ack),
            is_handed_over: true,
        });
        self.want_all_subscriptions();
        self.commands_held_until = now;
        self.set_phase(Phase::Connecting, None, now);
        self.schedule_connect(Duration::ZERO, now);
    }
}
