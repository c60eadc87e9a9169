//! The pictures of `docs/looks.md`: one sheet per state, with the panel narrow and wide, light and
//! dark.

use std::path::Path;

use anyhow::{Context, Result};
use e2e::{Desktop, Fixture};
use serde_json::json;

use crate::set_up;

/// Replaces the page by copies of the panel: a row for each colour scheme, a column for each width.
const SHEET: &str = "
    const host = document.querySelector('listen-in');
    const sheet = document.createElement('main');
    sheet.className = 'sheet';
    sheet.style = `position: absolute; inset: 0 auto auto 0; z-index: 9; direction: ltr; display: grid; gap: 16px; padding: 16px;
        background: #888; align-items: start; grid-template-columns: ${arguments[0].map((w) => `${w}px`).join(' ')}`;
    const panel = host.shadowRoot.querySelector('.panel');
    const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    // In that width, where the list may always be shown.
    const copies = [];
    for (const width of arguments[0]) {
        host.style.cssText = `position: absolute; width: ${width}px`;
        for (let frame = 0; frame < 20; frame++) await frames();
        const values = [...panel.querySelectorAll('input, select')].map(({ value, checked }) => ({ value, checked }));
        copies.push([width, panel.cloneNode(true), values]);
    }
    host.style.cssText = '';
    for (const scheme of ['light', 'dark']) {
        for (const [width, of, values] of copies) {
            const place = document.createElement('div');
            place.style.colorScheme = scheme;
            const root = place.attachShadow({ mode: 'open' });
            root.adoptedStyleSheets = host.shadowRoot.adoptedStyleSheets;
            const copy = of.cloneNode(true);
            copy.querySelectorAll('input, select').forEach((field, at) => {
                if (field.name) field.name += scheme + width;
                Object.assign(field, values[at]);
            });
            root.append(copy);
            sheet.append(place);
        }
    }
    document.querySelector('main.sheet')?.remove();
    document.body.append(sheet);
    scrollTo(0, 0);
    await frames();
    const box = sheet.getBoundingClientRect();
    return [Math.ceil(box.width), Math.ceil(box.height)];";

/// Takes the sheets of all states, in these widths in pixels.
pub(crate) async fn take(fixture: &Fixture, directory: &Path, widths: &[u32]) -> Result<()> {
    let desktop = set_up(fixture).await?;
    let (widget, centre) = (&desktop.widget, desktop.emulator());
    let agent = desktop.agent(1);
    let keep = async |name: &str| sheet(&desktop, directory, name, widths).await;

    keep("idle").await?;
    widget.open_list().await?;
    widget.type_text(&agent.name[..2]).await?;
    widget.see_options(1).await?;
    keep("choosing").await?;
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    keep("waiting").await?;
    centre.call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await?;
    keep("ringing").await?;
    widget.answer().await?;
    widget.see_call_last(7).await?;
    keep("in-a-call").await?;
    for language in ["de", "ar"] {
        widget.speak(language).await?;
        keep(&format!("in-a-call-{language}")).await?;
    }
    widget.speak("en").await?;
    widget.press_button("Switch to barge-in").await?;
    widget.see_in("Call", "Switch to barge-in?").await?;
    keep("asked-before-the-customer-hears").await?;
    widget.press_button("Yes, go on").await?;
    widget.see_in("Monitoring", "Everyone hears you").await?;
    keep("the-customer-hears").await?;
    for (feature, value) in [("forced-colors", "active"), ("prefers-contrast", "more")] {
        let features = json!({ "features": [{ "name": feature, "value": value }] });
        let emulate = "Emulation.setEmulatedMedia";
        desktop.browser.devtools(emulate, features).await?;
        keep(feature).await?;
    }
    let none = json!({ "features": [] });
    desktop
        .browser
        .devtools("Emulation.setEmulatedMedia", none)
        .await?;
    desktop.stop_emulator().await;
    widget.see_in("Connection", "Reconnecting").await?;
    keep("outage").await?;

    fixture.release().await;
    let desktop = set_up(fixture).await?;
    let (widget, centre) = (&desktop.widget, desktop.emulator());
    let keep = async |name: &str| sheet(&desktop, directory, name, widths).await;
    widget.pick(&agent.name).await?;
    widget.press_button("Coach").await?;
    widget.press_button("Yes, go on").await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    centre.call_arrives(&agent.number, "555-1234")?;
    widget.answer().await?;
    widget.see_call_last(7).await?;
    keep("coaching").await?;
    widget.stop_monitoring().await?;
    widget.see_no_call().await?;
    centre.monitored_by_other(&agent.number)?;
    widget.listen_in().await?;
    widget
        .see("already monitored by another supervisor")
        .await?;
    keep("refused").await?;

    fixture.release().await;
    let desktop = fixture.set_up(|config| config.auto_login = false).await?;
    desktop.open_page().await?;
    desktop
        .widget
        .see_in("Connection", "Sign-in needed")
        .await?;
    sheet(&desktop, directory, "sign-in-needed", widths).await?;
    fixture.release().await;
    Ok(())
}

async fn sheet(desktop: &Desktop, directory: &Path, name: &str, widths: &[u32]) -> Result<()> {
    let size = desktop
        .browser
        .run_async(SHEET, vec![json!(widths)])
        .await?;
    let side = |at: usize| {
        let side = size[at].as_u64().and_then(|side| u32::try_from(side).ok());
        side.context("the sheet has no size")
    };
    desktop.browser.resize(side(0)?, side(1)?).await?;
    let file = directory.join(format!("look-{name}.webp"));
    std::fs::write(&file, desktop.browser.small_picture().await?)
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("{}", file.display());
    let remove = "document.querySelector('main.sheet').remove()";
    desktop.browser.run(remove, vec![]).await?;
    desktop.browser.resize(1280, 860).await
}
