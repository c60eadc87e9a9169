//! Calls: one arrives, is established and ends; the next call only; joining, leaving, transfers.

use anyhow::Result;
use e2e::{Desk, Stage, scenarios};
use gws_emulator::{AgentSummary, SupervisorLeg};

scenarios!(
    a_call_arrives_is_established_and_ends,
    a_leg_that_is_established_at_once_needs_no_answer,
    the_next_call_only_ends_by_itself,
    a_call_in_progress_is_joined,
    leaving_a_call_leaves_monitoring_in_force,
    stopping_in_a_call_ends_both,
    after_a_transfer_the_whole_call_is_heard,
    after_a_transfer_this_agent_only_is_left,
);

const CUSTOMER: &str = "555-1234";

/// Listens in to the first agent, as chosen.
async fn listening(desk: &Desk, scope: &str, calls: &str) -> Result<AgentSummary> {
    let widget = &desk.widget;
    let agent = desk.agent(0);
    widget.pick(&agent.name).await?;
    widget.choose_scope(scope).await?;
    widget.choose_calls(calls).await?;
    widget.listen_in().await?;
    let chosen = format!("{scope} · {calls}");
    widget.see_in("Monitoring", &chosen).await?;
    Ok(agent)
}

async fn a_call_arrives_is_established_and_ends(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = listening(&desk, "Whole call", "All calls").await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;

    desk.centre().call_arrives(&agent.number, CUSTOMER)?;
    widget.see_in("Call", "Ringing").await?;
    widget.see_in("Call", CUSTOMER).await?;
    widget.see_in("Monitoring", "Your phone rings").await?;

    widget.answer().await?;
    widget.see_in("Call", "Established").await?;
    let in_call = format!("In a call with {CUSTOMER}");
    widget.see_in("Monitoring", &in_call).await?;
    widget.see_call_last(1).await?;

    desk.centre().end_call(&agent.number)?;
    widget.see_in("Call", "No call").await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    let ended = format!("The call with {CUSTOMER}");
    widget.see_in("What happened", &ended).await?;
    desk.monitors(&agent.number).await?;

    // And the next one.
    desk.centre().call_arrives(&agent.number, "555-9876")?;
    widget.see_in("Call", "Ringing").await?;
    widget.see_in("Call", "555-9876").await
}

async fn a_leg_that_is_established_at_once_needs_no_answer(stage: Stage) -> Result<()> {
    let desk = stage
        .open_with(|config| config.supervisor_leg = SupervisorLeg::Answered)
        .await?;
    let agent = listening(&desk, "Whole call", "All calls").await?;
    desk.centre().call_arrives(&agent.number, CUSTOMER)?;
    desk.widget.see_in("Call", "Established").await?;
    let in_call = format!("In a call with {CUSTOMER}");
    desk.widget.see_in("Monitoring", &in_call).await
}

async fn the_next_call_only_ends_by_itself(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = listening(&desk, "Whole call", "Next call only").await?;
    desk.centre().call_arrives(&agent.number, CUSTOMER)?;
    widget.answer().await?;
    widget.see_in("Call", "Established").await?;

    desk.centre().end_call(&agent.number)?;

    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.see_in("Call", "No call").await?;
    let ended = format!(
        "Monitoring of {} ended: it was for one call",
        Desk::title(&agent)
    );
    widget.see_in("What happened", &ended).await?;
    desk.monitors_nobody().await
}

async fn a_call_in_progress_is_joined(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(0);
    desk.centre().call_arrives(&agent.number, CUSTOMER)?;
    listening(&desk, "Whole call", "All calls").await?;
    widget.answer().await?;
    let in_call = format!("In a call with {CUSTOMER}");
    widget.see_in("Monitoring", &in_call).await
}

async fn leaving_a_call_leaves_monitoring_in_force(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = listening(&desk, "Whole call", "All calls").await?;
    desk.centre().call_arrives(&agent.number, CUSTOMER)?;
    widget.answer().await?;
    widget.see_in("Call", "Established").await?;

    widget.leave_call().await?;

    widget.see_in("Call", "No call").await?;
    widget.see_in("Monitoring", &Desk::title(&agent)).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desk.monitors(&agent.number).await
}

async fn stopping_in_a_call_ends_both(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = listening(&desk, "Whole call", "All calls").await?;
    desk.centre().call_arrives(&agent.number, CUSTOMER)?;
    widget.answer().await?;
    widget.see_in("Call", "Established").await?;

    widget.stop_monitoring().await?;

    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.see_in("Call", "No call").await?;
    desk.monitors_nobody().await
}

async fn after_a_transfer_the_whole_call_is_heard(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = listening(&desk, "Whole call", "All calls").await?;
    let colleague = desk.agent(1);
    desk.centre().call_arrives(&agent.number, CUSTOMER)?;
    widget.answer().await?;
    widget.see_in("Call", "Established").await?;

    desk.centre().transfer(&agent.number, &colleague.number)?;

    widget.see_in("Call", &colleague.number).await?;
    widget.see_in("Call", CUSTOMER).await?;
    widget.see_in("Call", "Established").await?;
    widget.see_in("Monitoring", &Desk::title(&agent)).await
}

async fn after_a_transfer_this_agent_only_is_left(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = listening(&desk, "This agent only", "All calls").await?;
    desk.centre().call_arrives(&agent.number, CUSTOMER)?;
    widget.answer().await?;
    widget.see_in("Call", "Established").await?;

    desk.centre()
        .transfer(&agent.number, &desk.agent(1).number)?;

    widget.see_in("Call", "No call").await?;
    widget.see_in("Monitoring", &Desk::title(&agent)).await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}
