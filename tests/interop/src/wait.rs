//! Waiting for conditions. Nothing here or in a test sleeps for a fixed time.

use std::fmt::Debug;
use std::time::Duration;

use anyhow::{Result, anyhow};
use tokio::sync::watch;
use tokio::time::timeout;

/// The longest wait; long, because the machine may be busy.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// Waits until `find` finds something in a state, and returns it. The error contains `what` and the last
/// state.
pub async fn until<S: Debug, T>(
    what: &str,
    states: &watch::Receiver<S>,
    mut find: impl FnMut(&S) -> Option<T>,
) -> Result<T> {
    let mut states = states.clone();
    let search = async {
        loop {
            if let Some(found) = find(&states.borrow_and_update()) {
                return Ok(found);
            }
            states.changed().await?;
        }
    };
    let why = match timeout(TIMEOUT, search).await {
        Ok(Ok(found)) => return Ok(found),
        Ok(Err::<_, watch::error::RecvError>(_)) => "it has ended".to_owned(),
        Err(_) => format!("not within {} s", TIMEOUT.as_secs()),
    };
    Err(anyhow!(
        "{what}: {why}. Last state:\n{:#?}",
        *states.borrow()
    ))
}
