//! Waiting for something to become so. Nothing here or in a test sleeps for a time and hopes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How long something may take to become so. Generous: a machine may be busy with other things.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait from one look to the next.
const BETWEEN_LOOKS: Duration = Duration::from_millis(30);

/// Looks again and again until it succeeds, and gives back what was found.
///
/// # Errors
/// What the last look said, once [`PATIENCE`] is over; `what` says what was waited for.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match look().await {
            Ok(found) => return Ok(found),
            Err(error) if Instant::now() > deadline => {
                return Err(error)
                    .with_context(|| format!("waited {} s in vain: {what}", PATIENCE.as_secs()));
            }
            Err(_) => tokio::time::sleep(BETWEEN_LOOKS).await,
        }
    }
}
