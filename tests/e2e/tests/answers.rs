//! Answers that come late, can't be read, or come from somebody else: each is told in words, and
//! what is in force is found out.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Desk, Stage, scenarios};

scenarios!(
    the_notification_may_come_before_the_reply,
    an_unreadable_reply_to_a_request_that_was_carried_out,
    an_unreadable_reply_to_a_request_that_was_refused,
    an_unreadable_notification_is_told_and_lived_with,
    a_web_page_instead_of_data_at_the_beginning,
    a_web_page_instead_of_notifications,
    a_web_page_instead_of_the_reply,
);

async fn the_notification_may_come_before_the_reply(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(0);
    // Longer than anything is waited for: what is seen now was seen before the reply.
    desk.fault("holdReplies:by=1h")?;
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    let listening = format!("Listening in to {}", Desk::title(&agent));
    widget.see_in("Monitoring", &listening).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    widget
        .not_see_in("Monitoring", "Asking to listen in")
        .await?;

    // A reply that comes later, after the notification, changes nothing.
    desk.fault("holdReplies:by=1s")?;
    let second = desk.agent(1);
    widget.pick(&second.name).await?;
    widget.listen_in().await?;
    let listening = format!("Listening in to {}", Desk::title(&second));
    widget.see_in("Monitoring", &listening).await?;
    desk.all_is_right();
    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    desk.monitors_nobody().await?;
    let text = widget.text().await?;
    ensure!(!text.contains("was refused"), "{text}");
    ensure!(!text.contains("failed"), "{text}");
    Ok(())
}

async fn an_unreadable_reply_to_a_request_that_was_carried_out(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(0);
    desk.fault("garbleReplies")?;
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    let listening = format!("Listening in to {}", Desk::title(&agent));
    widget.see_in("Monitoring", &listening).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desk.monitors(&agent.number).await
}

async fn an_unreadable_reply_to_a_request_that_was_refused(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(0);
    desk.centre().monitored_by_other(&agent.number)?;
    desk.fault("garbleReplies")?;
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    let unknown = format!(
        "Listening in to {}: it is not known whether the request had an effect",
        Desk::title(&agent)
    );
    widget.see(&unknown).await?;
    widget.see("Your device monitors nobody.").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    let requests = desk.centre().monitoring_requests();
    ensure!(requests == 1, "{requests} requests came");

    desk.all_is_right();
    desk.centre().cancel_other()?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}

async fn an_unreadable_notification_is_told_and_lived_with(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(0);
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
        desk.centre().send_raw(channel, data)?;
    }
    widget
        .see_in(
            "What happened",
            "A message from the server could not be read",
        )
        .await?;

    widget.see_in("Connection", "Live").await?;
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desk.centre().call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await
}

async fn a_web_page_instead_of_data_at_the_beginning(stage: Stage) -> Result<()> {
    let desk = stage.set_up(|_| {}).await?;
    let widget = &desk.widget;
    desk.fault("webPage")?;
    desk.open_page().await?;
    widget.see_in("Connection", "Sign-in needed").await?;
    widget
        .see_in("Connection", "A web page came in place of data")
        .await?;
    widget.see_in("Monitoring", "Not known yet").await?;

    desk.all_is_right();
    widget.press_button("Try now").await?;
    widget.see_in("Connection", "Live").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await
}

async fn a_web_page_instead_of_notifications(stage: Stage) -> Result<()> {
    // So that the page asks for them again soon.
    let desk = stage
        .open_with(|config| config.notifications.timeout = Duration::from_secs(2))
        .await?;
    let widget = &desk.widget;
    desk.fault("webPage")?;
    widget.see_in("Connection", "Sign-in needed").await?;
    widget
        .see_in("Connection", "A web page came in place of data")
        .await?;
    widget.see_in("Connection", "Data as of").await?;

    // Notifications are asked for again by themselves.
    desk.all_is_right();
    widget.see_in("Connection", "Live").await
}

async fn a_web_page_instead_of_the_reply(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(0);
    widget.pick(&agent.name).await?;
    desk.fault("webPage")?;
    widget.listen_in().await?;
    // Nothing was heard from the contact centre, so nothing is claimed.
    widget
        .see_in("Monitoring", "What is in force is being read.")
        .await?;
    widget.see_in("Connection", "Sign-in needed").await?;

    desk.all_is_right();
    widget.press_button("Try now").await?;
    let unknown = format!(
        "Listening in to {}: it is not known whether the request had an effect",
        Desk::title(&agent)
    );
    widget.see(&unknown).await?;
    widget.see("Your device monitors nobody.").await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}
