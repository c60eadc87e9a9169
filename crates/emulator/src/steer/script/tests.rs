//! Reading and timing; what shipped scripts do to a client is in `http::tests::scripts`.

use super::Facts;
use super::*;
use crate::centre::Centre;
use crate::wire::{Dialect, Style};
use crate::world::{
    Feature, Features, MonitorConsultCalls, Settings, Supervised, SupervisorLeg, TServerOptions,
    WorldConfig,
};

fn read(text: &str) -> Result<Script, ScriptError> {
    Script::read("test.toml", text)
}

fn some_centre() -> Centre {
    Centre {
        world: WorldConfig {
            seed: 1,
            agents: 5,
            life: true,
            supervisor_leg: SupervisorLeg::Ring,
            t_server: TServerOptions::default(),
            supervisor_user_name: "supervisor".to_owned(),
            features: Features::default(),
            settings: Settings::default(),
            supervised: Supervised::default(),
        },
        style: Style::default(),
        late_refusals: false,
    }
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
    assert_eq!(centre.agents.map(AgentCount::number), Some(3));
    assert_eq!(
        (centre.seed, centre.supervisor_leg),
        (None, Some(Leg::Answered))
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
fn every_mistake_is_named_with_its_line_and_what_is_allowed() {
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
fn a_script_can_say_of_the_contact_centre_what_the_command_line_can() {
    let script = read(
        r#"
[emulator]
agents = 3
seed = 7
life = false
supervisorLeg = "answered"
supervised = "own-groups"
without = ["api-supervisor-monitoring"]
sipCluster = true
lateRefusals = true
dialect = "8.5.1"
oddities = false

[emulator.set]
"teamlead.monitoring-scope" = "agent"
privilege.teamlead.can-coach-voice = false

[emulator.option]
intrusion-enabled = false
monitor-consult-calls = "all"

[[step]]
do = "faultsOff"
"#,
    )
    .expect("a script");
    let mut centre = some_centre();
    centre.world.features = Features::without([Feature::SupervisorAgentControl]);
    script.centre.expect("a centre").apply_to(&mut centre);
    let world = &centre.world;
    assert_eq!((world.agents, world.seed, world.life), (3, 7, false));
    assert_eq!(world.supervisor_leg, SupervisorLeg::Answered);
    assert_eq!(world.supervised, Supervised::OwnGroups);
    let features = Features::without([Feature::SupervisorMonitoring]);
    assert_eq!(world.features, features);
    let options = TServerOptions {
        intrusion_enabled: false,
        monitor_consult_calls: MonitorConsultCalls::All,
        routing_point_monitoring: true,
        ..TServerOptions::default()
    };
    assert_eq!(world.t_server, options);
    assert!(centre.late_refusals);
    let style = Style {
        dialect: Dialect::V851,
        oddities: false,
    };
    assert_eq!(centre.style, style);
    let mut settings = Settings::default();
    settings.set("teamlead.monitoring-scope", "agent");
    settings.set("privilege.teamlead.can-coach-voice", "false");
    assert_eq!(world.settings, settings);
}

#[test]
fn what_a_script_does_not_say_of_the_contact_centre_is_as_it_was() {
    let script = read("[emulator]\n[[step]]\ndo = \"faultsOff\"").expect("a script");
    let mut centre = some_centre();
    script.centre.expect("a centre").apply_to(&mut centre);
    assert_eq!(format!("{centre:?}"), format!("{:?}", some_centre()));
}

#[test]
fn a_mistake_about_the_contact_centre_is_named_with_its_line() {
    for (line, mistake) in [
        (
            "agents = \"many\"",
            "2: invalid type: string \"many\", expected u32",
        ),
        ("agents = 200000", "1: 200000 agents are too many"),
        (
            "seed = 1\nsupervised = \"nobody\"",
            "3: unknown variant `nobody`, expected `anyone` or `own-groups`",
        ),
        (
            "without = [\n  \"api-voices\",\n]",
            "there is no feature 'api-voices'; there are api-voice",
        ),
        (
            "dialect = \"9\"",
            "2: unknown variant `9`, expected `8.5.2` or `8.5.1`",
        ),
        (
            "seed = 1\nspeed = 10",
            "3: unknown field `speed`, expected one of `agents`",
        ),
        (
            "set = { \"privilege.teamlead.can-use\" = [] }",
            "2: `privilege.teamlead.can-use`: a text, a number, true or false",
        ),
        (
            "[emulator.option]\nintrusion-enabled = 3",
            "3: `intrusion-enabled`: intrusion-enabled can be true, false, not 3",
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
fn a_text_without_steps_is_no_script() {
    for (text, mistake) in [
        ("", "1: missing field `step`"),
        ("step = []", "1: 0 steps; a script has 1 to 10000"),
        ("step = 1", "1: invalid type: integer `1`"),
        (
            "\n[[stpe]]\n",
            "2: unknown field `stpe`, expected `emulator` or `step`",
        ),
        ("[[step]]\ndo = \"endCall", "2: "),
    ] {
        let all = mistakes(text);
        assert!(all.contains(mistake), "{text:?}: {all}");
    }
}

#[test]
fn the_scripts_that_come_with_it_are_scripts() {
    assert!(SHIPPED.len() >= 5);
    for shipped in SHIPPED {
        let script = shipped.script().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(script.name, shipped.name);
        assert!(
            shipped.what().len() > 40,
            "{} says what it shows",
            shipped.name
        );
        assert_eq!(Shipped::named(shipped.name), Some(shipped));
    }
}

/// What is so: everything, or nothing.
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

/// When which steps are carried out.
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
fn a_step_waits_for_what_it_waits_for() {
    let steps = [
        "when = { who = \"5005\", is = \"ringing\" }\nafter = \"1s\"",
        "after = \"1s\"",
    ];
    let mut player = player(&steps);
    assert!(played(&mut player, &All(false)).is_empty());
    assert!(matches!(player.status().progress, Progress::Waiting { .. }));
    assert_eq!(player.due(9_000, &All(true)), None, "it became so now");
    assert_eq!(player.next_due(), Some(10_000));
    // Even if it is not so any more by then.
    assert!(player.due(10_000, &All(false)).is_some());
    player.done(10_000);
    assert_eq!(player.next_due(), Some(11_000));
}

#[test]
fn a_refused_step_ends_the_script_and_says_where() {
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

#[test]
fn a_stopped_script_does_nothing_more() {
    let mut player = player(&["", ""]);
    player.stop();
    assert_eq!(player.due(1_000, &All(true)), None);
    assert_eq!(player.status().progress, Progress::Stopped {});
}
