//! Reading regions, fields and lists.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::Widget;
use crate::audit::audit;
use crate::wait::until;

impl Widget {
    /// Waits until a region contains a text.
    ///
    /// # Errors
    /// It does not appear, or the widget is not accessible then.
    pub async fn see_in(&self, region: &str, words: &str) -> Result<()> {
        until(&format!("to read “{words}” in {region}"), async || {
            let text = self.text_of(region).await?;
            ensure!(text.contains(words), "{region} says “{text}”");
            Ok(())
        })
        .await?;
        audit(&self.browser).await
    }

    /// Waits until there is no call.
    ///
    /// # Errors
    /// One is shown.
    pub async fn see_no_call(&self) -> Result<()> {
        until("the call to go", async || {
            let is_there = self
                .ask("return find('region', 'Call') !== null", vec![])
                .await?;
            ensure!(is_there == json!(false), "it is there");
            Ok(())
        })
        .await
    }

    /// Waits until at least this many options are offered.
    ///
    /// # Errors
    /// There are fewer.
    pub async fn see_options(&self, least: usize) -> Result<()> {
        until("the list of agents", async || {
            let options = self.options().await?;
            ensure!(options.len() >= least, "it holds {options:?}");
            Ok(())
        })
        .await?;
        audit(&self.browser).await
    }

    /// Waits until the call's clock shows at least this many seconds.
    ///
    /// # Errors
    /// There is no clock, or it has stopped.
    pub async fn see_call_last(&self, seconds: u32) -> Result<()> {
        until(&format!("the call to be {seconds} s old"), async || {
            let text = self.text_of("Call").await?;
            let age = text.split_whitespace().find_map(age).unwrap_or_default();
            ensure!(age >= seconds, "Call says “{text}”");
            Ok(())
        })
        .await
    }

    /// Waits until a region no longer contains a text.
    ///
    /// # Errors
    /// It stays.
    pub async fn not_see_in(&self, region: &str, words: &str) -> Result<()> {
        until(&format!("“{words}” to go from {region}"), async || {
            let text = self.text_of(region).await?;
            ensure!(!text.contains(words), "{region} says “{text}”");
            Ok(())
        })
        .await
    }

    /// Waits until the widget contains a text.
    ///
    /// # Errors
    /// It does not appear, or the widget is not accessible then.
    pub async fn see(&self, words: &str) -> Result<()> {
        until(&format!("to read “{words}”"), async || {
            let text = self.text().await?;
            ensure!(text.contains(words), "it is not there");
            Ok(())
        })
        .await?;
        audit(&self.browser).await
    }

    /// The text of a region now, with single spaces.
    ///
    /// # Errors
    /// There is no such region.
    pub async fn text_of(&self, region: &str) -> Result<String> {
        let script = "const region = find('region', arguments[0]);
            return region && squeeze(region.innerText)";
        let text = self.ask(script, vec![json!(region)]).await?;
        let text = text.as_str().map(str::to_owned);
        text.with_context(|| format!("there is no region “{region}”"))
    }

    /// The text of the widget now, with single spaces.
    ///
    /// # Errors
    /// There is no widget.
    pub async fn text(&self) -> Result<String> {
        Ok(self.lines().await?.join(" "))
    }

    /// The lines of the widget's text now.
    ///
    /// # Errors
    /// There is no widget.
    pub async fn lines(&self) -> Result<Vec<String>> {
        // The element's panel is between slots; in a Leptos application it comes last.
        let script =
            "return (root?.querySelector('.root') ?? root?.lastElementChild)?.innerText ?? null";
        let text = self.ask(script, vec![]).await?;
        let text = text.as_str().context("there is no widget in the page")?;
        let text = text.replace('\u{a0}', " ");
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        Ok(lines.map(str::to_owned).collect())
    }

