//! The samples of GWS's own page about ListenIn: the request, the reply and the notification, by way
//! of the real types, on the screen.

use anyhow::{Context, Result, ensure};
use e2e::{Desk, Stage, scenarios};
use serde_json::{Value, json};

scenarios!(
    the_request_is_the_documented_one,
    the_notification_is_shown,
    the_end_of_it_is_shown_too,
);

const NOTIFICATION: &str =
    include_str!("../../../crates/gws/tests/samples/listen-in-notification.json");

/// The sample, for the device of the supervisor who sits here.
async fn sample(desk: &Desk) -> Result<Value> {
    let devices = desk.fetch("/api/v2/me/devices?fields=*").await?;
    let id = &devices["devices"][0]["id"];
    ensure!(id.is_string(), "no device in {devices}");
    let mut message: Value = serde_json::from_str(NOTIFICATION)?;
    message["data"]["devices"][0]["id"] = id.clone();
    Ok(message)
}

fn send(desk: &Desk, message: &Value) -> Result<()> {
    let channel = message["channel"].as_str().context("no channel")?;
    let data = message["data"].to_string();
    Ok(desk.centre().send_raw(channel, &data)?)
}

async fn the_request_is_the_documented_one(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(0);
    desk.record_requests().await?;
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;

    let requests = desk.recorded_requests().await?;
    let [request] = &requests[..] else {
        anyhow::bail!("not one request, but {requests:?}");
    };
    let device = &sample(&desk).await?["data"]["devices"][0]["id"];
    let device = device.as_str().context("no id")?;
    let base = format!("{}/api/v2", desk.url());
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

async fn the_notification_is_shown(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    send(&desk, &sample(&desk).await?)?;
    // The monitored device is in no directory; what is known of it is its number.
    widget
        .see_in("Monitoring", "Listening in to <monitored_phone_number>")
        .await?;
    widget
        .see_in("Monitoring", "Whole call · All calls")
        .await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    widget.see_in("My device", "Number 5005").await?;
    widget.see_in("My device", "Device Active").await?;
    widget.see_in("My device", "State Not ready").await?;
    widget.see_in("My device", "Do not disturb On").await?;
    widget.see_in("My device", "Network Private").await?;
    ensure!(widget.can_press("Stop monitoring").await?);
    Ok(())
}

async fn the_end_of_it_is_shown_too(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let mut message = sample(&desk).await?;
    send(&desk, &message)?;
    widget.see_in("Monitoring", "Listening in to").await?;

    let device = message["data"]["devices"][0].as_object_mut();
    let device = device.context("the sample has a device")?;
    device.remove("supervisorMonitoringState");
    device.insert("doNotDisturb".to_owned(), json!("Off"));
    send(&desk, &message)?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.see_in("My device", "Do not disturb Off").await
}
