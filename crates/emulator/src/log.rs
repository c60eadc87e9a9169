//! The log of the latest requests, notifications and instructions, for the console and tests. Headers
//! are not logged, so that it has no cookies, passwords or tokens.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

/// How many entries are kept.
const CAPACITY: usize = 500;
/// How many characters are kept of a description or a body.
const MAX_CHARS: usize = 4_000;

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    /// A request below `/api` has arrived.
    Request,
    /// It was answered, or aborted by the client.
    Reply,
    /// A notification was passed to the notification server.
    Notification,
    /// A fault has struck, or has expired.
    Fault,
    /// An instruction was carried out.
    Instruction,
    /// A script has made progress.
    Script,
}

/// An entry of the log.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    /// Counts from 1.
    pub(crate) number: u64,
    /// In milliseconds since 1970, by the computer's clock.
    pub(crate) at: u64,
    pub(crate) kind: Kind,
    /// The number of the user who sends a request or receives a notification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) who: Option<String>,
    /// A description: an operation, or method and path; a channel.
    pub(crate) what: String,
    /// The status of HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    /// The outcome, beyond the status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<String>,
    /// The beginning of the body.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) body: String,
}

impl Entry {
    /// An entry to be written.
    pub(crate) fn new(kind: Kind, what: &str) -> Self {
        Self {
            number: 0,
            at: 0,
            kind,
            who: None,
            what: shortened(what),
            status: None,
            outcome: None,
            body: String::new(),
        }
    }

    /// The same, about that user.
    pub(crate) fn who(self, number: impl Into<Option<String>>) -> Self {
        let who = number.into();
        Self { who, ..self }
    }

    /// The same, with the beginning of a body.
    pub(crate) fn body(self, body: &str) -> Self {
        let body = shortened(body);
        Self { body, ..self }
    }
}

/// The log. A handle; all copies are the same log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Entry>,
    /// The number of entries ever written.
    written: u64,
}

impl Log {
    /// Writes an entry; beyond the capacity the oldest is dropped.
    pub(crate) fn write(&self, mut entry: Entry) {
        let mut kept = self.kept();
        kept.written += 1;
        entry.number = kept.written;
        entry.at = since_1970();
        kept.entries.push_back(entry);
        if kept.entries.len() > CAPACITY {
            kept.entries.pop_front();
        }
    }

    /// The entries after the entry `number`.
    pub(crate) fn after(&self, number: u64) -> Vec<Entry> {
        let kept = self.kept();
        let first = kept.entries.partition_point(|entry| entry.number <= number);
        kept.entries.range(first..).cloned().collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The beginning of a text.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn since_1970() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0, |span| {
        u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_entries_are_kept_and_read_from_a_number_on() {
        let log = Log::default();
        for number in 1..=CAPACITY + 2 {
            log.write(Entry::new(Kind::Fault, &number.to_string()));
        }
        let all = log.after(0);
        assert_eq!((all.len(), all[0].what.as_str()), (CAPACITY, "3"));
        let last = log.after(CAPACITY as u64);
        let last: Vec<&str> = last.iter().map(|entry| entry.what.as_str()).collect();
        assert_eq!(last, ["501", "502"]);
        assert!(log.after(CAPACITY as u64 + 2).is_empty());
    }

    #[test]
    fn long_texts_are_shortened() {
        let long = "ü".repeat(2 * MAX_CHARS);
        let entry = Entry::new(Kind::Request, &long).body(&long);
        assert_eq!(entry.what.chars().count(), MAX_CHARS + 1);
        assert_eq!(entry.body, entry.what);
    }
}
