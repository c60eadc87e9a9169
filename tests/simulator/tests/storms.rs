//! Some thousand storms, and the same seed twice. The invariants are in the simulator's `watch`, `calm`,
//! `tabs` and `supervision`.

use simulator::{Detail, Report, Rule, Scenario};

/// Runs this many storms of a kind.
macro_rules! storms {
    ($($name:ident: $scenario:ident, $seeds:literal;)+) => {$(
        #[test]
        fn $name() {
            for seed in 0..$seeds {
                if let Err(failure) = simulator::run(&Scenario::$scenario, seed) {
                    panic!("{failure}");
                }
            }
        }
    )+};
}

storms! {
    without_faults_no_message_is_lost: CALM, 300;
    invariants_hold_over_a_lossy_network: LOSSY, 600;
    invariants_hold_with_a_hostile_server: HOSTILE, 600;
    invariants_hold_far_from_a_server_that_answers_at_once: FAR, 100;
    invariants_hold_when_pages_are_frozen_and_cached: PAGE_LIFE, 400;
    invariants_hold_when_the_server_restarts: RESTARTS, 400;
    invariants_hold_with_all_faults_together: EVERYTHING, 700;
    tabs_that_open_close_freeze_and_crash_get_the_same_events: TABS, 1_000;
    supervision_shows_what_is_true: SUPERVISION, 1_000;
}

/// The sum of this many storms.
fn sum(scenario: &Scenario, seeds: u64) -> Report {
    let mut whole = Report::default();
    for seed in 0..seeds {
        whole += simulator::run(scenario, seed).unwrap_or_else(|failure| panic!("{failure}"));
    }
    whole
}

#[test]
fn every_kind_of_storm_has_messages_with_and_without_acknowledgement() {
    for scenario in Scenario::COMETD {
        let whole = sum(&scenario, 20);
        let share = whole.acknowledged_messages * 100 / whole.messages;
        assert!((20..80).contains(&share), "{}: {share} %", scenario.name);
    }
}

/// Checks one invariant, so that storms run to their ends.
const TO_THE_END: Scenario = Scenario {
    rule: Some(Rule::Poised),
    ..Scenario::SUPERVISION
};

#[test]
fn operations_end_confirmed_refused_and_unknown() {
    let whole = sum(&TO_THE_END, 60);
    let is_enough = |count: &u64| *count > 20;
    assert!(whole.operations.iter().all(is_enough), "{whole:?}");
}

#[test]
fn the_same_seed_gives_the_same_storm() {
    for scenario in [Scenario::EVERYTHING, TO_THE_END] {
        let lines = || -> Vec<String> {
            let (_, trace) = simulator::replay(&scenario, 5, Detail::Whole)
                .unwrap_or_else(|failure| panic!("{failure}"));
            let trace = trace.to_string();
            // Some messages contain the real time at which they were made.
            let is_stable = |line: &&str| !line.contains("serverGenerationTimestamp");
            trace.lines().filter(is_stable).map(str::to_owned).collect()
        };
        let (first, second) = (lines(), lines());
        assert!(first.len() > 500, "{first:#?}");
        assert!(first == second, "two runs of one seed differ");
    }
}
