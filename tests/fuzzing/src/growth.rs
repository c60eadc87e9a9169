//! What a client holds on to must not grow with what happens to it. Measured by what there is to say
//! of it (`Debug`) when it is closed and has nothing to do.

use crate::run::Run;
use crate::step::Step;

/// How often a script is played again.
const TIMES: usize = 30;
/// By how much a client's description may grow meanwhile: numbers get longer, and what a server said
/// last may be longer than what it said before.
const MORE: usize = 512;

/// Plays a script again and again. What the application asks a client to hold on to (subscriptions,
/// and what is said with handshakes) is passed over.
///
/// # Panics
/// If the client grows, or anything does not hold that must.
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
    run.good_bye();
    run.events.clear();
    format!("{:?}", run.client).len()
}
