//! No session, an expired session, and the session of another supervisor.

use anyhow::{Result, ensure};
use e2e::{Desktop, Fixture, scenarios, until};

scenarios!(
    without_a_session_a_sign_in_is_needed,
    an_expired_session_needs_a_sign_in,
    who_signs_in_next_sees_nothing_of_the_one_before,
);

/// A desktop whose page is live after an explicit sign-in.
async fn signed_in(fixture: &Fixture) -> Result<Desktop> {
    let desktop = fixture.set_up(|config| config.auto_login = false).await?;
    desktop.browser.go_to(desktop.url()).await?;
    desktop.sign_in().await?;
    desktop.open_page().await?;
    desktop.widget.see_in("Connection", "Live").await?;
    Ok(desktop)
}

async fn without_a_session_a_sign_in_is_needed(fixture: Fixture) -> Result<()> {
    let desktop = fixture.set_up(|config| config.auto_login = false).await?;
    let widget = &desktop.widget;
    desktop.open_page().await?;
    widget.see_in("Connection", "Sign-in needed").await?;
    widget
        .see_in("Connection", "The server does not know who you are.")
        .await?;
    // It is also unknown whether there is a call.
    widget.see_in("Monitoring", "It is not yet known").await?;
    widget.see_no_call().await?;
    ensure!(!widget.text().await?.contains("No call"));
    widget.see("Sign in first.").await?;
    ensure!(!widget.can_press("Listen in").await?);

    desktop.sign_in().await?;
    widget.press_button("Try now").await?;
    widget.see_in("Connection", "Live").await?;
    widget.open_device().await?;
    widget.see_in("My device", "Number 5005").await?;
    widget.pick(&desktop.agent(0).name).await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}

async fn an_expired_session_needs_a_sign_in(fixture: Fixture) -> Result<()> {
    let desktop = signed_in(&fixture).await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;

    desktop.emulator().forget_sign_ins();
    widget.listen_in().await?;
    widget.see_in("Connection", "Sign-in needed").await?;
    widget
        .see("was refused: nobody is signed in. Nothing has changed.")
        .await?;

    desktop.sign_in().await?;
    widget.press_button("Try now").await?;
    widget.see_in("Connection", "Live").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desktop.monitors(&agent.number).await
}

async fn who_signs_in_next_sees_nothing_of_the_one_before(fixture: Fixture) -> Result<()> {
    let desktop = signed_in(&fixture).await?;
    let widget = &desktop.widget;
    widget.open_device().await?;
    widget.see_in("My device", "Number 5005").await?;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;
    widget.choose_scope("This agent only").await?;
    widget.listen_in().await?;
    widget.see_in("What happened", "Confirmed").await?;
    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;

    // A text is typed and nobody is picked: the list is open.
    widget.tab_to("combobox", "Agent").await?;
    widget.type_text("555-0199").await?;
    until("the number to be offered", async || {
        ensure!(!widget.options().await?.is_empty());
        Ok(())
    })
    .await?;

    desktop.emulator().forget_sign_ins();
    desktop.sign_in_as("second-supervisor").await?;
    widget.see_in("My device", "Number 5006").await?;
    widget.see_in("Connection", "Live").await?;
    until("the typed text to go", async || {
        let field = widget.agent_field().await?;
        ensure!(field.is_empty(), "the field shows “{field}”");
        Ok(())
    })
    .await?;
    let text = widget.text().await?;
    for former in ["555-0199", "5005", &agent.name, "Confirmed"] {
        ensure!(!text.contains(former), "{former} is still there: {text}");
    }
    ensure!(widget.options().await?.is_empty());
    ensure!(widget.is_chosen("Whole call").await?);

    // New text is not appended to the old one.
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}
