//! Replays a HAR, as recorded by a browser's developer tools: which response is next, and when a
//! notification is due. [`read`] parses the file; `http::har` is the service.
//!
//! The client sets the pace by its operations: a read gets the response that was recorded after as
//! many of them, and a notification that came after an operation waits for that operation.

mod read;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

pub use self::read::HarError;
use self::read::{Entry, Har};
use crate::state::Shared;
use crate::world::DEMO_SUPERVISOR;

/// The maximum pause, whatever was recorded.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The operations on devices for which replay waits, besides [`gws::CallOperation::ALL`]. Others,
/// such as `Ready`, may be specific to the recorded page.
const DEVICE_OPERATIONS: [&str; 4] = ["ListenIn", "Coach", "BargeIn", "CancelSupervisorMonitoring"];

/// The part of a request that is compared.
#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    /// Method, path and operation: `POST /api/v2/me/devices/1 ListenIn`.
    name: String,
    /// The parameters of the query, sorted.
    query: Vec<String>,
    /// Whether entries recorded after it wait for it.
    is_waited_for: bool,
}

impl Request {
    /// The path begins with `/v2/`.
    pub(crate) fn new(method: &str, path: &str, query: &str, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let operation = body["operationName"].as_str().unwrap_or_default();
        let name = format!("{method} /api{} {operation}", path.trim_end_matches('/'));
        let mut query: Vec<_> = query.split('&').map(str::to_owned).collect();
        query.sort_unstable();
        Self {
            name: name.trim_end().to_owned(),
            query,
            is_waited_for: DEVICE_OPERATIONS.contains(&operation)
                || gws::CallOperation::ALL
                    .iter()
                    .any(|known| known.name() == operation),
        }
    }
}

/// A HAR that is being replayed.
#[derive(Debug)]
pub(crate) struct Replay {
    har: Har,
    /// The number of used entries, by the position of the first entry with the same request.
    used: Mutex<HashMap<usize, usize>>,
    reached: watch::Sender<Reached>,
}

/// The client's progress.
#[derive(Debug, Default)]
struct Reached {
    has_subscribed: bool,
    operations: usize,
}

impl Replay {
    /// Reads a HAR.
    ///
    /// # Errors
    /// The file can't be read, or is not a HAR.
    pub(crate) fn read(path: &Path) -> Result<Self, HarError> {
        Self::parse(&std::fs::read(path)?)
    }

    pub(crate) fn parse(file: &[u8]) -> Result<Self, HarError> {
        Ok(Self {
            har: Har::parse(file)?,
            used: Mutex::default(),
            reached: watch::Sender::default(),
        })
    }

    /// The recorded response to a request, or a message why there is none.
    pub(crate) fn answer(&self, asked: &Request) -> Result<&Entry, String> {
        let name = &asked.name;
        let entries = self.har.entries.iter().enumerate();
        let mut like: Vec<_> = entries.filter(|(_, it)| it.request.name == *name).collect();
        if like
            .iter()
            .any(|(_, it)| it.request.query != like[0].1.request.query)
        {
            like.retain(|(_, it)| it.request.query == asked.query);
            if like.is_empty() {
                return Err(format!("{name} is in the HAR with other queries only."));
            }
        }
        let Some(&(first, _)) = like.first() else {
            return Err(format!("{name} is not in the HAR."));
        };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let next = used.entry(first).or_default();
        if name.starts_with("GET ") {
            let reached = self.reached.borrow().operations;
            let end = like.partition_point(|(_, it)| it.after <= reached).max(1);
            let begin = like.partition_point(|(_, it)| it.after < like[end - 1].1.after);
            *next = (*next).clamp(begin, end - 1);
        }
        let Some((_, entry)) = like.get(*next) else {
            return Err(format!("{name} is in the HAR {next} times only."));
        };
        *next += 1;
        if asked.is_waited_for {
            let operations = entry.after + 1;
            self.reached
                .send_modify(|it| it.operations = it.operations.max(operations));
        }
        Ok(entry)
    }

    /// The client has subscribed: notifications may come.
    pub(crate) fn has_subscribed(&self) {
        self.reached.send_modify(|it| it.has_subscribed = true);
    }
}

/// Waits as long as recorded, up to the maximum.
pub(crate) async fn pause(recorded: Duration) {
    tokio::time::sleep(recorded.min(LONGEST_PAUSE)).await;
}

/// Delivers the notifications, each when it is due.
pub(crate) async fn deliver(replay: Arc<Replay>, shared: Arc<Shared>) {
    let mut reached = replay.reached.subscribe();
    for notification in &replay.har.notifications {
        let is_due = |it: &Reached| it.has_subscribed && it.operations >= notification.after;
        if reached.wait_for(is_due).await.is_err() {
            return;
        }
        pause(notification.gap).await;
        let (channel, data) = (notification.channel.clone(), notification.data.clone());
        shared.lock().publish(DEMO_SUPERVISOR, channel, data);
    }
}
