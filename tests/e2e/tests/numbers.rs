//! Monitoring by number: numbers that are in no directory, and the server's refusals.

use anyhow::{Result, ensure};
use e2e::{Fixture, scenarios, until};
use serde_json::{Value, json};

scenarios!(
    a_number_that_cannot_be_monitored_shows_the_refusal,
    an_agent_is_monitored_by_number_without_a_directory,
);

/// Of the queue *Service*.
const ROUTING_POINT: &str = "8005550100";
const NOBODYS: &str = "7777";

async fn a_number_that_cannot_be_monitored_shows_the_refusal(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    for number in [ROUTING_POINT, NOBODYS] {
        widget.pick(number).await?;
        widget
            .see(&format!("You will hear every call of {number}"))
            .await?;
        widget.listen_in().await?;
        widget
            .see(&format!("Listening in to {number} was refused"))
            .await?;
        let why = format!("Device with the number '{number}' not found");
        widget.see(&why).await?;
        widget
            .see("Nothing has changed. Your device monitors nobody.")
            .await?;
        widget.see_in("Monitoring", "Nobody is monitored").await?;
    }
    desktop.monitors_nobody().await
}

async fn an_agent_is_monitored_by_number_without_a_directory(fixture: Fixture) -> Result<()> {
    let desktop = fixture.set_up(|_| {}).await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    desktop.fault("unavailable:path=/users")?;
    desktop.open_page().await?;
    widget.see_in("Connection", "Live").await?;
    desktop.record_requests().await?;

    widget.open_list().await?;
    widget.type_text(&agent.number).await?;
    until("the number to be offered", async || {
        let options = widget.options().await?;
        let wanted = format!("Monitor number {}", agent.number);
        ensure!(options == [wanted], "offered are {options:?}");
        Ok(())
    })
    .await?;
    widget.pick(&agent.number).await?;
    widget.listen_in().await?;

    let listening = format!("Listening in to {}", agent.number);
    widget.see_in("Monitoring", &listening).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desktop.monitors(&agent.number).await?;
    let sent = desktop.recorded_requests().await?;
    let [request] = sent.as_slice() else {
        anyhow::bail!("sent was {sent:?}");
    };
    let body = &request["body"];
    ensure!(body["phoneNumber"] == json!(agent.number), "{body}");
    ensure!(body["targetDeviceUri"] == Value::Null, "{body}");

    // The name appears once the directory can be read.
    desktop.clear_faults();
    widget.see_in("Monitoring", &agent.name).await?;
    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await
}
