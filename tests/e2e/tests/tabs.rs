//! Several tabs of one browser: one holds the connection, and all show the same.

use std::rc::Rc;

use anyhow::{Result, ensure};
use e2e::{Desktop, Fixture, Gateway, scenarios, until};
use serde_json::json;

scenarios!(
    two_tabs_share_one_connection,
    closing_the_leading_tab_starts_a_new_session,
    a_frozen_leading_tab_is_replaced,
    a_silent_leading_tab_is_replaced,
    every_tab_recovers_from_a_server_restart,
    a_limit_set_in_a_tab_holds_in_all_and_ends_monitoring_once,
);

/// Blocks the page's messages to other tabs, so that it seems not to be running.
const MUTE: &str = "BroadcastChannel.prototype.postMessage = () => {};";

/// A desktop with the page live in this many tabs behind a gateway that counts requests. The last tab is in
/// front.
async fn open_in_tabs(fixture: &Fixture, tabs: usize) -> Result<(Desktop, Rc<Gateway>)> {
    let (desktop, gateway) = fixture.set_up_behind_gateway(|_| {}).await?;
    for number in 0..tabs {
        if number > 0 {
            desktop.browser.open_tab().await?;
        }
        desktop.open_page().await?;
        desktop.widget.see_in("Connection", "Live").await?;
    }
    sees_one_session(&desktop).await?;
    Ok((desktop, gateway))
}

async fn sees_one_session(desktop: &Desktop) -> Result<()> {
    until("one session to be there", async || {
        let sessions = desktop.emulator().notification_sessions();
        ensure!(sessions == 1, "{sessions} sessions");
        Ok(())
    })
    .await
}

/// Listens in to an agent in the front tab. Returns the headline that all tabs then show.
async fn listens_in(desktop: &Desktop) -> Result<String> {
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    Ok(format!("Listening in to {}", Desktop::title(&agent)))
}

async fn two_tabs_share_one_connection(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = open_in_tabs(&fixture, 2).await?;
    let tabs = desktop.browser.tabs();

    // A request from one tab is seen in the other.
    let listening = listens_in(&desktop).await?;
    desktop.browser.turn_to(&tabs[0]).await?;
    desktop.widget.see_in("Monitoring", &listening).await?;

    desktop
        .emulator()
        .call_arrives(&desktop.agent(0).number, "555-1234")?;
    desktop.widget.answer().await?;
    for tab in &tabs {
        desktop.browser.turn_to(tab).await?;
        desktop
            .widget
            .see_in("Monitoring", "In a call with 555-1234")
            .await?;
        desktop.widget.see_in("Connection", "Live").await?;
    }
    sees_one_session(&desktop).await?;
    let handshakes = gateway.handshakes();
    ensure!(handshakes == 1, "{handshakes} handshakes");
    Ok(())
}

async fn closing_the_leading_tab_starts_a_new_session(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = open_in_tabs(&fixture, 3).await?;
    let tabs = desktop.browser.tabs();
    for tab in &tabs[..2] {
        desktop.browser.turn_to(tab).await?;
        desktop.browser.close_tab().await?;
    }
    desktop.browser.turn_to(&tabs[2]).await?;
    listens_in(&desktop).await?;
    desktop.widget.see_in("Connection", "Live").await?;
    desktop
        .widget
        .not_see_in("What happened", "Connection lost")
        .await?;
    sees_one_session(&desktop).await?;
    let handshakes = gateway.handshakes();
    ensure!(handshakes == 3, "{handshakes} handshakes");
    Ok(())
}

async fn a_frozen_leading_tab_is_replaced(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = open_in_tabs(&fixture, 2).await?;
    let tabs = desktop.browser.tabs();
    let becomes = async |state: &str| {
        let state = json!({ "state": state });
        desktop
            .browser
            .devtools("Page.setWebLifecycleState", state)
            .await
    };
    desktop.browser.turn_to(&tabs[0]).await?;
    becomes("frozen").await?;
    desktop.browser.turn_to(&tabs[1]).await?;
    let listening = listens_in(&desktop).await?;
    sees_one_session(&desktop).await?;
    let handshakes = gateway.handshakes();
    ensure!(handshakes == 2, "{handshakes} handshakes");

    // The tab resumes and becomes a follower.
    desktop.browser.turn_to(&tabs[0]).await?;
    becomes("active").await?;
    desktop.widget.see_in("Monitoring", &listening).await?;
    desktop.widget.see_in("Connection", "Live").await
}

