//! Monitored calls: arriving, established, ended; next call only; joining, leaving, transfers.

use anyhow::Result;
use e2e::desktop::CUSTOMER;
use e2e::{Desktop, Fixture, scenarios};
use gws_emulator::{AgentSummary, SupervisorLeg};

scenarios!(
    a_call_arrives_is_established_and_ends,
    an_auto_answered_leg_needs_no_answer,
    next_call_only_ends_after_one_call,
    a_call_in_progress_is_joined,
    leaving_a_call_keeps_monitoring,
    stopping_in_a_call_ends_call_and_monitoring,
    scope_call_follows_a_transfer,
    scope_agent_ends_at_a_transfer,
);

/// Listens in to the first agent with this scope and these calls.
async fn listening(desktop: &Desktop, scope: &str, calls: &str) -> Result<AgentSummary> {
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;
    widget.choose_scope(scope).await?;
    widget.choose_calls(calls).await?;
    widget.listen_in().await?;
    let chosen = format!("{scope} · {calls}");
    widget.see_in("Monitoring", &chosen).await?;
    Ok(agent)
}

async fn a_call_arrives_is_established_and_ends(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = listening(&desktop, "Whole call", "All calls").await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;

    desktop.emulator().call_arrives(&agent.number, CUSTOMER)?;
    widget.see_in("Call", "Ringing").await?;
    widget.see_in("Call", CUSTOMER).await?;
    widget.see_in("Monitoring", "Your phone rings").await?;

    widget.answer().await?;
    widget.see_in("Call", "Established").await?;
    let in_call = format!("In a call with {CUSTOMER}");
    widget.see_in("Monitoring", &in_call).await?;
    widget.see_call_last(1).await?;

    desktop.emulator().end_call(&agent.number)?;
    widget.see_in("Call", "No call").await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    let ended = format!("The call with {CUSTOMER}");
    widget.see_in("What happened", &ended).await?;
    desktop.monitors(&agent.number).await?;

    // The next call is monitored, too.
    desktop.emulator().call_arrives(&agent.number, "555-9876")?;
    widget.see_in("Call", "Ringing").await?;
    widget.see_in("Call", "555-9876").await
}

async fn an_auto_answered_leg_needs_no_answer(fixture: Fixture) -> Result<()> {
    let desktop = fixture
        .open_with(|config| config.supervisor_leg = SupervisorLeg::Answered)
        .await?;
    let agent = listening(&desktop, "Whole call", "All calls").await?;
    desktop.emulator().call_arrives(&agent.number, CUSTOMER)?;
    desktop.widget.see_in("Call", "Established").await?;
    let in_call = format!("In a call with {CUSTOMER}");
    desktop.widget.see_in("Monitoring", &in_call).await
}

async fn next_call_only_ends_after_one_call(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = listening(&desktop, "Whole call", "Next call only").await?;
    desktop.join_call(&agent).await?;

    desktop.emulator().end_call(&agent.number)?;

    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.see_in("Call", "No call").await?;
    let ended = format!(
        "Monitoring of {} ended: it was for one call",
        Desktop::title(&agent)
    );
    widget.see_in("What happened", &ended).await?;
    desktop.monitors_nobody().await
}

async fn a_call_in_progress_is_joined(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    desktop.emulator().call_arrives(&agent.number, CUSTOMER)?;
    listening(&desktop, "Whole call", "All calls").await?;
    widget.answer().await?;
    let in_call = format!("In a call with {CUSTOMER}");
    widget.see_in("Monitoring", &in_call).await
}

async fn leaving_a_call_keeps_monitoring(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = listening(&desktop, "Whole call", "All calls").await?;
    desktop.join_call(&agent).await?;

    widget.leave_call().await?;

    widget.see_in("Call", "No call").await?;
    widget.see_in("Monitoring", &Desktop::title(&agent)).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desktop.monitors(&agent.number).await
}

async fn stopping_in_a_call_ends_call_and_monitoring(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = listening(&desktop, "Whole call", "All calls").await?;
    desktop.join_call(&agent).await?;

    widget.stop_monitoring().await?;

    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.see_in("Call", "No call").await?;
    desktop.monitors_nobody().await
}

async fn scope_call_follows_a_transfer(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = listening(&desktop, "Whole call", "All calls").await?;
    let colleague = desktop.agent(1);
    desktop.join_call(&agent).await?;

    desktop
        .emulator()
        .transfer(&agent.number, &colleague.number)?;

    widget.see_in("Call", &colleague.number).await?;
    widget.see_in("Call", CUSTOMER).await?;
    widget.see_in("Call", "Established").await?;
    widget.see_in("Monitoring", &Desktop::title(&agent)).await
}

async fn scope_agent_ends_at_a_transfer(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = listening(&desktop, "This agent only", "All calls").await?;
    desktop.join_call(&agent).await?;

    desktop
        .emulator()
        .transfer(&agent.number, &desktop.agent(1).number)?;

    widget.see_in("Call", "No call").await?;
    widget.see_in("Monitoring", &Desktop::title(&agent)).await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}
