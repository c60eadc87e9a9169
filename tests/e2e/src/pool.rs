//! Idle browsers: starting one takes longer than many a test.

use std::sync::{Arc, Mutex, PoisonError};

use fantoccini::Client;

use crate::driver::Driver;
use crate::engine::Engine;

static IDLE: Mutex<Vec<(Engine, Idle)>> = Mutex::new(Vec::new());

/// An idle browser. Its driver ends with this process at the latest.
#[derive(Debug)]
pub(crate) struct Idle {
    pub(crate) client: Client,
    pub(crate) driver: Arc<Driver>,
}

/// A browser of this engine, if one is idle.
pub(crate) fn take(engine: Engine) -> Option<Idle> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let at = idle.iter().position(|(of, _)| *of == engine)?;
    Some(idle.swap_remove(at).1)
}

/// Keeps a browser for the next test that needs one of this engine.
pub(crate) fn put(engine: Engine, browser: Idle) {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    idle.push((engine, browser));
}
