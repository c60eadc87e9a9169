//! The example application for Leptos: its own buttons, and the widget beside them.

use anyhow::{Result, ensure};
use e2e::{Desktop, Fixture, scenarios, until};
use serde_json::json;

scenarios!(
    a_button_of_the_application_listens_in_and_both_tell_it,
    what_the_application_prevents_is_not_sent,
);

async fn a_button_of_the_application_listens_in_and_both_tell_it(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open_example().await?;
    let agent = desktop.agent(0);
    says(&desktop, ".says", "Nobody is known to be monitored").await?;
    desktop
        .widget
        .press_settled(&format!("Hear {}", agent.number))
        .await?;
    let listening = format!("Listening in to {}", Desktop::title(&agent));
    desktop.widget.see_in("Monitoring", &listening).await?;
    desktop.monitors(&agent.number).await?;
    says(
        &desktop,
        ".says",
        &format!("The device monitors {}", agent.number),
    )
    .await?;
    says(&desktop, ".log", "Confirmed: ListenIn").await?;
    says(&desktop, ".phase", "live").await?;
    says(&desktop, ".notice", "monitored for training").await?;

    desktop.join_call(&agent).await?;
    says(&desktop, ".log", "In a call").await?;
    // In the widget; the application follows.
    desktop.widget.stop_monitoring().await?;
    desktop.monitors_nobody().await?;
    says(&desktop, ".says", "Nobody is known to be monitored").await?;
    desktop.has_received(1)?;
    let console = desktop.browser.console().await?;
    ensure!(console.is_empty(), "the browser complains: {console:#?}");
    Ok(())
}

async fn what_the_application_prevents_is_not_sent(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open_example().await?;
    let agent = desktop.agent(0);
    desktop.widget.pick(&agent.name).await?;
    desktop.widget.press_settled("Coach").await?;
    desktop.widget.press_button("Yes, go on").await?;
    says(&desktop, ".log", "Prevented: Coach").await?;
    desktop
        .widget
        .see_in("What happened", "this page prevented it")
        .await?;
    desktop.has_received(0)
}

/// Waits until an element of the application, outside of the widget, contains this text.
async fn says(desktop: &Desktop, selector: &str, words: &str) -> Result<()> {
    let script = "return document.querySelector(arguments[0])?.textContent";
    until(&format!("“{words}” in {selector}"), async || {
        let found = desktop.browser.run(script, vec![json!(selector)]).await?;
        let text = found.as_str().unwrap_or_default();
        ensure!(text.contains(words), "it says {found}");
        Ok(())
    })
    .await
}
