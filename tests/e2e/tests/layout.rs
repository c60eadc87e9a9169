//! Layout in narrow and wide pages: nothing overflows and nothing jumps.

use anyhow::{Result, ensure};
use e2e::{Desktop, Fixture, scenarios};
use serde_json::Value;

scenarios!(
    fits_into_360_pixels,
    fits_into_320_pixels,
    fits_a_narrow_side_panel,
    fits_a_wide_page,
    nothing_moves_when_states_change,
    the_list_stands_in_the_column_of_the_choice_where_it_is_wide,
    a_control_pressed_right_after_typing_gets_the_press,
);

async fn fits_into_360_pixels(fixture: Fixture) -> Result<()> {
    fits(&fixture, 360, 780, false).await
}

async fn fits_into_320_pixels(fixture: Fixture) -> Result<()> {
    fits(&fixture, 320, 640, false).await
}

async fn fits_a_narrow_side_panel(fixture: Fixture) -> Result<()> {
    fits(&fixture, 1280, 860, false).await
}

async fn fits_a_wide_page(fixture: Fixture) -> Result<()> {
    fits(&fixture, 1280, 860, true).await
}

async fn nothing_moves_when_states_change(fixture: Fixture) -> Result<()> {
    let desktop = fixture.set_up(|_| {}).await?;
    let widget = &desktop.widget;
    desktop.browser.resize(360, 780).await?;
    desktop.open_page().await?;
    widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    let stays = async |place: &Value, when: &str| {
        let now = places(&desktop).await?;
        ensure!(now == *place, "{when}: {now} instead of {place}");
        anyhow::Ok(())
    };

    // Nothing is going on, so no space is reserved.
    desktop.emulator().monitored_by_other(&agent.number)?;
    widget.pick(&agent.number).await?;
    let at_rest = places(&desktop).await?;
    widget.listen_in().await?;
    widget
        .see("is already monitored by another supervisor")
        .await?;
    stays(&at_rest, "refused").await?;
    desktop.emulator().cancel_other()?;
    widget.open_device().await?;
    widget.press_button("My device 5005").await?;
    stays(&at_rest, "with the device closed again").await?;

    // From the beginning to the end of monitoring, space for a call is reserved.
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    let monitoring = places(&desktop).await?;
    for _ in 0..2 {
        desktop.emulator().call_arrives(&agent.number, "555-1234")?;
        widget.see_in("Call", "Ringing").await?;
        stays(&monitoring, "ringing").await?;
        widget.answer().await?;
        widget.see_in("Call", "Established").await?;
        stays(&monitoring, "in a call").await?;
        desktop.emulator().end_call(&agent.number)?;
        widget.see_no_call().await?;
        stays(&monitoring, "after the call").await?;
    }
    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    stays(&at_rest, "stopped").await?;

    // In wide pages, monitoring has its own column.
    desktop.browser.resize(1280, 860).await?;
    whole_page(&desktop).await?;
    let beside = places(&desktop).await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    ensure!(places(&desktop).await?[0] == beside[0], "wide, waiting");
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    widget.answer().await?;
    widget.see_in("Call", "Established").await?;
    ensure!(places(&desktop).await?[0] == beside[0], "wide, in a call");
    Ok(())
}

async fn the_list_stands_in_the_column_of_the_choice_where_it_is_wide(
    fixture: Fixture,
) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let covers = "const root = document.querySelector('listen-in').shadowRoot;
        const box = (selector) => root.querySelector(selector).getBoundingClientRect();
        const [list, next, watch] = [box('.popup'), box('[role=radiogroup]'), box('.watch')];
        return [list.bottom > next.top, list.right > watch.left && watch.top < list.bottom];";
    let where_it_is = async |over_the_choice: bool| {
        widget.open_list().await?;
        widget.see_options(3).await?;
        let found = desktop.browser.run(covers, vec![]).await?;
        ensure!(found[0] == over_the_choice, "covered are {found}");
        anyhow::Ok(found)
    };
    where_it_is(true).await?;
    widget.press(e2e::Key::Escape).await?;
    // The width of the widget decides, not that of the page.
    whole_page(&desktop).await?;
    let found = where_it_is(false).await?;
    ensure!(found[1] == false, "the list covers what is monitored");
    Ok(())
}

