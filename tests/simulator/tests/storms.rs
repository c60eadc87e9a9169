//! Some thousand storms. What must hold is said in `simulator::watch` and `simulator::calm`.

use simulator::Scenario;

fn weather(scenario: &Scenario, seeds: u64) {
    for seed in 0..seeds {
        if let Err(failure) = simulator::run(scenario, seed) {
            panic!("{failure}");
        }
    }
}

#[test]
fn in_calm_weather_everything_arrives() {
    weather(&Scenario::CALM, 300);
}

#[test]
fn a_lossy_network_is_survived() {
    weather(&Scenario::LOSSY, 600);
}

#[test]
fn a_hostile_server_is_obeyed_and_survived() {
    weather(&Scenario::HOSTILE, 600);
}

#[test]
fn whatever_happens_to_the_page_the_client_comes_back() {
    weather(&Scenario::PAGE_LIFE, 400);
}

#[test]
fn restarts_of_the_server_are_survived() {
    weather(&Scenario::RESTARTS, 400);
}

#[test]
fn all_of_it_together_is_survived() {
    weather(&Scenario::EVERYTHING, 700);
}

#[test]
fn tabs_that_come_and_go_freeze_and_crash_are_told_the_same() {
    weather(&Scenario::TABS, 1_000);
}

#[test]
fn in_every_weather_some_messages_are_acknowledged_and_some_are_not() {
    for scenario in Scenario::COMETD {
        let mut whole = simulator::Report::default();
        for seed in 0..20 {
            let report =
                simulator::run(&scenario, seed).unwrap_or_else(|failure| panic!("{failure}"));
            whole.messages += report.messages;
            whole.acknowledged_messages += report.acknowledged_messages;
        }
        let share = whole.acknowledged_messages * 100 / whole.messages;
        assert!((20..80).contains(&share), "{}: {share} %", scenario.name);
    }
}

#[test]
fn the_same_seed_is_the_same_storm() {
    let trace = || {
        let whole = simulator::Detail::Whole;
        match simulator::replay(&Scenario::EVERYTHING, 5, whole) {
            Ok((_, trace)) => trace.to_string(),
            Err(failure) => failure.to_string(),
        }
    };
    let (first, second) = (trace(), trace());
    assert!(first.lines().count() > 500, "{first}");
    assert!(first == second, "two runs of one seed differ");
}
