//! Storms about supervision. What must hold is named in `simulator::Rule`.

use simulator::{Detail, Report, Rule, Scenario};

#[test]
fn what_a_tab_shows_and_says_is_so_in_every_storm() {
    for seed in 0..1_000 {
        if let Err(failure) = simulator::run(&Scenario::SUPERVISION, seed) {
            panic!("{failure}");
        }
    }
}

/// Looks at one invariant, so that storms are run to their ends.
const TO_THE_END: Scenario = Scenario {
    rule: Some(Rule::Poised),
    ..Scenario::SUPERVISION
};

#[test]
fn operations_are_confirmed_refused_and_of_unknown_outcome() {
    let mut whole = Report::default();
    for seed in 0..60 {
        let report =
            simulator::run(&TO_THE_END, seed).unwrap_or_else(|failure| panic!("{failure}"));
        for (all, these) in whole.operations.iter_mut().zip(report.operations) {
            *all += these;
        }
    }
    assert!(
        whole.operations.iter().all(|count| *count > 20),
        "{whole:?}"
    );
}

#[test]
fn the_same_seed_is_the_same_storm_of_supervision() {
    let lines = || -> Vec<String> {
        let (_, trace) = simulator::replay(&TO_THE_END, 5, Detail::Whole)
            .unwrap_or_else(|failure| panic!("{failure}"));
        // Some messages say when the server made them.
        let trace = trace.to_string();
        let lines = trace
            .lines()
            .filter(|line| !line.contains("serverGenerationTimestamp"));
        lines.map(str::to_owned).collect()
    };
    let (first, second) = (lines(), lines());
    assert!(first.len() > 500, "{first:#?}");
    assert!(first == second, "two runs of one seed differ");
}
