//! No session, and an expired session.

use anyhow::{Result, ensure};
use e2e::{Fixture, scenarios};

scenarios!(
    without_a_session_a_sign_in_is_needed,
    an_expired_session_needs_a_sign_in,
);

async fn without_a_session_a_sign_in_is_needed(fixture: Fixture) -> Result<()> {
    let desktop = fixture.set_up(|config| config.auto_login = false).await?;
    let widget = &desktop.widget;
    desktop.open_page().await?;
    widget.see_in("Connection", "Sign-in needed").await?;
    widget
        .see_in("Connection", "The server does not know who you are.")
        .await?;
    widget.see_in("Monitoring", "Not known yet").await?;
    widget.see("Sign in first.").await?;
    ensure!(!widget.can_press("Listen in").await?);

    desktop.sign_in().await?;
    widget.press_button("Try now").await?;
    widget.see_in("Connection", "Live").await?;
    widget.see_in("My device", "Number 5005").await?;
    widget.pick(&desktop.agent(0).name).await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}

async fn an_expired_session_needs_a_sign_in(fixture: Fixture) -> Result<()> {
    let desktop = fixture.set_up(|config| config.auto_login = false).await?;
    let widget = &desktop.widget;
    desktop.browser.go_to(desktop.url()).await?;
    desktop.sign_in().await?;
    desktop.open_page().await?;
    widget.see_in("Connection", "Live").await?;
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
