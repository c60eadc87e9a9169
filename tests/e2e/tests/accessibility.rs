//! Accessibility: roles and names in the browser's accessibility tree, and what is announced.

use anyhow::{Result, ensure};
use e2e::{Fixture, scenarios, until};

scenarios!(
    roles_and_names_match_the_accessibility_tree,
    confirmation_and_end_are_announced,
);

async fn roles_and_names_match_the_accessibility_tree(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await?;
    widget.open_list().await?;
    for (role, name) in [
        ("region", "Connection"),
        ("region", "My device"),
        ("region", "Monitoring"),
        ("region", "Call"),
        ("region", "What happened"),
        ("combobox", "Agent"),
        ("listbox", "Agents"),
        ("radiogroup", "Scope"),
        ("radio", "Whole call"),
        ("radio", "This agent only"),
        ("radiogroup", "Calls"),
        ("radio", "All calls"),
        ("radio", "Next call only"),
        ("combobox", "Limit"),
        ("button", "Listen in"),
        ("button", "Coach"),
        ("button", "Barge in"),
        ("button", "Stop monitoring"),
        ("button", "Answer"),
    ] {
        let element = widget.find(role, name).await?;
        let found = desktop.browser.accessible(&element).await?;
        ensure!(
            found == (role.to_owned(), name.to_owned()),
            "the {role} “{name}” is the {} “{}” to the browser",
            found.0,
            found.1
        );
    }
    let first = widget.options().await?.swap_remove(0);
    let option = widget.find("option", &first).await?;
    let found = desktop.browser.accessible(&option).await?;
    ensure!(found == ("option".to_owned(), first), "{found:?}");

    widget.answer().await?;
    widget.see_in("Call", "Established").await?;
    widget.press_button("Switch to barge-in").await?;
    widget.see_in("Call", "Switch to barge-in?").await?;
    for (role, name) in [
        ("button", "Leave call"),
        ("button", "Switch to barge-in"),
        ("group", "Confirm"),
        ("button", "Yes, go on"),
        ("button", "Cancel"),
    ] {
        let element = widget.find(role, name).await?;
        let found = desktop.browser.accessible(&element).await?;
        ensure!(found == (role.to_owned(), name.to_owned()), "{found:?}");
    }
    Ok(())
}

async fn confirmation_and_end_are_announced(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    until("the confirmation to be announced", async || {
        let announced = widget.announcement().await?;
        ensure!(
            announced.starts_with("Confirmed: listening in to"),
            "announced is “{announced}”"
        );
        Ok(())
    })
    .await?;
    widget.stop_monitoring().await?;
    until("the end to be announced", async || {
        let announced = widget.announcement().await?;
        ensure!(
            announced.starts_with("Stopped monitoring"),
            "announced is “{announced}”"
        );
        Ok(())
    })
    .await
}
