//! With the keyboard alone.

use anyhow::{Result, ensure};
use e2e::desk::SUPERVISOR;
use e2e::{Desk, Key, Stage, scenarios, until};
use gws::{Mode, Scope};

scenarios!(
    the_whole_story_without_a_mouse,
    escape_takes_back_one_step_at_a_time,
    arrows_move_through_the_list,
);

async fn the_whole_story_without_a_mouse(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(5);

    widget.tab_to("combobox", "Agent").await?;
    widget.type_text(&agent.name).await?;
    until("the agent to be offered", async || {
        let options = widget.options().await?;
        ensure!(options.len() == 1, "offered are {options:?}");
        Ok(())
    })
    .await?;
    widget.press(Key::Down).await?;
    widget.press(Key::Enter).await?;
    let field = widget.agent_field().await?;
    ensure!(field == Desk::title(&agent), "the field shows “{field}”");

    widget.tab_to("radio", "Whole call").await?;
    widget.press(Key::Down).await?;
    ensure!(widget.is_chosen("This agent only").await?);
    widget.tab_to("radio", "All calls").await?;
    widget.press(Key::Right).await?;
    ensure!(widget.is_chosen("Next call only").await?);
    widget.tab_to("button", "Listen in").await?;
    widget.press(Key::Enter).await?;
    widget
        .see_in("Monitoring", "This agent only · Next call only")
        .await?;
    let found = desk.centre().monitoring(SUPERVISOR);
    ensure!(
        found
            .as_ref()
            .is_some_and(|found| found.scope == Scope::Agent && found.mode == Mode::NextCall),
        "the emulator has {found:?}"
    );

    desk.centre().call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await?;
    widget.tab_back_to("button", "Answer").await?;
    widget.press(Key::Space).await?;
    widget.see_in("Call", "Established").await?;
    widget.tab_to("button", "Leave call").await?;
    widget.tab_back_to("button", "Stop monitoring").await?;
    widget.press(Key::Enter).await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    desk.monitors_nobody().await
}

async fn escape_takes_back_one_step_at_a_time(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let (chosen, other) = (desk.agent(0), desk.agent(1));
    widget.pick(&chosen.name).await?;
    // Away and back: then what is there is marked, and typing replaces it.
    widget.tab_to("radio", "Whole call").await?;
    widget.tab_back_to("combobox", "Agent").await?;

    // What is typed, and the list: gone, and the choice is back.
    widget.type_text(&other.name).await?;
    until("the list", async || {
        ensure!(!widget.options().await?.is_empty(), "it is empty");
        Ok(())
    })
    .await?;
    widget.press(Key::Escape).await?;
    ensure!(widget.options().await?.is_empty());
    ensure!(widget.agent_field().await? == Desk::title(&chosen));

    // The choice: gone.
    widget.press(Key::Escape).await?;
    ensure!(widget.agent_field().await?.is_empty());
    widget.see("Pick an agent first.").await
}

async fn arrows_move_through_the_list(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    widget.tab_to("combobox", "Agent").await?;
    widget.press(Key::Down).await?;
    let options = until("the list", async || {
        let options = widget.options().await?;
        ensure!(options.len() > 3, "it holds {options:?}");
        Ok(options)
    })
    .await?;

    // One down, from the first; then back, and once round.
    widget.press(Key::Down).await?;
    ensure!(widget.active_option().await? == options[1]);
    widget.press(Key::Up).await?;
    ensure!(widget.active_option().await? == options[0]);
    widget.press(Key::Up).await?;
    let last = widget.active_option().await?;
    ensure!(!options.contains(&last), "“{last}” is not the last");
    widget.press(Key::Down).await?;
    ensure!(widget.active_option().await? == options[0]);

    widget.press(Key::Down).await?;
    widget.press(Key::Enter).await?;
    let field = widget.agent_field().await?;
    let name = field.split(" · ").next().unwrap_or_default();
    ensure!(
        options[1].starts_with(name),
        "“{}” was chosen, and the field shows “{field}”",
        options[1]
    );
    Ok(())
}
