//! Several tabs of one browser: one of them has the connection, and each shows the whole truth.

use std::rc::Rc;

use anyhow::{Result, ensure};
use e2e::{Desk, Gateway, Stage, scenarios, until};
use serde_json::json;

scenarios!(
    two_tabs_have_one_connection_and_show_the_same,
    when_the_tab_with_the_connection_is_closed_another_begins_a_new_session,
    a_tab_that_the_browser_freezes_leaves_the_connection_to_another,
    when_the_tab_with_the_connection_is_not_heard_another_takes_its_place,
    a_server_that_restarts_is_found_again_in_every_tab,
);

/// What the page posts does not reach other tabs any more: to them it is as one that does not run.
const MUTE: &str = "BroadcastChannel.prototype.postMessage = () => {};";

/// A desk with the page in so many tabs, all live; the last is the one that is looked at. The gateway
/// sees what they ask for.
async fn open_in_tabs(stage: &Stage, tabs: usize) -> Result<(Desk, Rc<Gateway>)> {
    let (desk, gateway) = stage.set_up_behind_gateway(|_| {}).await?;
    for number in 0..tabs {
        if number > 0 {
            desk.browser.open_tab().await?;
        }
        desk.open_page().await?;
        desk.widget.see_in("Connection", "Live").await?;
    }
    sees_one_session(&desk).await?;
    Ok((desk, gateway))
}

async fn sees_one_session(desk: &Desk) -> Result<()> {
    until("one session to be there", async || {
        let sessions = desk.centre().notification_sessions();
        ensure!(sessions == 1, "{sessions} sessions");
        Ok(())
    })
    .await
}

/// An agent is listened to, and this tab says so.
async fn listens_in(desk: &Desk) -> Result<String> {
    let agent = desk.agent(0);
    desk.widget.pick(&agent.name).await?;
    desk.widget.listen_in().await?;
    let listening = format!("Listening in to {}", Desk::title(&agent));
    desk.widget.see_in("Monitoring", &listening).await?;
    Ok(listening)
}

async fn two_tabs_have_one_connection_and_show_the_same(stage: Stage) -> Result<()> {
    let (desk, gateway) = open_in_tabs(&stage, 2).await?;
    let tabs = desk.browser.tabs();

    // What is asked for in the one is seen in the other.
    let listening = listens_in(&desk).await?;
    desk.browser.turn_to(&tabs[0]).await?;
    desk.widget.see_in("Monitoring", &listening).await?;

    desk.centre()
        .call_arrives(&desk.agent(0).number, "555-1234")?;
    desk.widget.answer().await?;
    for tab in &tabs {
        desk.browser.turn_to(tab).await?;
        desk.widget
            .see_in("Monitoring", "In a call with 555-1234")
            .await?;
        desk.widget.see_in("Connection", "Live").await?;
    }
    sees_one_session(&desk).await?;
    let handshakes = gateway.handshakes();
    ensure!(handshakes == 1, "{handshakes} handshakes");
    Ok(())
}

async fn when_the_tab_with_the_connection_is_closed_another_begins_a_new_session(
    stage: Stage,
) -> Result<()> {
    let (desk, gateway) = open_in_tabs(&stage, 3).await?;
    let tabs = desk.browser.tabs();
    for tab in &tabs[..2] {
        desk.browser.turn_to(tab).await?;
        desk.browser.close_tab().await?;
    }
    desk.browser.turn_to(&tabs[2]).await?;
    listens_in(&desk).await?;
    desk.widget.see_in("Connection", "Live").await?;
    desk.widget
        .not_see_in("What happened", "Connection lost")
        .await?;
    sees_one_session(&desk).await?;
    let handshakes = gateway.handshakes();
    ensure!(handshakes == 3, "{handshakes} handshakes");
    Ok(())
}

async fn a_tab_that_the_browser_freezes_leaves_the_connection_to_another(
    stage: Stage,
) -> Result<()> {
    let (desk, gateway) = open_in_tabs(&stage, 2).await?;
    let tabs = desk.browser.tabs();
    let becomes = async |state: &str| {
        let state = json!({ "state": state });
        desk.browser
            .devtools("Page.setWebLifecycleState", state)
            .await
    };
    desk.browser.turn_to(&tabs[0]).await?;
    becomes("frozen").await?;
    desk.browser.turn_to(&tabs[1]).await?;
    let listening = listens_in(&desk).await?;
    sees_one_session(&desk).await?;
    let handshakes = gateway.handshakes();
    ensure!(handshakes == 2, "{handshakes} handshakes");

    // It runs again, and finds out.
    desk.browser.turn_to(&tabs[0]).await?;
    becomes("active").await?;
    desk.widget.see_in("Monitoring", &listening).await?;
    desk.widget.see_in("Connection", "Live").await
}

async fn when_the_tab_with_the_connection_is_not_heard_another_takes_its_place(
    stage: Stage,
) -> Result<()> {
    let (desk, gateway) = open_in_tabs(&stage, 2).await?;
    let tabs = desk.browser.tabs();
    desk.browser.turn_to(&tabs[0]).await?;
    desk.browser.run(MUTE, vec![]).await?;
    desk.browser.turn_to(&tabs[1]).await?;
    // The network is back: it asks the other.
    desk.browser
        .run("window.dispatchEvent(new Event('online'))", vec![])
        .await?;
    until("another handshake", async || {
        let handshakes = gateway.handshakes();
        ensure!(handshakes == 2, "{handshakes} handshakes");
        Ok(())
    })
    .await?;
    desk.widget.see_in("Connection", "Live").await?;
    let listening = listens_in(&desk).await?;

    // The other follows.
    desk.browser.turn_to(&tabs[0]).await?;
    desk.widget.see_in("Monitoring", &listening).await?;
    desk.widget.see_in("Connection", "Live").await?;
    sees_one_session(&desk).await
}

async fn a_server_that_restarts_is_found_again_in_every_tab(stage: Stage) -> Result<()> {
    let (desk, _gateway) = open_in_tabs(&stage, 2).await?;
    let tabs = desk.browser.tabs();
    desk.stop_emulator().await;
    for tab in &tabs {
        desk.browser.turn_to(tab).await?;
        desk.widget.see_in("Connection", "Reconnecting").await?;
    }
    desk.start_emulator().await?;
    for tab in &tabs {
        desk.browser.turn_to(tab).await?;
        desk.widget.see_in("Connection", "Live").await?;
        desk.widget
            .see_in("What happened", "Connection back.")
            .await?;
    }
    sees_one_session(&desk).await
}
