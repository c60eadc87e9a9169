//! Waiting for conditions. No test sleeps for a fixed time.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How long a condition may take: twice the widget's longest interval, because machines can be busy.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The interval between checks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(30);

/// Repeats a check until it succeeds, and returns its result.
///
/// # Errors
/// The last check's error after [`PATIENCE`]; `what` names the condition.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match look().await {
            Ok(found) => return Ok(found),
            Err(error) if Instant::now() > deadline => {
                return Err(error)
                    .with_context(|| format!("waited {} s for {what}", PATIENCE.as_secs()));
            }
            Err(_) => tokio::time::sleep(BETWEEN_LOOKS).await,
        }
    }
}
