//! What a server may do with a request other than to carry it out: refuse it, now or later, or
//! never confirm it.

use anyhow::{Result, ensure};
use e2e::{Desk, Stage, scenarios};

scenarios!(
    a_refusal_is_shown_in_words_and_loses_nothing,
    a_refusal_that_comes_late_is_shown_in_words,
    an_error_without_words_is_shown_too,
    a_request_that_is_never_confirmed_is_not_in_force,
    a_stop_that_is_never_confirmed_warns,
);

async fn a_refusal_is_shown_in_words_and_loses_nothing(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(2);
    desk.centre().monitored_by_other(&agent.number)?;
    widget.pick(&agent.name).await?;
    widget.choose_scope("This agent only").await?;
    widget.choose_calls("Next call only").await?;
    widget.listen_in().await?;

    let refused = format!("Listening in to {} was refused", Desk::title(&agent));
    widget.see(&refused).await?;
    widget
        .see("is already monitored by another supervisor")
        .await?;
    widget
        .see("Nothing has changed. Your device monitors nobody.")
        .await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    ensure!(widget.agent_field().await?.contains(&agent.name));
    ensure!(widget.is_chosen("This agent only").await?);
    ensure!(widget.is_chosen("Next call only").await?);

    // Once the other has gone, pressing again is enough.
    desk.centre().cancel_other()?;
    widget.listen_in().await?;
    widget
        .see_in("Monitoring", "This agent only · Next call only")
        .await?;
    desk.monitors(&agent.number).await
}

async fn a_refusal_that_comes_late_is_shown_in_words(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    desk.fault("failLater:message=The switch is out of licences.")?;
    widget.pick(&desk.agent(0).name).await?;
    widget.listen_in().await?;
    widget.see("The switch is out of licences.").await?;
    widget.see("Your device monitors nobody.").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;

    desk.all_is_right();
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}

async fn an_error_without_words_is_shown_too(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    desk.fault("failLater")?;
    widget.pick(&desk.agent(0).name).await?;
    widget.listen_in().await?;
    widget
        .see("the telephone system reported an error without a reason")
        .await?;
    widget.see_in("Monitoring", "Nobody is monitored").await
}

async fn a_request_that_is_never_confirmed_is_not_in_force(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(0);
    desk.fault("ignoreOperations")?;
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    let requested = format!("Requested: listen in to {}", Desk::title(&agent));
    widget.see_in("Monitoring", &requested).await?;
    widget
        .see_in(
            "Monitoring",
            "It is not in force until the telephone system confirms it.",
        )
        .await?;

    widget.see("was accepted, but never confirmed").await?;
    widget.see("Your device monitors nobody.").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.not_see_in("Monitoring", "Requested").await?;

    desk.all_is_right();
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}

async fn a_stop_that_is_never_confirmed_warns(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(0);
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desk.fault("ignoreOperations")?;
    widget.stop_monitoring().await?;
    widget
        .see_in(
            "Monitoring",
            "It is not confirmed yet: you may still be monitoring.",
        )
        .await?;
    let listening = format!("Listening in to {}", Desk::title(&agent));
    widget.see_in("Monitoring", &listening).await?;

    widget
        .see_in("Monitoring", "was accepted, but never confirmed")
        .await?;
    let still = format!("In force is still: listening in to {}", Desk::title(&agent));
    widget.see_in("Monitoring", &still).await?;
    widget
        .see_in("Monitoring", "Try again, or hang up on your phone.")
        .await?;
    widget.see_in("Monitoring", &listening).await?;
    desk.monitors(&agent.number).await?;

    desk.all_is_right();
    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.not_see_in("Monitoring", "never confirmed").await
}