    /// The value of the field *Agent*.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn agent_field(&self) -> Result<String> {
        let value = self
            .ask("return find('combobox', 'Agent')?.value ?? null", vec![])
            .await?;
        let value = value.as_str().map(str::to_owned);
        value.context("there is no field “Agent”")
    }

    /// The options of the list that exist in the page.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn options(&self) -> Result<Vec<String>> {
        let script = "return allOf('option').map(nameOf)";
        let names = self.ask(script, vec![]).await?;
        Ok(serde_json::from_value(names)?)
    }

    /// The active option of the list.
    ///
    /// # Errors
    /// There is none.
    pub async fn active_option(&self) -> Result<String> {
        let script = "const field = find('combobox', 'Agent');
            const active = root.getElementById(field?.getAttribute('aria-activedescendant'));
            return active && nameOf(active)";
        let name = self.ask(script, vec![]).await?;
        let name = name.as_str().map(str::to_owned);
        name.context("the arrow keys are on no agent")
    }

    /// The text of the assertive live region.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn alert(&self) -> Result<String> {
        let script = "return squeeze(root.querySelector('[role=alert]')?.textContent)";
        let text = self.ask(script, vec![]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Records a screen reader's announcements from now on.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn record_announcements(&self) -> Result<()> {
        let script = "window.told = [];
            const note = (changes) => changes.forEach(({ target }) => {
                const text = squeeze(target.textContent);
                if (text && text !== told.at(-1)) told.push(text);
                if (!text) told.push('');
            });
            for (const region of root.querySelectorAll('[role=status], [role=alert]')) {
                new MutationObserver(note).observe(region, { childList: true });
            }
            return null";
        self.ask(script, vec![]).await?;
        Ok(())
    }

    /// The announcements since then.
    ///
    /// # Errors
    /// Nothing was recorded.
    pub async fn announcements(&self) -> Result<Vec<String>> {
        let told = self.ask("return told.filter(Boolean)", vec![]).await?;
        Ok(serde_json::from_value(told)?)
    }

    /// Whether a button is present and enabled.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn can_press(&self, button: &str) -> Result<bool> {
        let script = "const button = find('button', arguments[0]);
            return button !== null && button.ariaDisabled !== 'true'";
        Ok(self.ask(script, vec![json!(button)]).await? == json!(true))
    }

    /// Whether a radio button is chosen.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn is_chosen(&self, label: &str) -> Result<bool> {
        let script = "return find('radio', arguments[0])?.checked === true";
        Ok(self.ask(script, vec![json!(label)]).await? == json!(true))
    }

    /// The accessibility tree of the panel: the nodes of the browser's tree, the panel's first.
    ///
    /// # Errors
    /// The browser is not Chromium.
    pub async fn accessibility_tree(&self) -> Result<serde_json::Value> {
        let browser = &self.browser;
        let panel = json!({
            "expression": "document.querySelector('listen-in').shadowRoot.querySelector('.panel')",
        });
        let panel = browser.devtools("Runtime.evaluate", panel).await?;
        let panel = panel["result"]["objectId"].clone();
        let described = browser
            .devtools("DOM.describeNode", json!({ "objectId": panel }))
            .await?;
        let backend = &described["node"]["backendNodeId"];
        let all = browser
            .devtools("Accessibility.getFullAXTree", json!({}))
            .await?;
        let nodes = all["nodes"].as_array().cloned().unwrap_or_default();
        let (panel, others): (Vec<_>, Vec<_>) = nodes
            .into_iter()
            .partition(|node| node["backendDOMNodeId"] == *backend);
        let nodes: Vec<_> = panel.into_iter().chain(others).collect();
        Ok(json!({ "nodes": nodes }))
    }

    /// The elements that overflow, and by how many pixels: parts of the widget, the widget, the page.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn overflow(&self) -> Result<Vec<String>> {
        let script = "
            const page = document.documentElement;
            const place = root.querySelector('.root') ?? root.lastElementChild;
            const panel = place.firstElementChild ?? place;
            const right = panel.getBoundingClientRect().right + 0.5;
            const wide = [...root.querySelectorAll('*')].filter((part) =>
                part.checkVisibility() && part.getBoundingClientRect().right > right);
            return [
                [page.scrollWidth, page.clientWidth, 'the page'],
                [panel.scrollWidth, panel.clientWidth, 'the panel'],
                ...wide.map((part) => [
                    part.getBoundingClientRect().right, right,
                    part.localName + ' “' + squeeze(part.innerText) + '”',
                ]),
            ].filter(([is, may]) => is > may)
             .map(([is, may, what]) => `${what} is ${is - may} px too wide`)";
        let found = self.ask(script, vec![]).await?;
        Ok(serde_json::from_value(found)?)
    }
}

/// The seconds of a clock such as `00:03:12`.
fn age(word: &str) -> Option<u32> {
    let mut fields = word.split(':').map(str::parse);
    let (hours, minutes, seconds): (u32, u32, u32) = (
        fields.next()?.ok()?,
        fields.next()?.ok()?,
        fields.next()?.ok()?,
    );
    fields
        .next()
        .is_none()
        .then_some((hours * 60 + minutes) * 60 + seconds)
}
