//! Narrow and wide: nothing sticks out, and everything can be reached.

use anyhow::{Result, ensure};
use e2e::{Desk, Stage, scenarios};
use serde_json::Value;

scenarios!(
    fits_into_360_pixels,
    fits_into_320_pixels,
    fits_beside_a_desktop,
    fits_a_wide_place,
    nothing_moves_when_states_change,
);

async fn fits_into_360_pixels(stage: Stage) -> Result<()> {
    fits(&stage, 360, 780, false).await
}

async fn fits_into_320_pixels(stage: Stage) -> Result<()> {
    fits(&stage, 320, 640, false).await
}

async fn fits_beside_a_desktop(stage: Stage) -> Result<()> {
    fits(&stage, 1280, 860, false).await
}

async fn fits_a_wide_place(stage: Stage) -> Result<()> {
    fits(&stage, 1280, 860, true).await
}

async fn nothing_moves_when_states_change(stage: Stage) -> Result<()> {
    let desk = stage.set_up(|_| {}).await?;
    let widget = &desk.widget;
    desk.browser.resize(360, 780).await?;
    desk.open_page().await?;
    widget.see_in("Connection", "Live").await?;
    let agent = desk.agent(0);
    let at_rest = places(&desk).await?;
    let stays = async |when: &str| {
        let now = places(&desk).await?;
        ensure!(now == at_rest, "{when}: {now} instead of {at_rest}");
        Ok(())
    };

    desk.centre().monitored_by_other(&agent.number)?;
    widget.pick(&agent.number).await?;
    stays("picked").await?;
    widget.listen_in().await?;
    widget
        .see("is already monitored by another supervisor")
        .await?;
    stays("refused").await?;
    desk.centre().cancel_other()?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    stays("waiting").await?;
    desk.centre().call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await?;
    stays("ringing").await?;
    widget.answer().await?;
    widget.see_in("Call", "Established").await?;
    stays("in a call").await?;
    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    stays("stopped").await
}

/// Where the regions below what changes begin, in whole pixels from the top of the page.
async fn places(desk: &Desk) -> Result<Value> {
    let script = "const root = document.querySelector('listen-in').shadowRoot;
        const top = (selector) =>
            Math.round(root.querySelector(selector).getBoundingClientRect().top + scrollY);
        return ['[aria-label=Call]', '[role=combobox]', '[aria-label=\"What happened\"]'].map(top)";
    desk.browser.run(script, vec![]).await
}

/// Goes through the story, and looks at each step whether anything sticks out.
async fn fits(stage: &Stage, width: u32, height: u32, whole_page: bool) -> Result<()> {
    let desk = stage.set_up(|_| {}).await?;
    let widget = &desk.widget;
    desk.browser.resize(width, height).await?;
    desk.open_page().await?;
    if whole_page {
        // As an embedder would who gives the widget the page's whole width.
        let wide = "document.querySelector('.desk').style.gridTemplateColumns = '100%'";
        desk.browser.run(wide, vec![]).await?;
    }
    widget.see_in("Connection", "Live").await?;
    nothing_sticks_out(&desk, "at the beginning").await?;

    widget.open_list().await?;
    nothing_sticks_out(&desk, "with the list open").await?;
    // The longest name there is room for in the list.
    let agents = desk.centre().agents();
    let agent = agents.iter().max_by_key(|agent| agent.name.len());
    let agent = agent.expect("there are agents");
    desk.centre().monitored_by_other(&agent.number)?;
    widget.pick(&agent.number).await?;
    widget.listen_in().await?;
    widget
        .see("is already monitored by another supervisor")
        .await?;
    nothing_sticks_out(&desk, "after a refusal").await?;
    widget.press_button("Barge in").await?;
    widget.see("Barge in to the calls of").await?;
    nothing_sticks_out(&desk, "with a question").await?;
    widget.press_button("Cancel").await?;

    desk.centre().cancel_other()?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    nothing_sticks_out(&desk, "while waiting").await?;
    desk.centre()
        .call_arrives(&agent.number, "+44 20 7946 0000 0123")?;
    widget.answer().await?;
    widget.see_in("Call", "Established").await?;
    nothing_sticks_out(&desk, "in a call").await?;
    widget.press_button("Switch to barge-in").await?;
    nothing_sticks_out(&desk, "with a question in a call").await?;
    widget.press_button("Yes, go on").await?;
    widget.see_in("Monitoring", "Everyone hears you").await?;
    nothing_sticks_out(&desk, "heard by everyone").await?;

    desk.stop_emulator().await;
    widget.see_in("Connection", "Reconnecting").await?;
    nothing_sticks_out(&desk, "while reconnecting").await
}

async fn nothing_sticks_out(desk: &Desk, when: &str) -> Result<()> {
    let found = desk.widget.overflow().await?;
    ensure!(found.is_empty(), "{when}: {}", found.join("; "));
    Ok(())
}
