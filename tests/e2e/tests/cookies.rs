//! The panel in a frame of another site, where the browser withholds the cookies: `localhost` and `127.0.0.1` are
//! different sites.

use anyhow::{Context, Result, ensure};
use e2e::{Fixture, scenarios, until};
use gws_emulator::SameSite;
use serde_json::{Value, json};

use crate::embedder::Embedder;

scenarios!(
    a_supervisor_has_the_browser_use_their_sign_in_in_a_frame_of_another_site,
    a_refusal_of_the_browser_says_what_to_do,
    cookies_that_are_not_for_other_sites_are_named_as_the_reason,
);

/// Records the frame's `listen-in-storage-access` events.
const NOTE: &str = "window.told = [];
    document.addEventListener('listen-in-storage-access', ({ detail }) => told.push(detail.state));";

/// Signs the supervisor in on the server's own site, and opens a page of another site with the panel in a frame. The
/// browser gives this answer when it is asked for the cookies.
async fn open(fixture: &Fixture, same_site: SameSite, answer: &str) -> Result<Embedder> {
    let embedder = Embedder::new_with(fixture, |config| {
        config.auto_login = false;
        config.same_site = same_site;
    })
    .await?;
    let desktop = &embedder.desktop;
    let browser = &desktop.browser;
    let controls = json!({
        "enableThirdPartyCookieRestriction": true,
        "disableThirdPartyCookieMetadata": true,
        "disableThirdPartyCookieHeuristics": true,
    });
    browser.devtools("Network.enable", json!({})).await?;
    browser
        .devtools("Network.setCookieControls", controls)
        .await?;
    let another = desktop.url().replace("127.0.0.1", "localhost");
    let permission = json!({
        "permission": { "name": "storage-access" },
        "setting": answer,
        "origin": another,
        "embeddedOrigin": desktop.url(),
    });
    browser
        .devtools("Browser.setPermission", permission)
        .await?;
    browser.go_to(desktop.url()).await?;
    desktop.sign_in().await?;
    let page = format!(
        "<!doctype html>
<meta charset=\"utf-8\">
<link rel=\"icon\" href=\"data:,\">
<title>Another site</title>
<iframe title=\"Monitoring\" width=\"400\" height=\"800\" allow=\"storage-access\" src=\"{}/frame.html\"></iframe>",
        desktop.url()
    );
    embedder.write("another.html", &page)?;
    browser.go_to(&format!("{another}/another.html")).await?;
    browser.enter_frame(0).await?;
    browser.run(NOTE, vec![]).await?;
    desktop
        .widget
        .see_in("Connection", "Sign-in needed")
        .await?;
    says(&embedder, "embedded in another site").await?;
    Ok(embedder)
}

async fn says(embedder: &Embedder, words: &str) -> Result<()> {
    until(&format!("“{words}” above the panel"), async || {
        let text = "return document.querySelector('[slot=notice]')?.innerText ?? null";
        let text = embedder.desktop.browser.run(text, vec![]).await?;
        let text = text.as_str().context("there is nothing above the panel")?;
        ensure!(text.contains(words), "it says: {text}");
        Ok(())
    })
    .await
}

async fn ask_for_cookies(embedder: &Embedder) -> Result<()> {
    let browser = &embedder.desktop.browser;
    let button = "return document.querySelector('[slot=notice] button')";
    let button = browser.element(button, vec![]).await?;
    browser.click(&button.context("there is no button")?).await
}

async fn told(embedder: &Embedder) -> Result<Value> {
    embedder.desktop.browser.run("return told", vec![]).await
}

async fn a_supervisor_has_the_browser_use_their_sign_in_in_a_frame_of_another_site(
    fixture: Fixture,
) -> Result<()> {
    let embedder = open(&fixture, SameSite::None, "granted").await?;
    ask_for_cookies(&embedder).await?;
    embedder.desktop.widget.see_in("Connection", "Live").await?;
    until("nothing to be above the panel", async || {
        let shown = "return document.querySelector('[slot=notice]').innerText";
        let shown = embedder.desktop.browser.run(shown, vec![]).await?;
        ensure!(shown == json!(""), "it says: {shown}");
        Ok(())
    })
    .await?;
    let told = told(&embedder).await?;
    ensure!(
        told.as_array().and_then(|told| told.last()) == Some(&json!("granted")),
        "{told}"
    );
    Ok(())
}

async fn a_refusal_of_the_browser_says_what_to_do(fixture: Fixture) -> Result<()> {
    let embedder = open(&fixture, SameSite::None, "denied").await?;
    ask_for_cookies(&embedder).await?;
    says(&embedder, "SameSite=None; Secure; Partitioned").await?;
    embedder
        .desktop
        .widget
        .see_in("Connection", "Sign-in needed")
        .await?;
    let told = told(&embedder).await?;
    ensure!(
        told.as_array().and_then(|told| told.last()) == Some(&json!("refused")),
        "{told}"
    );
    Ok(())
}

async fn cookies_that_are_not_for_other_sites_are_named_as_the_reason(
    fixture: Fixture,
) -> Result<()> {
    let embedder = open(&fixture, SameSite::Lax, "granted").await?;
    ask_for_cookies(&embedder).await?;
    says(&embedder, "the server still does not know who you are").await?;
    embedder
        .desktop
        .widget
        .see_in("Connection", "Sign-in needed")
        .await
}
