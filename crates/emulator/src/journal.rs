//! What happens, as it happens: requests and replies, notifications, what people in the contact
//! centre do, faults that strike, instructions. For whoever watches; nothing is decided by it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use bayeux::RawValue;
use serde::Serialize;
use tokio::sync::broadcast;

use crate::faults::FaultName;
use crate::instruction::Instruction;
use crate::script::ScriptStatus;

/// How many entries are kept for whoever begins to watch later, or has fallen behind: so many of
/// what happens in the contact centre, which may be much, and so many of all else.
const KEPT: usize = 500;

/// An entry.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    /// Counts from 1.
    pub(crate) number: u64,
    /// In milliseconds since 1970, by the machine's clock.
    pub(crate) at: u64,
    /// What happened.
    #[serde(flatten)]
    pub(crate) happened: Happened,
}

/// Something that happened. As JSON its name is the value of `entry`.
#[derive(Clone, Debug, Serialize)]
#[serde(
    tag = "entry",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(crate) enum Happened {
    /// A request below `/api` is there.
    Request {
        /// Which exchange; its reply has the same number.
        exchange: u64,
        /// The number of the user who asks, if that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        /// What kind.
        kind: ExchangeKind,
        /// The method of HTTP.
        method: String,
        /// Path and query.
        path: String,
        /// What is asked, in words.
        what: String,
        /// The body.
        #[serde(flatten)]
        body: Body,
    },
    /// An exchange is over.
    Reply {
        /// Which exchange.
        exchange: u64,
        /// The number of the user who asked, if that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        /// What kind.
        kind: ExchangeKind,
        /// What was asked, in words.
        what: String,
        /// How it ended.
        end: ExchangeEnd,
        /// The status of HTTP, if there was a reply.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// What was answered, in words.
        outcome: String,
        /// How long it was until the reply began, in milliseconds.
        held: u64,
        /// The body.
        #[serde(flatten)]
        body: Body,
    },
    /// A notification was given to the notification server, for somebody who has asked for some.
    Notification {
        /// The number of the user it is for.
        to: String,
        /// On which channel.
        channel: String,
        /// What it says.
        data: Box<RawValue>,
    },
    /// Something in the contact centre changed for somebody.
    WorldEvent {
        /// The number of that somebody.
        who: String,
        /// What is so now, in words.
        what: String,
    },
    /// A fault struck.
    Fault {
        /// Which.
        fault: FaultName,
        /// What it struck: a channel, an operation, a path.
        struck: String,
    },
    /// A fault is over by itself.
    FaultOver {
        /// Which.
        fault: FaultName,
    },
    /// A script has come further.
    Script {
        /// Which, and how far.
        script: ScriptStatus,
    },
    /// An instruction was carried out.
    Instruction {
        /// Which.
        instruction: Box<Instruction>,
    },
}

/// What an exchange is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ExchangeKind {
    /// Nothing is changed by it.
    Read,
    /// An operation, mostly.
    Change,
    /// Notifications are waited for.
    Connect,
    /// Another Bayeux message.
    Message,
}

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ExchangeEnd {
    /// Well.
    Done,
    /// With a refusal or a failure.
    Refused,
    /// The client went away, or the reply broke off.
    CutOff,
}

/// A body, for people: JSON if it is JSON and not too long, or else the beginning of a text.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Body {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// Its length in bytes.
    pub(crate) bytes: usize,
}

/// The journal. A handle; all copies are the same journal.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    kept: Arc<Mutex<Kept>>,
    sender: broadcast::Sender<Arc<Entry>>,
}

#[derive(Debug, Default)]
struct Kept {
    of_the_world: VecDeque<Arc<Entry>>,
    others: VecDeque<Arc<Entry>>,
    written: u64,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            kept: Arc::default(),
            sender: broadcast::channel(KEPT).0,
        }
    }
}

impl Journal {
    /// Writes an entry.
    pub(crate) fn write(&self, happened: Happened) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.written += 1;
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let entry = Arc::new(Entry {
            number: kept.written,
            at: since_1970.map_or(0, |span| {
                u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
            }),
            happened,
        });
        let ring = match entry.happened {
            Happened::WorldEvent { .. } => &mut kept.of_the_world,
            _ => &mut kept.others,
        };
        if ring.len() >= KEPT {
            ring.pop_front();
        }
        ring.push_back(Arc::clone(&entry));
        // Nobody may be watching.
        let _ = self.sender.send(entry);
    }

    /// What was written after entry number `after`, as far as it is kept, and everything from now
    /// on.
    pub(crate) fn read(&self, after: u64) -> (Vec<Arc<Entry>>, broadcast::Receiver<Arc<Entry>>) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = kept.of_the_world.iter().chain(&kept.others);
        let entries = entries.filter(|entry| entry.number > after);
        let mut entries: Vec<_> = entries.cloned().collect();
        entries.sort_unstable_by_key(|entry| entry.number);
        (entries, self.sender.subscribe())
    }
}
