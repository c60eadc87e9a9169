//! Time: the page's monotonic clock for the machine, the wall clock for people.

use core::time::Duration;

use gloo_timers::callback::Interval;
use supervision::Instant;

/// Now, in milliseconds since 1970 as it was reckoned when the page began: monotonic, and with room
/// for what happened before the page.
pub(crate) fn now() -> Instant {
    let millis = web_sys::window()
        .and_then(|window| window.performance())
        .map_or_else(js_sys::Date::now, |performance| {
            performance.time_origin() + performance.now()
        });
    // Never negative, and far below 2⁵³.
    Instant::from_millis(millis as u64)
}

/// By how much the wall clock is ahead of [`now`], in milliseconds. It changes when the machine has
/// slept, or the clock was set.
pub(super) fn drift() -> f64 {
    js_sys::Date::now() - now().as_millis() as f64
}

/// The wall clock's reading at `at`, in milliseconds since 1970.
pub(crate) fn wall(at: Instant) -> f64 {
    drift() + at.as_millis() as f64
}

/// Calls back once a second while it is kept and the page can be seen.
#[derive(Debug)]
pub(crate) struct Ticker {
    _interval: Interval,
}

impl Ticker {
    pub(crate) fn start(mut tick: impl FnMut(Instant) + 'static) -> Self {
        const SECOND: Duration = Duration::from_secs(1);
        let millis = u32::try_from(SECOND.as_millis()).unwrap_or(u32::MAX);
        Self {
            _interval: Interval::new(millis, move || {
                if super::page::is_visible() {
                    tick(now());
                }
            }),
        }
    }
}
