//! SIP Cluster, configured or detected, and a `device-id` that the supervisor does not have.

use anyhow::{Result, ensure};
use e2e::{Desktop, Fixture, scenarios};

scenarios!(
    a_configured_sip_cluster_offers_silent_whole_calls_only,
    a_sip_cluster_is_detected_from_a_refusal,
    an_unknown_device_id_is_reported,
);

const WHOLE_CALL_ONLY: &str = "only the whole call can be monitored";

async fn a_configured_sip_cluster_offers_silent_whole_calls_only(fixture: Fixture) -> Result<()> {
    let desktop = fixture
        .open_with(|config| config.t_server.routing_point_monitoring = true)
        .await?;
    let widget = &desktop.widget;
    desktop.set_attribute("sip-cluster", "yes").await?;
    widget.see_in("Connection", "Live").await?;
    widget.see(WHOLE_CALL_ONLY).await?;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;
    widget
        .see("Calls already waiting in a queue are not joined.")
        .await?;
    for button in ["Coach", "Barge in"] {
        ensure!(!widget.can_press(button).await?, "{button} is offered");
    }
    widget
        .see("In a SIP Cluster with routing-point monitoring you can only listen silently.")
        .await?;

    // Listening in works, and so does switching in an established call.
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desktop.join_call(&agent).await?;
    widget.press_button("Switch to barge-in").await?;
    widget.press_button("Yes, go on").await?;
    widget.see_in("Monitoring", "Everyone hears you").await
}

async fn a_sip_cluster_is_detected_from_a_refusal(fixture: Fixture) -> Result<()> {
    let desktop = fixture
        .open_with(|config| config.t_server.routing_point_monitoring = true)
        .await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;
    ensure!(!widget.text().await?.contains(WHOLE_CALL_ONLY));
    widget.choose_scope("This agent only").await?;
    widget.listen_in().await?;
    let problem = format!(
        "Listening in to {} was refused: With routing-point monitoring in a SIP Cluster only the \
         scope 'Call' is supported (code 3). Nothing has changed. Your device monitors nobody.",
        Desktop::title(&agent)
    );
    widget.see(&problem).await?;
    widget.see(WHOLE_CALL_ONLY).await?;
    widget
        .see_in(
            "What happened",
            "This contact centre is a SIP Cluster with routing-point monitoring",
        )
        .await?;
    ensure!(!widget.can_press("Listen in").await?);

    widget.choose_scope("Whole call").await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desktop.monitors(&agent.number).await
}

async fn an_unknown_device_id_is_reported(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    desktop.set_attribute("device-id", "65060736-0000").await?;
    widget
        .see_in(
            "My device",
            "The device 65060736-0000 is not yours. You have 5005.",
        )
        .await?;
    widget.pick(&desktop.agent(0).name).await?;
    ensure!(!widget.can_press("Listen in").await?);

    // An existing device can be chosen instead.
    widget
        .choose_option("Device to listen with", "5005")
        .await?;
    widget.not_see_in("My device", "is not yours").await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}
