//! Finding and picking agents.

use anyhow::{Result, ensure};
use e2e::{Desktop, Fixture, Key, scenarios, until};
use gws_emulator::{AgentSummary, Presence, Reason};

scenarios!(
    a_list_of_ten_thousand_agents_is_windowed,
    typing_filters_by_name_and_number,
    agents_are_listed_with_their_state,
);

/// The most rows a windowed list may have.
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
        ensure!(
            options == [format!("{} {} {words}", agent.name, agent.number)],
            "the list says {options:?}"
        );
        Ok(())
    })
    .await?;
    widget.press(Key::Escape).await
}
