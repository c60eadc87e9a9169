//! Checks the widget with axe-core in each state that a test reaches: its rules for WCAG 2.2 A and AA, and
//! best practices. Each state is checked once per run, in Chromium.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::environment;

/// What distinguishes states: language and direction, the regions and groups, and their looks.
const STATE: &str = "
    const panel = document.querySelector('listen-in')?.shadowRoot?.querySelector('.panel, .shell');
    if (!panel) return null;
    const shown = (selector) => [...panel.querySelectorAll(selector)].filter((it) => it.checkVisibility());
    const kinds = shown('section, .popup, .confirm, dialog, .problem:not(:empty), .pending:not(:empty)');
    return [panel.classList[0], panel.lang, panel.clientWidth < 720, ...kinds.map((it) =>
        [it.className, it.dataset.phase, it.dataset.stage, it.dataset.audience])].join();";

/// Returns the violations.
const AUDIT: &str = "
    if (!window.axe) {
        // Not as a script of the page, whose policy may forbid it.
        new Function(arguments[0]).call(window);
    }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run('listen-in', { runOnly: tags, resultTypes: ['violations'] });
    return violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => `${id} (${help}): ${node.html.slice(0, 300)}: ${node.failureSummary}`));";

/// Checks the widget with axe-core, unless it was checked in this state before.
///
/// # Errors
/// Something is not accessible, or axe-core is not installed.
pub(crate) async fn audit(browser: &Browser) -> Result<()> {
    static SEEN: Mutex<Option<HashSet<String>>> = Mutex::new(None);
    if !browser.engine().has_devtools() {
        return Ok(());
    }
    let Value::String(state) = browser.run(STATE, vec![]).await? else {
        return Ok(());
    };
    let is_new = {
        let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get_or_insert_default().insert(state.clone())
    };
    if !is_new {
        return Ok(());
    }
    let file = environment::axe();
    let axe = std::fs::read_to_string(&file).with_context(|| {
        let file = file.display();
        format!("there is no {file}; run `cargo xtask setup`, which installs it")
    })?;
    let found = browser.run_async(AUDIT, vec![json!(axe)]).await?;
    let found: Vec<String> = serde_json::from_value(found)?;
    ensure!(
        found.is_empty(),
        "axe-core, in {state}: {}",
        found.join("\n")
    );
    Ok(())
}
