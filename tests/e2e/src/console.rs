//! Page object of the emulator's console. Controls are found by their accessible names.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::wait::until;

/// Finds a visible control by its accessible name.
const FIND: &str = "
    const name = arguments[0];
    const isSeen = (found) => found.checkVisibility();
    const byLabel = () => {
        const label = [...document.querySelectorAll('label')]
            .find((found) => isSeen(found) && found.textContent.trim() === name);
        return label && (label.control ?? label.querySelector('input'));
    };
    const found = [...document.querySelectorAll('button, summary, input, select, [aria-label]')]
        .find((found) => isSeen(found) && (found.ariaLabel ?? found.textContent.trim()) === name)
        ?? byLabel();
    if (!found) return 'there is no such thing';
    if (found.disabled) return 'it is out of use';
";

/// The console in a browser window.
#[derive(Debug)]
pub struct Console {
    browser: Browser,
}

impl Console {
    /// Opens the console of the emulator at this address and waits until it is live.
    ///
    /// # Errors
    /// It can't be loaded, or does not become live.
    pub async fn open(browser: &Browser, url: &str) -> Result<Self> {
        browser.go_to(&format!("{url}/emulator")).await?;
        let console = Self {
            browser: browser.clone(),
        };
        console.see("#connection", "Live").await?;
        Ok(console)
    }

    /// Presses a button, a switch or a `summary`.
    ///
    /// # Errors
    /// There is none with this name, or it is disabled.
    pub async fn press(&self, name: &str) -> Result<()> {
        self.act(name, "found.focus(); found.click();", Value::Null)
            .await
    }

    /// Fills a field, or chooses an option of a select.
    ///
    /// # Errors
    /// There is none with this name.
    pub async fn fill(&self, name: &str, text: &str) -> Result<()> {
        let script = "
            if (found.localName === 'select')
                found.value = [...found.options].find((option) => option.label === arguments[1]).value;
            else found.value = arguments[1];
            for (const kind of ['input', 'change'])
                found.dispatchEvent(new Event(kind, { bubbles: true }));";
        self.act(name, script, json!(text)).await
    }

    /// Focuses a control.
    ///
    /// # Errors
    /// There is none with this name.
    pub async fn focus(&self, name: &str) -> Result<()> {
        self.act(name, "found.focus();", Value::Null).await
    }

    async fn act(&self, name: &str, script: &str, argument: Value) -> Result<()> {
        until(&format!("“{name}”"), async || {
            let script = format!("{FIND} {script} return null;");
            let arguments = vec![json!(name), argument.clone()];
            match self.browser.run(&script, arguments).await? {
                Value::Null => Ok(()),
                reason => bail!("“{name}”: {reason}"),
            }
        })
        .await
    }

    /// Waits until a part of the page contains a text.
    ///
    /// # Errors
    /// It does not appear.
    pub async fn see(&self, part: &str, text: &str) -> Result<()> {
        until(&format!("“{text}” in {part}"), async || {
            let found = self.text(part).await?;
            ensure!(found.contains(text), "{part} says: {found}");
            Ok(())
        })
        .await
    }

    /// Waits until a part of the page no longer contains a text.
    ///
    /// # Errors
    /// It stays.
    pub async fn see_no_more(&self, part: &str, text: &str) -> Result<()> {
        until(&format!("no “{text}” in {part}"), async || {
            let found = self.text(part).await?;
            ensure!(!found.contains(text), "{part} says: {found}");
            Ok(())
        })
        .await
    }

    /// The selector of the row of the agent with this number.
    pub fn agent(number: &str) -> String {
        format!("#agent-list > [data-number='{number}']")
    }

    /// The selector of the row of the supervisor with this number.
    pub fn supervisor(number: &str) -> String {
        format!("#supervisor-list > [data-number='{number}']")
    }

    /// The text of a part of the page, with the values of selects.
    ///
    /// # Errors
    /// There is no such part.
    pub async fn text(&self, part: &str) -> Result<String> {
        let script = "
            const part = document.querySelector(arguments[0]);
            if (!part) return null;
            const chosen = [...part.querySelectorAll('select')]
                .map((list) => list.selectedOptions[0]?.label ?? '');
            return [part.innerText, ...chosen].join(' ');";
        let text = self.browser.run(script, vec![json!(part)]).await?;
        let text = text
            .as_str()
            .with_context(|| format!("there is no {part}"))?;
        Ok(text.to_owned())
    }

    /// The number of elements that match a selector.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn count(&self, selector: &str) -> Result<u64> {
        let script = "return document.querySelectorAll(arguments[0]).length";
        let count = self.browser.run(script, vec![json!(selector)]).await?;
        count.as_u64().context("a number")
    }
}
