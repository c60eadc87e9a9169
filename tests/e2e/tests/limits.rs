//! Time limits: chosen, set by the page, kept over a reload, reached.

use anyhow::{Result, ensure};
use e2e::desktop::SUPERVISOR;
use e2e::{Fixture, scenarios};
use gws_emulator::Instruction;
use gws_emulator::instruction::MonitoringWanted;

scenarios!(
    monitoring_ends_when_the_limit_is_reached,
    a_limit_is_chosen_and_removed,
);

async fn monitoring_ends_when_the_limit_is_reached(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    desktop
        .emulator()
        .carry_out(&[Instruction::ListenIn(MonitoringWanted {
            supervisor: SUPERVISOR.to_owned(),
            agent: agent.number.clone(),
            scope: None,
            mode: None,
        })])?;
    widget.see_in("Monitoring", &agent.name).await?;

    // Simulates a page that kept the limit over a reload.
    let soon = "document.querySelector('listen-in').limitUntil = String(Date.now() + 8000)";
    desktop.browser.run(soon, vec![]).await?;
    widget.see_in("Monitoring", "· until ").await?;
    widget.see_in("Monitoring", &agent.name).await?;
    widget
        .see_in(
            "What happened",
            "The time limit is near: monitoring ends at",
        )
        .await?;
    desktop.monitors(&agent.number).await?;

    widget
        .see_in(
            "What happened",
            "The time limit has passed: a request to stop was sent",
        )
        .await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    desktop.monitors_nobody().await
}

async fn a_limit_is_chosen_and_removed(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    widget.pick(&desktop.agent(0).name).await?;
    widget.choose_limit("30 minutes").await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "· until ").await?;
    widget
        .see_in("What happened", "Monitoring ends by itself at")
        .await?;

    // Changing or removing the limit is a change that can be applied.
    widget.choose_limit("No limit").await?;
    widget.listen_in().await?;
    widget.not_see_in("Monitoring", "· until ").await?;
    widget
        .see_in("What happened", "Monitoring no longer has a time limit")
        .await?;
    widget
        .see("Already listening to this agent with these options.")
        .await?;
    ensure!(!widget.can_press("Listen in").await?);
    Ok(())
}
