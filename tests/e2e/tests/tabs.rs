//! Several tabs of one browser: one of them has the connection, and each shows the whole truth.

use anyhow::{Result, ensure};
use e2e::{Desk, Stage, scenarios, until};

scenarios!(
    two_tabs_have_one_connection_and_show_the_same,
    when_the_tab_with_the_connection_is_closed_the_other_goes_on,
    a_server_that_restarts_is_found_again_in_every_tab,
);

/// As many tabs with the page as are to be; the last is the one that is looked at.
async fn open_more(desk: &Desk, more: usize) -> Result<()> {
    for _ in 0..more {
        desk.browser.open_tab().await?;
        desk.open_page().await?;
        desk.widget.see_in("Connection", "Live").await?;
    }
    Ok(())
}

async fn sees_one_session(desk: &Desk) -> Result<()> {
    until("one session to be there", async || {
        let sessions = desk.centre().notification_sessions();
        ensure!(sessions == 1, "{sessions} sessions");
        Ok(())
    })
    .await
}

async fn two_tabs_have_one_connection_and_show_the_same(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    open_more(&desk, 1).await?;
    sees_one_session(&desk).await?;
    let tabs = desk.browser.tabs().await?;

    // What is asked for in the one is seen in the other.
    let agent = desk.agent(0);
    desk.widget.pick(&agent.name).await?;
    desk.widget.listen_in().await?;
    let listening = format!("Listening in to {}", Desk::title(&agent));
    desk.widget.see_in("Monitoring", &listening).await?;
    desk.browser.turn_to(&tabs[0]).await?;
    desk.widget.see_in("Monitoring", &listening).await?;

    desk.centre().call_arrives(&agent.number, "555-1234")?;
    desk.widget.answer().await?;
    for tab in &tabs {
        desk.browser.turn_to(tab).await?;
        desk.widget
            .see_in("Monitoring", "In a call with 555-1234")
            .await?;
        desk.widget.see_in("Connection", "Live").await?;
    }
    sees_one_session(&desk).await
}

async fn when_the_tab_with_the_connection_is_closed_the_other_goes_on(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    open_more(&desk, 2).await?;
    let agent = desk.agent(0);
    let tabs = desk.browser.tabs().await?;
    for tab in &tabs[..2] {
        desk.browser.turn_to(tab).await?;
        desk.browser.close_tab().await?;
    }
    desk.browser.turn_to(&tabs[2]).await?;
    desk.widget.see_in("Connection", "Live").await?;
    desk.widget.pick(&agent.name).await?;
    desk.widget.listen_in().await?;
    let listening = format!("Listening in to {}", Desk::title(&agent));
    desk.widget.see_in("Monitoring", &listening).await?;
    sees_one_session(&desk).await
}

async fn a_server_that_restarts_is_found_again_in_every_tab(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    open_more(&desk, 1).await?;
    let tabs = desk.browser.tabs().await?;
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
