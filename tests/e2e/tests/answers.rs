//! Late, unreadable and foreign answers: each is reported, and the state is read again.

use anyhow::{Result, ensure};
use e2e::{Desktop, Fixture, scenarios};

scenarios!(
    a_notification_before_the_reply_confirms_the_request,
    an_unreadable_reply_to_an_accepted_request_ends_confirmed,
    an_unreadable_reply_to_a_refused_request_ends_unknown,
    an_unreadable_notification_is_reported_and_skipped,
    html_instead_of_the_reply_leaves_the_outcome_unknown,
);

async fn a_notification_before_the_reply_confirms_the_request(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    // Longer than any wait of this test, so everything seen now comes before the reply.
    desktop.fault("holdReplies:by=1h")?;
    desktop.listen_in(&agent).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    let text = widget.text().await?;
    for pending in ["Asked to", "It is not in force until"] {
        ensure!(!text.contains(pending), "the widget says “{text}”");
    }

    // A reply after the notification changes nothing.
    desktop.fault("holdReplies:by=1s")?;
    let second = desktop.agent(1);
    desktop.listen_in(&second).await?;
    desktop.clear_faults();
    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    desktop.monitors_nobody().await?;
    let text = widget.text().await?;
    ensure!(!text.contains("was refused"), "{text}");
    ensure!(!text.contains("failed"), "{text}");
    Ok(())
}

async fn an_unreadable_reply_to_an_accepted_request_ends_confirmed(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    desktop.fault("garbleReplies")?;
    desktop.listen_in(&agent).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desktop.monitors(&agent.number).await
}

async fn an_unreadable_reply_to_a_refused_request_ends_unknown(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    desktop.emulator().monitored_by_other(&agent.number)?;
    desktop.fault("garbleReplies")?;
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    let unknown = format!(
        "Listening in to {}: it is not known whether the request had an effect",
        Desktop::title(&agent)
    );
    widget.see(&unknown).await?;
    widget.see("Your device monitors nobody.").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    desktop.has_received(1)?;

    desktop.clear_faults();
    desktop.emulator().cancel_other()?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}

async fn an_unreadable_notification_is_reported_and_skipped(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    for (channel, data) in [
        (
            "/v2/me/devices",
            r#"{"messageType":"DeviceStateChangeMessage","devices":17}"#,
        ),
        (
            "/v2/me/calls",
            r#"{"messageType":"CallStateChangeMessage","call":"none"}"#,
        ),
        ("/v2/me/devices", "[]"),
    ] {
        desktop.emulator().send_raw(channel, data)?;
    }
    widget
        .see_in(
            "What happened",
            "A message from the server could not be read",
        )
        .await?;

    widget.see_in("Connection", "Live").await?;
    desktop.listen_in(&agent).await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await
}

async fn html_instead_of_the_reply_leaves_the_outcome_unknown(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;
    desktop.fault("webPage")?;
    widget.listen_in().await?;
    // GWS has not answered, so nothing is claimed.
    widget.see("Checking what is in force.").await?;
    widget.see_in("Connection", "Sign-in needed").await?;

    desktop.clear_faults();
    widget.press_button("Try now").await?;
    let unknown = format!(
        "Listening in to {}: it is not known whether the request had an effect",
        Desktop::title(&agent)
    );
    widget.see(&unknown).await?;
    widget.see("Your device monitors nobody.").await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}
