//! Scripts: texts of lines, one step each. A line that is no step is passed over.

use core::time::Duration;

use crate::step::Step;

/// How many steps of a script are played; the fuzzer finds nothing in longer ones.
const MOST_STEPS: usize = 400;
/// The longest that one step may take, so that a script ends.
const LONGEST: u64 = 3_600_000;

/// The steps that are played.
pub(crate) fn steps(script: &str) -> impl Iterator<Item = Step> {
    script.lines().filter_map(Step::read).take(MOST_STEPS)
}

/// For how long time goes on in a step that says so.
pub(crate) fn span(millis: u64) -> Duration {
    Duration::from_millis(millis.min(LONGEST))
}
