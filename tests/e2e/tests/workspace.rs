//! The panel in Workspace Web Edition, simulated by `fake-wwe.js`: the settings it takes from there, and that it works if
//! services are refused.

use anyhow::{Result, ensure};
use e2e::{Desktop, Fixture, scenarios, until};
use serde_json::{Value, json};

use crate::embedder::Embedder;

scenarios!(
    settings_and_token_come_from_the_workspace,
    a_toast_is_open_while_a_call_rings_unseen,
    without_the_services_the_panel_works_by_itself,
    a_silent_workspace_is_left_alone,
);

/// Opens the workspace, after the test's script, with the panel in its frame.
async fn open(embedder: &Embedder, script: &str) -> Result<()> {
    let origin = embedder.desktop.url();
    let page = format!(
        "<!doctype html>
<meta charset=\"utf-8\">
<link rel=\"icon\" href=\"data:,\">
<title>Workspace</title>
<script src=\"fake-wwe.js\"></script>
<script src=\"workspace.js\"></script>
<iframe title=\"Monitoring\" width=\"400\" height=\"800\"
    src=\"/frame.html?wwe={origin}&thresholds=not-ready:10m\"></iframe>"
    );
    embedder.write("workspace.html", &page)?;
    embedder.write("fake-wwe.js", include_str!("fake-wwe.js"))?;
    embedder.write("workspace.js", script)?;
    let browser = &embedder.desktop.browser;
    browser.go_to(&format!("{origin}/workspace.html")).await?;
    browser.enter_frame(0).await
}

/// Returns the result of a script in the page of the workspace.
async fn ask(desktop: &Desktop, script: &str) -> Result<Value> {
    desktop.browser.leave_frame().await?;
    let found = desktop.browser.run(script, vec![]).await?;
    desktop.browser.enter_frame(0).await?;
    Ok(found)
}

async fn settings_and_token_come_from_the_workspace(fixture: Fixture) -> Result<()> {
    const SENT: &str = "const element = document.querySelector('listen-in');
        const sent = new Promise((go) => element.fetch = (request) => {
            go(request.headers.get('Authorization'));
            return fetch(request);
        });
        await element.retry();
        const names = ['base-url', 'lang', 'limit', 'thresholds'];
        return [await sent, ...names.map((name) => element.getAttribute(name))];";
    let embedder = Embedder::new(&fixture).await?;
    let desktop = &embedder.desktop;
    open(&embedder, "").await?;
    desktop.widget.see_in("Verbindung", "Live").await?;
    let found = desktop.browser.run_async(SENT, vec![]).await?;
    let expected = json!([
        "Bearer e30.eyJleHAiOjQxMDI0NDQ4MDB9.signature",
        "/api/v2",
        "de",
        "7",
        "not-ready:10m",
    ]);
    ensure!(found == expected, "{found:#}");
    let asked = ask(desktop, "return wwe.requests").await?;
    ensure!(
        asked == json!(["configuration.getOption", "auth.getJwtToken"]),
        "{asked}"
    );
    Ok(())
}

async fn a_toast_is_open_while_a_call_rings_unseen(fixture: Fixture) -> Result<()> {
    const ENGLISH: &str =
        "wwe.services['configuration.getOption'] = () => ({ 'ListenIn/base-url': '/api/v2' })";
    let embedder = Embedder::new(&fixture).await?;
    let desktop = &embedder.desktop;
    open(&embedder, ENGLISH).await?;
    desktop.widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    let toasts = "return [...wwe.toasts.values()].map(({ subject, message }) => [subject, message.includes('555-1234')])";
    until("the toast", async || {
        let toasts = ask(desktop, toasts).await?;
        ensure!(
            toasts == json!([["A monitored call is ringing", true]]),
            "{toasts}"
        );
        Ok(())
    })
    .await?;
    desktop.widget.answer().await?;
    until("the toast to go", async || {
        let toasts = ask(desktop, toasts).await?;
        ensure!(toasts == json!([]), "{toasts}");
        Ok(())
    })
    .await?;
    desktop.widget.leave_call().await?;
    desktop.emulator().end_call(&agent.number)?;

    // A supervisor who sees the panel needs no toast.
    ask(desktop, "wwe.isVisible = true; wwe.requests.length = 0").await?;
    desktop.emulator().call_arrives(&agent.number, "555-6789")?;
    desktop.widget.answer().await?;
    let asked = ask(desktop, "return wwe.requests").await?;
    ensure!(asked == json!(["system.amIVisible"]), "{asked}");
    Ok(())
}

async fn without_the_services_the_panel_works_by_itself(fixture: Fixture) -> Result<()> {
    let embedder = Embedder::new(&fixture).await?;
    let desktop = &embedder.desktop;
    open(&embedder, "wwe.services = {}").await?;
    desktop.widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    for caller in ["555-1234", "555-6789"] {
        desktop.emulator().call_arrives(&agent.number, caller)?;
        desktop.widget.answer().await?;
        desktop.widget.see_in("Call", "Established").await?;
        desktop.widget.leave_call().await?;
        desktop.emulator().end_call(&agent.number)?;
    }
    // Each once: a refused service is not requested again.
    let mut asked: Vec<String> =
        serde_json::from_value(ask(desktop, "return wwe.requests").await?)?;
    asked.sort();
    let expected = [
        "auth.getJwtToken",
        "configuration.getOption",
        "system.amIVisible",
        "system.popupToast",
    ];
    ensure!(asked == expected, "{asked:?}");
    Ok(())
}

async fn a_silent_workspace_is_left_alone(fixture: Fixture) -> Result<()> {
    let embedder = Embedder::new(&fixture).await?;
    let desktop = &embedder.desktop;
    open(&embedder, "wwe.isSilent = true").await?;
    desktop.widget.see_in("Connection", "Live").await?;
    desktop.listen_in(&desktop.agent(0)).await?;
    desktop.join_call(&desktop.agent(0)).await?;
    let asked = ask(desktop, "return wwe.requests").await?;
    ensure!(
        asked == json!(["configuration.getOption", "auth.getJwtToken"]),
        "{asked}"
    );
    Ok(())
}
