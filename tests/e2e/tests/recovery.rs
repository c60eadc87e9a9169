//! Recovery after restarts, lost sessions, reloads and devices out of service: the screen shows the
//! server's state, not a remembered one.

use anyhow::{Result, ensure};
use e2e::{Desktop, Fixture, scenarios};
use gws_emulator::AgentSummary;

scenarios!(
    monitoring_lost_in_a_restart_is_shown_as_ended,
    a_call_lost_in_a_restart_is_not_shown,
    an_outage_shows_the_age_of_the_data,
    a_failover_in_a_call_is_survived,
    a_lost_cometd_session_loses_nothing,
    a_reload_finds_monitoring_and_call,
    monitoring_ends_when_the_agent_logs_out,
    monitoring_ends_when_the_device_goes_out_of_service,
);

async fn listening(desktop: &Desktop) -> Result<AgentSummary> {
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    Ok(agent)
}

async fn monitoring_lost_in_a_restart_is_shown_as_ended(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = listening(&desktop).await?;

    desktop.stop_emulator().await;
    widget.see_in("Connection", "Reconnecting").await?;
    desktop.start_emulator().await?;

    // The new server has no monitoring.
    widget.see_in("Connection", "Live").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.not_see_in("Monitoring", &agent.name).await?;
    // The state was read before the connection was reported as back.
    let ended = format!("monitoring of {} ended elsewhere", Desktop::title(&agent));
    let history = widget.text_of("What happened").await?;
    let entries = ["Connection restored.", &ended, "Connection lost."];
    let places: Vec<_> = entries.iter().map(|entry| history.find(entry)).collect();
    ensure!(
        places.is_sorted() && places[0].is_some(),
        "not these, the latest first: {entries:?}: {history}"
    );
    for entry in ["Connection restored.", "Connection lost."] {
        let times = history.matches(entry).count();
        ensure!(times == 1, "“{entry}” {times} times: {history}");
    }
    desktop.has_received(0)?;

    // Monitoring works again.
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    widget.answer().await?;
    widget.see_in("Monitoring", "In a call with 555-1234").await
}

async fn a_call_lost_in_a_restart_is_not_shown(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = listening(&desktop).await?;
    desktop.join_call(&agent).await?;

    desktop.play(
        r#"
        [[step]]
        do = "restart"
        world = "anew"
        "#,
    )?;

    widget.see_no_call().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.see_in("Connection", "Live").await
}

async fn an_outage_shows_the_age_of_the_data(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    listening(&desktop).await?;
    desktop.stop_emulator().await;
    widget.see_in("Connection", "Reconnecting").await?;
    widget
        .see_in("Connection", "The server can’t be reached")
        .await?;
    widget.see_in("Connection", "Next try in").await?;
    widget.see_in("Connection", "Data as of").await?;
    widget.see("Wait until the connection is live.").await?;
    ensure!(!widget.can_press("Listen in").await?);

    // *Try now* does no harm.
    widget.press_button("Try now").await?;
    widget.see_in("Connection", "Next try in").await?;
    desktop.start_emulator().await?;
    widget.see_in("Connection", "Live").await?;
    widget.not_see_in("Connection", "Data as of").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await
}

async fn a_failover_in_a_call_is_survived(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    desktop.play("failover")?;
    widget
        .see_in("Monitoring", "In a call with 555-0100")
        .await?;
    widget.see_in("Connection", "Reconnecting").await?;
    widget.see_in("Connection", "Data as of").await?;

    // The call ended during the outage, without a notification.
    widget.see_in("Connection", "Live").await?;
    widget.see_no_call().await?;
    widget.see_in("Monitoring", "6001").await?;
    widget
        .see_in("Monitoring", "In a call with 555-0199")
        .await?;
    desktop.played().await
}

async fn a_lost_cometd_session_loses_nothing(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = listening(&desktop).await?;

    desktop.play(
        r#"
        # What happens before the next handshake is published to nobody.
        [[step]]
        do = "forgetNotificationSessions"

        [[step]]
        do = "callArrives"
        agent = "6001"
        from = "555-1234"

        # Long after the page is back.
        [[step]]
        when = { who = "5005", is = "connected" }
        after = "5s"
        do = "endCall"
        agent = "6001"
        "#,
    )?;
    widget.see_in("Call", "Ringing").await?;
    widget.see_in("Call", "555-1234").await?;
    widget.see_in("Connection", "Live").await?;
    desktop.played().await?;
    widget.see_no_call().await?;
    widget.see_in("Monitoring", &Desktop::title(&agent)).await
}

async fn a_reload_finds_monitoring_and_call(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = listening(&desktop).await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    widget.answer().await?;
    // Long enough to distinguish a running clock from a restarted one.
    widget.see_call_last(3).await?;

    desktop.browser.reload().await?;

    let listening = format!("Listening in to {}", Desktop::title(&agent));
    widget.see_in("Monitoring", &listening).await?;
    widget.see_in("Monitoring", "or earlier").await?;
    widget
        .see_in("Monitoring", "In a call with 555-1234")
        .await?;
    // The clock continues from the server's `duration`.
    let call = widget.text_of("Call").await?;
    let restarted = ["00:00:00", "00:00:01", "00:00:02"];
    ensure!(
        restarted.iter().all(|clock| !call.contains(clock)),
        "the clock began again: {call}"
    );
    let sessions = desktop.emulator().notification_sessions();
    ensure!(sessions == 1, "{sessions} notification sessions are left");
    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await
}

async fn monitoring_ends_when_the_agent_logs_out(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = listening(&desktop).await?;
    desktop.emulator().log_out(&agent.number)?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    let ended = format!(
        "Monitoring of {} ended elsewhere or by the telephone system",
        Desktop::title(&agent)
    );
    widget.see_in("What happened", &ended).await
}

async fn monitoring_ends_when_the_device_goes_out_of_service(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = listening(&desktop).await?;
    desktop.emulator().set_supervisor_active(false);
    widget.see_in("My device", "Inactive").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget
        .see("Your device is not active. Log in to it first.")
        .await?;
    ensure!(!widget.can_press("Listen in").await?);

    desktop.emulator().set_supervisor_active(true);
    widget.open_device().await?;
    widget.see_in("My device", "Device Active").await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", &Desktop::title(&agent)).await
}
