//! Parsing and timing; the shipped scripts are played in `http::tests::scripts`.

use super::Facts;
use super::*;
use crate::config::Config;
use crate::wire::Dialect;
use crate::world::{Feature, Features, Supervision, SupervisorLeg};

fn read(text: &str) -> Result<Script, ScriptError> {
    Script::read("test.toml", text)
}

fn mistakes(text: &str) -> String {
    read(text).expect_err("mistakes").to_string()
}

#[test]
fn a_script_is_read_with_its_comments_and_lines() {
    let script = read(
        r#"# A story.
[emulator]
agents = 3
supervisorLeg = "answered"

[[step]]
at = "5s"   # later
do = "callArrives"
agent = "6001"
from = "555-0100"

[[step]]
when = { who = "5005", is = "monitoring" }
after = "2s"
do = "faultOn"
fault = "delayNotifications"
by = "3s"
times = 2
"#,
    )
    .expect("a script");
    let centre = script.centre.expect("a centre");
    assert_eq!(centre.agents, Some(3));
    assert_eq!(
        (centre.seed, centre.supervisor_leg),
        (None, Some(SupervisorLeg::Answered))
    );
    let lines: Vec<usize> = script.steps.iter().map(|step| step.line).collect();
    assert_eq!(lines, [6, 12]);
    assert_eq!(
        script.steps[0].when,
        When::At("5s".parse().expect("a span"))
    );
    let fault = "delayNotifications:by=3s,times=2".parse().expect("a fault");
    assert_eq!(script.steps[1].instruction, Instruction::FaultOn(fault));
}

#[test]
fn every_mistake_is_reported_with_its_line_and_what_is_allowed() {
    let all = mistakes(
        r#"
[emulator]
agents = 3
wether = "fine"

[[step]]
at = "soon"
do = "endCall"
agent = "6001"

[[step]]
do = "endCall"
agnt = "6001"

[[step]]
do = "dance"

[[step]]
when = { who = "5005", is = "bored" }
do = "faultsOff"

[[step]]
at = "1s"
after = "2s"
do = "faultsOff"
"#,
    );
    for (line, mistake) in all.lines().zip([
        "test.toml:4: unknown field `wether`, expected one of `agents`, `seed`",
        "test.toml:7: `soon` is no span of time",
        "test.toml:13: unknown field `agnt`, expected `agent`",
        "test.toml:16: unknown variant `dance`, expected one of `callArrives`",
        "test.toml:19: unknown variant `bored`, expected one of `monitoring`",
        "test.toml:23: `at` goes neither with `after` nor with `when`",
    ]) {
        assert!(line.starts_with(mistake), "{line}");
    }
    assert_eq!(all.lines().count(), 6);
}

#[test]
fn a_script_sets_the_options_of_its_contact_centre_and_keeps_the_others() {
    let script = read(
        r#"
[emulator]
agents = 3
life = false
supervisorLeg = "answered"
without = ["api-supervisor-monitoring"]
intrusion = false
defaultMonitorMode = "connect"
dialect = "8.5.1"

[emulator.set]
"teamlead.monitoring-scope" = "agent"
privilege.teamlead.can-coach-voice = false

[[step]]
do = "faultsOff"
"#,
    )
    .expect("a script");
    let before = Config {
        seed: 7,
        ..Config::default()
    };
    let mut config = before.clone();
    script.centre.expect("options").apply_to(&mut config);
    let mut expected = Config {
        agents: 3,
        life: false,
        supervisor_leg: SupervisorLeg::Answered,
        features: Features::without([Feature::ApiSupervisorMonitoring]),
        ..before
    };
    expected.t_server.intrusion_enabled = false;
    expected.t_server.default_monitor_mode = Supervision::BargeIn;
    expected.style.dialect = Dialect::V851;
    let settings = &mut expected.settings;
    settings.set("teamlead.monitoring-scope", "agent");
    settings.set("privilege.teamlead.can-coach-voice", "false");
    assert_eq!(format!("{config:?}"), format!("{expected:?}"));
}

