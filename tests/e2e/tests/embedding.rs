//! The widget's files in another page with a strict content security policy.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use e2e::{Fixture, scenarios};
use tempfile::TempDir;

scenarios!(the_widget_works_under_a_strict_content_security_policy);

/// Nothing inline, no `eval`, Trusted Types enforced.
const PAGE: &str = r#"<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; require-trusted-types-for 'script'">
<link rel="icon" href="data:,">
<title>Strict</title>
<script type="module" src="strict.js"></script>
<listen-in base-url="/api/v2"></listen-in>
"#;

/// The markup from the README.
const SCRIPT: &str = r#"import init from "/listen-in.js";
await init();
"#;

async fn the_widget_works_under_a_strict_content_security_policy(fixture: Fixture) -> Result<()> {
    let folder = TempDir::new()?;
    let strict = folder.path().to_owned();
    let mut copied = Ok(());
    let desktop = fixture
        .set_up(|config| {
            if let Some(built) = config.page.replace(strict.clone()) {
                copied = copy(&built, &strict);
            }
        })
        .await?;
    copied?;
    fs::write(folder.path().join("strict.html"), PAGE)?;
    fs::write(folder.path().join("strict.js"), SCRIPT)?;
    let url = format!("{}/strict.html", desktop.url());
    desktop.browser.go_to(&url).await?;

    let widget = &desktop.widget;
    widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.set_attribute("lang", "de").await?;
    widget.see("Mithören bei").await?;
    let console = desktop.browser.console().await?;
    ensure!(console.is_empty(), "the browser complains: {console:#?}");
    Ok(())
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
