//! Finding and picking agents.

use anyhow::{Result, ensure};
use e2e::{Desktop, Fixture, Key, scenarios, until};
use gws_emulator::{AgentSummary, Presence, Reason};

scenarios!(
    a_list_of_ten_thousand_agents_is_windowed,
    typing_filters_by_name_and_number,
    agents_are_listed_with_their_state,
    a_change_of_state_is_seen_and_marked_when_it_lasts,
    agents_are_filtered_by_state_and_pinned,
    the_people_of_one_group_are_listed,
    people_beyond_the_list_are_found_on_the_server,
    the_list_stands_below_the_field_where_there_is_room,
    ten_thousand_agents_are_read_while_the_page_stays_responsive,
);

/// The maximum number of rows of a windowed list.
const MOST: usize = 60;

async fn a_list_of_ten_thousand_agents_is_windowed(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open_with(|config| config.agents = 10_000).await?;
    let widget = &desktop.widget;
    let few = async |when: &str| -> Result<Vec<String>> {
        until(&format!("options {when}"), async || {
            let options = widget.options().await?;
            ensure!(!options.is_empty(), "there is none");
            ensure!(options.len() < MOST, "{} are in the page", options.len());
            Ok(options)
        })
        .await
    };
    widget.open_list().await?;
    let first = few("once the list is open").await?;

    for _ in 0..20 {
        widget.press(Key::PageDown).await?;
    }
    let later = few("far down the list").await?;
    ensure!(
        first[0] != later[0],
        "the list still begins with {}",
        first[0]
    );
    widget.press(Key::PageUp).await?;
    few("on the way back").await?;

    // The last agent of all.
    let last = desktop.agent(9_999);
    widget.pick(&last.number).await?;
    let field = widget.agent_field().await?;
    ensure!(field.contains(&last.name), "the field shows “{field}”");
    widget.listen_in().await?;
    widget.see_in("Monitoring", &last.name).await?;
    desktop.monitors(&last.number).await
}

async fn typing_filters_by_name_and_number(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open_with(|config| config.agents = 10_000).await?;
    let widget = &desktop.widget;
    widget.open_list().await?;
    widget.see(" agents · ").await?;
    let mut before = usize::MAX;
    for key in ["1", "5", "9", "9", "9"] {
        widget.type_text(key).await?;
        let typed = widget.agent_field().await?;
        let options = until(
            &format!("only agents that match “{typed}”"),
            async || {
                let options = widget.options().await?;
                ensure!(!options.is_empty(), "there is none");
                for option in &options {
                    ensure!(option.contains(&typed), "“{option}” is still there");
                }
                Ok(options)
            },
        )
        .await?;
        ensure!(options.len() <= before, "typing more finds more");
        before = options.len();
    }
    ensure!(before == 1, "{before} agents have the number 15999");

    // Parts of the name match in any order and case.
    let agent = desktop.agent(4_321);
    widget.press(Key::Escape).await?;
    widget.open_list().await?;
    let (first, last) = agent.name.split_once(' ').unwrap_or((&agent.name, ""));
    let typed = format!("{} {}", last.to_uppercase(), first.to_lowercase());
    widget.type_text(&typed).await?;
    until(
        &format!("“{typed}” to find {}", agent.name),
        async || {
            let options = widget.options().await?;
            ensure!(
                options.iter().any(|option| option.contains(&agent.number)),
                "it finds {options:?}"
            );
            Ok(())
        },
    )
    .await?;

    widget.type_text(" nobody").await?;
    widget.see("No agent matches").await
}

async fn agents_are_listed_with_their_state(fixture: Fixture) -> Result<()> {
    let desktop = fixture.set_up(|_| {}).await?;
    let (gone, away, writing, there) = (
        desktop.agent(0),
        desktop.agent(1),
        desktop.agent(2),
        desktop.agent(3),
    );
    let centre = desktop.emulator();
    centre.log_out(&gone.number)?;
    centre.set_state(&away.number, Presence::NotReady(Some(Reason::Lunch)))?;
    centre.set_state(&writing.number, Presence::AfterCallWork)?;
    desktop.open_page().await?;
    desktop.widget.see_in("Connection", "Live").await?;
    for (agent, words) in [
        (&gone, "Logged out"),
        (&away, "Not ready – Lunch"),
        (&writing, "After-call work"),
        (&there, "Ready"),
    ] {
        is_shown_as(&desktop, agent, words).await?;
    }
    desktop.widget.pick(&gone.number).await?;
    desktop
        .widget
        .see("The agent is logged out at the moment.")
        .await
}

