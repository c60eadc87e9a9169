//! Picking an agent and listening in: both scopes, both modes, stopping, changing one's mind.

use anyhow::{Result, ensure};
use e2e::desk::SUPERVISOR;
use e2e::{Desk, Stage, scenarios};
use gws::{Mode, Scope};

scenarios!(
    listens_in_to_whole_calls_until_it_is_stopped,
    every_scope_and_mode_is_confirmed_as_it_was_asked_for,
    says_what_will_happen_before_it_happens,
    another_agent_takes_the_place_of_the_first,
    says_why_listen_in_is_out_of_use,
    a_request_is_sent_once,
);

async fn listens_in_to_whole_calls_until_it_is_stopped(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(0);
    let title = Desk::title(&agent);
    widget.see_in("My device", "Number 5005").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.see_in("Call", "No call").await?;

    widget.pick(&agent.name).await?;
    widget.listen_in().await?;

    let listening = format!("Listening in to {title}");
    widget.see_in("Monitoring", &listening).await?;
    widget
        .see_in("Monitoring", "Whole call · All calls")
        .await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    let confirmed = format!("Confirmed: listening in to {title}");
    widget.see_in("What happened", &confirmed).await?;
    desk.monitors(&agent.number).await?;

    widget.stop_monitoring().await?;

    widget.see_in("Monitoring", "Nobody is monitored").await?;
    let stopped = format!("Stopped monitoring {title}");
    widget.see_in("What happened", &stopped).await?;
    desk.monitors_nobody().await
}

async fn every_scope_and_mode_is_confirmed_as_it_was_asked_for(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(3);
    widget.pick(&agent.name).await?;
    for (scope_label, scope) in [
        ("This agent only", Scope::Agent),
        ("Whole call", Scope::Call),
    ] {
        for (calls_label, mode) in [
            ("Next call only", Mode::NextCall),
            ("All calls", Mode::AllCalls),
        ] {
            widget.choose_scope(scope_label).await?;
            widget.choose_calls(calls_label).await?;
            widget.listen_in().await?;
            let words = format!("{scope_label} · {calls_label}");
            widget.see_in("Monitoring", &words).await?;
            let found = desk.centre().monitoring(SUPERVISOR);
            ensure!(
                found.as_ref().is_some_and(|found| {
                    found.target_number == agent.number
                        && found.scope == scope
                        && found.mode == mode
                }),
                "the screen says {words}, the emulator {found:?}"
            );
            widget.stop_monitoring().await?;
            widget.see_in("Monitoring", "Nobody is monitored").await?;
        }
    }
    Ok(())
}

async fn says_what_will_happen_before_it_happens(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let agent = desk.agent(1);
    widget
        .see("Pick an agent, or type a number, to see what will happen.")
        .await?;

    widget.pick(&agent.name).await?;
    let all = format!("You will hear every call of {}", agent.name);
    widget.see(&all).await?;
    widget
        .see("you stay with the customer and the new agent")
        .await?;

    widget.choose_scope("This agent only").await?;
    widget
        .see("If the agent transfers a call, you leave it.")
        .await?;

    widget.choose_calls("Next call only").await?;
    let next = format!("You will hear the next call of {}", agent.name);
    widget.see(&next).await?;
    widget.see("then it ends by itself").await
}

async fn another_agent_takes_the_place_of_the_first(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    let (first, second) = (desk.agent(0), desk.agent(1));
    widget.pick(&first.name).await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", &Desk::title(&first)).await?;

    widget.pick(&second.name).await?;
    let warning = format!("This ends: listening in to {}", Desk::title(&first));
    widget.see(&warning).await?;
    widget.listen_in().await?;

    let listening = format!("Listening in to {}", Desk::title(&second));
    widget.see_in("Monitoring", &listening).await?;
    widget.not_see_in("Monitoring", &first.name).await?;
    desk.monitors(&second.number).await
}

async fn says_why_listen_in_is_out_of_use(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    widget.see("Pick an agent first.").await?;
    ensure!(!widget.can_press("Listen in").await?);
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    ensure!(!widget.can_press("Stop monitoring").await?);

    widget.pick(&desk.agent(0).name).await?;
    widget.listen_in().await?;
    widget
        .see("Already listening to this agent with these options.")
        .await?;
    ensure!(!widget.can_press("Listen in").await?);

    widget.choose_scope("This agent only").await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "This agent only").await
}

async fn a_request_is_sent_once(stage: Stage) -> Result<()> {
    let desk = stage.open().await?;
    let widget = &desk.widget;
    widget.pick(&desk.agent(0).name).await?;
    // Twice in a row, faster than any reply.
    let twice = "
        const buttons = document.querySelector('listen-in').shadowRoot.querySelectorAll('button');
        const button = [...buttons].find((button) => button.innerText.trim() === 'Listen in');
        button.click();
        button.click();";
    desk.browser.run(twice, vec![]).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    let requests = desk.centre().monitoring_requests();
    ensure!(requests == 1, "{requests} requests came");
    Ok(())
}
