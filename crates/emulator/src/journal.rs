//! What happens, as it happens: requests and replies, notifications, what people in the contact
//! centre do, faults that strike, instructions. For whoever watches; nothing is decided by it, and
//! it costs little while nobody does: exchanges are put into words when somebody looks.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use bayeux::RawValue;
use serde::{Serialize, Serializer};
use tokio::sync::watch;

use crate::faults::FaultName;
use crate::instruction::Instruction;
use crate::script::ScriptStatus;

/// How many entries are kept for whoever looks later: so many of what happens in the contact
/// centre, which may be much, and so many of all else.
const KEPT: usize = 500;
/// How many bytes these may hold, of each of the two.
const KEPT_BYTES: usize = 4 * 1024 * 1024;

/// An entry.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Counts from 1.
    pub(crate) number: u64,
    /// In milliseconds since 1970, by the machine's clock.
    at: u64,
    written: Written,
    /// About how many it holds beside what every entry does.
    bytes: usize,
}

/// What happened, or what has to be read to know it.
#[derive(Debug)]
enum Written {
    Plain(Happened),
    Unread(Box<dyn Unread>),
}

/// Something that happened, and is put into words only when somebody looks.
pub(crate) trait Unread: fmt::Debug + Send + Sync {
    /// What happened.
    fn read(&self) -> Happened;
    /// About how many bytes it holds.
    fn bytes(&self) -> usize;
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            number: u64,
            at: u64,
            #[serde(flatten)]
            happened: &'a Happened,
        }
        let read;
        let happened = match &self.written {
            Written::Plain(happened) => happened,
            Written::Unread(unread) => {
                read = unread.read();
                &read
            }
        };
        let (number, at) = (self.number, self.at);
        Form {
            number,
            at,
            happened,
        }
        .serialize(serializer)
    }
}

impl Written {
    /// About how many bytes it holds beside what every entry does.
    fn bytes(&self) -> usize {
        match self {
            Self::Unread(unread) => unread.bytes(),
            Self::Plain(Happened::Notification { channel, data, .. }) => {
                channel.len() + data.get().len()
            }
            Self::Plain(Happened::WorldEvent { who, what }) => who.len() + what.len(),
            Self::Plain(Happened::Fault { struck, .. }) => struck.len(),
            // Of all the rest: about as many as it has when it is written out.
            Self::Plain(rest) => serde_json::to_vec(rest).map_or(0, |json| json.len()),
        }
    }
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
    /// When it was begun, which tells it from that of another run.
    begun: u64,
    kept: Arc<Mutex<Kept>>,
    /// The number of the last entry.
    last: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Kept {
    of_the_world: Ring,
    others: Ring,
    written: u64,
}

/// The latest entries of a kind, in order.
#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
}

impl Ring {
    fn push(&mut self, entry: Arc<Entry>) {
        self.bytes += entry.bytes;
        self.entries.push_back(entry);
        // The last one stays, however long it is.
        while self.entries.len() > KEPT || (self.bytes > KEPT_BYTES && self.entries.len() > 1) {
            if let Some(oldest) = self.entries.pop_front() {
                self.bytes -= oldest.bytes;
            }
        }
    }

    /// Those that were written after entry number `after`.
    fn after(&self, after: u64) -> impl Iterator<Item = &Arc<Entry>> {
        let first = self.entries.partition_point(|entry| entry.number <= after);
        self.entries.range(first..)
    }
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            begun: since_1970(),
            kept: Arc::default(),
            last: watch::Sender::default(),
        }
    }
}

impl Journal {
    /// Writes an entry.
    pub(crate) fn write(&self, happened: Happened) {
        self.keep(Written::Plain(happened));
    }

    /// Writes an entry that is read when somebody looks.
    pub(crate) fn write_unread(&self, unread: impl Unread + 'static) {
        self.keep(Written::Unread(Box::new(unread)));
    }

