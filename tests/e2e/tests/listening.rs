//! Picking an agent and listening in: scopes, modes, stopping, replacing.

use anyhow::{Result, ensure};
use e2e::desktop::SUPERVISOR;
use e2e::{Desktop, Fixture, scenarios};
use gws::{Mode, Scope};

scenarios!(
    listens_in_until_stopped,
    every_scope_and_mode_is_confirmed_as_requested,
    the_forecast_follows_the_choice,
    listening_to_another_agent_replaces_the_first,
    a_disabled_listen_in_says_why,
    a_double_click_sends_one_request,
);

async fn listens_in_until_stopped(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    let title = Desktop::title(&agent);
    widget.open_device().await?;
    widget.see_in("My device", "Number 5005").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.see_no_call().await?;

    widget.pick(&agent.name).await?;
    widget.listen_in().await?;

    let listening = format!("Listening in to {title}");
    widget.see_in("Monitoring", &listening).await?;
    widget
        .see_in("Monitoring", "Whole call · All calls")
        .await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    let confirmed = format!("Confirmed: listening in to {title}");
    widget.see_in("What happened", &confirmed).await?;
    desktop.monitors(&agent.number).await?;

    widget.stop_monitoring().await?;

    widget.see_in("Monitoring", "Nobody is monitored").await?;
    let stopped = format!("Stopped monitoring {title}");
    widget.see_in("What happened", &stopped).await?;
    desktop.monitors_nobody().await
}

async fn every_scope_and_mode_is_confirmed_as_requested(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(3);
    widget.pick(&agent.name).await?;
    for (scope_label, scope) in [
        ("This agent only", Scope::Agent),
        ("Whole call", Scope::Call),
    ] {
        for (calls_label, mode) in [
            ("Next call only", Mode::NextCall),
            ("All calls", Mode::AllCalls),
        ] {
            widget.choose_scope(scope_label).await?;
            widget.choose_calls(calls_label).await?;
            widget.listen_in().await?;
            let words = format!("{scope_label} · {calls_label}");
            widget.see_in("Monitoring", &words).await?;
            let found = desktop.emulator().monitoring(SUPERVISOR);
            ensure!(
                found.as_ref().is_some_and(|found| {
                    found.target_number == agent.number
                        && found.scope == scope
                        && found.mode == mode
                }),
                "the screen says {words}, the emulator {found:?}"
            );
            widget.stop_monitoring().await?;
            widget.see_in("Monitoring", "Nobody is monitored").await?;
        }
    }
    Ok(())
}

async fn the_forecast_follows_the_choice(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(1);
    widget
        .see("Pick an agent, or type a number, to see what will happen.")
        .await?;

    widget.pick(&agent.name).await?;
    let all = format!("You will hear every call of {}", agent.name);
    widget.see(&all).await?;
    widget
        .see("you stay with the customer and the new agent")
        .await?;

    widget.choose_scope("This agent only").await?;
    widget
        .see("If the agent transfers a call, you leave it.")
        .await?;

    widget.choose_calls("Next call only").await?;
    let next = format!("You will hear the next call of {}", agent.name);
    widget.see(&next).await?;
    widget.see("then it ends by itself").await
}

async fn listening_to_another_agent_replaces_the_first(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let (first, second) = (desktop.agent(0), desktop.agent(1));
    desktop.listen_in(&first).await?;

    widget.pick(&second.name).await?;
    let warning = format!("This ends: listening in to {}", Desktop::title(&first));
    widget.see(&warning).await?;
    widget.listen_in().await?;

    let listening = format!("Listening in to {}", Desktop::title(&second));
    widget.see_in("Monitoring", &listening).await?;
    widget.not_see_in("Monitoring", &first.name).await?;
    desktop.monitors(&second.number).await
}

async fn a_disabled_listen_in_says_why(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    widget.see("Pick an agent first.").await?;
    ensure!(!widget.can_press("Listen in").await?);
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    ensure!(!widget.can_press("Stop monitoring").await?);

    widget.pick(&desktop.agent(0).name).await?;
    widget.listen_in().await?;
    widget
        .see("Already listening to this agent with these options.")
        .await?;
    ensure!(!widget.can_press("Listen in").await?);

    widget.choose_scope("This agent only").await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "This agent only").await
}

async fn a_double_click_sends_one_request(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    widget.pick(&desktop.agent(0).name).await?;
    // Two clicks before any reply.
    let twice = "
        const buttons = document.querySelector('listen-in').shadowRoot.querySelectorAll('button');
        const button = [...buttons].find((button) => button.innerText.trim() === 'Listen in');
        button.click();
        button.click();";
    desktop.browser.run(twice, vec![]).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desktop.has_received(1)?;
    Ok(())
}
