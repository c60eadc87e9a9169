//! Coach, barge in and switches in a call, here and elsewhere: a confirmation comes first, and the
//! screen says who can hear the supervisor.

use anyhow::{Result, ensure};
use e2e::desktop::{CUSTOMER, SUPERVISOR};
use e2e::{Desktop, Fixture, scenarios, until};
use gws_emulator::world::Supervision;
use gws_emulator::{AgentSummary, Instruction};
use serde_json::json;

scenarios!(
    coach_needs_confirmation,
    barge_in_needs_confirmation,
    picking_another_agent_withdraws_the_confirmation,
    switches_to_barge_in_and_back,
    mutes_and_unmutes_the_agent,
    a_switch_made_elsewhere_shows_that_everyone_hears,
    the_end_of_the_call_withdraws_the_confirmation,
    the_supervisors_own_call_is_shown_without_buttons,
);

/// A supervisor in a call of the first agent.
async fn in_a_call(desktop: &Desktop) -> Result<AgentSummary> {
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.join_call(&agent).await?;
    Ok(agent)
}

/// The kind of monitoring that the emulator has for the supervisor.
fn how(desktop: &Desktop) -> Option<Supervision> {
    Some(desktop.emulator().monitoring(SUPERVISOR)?.how)
}

/// Waits until the region *Monitoring* is styled for this audience.
async fn see_audience(desktop: &Desktop, audience: &str) -> Result<()> {
    let script = "return document.querySelector('listen-in').shadowRoot
        .querySelector('[aria-label=Monitoring]').dataset.audience";
    until(&format!("the look of “{audience}”"), async || {
        let shown = desktop.browser.run(script, vec![]).await?;
        ensure!(shown == json!(audience), "it looks like {shown}");
        Ok(())
    })
    .await
}

async fn coach_needs_confirmation(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    let title = Desktop::title(&agent);
    widget.pick(&agent.name).await?;

    // Neither the question nor its cancellation sends a request.
    widget.press_button("Coach").await?;
    let question = format!(
        "Coach {}? The agent will hear you. The customer will not.",
        agent.name
    );
    widget.see(&question).await?;
    widget.press_button("Cancel").await?;
    until("the question to go", async || {
        ensure!(!widget.text().await?.contains(&question));
        Ok(())
    })
    .await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    desktop.has_received(0)?;

    widget.press_button("Coach").await?;
    widget.see(&question).await?;
    desktop.has_received(0)?;
    widget.press_button("Yes, go on").await?;
    let coaching = format!("Coaching {title}");
    widget.see_in("Monitoring", &coaching).await?;
    let confirmed = format!("Confirmed: coaching {title}");
    widget.see_in("What happened", &confirmed).await?;
    widget
        .see_in("Monitoring", "In calls the agent will hear you.")
        .await?;
    desktop.monitors(&agent.number).await?;
    ensure!(how(&desktop) == Some(Supervision::Coach));
    desktop.has_received(1)?;

    desktop.join_call(&agent).await?;
    widget
        .see_in("Monitoring", &format!("{coaching}: the agent hears you"))
        .await?;
    widget
        .see_in("Monitoring", "The agent hears you. The customer does not.")
        .await?;
    see_audience(&desktop, "agent").await?;

    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    see_audience(&desktop, "none").await
}

async fn barge_in_needs_confirmation(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    let title = Desktop::title(&agent);
    widget.pick(&agent.name).await?;
    widget.press_button("Barge in").await?;
    let question = format!(
        "Barge in to the calls of {}? The agent and the customer will hear you.",
        agent.name
    );
    widget.see(&question).await?;
    desktop.has_received(0)?;
    widget.press_button("Yes, go on").await?;
    let barging_in = format!("Barging in to the calls of {title}");
    widget.see_in("Monitoring", &barging_in).await?;
    widget
        .see_in("Monitoring", "In calls everyone will hear you.")
        .await?;
    desktop.monitors(&agent.number).await?;
    ensure!(how(&desktop) == Some(Supervision::BargeIn));

    desktop.join_call(&agent).await?;
    let heard = format!("Everyone hears you: you are in the call of {title}");
    widget.see_in("Monitoring", &heard).await?;
    see_audience(&desktop, "everyone").await
}

async fn picking_another_agent_withdraws_the_confirmation(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let (first, second) = (desktop.agent(0), desktop.agent(1));
    widget.pick(&first.name).await?;
    widget.press_button("Barge in").await?;
    widget
        .see(&format!("Barge in to the calls of {}?", first.name))
        .await?;
    // A confirmation asked about the first agent must not apply to the second.
    widget.pick(&second.name).await?;
    until("the question to go", async || {
        ensure!(!widget.text().await?.contains("Barge in to the calls of"));
        Ok(())
    })
    .await?;
    ensure!(!widget.can_press("Yes, go on").await?);
    desktop.has_received(0)?;
    Ok(())
}

