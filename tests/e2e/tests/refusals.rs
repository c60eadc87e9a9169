//! Requests that are refused, at once or later, or never confirmed.

use anyhow::{Result, ensure};
use e2e::{Desktop, Fixture, scenarios};

scenarios!(
    a_refusal_shows_its_reason_and_keeps_the_choice,
    a_late_refusal_shows_its_reason,
    an_error_without_a_message_is_shown,
    a_request_never_confirmed_is_not_in_force,
    a_stop_never_confirmed_warns,
);

async fn a_refusal_shows_its_reason_and_keeps_the_choice(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(2);
    desktop.emulator().monitored_by_other(&agent.number)?;
    widget.pick(&agent.name).await?;
    widget.choose_scope("This agent only").await?;
    widget.choose_calls("Next call only").await?;
    widget.listen_in().await?;

    let refused = format!("Listening in to {} was refused", Desktop::title(&agent));
    widget.see(&refused).await?;
    widget
        .see("is already monitored by another supervisor")
        .await?;
    widget
        .see("Nothing has changed. Your device monitors nobody.")
        .await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    ensure!(widget.agent_field().await?.contains(&agent.name));
    ensure!(widget.is_chosen("This agent only").await?);
    ensure!(widget.is_chosen("Next call only").await?);

    // When the other supervisor has stopped, the same choice succeeds.
    desktop.emulator().cancel_other()?;
    widget.listen_in().await?;
    widget
        .see_in("Monitoring", "This agent only · Next call only")
        .await?;
    desktop.monitors(&agent.number).await
}

async fn a_late_refusal_shows_its_reason(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    desktop.fault("failLater:message=The switch is out of licences.")?;
    widget.pick(&desktop.agent(0).name).await?;
    widget.listen_in().await?;
    widget.see("The switch is out of licences.").await?;
    widget.see("Your device monitors nobody.").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;

    desktop.clear_faults();
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}

async fn an_error_without_a_message_is_shown(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    desktop.fault("failLater")?;
    widget.pick(&desktop.agent(0).name).await?;
    widget.listen_in().await?;
    widget
        .see("the telephone system reported an error without a reason")
        .await?;
    widget.see_in("Monitoring", "Nobody is monitored").await
}

async fn a_request_never_confirmed_is_not_in_force(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    desktop.fault("ignoreOperations")?;
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    let requested = format!("Requested: listen in to {}", Desktop::title(&agent));
    let until_then = "It is not in force until the telephone system confirms it.";
    widget.see(&requested).await?;
    widget.see(until_then).await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;

    widget.see("was accepted, but never confirmed").await?;
    widget.see("Your device monitors nobody.").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    ensure!(!widget.text().await?.contains(until_then));

    desktop.clear_faults();
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}

async fn a_stop_never_confirmed_warns(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.fault("ignoreOperations")?;
    widget.stop_monitoring().await?;
    widget
        .see_in(
            "Monitoring",
            "It is not confirmed yet: you may still be monitoring.",
        )
        .await?;
    let listening = format!("Listening in to {}", Desktop::title(&agent));
    widget.see_in("Monitoring", &listening).await?;

    widget
        .see_in("Monitoring", "was accepted, but never confirmed")
        .await?;
    let still = format!("Still in force: listening in to {}", Desktop::title(&agent));
    widget.see_in("Monitoring", &still).await?;
    widget
        .see_in("Monitoring", "Try again, or hang up on your phone.")
        .await?;
    widget.see_in("Monitoring", &listening).await?;
    desktop.monitors(&agent.number).await?;

    desktop.clear_faults();
    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.not_see_in("Monitoring", "never confirmed").await
}
