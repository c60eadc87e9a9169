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
//!
//! Tabs that share a connection tell each other more: what was heard and what may be missing, and until
//! when to wait.

use core::fmt;
use core::time::Duration;

use serde::Serialize;
use tolerant_json::Document;

use super::{Client, Phase, Reason, Session, Status};
use crate::message::ClientId;
use crate::time::Instant;

/// What the next client needs to go on with a session. Whoever has it can read what is meant for
/// this client: keep it where only this page's origin looks, and use it once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Handover {
    url: String,
    client_id: ClientId,
    /// The last batch that was taken, if the server speaks *ack*.
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<i64>,
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
            client_id: ClientId(string("clientId")?),
            batch: root.field("batch").exact_integer(),
        })
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
            client_id: session.client_id,
            batch: session.batch,
        };
        self.abort_commands();
        // Without a session nothing is said.
        self.close(now);
        Some(handover)
    }

    /// Begins as [`open`](Self::open) does, but with a session that was handed over. If it is of
    /// another address, or if this client is at work already, it is left aside.
    pub fn take_over(&mut self, handover: Handover, now: Instant) {
        let is_at_work = !matches!(self.status.phase, Phase::Idle | Phase::Stopped);
        self.open(now);
        if is_at_work || handover.url != self.config.url {
            return;
        }
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

    /// Says when the server was heard before this client was there, and until when completely.
    pub(crate) fn heard_before(&mut self, at: Option<Instant>, complete_until: Option<Instant>) {
        self.status.last_heard = self.status.last_heard.max(at);
        self.complete_until = self.complete_until.max(complete_until);
    }

    /// Until when everything was heard that was published, if anything was.
    pub(crate) fn complete_until(&self) -> Option<Instant> {
        self.complete_until
    }

    /// From when on events may be missing, if that was not told yet.
    pub(crate) fn missed_since(&self) -> Option<Instant> {
        self.missed_since
    }

    /// Waits on as another client did: until the same time, for the same reason.
    pub(crate) fn wait_as(&mut self, status: Status, now: Instant) {
        let Some(at) = status.next_try.filter(|at| *at > now) else {
            return;
        };
        if matches!(status.reason, Some(Reason::Busy { .. })) {
            self.busy_until = at;
        }
        if let Some((planned, _)) = &mut self.next_poll {
            *planned = at;
        }
        self.set_phase(Phase::Waiting, status.reason, now);
    }
}