async fn a_control_pressed_right_after_typing_gets_the_press(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    whole_page(&desktop).await?;
    widget.open_list().await?;
    widget.type_text("nobody at all").await?;
    widget.see("No agent matches").await?;
    // The note that nobody was picked moves it, but not before it is released.
    widget.choose_scope("This agent only").await?;
    widget.see("Not picked: “nobody at all”").await?;
    let script = "return document.querySelector('listen-in').shadowRoot
        .querySelector('[role=radiogroup] label:last-child input').checked";
    let is_chosen = desktop.browser.run(script, vec![]).await?;
    ensure!(is_chosen == true, "the press was lost");
    Ok(())
}

/// The tops of the elements below the changing regions, in whole pixels from the top of the page.
async fn places(desktop: &Desktop) -> Result<Value> {
    let script = "const root = document.querySelector('listen-in').shadowRoot;
        const top = (selector) =>
            Math.round(root.querySelector(selector).getBoundingClientRect().top + scrollY);
        return ['[role=combobox]', '[part=listen-in]'].map(top)";
    desktop.browser.run(script, vec![]).await
}

/// Lets the widget fill the width of the page.
async fn whole_page(desktop: &Desktop) -> Result<()> {
    let wide = "document.querySelector('.desktop').style.gridTemplateColumns = '100%'";
    desktop.browser.run(wide, vec![]).await?;
    Ok(())
}

/// Goes through a supervisor's tasks and checks each step for overflow.
async fn fits(fixture: &Fixture, width: u32, height: u32, is_wide: bool) -> Result<()> {
    let desktop = fixture.set_up(|_| {}).await?;
    let widget = &desktop.widget;
    desktop.browser.resize(width, height).await?;
    desktop.open_page().await?;
    if is_wide {
        whole_page(&desktop).await?;
    }
    widget.see_in("Connection", "Live").await?;
    nothing_sticks_out(&desktop, "at the beginning").await?;
    widget.open_device().await?;
    nothing_sticks_out(&desktop, "with the device open").await?;

    widget.open_list().await?;
    nothing_sticks_out(&desktop, "with the list open").await?;
    // The longest name in the list.
    let agents = desktop.emulator().agents();
    let agent = agents.iter().max_by_key(|agent| agent.name.len());
    let agent = agent.expect("there are agents");
    desktop.emulator().monitored_by_other(&agent.number)?;
    widget.pick(&agent.number).await?;
    widget.listen_in().await?;
    widget
        .see("is already monitored by another supervisor")
        .await?;
    nothing_sticks_out(&desktop, "after a refusal").await?;
    widget.press_button("Barge in").await?;
    widget.see("Barge in to the calls of").await?;
    nothing_sticks_out(&desktop, "with a question").await?;
    widget.press_button("Cancel").await?;

    desktop.emulator().cancel_other()?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    nothing_sticks_out(&desktop, "while waiting").await?;
    desktop
        .emulator()
        .call_arrives(&agent.number, "+44 20 7946 0000 0123")?;
    widget.answer().await?;
    widget.see_in("Call", "Established").await?;
    nothing_sticks_out(&desktop, "in a call").await?;
    widget.press_button("Switch to barge-in").await?;
    nothing_sticks_out(&desktop, "with a question in a call").await?;
    widget.press_button("Yes, go on").await?;
    widget.see_in("Monitoring", "Everyone hears you").await?;
    nothing_sticks_out(&desktop, "heard by everyone").await?;

    desktop.stop_emulator().await;
    widget.see_in("Connection", "Reconnecting").await?;
    nothing_sticks_out(&desktop, "while reconnecting").await
}

async fn nothing_sticks_out(desktop: &Desktop, when: &str) -> Result<()> {
    let found = desktop.widget.overflow().await?;
    ensure!(found.is_empty(), "{when}: {}", found.join("; "));
    Ok(())
}