/// Finds an agent in the list and checks the state shown.
async fn is_shown_as(desktop: &Desktop, agent: &AgentSummary, words: &str) -> Result<()> {
    let widget = &desktop.widget;
    widget.open_list().await?;
    widget.type_text(&agent.number).await?;
    until(&format!("{} to be “{words}”", agent.name), async || {
        let options = widget.options().await?;
        let row = format!("{} {} {words}", agent.name, agent.number);
        let is_it = options.len() == 1 && options[0].starts_with(&row);
        ensure!(is_it, "the list says {options:?}");
        ensure!(options[0].contains("at least"), "it says {}", options[0]);
        Ok(())
    })
    .await?;
    widget.press(Key::Escape).await
}

/// Opens the page with this many agents and with the list open, in a narrow window.
async fn open_list(fixture: Fixture, agents: usize) -> Result<Desktop> {
    let desktop = fixture.open_with(|config| config.agents = agents).await?;
    desktop.browser.resize(420, 900).await?;
    desktop.widget.open_list().await?;
    Ok(desktop)
}

/// Waits until the row of an agent contains this text.
async fn row_says(desktop: &Desktop, agent: &AgentSummary, words: &str) -> Result<()> {
    until(&format!("{} to be “{words}”", agent.name), async || {
        let options = desktop.widget.options().await?;
        let row = options.iter().find(|row| row.starts_with(&agent.name));
        ensure!(
            row.is_some_and(|row| row.contains(words)),
            "the list says {options:?}"
        );
        Ok(())
    })
    .await
}

async fn a_change_of_state_is_seen_and_marked_when_it_lasts(fixture: Fixture) -> Result<()> {
    let desktop = open_list(fixture, 4).await?;
    let agent = desktop.agent(1);
    row_says(&desktop, &agent, "at least").await?;
    let lunch = Presence::NotReady(Some(Reason::Lunch));
    desktop.emulator().set_state(&agent.number, lunch)?;
    row_says(&desktop, &agent, "Not ready – Lunch under 1 min").await?;
    let script = "document.querySelector('listen-in').thresholds = 'not-ready:1s'";
    desktop.browser.run(script, vec![]).await?;
    row_says(&desktop, &agent, "longer than 1 s").await
}

async fn agents_are_filtered_by_state_and_pinned(fixture: Fixture) -> Result<()> {
    let desktop = fixture.set_up(|config| config.agents = 5).await?;
    let (away, last) = (desktop.agent(2), desktop.agent(4));
    desktop
        .emulator()
        .set_state(&away.number, Presence::AfterCallWork)?;
    desktop.open_page().await?;
    let widget = &desktop.widget;
    widget.see_in("Connection", "Live").await?;
    widget.open_list().await?;
    widget.choose_option("Show", "After-call work").await?;
    let listed = async |expect: &[&str]| {
        until(&format!("{expect:?} to be listed"), async || {
            let options = widget.options().await?;
            let is_of = |(row, name): (&String, &&str)| row.starts_with(name);
            let are_all = options.len() == expect.len() && options.iter().zip(expect).all(is_of);
            ensure!(are_all, "the list says {options:?}");
            Ok(())
        })
        .await
    };
    listed(&[&away.name]).await?;
    widget.choose_option("Show", "All states").await?;
    widget.pick(&last.number).await?;
    widget.press_button(&format!("Pin {}", last.name)).await?;
    widget.see_settled(&format!("Unpin {}", last.name)).await?;
    widget.open_list().await?;
    row_says(&desktop, &last, "Pinned").await?;
    // It is kept after a reload, and comes first.
    desktop.browser.reload().await?;
    widget.see_in("Connection", "Live").await?;
    widget.open_list().await?;
    until("the pinned agent to be first", async || {
        let options = widget.options().await?;
        let first = options
            .first()
            .is_some_and(|row| row.starts_with(&last.name));
        ensure!(first, "the list says {options:?}");
        Ok(())
    })
    .await
}

/// Waits until exactly these agents are listed.
async fn are_listed(desktop: &Desktop, expect: &[&AgentSummary]) -> Result<()> {
    until(
        &format!("{} agents to be listed", expect.len()),
        async || {
            let options = desktop.widget.options().await?;
            let is_of = |agent: &&AgentSummary| {
                let mut rows = options.iter();
                rows.any(|row| row.starts_with(&format!("{} {}", agent.name, agent.number)))
            };
            let are_all = options.len() == expect.len() && expect.iter().all(is_of);
            ensure!(are_all, "the list says {options:?}");
            Ok(())
        },
    )
    .await
}

