//! Waiting for conditions. No test sleeps for a fixed time.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How long a condition may take: twice the widget's longest interval, because machines can be busy.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The shortest interval between checks, and the longest. In between it is a quarter of the time
/// waited so far: a check in a browser costs as much as many a change that it waits for.
const SOONEST: Duration = Duration::from_millis(30);
const LATEST: Duration = Duration::from_millis(200);

/// Repeats a check until it succeeds, and returns its result.
///
/// # Errors
/// The last check's error after [`PATIENCE`]; `what` names the condition.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    loop {
        match look().await {
            Ok(found) => return Ok(found),
            Err(error) if start.elapsed() > PATIENCE => {
                return Err(error)
                    .with_context(|| format!("waited {} s for {what}", PATIENCE.as_secs()));
            }
            Err(_) => tokio::time::sleep((start.elapsed() / 4).clamp(SOONEST, LATEST)).await,
        }
    }
}
