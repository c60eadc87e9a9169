//! `GET /emulator/events`: what happens, as it happens, as Server-Sent Events.
//!
//! | event | data |
//! |---|---|
//! | `state` | the contact centre, as `GET /emulator/state` has it; comes first, and again if somebody reads too slowly |
//! | `changes` | what has changed since: agents and calls that are different, `callsOver` by their ids, and of all else what is different |
//! | `entry` | an entry of the journal; its `id` names the run of the emulator and the entry's number, so that a browser that was cut off goes on where it was (`Last-Event-ID`), and one that knows an earlier run gets all |

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::watch;
use tokio::time::Instant;

use super::board::{Board, IDLE_PACE, News, PACE, Place, Step};
use crate::journal::Entry;
use crate::state::Shared;

/// How many entries are taken from the journal at once.
const SOME: usize = 50;

/// `GET /emulator/events`
pub(super) async fn events(
    State(shared): State<Arc<Shared>>,
    Extension(place): Extension<Place>,
    headers: HeaderMap,
) -> Response {
    let last = headers.get("Last-Event-ID");
    let last = last.and_then(|last| shared.journal.number_of(last.to_str().ok()?));
    let watcher = Watcher::new(shared, &place, last.unwrap_or(0));
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
    board: Arc<Board>,
    /// The last step that was sent; none: nothing was.
    step: Option<u64>,
    /// Steps that are to be sent.
    steps: VecDeque<Arc<Step>>,
    /// When the board is to be looked at again.
    due: Instant,
    /// The number of the last entry in the journal.
    written: watch::Receiver<u64>,
    /// The number of the last entry that was taken from it.
    last: u64,
    /// Entries that are to be sent.
    entries: VecDeque<Arc<Entry>>,
}

impl Watcher {
    fn new(shared: Arc<Shared>, place: &Place, last: u64) -> Self {
        Self {
            board: place.board(&shared),
            step: None,
            steps: VecDeque::new(),
            due: Instant::now(),
            written: shared.journal.watch(),
            last,
            entries: VecDeque::new(),
            shared,
        }
    }

    /// The next event; none when the emulator ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(step) = self.steps.pop_front() {
                self.step = Some(step.number);
                return Some(Event::default().event("changes").data(&step.changes));
            }
            if Instant::now() >= self.due
                && let Some(state) = self.look()
            {
                return Some(Event::default().event("state").data(state));
            }
            if !self.steps.is_empty() {
                continue;
            }
            if let Some(entry) = self.entries.pop_front() {
                return entry_event(&entry, self.shared.journal.id_of(&entry));
            }
            // First, so that whatever is written from now on is not missed.
            self.written.borrow_and_update();
            self.entries = self.shared.journal.after(self.last, SOME).into();
            if let Some(entry) = self.entries.back() {
                self.last = entry.number;
                self.expect_changes();
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep_until(self.due) => {}
                written = self.written.changed() => written.ok()?,
            }
        }
    }

    /// Looks at the board. The state, if all of it is to be sent.
    fn look(&mut self) -> Option<String> {
        let (news, is_all) = self.board.news(self.step);
        self.due = Instant::now() + if is_all { IDLE_PACE } else { PACE };
        match news {
            News::Whole(step, state) => {
                self.step = Some(step);
                Some(state)
            }
            News::Steps(steps) => {
                self.steps = steps.into();
                None
            }
        }
    }

    /// Something has happened, so that the board will soon be another.
    fn expect_changes(&mut self) {
        self.due = self.due.min(Instant::now() + PACE);
    }
}

fn entry_event(entry: &Entry, id: String) -> Option<Event> {
    match serde_json::to_string(entry) {
        Ok(data) => Some(Event::default().event("entry").data(data).id(id)),
        Err(error) => {
            // Our own types have a JSON form; whoever adds one without finds it here.
            tracing::error!(%error, "an entry of the journal has no JSON form");
            None
        }
    }
}
