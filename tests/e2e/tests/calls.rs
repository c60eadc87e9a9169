//! Monitored calls: arriving, established, ended; next call only; joining, leaving, transfers.

use anyhow::{Result, ensure};
use e2e::desktop::CUSTOMER;
use e2e::{Desktop, Fixture, scenarios};
use gws_emulator::{AgentSummary, SupervisorLeg};
use serde_json::{Value, json};

scenarios!(
    a_call_arrives_is_established_and_ends,
    an_auto_answered_leg_needs_no_answer,
    next_call_only_ends_after_one_call,
    a_call_in_progress_is_joined,
    leaving_a_call_keeps_monitoring,
    stopping_in_a_call_ends_call_and_monitoring,
    scope_call_follows_a_transfer,
    scope_agent_ends_at_a_transfer,
    a_call_that_outlives_monitoring_on_another_device_is_shown,
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
    widget.see_no_call().await?;
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
    widget.see_no_call().await?;
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

    widget.see_no_call().await?;
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
    widget.see_no_call().await?;
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

    widget.see_no_call().await?;
    widget.see_in("Monitoring", &Desktop::title(&agent)).await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}

/// The emulator has one device for each supervisor. This script adds a second one, with its call, to
/// what the page reads.
const SECOND_DEVICE: &str = "
    window.second = { devices: [], calls: [] };
    const fetched = window.fetch;
    window.fetch = async (input, init) => {
        const request = new Request(input, init);
        const response = await fetched(request);
        const list = new URL(request.url).pathname.match(/\\/me\\/(devices|calls)$/)?.[1];
        if (!list || !response.ok) return response;
        const body = await response.json();
        body[list].push(...window.second[list]);
        return new Response(JSON.stringify(body), response);
    };";

/// Sets the second device, 5007, and its call; none: the call is over.
async fn second_device(desktop: &Desktop, target: Option<&str>, call: &Value) -> Result<()> {
    let mut device = json!({
        "id": "second-device", "deviceState": "Active", "phoneNumber": "5007",
        "userState": { "state": "NotReady" },
        "capabilities": ["ListenIn", "Coach", "BargeIn"],
    });
    if let Some(target) = target {
        device["supervisorMonitoringState"] = json!({
            "state": "ListenIn", "mode": "AllCalls", "scope": "Call",
            "targetDeviceUri": format!("{}/api/v2/devices/{target}", desktop.url()),
        });
    }
    let is_over = call["state"] == "Released";
    let calls = if is_over { json!([]) } else { json!([call]) };
    let shown = "window.second = { devices: [arguments[0]], calls: arguments[1] }";
    let arguments = vec![device.clone(), calls];
    desktop.browser.run(shown, arguments).await?;
    let message = json!({ "devices": [device], "messageType": "DeviceStateChangeMessage" });
    let emulator = desktop.emulator();
    emulator.send_raw("/v2/me/devices", &message.to_string())?;
    let message = json!({ "call": call, "notificationType": "StatusChange",
        "messageType": "CallStateChangeMessage" });
    Ok(emulator.send_raw("/v2/me/calls", &message.to_string())?)
}

async fn a_call_that_outlives_monitoring_on_another_device_is_shown(
    fixture: Fixture,
) -> Result<()> {
    let desktop = fixture.set_up(|_| {}).await?;
    let widget = &desktop.widget;
    desktop.browser.run_before_pages(SECOND_DEVICE).await?;
    desktop.open_page().await?;
    widget.see_in("Connection", "Live").await?;
    widget.open_device().await?;
    widget.see_in("My device", "Number 5005").await?;
    let agent = desktop.agent(0);
    let target = Some(agent.device_id.as_str());

    let mut call = json!({
        "id": "outlives", "state": "Established", "monitoring": true, "callType": "Inbound",
        "deviceUri": format!("{}/api/v2/devices/second-device", desktop.url()),
        "participants": [{ "phoneNumber": CUSTOMER }, { "phoneNumber": agent.number }],
        "mute": "On", "duration": "0", "capabilities": ["Hangup", "UnmuteCall"],
    });
    second_device(&desktop, target, &call).await?;
    let elsewhere = format!("Your device 5007 is monitoring {}", Desktop::title(&agent));
    widget.see_in("Monitoring", &elsewhere).await?;

    second_device(&desktop, None, &call).await?;
    let outlives = "Monitoring has ended on your device 5007, but it is still in the call with ";
    widget.see_in("Monitoring", outlives).await?;
    widget.see_in("Monitoring", CUSTOMER).await?;
    widget
        .not_see_in("Monitoring", "Nobody is monitored")
        .await?;

    // It also says who hears the supervisor there.
    call["mute"] = json!("Off");
    second_device(&desktop, None, &call).await?;
    widget
        .see_in("Monitoring", "Everyone hears you on your device 5007")
        .await?;

    call["state"] = json!("Released");
    second_device(&desktop, None, &call).await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    let text = widget.text_of("Monitoring").await?;
    ensure!(!text.contains("5007"), "{text}");
    Ok(())
}
