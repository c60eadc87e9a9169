//! Nobody is signed in, or not any more.

use anyhow::{Result, ensure};
use e2e::{Stage, scenarios};

scenarios!(without_a_sign_in_it_says_so, a_sign_in_that_ends_meanwhile,);

async fn without_a_sign_in_it_says_so(stage: Stage) -> Result<()> {
    let desk = stage.set_up(|config| config.auto_login = false).await?;
    let widget = &desk.widget;
    desk.open_page().await?;
    widget.see_in("Connection", "Sign-in needed").await?;
    widget
        .see_in("Connection", "The server does not know who you are.")
        .await?;
    widget.see_in("Monitoring", "Not known yet").await?;
    widget.see("Sign in first.").await?;
    ensure!(!widget.can_press("Listen in").await?);

    desk.sign_in().await?;
    widget.press_button("Try now").await?;
    widget.see_in("Connection", "Live").await?;
    widget.see_in("My device", "Number 5005").await?;
    widget.pick(&desk.agent(0).name).await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await
}

async fn a_sign_in_that_ends_meanwhile(stage: Stage) -> Result<()> {
    let desk = stage.set_up(|config| config.auto_login = false).await?;
    let widget = &desk.widget;
    desk.browser.go_to(desk.url()).await?;
    desk.sign_in().await?;
    desk.open_page().await?;
    widget.see_in("Connection", "Live").await?;
    let agent = desk.agent(0);
    widget.pick(&agent.name).await?;

    desk.centre().forget_sign_ins();
    widget.listen_in().await?;
    widget.see_in("Connection", "Sign-in needed").await?;
    widget
        .see("was refused: nobody is signed in. Nothing has changed.")
        .await?;

    desk.sign_in().await?;
    widget.press_button("Try now").await?;
    widget.see_in("Connection", "Live").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desk.monitors(&agent.number).await
}
