//! Waiting for conditions. Nothing here or in a test sleeps for a fixed time.

use std::fmt::Debug;
use std::time::Duration;

use anyhow::{Result, anyhow};
use tokio::sync::watch;
use tokio::time::timeout;

/// The longest wait; generous, because the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until `look` finds something in a state, and returns that.
///
/// # Errors
/// [`PATIENCE`] is over, or there will be no further state. `what` says what was waited for; the
/// last state is told too.
pub async fn until<S: Debug, T>(
    what: &str,
    states: &watch::Receiver<S>,
    mut look: impl FnMut(&S) -> Option<T>,
) -> Result<T> {
    let mut states = states.clone();
    let looking = async {
        loop {
            if let Some(found) = look(&states.borrow_and_update()) {
                return Ok(found);
            }
            states.changed().await?;
        }
    };
    let why = match timeout(PATIENCE, looking).await {
        Ok(Ok(found)) => return Ok(found),
        Ok(Err::<_, watch::error::RecvError>(_)) => "it has ended".to_owned(),
        Err(_) => format!("waited {} s in vain", PATIENCE.as_secs()),
    };
    Err(anyhow!("{what}: {why}. At last:\n{:#?}", *states.borrow()))
}