async fn the_people_of_one_group_are_listed(fixture: Fixture) -> Result<()> {
    // Two groups of three; the supervisor manages the first.
    let desktop = fixture.open_with(|config| config.agents = 6).await?;
    let widget = &desktop.widget;
    let agents: Vec<_> = (0..6).map(|at| desktop.agent(at)).collect();
    let team: Vec<_> = agents.iter().step_by(2).collect();
    widget.record_announcements().await?;
    widget.open_list().await?;
    widget.choose_option("Group", "Team 1").await?;
    are_listed(&desktop, &team).await?;
    until("how many there are to be told", async || {
        let told = widget.announcements().await?;
        ensure!(
            told.iter().any(|text| text.contains("3 agents")),
            "{told:?}"
        );
        Ok(())
    })
    .await?;
    // Combined with the filter by state, and with the typed text.
    let lunch = Presence::NotReady(Some(Reason::Lunch));
    for agent in [&agents[0], &agents[1]] {
        desktop.emulator().set_state(&agent.number, lunch)?;
    }
    widget.choose_option("Show", "Not ready").await?;
    are_listed(&desktop, &[&agents[0]]).await?;
    widget.choose_option("Show", "All states").await?;
    widget.type_text(&agents[1].number).await?;
    widget.see("No agent matches this filter.").await?;
    widget.choose_option("Group", "All groups").await?;
    are_listed(&desktop, &[&agents[1]]).await
}

async fn people_beyond_the_list_are_found_on_the_server(fixture: Fixture) -> Result<()> {
    // The maximum size of the list, which includes the supervisors.
    const MOST: usize = 12_000;
    let desktop = fixture
        .open_with(|config| config.agents = MOST + 20)
        .await?;
    let widget = &desktop.widget;
    widget.open_list().await?;
    widget
        .see("Not all agents are listed. What you type is searched on the server, too.")
        .await?;
    let beyond = desktop.agent(MOST + 19);
    desktop.fault("unavailable:path=/contacts")?;
    widget.type_text(&beyond.number).await?;
    widget.see("The server can’t be searched:").await?;
    let typed = widget.agent_field().await?;
    ensure!(typed == beyond.number, "the field says “{typed}”");
    desktop.clear_faults();
    are_listed(&desktop, &[&beyond]).await?;
    // They came when nothing was typed: Enter alone would only say so.
    widget.press(Key::Down).await?;
    widget.press(Key::Enter).await?;
    let field = widget.agent_field().await?;
    ensure!(field.contains(&beyond.name), "the field says “{field}”");
    widget.listen_in().await?;
    widget.see_in("Monitoring", &beyond.name).await?;
    desktop.monitors(&beyond.number).await
}

async fn the_list_stands_below_the_field_where_there_is_room(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open_with(|config| config.agents = 4).await?;
    let widget = &desktop.widget;
    let script = "document.querySelector('listen-in').style.width = arguments[0]";
    let width = async |width: &str| desktop.browser.run(script, vec![width.into()]).await;
    width("360px").await?;
    until("a closed list", async || {
        ensure!(widget.options().await?.is_empty(), "it is open");
        Ok(())
    })
    .await?;
    width("900px").await?;
    let agent = desktop.agent(2);
    row_says(&desktop, &agent, "Ready").await?;
    // It is still read while nobody is in the field.
    desktop.emulator().log_out(&agent.number)?;
    row_says(&desktop, &agent, "Logged out").await
}

/// Records when the page gets control, and when the list appears.
const WATCH: &str = "
    const { port1, port2 } = new MessageChannel();
    const turns = [], users = (entry) => entry.name.includes('/users');
    const list = () => document.querySelector('listen-in').shadowRoot.querySelector('[role=option]');
    let shown = 0;
    port1.onmessage = () => {
        turns.push(performance.now());
        if (list()) shown ||= performance.now();
        else port2.postMessage(null);
    };
    globalThis.turnsUntilShown = () => {
        const came = performance.getEntriesByType('resource').filter(users).at(-1).responseEnd;
        return shown && turns.filter((at) => at > came && at < shown).length;
    };
    const old = document.querySelector('listen-in');
    old.replaceWith(old.cloneNode());
    port2.postMessage(null);";

async fn ten_thousand_agents_are_read_while_the_page_stays_responsive(
    fixture: Fixture,
) -> Result<()> {
    let desktop = open_list(fixture, 10_000).await?;
    // A widget that restarts reads them at once.
    desktop.browser.run(WATCH, vec![]).await?;
    desktop.widget.see_in("Connection", "Live").await?;
    desktop.widget.open_list().await?;
    desktop.widget.see(" agents · ").await?;
    let turns = desktop
        .browser
        .run("return turnsUntilShown()", vec![])
        .await?;
    let turns = turns.as_f64().unwrap_or_default();
    ensure!(turns >= 20.0, "the page got its turn {turns} times");
    Ok(())
}