#[test]
fn a_mistake_in_an_option_is_reported_with_its_line() {
    for (line, mistake) in [
        ("agents = 70000", "2: invalid value: integer `70000`"),
        (
            "seed = 1
speed = 10",
            "3: unknown field `speed`, expected one of `agents`",
        ),
        (
            "set = { \"privilege.teamlead.can-use\" = [] }",
            "2: `privilege.teamlead.can-use`: expected text, a number, true or false",
        ),
    ] {
        let all = mistakes(&format!(
            "[emulator]\n{line}\n\n[[step]]\ndo = \"faultsOff\""
        ));
        assert!(
            all.starts_with("test.toml:") && all.contains(mistake),
            "{all}"
        );
        assert_eq!(all.lines().count(), 1, "{all}");
    }
}

#[test]
fn a_script_without_steps_is_refused() {
    for (text, mistake) in [
        ("step = []", "1: 0 steps; a script has 1 to 10000"),
        ("[[step]]\ndo = \"endCall", "2: "),
    ] {
        let all = mistakes(text);
        assert!(all.contains(mistake), "{text:?}: {all}");
    }
}

#[test]
fn the_shipped_scripts_are_valid() {
    assert!(SHIPPED.len() >= 5);
    for shipped in SHIPPED {
        let script = shipped.script().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(script.name, shipped.name);
        assert!(
            shipped.what().len() > 40,
            "{} shows what it shows",
            shipped.name
        );
        assert_eq!(Shipped::named(shipped.name), Some(shipped));
    }
}

/// All conditions hold, or none.
struct All(bool);

impl Facts for All {
    fn holds(&self, _: &Condition) -> bool {
        self.0
    }
}

/// A player of steps, each with these lines before an instruction.
fn player(steps: &[&str]) -> Player {
    let steps = steps
        .iter()
        .map(|when| format!("[[step]]\n{when}\ndo = \"faultsOff\"\n"));
    Player::new(read(&steps.collect::<String>()).expect("a script"), 1_000)
}

/// The times at which steps are carried out.
fn played(player: &mut Player, facts: &All) -> Vec<u64> {
    let mut times = Vec::new();
    let mut now = 1_000;
    loop {
        while player.due(now, facts).is_some() {
            times.push(now);
            player.done(now);
        }
        match player.next_due() {
            Some(due) => now = due,
            None => return times,
        }
    }
}

#[test]
fn steps_are_carried_out_at_their_times() {
    let steps = [
        "at = \"2s\"",
        "after = \"500ms\"",
        "",
        "at = \"1s\"",
        "at = \"5s\"",
    ];
    let mut player = player(&steps);
    let times = played(&mut player, &All(true));
    assert_eq!(
        times,
        [3_000, 3_500, 3_500, 3_500, 6_000],
        "never before the one before"
    );
    assert_eq!(player.status().progress, Progress::Finished {});
}

#[test]
fn a_step_waits_for_its_condition() {
    let steps = [
        "when = { who = \"5005\", is = \"ringing\" }\nafter = \"1s\"",
        "after = \"1s\"",
    ];
    let mut player = player(&steps);
    assert!(played(&mut player, &All(false)).is_empty());
    assert!(matches!(player.status().progress, Progress::Waiting { .. }));
    assert_eq!(player.due(9_000, &All(true)), None, "it became so now");
    assert_eq!(player.next_due(), Some(10_000));
    // Even if the condition no longer holds by then.
    assert!(player.due(10_000, &All(false)).is_some());
    player.done(10_000);
    assert_eq!(player.next_due(), Some(11_000));
}

#[test]
fn a_refused_step_ends_the_script_with_its_line() {
    let mut player = player(&["", ""]);
    assert!(player.due(1_000, &All(true)).is_some());
    player.failed("no".to_owned());
    let status = player.status();
    assert_eq!((status.done, status.steps), (0, 2));
    assert_eq!(
        status.progress,
        Progress::Failed {
            line: 1,
            why: "no".to_owned()
        }
    );
    assert_eq!(
        (player.next_due(), player.due(2_000, &All(true))),
        (None, None)
    );
}