async fn switches_to_barge_in_and_back(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = in_a_call(&desktop).await?;
    widget
        .see_in("Monitoring", "You are muted in this call")
        .await?;
    see_audience(&desktop, "nobody").await?;

    desktop.record_requests().await?;
    widget.press_button("Switch to barge-in").await?;
    widget
        .see("Switch to barge-in? Everyone in the call will hear you: ")
        .await?;
    widget.press_button("Cancel").await?;
    widget.press_button("Switch to barge-in").await?;
    widget
        .see_in("Monitoring", "You are muted in this call")
        .await?;
    let sent = desktop.recorded_requests().await?;
    ensure!(sent.is_empty(), "sent before Yes: {sent:?}");
    widget.press_button("Yes, go on").await?;

    let heard = format!(
        "Everyone hears you: you are in the call of {}",
        Desktop::title(&agent)
    );
    widget.see_in("Monitoring", &heard).await?;
    widget
        .see_in("What happened", "Everyone in the call hears you now")
        .await?;
    see_audience(&desktop, "everyone").await?;
    let sent = desktop.recorded_requests().await?;
    ensure!(sent.len() == 1, "{sent:?}");

    // Switching to listening needs no confirmation.
    widget.press_button("Switch to listening").await?;
    widget
        .see_in("Monitoring", "You are muted in this call")
        .await?;
    widget
        .see_in("What happened", "nobody in the call hears you")
        .await?;
    see_audience(&desktop, "nobody").await?;
    desktop.monitors(&agent.number).await
}

async fn mutes_and_unmutes_the_agent(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    in_a_call(&desktop).await?;
    ensure!(!widget.can_press("Mute agent").await?);
    widget.press_button("Switch to barge-in").await?;
    widget.press_button("Yes, go on").await?;

    widget.press_button("Mute agent").await?;
    widget
        .see_in(
            "Monitoring",
            "The agent is muted: the customer does not hear them.",
        )
        .await?;
    widget.see_in("What happened", "The agent is muted").await?;

    widget.press_button("Unmute agent").await?;
    widget
        .see_in("What happened", "The agent is heard again")
        .await?;
    widget
        .not_see_in("Monitoring", "The agent is muted")
        .await?;
    see_audience(&desktop, "everyone").await
}

async fn a_switch_made_elsewhere_shows_that_everyone_hears(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = in_a_call(&desktop).await?;
    desktop.record_requests().await?;

    let supervisor = || SUPERVISOR.to_owned();
    desktop
        .emulator()
        .carry_out(&[Instruction::SwitchToBargeIn {
            supervisor: supervisor(),
        }])?;

    let heard = format!(
        "Everyone hears you: you are in the call of {}",
        Desktop::title(&agent)
    );
    widget.see_in("Monitoring", &heard).await?;
    see_audience(&desktop, "everyone").await?;
    until("a screen reader to announce it", async || {
        let announced = widget.alert().await?;
        ensure!(
            announced.contains("Everyone in the call hears you now"),
            "announced is “{announced}”"
        );
        Ok(())
    })
    .await?;

    desktop
        .emulator()
        .carry_out(&[Instruction::SwitchToListenIn {
            supervisor: supervisor(),
        }])?;
    see_audience(&desktop, "nobody").await?;
    let sent = desktop.recorded_requests().await?;
    ensure!(sent.is_empty(), "the page asked for something: {sent:?}");
    Ok(())
}

async fn the_end_of_the_call_withdraws_the_confirmation(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = in_a_call(&desktop).await?;
    widget.press_button("Switch to barge-in").await?;
    widget.see_in("Call", "Switch to barge-in?").await?;
    desktop.emulator().end_call(&agent.number)?;
    widget.see_no_call().await?;

    // The next call does not bring it back.
    desktop.join_call(&agent).await?;
    widget.not_see_in("Call", "Switch to barge-in?").await
}

async fn the_supervisors_own_call_is_shown_without_buttons(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open_with(|config| config.csrf = false).await?;
    let widget = &desktop.widget;
    let dial = "
        const { devices } = await (await fetch('/api/v2/me/devices?fields=*')).json();
        const body = { operationName: 'Dial', destination: { phoneNumber: arguments[0] } };
        const reply = await fetch(`/api/v2/me/devices/${devices[0].id}/calls`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(body),
        });
        return reply.status";
    let status = desktop
        .browser
        .run_async(dial, vec![json!(CUSTOMER)])
        .await?;
    ensure!(status == json!(200), "Dial was answered with {status}");

    widget.see_in("Call", "Established").await?;
    widget.see_in("Call", "Your own call").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    for button in ["Answer", "Leave call", "Mute me", "Switch to barge-in"] {
        ensure!(!widget.can_press(button).await?, "{button} is offered");
    }
    see_audience(&desktop, "none").await
}
