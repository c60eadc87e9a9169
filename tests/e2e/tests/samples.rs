//! The samples of the GWS documentation of ListenIn: request, reply and notification, end to end.

use anyhow::{Context, Result, ensure};
use e2e::{Desktop, Fixture, scenarios};
use serde_json::{Value, json};

scenarios!(
    the_request_matches_the_documentation,
    the_documented_notification_and_its_end_are_shown,
);

const NOTIFICATION: &str =
    include_str!("../../../crates/gws/tests/samples/listen-in-notification.json");

/// The documented notification, for this supervisor's device.
async fn sample(desktop: &Desktop) -> Result<Value> {
    let devices = desktop.fetch("/api/v2/me/devices?fields=*").await?;
    let id = &devices["devices"][0]["id"];
    ensure!(id.is_string(), "no device in {devices}");
    let mut message: Value = serde_json::from_str(NOTIFICATION)?;
    message["data"]["devices"][0]["id"] = id.clone();
    Ok(message)
}

fn send(desktop: &Desktop, message: &Value) -> Result<()> {
    let channel = message["channel"].as_str().context("no channel")?;
    let data = message["data"].to_string();
    Ok(desktop.emulator().send_raw(channel, &data)?)
}

async fn the_request_matches_the_documentation(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let agent = desktop.agent(0);
    desktop.record_requests().await?;
    desktop.listen_in(&agent).await?;

    let requests = desktop.recorded_requests().await?;
    let [request] = &requests[..] else {
        anyhow::bail!("not one request, but {requests:?}");
    };
    let device = &sample(&desktop).await?["data"]["devices"][0]["id"];
    let device = device.as_str().context("no id")?;
    let base = format!("{}/api/v2", desktop.url());
    ensure!(
        request["url"] == json!(format!("{base}/me/devices/{device}")),
        "sent to {}",
        request["url"]
    );
    let expected = json!({
        "operationName": "ListenIn",
        "targetDeviceUri": format!("{base}/devices/{}", agent.device_id),
        "supervisorMonitoringScope": "Call",
        "supervisorMonitoringMode": "AllCalls",
    });
    ensure!(request["body"] == expected, "sent {}", request["body"]);
    Ok(())
}

async fn the_documented_notification_and_its_end_are_shown(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let mut message = sample(&desktop).await?;
    send(&desktop, &message)?;
    // The monitored device is in no directory: only its number is known.
    widget
        .see_in("Monitoring", "Listening in to <monitored_phone_number>")
        .await?;
    widget
        .see_in("Monitoring", "Whole call · All calls")
        .await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    widget.open_device().await?;
    widget.see_in("My device", "Number 5005").await?;
    widget.see_in("My device", "Device Active").await?;
    widget.see_in("My device", "State Not ready").await?;
    widget.see_in("My device", "Do not disturb On").await?;
    widget.see_in("My device", "Network Private").await?;
    ensure!(widget.can_press("Stop monitoring").await?);

    let device = message["data"]["devices"][0].as_object_mut();
    let device = device.context("the sample has a device")?;
    device.remove("supervisorMonitoringState");
    device.insert("doNotDisturb".to_owned(), json!("Off"));
    send(&desktop, &message)?;
    // First, because a read would show the emulator's own state, which differs from the sample.
    widget.see_in("My device", "Do not disturb Off").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await
}
