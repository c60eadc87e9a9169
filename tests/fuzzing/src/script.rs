//! Scripts: texts of lines, one step each. A line that is no step is passed over.

use core::time::Duration;

/// How many steps of a script are played; the fuzzer finds nothing in longer ones.
const MOST_STEPS: usize = 400;
/// The longest that one step may take, so that a script ends.
const LONGEST: u64 = 3_600_000;

/// The steps that are played.
pub(crate) fn steps<S>(script: &str, read: fn(&str) -> Option<S>) -> impl Iterator<Item = S> {
    script.lines().filter_map(read).take(MOST_STEPS)
}

/// For how long time goes on in a step that says so.
pub(crate) fn span(millis: u64) -> Duration {
    Duration::from_millis(millis.min(LONGEST))
}
