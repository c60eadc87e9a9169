//! A client must not grow over repeated scripts. Its size is measured as its `Debug` text when it is
//! closed and idle.

use crate::run::Run;
use crate::step::Step;

/// How often a script is repeated.
const TIMES: usize = 30;
/// How much the text may grow: numbers get longer, and the last error of a server may be longer than the
/// one before.
const MORE: usize = 512;

/// Plays a script repeatedly, without its subscriptions.
///
/// # Panics
/// If the client grows, or an invariant is violated.
pub fn play_again_and_again(script: &str) {
    let steps: Vec<Step> = script
        .lines()
        .filter_map(Step::read)
        .filter(|step| !matches!(step, Step::Subscribe(_)))
        .collect();
    let mut run = Run::default();
    run.step(Step::read("subscribe /v2/me/devices").expect("a step"));
    let before = held_after(&mut run, &steps);
    for _ in 0..TIMES {
        let held = held_after(&mut run, &steps);
        run.must(held <= before + MORE, "grows");
    }
}

fn held_after(run: &mut Run, steps: &[Step]) -> usize {
    for step in steps {
        run.step(step.clone());
    }
    run.bring_back();
    run.ends_cleanly();
    run.events.clear();
    format!("{:?}", run.client).len()
}
