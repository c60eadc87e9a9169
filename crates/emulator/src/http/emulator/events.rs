//! `GET /emulator/events`: what happens, as it happens, as Server-Sent Events.
//!
//! | event | data |
//! |---|---|
//! | `state` | the contact centre, as `GET /emulator/state` has it; comes first |
//! | `changes` | the same, with only those agents that have changed since |
//! | `entry` | an entry of the journal; its `id` counts, so that a browser that was cut off goes on where it was (`Last-Event-ID`) |

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::Instant;

use super::centre::Centre;
use crate::journal::Entry;
use crate::state::Shared;

/// How often the state is sent at most: a person can't read faster.
const PACE: Duration = Duration::from_millis(200);
/// How often it is looked at when nothing is known to have happened: not everything is written
/// down.
const IDLE_PACE: Duration = Duration::from_secs(1);
/// How many entries are taken from the journal at once.
const SOME: usize = 50;

/// `GET /emulator/events`
pub(super) async fn events(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let last = headers.get("Last-Event-ID");
    let last = last.and_then(|last| last.to_str().ok()?.parse().ok());
    let watcher = Watcher::new(shared, last.unwrap_or(0));
    let events = stream::unfold(watcher, |mut watcher| async {
        let event = watcher.next().await?;
        Some((Ok::<_, Infallible>(event), watcher))
    });
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

struct Watcher {
    shared: Arc<Shared>,
    /// Entries that are to be sent.
    entries: VecDeque<Arc<Entry>>,
    /// The number of the last entry in the journal.
    written: watch::Receiver<u64>,
    /// The number of the last entry that was taken from it.
    last: u64,
    /// What was sent last, and when.
    sent: Option<(Centre, Instant)>,
    /// Whether something may have changed since.
    is_stale: bool,
}

impl Watcher {
    fn new(shared: Arc<Shared>, last: u64) -> Self {
        Self {
            written: shared.journal.last(),
            shared,
            entries: VecDeque::new(),
            last,
            sent: None,
            is_stale: true,
        }
    }

    /// The next event; none when the emulator ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let Some((_, sent_at)) = &self.sent else {
                let centre = Centre::of(&self.shared.lock());
                let event = named("state", &centre);
                self.note_sent(centre);
                return event;
            };
            let pace = if self.is_stale { PACE } else { IDLE_PACE };
            let due = *sent_at + pace;
            if Instant::now() >= due {
                if let Some(event) = self.changes() {
                    return Some(event);
                }
                continue;
            }
            if let Some(entry) = self.entries.pop_front() {
                let event = named("entry", &*entry)?;
                return Some(event.id(entry.number.to_string()));
            }
            // First, so that whatever is written from now on is not missed.
            self.written.borrow_and_update();
            self.entries = self.shared.journal.after(self.last, SOME).into();
            if let Some(entry) = self.entries.back() {
                self.last = entry.number;
                self.is_stale = true;
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep_until(due) => {}
                written = self.written.changed() => written.ok()?,
            }
        }
    }

    /// What has changed since the last time, if anything has.
    fn changes(&mut self) -> Option<Event> {
        self.is_stale = false;
        let (before, _) = self.sent.take()?;
        let now = Centre::of(&self.shared.lock());
        let changes = now.changes_since(&before);
        self.note_sent(now);
        named("changes", &changes?)
    }

    fn note_sent(&mut self, centre: Centre) {
        self.sent = Some((centre, Instant::now()));
        self.is_stale = false;
    }
}

fn named(name: &str, data: &impl Serialize) -> Option<Event> {
    match serde_json::to_string(data) {
        Ok(data) => Some(Event::default().event(name).data(data)),
        Err(error) => {
            // Our own types have a JSON form; whoever adds one without finds it here.
            tracing::error!(%error, name, "an event has no JSON form");
            None
        }
    }
}
