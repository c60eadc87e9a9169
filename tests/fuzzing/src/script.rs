//! Scripts: texts of lines, one step each. Lines that are not steps are ignored.

use bayeux::Duration;

use crate::step::Step;

/// The maximum number of steps that are played; the fuzzer finds nothing in longer scripts.
const MOST_STEPS: usize = 400;
/// The maximum duration of a step, so that a script ends.
const LONGEST: u64 = 3_600_000;

/// The steps that are played.
pub(crate) fn steps(script: &str) -> impl Iterator<Item = Step> {
    script.lines().filter_map(Step::read).take(MOST_STEPS)
}

/// How long time passes in a step.
pub(crate) fn span(millis: u64) -> Duration {
    Duration::from_millis(millis.min(LONGEST))
}
