//! Interruptions: the server restarts or forgets, the page is loaded again, the device goes. What is
//! shown afterwards is what is so, not what was remembered.

use anyhow::{Result, ensure};
use e2e::{Desk, Stage, scenarios};
use gws_emulator::AgentSummary;

scenarios!(
    the_server_restarts_and_the_truth_is_shown,
    the_server_restarts_in_a_call,
    while_the_server_is_away_nothing_is_claimed,
    a_failover_in_a_call_is_told_and_survived,
    forgotten_notification_sessions_lose_nothing,
    a_page_that_is_loaded_again_finds_what_is_so,
    an_agent_who_logs_out_is_not_monitored_any_more,
    a_device_that_goes_out_of_use_ends_monitoring,
);

async fn listening(desk: &Desk) -> Result<AgentSummary> {
    let agent = desk.agent(0);
    desk.widget.pick(&agent.name).await?;
    desk.widget.listen_in().await?;
    desk.widget
        .see_in(
            "Monitoring",
            &format!("Listening in to {}", Desk::title(&agent)),
        )
        .await?;
    Ok(agent)
}

async fn the_server_restarts_and_the_truth_is_shown(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = listening(&desk).await?;

    desk.stop_emulator().await;
    widget.see_in("Connection", "Reconnecting").await?;
    desk.start_emulator().await?;

    // Nobody touches anything. The new server knows of no monitoring.
    widget.see_in("Connection", "Live").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.not_see_in("Monitoring", &agent.name).await?;
    // It was not back before it had read again what is so.
    let ended = format!("monitoring of {} ended elsewhere", Desk::title(&agent));
    let told = widget.text_of("What happened").await?;
    let news = ["Connection back.", &ended, "Connection lost."];
    let places: Vec<_> = news.iter().map(|news| told.find(news)).collect();
    ensure!(
        places.is_sorted() && places[0].is_some(),
        "not these, the latest first: {news:?}: {told}"
    );
    for news in ["Connection back.", "Connection lost."] {
        let times = told.matches(news).count();
        ensure!(times == 1, "“{news}” {times} times: {told}");
    }
    let requests = desk.centre().monitoring_requests();
    ensure!(requests == 0, "{requests} requests were sent by themselves");

    // And all goes on.
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desk.centre().call_arrives(&agent.number, "555-1234")?;
    widget.answer().await?;
    widget.see_in("Monitoring", "In a call with 555-1234").await
}

async fn the_server_restarts_in_a_call(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = listening(&desk).await?;
    desk.centre().call_arrives(&agent.number, "555-1234")?;
    widget.answer().await?;
    widget.see_in("Call", "Established").await?;

    desk.play(
        r#"
        [[step]]
        do = "restart"
        world = "anew"
        "#,
    )?;

    widget.see_in("Call", "No call").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.see_in("Connection", "Live").await
}

async fn while_the_server_is_away_nothing_is_claimed(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    listening(&desk).await?;
    desk.stop_emulator().await;
    widget.see_in("Connection", "Reconnecting").await?;
    widget
        .see_in("Connection", "The server can’t be reached")
        .await?;
    widget.see_in("Connection", "Next try in").await?;
    widget.see_in("Connection", "Data as of").await?;
    widget.see("Wait until the connection is live.").await?;
    ensure!(!widget.can_press("Listen in").await?);

    // To try at once does no harm.
    widget.press_button("Try now").await?;
    widget.see_in("Connection", "Next try in").await?;
    desk.start_emulator().await?;
    widget.see_in("Connection", "Live").await?;
    widget.not_see_in("Connection", "Data as of").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await
}

async fn a_failover_in_a_call_is_told_and_survived(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    desk.play("failover")?;
    widget
        .see_in("Monitoring", "In a call with 555-0100")
        .await?;
    widget.see_in("Connection", "Reconnecting").await?;
    widget.see_in("Connection", "Data as of").await?;

    // The call has ended meanwhile, which nobody was told.
    widget.see_in("Connection", "Live").await?;
    widget.see_in("Call", "No call").await?;
    widget.see_in("Monitoring", "6001").await?;
    widget
        .see_in("Monitoring", "In a call with 555-0199")
        .await?;
    desk.played().await
}

async fn forgotten_notification_sessions_lose_nothing(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = listening(&desk).await?;

    desk.play(
        r#"
        # What happens before the next handshake is told to nobody.
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
    desk.played().await?;
    widget.see_in("Call", "No call").await?;
    widget.see_in("Monitoring", &Desk::title(&agent)).await
}

async fn a_page_that_is_loaded_again_finds_what_is_so(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = listening(&desk).await?;
    desk.centre().call_arrives(&agent.number, "555-1234")?;
    widget.answer().await?;
    // Long enough to tell a clock that goes on from one that begins again.
    widget.see_call_last(3).await?;

    desk.browser.reload().await?;

    let listening = format!("Listening in to {}", Desk::title(&agent));
    widget.see_in("Monitoring", &listening).await?;
    widget.see_in("Monitoring", "or earlier").await?;
    widget
        .see_in("Monitoring", "In a call with 555-1234")
        .await?;
    // The server tells how long the call has been going on: its clock does not begin again.
    let call = widget.text_of("Call").await?;
    let restarted = ["00:00:00", "00:00:01", "00:00:02"];
    ensure!(
        restarted.iter().all(|clock| !call.contains(clock)),
        "the clock began again: {call}"
    );
    let sessions = desk.centre().notification_sessions();
    ensure!(sessions == 1, "{sessions} notification sessions are left");
    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await
}

async fn an_agent_who_logs_out_is_not_monitored_any_more(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = listening(&desk).await?;
    desk.centre().log_out(&agent.number)?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    let ended = format!(
        "Monitoring of {} ended elsewhere or by the telephone system",
        Desk::title(&agent)
    );
    widget.see_in("What happened", &ended).await
}

async fn a_device_that_goes_out_of_use_ends_monitoring(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = listening(&desk).await?;
    desk.centre().set_supervisor_active(false);
    widget.see_in("My device", "Inactive").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget
        .see("Your device is not active. Log in to it first.")
        .await?;
    ensure!(!widget.can_press("Listen in").await?);

    desk.centre().set_supervisor_active(true);
    widget.see_in("My device", "Active").await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", &Desk::title(&agent)).await
}