    fn keep(&self, written: Written) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.written += 1;
        let entry = Arc::new(Entry {
            number: kept.written,
            // Within the lock, as the number: the order is the same by both.
            at: since_1970(),
            bytes: written.bytes(),
            written,
        });
        match entry.written {
            Written::Plain(Happened::WorldEvent { .. }) => kept.of_the_world.push(entry),
            _ => kept.others.push(entry),
        }
        // Within the lock, so that it only grows.
        self.last.send_replace(kept.written);
    }

    /// By what an entry is known among those of all runs.
    pub(crate) fn id_of(&self, entry: &Entry) -> String {
        format!("{}-{}", self.begun, entry.number)
    }

    /// The number of the entry with this id; none if it was another run's.
    pub(crate) fn number_of(&self, id: &str) -> Option<u64> {
        let (begun, number) = id.split_once('-')?;
        let number = number.parse().ok()?;
        (begun == self.begun.to_string()).then_some(number)
    }

    /// The number of the last entry.
    pub(crate) fn last(&self) -> u64 {
        *self.last.borrow()
    }

    /// The number of the last entry, now and whenever there is another. Nothing can be written
    /// while it is borrowed.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// The first entries that were written after number `after` and are still kept; so many at
    /// most.
    pub(crate) fn after(&self, after: u64, most: usize) -> Vec<Arc<Entry>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = kept.of_the_world.after(after).take(most);
        let entries = entries.chain(kept.others.after(after).take(most));
        let mut entries: Vec<_> = entries.cloned().collect();
        entries.sort_unstable_by_key(|entry| entry.number);
        entries.truncate(most);
        entries
    }
}

/// The time by the machine's clock, in milliseconds.
fn since_1970() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0, |span| {
        u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Long(usize);

    impl Unread for Long {
        fn read(&self) -> Happened {
            event()
        }

        fn bytes(&self) -> usize {
            self.0
        }
    }

    fn event() -> Happened {
        Happened::WorldEvent {
            who: "6001".to_owned(),
            what: "Ready".to_owned(),
        }
    }

    fn numbers(journal: &Journal, after: u64, most: usize) -> Vec<u64> {
        let entries = journal.after(after, most);
        entries.iter().map(|entry| entry.number).collect()
    }

    #[test]
    fn the_latest_entries_are_kept_of_the_contact_centre_and_of_all_else() {
        let journal = Journal::default();
        journal.write_unread(Long(1));
        for _ in 0..2 * KEPT {
            journal.write(event());
        }
        let kept = numbers(&journal, 0, usize::MAX);
        assert_eq!(kept.len(), 1 + KEPT, "much of one does not bury the other");
        assert_eq!(kept[..2], [1, KEPT as u64 + 2]);
    }

    #[test]
    fn what_is_kept_is_bounded_by_bytes_too() {
        let journal = Journal::default();
        for _ in 0..10 {
            journal.write_unread(Long(KEPT_BYTES / 4));
        }
        assert_eq!(numbers(&journal, 0, usize::MAX), [7, 8, 9, 10]);
        journal.write_unread(Long(2 * KEPT_BYTES));
        assert_eq!(numbers(&journal, 0, usize::MAX), [11], "the last one stays");
        journal.write_unread(Long(1));
        assert_eq!(numbers(&journal, 0, usize::MAX), [12]);
    }

    #[test]
    fn whatever_is_long_counts_by_its_length() {
        let long = || "x".repeat(KEPT_BYTES / 4 + 1);
        let instruction = || Happened::Instruction {
            instruction: Box::new(Instruction::EndCall { agent: long() }),
        };
        let event = || Happened::WorldEvent {
            who: "6001".to_owned(),
            what: long(),
        };
        let fault = || Happened::Fault {
            fault: "webPage".parse().expect("a fault"),
            struck: long(),
        };
        let kinds: [&dyn Fn() -> Happened; 3] = [&instruction, &event, &fault];
        for kind in kinds {
            let journal = Journal::default();
            for _ in 0..10 {
                journal.write(kind());
            }
            assert_eq!(numbers(&journal, 0, usize::MAX), [8, 9, 10]);
        }
    }

    #[test]
    fn an_id_of_another_run_is_nobodys() {
        let journal = Journal::default();
        journal.write(event());
        let id = journal.id_of(&journal.after(0, 1)[0]);
        assert_eq!(journal.number_of(&id), Some(1));
        let earlier = Journal {
            begun: journal.begun - 1,
            ..Journal::default()
        };
        for id in [&id, "1", "", "-", "x-1"] {
            assert_eq!(earlier.number_of(id), None, "{id}");
        }
    }

    #[test]
    fn numbers_and_times_are_in_the_same_order_whoever_writes() {
        let journal = Journal::default();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..100).for_each(|_| journal.write(event())));
            }
        });
        let times: Vec<_> = journal.after(0, 400).iter().map(|entry| entry.at).collect();
        assert_eq!(times.len(), 400);
        assert!(times.is_sorted(), "unless somebody sets the clock");
    }

    #[test]
    fn entries_are_read_on_from_where_somebody_was_a_few_at_a_time() {
        let journal = Journal::default();
        for _ in 0..3 {
            journal.write_unread(Long(1));
            journal.write(event());
        }
        assert_eq!(numbers(&journal, 0, 4), [1, 2, 3, 4]);
        assert_eq!(numbers(&journal, 4, 4), [5, 6]);
        assert_eq!(journal.last(), 6);
    }
}