async fn a_silent_leading_tab_is_replaced(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = open_in_tabs(&fixture, 2).await?;
    let tabs = desktop.browser.tabs();
    desktop.browser.turn_to(&tabs[0]).await?;
    desktop.browser.run(MUTE, vec![]).await?;
    desktop.browser.turn_to(&tabs[1]).await?;
    // `online` makes this tab check whether the leader still answers.
    desktop
        .browser
        .run("window.dispatchEvent(new Event('online'))", vec![])
        .await?;
    until("another handshake", async || {
        let handshakes = gateway.handshakes();
        ensure!(handshakes == 2, "{handshakes} handshakes");
        Ok(())
    })
    .await?;
    desktop.widget.see_in("Connection", "Live").await?;
    let listening = listens_in(&desktop).await?;

    // The other becomes a follower.
    desktop.browser.turn_to(&tabs[0]).await?;
    desktop.widget.see_in("Monitoring", &listening).await?;
    desktop.widget.see_in("Connection", "Live").await?;
    sees_one_session(&desktop).await
}

async fn every_tab_recovers_from_a_server_restart(fixture: Fixture) -> Result<()> {
    let (desktop, _gateway) = open_in_tabs(&fixture, 2).await?;
    let tabs = desktop.browser.tabs();
    desktop.stop_emulator().await;
    for tab in &tabs {
        desktop.browser.turn_to(tab).await?;
        desktop.widget.see_in("Connection", "Reconnecting").await?;
    }
    desktop.start_emulator().await?;
    for tab in &tabs {
        desktop.browser.turn_to(tab).await?;
        desktop.widget.see_in("Connection", "Live").await?;
        desktop
            .widget
            .see_in("What happened", "Connection restored.")
            .await?;
    }
    sees_one_session(&desktop).await
}

async fn a_limit_set_in_a_tab_holds_in_all_and_ends_monitoring_once(
    fixture: Fixture,
) -> Result<()> {
    let (desktop, gateway) = open_in_tabs(&fixture, 2).await?;
    let (widget, tabs) = (&desktop.widget, desktop.browser.tabs());
    widget.choose_limit("15 minutes").await?;
    let listening = listens_in(&desktop).await?;
    widget.see_in("Monitoring", "· until ").await?;

    // The other tab shows it, and so does one opened later.
    desktop.browser.turn_to(&tabs[0]).await?;
    widget.see_in("Monitoring", "· until ").await?;
    widget
        .see_in("What happened", "Monitoring ends by itself at")
        .await?;
    desktop.browser.open_tab().await?;
    desktop.open_page().await?;
    widget.see_in("Monitoring", "· until ").await?;

    // It is removed there, and another one is set.
    widget.pick(&desktop.agent(0).name).await?;
    widget.choose_limit("No limit").await?;
    widget.listen_in().await?;
    widget.not_see_in("Monitoring", "· until ").await?;
    let soon = "document.querySelector('listen-in').limitUntil = String(Date.now() + 8000)";
    desktop.browser.run(soon, vec![]).await?;
    widget.see_in("Monitoring", "· until ").await?;

    let third = desktop.browser.tabs();
    for tab in [&tabs[0], &tabs[1], &third[2]] {
        desktop.browser.turn_to(tab).await?;
        widget.see_in("Monitoring", "Nobody is monitored").await?;
        widget.not_see_in("Monitoring", &listening).await?;
    }
    // The others may be notified of the end before they learn who requested it.
    let reached = "The time limit has passed: a request to stop was sent";
    widget.see_in("What happened", reached).await?;
    desktop.monitors_nobody().await?;
    let asked = gateway.asked().into_iter();
    let cancels = asked.filter(|asked| asked.body.contains("CancelSupervisorMonitoring"));
    let cancels = cancels.count();
    ensure!(cancels == 1, "monitoring was ended {cancels} times");
    Ok(())
}
